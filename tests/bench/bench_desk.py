"""How much a decision costs: `python -m tests.bench.bench_desk`.

A decision is `decide` and `evolve` together, with the making of the record between them, as the relay does it; journal,
rendering and encoding are measured elsewhere. Two questions:

* talk: words in held chats, the visitor and the operator in turns (what a relay does nearly all of its time);
* turnover: a visitor opens a chat, an operator takes the next one and closes it, so that as many wait after as before.

Both with few and with many chats waiting, in turns within one run, so that a noisy moment falls on both; the medians count.
Time is this process's CPU time: what other programs do to the machine spoils it less.
"""

import gc
import statistics
import time
from collections.abc import Iterator
from itertools import islice
from typing import Final

from msgspec import Struct

from opconsole.wire import staff
from server_stub.desk.actors import DESK, Actor
from server_stub.desk.commands import Command, OperatorHere, OperatorSet, RelayStarted, VisitorSays
from server_stub.desk.decide import decide
from server_stub.desk.evolve import apply
from server_stub.desk.model import Settings, State
from server_stub.desk.outcome import Decision

FEW: Final = 1_000
MANY: Final = 100_000
OPERATORS: Final = 50
LIMIT: Final = 10
T0: Final = 1_700_000_000_000
TEXT: Final = "a message of about one hundred and twenty bytes, which is what people write to one another in a support chat, it says."


class Figure(Struct, frozen=True):
    """Decisions a second: the median of the rounds, and the best (the machine at its quietest)."""

    median: float
    best: float


class Figures(Struct, frozen=True):
    talk_few: Figure
    talk_many: Figure
    turnover_few: Figure
    turnover_many: Figure

    def talk_ratio(self) -> float:
        """What a decision costs with many chats waiting, of what it costs with few."""
        return self.talk_few.median / self.talk_many.median

    def turnover_ratio(self) -> float:
        return self.turnover_few.median / self.turnover_many.median


class Floor:
    """A desk with so many chats waiting, and its operators' hands full but for one place each."""

    def __init__(self, waiting: int) -> None:
        self.state = State(Settings(limit=LIMIT, max_waiting=10 * MANY))
        self.now = T0
        self.serial = 0
        self.operators = [Actor("operator", f"op{i}") for i in range(OPERATORS)]
        self.pairs: list[tuple[Actor, Actor, int]] = []
        self.do(DESK, RelayStarted())
        for operator in self.operators:
            self.do(DESK, OperatorSet(operator.id, operator.id.title()))
            self.do(operator, OperatorHere())
        for number in range(waiting + OPERATORS * (LIMIT - 1)):
            self.do(Actor("visitor", f"v{number}"), VisitorSays(self.cid(), TEXT))
        for operator in self.operators:
            for _ in range(LIMIT - 1):
                self.do(operator, staff.TakeNext(id=self.cid()))
            for chat in self.state.operators[operator.id].held:
                self.pairs.append((Actor("visitor", self.state.chats[chat].visitor), operator, chat))
        self.state.drain_touched()

    def cid(self) -> str:
        self.serial += 1
        return f"command-{self.serial:028d}"

    def do(self, actor: Actor, command: Command) -> None:
        outcome = decide(self.state, actor, command, self.now)
        assert isinstance(outcome, Decision), outcome
        apply(self.state, actor, outcome, self.now)

    def talk(self) -> Iterator[tuple[Actor, Command]]:
        """Each pair's visitor says something, then each pair's operator, and so on."""
        while True:
            for visitor, _, _ in self.pairs:
                yield visitor, VisitorSays(self.cid(), TEXT)
            for _, operator, chat in self.pairs:
                yield operator, staff.Say(id=self.cid(), chat=chat, text=TEXT)

    def turnover(self) -> Iterator[tuple[Actor, Command]]:
        """A new visitor, a take, and the taken chat's end."""
        while True:
            for operator in self.operators:
                self.serial += 1
                yield Actor("visitor", f"new{self.serial}"), VisitorSays(self.cid(), TEXT)
                yield operator, staff.TakeNext(id=self.cid())
                yield operator, staff.Close(id=self.cid(), chat=self.state.operators[operator.id].held[-1])

    def run(self, commands: Iterator[tuple[Actor, Command]], count: int, batch: int) -> float:
        """Decisions a second of this process's CPU, in batches as the relay's: a batch is made (as if decoded just now), then
        decided, and then `touched` is drained."""
        state = self.state
        now = self.now
        took = 0.0
        for _ in range(count // batch):
            made = list(islice(commands, batch))
            began = time.process_time_ns()
            for actor, command in made:
                now += 1
                outcome = decide(state, actor, command, now)
                apply(state, actor, outcome, now)  # type: ignore[arg-type]
            took += time.process_time_ns() - began
            state.drain_touched()
        self.now = now
        return count // batch * batch / took * 1e9


def measure(rounds: int = 60, count: int = 2_000) -> Figures:
    """The medians of so many rounds of so many decisions each. Garbage is collected before, not within."""
    floors = {waiting: Floor(waiting) for waiting in (FEW, MANY)}
    work = [(kind, waiting, getattr(floors[waiting], kind)()) for kind in ("talk", "turnover") for waiting in floors]
    found: dict[tuple[str, int], list[float]] = {}
    gc.collect()
    gc.freeze()
    try:
        for _ in range(rounds):
            for kind, waiting, commands in work:
                # The turnover's third command depends on what its second did, so its batch is one.
                batch = 100 if kind == "talk" else 1
                figure = floors[waiting].run(commands, count if kind == "talk" else count // 4, batch)
                found.setdefault((kind, waiting), []).append(figure)
    finally:
        gc.unfreeze()
    rates = [found[kind, waiting] for kind in ("talk", "turnover") for waiting in floors]
    return Figures(*(Figure(statistics.median(each), max(each)) for each in rates))


def main() -> None:
    figures = measure()
    print(f"desk: decisions a second, {OPERATORS} operators, texts of {len(TEXT)} bytes; median of the rounds (best)")
    print(f"{'chats waiting':<28}{FEW:>22,}{MANY:>24,}   cost")
    for name, few, many, ratio in (
        ("talk in held chats", figures.talk_few, figures.talk_many, figures.talk_ratio()),
        ("open, take next, close", figures.turnover_few, figures.turnover_many, figures.turnover_ratio()),
    ):
        cells = "".join(f"{each.median:>13,.0f} ({each.best:>8,.0f}) " for each in (few, many))
        print(f"{name:<28}{cells}  x{ratio:.2f}")


if __name__ == "__main__":
    main()
