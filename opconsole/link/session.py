"""The session: what the screens call. Ties the store, the link, the feed and the disk together; one a console.

    session = Session(Ready(relay, login, token), store, on_changes=..., on_note=...)
    await session.start()               # loads outbox and drafts, and begins to connect
    session.send(Take(id=session.new_id(), chat=5))
    session.show(5); session.typed(5); session.have_read(5, 12); session.older(5)
    session.retry_now()
    await session.close()

Everything is called in the loop's own thread. `on_changes` is called there too, at most once a screen frame for what comes
over the link, and at once for what the operator does.
"""

import asyncio
import logging
import random
import time
import uuid
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final, Literal

from msgspec import Struct

from opconsole import __version__
from opconsole.link.backoff import Backoff
from opconsole.link.connection import Dial, dialer
from opconsole.link.feed import Feed, Later
from opconsole.link.keeper import Keeper
from opconsole.link.link import Link
from opconsole.link.typing_signal import TypingSignal
from opconsole.state.changes import Changes, Need, Slice
from opconsole.state.model import Draft, LinkState, Phase, Stop
from opconsole.state.store import Store
from opconsole.wire.files import FetchFile, File, Upload
from opconsole.wire.search import Hints, Search
from opconsole.wire.staff import (
    AddNote,
    ChecklistHistory,
    Fetch,
    Hello,
    History,
    Say,
    StaffCommand,
    StaffDown,
    StaffSignal,
    TemplateHistory,
    Watch,
)

LAST_WORDS_SECONDS: Final = 1.0
"""Closing waits so long for the answers to what has just been sent."""

log = logging.getLogger(__name__)


def wall_ms() -> int:
    """Now, UTC, in milliseconds."""
    return time.time_ns() // 1_000_000


class Ready(Struct, frozen=True):
    """Who logs in, where, and by what token."""

    relay: str
    login: str
    token: str

    def __repr__(self) -> str:
        return f"Ready(relay={self.relay!r}, login={self.login!r}, token=…)"


