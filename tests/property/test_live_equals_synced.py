"""The law of the wire: a client that saw every live frame equals one that has just synced. For operators, supervisors, monitors, visitors.

The relay's own line, desk and fan-out are under it; the people are random, and so are the batches into which their doings fall.
"""

import random
from collections.abc import Callable

import pytest
from msgspec import Struct

from opconsole.wire import limits, staff
from opconsole.wire.cards import Page, Priority, Role, Status
from opconsole.wire.messages import Kind, Message, changed
from opconsole.wire.visitor import VisitorMessage, VisitorTyping
from server_stub.desk import entries
from server_stub.desk.commands import (
    EraseContent,
    VisitorDeletes,
    VisitorEdits,
    VisitorEnds,
    VisitorLeaves,
    VisitorMoved,
    VisitorRates,
    VisitorReads,
    VisitorSays,
)
from server_stub.desk.events import ChatOpened, decode_event
from server_stub.journal.memory import MemoryStore
from tests.property.console_client import ConsoleClient
from tests.property.relay_world import Client, RelayWorld, StaffClient, VisitorClient
from tests.property.shift_settings import DEPARTMENTS, SETTINGS


class Shift:
    """A random shift: a few operators in two departments, a supervisor with a console and a monitor, some visitors."""

    def __init__(self, seed: int, console: type[StaffClient] = StaffClient) -> None:
        self.console = console
        self.dice = random.Random(seed)
        self.world = RelayWorld(seed, SETTINGS)
        self.trail: list[str] = []
        self.number = 0
        self.team: list[StaffClient] = []
        self.visitors = [VisitorClient(f"v{n}") for n in range(5)]
        self.doings: list[tuple[int, Callable[[], None]]] = [
            (30, self.visitor_says),
            (6, self.visitor_other),
            (6, self.visitor_comes_or_goes),
            (14, self.operator_takes),
            (22, self.operator_talks),
            (9, self.words_are_changed),
            (14, self.operator_moves_chat),
            (8, self.operator_other),
            (5, self.operator_comes_or_goes),
            (6, self.operator_looks),
            (3, self.template),
            (1, self.person_changes),
            (1, self.erased),
            (8, self.time_passes),
        ]

    def cid(self) -> str:
        self.number += 1
        return f"c{self.number}"

    def everyone(self) -> list[Client]:
        return [*self.team, *self.visitors]

    def worker(self) -> StaffClient:
        return self.dice.choice([each for each in self.team if not each.monitor])

    def chat(self) -> int:
        last = self.world.line.state.last_chat
        return self.dice.randint(max(1, last - 8), last) if last else 1

    # ------------------------------------------------------------ what happens

    async def begin(self) -> None:
        world = self.world
        await world.start()
        world.person("anna", departments=("general",))
        world.person("boris", departments=("sales",), limit=2)
        world.person("clara", departments=DEPARTMENTS)
        world.person("sofia", Role.supervisor)
        for login in ("anna", "boris", "clara"):
            self.team.append(self.console(login, Role.operator))
        self.team += [self.console("sofia", Role.supervisor), self.console("sofia", Role.supervisor, monitor=True)]
        for client in self.everyone():
            world.connect(client)
        await world.settle()
        for client in self.team:
            if not client.monitor:
                world.put(client, staff.SetStatus(id=self.cid(), status=Status.online))

    def visitor_says(self) -> None:
        visitor = self.dice.choice(self.visitors)
        department = "sales" if int(visitor.visitor[1:]) % 2 else "general"
        says = VisitorSays(self.cid(), f"words {self.number}", department=department)
        self.world.put(visitor, says)
        if self.dice.random() < 0.1:
            self.world.put(visitor, says)  # a lost answer: the client sends it again

    def visitor_other(self) -> None:
        visitor = self.dice.choice(self.visitors)
        item = self.dice.choice(
            [
                VisitorReads(self.dice.randint(0, 20)),
                VisitorMoved(Page(f"https://shop.example/{self.number}", "A page")),
                VisitorRates(self.cid(), self.dice.randint(1, 5), "so"),
                VisitorEnds(self.cid()),
                VisitorLeaves(self.cid(), "Ivan", "ivan@example.com", "", "call me"),
                VisitorTyping(text="I am typ"),
            ]
        )
        self.world.put(visitor, item)

    def visitor_comes_or_goes(self) -> None:
        visitor = self.dice.choice(self.visitors)
        if visitor.session is None:
            self.world.connect(visitor)
        else:
            self.world.disconnect(visitor)

    def operator_takes(self) -> None:
        take = (
            staff.TakeNext(id=self.cid()) if self.dice.random() < 0.5 else staff.Take(id=self.cid(), chat=self.chat())
        )
        self.world.put(self.worker(), take)

    def operator_talks(self) -> None:
        worker = self.worker()
        chat = self.dice.choice(self.world.held(worker) or [self.chat()])
        item = self.dice.choice(
            [
                staff.Say(id=self.cid(), chat=chat, text=f"answer {self.number}"),
                staff.Say(
                    id=self.cid(),
                    chat=chat,
                    text=f"answer {self.number}",
                    template=f"t{self.dice.randint(1, 4)}",
                ),
                staff.TickStep(
                    id=self.cid(), chat=chat, step=self.dice.choice(("greet", "offer")), on=self.dice.random() < 0.7
                ),
                staff.AddNote(id=self.cid(), chat=chat, text="a note"),
                staff.Read(chat=chat, p=self.dice.randint(0, 20)),
                staff.Typing(chat=chat),
            ]
        )
        self.world.put(worker, item)

    def words_are_changed(self) -> None:
        """Some of a chat's last words, mostly by their author; else by a colleague, a supervisor, another visitor."""
        known = self.world.line.state.chats.get(self.chat())
        if known is None:
            return
        some = [
            found
            for n in range(known.last, max(0, known.last - 12), -1)
            if (found := entries.find(known, n)) and found.by
        ]
        entry = self.dice.choice(some)
        who: Client = self.dice.choice(self.visitors) if self.dice.random() < 0.5 else self.worker()
        if self.dice.random() < 0.8:
            name = known.visitor if entry.by == "visitor" else entry.by
            who = next(each for each in self.everyone() if name == getattr(each, "visitor", getattr(each, "login", "")))
        cid, text, edits = self.cid(), f"other words {self.number}", self.dice.random() < 0.7
        change: Struct
        if isinstance(who, VisitorClient):
            change = VisitorEdits(cid, known.chat, entry.p, text) if edits else VisitorDeletes(cid, known.chat, entry.p)
        elif edits:
            change = staff.EditMessage(id=cid, chat=known.chat, n=entry.n, text=text)
        else:
            change = staff.DeleteMessage(id=cid, chat=known.chat, n=entry.n)
        self.world.put(who, change)
        if isinstance(who, VisitorClient) and self.dice.random() < 0.1:
            self.world.put(who, change)  # a lost answer

    def operator_moves_chat(self) -> None:
        worker = self.worker()
        chat = self.dice.choice(self.world.held(worker) or [self.chat()])
        to = self.dice.choice(["anna", "boris", "clara", "sofia"])
        override = worker.role is not Role.operator
        item = self.dice.choice(
            [
                staff.Return(id=self.cid(), chat=chat),
                staff.Transfer(id=self.cid(), chat=chat, to=to, override=override),
                staff.Snooze(id=self.cid(), chat=chat, until=self.world.now + 20_000),
                staff.Close(id=self.cid(), chat=chat),
                staff.Reopen(id=self.cid(), chat=self.chat()),
            ]
        )
        self.world.put(worker, item)

    def operator_other(self) -> None:
        status = self.dice.choice([Status.online, Status.online, Status.busy, Status.away, Status.offline])
        item = self.dice.choice(
            [
                staff.SetStatus(id=self.cid(), status=status, reason="tea"),
                staff.SetPriority(id=self.cid(), chat=self.chat(), priority=self.dice.choice(list(Priority))),
                staff.EditVisitor(id=self.cid(), chat=self.chat(), name=f"Name {self.number}"),
            ]
        )
        self.world.put(self.worker(), item)

    def operator_comes_or_goes(self) -> None:
        client = self.dice.choice(self.team)
        if client.session is None:
            self.world.connect(client)
        else:
            self.world.disconnect(client)

    def operator_looks(self) -> None:
        client = self.dice.choice(self.team)
        looks: list[Struct] = [staff.Watch(chat=self.chat()), staff.Watch(chat=0)]
        if isinstance(client, ConsoleClient):
            client.look_back(self.chat())
        else:  # a console fetches what it needs
            looks.append(staff.Fetch(id=self.cid(), chat=self.chat(), before=self.dice.randint(0, 9), limit=3))
            looks.append(staff.History(id=self.cid(), chat=self.chat(), n=self.dice.randint(1, 9)))
            looks.append(staff.TemplateHistory(id=self.cid(), template=f"t{self.dice.randint(1, 4)}"))
        self.world.put(client, self.dice.choice(looks))

    def template(self) -> None:
        worker = self.worker()
        name = f"t{self.dice.randint(1, 4)}"
        if self.dice.random() < 0.4:
            self.world.put(worker, staff.DropTemplate(id=self.cid(), template=name))
            return
        mine = self.dice.random() < 0.5
        department = self.dice.choice(("", *DEPARTMENTS))
        save = staff.SaveTemplate(
            id=self.cid(), template=name, code=f"{name}{self.number}", text="Hello", mine=mine, department=department
        )
        self.world.put(worker, save)

    def person_changes(self) -> None:
        login = self.dice.choice(["anna", "boris", "clara"])
        change: dict[str, object] = self.dice.choice(
            [
                {"departments": (self.dice.choice(DEPARTMENTS),)},
                {"departments": DEPARTMENTS},
                {"limit": self.dice.randint(1, 4)},
                {"role": self.dice.choice([Role.operator, Role.supervisor])},
                {"blocked": True},
                {"blocked": False},
                {"name": f"{login.title()} {self.number}"},
            ]
        )
        self.world.change(login, **change)

    def erased(self) -> None:
        """At a visitor's wish, or because a chat is old. An open chat refuses it."""
        visitor = self.dice.choice(self.visitors).visitor
        events = (decode_event(row.body) for row in self.world.store.rows)
        chats = tuple(each.chat for each in events if isinstance(each, ChatOpened) and each.visitor == visitor)
        if self.dice.random() < 0.5:
            self.world.line.put(None, EraseContent(visitor, chats, "boss"))
        elif chats:
            self.world.line.put(None, EraseContent(chats=(self.dice.choice(chats),)))

    def time_passes(self) -> None:
        self.world.now += self.dice.choice([50, 300, 1_000, 5_000, 12_000, 40_000])
        self.world.line.wake()

    # ------------------------------------------------------------ the law

    async def run(self, steps: int) -> None:
        await self.begin()
        weights = [weight for weight, _ in self.doings]
        for step in range(steps):
            doing = self.dice.choices(self.doings, weights)[0][1]
            self.trail.append(doing.__name__)
            doing()
            if self.dice.random() < 0.3:
                await self.world.settle()
            if step % 40 == 39:
                await self.check()
            if step % 150 == 149:
                await self.restart()
        await self.check()
        await self.world.stop()

    async def check(self) -> None:
        await self.world.settle()
        for client in self.everyone():
            if client.session is None:
                self.world.connect(client)  # what it lacks since it was away is part of the law
                await self.world.settle()
                if client.session is None:
                    continue  # blocked
            fresh = await self.world.synced(client)
            self.compare(client, fresh)
            self.given_as_of_now(fresh)

    def compare(self, client: Client, fresh: Client) -> None:
        live, synced = client.picture(), fresh.picture()
        if type(client) is StaffClient:
            # Who has fetched a page from the middle says what it has from there on; what is before, it fetches when it likes.
            for chat, held in live["messages"].items():
                of_all = synced["messages"].get(chat, {})
                synced["messages"][chat] = {n: entry for n, entry in of_all.items() if n >= min(held, default=0)}
        for part, value in synced.items():
            assert live[part] == value, (
                f"{part} of {getattr(client, 'login', None) or getattr(client, 'visitor', None)}"
            )

    def given_as_of_now(self, fresh: Client) -> None:
        """Nothing that was given of the past has words that were edited since, or deleted."""
        store = self.world.store
        if isinstance(fresh, VisitorClient):
            for shown in fresh.given:
                now = next(each for each in words_now(store, shown.chat) if each.p == (shown.of or shown.n))
                assert (shown.text, shown.deleted, shown.version) == (now.text, now.deleted_by != "", now.version)
            return
        for entry in fresh.given:
            now = words_now(store, entry.chat)[(entry.of or entry.n) - 1]
            assert (entry.text, entry.deleted_by, entry.version) == (now.text, now.deleted_by, now.version)

    async def restart(self) -> None:
        await self.world.stop()
        self.world.now += 1_000
        await self.world.start()
        for client in self.everyone():
            self.world.connect(client)
        await self.world.settle()


