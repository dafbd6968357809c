"""The places of the workspace where keys mean something of their own, and what they mean there: for the key bar and for the help (`?`).

What a key does is decided where it is taken (`ui.keys`, the lists, the conversation); a test compares.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Final

from msgspec import Struct

from opconsole.locale import mark, tr
from opconsole.state import selectors
from opconsole.state.chat_filter import HELP, Field
from opconsole.state.picture import Picture
from opconsole.ui.actions import ACTIONS, BY_ID, Group, Keymap, Needs, key_words
from opconsole.ui.words import chat_name
from opconsole.wire.cards import Place as ChatPlace

HEADING: Final = "§"


class Place(StrEnum):
    """Where the keys are. The value is the heading's message id."""

    COMPOSER = mark("Here: where you write")
    INBOX = mark("Here: the inbox")
    MINE = mark("Here: my chats")
    TALK = mark("Here: the conversation")
    FILTER = mark("Here: a filter is typed")


class Here(Struct, frozen=True):
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
    Here("1–9", mark("go to a chat of mine")),
    Here("?", mark("these keys"), mark("keys"), "keys_here"),
    Here("Esc", mark("clear the filter, then back to writing"), mark("back")),
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
        Here("H", mark("what the marked message was before (supervisors)")),
        Here("PgUp PgDn", mark("scroll")),
        Here(":", mark("type a command"), mark("command"), "command_line"),
        Here("?", mark("these keys"), mark("keys"), "keys_here"),
        Here("Esc", mark("back to writing"), mark("back")),
    ),
    Place.FILTER: (
        Here("Enter", mark("keep the filter"), mark("keep")),
        Here("Esc", mark("take it away"), mark("clear")),
        Here("!", mark("before a word or a field: not"), mark("not")),
        Here("-f", mark("the words need not be exact"), mark("fuzzy")),
        Here(":", mark("a field and its value: owes:yes"), mark("owes:yes channel:web waiting>2m name:… unread:yes")),
    ),
}

_MOTION_WORDS: Final = {
    "down": mark("down"), "up": mark("up"), "half_down": mark("half a screen down"), "half_up": mark("half a screen up"),
    "page_down": mark("a screen down"), "page_up": mark("a screen up"), "top": mark("to the first"),
    "bottom": mark("to the last"), "open": mark("open the chat"), "write": mark("back to writing"),
    "more_down": mark("mark the next too"), "more_up": mark("mark the one before too"),
}  # fmt: skip

Lines = list[tuple[str, str]]


def help_here(place: Place, picture: Picture, keymap: Keymap, why_not: Callable[[str], str]) -> Lines:
    """What the keys do here and now. `why_not`: why an action makes no sense now, or empty."""
    lines: Lines = [(HEADING, tr(place.value))]
    lines += [(each.keys, tr(each.words)) for each in KEYS[place]]
    if place is Place.FILTER:
        lines += [(HEADING, tr("Fields"))] + [(f"{each.value}:", tr(HELP[each])) for each in Field]
    if place in (Place.INBOX, Place.MINE, Place.TALK) and keymap.preset.places:
        lines.append((HEADING, tr("The {name} keys", name=keymap.preset_name)))
        for key, motion in keymap.preset.places.items():
            lines.append(
                (key_words(key), tr(_MOTION_WORDS[motion]) if motion in _MOTION_WORDS else BY_ID[motion].words)
            )
    chat = _of_this_chat(place, picture, keymap, why_not)
    if chat:
        lines += [(HEADING, _chat_state(picture)), *chat]
    lines += [(HEADING, tr("Everywhere")), *_everywhere(keymap, why_not)]
    return lines


def _of_this_chat(place: Place, picture: Picture, keymap: Keymap, why_not: Callable[[str], str]) -> Lines:
    waits = place is Place.INBOX or selectors.inbox_index(picture, picture.shown) >= 0
    return [
        (keymap.hint(action.id, ways=2) or f":{action.id.replace('_', '-')}", action.words)
        for action in ACTIONS
        if action.needs is not Needs.NOTHING
        and (waits or action.needs is not Needs.WAITING)
        and not action.number
        and not why_not(action.id)
    ]


def _everywhere(keymap: Keymap, why_not: Callable[[str], str]) -> Lines:
    return [
        (keymap.hint(action.id, ways=2), action.words)
        for action in ACTIONS
        if action.needs is Needs.NOTHING
        and action.group is not Group.TEMPLATES
        and keymap.keys(action.id)
        and not action.number
        and not why_not(action.id)
    ]


def _chat_state(picture: Picture) -> str:
    """Whose chat is on the screen, and what it needs."""
    card = selectors.card(picture, picture.shown)
    if card is None:
        return tr("No chat on the screen")
    name = chat_name(card)
    if selectors.gone(picture, card.chat) is not None:
        return tr("{name}: gone, you only read", name=name)
    if card.chat in picture.mine:
        return tr("{name}: yours, a reply is owed", name=name) if card.owes_since else tr("{name}: yours", name=name)
    if card.place is ChatPlace.inbox:
        return tr("{name}: waits, you only read", name=name)
    return tr("{name}: a colleague's, you only read", name=name)
