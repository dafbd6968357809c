"""The team of a run with crashes, as a program of its own that can be killed: operators on the console's own link, store and disk.

    python -m tests.e2e.crashes.team PLAN

Each works by a script until SIGTERM, keeps its outbox and drafts on disk as a console does, and writes a diary. After a
`kill -9` the same command goes on with what it finds on the disk.
"""

import asyncio
import contextlib
import signal
import sys
import time
from pathlib import Path
from random import Random

import msgspec
from msgspec import Struct

from opconsole.link.connection import dialer
from opconsole.link.session import Ready
from opconsole.simulation.deliveries import Deliveries
from opconsole.simulation.operator_client import OperatorClient
from opconsole.simulation.operator_mind import Manner, OperatorMind
from opconsole.state import selectors
from opconsole.wire.cards import Place, Status
from opconsole.wire.staff import Say, SetStatus
from tests.e2e.crashes.checker import head_of
from tests.e2e.crashes.diary import Diary, written

DRAFT_SECONDS = 0.3
OFFLINE_WORDS = 10


class Plan(Struct, frozen=True, kw_only=True):
    relay: str
    tokens: dict[str, str]
    """By login."""
    logs: str
    state: str
    """Where the outboxes and drafts are kept."""
    database: str
    seed: str
    pace: float
    life: int = 1
    """How often this team was started: its ids must be new ones each time."""


def clock_us() -> int:
    return time.monotonic_ns() // 1000


class Member:
    """One operator: works, writes drafts, and at the end makes sure that it was told everything."""

    def __init__(self, plan: Plan, login: str, token: str) -> None:
        self._plan = plan
        self._diary = Diary(Path(plan.logs), login)
        manner = Manner(silence=0.05, greed=0.05).quicker(plan.pace)
        self.client = OperatorClient(
            Ready(plan.relay, login, token),
            OperatorMind(manner, Random(f"{plan.seed}/{login}/{plan.life}/mind")),
            deliveries=Deliveries(),
            clock_us=clock_us,
            dice=Random(f"{plan.seed}/{login}/{plan.life}"),
            dial=written(dialer(plan.relay, token), self._diary),
            state_dir=Path(plan.state),
        )

    async def work(self) -> None:
        await self.client.session.start()
        self._write_what_was_kept()
        drafting = asyncio.create_task(self._draft())
        try:
            await self.client.work()
        finally:
            drafting.cancel()
            await asyncio.gather(drafting, return_exceptions=True)

    def _write_what_was_kept(self) -> None:
        store = self.client.store
        self._diary.write(
            started=True,
            outbox=[item.command.id for item in store.outbox],
            drafts={str(chat): draft.text for chat in store.drafts.chats() if (draft := store.drafts.get(chat))},
        )

    async def _draft(self) -> None:
        """Half a sentence in the composer of each chat in hand, every time another; without a link also whole ones, sent."""
        session, store, number = self.client.session, self.client.store, 0
        while True:
            await asyncio.sleep(DRAFT_SECONDS)
            number += 1
            for chat in self._held():
                session.draft(chat, f"half a sentence {self._plan.life}.{number}")
                if not store.link.is_live and len(store.outbox) < OFFLINE_WORDS:
                    session.send(Say(id=session.new_id(), chat=chat, text=f"said offline {self._plan.life}.{number}"))

    def _held(self) -> list[int]:
        return [each.card.chat for each in selectors.mine(self.client.store) if each.card.place is Place.held]

    async def end(self, head: int) -> None:
        """Nothing new any more. An answer that was asked for after record `head` comes after all that tells of it."""
        await self.client.settle()
        session = self.client.session
        session.send(SetStatus(id=session.new_id(), status=Status.busy))
        await self.client.settle()
        self._diary.write(ended=True, head=head, holds=self._held())
        await self.client.close()
        self._diary.close()


async def main(plan: Plan) -> None:
    members = [Member(plan, login, token) for login, token in plan.tokens.items()]
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    working = [asyncio.create_task(member.work()) for member in members]
    stopping = asyncio.create_task(stop.wait())
    done, _ = await asyncio.wait([stopping, *working], return_when=asyncio.FIRST_COMPLETED)
    for task in working:
        task.cancel()
    for task in working:
        with contextlib.suppress(asyncio.CancelledError):
            await task
    assert stopping in done
    head = head_of(Path(plan.database))
    await asyncio.gather(*(member.end(head) for member in members))


if __name__ == "__main__":
    asyncio.run(main(msgspec.json.decode(sys.argv[1], type=Plan)))
