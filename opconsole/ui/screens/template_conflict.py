"""Two editors, one template: what a colleague has saved meanwhile, beside what one was about to save. The operator decides."""

from typing import ClassVar, Final, Literal

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from opconsole.locale import date_time, tr
from opconsole.state.template_draft import Draft, differences
from opconsole.ui.actions import both_layouts
from opconsole.ui.cells import cut, wrap
from opconsole.ui.screens.scrolled import Scrolled
from opconsole.ui.screens.template_form import field_name
from opconsole.ui.view import View
from opconsole.ui.widgets.line import Part
from opconsole.ui.widgets.long_text import LongText
from opconsole.ui.words import operator_name
from opconsole.wire.cards import TemplateCard

CELLS: Final = 78
_MOST_LINES: Final = 32

Choice = Literal["mine", "theirs", "copy"]


class _ConflictCard(LongText):
    DEFAULT_CSS = f"_ConflictCard {{ width: {CELLS}; max-width: 98%; max-height: 94%; }}"

    def __init__(self, view: View, mine: Draft, theirs: Draft, card: TemplateCard) -> None:
        super().__init__(view)
        self._mine, self._theirs, self._card = mine, theirs, card
        self.styles.height = min(_MOST_LINES, len(self.laid_out(CELLS)))

    def laid_out(self, cells: int) -> list[list[Part]]:
        ink = self.view.inks.over
        by = operator_name(self.view.picture.operators.get(self._card.by), self._card.by)
        at = date_time(self._card.at, self.view.now()) if self._card.at else ""
        head = tr("{name} saved this template meanwhile, {at}", name=by or tr("the starter set"), at=at)
        lines: list[list[Part]] = [[("  " + cut(head, cells - 4), ink.warning)]]
        for name, mine, theirs in differences(self._mine, self._theirs):
            title = tr("Whose") if name == "scope" else field_name(name)
            lines += [[], [("  " + title, ink.strong)]]
            for whose, text, style in ((tr("theirs"), theirs, ink.visitor), (tr("mine"), mine, ink.operator)):
                for number, line in enumerate(wrap(text or "—", cells - 16)):
                    lines.append([(f"  {whose if number == 0 else '':<8} ┃ ", ink.muted), (line, style)])
        keys = tr("M saves mine over it · T keeps theirs · C saves mine as a copy · Esc goes on editing")
        lines += [[], *([("  " + line, ink.accent)] for line in wrap(keys, cells - 4))]
        return lines


class TemplateConflict(Scrolled[Choice | None]):
    DEFAULT_CSS = "TemplateConflict { align: center middle; background: $background 60%; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(both_layouts("m"), "choose('mine')", show=False),
        Binding(both_layouts("t"), "choose('theirs')", show=False),
        Binding(both_layouts("c"), "choose('copy')", show=False),
        Binding("escape", "leave", show=False),
    ]

    def __init__(self, view: View, mine: Draft, theirs: Draft, card: TemplateCard) -> None:
        super().__init__(_ConflictCard(view, mine, theirs, card))

    def compose(self) -> ComposeResult:
        yield self.text

    def action_choose(self, choice: Choice) -> None:
        self.dismiss(choice)

    def action_leave(self) -> None:
        self.dismiss(None)
