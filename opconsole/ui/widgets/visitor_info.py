"""Who writes: the visitor's card as lines. Empty facts are left out; long ones are wrapped, so that an address can be read whole."""

from collections.abc import Hashable, Iterator
from typing import ClassVar, Final

from textual import events
from textual.binding import Binding, BindingType
from textual.strip import Strip

from opconsole.locale import ago, clock_in, date_time, language, tr, trn
from opconsole.state import selectors
from opconsole.state.checklist import steps_of
from opconsole.ui.actions import both_layouts
from opconsole.ui.cells import cut, wrap
from opconsole.ui.device import device
from opconsole.ui.ink import Ink
from opconsole.ui.view import View
from opconsole.ui.widgets.line import LineWidget, Part, strip_of
from opconsole.ui.words import channel_mark, chat_name
from opconsole.wire.cards import ChatCard, VisitorCard

_STARS: Final = "★★★★★"
_MINUTE_MS: Final = 60_000
VOUCHED: Final = "◆"
"""Beside what the site vouches for: its customer, who is signed in there."""


class VisitorInfo(LineWidget, can_focus=True):
    FOCUS_ON_CLICK = False  # a click must not take the keys from the composer
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(both_layouts("up", "k"), "scroll_by(-1)", show=False),
        Binding(both_layouts("down", "j"), "scroll_by(1)", show=False),
        Binding("pageup", "scroll_by(-10)", show=False),
        Binding("pagedown", "scroll_by(10)", show=False),
    ]

    def __init__(self, view: View, *, id: str | None = None) -> None:
        super().__init__(view, id=id)
        self.top = 0
        self._key: Hashable = None
        self._lines: list[list[Part]] = []

    def changed(self) -> None:
        """The picture changed, or time went on."""
        picture = self.view.picture
        card = selectors.card(picture, picture.shown)
        visitor = selectors.visitor(picture, picture.shown)
        minute = self.view.now() // _MINUTE_MS
        steps = tuple(steps_of(picture, picture.shown))
        key = (
            picture.shown,
            card and card.rev,
            visitor and visitor.rev,
            minute,
            self.cells.width,
            self.has_focus,
            steps,
        )
        if key == self._key:
            return
        if self._key is None or not isinstance(self._key, tuple) or self._key[0] != picture.shown:
            self.top = 0
        self._key = key
        self._lines = self._all_lines(card, visitor)
        self.top = max(0, min(self.top, len(self._lines) - self.cells.height))
        self.repaint_changed()

    def line_key(self, y: int) -> Hashable:
        index = self.top + y if y else 0
        return tuple(self._lines[index]) if index < len(self._lines) else None

    def draw_line(self, y: int) -> Strip:
        ink = self.view.inks.side if y else self.view.inks.bar
        index = self.top + y if y else 0
        return strip_of(self._lines[index] if index < len(self._lines) else [], self.cells.width, ink.text)

    def _all_lines(self, card: ChatCard | None, visitor: VisitorCard | None) -> list[list[Part]]:
        bar = self.view.inks.bar
        mark = "▌" if self.has_focus else " "
        lines: list[list[Part]] = [[(mark, bar.accent), (tr("Visitor"), bar.accent if self.has_focus else bar.strong)]]
        if card is None:
            return lines
        ink = self.view.inks.side
        cells = self.cells.width - 2
        name = (visitor.name if visitor is not None else "") or chat_name(card)
        if visitor is not None and "name" in visitor.vouched:
            lines.append([(" " + cut(_plain(name), cells - 2), ink.visitor), (f" {VOUCHED}", ink.ok)])
        else:
            lines.append([(" " + cut(_plain(name), cells), ink.visitor)])
        if visitor is not None and visitor.customer:
            words = tr("signed in on the site: {customer}", customer=_plain(visitor.customer))
            lines.append([(f" {VOUCHED} ", ink.ok), (cut(words, cells - 2), ink.ok)])
        here = (
            tr("on the site now")
            if card.online
            else tr("not here, last words {ago}", ago=ago(card.last_at, self.view.now()))
        )
        style = ink.ok if card.online else ink.warning
        lines += [[(" " + line, style)] for line in wrap(f"{channel_mark(card.channel)} · {here}", cells)]
        if card.rating:
            lines.append([(" " + _STARS[: card.rating] + "☆" * (5 - card.rating), ink.warning)])
        lines += self._steps(card, cells, ink)
        if visitor is not None:
            for title, text, vouched in self._facts(visitor):
                lines += _fact(title, text, cells, ink, vouched=vouched)
            lines += self._earlier(visitor, cells, ink)
            lines += self._notes(visitor, cells, ink)
        return lines

    def _facts(self, visitor: VisitorCard) -> Iterator[tuple[str, str, bool]]:
        """What is known, in the order in which it is needed; and whether the site vouches for it."""
        profile = visitor.profile
        page = profile.page
        visits = trn("{n} visit", "{n} visits", profile.visits)
        if visitor.chats > 1:
            visits += ", " + trn("{n} chat", "{n} chats", visitor.chats)
        title_cells = 2 * max(8, self.cells.width - 16)  # a long title must not hide the address
        local = clock_in(self.view.now(), profile.tz) if profile.tz else ""
        facts = (
            (tr("E-mail"), visitor.email or profile.email, "email"),
            (tr("Phone"), visitor.phone or profile.phone, "phone"),
            (tr("City"), visitor.city),
            (tr("Local time"), f"{local} ({profile.tz})" if local else ""),
            (tr("Page"), "\n".join(part for part in (cut(page.title, title_cells), page.url) if part)),
            (tr("Came from"), profile.referrer),
            (tr("Searched for"), profile.query),
            (tr("Landed on"), profile.landing if profile.landing != page.url else ""),
            (tr("Campaign"), "\n".join(f"{key.removeprefix('utm_')}: {value}" for key, value in profile.utm.items())),
            (tr("Visits"), visits),
            (tr("Device"), " · ".join(part for part in (device(profile.agent), profile.screen, profile.lang) if part)),
            (tr("Address"), visitor.address),
        )
        return ((title, text, bool(field) and field[0] in visitor.vouched) for title, text, *field in facts if text)

    def _steps(self, card: ChatCard, cells: int, ink: Ink) -> Iterator[list[Part]]:
        """The department's checklist."""
        states = steps_of(self.view.picture, card.chat)
        if not states:
            return
        done = sum(state.done for state in states)
        yield []
        yield [(" " + tr("Checklist: {done} of {total}", done=done, total=len(states)), ink.strong)]
        for state in states:
            mark = "[x] " if state.done else "[ ]*" if state.step.required else "[ ] "
            room = cells - len(mark) - 1 - 2 * state.sending
            yield [
                (f" {mark} ", ink.ok if state.done else ink.warning if state.step.required else ink.muted),
                (cut(_plain(state.step.title), room), ink.muted if state.done else ink.text),
                (" …" if state.sending else "", ink.muted),
            ]
        yield []

    def _earlier(self, visitor: VisitorCard, cells: int, ink: Ink) -> Iterator[list[Part]]:
        if not visitor.earlier:
            return
        yield []
        yield [(" " + tr("Earlier chats"), ink.strong)]
        for chat in visitor.earlier:
            stars = " " + "★" * chat.rating if chat.rating else ""
            head = f"{date_time(chat.opened_at, self.view.now())} {chat.owner_name}"
            yield [(" " + cut(head, cells - len(stars)), ink.muted), (stars, ink.warning)]
            yield [("   " + cut(chat.words, cells - 2), ink.text)]

    def _notes(self, visitor: VisitorCard, cells: int, ink: Ink) -> Iterator[list[Part]]:
        if not visitor.notes:
            return
        names = self.view.picture.operators
        yield []
        yield [(" " + tr("Notes"), ink.strong)]
        for note in reversed(visitor.notes):
            by = names[note.by].name if note.by in names else note.by
            yield [(" " + cut(f"{date_time(note.at, self.view.now())} {by}", cells), ink.muted)]
            for line in wrap(note.text, cells - 2):
                yield [(" ┊ ", ink.note), (line, ink.note)]

    # ------------------------------------------------------------ keys and mouse

    def action_scroll_by(self, by: int) -> None:
        self.top = max(0, min(self.top + by, len(self._lines) - self.cells.height))
        self.repaint_changed()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.action_scroll_by(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.action_scroll_by(-3)

    def on_focus(self) -> None:
        self.changed()

    def on_blur(self) -> None:
        self.changed()

    def repaint_all(self) -> None:
        self._key = None
        super().repaint_all()
        self.changed()

    def on_resize(self, event: events.Resize) -> None:
        super().on_resize(event)
        self.changed()


def _fact(title: str, text: str, cells: int, ink: Ink, *, vouched: bool = False) -> Iterator[list[Part]]:
    """`Title   text`, the text in a column of its own, wrapped."""
    column = 14 if language() == "ru" else 13
    lines = wrap(_plain(text), max(8, cells - column - 2 * vouched))[:6]
    for number, line in enumerate(lines):
        head = cut(title, column - 1) if number == 0 else ""
        mark = [(f" {VOUCHED}", ink.ok)] if vouched and number == len(lines) - 1 else []
        yield [(" " + head.ljust(column), ink.muted), (line, ink.text), *mark]


def _plain(text: str) -> str:
    """Nobody can write the site's mark beside their own name."""
    return text.replace(VOUCHED, "◇")
