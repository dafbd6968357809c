"""Logging in: the form, what the relay says, and a session that expires while one works."""

from pathlib import Path

from textual.widgets import Input

from opconsole.link.session import Ready
from opconsole.link.sign_in import Ask, SignIn
from opconsole.link.tokens import Tokens
from opconsole.settings import Settings
from opconsole.ui.screens.login import Login
from opconsole.wire.staff import Bye
from tests.ui.conftest import Open
from tests.ui.fake_relay import Clock, FakeRelay, console, screen_text, until


class Front(SignIn):
    """Knows one password."""

    def __init__(self, folder: Path) -> None:
        super().__init__(Tokens(folder, "file"), folder, "http://127.0.0.1:9", "olga")
        self.tried: list[tuple[str, str, str]] = []

    async def submit(self, relay: str, login: str, password: str) -> Ready | Ask:
        self.tried.append((relay, login, password))
        if password != "secret":
            return Ask(relay, login, "The login or the password is wrong.")
        return Ready(relay, login, "token")


async def test_the_first_run_asks_and_then_works(tmp_path: Path) -> None:
    relay, front = FakeRelay(), Front(tmp_path)
    app = console(relay, tmp_path, clock=Clock(), settings=Settings(theme="dusk"))
    app.shift.sign_in = front
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, Login), "the login is shown")
        assert isinstance(app.focused, Input)
        assert app.focused.id == "password"
        await pilot.press(*"wrong", "enter")
        await until(pilot, lambda: "is wrong" in "\n".join(screen_text(app)), "the refusal is shown")
        assert app.focused.id == "password"
        assert app.focused.value == ""
        await pilot.press(*"secret", "enter")
        await until(pilot, lambda: app.store.link.is_live, "live")
        assert front.tried[-1] == ("http://127.0.0.1:9", "olga", "secret")
        assert app.screen is app.workspace


async def test_leaving_the_login_leaves_the_console(tmp_path: Path) -> None:
    app = console(FakeRelay(), tmp_path, clock=Clock(), settings=Settings(theme="dusk"))
    app.shift.sign_in = Front(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, Login), "the login is shown")
        await pilot.press("escape")
        await until(pilot, lambda: app._exit, "the console ends")
    assert app.return_code == 0


async def test_a_session_that_expires_asks_again_and_keeps_what_was_written(open_console: Open, tmp_path: Path) -> None:
    async with open_console(shown=11) as bench:
        front = Front(tmp_path)
        bench.app.shift.sign_in = front
        await bench.type("half a reply")
        bench.relay.say(Bye(code="expired"))
        await bench.until(lambda: isinstance(bench.app.screen, Login), "the login is shown")
        await bench.type("secret")
        await bench.press("enter")
        await bench.until(lambda: bench.app.screen is bench.app.workspace, "back at work")
        assert bench.composed == "half a reply"
