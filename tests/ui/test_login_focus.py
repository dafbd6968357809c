"""A password typed the moment the login appears falls into the field that hides it, and into no other."""

from pathlib import Path

import pytest
from textual import events
from textual.widgets import Input

from opconsole.settings import Settings
from opconsole.ui.screens.login import Login
from tests.ui.fake_relay import Clock, FakeRelay, console, until
from tests.ui.test_login import Front


async def test_no_field_but_the_password_has_the_focus_when_the_rest_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = console(FakeRelay(), tmp_path, clock=Clock(), settings=Settings(theme="dusk"))
    app.shift.sign_in = Front(tmp_path)
    focused: list[str | None] = []
    real = Input._on_focus

    def note(field: Input, event: events.Focus) -> None:
        focused.append(field.id)
        real(field, event)

    monkeypatch.setattr(Input, "_on_focus", note)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, Login), "the login is shown")
        await until(pilot, lambda: focused, "a field has the focus")
        await pilot.pause()
    assert set(focused) == {"password"}
