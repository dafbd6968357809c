"""Messages: a log, numbered from 1 within their chat, so that a gap is seen at once and asked for.

A transcript has entries of three kinds; the team sees all, the visitor sees what is public. So an entry has two numbers:
`n` counts every entry, `p` counts the public ones. Both run without gaps. Read marks are public numbers.

Words can be edited and deleted. That is an entry of its own (`change`), so nobody can miss it unseen; it says what the entry
`of` is *now*. Whoever holds that one puts it right (`changed`) and keeps of the change only that there was one (`spent`).
Whenever the relay gives entries again, it gives them as they are now: old words, and deleted ones, never come again.
"""

from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from opconsole.wire.files import File


class Kind(StrEnum):
    """What an entry of a transcript is: public words, words for the team only, or something that happened."""

    say = "say"
    """Public words: of the visitor (`by` is `visitor`) or of an operator (`by` is the login)."""
    note = "note"
    """Words that only the team sees."""
    event = "event"
    """Something happened: `text` is its code, one of `EVENT_CODES`; clients put it into words."""
    change = "change"
    """The words of entry `of` were edited or deleted, by `by`. Nothing to show at its own place."""


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
    file: File | None = None
    """What a message or note carries; then its text may be empty. Gone when the words are deleted."""
    cid: str = ""
    """Id of the command that made it: by it its author's client finds its own."""
    version: int = 0
    """How often the words have been changed. Of a `change`: how often entry `of` has been, so far."""
    deleted_by: str = ""
    """The words (of a `change`: those of entry `of`) are deleted, and `text` is empty: by whom, as in `by`."""
    deleted_name: str = ""
    """Display name of `deleted_by`."""
    of: int = 0
    """Of a `change`: number of the entry whose words are now `text`."""
    of_p: int = 0
    """Its public number."""


def changed(entry: Message, change: Message) -> Message:
    """The entry as this change leaves it; itself, if it is as new already. In whatever order changes come, the newest wins."""
    if change.version <= entry.version:
        return entry
    return replace(
        entry,
        text=change.text,
        file=None if change.deleted_by else entry.file,
        version=change.version,
        deleted_by=change.deleted_by,
        deleted_name=change.deleted_name,
    )


def spent(change: Message) -> Message:
    """What is kept of a change that has been applied: that there was one."""
    return replace(change, text="", version=0, deleted_by="", deleted_name="")
