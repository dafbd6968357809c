"""Messages: a log, numbered from 1 within their chat, so that a gap is seen at once and asked for.

A transcript has entries of three kinds; the team sees all, the visitor sees what is public. So an entry has two numbers:
`n` counts every entry, `p` counts the public ones. Both run without gaps. Read marks are public numbers.
"""

from enum import StrEnum

from msgspec import Struct


class Kind(StrEnum):
    """What an entry of a transcript is: public words, words for the team only, or something that happened."""

    say = "say"
    """Public words: of the visitor (`by` is `visitor`) or of an operator (`by` is the login)."""
    note = "note"
    """Words that only the team sees."""
    event = "event"
    """Something happened: `text` is its code, one of `EVENT_CODES`; clients put it into words."""


EVENT_CODES = (
    "opened",
    "taken",
    "returned",
    "rescued",
    "transferred",
    "snoozed",
    "woken",
    "closed",
    "reopened",
    "left",
    "rated",
)
"""Codes of `event` entries. `name` is who did it (for `rescued`: who let it go), `to` is to whom (for `transferred`)."""


class Message(Struct, omit_defaults=True, gc=False, tag_field="t", tag="message", kw_only=True):
    """One entry of a chat's transcript."""

    chat: int
    n: int
    """Its number in the chat, from 1, without gaps."""
    p: int = 0
    """Public number; 0: the visitor never sees this entry."""
    at: int = 0
    kind: Kind = Kind.say
    by: str = ""
    """`visitor`, an operator's login, or empty: the desk itself."""
    name: str = ""
    """Display name of `by` at that time."""
    text: str = ""
    """The words; of an `event`, its code."""
    to: str = ""
    """Of `transferred`: to whom."""
    cid: str = ""
    """Id of the command that made it: by it its author's client finds its own."""
