"""A feed for measuring the console: speaks the wire to one operator, and pushes events at a steady rate.

    python -m tests.bench.console_feed --chats 500 --messages 10000 [--rate 200] [--control FIFO]

Prints `feed: ws://127.0.0.1:PORT` when it is ready. Serves `GET /v1/operator` only; any token will do. With `--control` the rate is read
from lines of that pipe, so one console can be measured idle and under load.

An event is what a busy desk sends: three of four are a new card of a waiting chat (its words changed), each fourth is a message in
the chat that is on the screen, with its card.
"""

import argparse
import asyncio
import random
import sys
import time

from msgspec.structs import replace
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from opconsole.wire.cards import ChatCard, DeskCard, OperatorCard, Place, Profile, Role, Status, VisitorCard
from opconsole.wire.codec import decode_staff_up, encode
from opconsole.wire.messages import Kind, Message
from opconsole.wire.staff import Done, Fetch, Hello, PageOf, StaffDown, Sync, Welcome

OPEN = 1
WORDS = [
    "заявка",
    "доставка",
    "оператор",
    "клиент",
    "order",
    "refund",
    "status",
    "hello",
    "здравствуйте",
    "подскажите",
    "где",
    "мой",
    "заказ",
    "номер",
    "ожидание",
    "thanks",
    "карта",
    "оплата",
    "не",
    "проходит",
    "please",
    "check",
    "again",
]


def now_ms() -> int:
    return time.time_ns() // 1_000_000


class Desk:
    """What the console is told. `chats` waiting ones, and one of the operator's own with `messages` entries."""

    def __init__(self, chats: int, messages: int, seed: int = 3) -> None:
        self._dice = random.Random(seed)
        self._texts = [
            " ".join(self._dice.choice(WORDS) for _ in range(self._dice.randint(2, 28))) for _ in range(2000)
        ]
        self._now = now_ms()
        self._rev = 1_000_000
        self.inbox = [self._waiting(chat) for chat in range(2, chats + 1)]
        self.messages = [self._message(n) for n in range(1, messages + 1)]
        self.mine = self._card()

    def sync(self) -> Sync:
        return Sync(
            head=1,
            chats=[self.mine, *self.inbox],
            visitors=[VisitorCard(rev=1, visitor="v1", name="Иван", profile=Profile(tz="Asia/Omsk"))],
            operators=[OperatorCard(rev=1, login="bench", name="Bench", status=Status.online, connected=True, held=1)],
            messages=self.messages,
            desk=DeskCard(rev=1, waiting=len(self.inbox)),
        )

    def event(self) -> list[StaffDown]:
        self._rev += 1
        if self._dice.random() < 0.25:
            message = self._message(len(self.messages) + 1)
            self.messages.append(message)
            self.mine = self._card()
            return [message, self.mine]
        place = self._dice.randrange(len(self.inbox))
        card = replace(self.inbox[place], rev=self._rev, words=self._dice.choice(self._texts)[:100], last_at=now_ms())
        self.inbox[place] = card
        return [card]

    def page(self, fetch: Fetch) -> PageOf:
        before = fetch.before or len(self.messages) + 1
        first = max(1, before - fetch.limit)
        return PageOf(id=fetch.id, chat=fetch.chat, messages=self.messages[first - 1 : before - 1], more=first > 1)

    def _waiting(self, chat: int) -> ChatCard:
        since = self._now - self._dice.randint(0, 600) * 1000
        words = self._texts[chat % len(self._texts)][:100]
        return ChatCard(
            rev=chat, chat=chat, place=Place.inbox, visitor=f"v{chat}", name=f"Иван {chat:04}", waiting_since=since,
            answer_by=since + 60_000, owes_since=since, words=words, words_by="visitor", last=1, public=1, unread=1, online=True,
        )  # fmt: skip

    def _message(self, n: int) -> Message:
        by = "visitor" if n % 3 else "bench"
        at = self._now - 1000 * max(0, 20_000 - n)
        return Message(
            chat=OPEN, n=n, p=n, at=at, kind=Kind.say, by=by, name=by, text=self._texts[n % len(self._texts)]
        )

    def _card(self) -> ChatCard:
        n = len(self.messages)
        return ChatCard(
            rev=self._rev, chat=OPEN, place=Place.held, visitor="v1", name="Иван", owner="bench", owner_name="Bench",
            taken_at=self._now, last=n, public=n, owes_since=self._now, rescue_at=self._now + 3_600_000, words=self._texts[n % 2000][:100],
            words_by="visitor", online=True, last_at=now_ms(),
        )  # fmt: skip


class Feed:
    def __init__(self, desk: Desk, rate: float) -> None:
        self._desk = desk
        self.rate = rate

    async def serve(self, socket: ServerConnection) -> None:
        """One console: greeting, sync, events."""
        pusher: asyncio.Task[None] | None = None
        try:
            async for message in socket:
                for line in (message if isinstance(message, str) else message.decode()).split("\n"):
                    frame = decode_staff_up(line)
                    if isinstance(frame, Hello):
                        welcome = Welcome(
                            v=1,
                            desk="Bench",
                            login="bench",
                            name="Bench",
                            role=Role.operator,
                            mode="work",
                            now=now_ms(),
                        )
                        await self._send(socket, [welcome, self._desk.sync()])
                        pusher = asyncio.create_task(self._push(socket))
                    elif isinstance(frame, Fetch):
                        await self._send(socket, [self._desk.page(frame)])
                    elif (command_id := getattr(frame, "id", "")) != "":
                        await self._send(socket, [Done(id=command_id)])
        except ConnectionClosed:
            pass
        finally:
            if pusher is not None:
                pusher.cancel()

    async def _push(self, socket: ServerConnection) -> None:
        """Events on an open-loop schedule."""
        due = time.monotonic()
        while True:
            rate = self.rate
            if rate <= 0:
                await asyncio.sleep(0.05)
                due = time.monotonic()
                continue
            due += 1 / rate
            wait = due - time.monotonic()
            if wait > 0:
                await asyncio.sleep(wait)
            await self._send(socket, self._desk.event())

    @staticmethod
    async def _send(socket: ServerConnection, frames: list[StaffDown]) -> None:
        await socket.send("\n".join(encode(frame).decode() for frame in frames))


async def run(chats: int, messages: int, rate: float, control: str) -> None:
    feed = Feed(Desk(chats, messages), rate)
    async with serve(feed.serve, "127.0.0.1", 0, max_size=None, compression=None) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        print(f"feed: http://127.0.0.1:{port}", flush=True)
        if control:
            loop = asyncio.get_running_loop()
            with open(control) as pipe:
                while line := await loop.run_in_executor(None, pipe.readline):
                    feed.rate = float(line)
        await asyncio.get_running_loop().create_future()


def main() -> int:
    parser = argparse.ArgumentParser(description="a feed for measuring the console")
    parser.add_argument("--chats", type=int, default=500)
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--rate", type=float, default=0)
    parser.add_argument("--control", default="")
    given = parser.parse_args()
    try:
        asyncio.run(run(given.chats, given.messages, given.rate, given.control))
    except KeyboardInterrupt:
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
