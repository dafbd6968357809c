"""An operator on the console's own session over a bad line, with a quick heartbeat; used here and in a network namespace."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from opconsole.link.backoff import Backoff
from opconsole.link.connection import dialer
from opconsole.link.session import Ready, Session
from opconsole.state import selectors
from opconsole.state.changes import Changes
from opconsole.state.fingerprint import fingerprint
from opconsole.state.model import Phase
from opconsole.state.store import Store
from opconsole.wire.staff import Say, TakeNext

BEAT_S = 0.5
PATIENCE_S = 30.0


class Operator:
    """`phases`: the link's, each time that it changed."""

    def __init__(self, relay: str, token: str, state: Path | None = None, *, beat_s: float = BEAT_S) -> None:
        self.store = Store()
        self.phases: list[Phase] = []
        self.session = Session(
            Ready(relay, "anna", token),
            self.store,
            on_changes=self._changed,
            state_dir=state,
            dial=dialer(relay, token, ping_seconds=beat_s),
            backoff=Backoff(first_ms=50, longest_ms=500),
        )

    def _changed(self, changes: Changes) -> None:
        phase = self.store.link.phase
        if not self.phases or self.phases[-1] is not phase:
            self.phases.append(phase)

    async def until(self, true: Callable[[], object], what: str) -> None:
        try:
            async with asyncio.timeout(PATIENCE_S):
                while not true():
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise AssertionError(f"in vain waited for {what}; the link is {self.store.link}") from None

    async def live(self) -> None:
        await self.session.start()
        await self.until(lambda: self.store.link.is_live, "the link")

    async def take(self) -> int:
        """The head of the inbox; its number."""
        await self.until(lambda: selectors.waiting(self.store), "a chat that waits")
        self.session.send(TakeNext(id=self.session.new_id()))
        await self.until(lambda: selectors.mine(self.store), "the chat in hand")
        return selectors.mine(self.store)[0].card.chat

    def say(self, chat: int, text: str) -> None:
        self.session.send(Say(id=self.session.new_id(), chat=chat, text=text))

    async def caught_up(self) -> None:
        """Live again, and everything that was said is answered."""
        await self.until(lambda: self.store.link.is_live and not len(self.store.outbox), "everything to be caught up")

    def texts(self, chat: int) -> list[str]:
        return [entry.text for entry in selectors.transcript(self.store, chat).entries if entry.p]

    async def equals_a_fresh_sync(self, relay: str, token: str) -> None:
        """The law *live = synced*, against a second console that has just begun."""
        fresh = Operator(relay, token)
        await fresh.live()
        await self.until(lambda: fingerprint(self.store) == fingerprint(fresh.store), "live to equal synced")
        await fresh.session.close()
