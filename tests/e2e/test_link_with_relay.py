"""The console's link with the real relay, as processes and sockets: log in, work, be killed under, come back with all in order."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from websockets.asyncio.client import ClientConnection, connect

from opconsole.link.backoff import Backoff
from opconsole.link.session import Ready, Session
from opconsole.link.sign_in import Ask, SignIn
from opconsole.link.tokens import Tokens
from opconsole.state import selectors
from opconsole.state.changes import Changes, Notice, Refused
from opconsole.state.fingerprint import fingerprint
from opconsole.state.model import Phase
from opconsole.state.store import Store
from opconsole.wire.codec import decode_visitor_down, encode
from opconsole.wire.staff import AddNote, Return, Say, TakeNext
from opconsole.wire.visitor import VisitorDown, VisitorHello, VisitorMessage, VisitorSay, VisitorTyping
from tests.e2e.relay_process import PATIENCE_S
from tests.ports import own_port
from tests.unit.link.fake_relay import until

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "a long enough password"

pytestmark = pytest.mark.slow


class Relay:
    """`opconsole relay` on a data folder of its own."""

    def __init__(self, home: Path) -> None:
        self.env = {**os.environ, "OPCONSOLE_HOME": str(home), "LANG": "C"}
        self._held = own_port()
        self.port = int(self._held.getsockname()[1])
        self._process: subprocess.Popen[str] | None = None

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "opconsole", *arguments]

    def add_user(self, login: str, role: str = "operator") -> None:
        subprocess.run(
            self.command("user", "add", login, "--role", role), input=f"{PASSWORD}\n", text=True, cwd=ROOT, env=self.env,
            check=True, capture_output=True,
        )  # fmt: skip

    def start(self) -> None:
        process = subprocess.Popen(
            self.command("relay", "--listen", f"127.0.0.1:{self.port}"),
            cwd=ROOT,
            env=self.env,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        line = process.stdout.readline()
        found = re.fullmatch(r"relay: listening on http://127\.0\.0\.1:(\d+)\n", line)
        assert found is not None, line
        assert int(found[1]) == self.port
        self._process = process

    def end(self, how: signal.Signals) -> int:
        process, self._process = self._process, None
        assert process is not None
        process.send_signal(how)
        code = process.wait(PATIENCE_S)
        if process.stdout is not None:
            process.stdout.close()
        return code

    def close(self) -> None:
        self._held.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def runs(self) -> bool:
        return self._process is not None


@contextmanager
def relay_of(home: Path) -> Iterator[Relay]:
    relay = Relay(home)
    try:
        relay.add_user("anna")
        relay.start()
        yield relay
    finally:
        if relay.runs:
            relay.end(signal.SIGKILL)
        relay.close()


class Operator:
    def __init__(self, ready: Ready, state: Path | None = None) -> None:
        self.store = Store()
        self.notices: list[Notice] = []
        self.session = Session(
            ready, self.store, on_changes=self._changed, state_dir=state, backoff=Backoff(first_ms=50, longest_ms=200)
        )

    def _changed(self, changes: Changes) -> None:
        self.notices += changes.notices

    async def until(self, condition: Callable[[], object], what: str) -> None:
        await until(condition, what)

    def say(self, chat: int, text: str) -> None:
        self.session.send(Say(id=self.session.new_id(), chat=chat, text=text))


async def logged_in(relay: Relay, home: Path) -> Ready:
    flow = SignIn(Tokens(home / "data", "file"), home / "state", relay.url, "anna")
    wrong = await flow.submit(relay.url, "anna", "wrong")
    assert isinstance(wrong, Ask)
    ready = await flow.submit(relay.url, "anna", PASSWORD)
    assert isinstance(ready, Ready)
    assert await flow.begin() == ready
    return ready


async def visitor(relay: Relay) -> ClientConnection:
    socket = await connect(f"ws://127.0.0.1:{relay.port}/v1/visitor", origin=relay.url, compression=None)  # type: ignore[arg-type]
    await socket.send(encode(VisitorHello()).decode())
    return socket


async def frames_until(socket: ClientConnection, condition: Callable[[list[VisitorDown]], bool]) -> list[VisitorDown]:
    got: list[VisitorDown] = []
    while not condition(got):
        message = await socket.recv()
        assert isinstance(message, str)
        got += [decode_visitor_down(line) for line in message.split("\n")]
    return got


def said_to(frames: list[VisitorDown]) -> list[str]:
    return [frame.text for frame in frames if isinstance(frame, VisitorMessage) and frame.by == "operator"]


async def test_a_conversation_from_login_to_return(tmp_path: Path) -> None:
    with relay_of(tmp_path) as relay:
        anna = Operator(await logged_in(relay, tmp_path), tmp_path / "state")
        await anna.session.start()
        await anna.until(lambda: anna.store.link.is_live, "live")
        socket = await visitor(relay)
        await socket.send(encode(VisitorSay(id="v1", text="hello?")).decode())
        await anna.until(lambda: selectors.waiting(anna.store) == 1, "the chat waits")
        anna.session.send(TakeNext(id=anna.session.new_id()))
        await anna.until(lambda: selectors.mine(anna.store), "the chat is mine")
        chat = selectors.mine(anna.store)[0].card.chat
        anna.session.show(chat)
        await socket.send(encode(VisitorTyping(text="where is my ord")).decode())
        await anna.until(lambda: selectors.peek(anna.store, chat) == "where is my ord", "the peek is there")
        anna.say(chat, "Good day!")
        await frames_until(socket, lambda got: said_to(got) == ["Good day!"])
        await anna.until(lambda: selectors.outgoing(anna.store, chat) == [], "my words are in the transcript")
        anna.session.send(AddNote(id=anna.session.new_id(), chat=chat, text="a regular"))
        anna.session.send(Return(id=anna.session.new_id(), chat=chat))
        await anna.until(lambda: selectors.waiting(anna.store) == 1, "it waits again")
        assert [notice for notice in anna.notices if isinstance(notice, Refused)] == []
        await socket.close()
        await anna.session.close()
        assert relay.end(signal.SIGTERM) == 0


async def test_a_killed_relay_loses_and_doubles_nothing(tmp_path: Path) -> None:
    with relay_of(tmp_path) as relay:
        ready = await logged_in(relay, tmp_path)
        anna = Operator(ready, tmp_path / "state")
        await anna.session.start()
        socket = await visitor(relay)
        await socket.send(encode(VisitorSay(id="v1", text="hello?")).decode())
        await anna.until(lambda: selectors.waiting(anna.store) == 1, "the chat waits")
        anna.session.send(TakeNext(id=anna.session.new_id()))
        await anna.until(lambda: selectors.mine(anna.store), "the chat is mine")
        chat = selectors.mine(anna.store)[0].card.chat
        texts: list[str] = []
        for crash in range(3):
            for number in range(40):
                texts.append(f"{crash}.{number}")
                anna.say(chat, texts[-1])
            await anna.until(lambda: len(anna.store.outbox) < 40, "some are answered")
            relay.end(signal.SIGKILL)
            anna.say(chat, f"{crash}.offline")
            texts.append(f"{crash}.offline")
            await anna.until(lambda: anna.store.link.phase is Phase.offline, "it is offline")
            relay.start()
            await anna.until(lambda: anna.store.link.is_live and not len(anna.store.outbox), "all is answered")
        await anna.until(lambda: selectors.outgoing(anna.store, chat) == [], "all is in the transcript")
        mine = [entry.text for entry in selectors.transcript(anna.store, chat).entries if entry.by == "anna"]
        assert [text for text in mine if text in texts] == texts
        fresh = Operator(ready)
        await fresh.session.start()
        await fresh.until(lambda: fresh.store.link.is_live, "the second console is live")
        await anna.until(lambda: fingerprint(anna.store) == fingerprint(fresh.store), "live equals synced")
        await fresh.session.close()
        await anna.session.close()
        await socket.close()