class Session:
    def __init__(
        self,
        ready: Ready,
        store: Store,
        *,
        on_changes: Callable[[Changes], None],
        on_note: Callable[[str], None] = lambda note: None,
        state_dir: Path | None = None,
        mode: Literal["work", "monitor"] = "work",
        later: Later | None = None,
        clock: Callable[[], int] = wall_ms,
        dice: Callable[[], float] = random.random,
        new_id: Callable[[], str] = lambda: str(uuid.uuid4()),
        dial: Dial | None = None,
        backoff: Backoff | None = None,
    ) -> None:
        """`on_note`: a translated sentence for the operator (the disk can't be written, …). `state_dir` None: nothing is
        kept on disk. `later`: the screen's own timer, if it has one."""
        self.store = store
        self.ready = ready
        self.new_id = new_id
        self.clock = clock
        self._mode: Literal["work", "monitor"] = mode
        self._show_changes = on_changes
        self._on_note = on_note
        self._later = later
        self._keeper = Keeper(store, state_dir if mode == "work" else None, on_note)
        self._feed = Feed(store, clock, self._call_later, self._changed, self._fault)
        self._dial = dial
        self._link = Link(dial or dialer(ready.relay, ready.token), self, clock, dice, backoff or Backoff())
        self._typing = TypingSignal()
        self._watched = 0
        self._resent: set[str] = set()
        self._resent_total = 0
        self._synced_link = False
        """The connection that stands has brought its sync: commands may go out on it."""
        self._wake = asyncio.Event()
        self._woken_for = -1
        """Revision of the outbox for which the pump was woken last by what came over the link."""
        self._quiet = asyncio.Event()
        """No command waits for an answer."""
        self._pump: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    # ------------------------------------------------------------ life

    async def start(self) -> None:
        """Load what is kept on disk, then connect in the background."""
        self.store.belong_to(f"{self.ready.login} at {self.ready.relay}")
        notes = await self._keeper.open(self.ready.relay, self.ready.login)
        for note in notes:
            self._on_note(note)
        self._pump = asyncio.create_task(self._send_outbox(), name="outbox")
        self._link.start()

    async def close(self) -> None:
        """End the session. What has just been said is given a moment to get out; what is not answered stays on disk for
        the next start."""
        self.stopped_typing()
        self._by_operator(self.store.let_all_go())  # Enter was pressed, and who leaves has not taken it back
        if self._link.state.is_live and len(self.store.outbox):
            self._quiet.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._quiet.wait(), LAST_WORDS_SECONDS)
        await self._link.close()
        if self._pump is not None:
            self._pump.cancel()
            await asyncio.gather(self._pump, return_exceptions=True)
        await self._keeper.close()

    def retry_now(self) -> None:
        """Connect now, without waiting for the next attempt."""
        self._link.retry_now()

    def renew(self, token: str) -> None:
        """The same person logged in again (`LinkState.stop` was `login`)."""
        self.ready = Ready(self.ready.relay, self.ready.login, token)
        self._link.start(self._dial or dialer(self.ready.relay, token))

    @property
    def needs_login(self) -> bool:
        return self.store.link.stop is Stop.login

    # ------------------------------------------------------------ the operator's doing

    def send(self, command: StaffCommand, *, hold_ms: int = 0, file: File | None = None) -> None:
        """Put a command on its way: kept, shown, sent now or when there is a link. A refusal comes as a notice. `hold_ms`: words
        that stay here for so long, in which `take_back` undoes them. `file`: what they carry."""
        if isinstance(command, Fetch):
            raise TypeError("older entries are asked for with older()")
        self._by_operator(self.store.send(command, self.clock(), hold_ms, file))
        if hold_ms and command.id in self.store.outbox:
            # the loop's own clock: a wall clock that is set back must not hold words for ever
            self._call_later(hold_ms / 1000, lambda: self.let_go(command.id))

    def let_go(self, command_id: str) -> None:
        """Held words go out now."""
        self._by_operator(self.store.let_go(command_id))

    def retry(self, command_id: str) -> None:
        """Send refused words again."""
        self._by_operator(self.store.retry(command_id, self.new_id(), self.clock()))

    def take_back(self, command_id: str) -> None:
        """Put words that did not happen (refused, held, never sent) back into the chat's draft."""
        item = self.store.outbox.get(command_id)
        changes = self.store.take_back(command_id, self.clock())
        if changes and item is not None and isinstance(item.command, Say | AddNote):
            self._keeper.drafts_changed(item.command.chat)
        self._by_operator(changes)

    def dismiss(self, command_id: str) -> None:
        """Throw refused words away."""
        self._by_operator(self.store.dismiss(command_id))

    def draft(self, chat: int, text: str, cursor: int = 0, *, note: bool = False) -> None:
        """Keep what stands in the composer. Cheap: call it at every key."""
        old = self.store.drafts.get(chat)
        seen = old.seen if old is not None and old.text.strip() else self.store.newest(chat)
        if self.store.drafts.put(chat, Draft(text, cursor, note, self.clock(), seen)):
            self._keeper.drafts_changed(chat)

    def show(self, chat: int) -> None:
        """This chat is on the screen now (0: none): it is kept up to date even if it isn't mine."""
        self._changed(self.store.show(chat))
        self._watch()

    def have_read(self, chat: int, p: int) -> None:
        """The public messages up to `p` were on the screen."""
        if chat in self.store.marks.again:
            self._keeper.marks.changed()
        signal, changes = self.store.have_read(chat, p)
        if signal is not None:
            self._signal(signal)
        if changes:
            self._on_changes(changes)

    def sweep(self, chats: Iterable[int]) -> Changes:
        """Mark these of my chats as read, unseen. Returns which of them had something unread. The relay is told by `tell_swept`."""
        return self._marked(self.store.sweep(chats))

    def unsweep(self, chats: Iterable[int]) -> Changes:
        """Make them unread again. Returns which of them are."""
        return self._marked(self.store.unsweep(chats))

    def tell_swept(self) -> None:
        """Tell the relay what was marked as read; from then on the visitors see it."""
        for mark in self.store.tell_swept():
            self._signal(mark)

    def flag(self, chats: Iterable[int], on: bool) -> Changes:
        """Flag these chats for myself, or take their flags away."""
        return self._marked(self.store.flag(chats, on, self.clock()))

    def typed(self, chat: int) -> None:
        """A key in the composer of a public reply."""
        for signal in self._typing.typed(chat, self.clock()):
            self._signal(signal)

    def stopped_typing(self) -> None:
        """The reply was sent or cleared, or another chat is on the screen."""
        for signal in self._typing.over():
            self._signal(signal)

    def older(self, chat: int) -> bool:
        """Ask for entries before the first held one. False: there are none, it is under way, or there is no link."""
        if self._link.state.phase not in (Phase.syncing, Phase.live):
            return False
        need = self.store.older(chat)
        return need is not None and self._fetch(need)

    def ask_history(self, chat: int, n: int) -> bool:
        """Ask for every version of an entry's words; they come as a notice (`HistoryCame`). False: there is no link."""
        return self._link.send(History(id=self.new_id(), chat=chat, n=n))

    def ask(self, question: Fetch | Search | Hints | ChecklistHistory | Upload | FetchFile) -> bool:
        """Ask a question that changes nothing; its answer, or refusal, comes as a notice (`Answered`). False: there is no link."""
        if self._link.state.phase not in (Phase.syncing, Phase.live) or not self._link.send(question):
            return False
        self.store.question(question.id)
        return True

    def ask_template_history(self, template: str) -> bool:
        """Ask for a template's editions; they come as a notice (`TemplateHistoryCame`). False: there is no link."""
        return self._link.send(TemplateHistory(id=self.new_id(), template=template))

    def uploads_changed(self, chat: int) -> None:
        """Something of the uploads of this chat is new: it is kept, and shown."""
        self._keeper.uploads.changed()
        self._on_changes(Changes(Slice.TRANSCRIPT | Slice.OUTBOX, frozenset((chat,))))

    # ------------------------------------------------------------ the link's doing (`Listener`)

    def hello(self) -> Hello:
        self._feed.flush()
        return Hello(mode=self._mode, have=self.store.have(), agent=f"opconsole/{__version__}")

    def link_frames(self, frames: list[StaffDown]) -> None:
        self._feed.push(frames)

    def link_synced(self) -> None:
        self._feed.flush()
        self._watched = 0
        self._watch()
        for mark in self.store.unread_marks():
            self._signal(mark)
        self._synced_link = True
        self._resent = {command.id for command in self.store.outbox.unsent()}
        self._resent_total = len(self._resent)
        self._link.caught_up(0, self._resent_total)
        self._wake.set()

    def link_changed(self, state: LinkState) -> None:
        if state.phase not in (Phase.syncing, Phase.live):
            self._synced_link = False
        self._on_changes(self.store.set_link(state))

    # ------------------------------------------------------------ inside

    def _on_changes(self, changes: Changes) -> None:
        """A fault of the screen must not end the link."""
        try:
            self._show_changes(changes)
        except Exception:
            log.exception("the screen could not show what changed")

    def _marked(self, changes: Changes) -> Changes:
        if changes:
            self._keeper.marks.changed()
            self._on_changes(changes)
        return changes

    def _changed(self, changes: Changes) -> None:
        for need in changes.needs:
            self._fetch(need)
        if self._resent:
            self._resent = {command_id for command_id in self._resent if self._is_waiting(command_id)}
            self._link.caught_up(self._resent_total - len(self._resent), self._resent_total)
        self._watch()
        if self._woken_for != self.store.outbox.revision:
            self._woken_for = self.store.outbox.revision
            self._wake.set()
        if not len(self.store.outbox):
            self._quiet.set()
        if changes:
            self._on_changes(changes)

    def _by_operator(self, changes: Changes) -> None:
        self._wake.set()
        if changes:
            self._on_changes(changes)

    def _is_waiting(self, command_id: str) -> bool:
        item = self.store.outbox.get(command_id)
        return item is not None and item.failure is None

    def _signal(self, signal: StaffSignal) -> None:
        """Without a link it is dropped: a signal is of the moment."""
        self._link.send(signal)

    def _fetch(self, need: Need) -> bool:
        fetch = Fetch(id=self.new_id(), chat=need.chat, before=need.before, limit=need.limit)
        self.store.asked(fetch.id, need)
        return self._link.send(fetch)

    def _watch(self) -> None:
        """What is on the screen and not mine is watched; mine comes anyway (but to a monitor nothing is)."""
        store = self.store
        shown = store.shown
        own = shown in store.mine and self._mode == "work"
        wanted = 0 if own or store.departed is not None else shown
        if wanted == self._watched or not store.synced:
            return
        transcript = store.transcripts.get(wanted)
        if self._link.send(Watch(chat=wanted, have=transcript.last if transcript is not None else 0)):
            self._watched = wanted

    def _call_later(self, seconds: float, call: Callable[[], None]) -> object:
        later = self._later or asyncio.get_running_loop().call_later
        return later(seconds, call)

    def _fault(self) -> None:
        task = asyncio.get_running_loop().create_task(self._link.resync(), name="resync")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _send_outbox(self) -> None:
        """Keep, then send: a command is on the disk before it is on the wire. In order, once a connection."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            try:
                await self._keep_and_send()
            except Exception:
                log.exception("the outbox could not be sent")
                self._fault()

    async def _keep_and_send(self) -> None:
        outbox = self.store.outbox
        commands = outbox.unsent()
        for note in await self._keeper.keep_outbox():
            self._on_note(note)
        if not self._synced_link:
            return
        for command in commands:
            if self._is_waiting(command.id) and self._link.send(command):
                outbox.mark_sent(command.id)
