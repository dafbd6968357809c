"""The search index over a large journal: `python -m tests.bench.bench_search 1000000`.

Three tables. *Tokens*: the same messages indexed by stems (as we do), by bare words and by trigrams: size, time, and how many of the forms of a
word find each other. *Index*: how long it takes to make it from a real journal, how large both are, what one commit costs to follow. *Questions*:
searches and hints through the index's own thread, as the relay asks them; and the slowest kinds of them.
"""

import asyncio
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Final

from server_stub.desk.audience import Reach
from server_stub.desk.events import MessageSaid, Record
from server_stub.edge import bounds
from server_stub.journal.sqlite import SqliteJournal
from server_stub.search.finding import Filters
from server_stub.search.index import Index
from server_stub.search.source import JournalSource
from server_stub.search.words import Stems
from tests.bench.search_texts import T0, Texts

MESSAGES: Final = 200_000
QUESTIONS: Final = 150
FORMS: Final = (
    "заказ заказа заказу заказом заказы заказов", "доставка доставки доставку доставкой доставок", "возврат возврата возвратом возвраты",
    "деньги денег деньгам деньгами", "чайник чайника чайники чайников", "курьер курьера курьеру курьеры", "оплата оплаты оплатой оплату",
    "вернуть верните вернули вернём", "привезут привезли привезёте привезти", "order orders ordered ordering", "return returns returned returning",
    "refund refunds refunded", "delivery delivered deliver delivers", "kettle kettles", "payment payments", "pay paid paying",
)  # fmt: skip


def percentiles(took: list[float]) -> str:
    ordered = sorted(took)
    at = [ordered[min(len(ordered) - 1, int(len(ordered) * part))] * 1e3 for part in (0.5, 0.95, 0.99)]
    return " / ".join(f"{each:.1f}" for each in (*at, ordered[-1] * 1e3))


# ---------------------------------------------------------------- tokens


def tokens(count: int) -> None:
    texts = list(islice(_said(Texts(7).records(count + 100)), count))
    stem = Stems()
    ways: dict[str, tuple[str, Callable[[str], str]]] = {
        "stems (ours)": ("unicode61 remove_diacritics 0", stem.of),
        "bare words": ("unicode61", str),
        "trigrams": ("trigram", str.casefold),
    }
    print(f"tokens: {count:,} messages; forms: of all pairs of forms of {len(FORMS)} words, how many find each other")
    print(f"{'':<16}{'MB':>8}{'seconds':>10}{'forms':>10}{'p50 / p95 / p99 / max ms, newest 20 of a word':>50}")
    for name, (tokenizer, make) in ways.items():
        db = sqlite3.connect(":memory:", isolation_level=None)
        prefix = "" if tokenizer == "trigram" else ", prefix='2 3'"
        db.execute(f"CREATE VIRTUAL TABLE t USING fts5 (x, content='', columnsize=0{prefix}, tokenize=\"{tokenizer}\")")
        began = time.perf_counter()
        db.execute("BEGIN")
        db.executemany("INSERT INTO t (rowid, x) VALUES (?, ?)", ((at, make(text)) for at, text in enumerate(texts)))
        db.execute("COMMIT")
        seconds = time.perf_counter() - began
        size = db.execute("SELECT sum(length(block)) FROM t_data").fetchone()[0] / 1e6
        found = total = 0
        for row, forms in enumerate(FORMS):
            for place, form in enumerate(forms.split()):
                db.execute("INSERT INTO t (rowid, x) VALUES (?, ?)", (10**9 + row * 100 + place, make(form)))
            for form in forms.split():
                hits = {
                    each
                    for (each,) in db.execute(
                        "SELECT rowid FROM t WHERE t MATCH ? AND rowid >= ?", (f'"{make(form)}"', 10**9)
                    )
                }
                total += len(forms.split())
                found += sum(10**9 + row * 100 + place in hits for place in range(len(forms.split())))
        took = []
        for form in " ".join(FORMS).split():
            began = time.perf_counter()
            db.execute(
                "SELECT rowid FROM t WHERE t MATCH ? ORDER BY rowid DESC LIMIT 20", (f'"{make(form)}"',)
            ).fetchall()
            took.append(time.perf_counter() - began)
        print(f"{name:<16}{size:>8.1f}{seconds:>10.1f}{found / total:>10.0%}{percentiles(took):>50}")
        db.close()


def _said(records: Iterator[Record]) -> Iterator[str]:
    return (record.event.text for record in records if isinstance(record.event, MessageSaid))


# ---------------------------------------------------------------- the index


async def write_journal(path: Path, texts: Texts, messages: int) -> None:
    journal = await SqliteJournal.open(path)
    began = time.perf_counter()
    records = texts.records(messages)
    while batch := list(islice(records, 1000)):
        await journal.append(batch, journal.head)
    await journal.close()
    print(
        f"journal: {messages:,} messages, {journal.head:,} records, {path.stat().st_size / 1e6:,.0f} MB, {time.perf_counter() - began:.0f} s"
    )


async def make(path: Path, database: Path) -> Index:
    index = Index(path, lambda: JournalSource(database), rest=False)
    began, cpu = time.perf_counter(), time.process_time()
    await index.caught_up()
    seconds = time.perf_counter() - began
    size = sum(each.stat().st_size for each in path.parent.glob(path.name + "*")) / 1e6
    print(f"index: made in {seconds:.0f} s ({time.process_time() - cpu:.0f} s of CPU), {size:,.0f} MB")
    return index


