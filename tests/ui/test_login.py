"""Logging in: the form, what the relay says, and a session that expires while one works."""

from pathlib import Path

from textual.widgets import Input

from opconsole.link.session import Ready
from opconsole.link.sign_in import Ask, NewCodes, SignIn, Step
from opconsole.link.tokens import Tokens
from opconsole.settings import Settings
from opconsole.ui.app import Console
from opconsole.ui.screens.login import Login
from opconsole.ui.widgets.qr import QUIET, modules
from opconsole.wire.staff import Bye
from tests.ui.conftest import Open
from tests.ui.fake_relay import Clock, FakeRelay, console, screen_text, until


class Front(SignIn):
    """Knows one password."""

    def __init__(self, folder: Path) -> None:
        super().__init__(Tokens(folder, "file"), folder, "http://127.0.0.1:9", "olga")
        self.tried: list[tuple[str, str, str]] = []

    async def submit(self, relay: str, login: str, password: str, code: str = "") -> Step:
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


SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
URI = f"otpauth://totp/Acme:olga?secret={SECRET}&issuer=Acme"


class SecondFactor(Front):
    """Wants a code as well: `123456`. With `setting_up` it is shown how to come by one first."""

    def __init__(self, folder: Path, *, setting_up: bool = False) -> None:
        super().__init__(folder)
        self.setting_up = setting_up
        self.codes: list[str] = []

    async def submit(self, relay: str, login: str, password: str, code: str = "") -> Step:
        step = await super().submit(relay, login, password)
        if not isinstance(step, Ready):
            return step
        secret, uri = (SECRET, URI) if self.setting_up else ("", "")
        self.codes.append(code)
        if code != "123456":
            return Ask(relay, login, "The code is wrong." if code else "", "code", secret, uri)
        return NewCodes(step, tuple(f"CODE-{number}" for number in range(8))) if self.setting_up else step


def shown(app: Console) -> str:
    return "\n".join(screen_text(app))


async def test_a_code_is_asked_for_only_when_it_is_needed(tmp_path: Path) -> None:
    relay, front = FakeRelay(), SecondFactor(tmp_path)
    app = console(relay, tmp_path, clock=Clock(), settings=Settings(theme="dusk"))
    app.shift.sign_in = front
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, Login), "the login is shown")
        assert "recovery code" not in shown(app)
        await pilot.press(*"secret", "enter")
        await until(pilot, lambda: app.focused is not None and app.focused.id == "code", "the code is asked for")
        assert "Code from the app, or a recovery code" in shown(app)
        assert "Password" not in shown(app)
        await pilot.press("enter")
        await pilot.press(*"000000", "enter")
        await until(pilot, lambda: "The code is wrong." in shown(app), "the refusal is shown")
        await pilot.press("escape")
        await until(pilot, lambda: "Password" in shown(app), "a step back")
        assert app.focused is not None
        assert app.focused.id == "password"
        await pilot.press(*"secret", "enter")
        await until(pilot, lambda: app.focused is not None and app.focused.id == "code", "the code is asked for again")
        await pilot.press(*"123456", "enter")
        await until(pilot, lambda: app.store.link.is_live, "live")
        assert front.codes == ["", "000000", "", "123456"]


async def test_a_second_factor_is_set_up_on_the_screen_and_its_recovery_codes_are_shown_once(tmp_path: Path) -> None:
    relay, front = FakeRelay(), SecondFactor(tmp_path, setting_up=True)
    app = console(relay, tmp_path, clock=Clock(), settings=Settings(theme="dusk"))
    app.shift.sign_in = front
    async with app.run_test(size=(100, 45)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, Login), "the login is shown")
        await pilot.press(*"secret", "enter")
        await until(pilot, lambda: "JBSW Y3DP" in shown(app), "the secret is shown")
        assert "Scan it" in shown(app)
        assert shown(app).count("▀" * 30) > 15, "as a QR code"
        await pilot.press(*"123456", "enter")
        await until(pilot, lambda: "CODE-7" in shown(app), "the recovery codes are shown")
        assert SECRET[:4] not in shown(app)
        assert not app.store.link.is_live
        await pilot.press("escape")
        await pilot.pause()
        assert "CODE-0" in shown(app), "only Enter leads on"
        await pilot.press("enter")
        await until(pilot, lambda: app.store.link.is_live, "live")


async def test_where_a_qr_code_has_no_room_the_secret_can_be_typed(tmp_path: Path) -> None:
    app = console(FakeRelay(), tmp_path, clock=Clock(), settings=Settings(theme="dusk"))
    app.shift.sign_in = SecondFactor(tmp_path, setting_up=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, Login), "the login is shown")
        await pilot.press(*"secret", "enter")
        await until(pilot, lambda: "JBSW Y3DP" in shown(app), "the secret is shown")
        assert "no room for a QR code" in shown(app)
        assert "▀" not in shown(app)
        assert "The code that the app shows then" in shown(app)


def test_the_qr_code_is_the_standards(tmp_path: Path) -> None:
    rows = modules(URI)
    assert len(rows) == len(rows[0])
    inner = [row[QUIET:-QUIET] for row in rows[QUIET:-QUIET]]
    assert (len(inner) - 17) % 4 == 0, "sides of QR codes are 17 and fours"
    finder = ["1111111", "1000001", "1011101", "1011101", "1011101", "1000001", "1111111"]
    for across, down in ((0, 0), (len(inner) - 7, 0), (0, len(inner) - 7)):
        corner = [inner[down + y][across : across + 7] for y in range(7)]
        assert ["".join("01"[module] for module in row) for row in corner] == finder
    assert not any(any(row) for row in (*rows[:QUIET], *rows[-QUIET:]))
    assert modules("x" * 4000) == []
