"""Supervisors write a department's checklist: chosen, opened, saved, taken back, looked up; and offered again when somebody else was faster."""

from collections.abc import Sequence

from opconsole.locale import date_time, refusal_text, tr
from opconsole.state import selectors
from opconsole.state.changes import Answered, Changes, Refused
from opconsole.state.checklist_draft import ChecklistDraft, begun, departments
from opconsole.ui.acts import Act, Acts
from opconsole.ui.screens.sheet import HEADING, Sheet
from opconsole.ui.screens.workspace import Workspace
from opconsole.ui.shift import Shift
from opconsole.ui.templating import Templating
from opconsole.ui.undoing import Deed
from opconsole.ui.words import operator_name
from opconsole.wire.checklists import ChecklistVersion, Step
from opconsole.wire.staff import ChecklistHistory, ChecklistVersions, SetChecklist


class ChecklistWriting:
    def __init__(self, workspace: Workspace, shift: Shift, templating: Templating, acts: Acts) -> None:
        self._workspace = workspace
        self._shift = shift
        self._picture = shift.store
        self._templating = templating
        self._acts = acts

    def choose(self) -> None:
        """Which department's: that of the chat on the screen is under the cursor."""
        from opconsole.ui.screens.picker import Option, Picker, fuzzy

        names = departments(self._picture)
        card = selectors.card(self._picture, self._picture.shown)
        if len(names) < 2:
            self.open(names[0] if names else "general")
            return
        steps = self._picture.me.settings.checklists
        options = [Option(name, name, right=str(len(steps.get(name, ())))) for name in names]
        start = names.index(card.department) if card is not None and card.department in names else 0
        picker: Picker[str] = Picker(
            self._workspace.view,
            tr("Whose checklist?"),
            lambda query: fuzzy(options, query),
            small=True,
            start=start,
        )
        self._workspace.pick(picker, lambda picked: self.open(picked.value))

    def open(self, department: str, mine: Sequence[Step] | None = None, warning: str = "") -> None:
        """`mine`: steps that are to be saved over those that count now."""
        from opconsole.ui.screens.checklist_form import ChecklistForm

        session = self._shift.session
        if session is None:
            self._workspace.say(tr("Nobody is logged in yet."))
            return
        draft = begun(self._picture, department)
        if mine is not None:
            draft.steps = list(mine)
        codes = {code for code, _ in self._templating.codes()}
        form = ChecklistForm(
            self._workspace.view,
            draft,
            new_id=session.new_id,
            known=codes.__contains__,
            save=self._save,
            reset=self._reset,
            history=self._ask_history,
            warning=warning,
        )
        self._workspace.app.push_screen(form)

    def changed(self, changes: Changes) -> None:
        for notice in changes.notices:
            if isinstance(notice, Answered) and isinstance(notice.frame, ChecklistVersions):
                self._show_history(notice.frame)
            elif isinstance(notice, Refused) and isinstance(notice.command, SetChecklist) and notice.command.steps:
                why = refusal_text(notice.code, notice.facts, notice.text)
                warning = tr("{why} Yours is here still; saving it replaces theirs.", why=why)
                self.open(notice.command.department, notice.command.steps, warning)

    # ------------------------------------------------------------ saving

    def _save(self, draft: ChecklistDraft) -> None:
        department, was_file = draft.department, not draft.edition

        def back(deed: Deed) -> str:
            if self._picture.me.settings.checklists.get(department, []) != draft.steps:
                return tr("The checklist of {department} was written anew since.", department=department)
            self._give(department, draft.before, reset=was_file, of=deed)
            return ""

        words = tr("The checklist of {department} is saved", department=department)
        self._acts.give(
            Act(words=lambda done: words, back=back),
            {0: lambda id_: SetChecklist(id=id_, department=department, steps=draft.steps, edition=draft.edition)},
        )

    def _reset(self, draft: ChecklistDraft) -> None:
        self._give(draft.department, (), reset=True)

    def _give(self, department: str, steps: Sequence[Step], *, reset: bool, of: Deed | None = None) -> None:
        words = (
            tr("The checklist of {department} is as in the desk's file", department=department)
            if reset
            else tr("The checklist of {department} is as before", department=department)
        )
        kept = [] if reset else list(steps)
        self._acts.give(
            Act(words=lambda done: words, of=of),
            {0: lambda id_: SetChecklist(id=id_, department=department, steps=kept, reset=reset)},
        )

    # ------------------------------------------------------------ history

    def _ask_history(self, department: str) -> None:
        session = self._shift.session
        if session is None or not session.ask(ChecklistHistory(id=session.new_id(), department=department)):
            self._workspace.say(tr("There is no link to the relay now."), "warning")

    def _show_history(self, history: ChecklistVersions) -> None:
        lines: list[tuple[str, str]] = []
        for version in reversed(history.versions):
            lines.append((HEADING, self._version_words(version)))
            for number, step in enumerate(version.steps, start=1):
                marks = [tr("required")] * step.required + [f"/{step.template}"] * bool(step.template)
                lines.append((f"  {number}", "  ".join((step.title, *marks))))
        lines = lines or [(HEADING, tr("It was never written here: it is as in the desk's file."))]
        title = tr("Checklist of {department}: earlier ones", department=history.department)
        self._workspace.app.push_screen(Sheet(self._workspace.view, title, lines))

    def _version_words(self, version: ChecklistVersion) -> str:
        at = date_time(version.at, self._workspace.view.now())
        name = operator_name(self._picture.operators.get(version.by), version.by)
        if version.reset:
            return tr("{at} · {name} took the steps of the desk's file", at=at, name=name)
        return tr("{at} · {name} wrote", at=at, name=name)
