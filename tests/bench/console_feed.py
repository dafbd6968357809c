"""A feed for measuring the console: speaks the wire to one operator, and pushes events at a steady rate.

    python -m tests.bench.console_feed --chats 500 --messages 10000 [--mine 8] [--rate 200] [--control FIFO]

Prints `feed: ws://127.0.0.1:PORT` when it is ready. Serves `GET /v1/operator` only; any token will do. With `--control` lines of that
pipe say what is to be sent, so one console can be measured idle and under load: a number is the rate of events from then on, `other` is
one message in another chat of mine, `shift N` is N turns of a working day (chats come, are taken, spoken in and closed) at the rate.

An event is what a busy desk sends: three of four are a new card of a waiting chat (its words changed), each fourth is a message in
the chat that is on the screen, with its card.
"""

import argparse
import asyncio
import random
import sys
import time
from collections.abc import Iterator

from msgspec.structs import replace
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from opconsole.wire.cards import ChatCard, DeskCard, OperatorCard, Place, Profile, Role, Status, VisitorCard
from opconsole.wire.codec import decode_staff_up, encode
from opconsole.wire.limits import FETCH_MESSAGES
from opconsole.wire.messages import Kind, Message
from opconsole.wire.staff import Done, Fetch, Gone, Hello, PageOf, StaffDown, Sync, Welcome

OPEN = 1
SYNCED = 10_000
"""So many messages come with the sync, which is more than a relay gives; the others in pages of the protocol's size."""
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

    def __init__(self, chats: int, messages: int, mine: int = 1, seed: int = 3) -> None:
        self._dice = random.Random(seed)
        self._texts = [
            " ".join(self._dice.choice(WORDS) for _ in range(self._dice.randint(2, 28))) for _ in range(2000)
        ]
        self._now = now_ms()
        self._rev = 1_000_000
        self.inbox = [self._waiting(chat) for chat in range(2, chats + 1)]
        self.messages = [self._message(n) for n in range(1, messages + 1)]
        self.mine = self._card()
        self.others = [self._held(chat) for chat in range(chats + 1, chats + mine)]
        """More chats of mine."""
        self._next = chats + mine + 1

    def sync(self) -> Sync:
        return Sync(
            head=1,
            chats=[self.mine, *self.others, *self.inbox],
            visitors=[VisitorCard(rev=1, visitor="v1", name="Иван", profile=Profile(tz="Asia/Omsk"))],
            operators=[
                OperatorCard(
                    rev=1, login="bench", name="Bench", status=Status.online, connected=True, held=1 + len(self.others)
                )
            ],
            messages=self.messages[-SYNCED:],
            desk=DeskCard(rev=1, waiting=len(self.inbox)),
        )

    def pages(self) -> Iterator[PageOf]:
        """The older messages, as they come when somebody has scrolled up to them."""
        for end in range(len(self.messages) - SYNCED, 0, -FETCH_MESSAGES):
            first = max(0, end - FETCH_MESSAGES)
            yield PageOf(chat=OPEN, messages=self.messages[first:end], more=first > 0)

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

    def other(self) -> list[StaffDown]:
        """A visitor's message in another chat of mine."""
        place = self._dice.randrange(len(self.others))
        card, message = self._said_in(self.others[place])
        self.others[place] = card
        return [message, card]

    def turn(self) -> list[StaffDown]:
        """A turn of a working day: a new chat comes; one is taken by a colleague, or ends; somebody writes to me."""
        dice = self._dice.random()
        self._rev += 1
        if dice < 0.1:
            card = replace(
                self._waiting(self._next), rev=self._rev, waiting_since=now_ms(), answer_by=now_ms() + 60_000
            )
            self._next += 1
            self.inbox.append(card)
            gone = self.inbox.pop(self._dice.randrange(len(self.inbox) - 1))
            return [card, Gone(chat=gone.chat, rev=self._rev, why="taken", by="Anna")]
        if dice < 0.14 and self.others:
            place = self._dice.randrange(len(self.others))
            ended = replace(self.others[place], rev=self._rev, place=Place.closed)
            self.others[place] = replace(self._held(self._next), rev=self._rev)
            self._next += 1
            return [ended, Gone(chat=ended.chat, rev=self._rev + 1, why="closed"), self.others[place]]
        return self.other() if dice < 0.6 and self.others else self.event()

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

    def _held(self, chat: int) -> ChatCard:
        now = now_ms()
        return ChatCard(
            rev=1, chat=chat, place=Place.held, visitor=f"v{chat}", name=f"Анна {chat:04}", owner="bench", owner_name="Bench",
            taken_at=now, online=True, last_at=now, words="…", words_by="bench",
        )  # fmt: skip

    def _said_in(self, card: ChatCard) -> tuple[ChatCard, Message]:
        """The next message of a visitor in this chat, and the card after it."""
        self._rev += 1
        now, n = now_ms(), card.last + 1
        text = self._dice.choice(self._texts)
        message = Message(chat=card.chat, n=n, p=n, at=now, kind=Kind.say, by="visitor", name=card.name, text=text)
        after = replace(
            card, rev=self._rev, last=n, public=n, unread=card.unread + 1, words=text[:100], words_by="visitor",
            owes_since=card.owes_since or now, rescue_at=card.rescue_at or now + 3_600_000, last_at=now,
        )  # fmt: skip
        return after, message

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
        self.turns = 0
        """So many turns of a working day are still to come; then the rate is 0."""
        self._socket: ServerConnection | None = None

    async def obey(self, line: str) -> None:
        """A line of the control pipe."""
        word, _, number = line.strip().partition(" ")
        if word == "other":
            if self._socket is not None:
                await self._send(self._socket, self._desk.other())
        elif word == "shift":
            self.turns = int(number)
        elif word:
            self.rate = float(word)

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
                        self._socket = socket
                        for page in self._desk.pages():
                            await self._send(socket, [page])
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
            if self.turns:
                self.turns -= 1
                await self._send(socket, self._desk.turn())
                if not self.turns:
                    self.rate = 0
            else:
                await self._send(socket, self._desk.event())

    @staticmethod
    async def _send(socket: ServerConnection, frames: list[StaffDown]) -> None:
        await socket.send("\n".join(encode(frame).decode() for frame in frames))


async def run(chats: int, messages: int, mine: int, rate: float, control: str) -> None:
    feed = Feed(Desk(chats, messages, mine), rate)
    async with serve(feed.serve, "127.0.0.1", 0, max_size=None, compression=None) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        print(f"feed: http://127.0.0.1:{port}", flush=True)
        if control:
            loop = asyncio.get_running_loop()
            with await loop.run_in_executor(None, open, control) as pipe:
                while line := await loop.run_in_executor(None, pipe.readline):
                    await feed.obey(line)
        await asyncio.get_running_loop().create_future()


def main() -> int:
    parser = argparse.ArgumentParser(description="a feed for measuring the console")
    parser.add_argument("--chats", type=int, default=500)
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--mine", type=int, default=1)
    parser.add_argument("--rate", type=float, default=0)
    parser.add_argument("--control", default="")
    given = parser.parse_args()
    try:
        asyncio.run(run(given.chats, given.messages, given.mine, given.rate, given.control))
    except KeyboardInterrupt:
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
