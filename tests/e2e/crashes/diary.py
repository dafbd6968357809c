"""What a client of a run with crashes writes down of itself, a JSON line at once for each: it outlives a `kill -9` of the client.

{"said": id, "chat": 5, "text": "…"}                  it asks for a message to be stored (chat 0: the visitor's own)
{"done": id, "chat": 5, "n": 7}                       it was told that it is (a visitor's numbers are the public ones)
{"refused": id, "code": "…"}                          or that it is not
{"saw": 5, "n": 7, "by": "visitor", "text": "…"}      it was shown an entry
{"synced": 5, "head": 99, "entries": [{n, by, text}]} a visitor asked for the whole chat, after record `head` was stored
{"killed": true, "outbox": [{id, chat, text}], "drafts": {"5": "…"}}  written by who killed it: what stood on its disk
                                                      (text null: a command that is no words)
{"started": true, "outbox": [id, …], "drafts": {"5": "…"}}            it is there again, with this in its hands
{"ended": true, "head": 99, "holds": [5]}             an operator's end, with these chats in hand
"""

import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from opconsole.link.connection import Connection, Dial
from opconsole.simulation.ledger import Ledger, Seen
from opconsole.wire.messages import Message
from opconsole.wire.staff import AddNote, Done, PageOf, Refused, Say, StaffDown, StaffUp, Sync


class Diary:
    """One client's log. A line is handed to the system whole, in one write."""

    def __init__(self, folder: Path, name: str) -> None:
        self._file = os.open(folder / f"{name}.jsonl", os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        os.write(self._file, b"\n")  # what a killed one left is ended

    def write(self, **line: Any) -> None:
        os.write(self._file, json.dumps(line, ensure_ascii=False).encode() + b"\n")

    def close(self) -> None:
        os.close(self._file)


class DiaryLedger(Ledger):
    """A visitor's ledger that also writes everything down. `head`: the journal's, before the last syncs were asked for."""

    def __init__(self, name: str, folder: Path, head: Callable[[], int]) -> None:
        super().__init__(name)
        self._diary = Diary(folder, name.replace(" ", "-"))
        self._head = head

    def said(self, id: str, text: str, now: int, chat: int = 0) -> None:
        self._diary.write(said=id, chat=chat, text=text)
        super().said(id, text, now, chat)

    def done(self, id: str, chat: int, n: int, now: int) -> None:
        self._diary.write(done=id, chat=chat, n=n)
        super().done(id, chat, n, now)

    def refused(self, frame: Refused) -> None:
        self._diary.write(refused=frame.id, code=frame.code)
        super().refused(frame)

    def saw(self, chat: int, message: Seen) -> bool:
        self._diary.write(saw=chat, n=message.n, by=message.by, text=message.text)
        return super().saw(chat, message)

    def compare(self, chat: int, truth: Iterable[Seen]) -> None:
        entries = list(truth)
        shown = [{"n": each.n, "by": each.by, "text": each.text} for each in entries]
        self._diary.write(synced=chat, head=self._head(), entries=shown)
        super().compare(chat, entries)
        self._diary.close()


class _Written(Connection):
    """A console's connection that writes down what passes."""

    def __init__(self, connection: Connection, diary: Diary) -> None:
        self._connection = connection
        self._diary = diary

    async def send(self, frames: list[StaffUp]) -> None:
        for frame in frames:
            if isinstance(frame, Say | AddNote):
                self._diary.write(said=frame.id, chat=frame.chat, text=frame.text)
        await self._connection.send(frames)

    async def receive(self) -> list[StaffDown]:
        frames = await self._connection.receive()
        for frame in frames:
            match frame:
                case Done():
                    self._diary.write(done=frame.id, chat=frame.chat, n=frame.n)
                case Refused():
                    self._diary.write(refused=frame.id, code=frame.code)
                case Message():
                    self._saw(frame)
                case PageOf(messages=messages) | Sync(messages=messages):
                    for message in messages:
                        self._saw(message)
        return frames

    def _saw(self, message: Message) -> None:
        self._diary.write(saw=message.chat, n=message.n, by=message.by, text=message.text)

    async def close(self) -> None:
        await self._connection.close()


def written(dial: Dial, diary: Diary) -> Dial:
    """The same way to a connection, with everything that passes written down."""

    async def opened() -> Connection:
        return _Written(await dial(), diary)

    return opened
