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


_LEAST_WORDS: Final = 6


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
                *_pair("Esc", tr("cancel"), ink),
            ]
        if self.chord:
            return self._chord_parts(ink)
        return [part for _, parts in self._blocks(ink) for part in parts]

    def leader_rows(self) -> list[tuple[str, str]]:
        """What may follow Ctrl+G."""
        return [
            ("1–9", tr("chat")),
            ("Q–O", tr("template")),
            ("Z–.", tr("send template")),
            ("A–L", tr("see F1")),
        ]

    def _chord_parts(self, ink: Ink) -> list[Part]:
        parts: list[Part] = [(f" {key_words(self.chord)} ", ink.on_accent), (" ", ink.text)]
        chords = sorted(self._keymap.chords(self.chord).items())
        share = (self.cells.width - _size(parts)) // max(1, len(chords))  # each key is shown, if not all of its words
        for key, action in chords:
            words = (
                tr(BY_ID[action].short) or BY_ID[action].words if action in BY_ID else action.removeprefix(MACRO) or "…"
            )
            parts += _pair(key_words(key), cut(words, max(_LEAST_WORDS, share - width(key_words(key)) - 3)), ink)
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
        if self.place is Place.FILTER:
            for here in KEYS[self.place]:
                parts = _pair(here.keys, cut(tr(here.short), max(0, room - width(here.keys) - 4)), ink)
                blocks.append((here.action, parts))
                room -= _size(parts)
            return blocks
        if self.place is not Place.COMPOSER:
            found = self._of_place(room, ink)
            blocks += found
            room -= sum(_size(parts) for _, parts in found)
        pairs = self._pairs(self.MOST, room, ink)
        return blocks + sorted(pairs, key=lambda block: (len(block[1][0][0]), block[1][0][0]))

    def _of_place(self, room: int, ink: Ink) -> list[tuple[str, list[Part]]]:
        """The keys of the place that have room, in their order. The way out and the key for all of them stand last, and go last."""
        pairs = [(here.action, _pair(here.keys, tr(here.short), ink)) for here in KEYS[self.place] if here.short]
        kept: set[int] = set()
        for at in [*range(len(pairs))[-2:], *range(len(pairs) - 2)]:
            size = _size(pairs[at][1])
            if size <= room:
                kept.add(at)
                room -= size
        return [pair for at, pair in enumerate(pairs) if at in kept]

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
