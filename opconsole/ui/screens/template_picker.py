"""The list of templates to insert one from, with the way to their management: F4 again, on the one under the cursor."""

from collections.abc import Callable
from typing import Any, ClassVar

from textual.binding import Binding, BindingType

from opconsole.ui.screens.picker import Finder, Picker
from opconsole.ui.view import View
from opconsole.wire.cards import TemplateCard


class TemplatePicker(Picker[TemplateCard]):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f4,ctrl+t", "manage", show=False, priority=True),
    ]

    def __init__(
        self,
        view: View,
        title: str,
        find: Finder[TemplateCard],
        *,
        manage: Callable[[TemplateCard | None], None],
        **more: Any,
    ) -> None:
        super().__init__(view, title, find, **more)
        self._manage = manage

    def action_manage(self) -> None:
        options = self._options.options
        card = options[self._options.cursor].value if options else None
        self.dismiss(None)
        self._manage(card)
