"""A department's checklist is written: its steps one below the other, each with what it is called, whether it is required, and its template.

Nothing is sent before it is saved; what saving does is `ui.checklist_writing`'s.
"""

from collections.abc import Callable, Hashable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.strip import Strip

from opconsole.locale import tr, trn
from opconsole.state.checklist_draft import ChecklistDraft
from opconsole.ui.actions import both_layouts
from opconsole.ui.cells import cut, fit, fit_right, width
from opconsole.ui.ink import Ink
from opconsole.ui.screens.over import Over
from opconsole.ui.view import View
from opconsole.ui.widgets.bars import Bar
from opconsole.ui.widgets.line import Part, strip_of
from opconsole.ui.widgets.rows import Rows
from opconsole.wire import limits
from opconsole.wire.checklists import Step


class _Steps(Rows):
    TITLE_LINES: ClassVar[int] = 0

    def __init__(self, view: View, draft: ChecklistDraft, known: Callable[[str], bool]) -> None:
        super().__init__(view, id="steps")
        self._draft = draft
        self._known = known

    def count(self) -> int:
        return len(self._draft.steps)

    def id_at(self, index: int) -> Hashable:
        return self._draft.steps[index].id

    def index_of(self, item: Hashable) -> int:
        return next((place for place, step in enumerate(self._draft.steps) if step.id == item), -1)

    def empty_words(self) -> str:
        return tr("No steps yet: N begins one.")

    def row_key(self, index: int, chosen: bool) -> Hashable:
        return (index, self._draft.steps[index])

    def row_lines(self, index: int, chosen: bool, cells: int) -> list[list[Part]]:
        step = self._draft.steps[index]
        ink = self.view.inks.chosen if chosen else self.view.inks.over
        lost = bool(step.template) and not self._known(step.template)
        right = (f"/{step.template}" + (" " + tr("(unknown)") if lost else "")) if step.template else ""
        right = cut(right, cells // 3)
        required = tr("required") if step.required else ""
        room = max(8, cells - width(right) - width(required) - 9)
        return [
            [
                ("›" if chosen else " ", ink.accent),
                (fit_right(str(index + 1), 3) + " ", ink.accent),
                (fit(step.title, room) + " ", ink.text),
                (required + " ", ink.warning),
                (right + " ", ink.warning if lost else ink.muted),
            ]
        ]

    def draw_line(self, y: int) -> Strip:
        if self.top + y >= self.count():
            words = self.empty_words() if not self.count() and y == 0 else ""
            ink = self.view.inks.over
            return strip_of([("  " + words, ink.muted)], self.cells.width, ink.text)
        return super().draw_line(y)


class _Head(Bar):
    def __init__(self, view: View, draft: ChecklistDraft) -> None:
        super().__init__(view)
        self._draft = draft

    def parts(self, ink: Ink) -> list[Part]:
        draft = self._draft
        where = tr("written here") if draft.edition else tr("as in the desk's file")
        title = " " + tr("Checklist of {department}", department=draft.department) + "  "
        count = trn("{n} step", "{n} steps", len(draft.steps))
        changed = "  ● " + tr("not saved") if draft.changed else ""
        return [(title, ink.accent), (f"{count} · {where}", ink.muted), (changed, ink.warning)]


class _Words(Bar):
    def __init__(self, view: View, words: str, *, warns: bool = False) -> None:
        super().__init__(view)
        self.words = words
        self.warns = warns

    def parts(self, ink: Ink) -> list[Part]:
        return [(" " + cut(self.words, self.cells.width - 2), ink.warning if self.warns else ink.muted)]


class ChecklistForm(Over[None]):
    DEFAULT_CSS = """
    ChecklistForm { align: center middle; background: $background 60%; }
    ChecklistForm > Vertical { width: 84; max-width: 96%; height: auto; max-height: 90%; background: $raised; }
    ChecklistForm #steps { height: 12; }
    """
    AUTO_FOCUS: ClassVar[str | None] = "#steps"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(both_layouts("n", "insert"), "new", show=False),
        Binding(both_layouts("e"), "rename", show=False),
        Binding(both_layouts("r", "space"), "require", show=False),
        Binding(both_layouts("t"), "template", show=False),
        Binding(both_layouts("shift+up", "u"), "carry(-1)", show=False),
        Binding(both_layouts("shift+down", "d"), "carry(1)", show=False),
        Binding(both_layouts("delete", "x"), "remove", show=False),
        Binding(both_layouts("z"), "undo", show=False),
        Binding(both_layouts("h"), "history", show=False),
        Binding(both_layouts("f"), "reset", show=False),
        Binding(both_layouts("s", "ctrl+s"), "save", show=False),
        Binding(both_layouts("escape", "q"), "leave", show=False),
    ]

    def __init__(
        self,
        view: View,
        draft: ChecklistDraft,
        *,
        new_id: Callable[[], str],
        known: Callable[[str], bool],
        save: Callable[[ChecklistDraft], None],
        reset: Callable[[ChecklistDraft], None],
        history: Callable[[str], None],
        warning: str = "",
    ) -> None:
        """`known`: whether there is a template of this code. `save`, `reset`: called after this screen has gone. `warning`: what the
        operator should know before anything else."""
        super().__init__()
        self._view = view
        self.draft = draft
        self._new_id = new_id
        self._save = save
        self._reset = reset
        self._history = history
        self._steps = _Steps(view, draft, known)
        self._head = _Head(view, draft)
        self._warning = _Words(view, warning, warns=True)
        self._warning.display = bool(warning)

    def compose(self) -> ComposeResult:
        with Vertical():
            yield self._head
            yield self._warning
            yield self._steps
            yield _Words(self._view, tr("N new · E words · R required · T template · U D order · Del away · Z back"))
            yield _Words(self._view, tr("S saves · H earlier ones · F as in the desk's file · Esc closes"))

    def _changed(self, at: int | None = None) -> None:
        self._steps.follow()
        if at is not None:
            self._steps.move_to(at)
        self._head.repaint_changed()

    @property
    def _at(self) -> int:
        """Under the cursor; -1: there is no step."""
        return self._steps.cursor if self.draft.steps else -1

    # ------------------------------------------------------------ one step

    def action_new(self) -> None:
        if self.draft.full:
            self._ask_nothing(trn("At most {n} step.", "At most {n} steps.", limits.STEPS))
            return
        at = self._at + 1

        def add(title: str) -> None:
            self.draft.add(at, Step(id=self._new_id(), title=title))
            self._changed(at)

        self._ask(tr("The new step"), "", add, _title_problem)

    @on(Rows.Chosen)
    def _chosen(self, event: Rows.Chosen) -> None:
        event.stop()
        self.action_rename()

    def action_rename(self) -> None:
        if (at := self._at) >= 0:
            self._ask(
                tr("What the step is called"), self.draft.steps[at].title, self._setter(at, "title"), _title_problem
            )

    def action_template(self) -> None:
        if (at := self._at) >= 0:
            question = tr("Code of the template that says it (empty: none)")
            self._ask(question, self.draft.steps[at].template, self._setter(at, "template"), _code_problem)

    def _setter(self, at: int, field: str) -> Callable[[str], None]:
        def put(text: str) -> None:
            self.draft.change(at, **{field: text.lstrip("/") if field == "template" else text})
            self._changed()

        return put

    def action_require(self) -> None:
        if (at := self._at) >= 0:
            self.draft.change(at, required=not self.draft.steps[at].required)
            self._changed()

    def action_carry(self, by: int) -> None:
        if (at := self._at) >= 0:
            self._changed(self.draft.move(at, by))

    def action_remove(self) -> None:
        if (at := self._at) >= 0:
            self.draft.remove(at)
            self._changed(min(at, len(self.draft.steps) - 1))

    def action_undo(self) -> None:
        if self.draft.back():
            self._changed()

    def _ask(self, question: str, text: str, then: Callable[[str], None], problem: Callable[[str], str]) -> None:
        from opconsole.ui.screens.ask_line import AskLine

        self.app.push_screen(
            AskLine(self._view, question, text, problem), lambda answer: then(answer) if answer is not None else None
        )

    def _ask_nothing(self, words: str) -> None:
        self._warning.words = words
        self._warning.display = True
        self._warning.repaint_changed()

    # ------------------------------------------------------------ the whole

    def action_save(self) -> None:
        self.dismiss(None)
        if self.draft.changed:
            self._save(self.draft)

    def action_reset(self) -> None:
        question = tr("Take the steps of the desk's file again? What was written here goes.")
        self._if(question, tr("take them"), lambda: self._go(self._reset))

    def action_history(self) -> None:
        self._history(self.draft.department)

    def action_leave(self) -> None:
        if self.draft.changed:
            self._if(tr("Throw your changes away?"), tr("throw away"), lambda: self.dismiss(None))
        else:
            self.dismiss(None)

    def _go(self, then: Callable[[ChecklistDraft], None]) -> None:
        self.dismiss(None)
        then(self.draft)

    def _if(self, question: str, yes: str, then: Callable[[], object]) -> None:
        def answered(answer: bool | None) -> None:
            if answer:
                then()

        from opconsole.ui.screens.question import Question

        self.app.push_screen(Question(self._view, question, yes), answered)


def _title_problem(text: str) -> str:
    if not text:
        return tr("A step has words.")
    if len(text) > limits.NAME_CHARS:
        return trn("At most {n} character.", "At most {n} characters.", limits.NAME_CHARS)
    return ""


def _code_problem(text: str) -> str:
    code = text.lstrip("/")
    if len(code) > limits.CODE_CHARS or any(each.isspace() or each == "/" for each in code):
        return trn(
            "A code has no spaces, and at most {n} character.",
            "A code has no spaces, and at most {n} characters.",
            limits.CODE_CHARS,
        )
    return ""
