"""A real relay process on a free port with data in a temporary folder, and small clients that speak frames over real websockets."""

import asyncio
import itertools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import httpx
from argon2 import PasswordHasher
from msgspec import Struct
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from opconsole.wire.cards import Role
from opconsole.wire.codec import decode_staff_down, decode_visitor_down, encode
from opconsole.wire.staff import Done, Hello, Sync
from opconsole.wire.visitor import VisitorHello, VisitorSync
from server_stub.journal.accounts import Accounts
from server_stub.journal.folder import open_folder
from server_stub.journal.passwords import Passwords
from tests.ports import own_port
from tests.programs import Program

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "correct horse battery"
PATIENCE_S = 30.0
"""It bounds what hangs; nothing waits so long otherwise."""

F = TypeVar("F", bound=Struct)


_ids = itertools.count(1)


def new_id() -> str:
    """An id that no command had: one that comes again would get the old one's answer."""
    return f"c{next(_ids)}"


class RelayProcess:
    """Started by `start`, ended by `stop`; may be started again on the same data."""

    def __init__(self, folder: Path, settings: str = "") -> None:
        self.folder = folder
        self.options: list[str] = []
        """More arguments of its command line."""
        self.real = False
        """Started as people start it; otherwise forked (`tests.programs`)."""
        self._held = own_port()
        self.port = 0
        self.process: subprocess.Popen[str] | None = None
        self.peers: list[Peer] = []
        data = open_folder(folder)
        cheap = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        self.accounts = Accounts(data.database, clock=lambda: time.time_ns() // 1_000_000, passwords=cheap)
        self.configure(settings)

    def configure(self, settings: str) -> None:
        (self.folder / "desk.toml").write_text(settings)

    def add(self, login: str, role: Role = Role.operator, **facts: Any) -> None:
        self.accounts.add(login, PASSWORD, name=login.title(), role=role, **facts)

    def command(self, port: int = 0) -> list[str]:
        data = ["--data", str(self.folder), "--listen", f"127.0.0.1:{port or self._held.getsockname()[1]}"]
        return [sys.executable, "-m", "server_stub", "relay", *data, *self.options]

    def spawn(self, port: int = 0) -> "subprocess.Popen[str]":
        return Program(self.command(port), real=self.real, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT)

    def start(self, port: int = 0) -> "RelayProcess":
        self.process = self.spawn(port)
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line.startswith(("relay: listening on http://127.0.0.1:", "relay: listening on https://127.0.0.1:")):
            self.process.kill()
            raise AssertionError(f"the relay did not start: {line}{self.process.communicate()[1]}")
        self.port = int(line.rsplit(":", 1)[1])
        return self

    def signal(self, number: signal.Signals) -> None:
        assert self.process is not None
        os.kill(self.process.pid, number)

    def stop(self) -> tuple[int, str]:
        """SIGTERM; the exit code, and what it said on stderr."""
        self.signal(signal.SIGTERM)
        return self.wait()

    def wait(self) -> tuple[int, str]:
        assert self.process is not None
        _, said = self.process.communicate(timeout=PATIENCE_S)
        code = self.process.returncode
        self.process = None
        return code, said

    def close(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.communicate()
        self._held.close()
        self.accounts.close()

    # ------------------------------------------------------------ clients

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def log_in(self, login: str, password: str = PASSWORD) -> str:
        answer = httpx.post(
            self.url("/v1/login"), json={"login": login, "password": password}, timeout=PATIENCE_S, trust_env=False
        )
        assert answer.status_code == 200, answer.text
        return str(answer.json()["token"])

    async def connect(
        self, path: str, decode: Callable[[str], Struct], headers: dict[str, str] | None = None
    ) -> "Peer":
        """A websocket on which nothing has been said. `close_peers` closes it."""
        peer = await Peer.open(f"ws://127.0.0.1:{self.port}{path}", decode, headers)
        self.peers.append(peer)
        return peer

    async def close_peers(self) -> None:
        peers, self.peers = self.peers, []
        for peer in peers:
            await peer.close()

    async def operator(self, token: str, hello: Hello | None = None) -> "Peer":
        """A console that has had its sync."""
        peer = await self.connect("/v1/operator", decode_staff_down, {"Authorization": f"Bearer {token}"})
        await peer.send(hello or Hello())
        await peer.until(Sync)
        return peer

    async def visitor(self, token: str = "", chat: int = 0, have: int = 0) -> "Peer":
        """A page that has had its sync."""
        peer = await self.connect("/v1/visitor", decode_visitor_down)
        await peer.send(VisitorHello(token=token, chat=chat, have=have))
        await peer.until(VisitorSync)
        return peer


@contextmanager
def relay_process(folder: Path, settings: str = "", *, real: bool = False) -> Iterator[RelayProcess]:
    relay = RelayProcess(folder, settings)
    relay.real = real
    try:
        yield relay
    finally:
        relay.close()


class Peer:
    """One websocket: frames out, frames in, all that came kept in `seen`."""

    def __init__(self, socket: ClientConnection, decode: Callable[[str], Struct]) -> None:
        self.socket = socket
        self._decode = decode
        self.seen: list[Any] = []
        self._fresh: list[Any] = []

    @classmethod
    async def open(cls, url: str, decode: Callable[[str], Struct], headers: dict[str, str] | None = None) -> "Peer":
        socket = await connect(
            url, additional_headers=headers, compression=None, proxy=None, max_size=2**24, max_queue=None
        )
        return cls(socket, decode)

    async def send(self, *frames: Struct) -> None:
        """One websocket message with a frame a line."""
        await self.socket.send("\n".join(encode(frame).decode() for frame in frames))

    async def do(self, kind: type[Struct], **fields: Any) -> Done:
        """Give a command, under an id of its own, and wait until it is done."""
        command = new_id()
        await self.send(kind(id=command, **fields))
        return await self.until(Done, lambda frame: frame.id == command)

    async def until(self, kind: type[F], fits: Callable[[F], bool] = lambda frame: True) -> F:
        """The first frame of that kind that fits and that no earlier call has given."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                for frame in self._fresh:
                    if isinstance(frame, kind) and fits(frame):
                        self._fresh.remove(frame)
                        return frame
                self._read(await self.socket.recv())

    def _read(self, message: str | bytes) -> None:
        assert isinstance(message, str)
        frames = [self._decode(line) for line in message.split("\n")]
        self.seen += frames
        self._fresh += frames

    def all(self, kind: type[F]) -> list[F]:
        """All frames of a kind that were read so far."""
        return [frame for frame in self.seen if isinstance(frame, kind)]

    async def closed(self) -> int:
        """Read to the end; the closing code (1006: it was cut)."""
        async with asyncio.timeout(PATIENCE_S):
            try:
                while True:
                    self._read(await self.socket.recv())
            except ConnectionClosed as end:
                return end.rcvd.code if end.rcvd is not None else 1006

    async def close(self) -> None:
        await self.socket.close()