class LongChats(Shift):
    """A sync brings little of a chat: what was changed lies before it, in it, and in the gaps that clients have."""

    def compare(self, client: Client, fresh: Client) -> None:
        live, synced = client.picture(), fresh.picture()
        for part in ("messages", "transcripts"):
            live.pop(part, None)
            synced.pop(part, None)
        assert live == synced
        for chat, entry in held_entries(fresh):
            assert (chat, entry) in held_entries(client)
        self.as_of_now(client)

    def as_of_now(self, client: Client) -> None:
        """All that the client holds of what it may see, however old, is as it is now."""
        for chat, entry in held_entries(client):
            now = words_now(self.world.store, chat)
            if isinstance(entry, VisitorMessage):
                stored = next(each for each in now if each.p == entry.n)
            else:
                stored = now[entry.n - 1]
            if stored.kind is not Kind.change:
                assert (entry.text, entry.version) == (stored.text, stored.version)


def held_entries(client: Client) -> list[tuple[int, Message | VisitorMessage]]:
    """Of a visitor's chat, or of an operator's own: chat and entry."""
    if isinstance(client, VisitorClient):
        return [(client.chat.chat, message) for message in client.messages.values()]
    if isinstance(client, ConsoleClient):
        picture = client.store
        return [(chat, entry) for chat in picture.mine.chats() for entry in picture.transcripts[chat].entries]
    return [(chat, entry) for chat, held in client.picture()["messages"].items() for entry in held.values()]


