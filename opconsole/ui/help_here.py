"""What the keys do here and now, in lines of two columns: of the place, of the chat on the screen as it stands, and everywhere."""

from collections.abc import Callable, Sequence
from typing import Final

from opconsole.locale import mark, tr
from opconsole.state import selectors
from opconsole.state.chat_filter import HELP, Field
from opconsole.state.picture import Picture
from opconsole.ui.actions import ACTIONS, BY_ID, Action, Group, Keymap, Needs, key_words
from opconsole.ui.places import KEYS, WORKSPACE, Place
from opconsole.ui.presets import FLOOR_MOTIONS, MOTIONS
from opconsole.ui.screens.sheet import HEADING
from opconsole.ui.words import chat_name
from opconsole.wire.cards import Place as ChatPlace

_MOTION_WORDS: Final = {
    "down": mark("down"), "up": mark("up"), "half_down": mark("half a screen down"), "half_up": mark("half a screen up"),
    "page_down": mark("a screen down"), "page_up": mark("a screen up"), "top": mark("to the first"),
    "bottom": mark("to the last"), "open": mark("open the chat"), "write": mark("back to writing"),
    "more_down": mark("mark the next too"), "more_up": mark("mark the one before too"),
}  # fmt: skip

Lines = list[tuple[str, str]]


def help_here(
    place: Place,
    picture: Picture,
    keymap: Keymap,
    why_not: Callable[[str], str],
    actions: Sequence[Action] = ACTIONS,
) -> Lines:
    """What the keys do here and now. `why_not`: why an action makes no sense now, or empty. `actions`: those that there are."""
    lines: Lines = [(HEADING, tr(place.value))]
    lines += [(each.keys, tr(each.words)) for each in KEYS[place]]
    if place is Place.FILTER:
        lines += [(HEADING, tr("Fields"))] + [(f"{each.value}:", tr(HELP[each])) for each in Field]
    if place not in (Place.COMPOSER, Place.FILTER) and keymap.preset.places:
        lines.append((HEADING, tr("The {name} keys", name=keymap.preset_name)))
        there = {action.id for action in actions} | set(MOTIONS if place in WORKSPACE else FLOOR_MOTIONS)
        for key, motion in keymap.preset.places.items():
            if motion in there:
                words = tr(_MOTION_WORDS[motion]) if motion in _MOTION_WORDS else BY_ID[motion].words
                lines.append((key_words(key), words))
    chat = _of_this_chat(picture, keymap, why_not, actions)
    if chat:
        lines += [(HEADING, _chat_state(picture)), *chat]
    lines += [(HEADING, tr("Everywhere")), *_everywhere(keymap, why_not, actions)]
    return lines


def _of_this_chat(picture: Picture, keymap: Keymap, why_not: Callable[[str], str], actions: Sequence[Action]) -> Lines:
    waits = selectors.inbox_index(picture, picture.shown) >= 0
    return [
        (keymap.hint(action.id, ways=2) or f":{action.id.replace('_', '-')}", action.words)
        for action in actions
        if action.needs is not Needs.NOTHING
        and (waits or action.needs is not Needs.WAITING)
        and not action.number
        and not why_not(action.id)
    ]


def _everywhere(keymap: Keymap, why_not: Callable[[str], str], actions: Sequence[Action]) -> Lines:
    return [
        (keymap.hint(action.id, ways=2), action.words)
        for action in actions
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
