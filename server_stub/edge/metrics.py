"""What the relay counts of itself, for Prometheus. Counting costs an addition; the text is made when somebody asks.

No login, name, address or text of anybody stands in a metric.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, TypeVar

from msgspec import Struct
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

COMMIT_S: Final = (0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.125, 0.25, 0.5, 1.0, 2.0)
BATCH_RECORDS: Final = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048)
LAG_S: Final = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0)

F = TypeVar("F", CounterMetricFamily, GaugeMetricFamily)


class Histogram:
    """Counts by upper bound, as Prometheus wants them."""

    def __init__(self, bounds: Sequence[float]) -> None:
        self.bounds = tuple(bounds)
        self.counts = [0] * (len(self.bounds) + 1)
        self.sum = 0.0

    def observe(self, value: float) -> None:
        self.counts[bisect_left(self.bounds, value)] += 1
        self.sum += value

    @property
    def count(self) -> int:
        return sum(self.counts)

    def buckets(self) -> list[tuple[str, float]]:
        """(upper bound, how many were at most that), the last one for all."""
        rows: list[tuple[str, float]] = []
        total = 0
        for bound, count in zip([*map(str, self.bounds), "+Inf"], self.counts, strict=True):
            total += count
            rows.append((bound, total))
        return rows


class FilesNow(Struct, frozen=True):
    """How things stand with the files."""

    kept_bytes: int = 0
    unsaid: int = 0
    """Brought, and in no message yet."""
    coming: int = 0
    going: int = 0
    tickets: dict[str, int] = {}
    """By what they are for: `bring`, `fetch`."""


class FileFigures:
    """Of the files over HTTP. `who` is `visitor` or `operator`; `now`: asked when the figures are."""

    def __init__(self) -> None:
        self.brought: Counter[str] = Counter()
        self.brought_bytes: Counter[str] = Counter()
        self.fetched: Counter[str] = Counter()
        self.fetched_bytes: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        """By why: the `problem`'s code; `broken`: the link was lost on the way in."""
        self.now: Callable[[], FilesNow] = FilesNow


class Metrics:
    """Counters and gauges of one relay. The core loop and the edge write them; `text` is what `/metrics` answers."""

    def __init__(self) -> None:
        self.commands = 0
        self.events = 0
        self.refusals: Counter[str] = Counter()
        self.bad_frames = 0
        self.cut_off = 0
        self.sessions: Counter[str] = Counter()
        """Live sessions by kind: `operator`, `monitor`, `script`, `visitor`."""
        self.waiting = 0
        self.held = 0
        self.queue = 0
        self.head = 0
        self.commit_s = Histogram(COMMIT_S)
        self.batch_records = Histogram(BATCH_RECORDS)
        self.loop_lag_s = Histogram(LAG_S)
        self.files = FileFigures()
        self._registry = CollectorRegistry(auto_describe=False)
        self._registry.register(_Families(self))

    def text(self) -> bytes:
        return generate_latest(self._registry)


class _Families(Collector):
    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def describe(self) -> Iterable[Metric]:
        return []

    def collect(self) -> Iterator[Metric]:
        m = self._metrics
        yield _labelled(GaugeMetricFamily("opconsole_sessions", "Live sessions", labels=["kind"]), m.sessions)
        yield GaugeMetricFamily("opconsole_chats_waiting", "Chats in the inbox", m.waiting)
        yield GaugeMetricFamily("opconsole_chats_held", "Chats held by operators", m.held)
        yield GaugeMetricFamily("opconsole_queue", "Commands that wait to be decided", m.queue)
        yield GaugeMetricFamily("opconsole_journal_head", "Number of the last stored event", m.head)
        yield CounterMetricFamily("opconsole_commands", "Commands decided", m.commands)
        yield CounterMetricFamily("opconsole_events", "Events stored", m.events)
        yield CounterMetricFamily("opconsole_bad_frames", "Frames that could not be understood", m.bad_frames)
        yield CounterMetricFamily("opconsole_cut_off", "Sessions cut off because they read too slowly", m.cut_off)
        yield _labelled(CounterMetricFamily("opconsole_refusals", "Commands refused", labels=["code"]), m.refusals)
        yield _histogram("opconsole_commit_seconds", "Time that a commit took", m.commit_s)
        yield _histogram("opconsole_batch_events", "Events in one commit", m.batch_records)
        yield _histogram("opconsole_loop_lag_seconds", "How late the loop came to a timer", m.loop_lag_s)
        yield from _of_files(m.files)


def _of_files(files: FileFigures) -> Iterator[Metric]:
    now = files.now()
    yield GaugeMetricFamily("opconsole_files_kept_bytes", "Bytes of all files that are kept", now.kept_bytes)
    yield GaugeMetricFamily("opconsole_files_unsaid", "Files brought that no message names yet", now.unsaid)
    under_way = Counter({"in": now.coming, "out": now.going})
    yield _labelled(GaugeMetricFamily("opconsole_files_under_way", "Files on their way", labels=["way"]), under_way)
    tickets = Counter(now.tickets)
    yield _labelled(GaugeMetricFamily("opconsole_file_tickets", "Tickets that count", labels=["kind"]), tickets)
    for name, words, counts in (
        ("brought", "Files brought", files.brought),
        ("brought_bytes", "Bytes of the files brought", files.brought_bytes),
        ("fetched", "Files, or parts of them, handed out whole", files.fetched),
        ("fetched_bytes", "Bytes of files handed out", files.fetched_bytes),
    ):
        yield _labelled(CounterMetricFamily(f"opconsole_files_{name}", words, labels=["who"]), counts)
    refused = CounterMetricFamily("opconsole_files_refused", "Files not taken or not handed out", labels=["code"])
    yield _labelled(refused, files.refused)


def _labelled(family: F, counts: Counter[str]) -> F:
    for label, count in sorted(counts.items()):
        family.add_metric([label], count)
    return family


def _histogram(name: str, words: str, histogram: Histogram) -> HistogramMetricFamily:
    return HistogramMetricFamily(name, words, buckets=histogram.buckets(), sum_value=histogram.sum)
