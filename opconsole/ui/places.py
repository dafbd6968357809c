"""The places of the workspace, and of the supervisor's monitor, where keys mean something of their own, and what they mean there: for the key
bar and for the help (`ui.help_here`).

What a key does is decided where it is taken (`ui.keys`, the lists, the conversation); a test compares.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, NamedTuple

from opconsole.locale import mark


class Place(StrEnum):
    """Where the keys are. The value is the heading's message id."""

    COMPOSER = mark("Here: where you write")
    INBOX = mark("Here: the inbox")
    MINE = mark("Here: my chats")
    TALK = mark("Here: the conversation")
    """With a message marked (or a set of keys in which letters are commands there): its letters act."""
    UNMARKED = mark("Here: the conversation, nothing marked")
    """A letter is the beginning of a reply."""
    FILTER = mark("Here: a filter is typed")
    WAITING = mark("Here: who waits")
    HELD = mark("Here: the chats in hands")
    TEAM = mark("Here: the team")
    READING = mark("Here: the conversation, which you only read")


WORKSPACE: Final = frozenset((Place.COMPOSER, Place.INBOX, Place.MINE, Place.TALK, Place.UNMARKED))
"""The others are the monitor's; the filter is of both."""


class Here(NamedTuple):
    """A key of a place. `short`: for the key bar; empty: it isn't there. `action`: what a click on it does."""

    keys: str
    words: str
    short: str = ""
    action: str = ""


_LIST: Final = (
    Here("↑ ↓", mark("move")),
    Here("Enter", mark("open the chat"), mark("open")),
    Here("/", mark("filter the list"), mark("filter"), "filter"),
    Here(":", mark("type a command"), mark("command"), "command_line"),
    Here("Space", mark("mark the chat, to act on several (M too; Shift+↑ ↓, *)"), mark("mark"), "mark_chat"),
    Here("1–9", mark("go to a chat of mine")),
    Here("S", mark("put the chat aside until a time; or wake it"), action="snooze"),
    Here("Z", mark("take back what I did last"), action="undo"),
    Here("?", mark("these keys"), mark("keys"), "keys_here"),
    Here("Esc", mark("clear the filter, then the marks, then back to writing"), mark("back")),
)
_FLOOR: Final = (
    Here("/", mark("filter the list"), mark("filter"), "filter"),
    Here(":", mark("type a command"), mark("command"), "command_line"),
    Here("Tab", mark("the next pane, the one before"), mark("next pane")),
    Here("C", mark("choose a theme"), action="theme"),
    Here("L", mark("the next language"), action="language"),
    Here("?", mark("these keys"), mark("keys"), "keys_here"),
    Here("Esc", mark("close what is open"), mark("back")),
)
_FLOOR_CHATS: Final = (
    Here("↑ ↓", mark("move; while a chat is read, the reading follows")),
    Here("Enter", mark("read the chat live"), mark("read")),
    Here("→", mark("into the conversation that is read")),
    *_FLOOR,
)
KEYS: Final[Mapping[Place, tuple[Here, ...]]] = {
    Place.COMPOSER: (
        Here("Enter", mark("send")),
        Here("Alt+Enter", mark("a new line (Ctrl+J too)")),
        Here("/…", mark("a template by its code")),
        Here("↑", mark("edit my last message, while nothing is written")),
        Here("PgUp PgDn", mark("scroll the conversation")),
        Here("Tab", mark("to the next pane: there `?` shows its keys")),
        Here("Esc", mark("leave a question or a note, clear marks")),
    ),
    Place.INBOX: (Here("T", mark("take the chat under the cursor"), mark("take"), "take_this"), *_LIST),
    Place.MINE: _LIST,
    Place.TALK: (
        Here("↑ ↓", mark("mark a message"), mark("mark")),
        Here("Shift+↑ ↓", mark("mark several")),
        Here("E", mark("edit the marked message, or take refused words back"), mark("edit"), "edit_last"),
        Here("X", mark("delete the marked message, or drop refused words"), mark("delete"), "delete_last"),
        Here("R", mark("send refused words again")),
        Here("O", mark("open a file or a link of the marked message"), mark("open"), "open"),
        Here("H", mark("what the marked message was before (supervisors)")),
        Here("Z", mark("take back what I did last"), action="undo"),
        Here("PgUp PgDn", mark("scroll")),
        Here(":", mark("type a command"), mark("command"), "command_line"),
        Here("?", mark("these keys"), mark("keys"), "keys_here"),
        Here("Esc", mark("back to writing"), mark("back")),
    ),
    Place.UNMARKED: (
        Here("↑ ↓", mark("mark a message: then E edits, X deletes, O opens it"), mark("mark")),
        Here("Shift+↑ ↓", mark("mark several")),
        Here("A…Z", mark("letters, digits and `/` lead back to writing, and stand there"), mark("write")),
        Here("R E X", mark("send refused words again, take them back, drop them, where there are such")),
        Here("PgUp PgDn", mark("scroll")),
        Here(":", mark("type a command"), mark("command"), "command_line"),
        Here("?", mark("these keys"), mark("keys"), "keys_here"),
        Here("Esc", mark("back to writing"), mark("back")),
    ),
    Place.WAITING: _FLOOR_CHATS,
    Place.HELD: _FLOOR_CHATS,
    Place.TEAM: (
        Here("↑ ↓", mark("move")),
        Here("Enter", mark("only the chats of this operator; again: all"), mark("only theirs")),
        Here("/", mark("find an operator"), mark("find"), "filter"),
        *_FLOOR[1:],
    ),
    Place.READING: (
        Here("↑ ↓", mark("mark a message"), mark("mark")),
        Here("Shift+↑ ↓", mark("mark several")),
        Here("H", mark("what the marked message was before (supervisors)"), mark("before"), "history"),
        Here("O", mark("open a file or a link of the marked message"), mark("open"), "open"),
        Here("PgUp PgDn", mark("scroll")),
        Here("←", mark("back to the lists")),
        *_FLOOR[1:],
    ),
    Place.FILTER: (
        Here("Enter", mark("keep the filter"), mark("keep")),
        Here("Esc", mark("take it away"), mark("clear")),
        Here("!", mark("before a word or a field: not"), mark("not")),
        Here("-f", mark("the words need not be exact"), mark("fuzzy")),
        Here(":", mark("a field and its value: owes:yes"), mark("owes:yes channel:web waiting>2m name:… unread:yes")),
    ),
}
