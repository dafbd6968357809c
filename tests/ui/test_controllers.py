"""The list of controllers: all of them hear, in their order, and each action has one."""

from pathlib import Path

import pytest

from opconsole.link.tokens import Tokens
from opconsole.settings import Settings
from opconsole.state.changes import Changes
from opconsole.ui.controller import Controller, Handlers
from opconsole.ui.controllers import Controllers
from opconsole.ui.monitor_app import MonitorApp
from opconsole.ui.staff_app import StaffApp
from tests.ui import scene
from tests.ui.fake_relay import FakeRelay, _NoLogin, console


class Noting(Controller):
    def __init__(self, name: str, heard: list[str], *actions: str) -> None:
        self.name = name
        self.heard = heard
        self.actions = actions

    def handlers(self) -> Handlers:
        return {action: lambda: None for action in self.actions}

    def changed(self, changes: Changes) -> None:
        self.heard.append(f"{self.name} changed")

    async def stop(self) -> None:
        self.heard.append(f"{self.name} stopped")


async def test_they_hear_in_the_order_in_which_they_joined() -> None:
    heard: list[str] = []
    controllers = Controllers()
    for name in ("first", "second"):
        controllers.join(Noting(name, heard))
    controllers.changed(Changes())
    controllers.tick()
    await controllers.stop()
    assert heard == ["first changed", "second changed", "first stopped", "second stopped"]


def test_an_action_of_two_controllers_is_a_mistake() -> None:
    controllers = Controllers()
    controllers.join(Noting("first", [], "close", "take"))
    controllers.join(Noting("second", [], "close"))
    with pytest.raises(ValueError, match=r"Noting has actions of another controller: \['close'\]"):
        controllers.handlers()


def apps(folder: Path) -> list[StaffApp]:
    sign_in = _NoLogin(Tokens(folder, "file"), folder)
    return [console(FakeRelay(scene.sync()), folder), MonitorApp(sign_in, Settings())]


def test_every_controller_has_joined(tmp_path: Path) -> None:
    for app in apps(tmp_path):
        made = {name for name, each in vars(app.controllers).items() if isinstance(each, Controller)}
        joined = {id(each) for each in app.controllers._all}
        assert made
        assert {name for name in made if id(vars(app.controllers)[name]) not in joined} == set()


def test_refusals_are_told_before_they_are_forgotten(tmp_path: Path) -> None:
    """`Alerts` asks `Acts` whether it tells of a refusal itself; `Acts` forgets the refusal as it hears of it. Navigation before both:
    what it has put on the screen is no news."""
    names = [type(each).__name__ for each in apps(tmp_path)[0].controllers._all]
    order = [names.index(name) for name in ("Templating", "Navigation", "Second", "Alerts", "Acts")]
    assert order == sorted(order)
    edited = [names.index(name) for name in ("Writing", "Templating", "Composing", "Hinting")]
    assert edited == sorted(edited)
