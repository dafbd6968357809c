"""What the relay counts of itself, for Prometheus. Counting costs an addition; the text is made when somebody asks.

No login, name, address or text of anybody stands in a metric.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, TypeVar

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


def _labelled(family: F, counts: Counter[str]) -> F:
    for label, count in sorted(counts.items()):
        family.add_metric([label], count)
    return family


def _histogram(name: str, words: str, histogram: Histogram) -> HistogramMetricFamily:
    return HistogramMetricFamily(name, words, buckets=histogram.buckets(), sum_value=histogram.sum)
