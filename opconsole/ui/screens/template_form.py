"""The form of one template: its fields, its text, and as one types the text as a visitor would read it. Ctrl+S saves.

It stays until the relay has answered: what was refused can be mended, and what a colleague has saved meanwhile is shown beside one's own.
"""

from collections.abc import Callable, Sequence
from typing import ClassVar, Final

from msgspec.structs import replace
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.strip import Strip
from textual.widgets import Input, TextArea

from opconsole.locale import tr
from opconsole.state.template_draft import LINES, Draft, card_of, fault_of
from opconsole.state.template_import import Scope
from opconsole.ui.cells import cut, wrap
from opconsole.ui.ink import Ink
from opconsole.ui.screens.over import Over
from opconsole.ui.view import View
from opconsole.ui.widgets.bars import Bar
from opconsole.ui.widgets.line import LineWidget, Part, strip_of
from opconsole.wire.cards import TemplateCard

Save = Callable[[Draft], bool]
"""Sends it. True: the form is told what comes of it; False: it goes out when there is a link again."""

_ROWS: Final = (
    ("code", "title"),
    ("group", "scope"),
    ("lang", "channel", "hotkey"),
    ("active_from", "active_until", "hours"),
)


def field_name(name: str) -> str:
    return {
        "code": tr("Code"),
        "title": tr("Title"),
        "group": tr("Folder"),
        "scope": tr("Whose"),
        "lang": tr("Language"),
        "channel": tr("Channel"),
        "hotkey": tr("Key 1–9"),
        "active_from": tr("From day"),
        "active_until": tr("To day"),
        "hours": tr("Days and hours"),
        "text": tr("Text"),
    }[name]


def _syntax() -> str:
    """What may stand in a text, as one would write it."""
    name, default, question, code = tr("name"), tr("default"), tr("question"), tr("code")
    holes = f"{{{name}}} {{{name}|{default}}} {{{name}?{question}|{default}}} {{?{question}}}"
    return f"{holes} {{? … }} {{>{code}}}"


def scope_name(scope: Scope) -> str:
    return tr("mine") if scope.owner else scope.department or tr("the desk")


class _Words(Bar):
    def __init__(self, view: View, words: str, kind: str = "label") -> None:
        super().__init__(view)
        self.words = words
        self.kind = kind

    def ink(self) -> Ink:
        return self.view.inks.over

    def parts(self, ink: Ink) -> list[Part]:
        inks = {"title": ink.accent, "label": ink.muted, "message": ink.danger}
        return [(" " + cut(self.words, self.cells.width - 1), inks[self.kind])]

    def say(self, words: str) -> None:
        self.words = words
        self.repaint_changed()


