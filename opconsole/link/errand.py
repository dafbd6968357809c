"""A short session for one thing: connect, be greeted, get the sync, give some commands, get their answers, go. For the command line.

It is a `script`: it may do what its person may, takes no console's place, and to colleagues nobody came or went.
Nothing is kept or sent again: what was not answered is told as trouble, and can be done again (ids make it happen once).
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

from opconsole import __version__
from opconsole.link.connection import Connection, Dial
from opconsole.link.failures import LinkTrouble, Trouble
from opconsole.link.link import trouble_of
from opconsole.link.session import wall_ms
from opconsole.locale import tr
from opconsole.wire.files import Ticket, Upload
from opconsole.wire.staff import Bye, Done, Hello, Refused, StaffCommand, StaffDown, Sync, Welcome

SECONDS: Final = 30
"""For the greeting, and for each window of commands."""
WINDOW: Final = 100
"""So many commands are under way at once."""


class Errand:
    """Make one with `Errand.begin`; `welcome` and `sync` are what the relay said then."""

    def __init__(self, connection: Connection, welcome: Welcome, sync: Sync, arrived_at: int) -> None:
        """`arrived_at`: by our clock, when the welcome came (its `now` is the relay's of that moment), milliseconds."""
        self._connection = connection
        self.welcome = welcome
        self.sync = sync
        self.arrived_at = arrived_at

    @classmethod
    async def begin(cls, dial: Dial, clock: Callable[[], int] = wall_ms) -> "Errand":
        """Raises `LinkTrouble`; with `Stop.login` in it the token no longer counts."""
        connection = await dial()
        try:
            async with asyncio.timeout(SECONDS):
                await connection.send([Hello(mode="script", agent=f"opconsole/{__version__}")])
                welcome: Welcome | None = None
                arrived_at = 0
                while True:
                    for frame in await _frames(connection):
                        if isinstance(frame, Welcome):
                            welcome, arrived_at = frame, clock()
                        elif isinstance(frame, Sync) and welcome is not None:
                            return cls(connection, welcome, frame, arrived_at)
        except TimeoutError:
            await connection.close()
            raise LinkTrouble(Trouble.silent, tr("The relay accepts the link but says nothing.")) from None
        except BaseException:
            await connection.close()
            raise

    async def do(self, commands: Sequence[StaffCommand]) -> list[Done | Refused]:
        """The answers, in the order of the commands. Raises `LinkTrouble` if some never came."""
        answers: dict[str, Done | Refused] = {}
        for start in range(0, len(commands), WINDOW):
            window = commands[start : start + WINDOW]
            await self._connection.send(list(window))
            wanted = {command.id for command in window}
            try:
                async with asyncio.timeout(SECONDS):
                    while not wanted <= answers.keys():
                        for frame in await _frames(self._connection):
                            if isinstance(frame, Done | Refused):
                                answers[frame.id] = frame
            except TimeoutError:
                raise LinkTrouble(Trouble.silent, tr("The relay accepts the link but says nothing.")) from None
        return [answers[command.id] for command in commands]

    async def ask(self, question: Upload) -> Ticket | Refused:
        """The answer to a question that changes nothing. Raises `LinkTrouble` if none came."""
        await self._connection.send([question])
        try:
            async with asyncio.timeout(SECONDS):
                while True:
                    for frame in await _frames(self._connection):
                        if isinstance(frame, Ticket | Refused) and frame.id == question.id:
                            return frame
        except TimeoutError:
            raise LinkTrouble(Trouble.silent, tr("The relay accepts the link but says nothing.")) from None

    async def end(self) -> None:
        await self._connection.close()


async def _frames(connection: Connection) -> list[StaffDown]:
    frames = await connection.receive()
    for frame in frames:
        if isinstance(frame, Bye):
            raise trouble_of(frame)
        if isinstance(frame, Refused) and not frame.id:
            raise LinkTrouble(Trouble.refused, frame.text)
    return frames
