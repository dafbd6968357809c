"""The login: which relay, who, and the password. What the relay says stands below; Esc leaves the console."""

from collections.abc import Awaitable, Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from opconsole.link.session import Ready
from opconsole.link.sign_in import Ask
from opconsole.locale import tr
from opconsole.ui.ink import Ink
from opconsole.ui.view import View
from opconsole.ui.widgets.bars import Bar
from opconsole.ui.widgets.line import Part

Submit = Callable[[str, str, str], Awaitable[Ready | Ask]]
"""(relay, login, password)."""


class _Words(Bar):
    def __init__(self, view: View, words: str, kind: str = "label") -> None:
        super().__init__(view)
        self.words = words
        self._kind = kind

    def ink(self) -> Ink:
        return self.view.inks.over

    def parts(self, ink: Ink) -> list[Part]:
        style = {"title": ink.accent, "label": ink.muted, "message": ink.danger, "hint": ink.muted}[self._kind]
        return [(" " + self.words, style)]

    def say(self, words: str) -> None:
        self.words = words
        self.repaint_changed()


class Login(ModalScreen[Ready | None]):
    DEFAULT_CSS = """
    Login { align: center middle; background: $background 60%; }
    Login > Vertical { width: 64; max-width: 96%; height: auto; background: $raised; padding: 1 2; }
    Login Input { height: 1; border: none; padding: 0 1; margin-bottom: 1; background: $surface; color: $text; }
    Login Input:focus { border: none; background: $selection; }
    Login #message { height: 2; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False),
        Binding("ctrl+q", "leave", show=False, priority=True),
        Binding("down", "app.focus_next", show=False),
        Binding("up", "app.focus_previous", show=False),
    ]
    AUTO_FOCUS: ClassVar[str | None] = ""  # nobody but `_stand_in`: a password must not fall into a field that shows it

    def __init__(self, view: View, ask: Ask, submit: Submit) -> None:
        super().__init__()
        self._ask = ask
        self._submit = submit
        self._view = view
        self._fields = {
            "relay": Input(ask.relay, id="relay", compact=True),
            "login": Input(ask.login, id="login", compact=True),
            "password": Input(password=True, id="password", compact=True),
        }
        for field in self._fields.values():
            field.cursor_blink = False
        self._message = _Words(view, ask.message, "message")
        self._busy = False

    def compose(self) -> ComposeResult:
        labels = {"relay": tr("Address of the relay"), "login": tr("Login"), "password": tr("Password")}
        with Vertical():
            yield _Words(self._view, tr("Log in"), "title")
            yield _Words(self._view, "")
            for name, field in self._fields.items():
                yield _Words(self._view, labels[name])
                yield field
            yield self._message
            yield _Words(self._view, tr("Enter goes on · Tab next field · Esc leaves"), "hint")

    def on_mount(self) -> None:
        self._stand_in(self._ask.field)

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        names = list(self._fields)
        here = names.index(event.input.id or "password")
        empty = [name for name in names[here + 1 :] if not self._fields[name].value]
        if empty:
            self._stand_in(empty[0])
        elif not self._busy:
            self.run_worker(self._try(), exit_on_error=False)

    async def _try(self) -> None:
        self._busy = True
        self._message.say(tr("One moment…"))
        relay, login, password = (field.value for field in self._fields.values())
        try:
            step = await self._submit(relay, login, password)
        finally:
            self._busy = False
        if isinstance(step, Ready):
            self.dismiss(step)
            return
        self._fields["relay"].value, self._fields["login"].value = step.relay, step.login
        self._fields["password"].value = ""
        self._message.say(step.message)
        self._stand_in(step.field)

    def _stand_in(self, name: str) -> None:
        self.set_focus(self._fields.get(name, self._fields["password"]))  # at once: the next key may be here already

    def action_leave(self) -> None:
        self.dismiss(None)
