"""The checklist of one chat, over the workspace. Digits and the space bar tick and untick; the list stays open, and shows what colleagues tick."""

from collections.abc import Callable, Hashable
from typing import ClassVar, Final

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from opconsole.locale import date_time, tr
from opconsole.state.checklist import StepState, progress, steps_of
from opconsole.ui.actions import both_layouts
from opconsole.ui.cells import cut, fit, width
from opconsole.ui.ink import Ink
from opconsole.ui.screens.over import Over
from opconsole.ui.view import View
from opconsole.ui.widgets.bars import Bar
from opconsole.ui.widgets.line import Part
from opconsole.ui.widgets.rows import Rows
from opconsole.ui.words import operator_name

DONE: Final = "[x]"
OPEN: Final = "[ ]"
REQUIRED: Final = "*"
"""Beside a required step that is open."""


class _Steps(Rows):
    OVER: ClassVar[bool] = True
    TITLE_LINES: ClassVar[int] = 0

    def __init__(self, view: View, chat: int) -> None:
        super().__init__(view, id="steps")
        self._chat = chat
        self.states: list[StepState] = steps_of(view.picture, chat)

    def look(self) -> None:
        self.states = steps_of(self.view.picture, self._chat)
        self.follow()

    def count(self) -> int:
        return len(self.states)

    def id_at(self, index: int) -> Hashable:
        return self.states[index].step.id

    def index_of(self, item: Hashable) -> int:
        return next((place for place, state in enumerate(self.states) if state.step.id == item), -1)

    def row_key(self, index: int, chosen: bool) -> Hashable:
        return self.states[index]

    def row_lines(self, index: int, chosen: bool, cells: int) -> list[list[Part]]:
        state = self.states[index]
        ink = self.view.inks.chosen if chosen else self.view.inks.over
        number = str(index + 1) if index < 9 else " "
        right = f"/{state.step.template}" if state.step.template and not state.done else ""
        if state.sending:
            right = "…"
        elif state.done:
            by = operator_name(self.view.picture.operators.get(state.by), state.by)
            right = cut(f"{by} {date_time(state.at, self.view.now())}", cells // 3)
        mark = REQUIRED if state.step.required and not state.done else " "
        room = cells - width(right) - 12
        return [
            [
                (f" {number} ", ink.accent),
                (f"{DONE if state.done else OPEN}{mark} ", ink.ok if state.done else ink.warning),
                (fit(state.step.title, room), ink.muted if state.done else ink.text),
                (f" {right} ", ink.muted),
            ]
        ]


class _Head(Bar):
    def __init__(self, view: View, chat: int) -> None:
        super().__init__(view)
        self._chat = chat

    def parts(self, ink: Ink) -> list[Part]:
        done, total = progress(self.view.picture, self._chat)
        title = tr("Checklist: {done} of {total}", done=done, total=total)
        return [(f" {title} ", ink.accent)]


class _Hint(Bar):
    def parts(self, ink: Ink) -> list[Part]:
        return [(" " + tr("1–9 or Space ticks · Enter puts the template in · Esc closes"), ink.muted)]


class Checklist(Over[None]):
    DEFAULT_CSS = """
    Checklist { align: center middle; background: $background 60%; }
    Checklist > Vertical { width: 72; max-width: 96%; height: auto; max-height: 90%; background: $raised; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "tick", show=False, priority=True),
        Binding("escape,alt+equals_sign", "leave", show=False, priority=True),
        Binding(both_layouts("q"), "leave", show=False),
    ]

    def __init__(
        self, view: View, chat: int, tick: Callable[[int, StepState], None], insert: Callable[[StepState], None]
    ) -> None:
        super().__init__()
        self._view = view
        self._chat = chat
        self._tick = tick
        self._insert = insert
        self._steps = _Steps(view, chat)
        self._head = _Head(view, chat)
        self._steps.styles.height = min(18, self._steps.count())

    def compose(self) -> ComposeResult:
        with Vertical():
            yield self._head
            yield self._steps
            yield _Hint(self._view)

    def on_mount(self) -> None:
        """The first step that isn't done is under the cursor."""
        states = self._steps.states
        self._steps.move_to(next((place for place, state in enumerate(states) if not state.done), 0))
        self._steps.focus()

    def changed(self) -> None:
        self._steps.look()
        self._head.repaint_changed()
        if not self._steps.states:  # the checklist was taken away, or the chat is gone
            self.dismiss(None)

    def on_key(self, event: events.Key) -> None:
        if event.character and event.character in "123456789":
            event.stop()
            self._tick_at(int(event.character) - 1)

    def action_tick(self) -> None:
        self._tick_at(self._steps.cursor)

    def _tick_at(self, index: int) -> None:
        if index < self._steps.count():
            self._steps.move_to(index)
            self._tick(self._chat, self._steps.states[index])
            self.changed()

    @on(Rows.Chosen)
    def _chosen(self, event: Rows.Chosen) -> None:
        """Enter (or a click): the words of this step; a step that names none is ticked."""
        event.stop()
        state = self._steps.states[self._steps.cursor]
        if not state.step.template:
            self._tick_at(self._steps.cursor)
            return
        self.dismiss(None)
        self._insert(state)

    def action_leave(self) -> None:
        self.dismiss(None)
