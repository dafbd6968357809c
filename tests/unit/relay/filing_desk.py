"""A relay in this process whose desk has files, in a folder of the test's."""

from pathlib import Path
from typing import Any

from opconsole.wire import staff
from opconsole.wire.cards import Role
from opconsole.wire.codec import decode_staff_down, decode_visitor_down
from opconsole.wire.files import File
from opconsole.wire.messages import Message
from opconsole.wire.staff import Done, Refused
from opconsole.wire.visitor import VisitorMessage
from server_stub.desk.commands import VisitorSays
from server_stub.desk.settings import Settings
from server_stub.edge.filestock import Files
from server_stub.files.store import Kept
from server_stub.filing import make_files
from server_stub.search.index import Index
from server_stub.search.source import StoreSource
from tests.property.relay_world import Client, RelayWorld, StaffClient, VisitorClient

MB = 1024 * 1024


class Desk(RelayWorld):
    """A desk with files and an index: two operators, a supervisor; a chat of `ivan`, which anna holds."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            settings=Settings(file_bytes=MB, file_types=("text/plain",), closed_keep_ms=60_000, reopen_ms=1_000)
        )
        self.folder = folder
        self.index = Index(None, lambda: StoreSource(self.store), rest=False)
        self.files: Files
        self.number = 0
        self.anna = StaffClient("anna", Role.operator)
        self.boris = StaffClient("boris", Role.operator)
        self.sofia = StaffClient("sofia", Role.supervisor)
        self.ivan = VisitorClient("ivan")

    async def open(self) -> None:
        await self.restart()
        for client in (self.anna, self.boris, self.sofia):
            self.person(client.login, client.role)
            self.connect(client)
        await self.settle()
        self.connect(self.ivan)
        await self.answer(self.ivan, VisitorSays("first", "Hello"))
        await self.answer(self.anna, staff.Take(id="take", chat=1))

    async def restart(self) -> None:
        self.files = make_files(self.folder, 100 * MB, (), now=lambda: self.now, head=lambda: len(self.store.rows))
        self.files.store._free = lambda path: 10**12
        await self.start(self.index, self.files)

    async def close(self) -> None:
        await self.stop()
        self.files.close()

    def id(self) -> str:
        self.number += 1
        return f"f{self.number}"

    async def answer(self, client: Client, asked: Any) -> Any:
        """The frame that answers it."""
        await self.settle()
        client.wire.take()
        self.put(client, asked)
        await self.line.settled()
        decode = decode_staff_down if isinstance(client, StaffClient) else decode_visitor_down
        frames: list[Any] = [decode(line) for line in client.wire.take()]
        self.seen = [frame for frame in frames if isinstance(frame, Message | VisitorMessage)]
        return next(frame for frame in frames if getattr(frame, "id", "") == asked.id)

    async def refused(self, client: Client, asked: Any) -> str:
        answer = await self.answer(client, asked)
        assert isinstance(answer, Refused), answer
        return answer.code

    async def brought(self, client: Client, content: bytes = b"hello", chat: int = 0, **more: Any) -> File:
        """As the edge does it when the bytes have come."""
        file = File(id=f"{len(self.files.pending) + self.number + 1:032x}", name="a.txt", size=5, type="text/plain")
        self.number += 1
        actor = f"o:{client.login}" if isinstance(client, StaffClient) else f"v:{client.visitor}"
        facts = {"visitor": "ivan", "chat": chat, "at": self.now, "head": len(self.store.rows), **more}
        kept = Kept(file=file, sha256="00", by=actor, **facts)
        store = self.files.store
        part = store.begin(len(content))
        part.write(content)
        store.keep(part, kept)
        part.drop()
        self.files.pending[file.id] = kept
        return file

    async def says(self, client: StaffClient, text: str = "", chat: int = 1) -> tuple[File, Done]:
        file = await self.brought(client, chat=chat)
        done = await self.answer(client, staff.Say(id=self.id(), chat=chat, text=text, file=file.id))
        assert isinstance(done, Done), done
        return file, done

    def lies(self) -> set[str]:
        return {path.name for path in self.folder.rglob("*") if path.is_file()}
