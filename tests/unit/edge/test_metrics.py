"""What the relay tells Prometheus of itself."""

from pathlib import Path

from server_stub.edge.metrics import Histogram, Metrics


def test_a_histogram_counts_up_to_each_bound() -> None:
    histogram = Histogram((1, 2, 4))
    for value in (0.5, 1, 1.5, 3, 100):
        histogram.observe(value)
    assert histogram.buckets() == [("1", 2), ("2", 3), ("4", 4), ("+Inf", 5)]
    assert (histogram.count, histogram.sum) == (5, 106)


def test_the_text_has_every_number() -> None:
    metrics = Metrics()
    metrics.commands = 7
    metrics.events = 9
    metrics.waiting = 3
    metrics.sessions["visitor"] += 2
    metrics.refusals["taken"] += 1
    metrics.commit_s.observe(0.003)
    text = metrics.text().decode()
    for line in (
        "opconsole_commands_total 7.0",
        "opconsole_events_total 9.0",
        "opconsole_chats_waiting 3.0",
        'opconsole_sessions{kind="visitor"} 2.0',
        'opconsole_refusals_total{code="taken"} 1.0',
        'opconsole_commit_seconds_bucket{le="0.002"} 0.0',
        'opconsole_commit_seconds_bucket{le="0.004"} 1.0',
        "opconsole_commit_seconds_count 1.0",
        "opconsole_commit_seconds_sum 0.003",
    ):
        assert f"\n{line}\n" in text


def test_two_relays_in_one_process_count_apart() -> None:
    one, two = Metrics(), Metrics()
    one.commands = 5
    assert "opconsole_commands_total 0.0" in two.text().decode()


def test_every_figure_stands_in_the_docs() -> None:
    page = (Path(__file__).parents[3] / "docs" / "settings.md").read_text("utf-8")
    text = Metrics().text().decode()
    names = [line.split()[2] for line in text.splitlines() if line.startswith("# TYPE")]
    assert len(names) > 20
    assert [name for name in names if f"`{name}" not in page] == []
