"""The switcher and the filters with 10,000 chats: `python -m tests.bench.bench_switcher`. Processor time of this process, medians.

A frame is 33 ms. *Fill* is what opening costs in all; the console does it in slices beside the screen, and shows the likely things at once.
"""

import random
import statistics
import time
from collections.abc import Callable
from typing import Final

from opconsole.state.chat_filter import parse
from opconsole.state.filtered import Filtered
from opconsole.state.matching import Needle
from opconsole.state.switching import Kind, Switchboard, asked
from opconsole.terminal.layouts import readings
from opconsole.wire.cards import ChatCard, Place

CHATS: Final = 10_000
ROUNDS: Final = 7
FRAME_MS: Final = 33.0
_NAMES: Final = [
    "Иван Петров",
    "Anna Smith",
    "Мария Климова",
    "Jürgen Großmann",
    "Сергей",
    "李小龙",
    "Ольга",
    "Пётр",
    "Kim Lee",
    "John Doe",
]
_WORDS: Final = [
    "Здравствуйте!",
    "Можно",
    "ли",
    "вернуть",
    "товар",
    "без",
    "чека?",
    "hello",
    "is",
    "anybody",
    "here?",
    "Delivery",
    "to",
    "Vienna",
    "how",
    "long",
    "does",
    "it",
    "take",
]
QUERIES: Final = (
    "",
    "и",
    "s",
    "иван",
    "bdfy",
    "smiht",
    "jdoe",
    "иван 777",
    "вернуть товар",
    "#1234",
    "@user77",
    "zzzzzz",
)
FILTERS: Final = ("anna", "!anna", "owes:yes channel:web", "-f jdoe", "waiting>2m")


def cards() -> list[ChatCard]:
    dice = random.Random(4)
    return [
        ChatCard(
            rev=1, chat=number, place=Place.inbox, visitor=f"v{number}", name=f"{dice.choice(_NAMES)} {dice.randrange(1000)}",
            words=" ".join(dice.choices(_WORDS, k=10)), owes_since=number % 3, waiting_since=number, answer_by=number,
        )
        for number in range(1, CHATS + 1)
    ]  # fmt: skip


def filled(chats: list[ChatCard]) -> Switchboard:
    board = Switchboard()
    for card in chats:
        board.add(Kind.chat, card.chat, f"{card.name} {card.chat}", card.words)
        board.add(Kind.visitor, card.chat, card.name, f"user{card.chat}@example.com +7 900 {card.chat} Омск")
    board.close({"chat:77": 3.0})
    return board


def cpu_ms(do: Callable[[], object]) -> float:
    taken = []
    for _ in range(ROUNDS):
        began = time.process_time()
        do()
        taken.append((time.process_time() - began) * 1000)
    return statistics.median(taken)


def main() -> None:
    chats = cards()
    print(f"{CHATS} chats, as many visitors; ms of processor time, a frame is {FRAME_MS:.0f}")
    print(f"  fill                     {cpu_ms(lambda: filled(chats)):7.1f}")
    board = filled(chats)
    slowest = 0.0
    for query in QUERIES:

        def ask(query: str = query) -> None:
            for each in asked(query):
                board.find(each, Needle(readings(each.text)))

        took = cpu_ms(ask)
        slowest = max(slowest, took)
        print(f"  search {query!r:18}{took:7.1f}")
    print(f"  the slowest              {slowest:7.1f}   {'ok' if slowest < FRAME_MS else 'MISSED'}")
    for text in FILTERS:
        filtered = Filtered()

        def first(text: str = text, filtered: Filtered = filtered) -> None:
            filtered.use(parse(text, readings))
            filtered.look(chats, lambda card: 0, 200_000, 0)  # the first letter of a filter costs this much more

        def again(filtered: Filtered = filtered) -> None:
            filtered.look(chats, lambda card: 0, 200_000, 0)

        print(f"  filter {text!r:24} first {cpu_ms(first):6.1f}   again {cpu_ms(again):6.1f}")


if __name__ == "__main__":
    main()