async def follow(index: Index, database: Path) -> None:
    """What it costs to follow commits of one message and of thirty."""
    journal = await SqliteJournal.open(database)
    texts = Texts(99)
    for size in (1, 30):
        took = []
        for _ in range(40):
            head = journal.head
            batch = [
                Record(
                    head + at, T0 * 2, "v:v1", MessageSaid(10**7, (head + at) % 2**30, 1, "visitor", texts.question(0))
                )
                for at in range(1, size + 1)
            ]
            await journal.append(batch, head)
            began = time.perf_counter()
            await index.caught_up()
            took.append(time.perf_counter() - began)
        print(f"follow: a commit of {size} messages, ms (p50 / p95 / p99 / max): {percentiles(took)}")
    await journal.close()


# ---------------------------------------------------------------- questions


def searches(texts: Texts) -> list[tuple[str, str, Filters, Reach]]:
    dice = random.Random(5)
    boss, olga = Reach("boss", everything=True), Reach("op7", visitors=tuple(f"v{n:07d}" for n in range(200)))

    def word(lang: int, top: int) -> str:
        return texts.words[lang][dice.randrange(top)]

    found: list[tuple[str, str, Filters, Reach]] = []
    for number in range(QUESTIONS):
        lang, none = number % 2, Filters()
        frequent, rare = word(lang, 60), word(lang, 12_000)
        found += [
            ("a frequent word", frequent + " ", none, boss),
            ("a rare word", rare + " ", none, boss),
            ("two words", f"{frequent} {word(lang, 60)} ", none, boss),
            ("a frequent and a rare one", f"{frequent} {rare} ", none, boss),
            ("a phrase", f'"{frequent} {word(lang, 60)}"', none, boss),
            ("half a word", frequent[: dice.randint(2, 4)], none, boss),
            ("without a word", f"{frequent} -{word(lang, 60)}", none, boss),
            ("as an operator", frequent + " ", none, olga),
            ("rare, as an operator", rare + " ", none, olga),
            ("a visitor's", frequent + " ", Filters(visitor=word(lang, 60)[:6]), boss),
            ("an operator's, liked", frequent + " ", Filters(operators=("op3",), least=4), boss),
            ("a month's", frequent + " ", Filters(since=T0 + 86_400_000 * 3, until=T0 + 86_400_000 * 6), boss),
            ("chats by filters alone", "", Filters(operators=("op3",), most=2), boss),
            ("chats of a visitor", "", Filters(visitor=word(lang, 12_000)), boss),
            ("nothing fits", f"{frequent} {word(lang, 60)} {word(lang, 60)} {rare}", none, olga),
        ]
    return found


async def questions(index: Index, texts: Texts) -> None:
    took: dict[str, list[float]] = {}
    used: list[float] = []
    short: dict[str, int] = {}
    asked = searches(texts)
    random.Random(6).shuffle(asked)
    for kind, text, filters, reach in asked:
        began, cpu = time.perf_counter(), time.process_time()
        page = await index.find(text, filters, reach, budget_s=bounds.SEARCH_S)
        took.setdefault(kind, []).append(time.perf_counter() - began)
        used.append(time.process_time() - cpu)
        short[kind] = short.get(kind, 0) + (page.next != 0 and len(page.hits) < 20)
    print(
        f"searches: {len(asked):,}; ms, p50 / p95 / p99 / max; and how many stopped when their {bounds.SEARCH_S * 1000:.0f} ms were over"
    )
    for kind in took:
        print(f"  {kind:<28}{percentiles(took[kind]):>34}{short[kind]:>8}")
    print(f"  {'all':<28}{percentiles([each for some in took.values() for each in some]):>34}{sum(short.values()):>8}")
    print(f"  {'all, CPU':<28}{percentiles(used):>34}")
    dice = random.Random(8)
    for who, reach in (
        ("an operator", Reach("op7", visitors=tuple(f"v{n:07d}" for n in range(200)))),
        ("a supervisor", Reach("b", everything=True)),
    ):
        times, used, fitting = [], [], []
        for _ in range(QUESTIONS):
            answer = dice.choice(texts.said)
            for typed in (
                answer[: dice.randint(3, 8)],
                answer[: dice.randint(8, 30)],
                answer[:-1][: dice.randint(20, 80)],
            ):
                began, cpu = time.perf_counter(), time.process_time()
                hints = await index.hints(0, typed, texts.question(dice.randrange(2)), reach, T0 * 2)
                times.append(time.perf_counter() - began)
                used.append(time.process_time() - cpu)
                if len(typed) >= 20:
                    fitting.append(any(hint.text == answer for hint in hints) or len(typed) >= len(answer) - 1)
        print(
            f"hints, {who}: {len(times):,}; ms, p50 / p95 / p99 / max: {percentiles(times)} (CPU {percentiles(used)}); with 20 letters typed the answer meant is among the three: {statistics.mean(fitting):.0%}"
        )


async def measure(messages: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        database, texts = Path(folder) / "desk.db", Texts()
        await write_journal(database, texts, messages)
        index = await make(Path(folder) / "search.db", database)
        try:
            await follow(index, database)
            await questions(index, texts)
        finally:
            await index.close()


def main() -> None:
    messages = int(sys.argv[1]) if len(sys.argv) > 1 else MESSAGES
    tokens(min(messages, 100_000))
    asyncio.run(measure(messages))


if __name__ == "__main__":
    main()
