"""The login: which relay, who, the password; and, when the relay asks for it, the code of the second factor, or how to set one up.

What the relay says stands below. Esc goes a step back, and from the first one leaves the console.
"""

from collections.abc import Awaitable, Callable
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from opconsole.link.session import Ready
from opconsole.link.sign_in import Ask, NewCodes, Step
from opconsole.locale import tr
from opconsole.ui.ink import Ink
from opconsole.ui.view import View
from opconsole.ui.widgets.bars import Bar
from opconsole.ui.widgets.line import Part
from opconsole.ui.widgets.qr import Qr

Submit = Callable[[str, str, str, str], Awaitable[Step]]
"""(relay, login, password, code)."""
LINES_AROUND_QR: Final = 15
"""Of the screen, what setting up a second factor needs beside the QR code."""


WIDEST_QR: Final = 58


class _Words(Bar):
    def __init__(self, view: View, words: str, kind: str = "label") -> None:
        super().__init__(view)
        self.words = words
        self._kind = kind

    def ink(self) -> Ink:
        return self.view.inks.over

    def parts(self, ink: Ink) -> list[Part]:
        kinds = {
            "title": ink.accent,
            "label": ink.muted,
            "message": ink.danger,
            "hint": ink.muted,
            "strong": ink.strong,
        }
        return [(" " + self.words, kinds[self._kind])]

    def say(self, words: str) -> None:
        self.words = words
        self.repaint_changed()


class Login(ModalScreen[Ready | None]):
    DEFAULT_CSS = """
    Login { align: center middle; background: $background 60%; }
    Login > Vertical { width: 64; max-width: 96%; height: auto; background: $raised; padding: 1 2; }
    Login .step { height: auto; }
    Login Input { height: 1; border: none; padding: 0 1 !important; margin-bottom: 1; background: $surface; color: $text; }
    Login Input:focus { border: none; background: $selection; }
    Login Qr { margin: 0 0 1 1; }
    Login #message { height: 2; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", show=False),
        Binding("enter", "go_on", show=False),
        Binding("ctrl+q", "leave", show=False, priority=True),
        Binding("tab", "app.focus_next", show=False, priority=True),  # before the next letter: it may be of a password
        Binding("shift+tab", "app.focus_previous", show=False, priority=True),
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
        self._code = Input(id="code", compact=True)
        for field in (*self._fields.values(), self._code):
            field.cursor_blink = False
        self._title = _Words(view, tr("Log in"), "title")
        self._message = _Words(view, ask.message, "message")
        self._hint = _Words(view, "", "hint")
        self._qr = Qr(view)
        self._enrol = [_Words(view, "", kind) for kind in ("label", "strong", "label")]
        self._codes = [_Words(view, "", "label"), *(_Words(view, "", "strong") for _ in range(10))]
        self._steps = {name: Vertical(classes="step") for name in ("form", "code", "codes")}
        self._step = "form"
        self._done: Ready | None = None
        self._busy = False

    def compose(self) -> ComposeResult:
        labels = {"relay": tr("Address of the relay"), "login": tr("Login"), "password": tr("Password")}
        with Vertical():
            yield self._title
            yield _Words(self._view, "")
            with self._steps["form"]:
                for name, field in self._fields.items():
                    yield _Words(self._view, labels[name])
                    yield field
            with self._steps["code"]:
                yield from self._enrol[:2]
                yield self._qr
                yield self._enrol[2]
                yield self._code
            with self._steps["codes"]:
                yield from self._codes
            yield self._message
            yield self._hint

    def on_mount(self) -> None:
        self._show("form")
        self._stand_in(self._ask.field)

    # ------------------------------------------------------------ the three steps

    def _show(self, step: str) -> None:
        self._step = step
        for name, part in self._steps.items():
            part.display = name == step
        titles = {"form": tr("Log in"), "code": tr("Second factor"), "codes": tr("Recovery codes")}
        hints = {
            "form": tr("Enter goes on · Tab next field · Esc leaves"),
            "code": tr("Enter goes on · Esc back"),
            "codes": tr("Enter goes on: they are not shown again"),
        }
        self._title.say(titles[step])
        self._hint.say(hints[step])

    def _show_code(self, ask: Ask) -> None:
        """Ask for a code; with a secret, show how to come by one."""
        size = self.app.size
        setting_up = bool(ask.secret)
        for part in self._enrol[:2]:
            part.display = setting_up
        drawn = setting_up and self._qr.show(ask.uri, min(size.width - 8, WIDEST_QR), size.height - LINES_AROUND_QR)
        self._qr.display = drawn
        how = tr("Scan it with an authenticator app, or type it there:")
        if not drawn:
            how = tr("Type it into an authenticator app (no room for a QR code):")
        self._enrol[0].say(how)
        self._enrol[1].say(ask.secret_words)
        self._enrol[2].say(
            tr("The code that the app shows then") if setting_up else tr("Code from the app, or a recovery code")
        )
        self._code.value = ""
        self._show("code")
        self.set_focus(self._code)

    def _show_codes(self, got: NewCodes) -> None:
        """Once and never again: so nothing but Enter leads on from here."""
        self._done = got.ready
        self._codes[0].say(tr("Each is good for one login without the app. Keep them safe:"))
        for line, words in zip(self._codes[1:], ["", *got.codes], strict=False):
            line.say(f"  {words}")
        self._message.say("")
        self._show("codes")
        self.set_focus(None)

    # ------------------------------------------------------------ going on

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        if event.input is self._code:
            if self._code.value.strip():
                self._start()
            return
        names = list(self._fields)
        here = names.index(event.input.id or "password")
        empty = [name for name in names[here + 1 :] if not self._fields[name].value]
        if empty:
            self._stand_in(empty[0])
        else:
            self._start()

    def _start(self) -> None:
        if not self._busy:
            self.run_worker(self._try(), exit_on_error=False)

    async def _try(self) -> None:
        self._busy = True
        self._message.say(tr("One moment…"))
        relay, login, password = (field.value for field in self._fields.values())
        code = self._code.value if self._step == "code" else ""
        try:
            step = await self._submit(relay, login, password, code)
        finally:
            self._busy = False
        if isinstance(step, Ready):
            self.dismiss(step)
        elif isinstance(step, NewCodes):
            self._show_codes(step)
        else:
            self._ask_again(step)

    def _ask_again(self, step: Ask) -> None:
        self._fields["relay"].value, self._fields["login"].value = step.relay, step.login
        self._message.say(step.message)
        if step.field == "code":
            self._show_code(step)  # the password stays: it goes along with the code
            return
        self._fields["password"].value = ""
        self._show("form")
        self._stand_in(step.field)

    def _stand_in(self, name: str) -> None:
        self.set_focus(self._fields.get(name, self._fields["password"]))  # at once: the next key may be here already

    def action_go_on(self) -> None:
        if self._step == "codes":
            self.dismiss(self._done)

    def action_back(self) -> None:
        if self._step == "codes":
            return
        if self._step == "form":
            self.dismiss(None)
            return
        self._message.say("")
        self._fields["password"].value = self._code.value = ""
        self._show("form")
        self._stand_in("password")

    def action_leave(self) -> None:
        self.dismiss(None)
