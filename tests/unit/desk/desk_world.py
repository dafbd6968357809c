"""A desk with a clock in the test's hand: gives commands, keeps the journal, and checks every invariant after every command."""

from collections.abc import Iterable

from opconsole.wire import staff
from opconsole.wire.cards import Profile, Role
from server_stub.desk.actors import DESK, Actor
from server_stub.desk.commands import (
    Command,
    OperatorAway,
    OperatorHere,
    OperatorSet,
    RelayStarted,
    Tick,
    VisitorAway,
    VisitorHere,
    VisitorSays,
)
from server_stub.desk.decide import decide
from server_stub.desk.events import Event, Record, decode_event, encode_event
from server_stub.desk.evolve import apply, evolve
from server_stub.desk.invariants import check, check_touched
from server_stub.desk.model import Chat, Operator, Settings, State, Visitor
from server_stub.desk.outcome import Answer, Decision, Refusal

T0 = 1_700_000_000_000
SECOND = 1_000
MINUTE = 60_000


class DeskWorld:
    """Times are given in milliseconds. Operators and visitors are named by their login and id."""

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings if settings is not None else Settings()
        self.state = State(self.settings)
        self.now = T0
        self.journal: list[Record] = []
        self.serial = 0
        self.do(DESK, RelayStarted())

    # ------------------------------------------------------------ giving commands

    def ask(self, actor: Actor, command: Command, after: int = 0) -> Decision | Refusal:
        """Decide `after` ms later, and let it happen."""
        self.now += after
        outcome = decide(self.state, actor, command, self.now)
        if isinstance(outcome, Decision):
            self.journal += apply(self.state, actor, outcome, self.now)
            check_touched(self.state, self.state.touched)
            check(self.state)
        return outcome

    def do(self, actor: Actor, command: Command, after: int = 0) -> tuple[Event, ...]:
        """As `ask`, where no refusal is expected: the events."""
        outcome = self.ask(actor, command, after)
        assert isinstance(outcome, Decision), outcome
        return outcome.events

    def answer(self, actor: Actor, command: Command, after: int = 0) -> Answer:
        outcome = self.ask(actor, command, after)
        assert isinstance(outcome, Decision), outcome
        return outcome.answer

    def refused(self, actor: Actor, command: Command, after: int = 0) -> Refusal:
        """As `ask`, where a refusal is expected: it, with nothing changed."""
        head = self.state.head
        outcome = self.ask(actor, command, after)
        assert isinstance(outcome, Refusal), outcome
        assert self.state.head == head
        return outcome

    def cid(self) -> str:
        self.serial += 1
        return f"c{self.serial}"

    def wait(self, ms: int) -> list[Event]:
        """Let time pass; what falls due happens at its time, as the relay would have it. Returns the events."""
        until = self.now + ms
        events: list[Event] = []
        while True:
            due = self.state.next_deadline()
            if due is None or due > until:
                break
            self.now = max(self.now, due)
            happened = self.do(DESK, Tick())
            assert happened, "next_deadline() named a time at which nothing is due"
            events += happened
        self.now = until
        return events

    # ------------------------------------------------------------ people

    def hire(
        self,
        login: str,
        role: Role = Role.operator,
        *,
        limit: int | None = None,
        departments: Iterable[str] = ("general",),
        here: bool = True,
    ) -> Actor:
        """A person of the team; online, unless `here` is false."""
        self.do(DESK, OperatorSet(login, login.title(), role, limit, tuple(departments)))
        actor = Actor("operator", login, role)
        if here:
            self.do(actor, OperatorHere())
        return actor

    def goes(self, actor: Actor) -> tuple[Event, ...]:
        return self.do(actor, OperatorAway() if actor.kind == "operator" else VisitorAway())

    def comes(self, actor: Actor) -> tuple[Event, ...]:
        return self.do(actor, OperatorHere() if actor.kind == "operator" else VisitorHere())

    # ------------------------------------------------------------ talk

    def writes(
        self,
        visitor: str | Actor,
        text: str = "hello",
        *,
        profile: Profile | None = None,
        channel: str = "site",
        after: int = 0,
    ) -> int:
        """A visitor's message; the chat's number."""
        actor = visitor if isinstance(visitor, Actor) else Actor("visitor", visitor)
        return self.answer(actor, VisitorSays(self.cid(), text, profile, channel), after).chat

    def says(self, operator: Actor, chat: int, text: str = "good day", after: int = 0) -> tuple[Event, ...]:
        return self.do(operator, staff.Say(id=self.cid(), chat=chat, text=text), after)

    def takes(self, operator: Actor, chat: int, after: int = 0) -> tuple[Event, ...]:
        return self.do(operator, staff.Take(id=self.cid(), chat=chat), after)

    def take_next(self, operator: Actor, after: int = 0) -> int:
        return self.answer(operator, staff.TakeNext(id=self.cid()), after).chat

    def closes(self, operator: Actor, chat: int, after: int = 0) -> tuple[Event, ...]:
        return self.do(operator, staff.Close(id=self.cid(), chat=chat), after)

    def held_chat(self, operator: Actor, visitor: str = "v1", *, answered: bool = False) -> int:
        """A chat that the operator holds; answered, and owing nothing, if so wished."""
        chat = self.writes(visitor)
        self.takes(operator, chat)
        if answered:
            self.says(operator, chat)
        return chat

    # ------------------------------------------------------------ looking

    def chat(self, number: int) -> Chat:
        return self.state.chats[number]

    def operator(self, login: str) -> Operator:
        return self.state.operators[login]

    def visitor(self, visitor: str) -> Visitor:
        return self.state.visitors[visitor]

    def order(self, department: str = "general") -> list[int]:
        """The inbox, from its head on."""
        return [chat for _, chat in self.state.inbox.get(department, ())]

    def replayed(self) -> State:
        """The state that a relay would have after reading this journal from its bytes."""
        state = State(self.settings)
        for record in self.journal:
            body = encode_event(record.event)
            evolve(state, Record(record.seq, record.at, record.actor, decode_event(body)))
        return state


def visitor(visitor_id: str) -> Actor:
    return Actor("visitor", visitor_id)
