"""What the console's store costs: `python -m tests.bench.bench_store`.

* live: cards of waiting chats (each moves in the inbox) and messages with their cards in chats of mine, in batches of 13 as a
  flush at 200 events a second has, after each the questions that the panes ask;
* sync: a whole picture applied to an empty store, and to one that knew it already.

With few and with many waiting chats in turns within one run; the medians count. Time is this process's CPU time. Decoding is
measured beside it, since whoever applies a frame has decoded it.
"""

import gc
import random
import statistics
import time
from collections.abc import Callable, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from opconsole.state import selectors
from opconsole.state.due import due_warnings
from opconsole.state.store import Store
from opconsole.wire.cards import ChatCard, OperatorCard, Place, Role
from opconsole.wire.codec import decode_staff_down, encode
from opconsole.wire.messages import Message
from opconsole.wire.staff import StaffDown, Sync, Welcome

FEW: Final = 500
MANY: Final = 10_000
MINE: Final = 4
BATCH: Final = 13
EVENTS: Final = 13_000
ROUNDS: Final = 5
TEXT: Final = "a message of about one hundred and twenty bytes, which is what people write to one another in a support chat, it says."
T0: Final = 1_700_000_000_000


class Figures(Struct, frozen=True):
    """Microseconds an event, milliseconds a sync; `ask` is one round of the panes' questions, in microseconds."""

    waiting: int
    apply_us: float
    ask_us: float
    decode_us: float
    sync_ms: float
    resync_ms: float


def cards(waiting: int) -> list[ChatCard]:
    dice = random.Random(1)
    inbox = [
        ChatCard(
            rev=1, chat=chat, place=Place.inbox, visitor=f"v{chat}", name=f"Visitor {chat}", words=TEXT, last=3, public=2,
            waiting_since=T0 + chat, answer_by=T0 + dice.randrange(3_600_000),
        )
        for chat in range(MINE + 1, MINE + 1 + waiting)
    ]  # fmt: skip
    held = [
        ChatCard(
            rev=1, chat=chat, place=Place.held, visitor=f"v{chat}", owner="anna", rescue_at=T0 + 90_000, owes_since=T0
        )
        for chat in range(1, MINE + 1)
    ]
    return held + inbox


def welcome() -> Welcome:
    return Welcome(v=1, desk="desk", login="anna", name="Anna", role=Role.operator, mode="work", now=T0)


def sync(waiting: int) -> Sync:
    return Sync(head=1, chats=cards(waiting), operators=[OperatorCard(rev=1, login="anna")])


def events(waiting: int, count: int) -> list[StaffDown]:
    """Three of four are cards that move within the inbox, each fourth is a visitor's message with its chat's card."""
    dice = random.Random(2)
    known = {card.chat: card for card in cards(waiting)}
    out: list[StaffDown] = []
    for rev in range(2, count + 2):
        if rev % 4:
            chat = dice.randrange(MINE + 1, MINE + 1 + waiting)
            card = replace(known[chat], rev=rev, answer_by=T0 + dice.randrange(3_600_000), unread=rev % 9)
            out.append(card)
        else:
            chat = 1 + dice.randrange(MINE)
            card = replace(known[chat], rev=rev, last=known[chat].last + 1, public=known[chat].public + 1)
            out.append(card)
            out.append(Message(chat=chat, n=card.last, p=card.public, at=T0 + rev, by="visitor", text=TEXT))
        known[chat] = card
    return out


def ask(store: Store) -> None:
    """What a redraw of all panes asks."""
    for card in selectors.inbox(store)[:50]:
        selectors.unread(store, card)
    selectors.mine(store)
    selectors.most_urgent(store)
    selectors.oldest_waiting(store)
    selectors.my_load(store)
    selectors.outgoing(store, 1)
    selectors.transcript(store, 1).entries[-50:]
    due_warnings(store, T0)


def cpu_s(do: Callable[[], object]) -> float:
    start = time.process_time()
    do()
    return time.process_time() - start


def live(store: Store, frames: Sequence[StaffDown]) -> tuple[float, float]:
    apply_s = ask_s = 0.0
    for start in range(0, len(frames), BATCH):
        batch = frames[start : start + BATCH]
        began = time.process_time()
        store.apply(batch, T0)
        applied = time.process_time()
        ask(store)
        ask_s += time.process_time() - applied
        apply_s += applied - began
    return apply_s, ask_s


def measure(waiting: int) -> Figures:
    store, whole, frames = Store(), sync(waiting), events(waiting, EVENTS)
    lines = [encode(frame).decode() for frame in frames]
    gc.collect()
    gc.freeze()
    sync_s = cpu_s(lambda: store.apply([welcome(), whole], T0))
    resync_s = cpu_s(lambda: store.apply([whole], T0))
    apply_s, ask_s = live(store, frames)
    decode_s = cpu_s(lambda: [decode_staff_down(line) for line in lines])
    gc.unfreeze()
    return Figures(
        waiting=waiting,
        apply_us=apply_s / len(frames) * 1e6,
        ask_us=ask_s / (len(frames) / BATCH) * 1e6,
        decode_us=decode_s / len(frames) * 1e6,
        sync_ms=sync_s * 1e3,
        resync_ms=resync_s * 1e3,
    )


def run(rounds: int = ROUNDS) -> list[Figures]:
    """Medians over the rounds, for few and for many."""
    taken: dict[int, list[Figures]] = {FEW: [], MANY: []}
    for _ in range(rounds):
        for waiting, figures in taken.items():
            figures.append(measure(waiting))
    return [
        Figures(
            waiting,
            *(statistics.median(getattr(each, name) for each in rounds_) for name in Figures.__struct_fields__[1:]),
        )
        for waiting, rounds_ in taken.items()
    ]


def main() -> None:
    print(
        f"{'waiting':>8} {'apply µs':>9} {'decode µs':>9} {'ask µs':>8} {'sync ms':>8} {'resync ms':>9}   share of a core at 200/s"
    )
    for each in run():
        share = (
            each.apply_us + each.decode_us
        ) * 250e-6 + each.ask_us * 15e-6  # a message brings a card: 1.25 frames an event
        print(
            f"{each.waiting:>8} {each.apply_us:>9.2f} {each.decode_us:>9.2f} {each.ask_us:>8.1f} "
            f"{each.sync_ms:>8.1f} {each.resync_ms:>9.1f}   {share:.2%}"
        )


if __name__ == "__main__":
    main()
