"""A relay on a real socket for the tests of the link: the rules of `store_world.World`, and faults that are asked for."""

import asyncio
from collections.abc import Callable
from http import HTTPStatus

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.http11 import Request, Response

from opconsole.link.backoff import Backoff
from opconsole.link.session import Ready, Session
from opconsole.state.changes import Changes
from opconsole.state.model import LinkState, Phase
from opconsole.state.store import Store
from opconsole.wire.codec import decode_staff_up, encode
from opconsole.wire.staff import Bye, Hello, Read, StaffDown, StaffUp, Typing, Watch
from tests.ports import own_port
from tests.property.store_world import ME, World

SECONDS = 30
"""A condition that doesn't come true within this is a failure; nothing waits for it otherwise."""


class FakeRelay:
    """`async with FakeRelay() as relay: relay.url`. Faults are attributes; each connection looks at them anew."""

    def __init__(self) -> None:
        self.world = World()
        self.got: list[StaffUp] = []
        self.hellos: list[Hello] = []
        self.tokens: list[str] = []
        self.dials = 0
        self.refuse: tuple[int, bytes] | None = None
        """HTTP status and body that the handshake is answered with."""
        self.close_at_once = False
        self.bye: Bye | None = None
        """Said, and the connection closed, right after the greeting."""
        self.mute = False
        """Commands happen, and the connection is closed before anything is answered."""
        self.say_twice = False
        """Every answer goes out two times."""
        self.garbage = ""
        """Sent before every answer, as lines of their own."""
        self._open: set[ServerConnection] = set()
        self._server: Server | None = None
        self._held = own_port()
        self.port: int = self._held.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"

    async def __aenter__(self) -> "FakeRelay":
        await self.listen()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.stop()
        self._held.close()

    async def listen(self) -> None:
        self._server = await serve(
            self._serve, "127.0.0.1", self.port, process_request=self._handshake, compression=None
        )

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
            self._server = None

    async def drop(self) -> None:
        """Cut all connections without a word."""
        for connection in list(self._open):
            connection.transport.abort()

    async def say(self, frames: list[StaffDown]) -> None:
        for connection in self._open:
            await self._send(connection, frames)

    def _handshake(self, connection: ServerConnection, request: Request) -> Response | None:
        self.dials += 1
        self.tokens.append(request.headers.get("Authorization", ""))
        if self.refuse is None:
            return None
        status, body = self.refuse
        response = connection.respond(HTTPStatus(status), body.decode())
        return response

    async def _serve(self, connection: ServerConnection) -> None:
        if self.close_at_once:
            return
        self._open.add(connection)
        try:
            async for message in connection:
                assert isinstance(message, str)
                for line in message.split("\n"):
                    if await self._take(connection, decode_staff_up(line)):
                        return
        finally:
            self._open.discard(connection)

    async def _take(self, connection: ServerConnection, frame: StaffUp) -> bool:
        """Answer one frame; whether the connection must end."""
        self.got.append(frame)
        if isinstance(frame, Hello):
            self.hellos.append(frame)
            await self._send(connection, [self.world.welcome(), self.world.sync(frame.have)])
            if self.bye is not None:
                await self._send(connection, [self.bye])
                return True
            return False
        if isinstance(frame, Read | Typing | Watch):
            return False
        answer = self.world.command(frame)
        if self.mute:
            return True
        await self._send(connection, answer * 2 if self.say_twice else answer)
        return False

    async def _send(self, connection: ServerConnection, frames: list[StaffDown]) -> None:
        lines = [encode(frame).decode() for frame in frames]
        if self.garbage:
            lines.insert(0, self.garbage)
        await connection.send("\n".join(lines))

    def commands(self) -> list[StaffUp]:
        return [frame for frame in self.got if not isinstance(frame, Hello | Read | Typing | Watch)]


async def until(condition: Callable[[], object], what: str, seconds: float = SECONDS) -> None:
    """Wait for a condition, looked at a hundred times a second."""
    try:
        async with asyncio.timeout(seconds):
            while not condition():
                await asyncio.sleep(0.01)
    except TimeoutError:
        raise AssertionError(f"waited in vain: {what}") from None


class Console:
    """A store and a session, and everything that they told."""

    def __init__(
        self, relay: FakeRelay, *, backoff: Backoff | None = None, token: str = "secret", **more: object
    ) -> None:
        self.store = Store()
        self.changes: list[Changes] = []
        self.links: list[LinkState] = []
        self.notes: list[str] = []
        self.session = Session(
            Ready(relay.url, ME, token),
            self.store,
            on_changes=self._on_changes,
            on_note=self.notes.append,
            backoff=backoff or Backoff(first_ms=5, longest_ms=20),
            **more,  # type: ignore[arg-type]
        )

    def _on_changes(self, changes: Changes) -> None:
        self.changes.append(changes)
        if not self.links or self.links[-1] != self.store.link:
            self.links.append(self.store.link)

    async def until(self, condition: Callable[[], object], what: str) -> None:
        await until(condition, f"{what}; the link: {self.store.link}")

    async def until_live(self) -> None:
        await self.until(lambda: self.store.link.is_live, "the link is live")

    async def until_phase(self, phase: Phase) -> None:
        await self.until(lambda: self.store.link.phase is phase, f"the link is {phase}")