class _ScopeField(LineWidget, can_focus=True):
    """Whose it is: the space bar and the arrows choose among those that one may edit."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space,right", "turn(1)", show=False),
        Binding("left", "turn(-1)", show=False),
    ]

    class Turned(Message):
        pass

    def __init__(self, view: View, scopes: Sequence[Scope], scope: Scope) -> None:
        super().__init__(view, id="scope")
        self._scopes = list(scopes) if scope in scopes else [scope, *scopes]
        self.scope = scope

    def line_key(self, y: int) -> tuple[Scope, bool]:
        return self.scope, self.has_focus

    def draw_line(self, y: int) -> Strip:
        ink = self.view.inks.chosen if self.has_focus else self.view.inks.side
        more = "‹ › " if len(self._scopes) > 1 else ""
        return strip_of([(f" {more}{scope_name(self.scope)}", ink.text)], self.cells.width, ink.text)

    def action_turn(self, by: int) -> None:
        self.scope = self._scopes[(self._scopes.index(self.scope) + by) % len(self._scopes)]
        self.repaint_changed()
        self.post_message(self.Turned())

    def on_click(self) -> None:
        self.action_turn(1)

    def on_focus(self) -> None:
        self.repaint_changed()

    def on_blur(self) -> None:
        self.repaint_changed()


class _Read(LineWidget):
    """The text as a visitor would read it."""

    def __init__(self, view: View) -> None:
        super().__init__(view, id="read")
        self._lines: list[str] = []
        self._text = ""

    def show(self, text: str) -> None:
        self._text = text
        self._lines = wrap(text, max(10, self.cells.width - 4))
        self.repaint_changed()

    def on_resize(self, event: events.Resize) -> None:
        super().on_resize(event)
        self.show(self._text)

    def line_key(self, y: int) -> str:
        return self._lines[y] if y < len(self._lines) else ""

    def draw_line(self, y: int) -> Strip:
        ink = self.view.inks.over
        line = self._lines[y] if y < len(self._lines) else ""
        return strip_of([("  ┃ " if line else "", ink.border), (line, ink.operator)], self.cells.width, ink.text)


class TemplateForm(Over[None]):
    DEFAULT_CSS = """
    TemplateForm { align: center middle; background: $background 60%; }
    TemplateForm > Vertical { width: 96%; max-width: 110; height: 96%; max-height: 36; background: $raised; }
    TemplateForm .row { height: 2; }
    TemplateForm .field { width: 1fr; height: 2; padding: 0 1 0 0; }
    TemplateForm Input { height: 1; border: none; padding: 0 1 !important; background: $surface; color: $text; }
    TemplateForm Input:focus { border: none; background: $selection; }
    TemplateForm TextArea { height: 1fr; min-height: 3; border: none; padding: 0 1; background: $surface; color: $text; }
    TemplateForm TextArea:focus { border: none; }
    TemplateForm #read { height: 5; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s,f2", "save", show=False, priority=True),
        Binding("escape", "leave", show=False, priority=True),
        Binding(
            "tab", "app.focus_next", show=False, priority=True
        ),  # before the next letter, which may be here already
        Binding("shift+tab", "app.focus_previous", show=False, priority=True),
    ]

    def __init__(
        self,
        view: View,
        draft: Draft,
        scopes: Sequence[Scope],
        *,
        save: Save,
        preview: Callable[[TemplateCard], str],
        others: Callable[[], list[TemplateCard]],
        zone: str,
    ) -> None:
        super().__init__()
        self._view = view
        self.draft = draft
        self._save = save
        self._as_read = preview
        self._others = others
        self._zone = zone
        self.waits = False
        """For the relay's answer."""
        self._given_up = False
        self._fields = {name: Input(getattr(draft, name), id=name, compact=True) for name in LINES}
        for field in self._fields.values():
            field.cursor_blink = False
        self._scope = _ScopeField(view, scopes, draft.scope)
        self._text = TextArea(draft.text, id="text", soft_wrap=True, show_line_numbers=False, compact=True)
        self._text.cursor_blink = False
        self._message = _Words(view, "", "message")
        self._read = _Read(view)

    def compose(self) -> ComposeResult:
        title = tr("Template /{code}", code=self.draft.code) if self.draft.edition else tr("A new template")
        with Vertical():
            yield _Words(self._view, title, "title")
            for names in _ROWS:
                with Horizontal(classes="row"):
                    for name in names:
                        with Vertical(classes="field"):
                            yield _Words(self._view, field_name(name))
                            yield self._scope if name == "scope" else self._fields[name]
            yield _Words(self._view, f"{field_name('text')}: {_syntax()}")
            yield self._text
            yield _Words(self._view, tr("As the visitor reads it"))
            yield self._read
            yield self._message
            yield _Words(self._view, tr("Tab goes on · Ctrl+S saves · Esc gives up"))

    def on_mount(self) -> None:
        (self._text if self.draft.code else self._fields["code"]).focus()
        self._text.move_cursor(self._text.document.end)
        self._look()

    # ------------------------------------------------------------ what is written

    def written(self) -> Draft:
        lines = {name: field.value for name, field in self._fields.items()}
        return self.draft.with_lines(lines, self._text.text, self._scope.scope)

    @property
    def changed(self) -> bool:
        return self.written() != self.draft

    @on(Input.Changed)
    @on(TextArea.Changed)
    @on(_ScopeField.Turned)
    def _edited(self, event: Message) -> None:
        event.stop()
        self._given_up = False
        self._message.say("")
        self._look()

    def _look(self) -> None:
        draft = self.written()
        self._read.show(self._as_read(card_of(draft)) if draft.text else "")

    @on(Input.Submitted)
    def _on(self, event: Input.Submitted) -> None:
        event.stop()
        self.focus_next()

    # ------------------------------------------------------------ saving

    def action_save(self) -> None:
        if self.waits:
            return
        draft = self.written()
        field, fault = fault_of(draft, self._others(), self._zone)
        if fault:
            self._message.say(fault)
            (self._text if field == "text" else self._fields[field]).focus()
            return
        self._message.say(tr("saving…"))
        self.waits = True
        if not self._save(draft):
            self.dismiss(None)

    def refused(self, sentence: str) -> None:
        self.waits = False
        self._message.say(sentence)

    def go_on(self, edition: int) -> None:
        """Over the edition that is there now."""
        self.waits = False
        self.draft = replace(self.draft, edition=edition)

    def action_leave(self) -> None:
        """At once, if nothing was changed; otherwise at the second time."""
        if self.changed and not self._given_up and not self.waits:
            self._given_up = True
            self._message.say(tr("Not saved. Esc again gives up what you have changed."))
            return
        self.dismiss(None)
