"""A relay in this process, with a floor of two operators in one department, and a supervisor."""

from collections.abc import AsyncIterator

import pytest

from opconsole.wire.cards import Role
from server_stub.desk.commands import VisitorSays
from tests.property.relay_world import RelayWorld, StaffClient, VisitorClient


class Floor(RelayWorld):
    """`anna` and `boris` work, `sofia` supervises; `chat` is how many chats there are."""

    anna: StaffClient
    boris: StaffClient
    sofia: StaffClient

    async def open(self) -> None:
        await self.start()
        for login, role in (("anna", Role.operator), ("boris", Role.operator), ("sofia", Role.supervisor)):
            self.person(login, role)
            client = StaffClient(login, role)
            setattr(self, login, client)
            self.connect(client)
        await self.settle()

    async def visitor(self, name: str, text: str = "Hello") -> VisitorClient:
        """A visitor who is connected and has begun a chat."""
        client = VisitorClient(name)
        self.connect(client)
        self.put(client, VisitorSays(f"first-{name}", text))
        await self.settle()
        return client


@pytest.fixture
async def floor() -> AsyncIterator[Floor]:
    floor = Floor()
    await floor.open()
    yield floor
    await floor.stop()
