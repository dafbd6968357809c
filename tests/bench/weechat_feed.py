"""Weechat's side of `bench_hands`: a script that weechat loads. Buffers full of lines, and more of them at a rate read from a file.

Weechat runs it in its own interpreter, so nothing of this repository is imported; BENCH_BUFFERS, BENCH_LINES and BENCH_RATE (a file) say what.
"""

import os
import random

import weechat  # type: ignore[import-not-found]

WORDS = [
    "order",
    "refund",
    "status",
    "hello",
    "заявка",
    "доставка",
    "где",
    "мой",
    "заказ",
    "номер",
    "thanks",
    "please",
    "check",
    "again",
    "карта",
    "оплата",
]
BUFFERS = int(os.environ["BENCH_BUFFERS"])
LINES = int(os.environ["BENCH_LINES"])
TICK_MS = 20
OK = 0
"""`weechat.WEECHAT_RC_OK`."""

buffers: list[str] = []
dice = random.Random(3)
due = 0.0


def words() -> str:
    return " ".join(dice.choice(WORDS) for _ in range(dice.randint(2, 28)))


def tick(data: str, left: int) -> int:
    """As many lines as are due: three of four in other buffers, the fourth in the first one, which is on the screen."""
    global due
    with open(os.environ["BENCH_RATE"]) as file:
        due += float(file.read() or 0) * TICK_MS / 1000
    while due >= 1:
        due -= 1
        place = 0 if dice.random() < 0.25 else dice.randrange(1, BUFFERS)
        weechat.prnt(buffers[place], f"Иван\t{words()}")
    return OK


weechat.register("bench", "opconsole", "1", "MIT", "a feed for measuring", "", "")
buffers.extend(weechat.buffer_new(f"chat{number:05}", "", "", "", "") for number in range(BUFFERS))
for _ in range(LINES):
    weechat.prnt(buffers[0], f"Иван\t{words()}")
weechat.buffer_set(buffers[0], "display", "1")
weechat.hook_timer(TICK_MS, 0, 0, "tick", "")
