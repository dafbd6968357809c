"""The last line: the few keys that matter most; after Ctrl+G, which keys there are now; without a link, why, and how to connect."""

from collections.abc import Iterable
from typing import ClassVar, Final

from textual import events
from textual.message import Message

from opconsole.locale import tr
from opconsole.ui.actions import BY_ID, MACRO, Keymap, key_words
from opconsole.ui.cells import cut, width
from opconsole.ui.ink import Ink
from opconsole.ui.places import KEYS, Place
from opconsole.ui.view import View
from opconsole.ui.widgets.bars import Bar, link_is_down, may_retry
from opconsole.ui.widgets.line import Part

_MOST_NEEDED: Final = (
    "help", "take_next", "templates", "switcher", "lists", "close", "commands", "to_rescue", "visitor", "take_this", "next_unread",
)  # fmt: skip


class KeyBar(Bar):
    MOST: ClassVar[tuple[str, ...]] = _MOST_NEEDED
    """Actions whose keys are shown, as far as there is room, the most needed first."""

    class Clicked(Message):
        def __init__(self, action: str) -> None:
            super().__init__()
            self.action = action

    def __init__(self, view: View, keymap: Keymap, *, id: str | None = None) -> None:
        super().__init__(view, id=id)
        self._keymap = keymap
        self.armed = False
        """Ctrl+G was pressed, and the next key is awaited."""
        self.chord = ""
        """The beginning of a chord was pressed; empty: none."""
        self.place = Place.COMPOSER
        self.wrong = ""
        """What is wrong with what is typed (a filter); empty: nothing."""

    def arm(self, armed: bool) -> None:
        self.armed = armed
        self.set_class(armed, "-armed")  # shown then in focus mode too
        self.repaint_changed()

    def parts(self, ink: Ink) -> list[Part]:
        if self.armed:
            return [
                (" Ctrl+G ", ink.on_accent),
                (" ", ink.text),
                *(part for keys, words in self.leader_rows() for part in _pair(keys, words, ink)),
                *_pair("Esc", tr("nothing"), ink),
            ]
        if self.chord:
            return self._chord_parts(ink)
        return [part for _, parts in self._blocks(ink) for part in parts]

    def leader_rows(self) -> list[tuple[str, str]]:
        """What may follow Ctrl+G."""
        return [
            ("1–9", tr("chat")),
            ("Q–O", tr("insert template")),
            ("Z–.", tr("insert and send")),
            ("A–L", tr("act, see F1")),
        ]

    def _chord_parts(self, ink: Ink) -> list[Part]:
        parts: list[Part] = [(f" {key_words(self.chord)} ", ink.on_accent), (" ", ink.text)]
        for key, action in sorted(self._keymap.chords(self.chord).items()):
            words = (
                tr(BY_ID[action].short) or BY_ID[action].words if action in BY_ID else action.removeprefix(MACRO) or "…"
            )
            parts += _pair(key_words(key), cut(words, 24), ink)
        return parts

    def _blocks(self, ink: Ink) -> list[tuple[str, list[Part]]]:
        """(action, parts) of all that has room. Without a link: the key that connects now, and why there is none, come first."""
        blocks: list[tuple[str, list[Part]]] = []
        room = self.cells.width
        if self.wrong:
            return [("", [(" ! ", ink.on_warning), (" " + cut(self.wrong, room - 5), ink.warning)])]
        link = self.view.picture.link
        if link_is_down(link):
            if may_retry(link):
                blocks += self._pairs(("retry_link",), room, ink)
                room -= sum(_size(parts) for _, parts in blocks)
            why = cut(link.why, max(0, room - 2))
            blocks.append(("", [(f" {why} ", ink.warning)]))
            room -= width(why) + 2
        for here in KEYS[self.place] if self.place is not Place.COMPOSER else ():
            parts = (
                _pair(here.keys, cut(tr(here.short), max(0, room - width(here.keys) - 4)), ink) if here.short else []
            )
            if parts and _size(parts) <= room:
                blocks.append((here.action, parts))
                room -= _size(parts)
        if self.place is Place.FILTER:
            return blocks
        pairs = self._pairs(self.MOST, room, ink)
        return blocks + sorted(pairs, key=lambda block: (len(block[1][0][0]), block[1][0][0]))

    def _pairs(self, actions: Iterable[str], room: int, ink: Ink) -> list[tuple[str, list[Part]]]:
        """Those that have room, the most needed first."""
        found: list[tuple[str, list[Part]]] = []
        for name in actions:
            keys = self._keymap.keys(name)
            if not keys:
                continue
            action = BY_ID[name]
            parts = _pair(key_words(keys[0]), tr(action.short) if action.short else action.words, ink)
            if _size(parts) <= room:
                room -= _size(parts)
                found.append((name, parts))
        return found

    def on_click(self, event: events.Click) -> None:
        at = 0
        for action, parts in self._blocks(self.ink()):
            at += _size(parts)
            if event.x < at:
                if action:
                    self.post_message(self.Clicked(action))
                return


def _size(parts: list[Part]) -> int:
    return sum(width(text) for text, _ in parts)


def _pair(key: str, words: str, ink: Ink) -> list[Part]:
    return [(f" {key}", ink.accent), (f" {words} ", ink.muted)]
