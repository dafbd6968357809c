"""Whatever people do, in whatever order: the desk keeps its promises. Hypothesis looks for a shift that breaks one.

After every step: all invariants (each open chat in one place, nobody over the limit, every debt with a deadline, the inbox in
order); at the end: replaying the journal, with and without a snapshot and a restart on the way, gives the same desk, and the
transcript has every message once, numbered without gaps.
"""

from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from opconsole.wire import staff
from opconsole.wire.cards import Page, Place, Priority, Profile, Role, Status
from opconsole.wire.checklists import Step
from opconsole.wire.messages import Message
from server_stub.desk import commands as cmd
from server_stub.desk import events as ev
from server_stub.desk.actors import DESK, Actor
from server_stub.desk.decide import decide
from server_stub.desk.events import Record, decode_event, encode_event
from server_stub.desk.evolve import apply, evolve
from server_stub.desk.invariants import check, check_touched
from server_stub.desk.model import Settings, State
from server_stub.desk.outcome import Answer, Decision, Refusal
from server_stub.desk.settings import DepartmentSettings
from server_stub.desk.snapshot import dump, load
from server_stub.desk.transcript import message_of

SECOND = 1_000
STEPS = (Step(id="greet", title="Greet"), Step(id="offer", title="Offer", required=True))
SMALL = Settings(
    limit=3,
    max_waiting=6,
    max_forms=2,
    departments={
        "sales": DepartmentSettings(limit=2, max_waiting=3, first_reply_ms=20 * SECOND, checklist=STEPS),
        "general": DepartmentSettings(checklist=STEPS),
    },
    closed_keep=4,
    visitor_keep=3,
    templates_mine=2,
    templates_shared=2,
    templates_department=1,
)
OPERATORS = {
    "anna": cmd.OperatorSet("anna", "Anna"),
    "bob": cmd.OperatorSet("bob", "Bob", limit=2, departments=("general", "sales")),
    "kim": cmd.OperatorSet("kim", "Kim", limit=1, departments=("sales",)),
    "sue": cmd.OperatorSet("sue", "Sue", Role.supervisor),
}
CHANNELS = ("site", "site", "site", "telegram", "email")

logins = st.sampled_from(sorted(OPERATORS))
visitors = st.sampled_from([f"v{number}" for number in range(8)])
chats = st.integers(0, 11)
"""Picks one of what is there, see `DeskMachine.some`."""
texts = st.sampled_from(["hello", "and?", "one more", "я вас слушаю\nещё строка", "x" * 300, " "])


class DeskMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.state = State(SMALL)
        self.now = 1_700_000_000_000
        self.journal: list[Record] = []
        self.serial = 0
        self.given: list[tuple[Actor, Any, Answer]] = []
        self.do(DESK, cmd.RelayStarted())
        for hired in OPERATORS.values():
            self.do(DESK, hired)
        for login in ("anna", "bob", "sue"):
            self.by(login, cmd.OperatorHere())
        for number in range(3):
            self.do(Actor("visitor", f"v{number}"), cmd.VisitorSays(self.cid(), "hello"))
        self.by("anna", staff.TakeNext(id=self.cid()))

    # ------------------------------------------------------------ the relay's part

    def do(self, actor: Actor, command: cmd.Command) -> Decision | Refusal:
        before = dump(self.state)
        outcome = decide(self.state, actor, command, self.now)
        assert dump(self.state) == before, "deciding changed the state"
        if isinstance(outcome, Refusal):
            return outcome
        self._first_take_wins(outcome)
        self.journal += apply(self.state, actor, outcome, self.now)
        check_touched(self.state, self.state.drain_touched())
        if outcome.events and "id" in command.__struct_fields__:
            self.given.append((actor, command, outcome.answer))
        return outcome

    def _first_take_wins(self, outcome: Decision) -> None:
        for event in outcome.events:
            if isinstance(event, ev.ChatTaken):
                assert self.state.chats[event.chat].place is Place.inbox, "taken from somebody's hands"

    def cid(self) -> str:
        self.serial += 1
        return f"c{self.serial}"

    def some(self, login: str, pick: int) -> int:
        """A chat: mostly one that the operator has, else one that waits, that a colleague has, or that is closed."""
        operator = self.state.operators[login]
        mine = [*operator.held, *operator.snoozed]
        if mine and pick % 3:
            return mine[pick % len(mine)]
        return list(self.state.chats)[-1 - pick % len(self.state.chats)]

    def by(self, login: str, command: cmd.Command) -> Decision | Refusal:
        return self.do(Actor("operator", login), command)

    # ------------------------------------------------------------ time

    @rule(
        ms=st.sampled_from(
            [0, 1, SECOND, 9 * SECOND, 31 * SECOND, 95 * SECOND, 200 * SECOND, 700 * SECOND, 3_600 * SECOND]
        )
    )
    def time_passes(self, ms: int) -> None:
        until = self.now + ms
        while (due := self.state.next_deadline()) is not None and due <= until:
            self.now = max(self.now, due)
            ticked = self.do(DESK, cmd.Tick())
            assert isinstance(ticked, Decision)
            assert ticked.events, "a deadline at which nothing is due"
        self.now = until
        for chat in self.state.chats.values():
            assert not chat.rescue_at or chat.rescue_at > self.now, "held past its deadline"

    @rule(ms=st.integers(0, 300_000), sure=st.integers(0, 3))
    def the_relay_is_down_for_a_while(self, ms: int, sure: int) -> None:
        if sure:
            return
        due = {chat.chat: chat.rescue_at for chat in self.state.chats.values() if chat.rescue_at}
        self.state = load(dump(self.state))
        self.now += ms
        self.do(DESK, cmd.RelayStarted())
        for chat, rescue_at in due.items():
            assert self.state.chats[chat].rescue_at == max(rescue_at, self.now + 30 * SECOND)
        for login in ("anna", "bob", "kim"):
            self.by(login, cmd.OperatorHere())

    # ------------------------------------------------------------ visitors

    @rule(visitor=visitors, text=texts, channel=st.sampled_from(CHANNELS), sales=st.booleans())
    def a_visitor_writes(self, visitor: str, text: str, channel: str, sales: bool) -> None:
        actor = Actor("visitor", visitor)
        if channel == "site":
            self.do(actor, cmd.VisitorHere())
        department = "sales" if sales else "general"
        said = cmd.VisitorSays(self.cid(), text, Profile(name=visitor), channel, department)
        outcome = self.do(actor, said)
        if isinstance(outcome, Refusal):
            assert outcome.code in ("empty_text", "inbox_full"), outcome

    @rule(visitor=visitors, text=texts)
    def a_visitor_leaves_a_form(self, visitor: str, text: str) -> None:
        self.do(Actor("visitor", visitor), cmd.VisitorLeaves(self.cid(), "Bob", "bob@example.com", "", text))

    @rule(
        visitor=visitors,
        what=st.sampled_from(["here", "away", "away", "moved", "reads", "rates", "ends"]),
        number=st.integers(0, 5),
    )
    def a_visitor_does_something(self, visitor: str, what: str, number: int) -> None:
        command: dict[str, cmd.VisitorCommand] = {
            "here": cmd.VisitorHere(Profile(name=visitor, visits=number)),
            "away": cmd.VisitorAway(),
            "moved": cmd.VisitorMoved(Page(url=f"/{number}")),
            "reads": cmd.VisitorReads(number),
            "rates": cmd.VisitorRates(self.cid(), number, "so so"),
            "ends": cmd.VisitorEnds(self.cid()),
        }
        self.do(Actor("visitor", visitor), command[what])

    # ------------------------------------------------------------ the team

    @rule(login=logins, here=st.sampled_from([True, True, False]))
    def an_operator_comes_or_goes(self, login: str, here: bool) -> None:
        self.by(login, cmd.OperatorHere() if here else cmd.OperatorAway())

    @rule()
    def all_are_there_and_take_what_waits(self) -> None:
        for login in OPERATORS:
            self.by(login, cmd.OperatorHere())
            self.by(login, staff.SetStatus(id=self.cid(), status=Status.online))
            self.by(login, staff.TakeNext(id=self.cid()))

    @rule(login=logins)
    def an_operator_takes_the_next(self, login: str) -> None:
        operator = self.state.operators[login]
        waiting = [
            entry
            for department in operator.departments
            for entry in self.state.inbox.get(department, ())
            if login not in self.state.chats[entry[1]].let_go and login != self.state.chats[entry[1]].returned_by
        ]
        outcome = self.by(login, staff.TakeNext(id=self.cid()))
        if isinstance(outcome, Decision) and waiting:
            assert outcome.answer.chat == min(waiting)[1], "not the earliest deadline first"

    @rule(login=logins, pick=chats, text=texts)
    def an_operator_takes_and_answers(self, login: str, pick: int, text: str) -> None:
        chat = self.some(login, pick)
        self.by(login, staff.Take(id=self.cid(), chat=chat))
        self.by(login, staff.Say(id=self.cid(), chat=chat, text=text))

    @rule(login=logins, text=texts)
    def an_operator_answers_what_they_hold(self, login: str, text: str) -> None:
        for chat in list(self.state.operators[login].held):
            self.by(login, staff.Say(id=self.cid(), chat=chat, text=text))

    @rule(
        login=logins,
        pick=chats,
        what=st.sampled_from(
            ["take", "return", "close", "reopen", "snooze", "note", "priority", "edit", "typing", "read"]
        ),
        number=st.integers(0, 3),
    )
    def an_operator_does_something(self, login: str, pick: int, what: str, number: int) -> None:
        chat = self.some(login, pick)
        cid = self.cid()
        command: dict[str, cmd.TeamCommand] = {
            "take": staff.Take(id=cid, chat=chat),
            "return": staff.Return(id=cid, chat=chat),
            "close": staff.Close(id=cid, chat=chat),
            "reopen": staff.Reopen(id=cid, chat=chat),
            "snooze": staff.Snooze(id=cid, chat=chat, until=self.now + 60 * SECOND * number),
            "note": staff.AddNote(id=cid, chat=chat, text="a note"),
            "priority": staff.SetPriority(id=cid, chat=chat, priority=list(Priority)[number]),
            "edit": staff.EditVisitor(id=cid, chat=chat, name=f"Name {number}"),
            "typing": staff.Typing(chat=chat),
            "read": staff.Read(chat=chat, p=number),
        }
        self.by(login, command[what])

    @rule(login=logins, pick=chats, back=st.integers(0, 6), delete=st.booleans(), text=texts)
    def an_operator_changes_words(self, login: str, pick: int, back: int, delete: bool, text: str) -> None:
        chat, cid = self.some(login, pick), self.cid()
        n = self.state.chats[chat].last - back
        if delete:
            self._changes_words(Actor("operator", login), chat, staff.DeleteMessage(id=cid, chat=chat, n=max(n, 0)))
        else:
            edit = staff.EditMessage(id=cid, chat=chat, n=max(n, 0), text=text)
            self._changes_words(Actor("operator", login), chat, edit)

    @rule(visitor=visitors, pick=chats, back=st.integers(0, 4), delete=st.booleans(), text=texts)
    def a_visitor_changes_words(self, visitor: str, pick: int, back: int, delete: bool, text: str) -> None:
        known = self.state.visitors.get(visitor)
        chat = known.open[-1] if known is not None and known.open and pick % 4 else self.some("anna", pick)
        p, cid = max(0, self.state.chats[chat].public - back), self.cid()
        actor = Actor("visitor", visitor)
        if delete:
            self._changes_words(actor, chat, cmd.VisitorDeletes(cid, chat, p))
        else:
            self._changes_words(actor, chat, cmd.VisitorEdits(cid, chat, p, text))

    def _changes_words(self, actor: Actor, chat: int, command: cmd.Command) -> None:
        """Whatever is changed: nobody owes more or less by it, and no deadline moves."""
        before = self._debt(chat)
        outcome = self.do(actor, command)
        assert self._debt(chat) == before
        for event in outcome.events if isinstance(outcome, Decision) else ():
            assert isinstance(event, ev.MessageEdited | ev.MessageDeleted)
            said = self._message(chat, event.of)
            own = said.by == ("visitor" if actor.kind == "visitor" else actor.id)
            assert own or (actor.id == "sue" and isinstance(event, ev.MessageDeleted)), "another's words"
            assert actor.kind != "visitor" or self.state.chats[chat].visitor == actor.id

    def _debt(self, number: int) -> tuple[int, ...]:
        chat = self.state.chats[number]
        return (chat.owes_since, chat.rescue_at, chat.answer_by, chat.due(), chat.last_at, chat.answered_at)

    def _message(self, chat: int, n: int) -> Message:
        return next(
            found
            for record in self.journal
            if (found := message_of(record)) is not None and (found.chat, found.n) == (chat, n)
        )

    @rule(login=logins, pick=chats, to=logins, override=st.booleans())
    def an_operator_transfers(self, login: str, pick: int, to: str, override: bool) -> None:
        full = not self.state.operators[to].has_room()
        outcome = self.by(login, staff.Transfer(id=self.cid(), chat=self.some(login, pick), to=to, override=override))
        if isinstance(outcome, Decision) and full:
            assert override
            assert login == "sue", "over the limit without a supervisor's override"

    @rule(login=logins, status=st.sampled_from([Status.online, Status.online, *Status]))
    def an_operator_sets_a_status(self, login: str, status: Status) -> None:
        self.by(login, staff.SetStatus(id=self.cid(), status=status, reason="tea"))

    @rule(
        login=logins,
        number=st.integers(0, 3),
        mine=st.booleans(),
        drop=st.booleans(),
        department=st.sampled_from(["", "general", "sales"]),
    )
    def an_operator_keeps_templates(self, login: str, number: int, mine: bool, drop: bool, department: str) -> None:
        template = f"{login if mine else 'desk'}-{number}"
        if drop:
            self.by(login, staff.DropTemplate(id=self.cid(), template=template))
        else:
            code = f"code{number % 3}"
            self.by(
                login,
                staff.SaveTemplate(
                    id=self.cid(),
                    template=template,
                    code=code,
                    text="hello",
                    hotkey=1,
                    mine=mine,
                    department=department,
                    edition=self.state.head if number == 3 else None,
                ),
            )
        for chat in self.state.operators[login].held[:1]:
            before = known.used if (known := self.state.templates.get(template)) is not None else 0
            self.by(login, staff.Say(id=self.cid(), chat=chat, text="hello", template=template))
            after = self.state.templates.get(template)
            assert (after.used if after is not None else 0) - before in (0, 1)

    @rule(login=logins, pick=chats, step=st.sampled_from(["greet", "offer", "none"]), on=st.booleans())
    def an_operator_ticks(self, login: str, pick: int, step: str, on: bool) -> None:
        chat = self.some(login, pick)
        debt = self._debt(chat)
        outcome = self.by(login, staff.TickStep(id=self.cid(), chat=chat, step=step, on=on))
        assert self._debt(chat) == debt
        if isinstance(outcome, Decision):
            assert any(tick.step == step for tick in self.state.chats[chat].ticks) is on

    # ------------------------------------------------------------ the administration

    @rule(login=logins, limit=st.sampled_from([None, 0, 1, 5]), what=st.integers(0, 7))
    def the_administration_changes_something(self, login: str, limit: int | None, what: int) -> None:
        hired = OPERATORS[login]
        if what == 0:
            fields = {name: getattr(SMALL, name) for name in SMALL.__struct_fields__}
            tz = "UTC" if limit else "Europe/Moscow"
            self.do(DESK, cmd.SettingsSet(Settings(**fields | {"limit": limit or 3, "tz": tz})))
        else:
            self.do(DESK, cmd.OperatorSet(login, hired.name, hired.role, limit, hired.departments, blocked=what == 1))

    # ------------------------------------------------------------ sent again

    @rule(back=st.integers(0, 5))
    def a_command_is_sent_again(self, back: int) -> None:
        if back >= len(self.given):
            return
        actor, command, answer = self.given[-1 - back]
        if actor.kind == "visitor" and actor.id not in self.state.visitors:
            return
        if actor.kind == "operator" and self.state.operators[actor.id].blocked:
            return
        assert self.do(actor, command) == Decision((), answer)

    # ------------------------------------------------------------ what always holds

    @invariant()
    def all_invariants_hold(self) -> None:
        check(self.state)

    def teardown(self) -> None:
        live = dump(self.state)
        replayed = State(SMALL)
        half = len(self.journal) // 2
        for record in self.journal:
            evolve(replayed, Record(record.seq, record.at, record.actor, decode_event(encode_event(record.event))))
            if record.seq == half:
                replayed = load(dump(replayed))
        assert dump(replayed) == live, "replaying is not what was lived"
        assert replayed.next_deadline() == self.state.next_deadline()
        self._transcripts_are_whole()

    def _transcripts_are_whole(self) -> None:
        entries: dict[int, list[int]] = {}
        public: dict[int, list[int]] = {}
        for record in self.journal:
            message = message_of(record)
            assert (message is None) is (ev.entry_of(record.event) == 0)
            if message is not None:
                entries.setdefault(message.chat, []).append(message.n)
                if message.p:
                    public.setdefault(message.chat, []).append(message.p)
        for chat, numbers in entries.items():
            assert numbers == list(range(1, len(numbers) + 1)), f"chat {chat}"
        for chat, numbers in public.items():
            assert numbers == list(range(1, len(numbers) + 1)), f"chat {chat}"


TestDesk = DeskMachine.TestCase
TestDesk.settings = settings(
    max_examples=50, stateful_step_count=40, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