def words_now(store: MemoryStore, chat: int) -> list[Message]:
    """The chat's entries with the words that they have now, by the smallest reckoning."""
    found: list[Message] = []
    for message in store.entries.get(chat, ()):
        found.append(message)
        if message.kind is Kind.change:
            found[message.of - 1] = changed(found[message.of - 1], message)
    return found


async def walk(shift: Shift, steps: int) -> None:
    try:
        await shift.run(steps)
    except AssertionError as failure:
        failure.add_note(f"last doings: {', '.join(shift.trail[-12:])}")
        raise


@pytest.mark.parametrize("seed", range(16))
async def test_who_saw_every_frame_equals_who_has_just_synced(seed: int) -> None:
    await walk(Shift(seed), 320)


@pytest.mark.parametrize("seed", range(1000, 1012))
async def test_a_console_s_store_that_saw_every_frame_equals_one_that_has_just_synced(seed: int) -> None:
    await walk(Shift(seed, ConsoleClient), 320)


@pytest.mark.parametrize("seed", range(2000, 2008))
@pytest.mark.parametrize("console", [StaffClient, ConsoleClient], ids=["smallest reducer", "console's store"])
async def test_nobody_holds_stale_or_deleted_words_however_long_the_chats(
    seed: int, console: type[StaffClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "SYNC_MESSAGES", 6)
    await walk(LongChats(seed, console), 320)
