"""The list of one's own logins, and the end of one."""

import pytest

from opconsole.link.login import LoginFailed, OwnSession
from opconsole.ui import logins
from opconsole.ui.screens.picker import Picker
from opconsole.ui.screens.question import Question
from tests.ui.conftest import Open
from tests.ui.fake_relay import NOW, screen_text

HERE = OwnSession("aa", "opconsole/1.0", NOW - 60_000, NOW, NOW + 9, live=True, current=True)
LAPTOP = OwnSession("bb", "opconsole/0.9 (old)", NOW - 9_000_000, NOW - 5_000_000, NOW + 9, live=True)


async def test_my_logins_are_listed_and_one_is_ended(open_console: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[str] = []

    async def listed(relay: str, token: str) -> list[OwnSession] | LoginFailed:
        return [HERE, LAPTOP]

    async def end(relay: str, token: str, session_id: str) -> LoginFailed | None:
        ended.append(session_id)
        return None

    monkeypatch.setattr(logins, "own_sessions", listed)
    monkeypatch.setattr(logins, "end_session", end)
    async with open_console() as bench:
        bench.app.workspace.action_run("sessions")
        await bench.until(lambda: isinstance(bench.app.screen, Picker), "the list is shown")
        text = "\n".join(screen_text(bench.app))
        assert "opconsole/1.0, since" in text
        assert "this console" in text
        assert "connected" in text
        await bench.press("down", "enter")
        await bench.until(lambda: isinstance(bench.app.screen, Question), "it asks first")
        await bench.press("enter")
        await bench.until(lambda: ended == ["bb"], "the laptop's login is ended")
        await bench.until(lambda: "That login has ended." in "\n".join(screen_text(bench.app)), "it is told")


async def test_what_keeps_the_list_away_is_told(open_console: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    async def nothing(relay: str, token: str) -> list[OwnSession] | LoginFailed:
        return LoginFailed("unreachable", "Nothing answers there.")

    monkeypatch.setattr(logins, "own_sessions", nothing)
    async with open_console() as bench:
        bench.app.workspace.action_run("sessions")
        await bench.until(lambda: "Nothing answers there." in "\n".join(screen_text(bench.app)), "it is told")
