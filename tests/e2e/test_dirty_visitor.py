"""A visitor as hostile as a visitor can be, through the real relay to the real console: the relay's door, and the console's."""

import os
import sys
from pathlib import Path
from typing import Any

import pytest
from msgspec import Struct

from opconsole.link.tokens import Tokens
from opconsole.wire import limits
from opconsole.wire.cards import Page, Profile, Role, Status
from opconsole.wire.staff import AddNote, SaveTemplate, SetStatus, TakeNext
from opconsole.wire.visitor import VisitorForm, VisitorHello, VisitorPage, VisitorRate, VisitorSay, VisitorTyping
from tests.e2e.dirt import Dirt
from tests.e2e.dirty_desk import DirtyDesk
from tests.e2e.pty_terminal import PtyTerminal
from tests.e2e.relay_process import ROOT, RelayProcess, new_id, relay_process
from tests.e2e.terminal_bytes import foreign

pytestmark = pytest.mark.slow


def dirty_profile(dirt: Dirt) -> Profile:
    def line(place: str, limit: int = limits.LINE_CHARS) -> str:
        return dirt.at(place, limit)

    return Profile(
        page=Page(line("page url", 400), line("page title")),
        referrer=line("referrer"),
        landing=line("landing"),
        query=line("query"),
        utm={line("utm key", 40): line("utm value", 200)},
        lang=line("lang", 30),
        tz=line("tz", 60),
        screen=line("screen", 30),
        agent=line("agent"),
        name=line("profile name", 80),
        email=line("profile email", 200),
        phone=line("profile phone", 60),
    )


async def speak(relay: RelayProcess, dirt: Dirt) -> Any:
    """All that a visitor may say, and what a colleague may write about it."""
    visitor = await relay.visitor()
    await visitor.close()
    visitor = await relay.connect("/v1/visitor", _any)
    await visitor.send(VisitorHello(profile=dirty_profile(dirt)))
    await visitor.send(VisitorSay(id=new_id(), text=dirt.at("text")))
    await visitor.send(VisitorPage(url=dirt.at("moved url", 400), title=dirt.at("moved title", 400)))
    await visitor.send(VisitorTyping(text=dirt.at("typing", 900)))
    return visitor


def _any(line: str) -> Struct:
    from opconsole.wire.codec import decode_visitor_down

    return decode_visitor_down(line)


async def test_what_a_visitor_and_a_colleague_send_is_text_on_the_screen(tmp_path: Path) -> None:
    dirt = Dirt(turn=3)
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    with relay_process(folder, f"name = {_toml(dirt.at('desk name', 60))}\n") as relay:
        relay.add("anna", Role.supervisor)
        relay.accounts.add("boris", "correct horse battery", name=dirt.at("team name", 60), role=Role.supervisor)
        relay.start()
        address = relay.url("/").rstrip("/")
        boris = await relay.operator(relay.log_in("boris"))
        visitor = await speak(relay, dirt)
        saved = {
            "template": "t1",
            "code": "Ж",
            "title": dirt.at("template title", 200),
            "group": dirt.at("template group", 60),
        }
        await boris.do(SaveTemplate, **saved, text=dirt.at("template text"), mine=False, hotkey=1)
        taken = await boris.do(TakeNext)
        await boris.do(AddNote, chat=taken.chat, text=dirt.at("note", limit_bytes=4096))
        await boris.do(SetStatus, status=Status.away, reason=dirt.at("status reason", 200))
        await visitor.send(VisitorRate(id=new_id(), score=5, text=dirt.at("rating", 900)))
        await visitor.send(
            VisitorForm(id=new_id(), name=dirt.at("form name", 60), text=dirt.at("form text"), email="a@b.c")
        )
        await visitor.send(VisitorSay(id=new_id(), text=dirt.at("second text")))
        Tokens(tmp_path / "home" / "data", "file").put(address, "anna", relay.log_in("anna"))
        _look_at(tmp_path / "home", address, dirt)
        await relay.close_peers()


def _look_at(home: Path, address: str, dirt: Dirt) -> None:
    (home / "config").mkdir()
    (home / "config" / "config.toml").write_text('keyring = "file"\nlang = "en"\n')
    env = {**os.environ, "OPCONSOLE_HOME": str(home), "TZ": "UTC"}
    command = [sys.executable, "-m", "opconsole", "--relay", address, "--login", "anna", "monitor"]
    with PtyTerminal(command, columns=150, lines=45, env=env, cwd=ROOT) as terminal:
        desk = DirtyDesk(terminal, None, dirt)
        desk.until("live")
        desk.until_seen("team name", "status reason", "desk name")
        desk.press("tab", "enter")
        desk.until_seen("second text")
        assert foreign(bytes(terminal.raw)) == []


def _toml(text: str) -> str:
    import tomli_w

    return tomli_w.dumps({"x": text}).partition(" = ")[2].strip()
