"""The arithmetic of the rules that other tests meet only in passing."""

from datetime import UTC, datetime

import pytest

from opconsole.wire.cards import Priority
from server_stub.desk import rules
from server_stub.desk.model import Chat, Settings


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    ("tz", "now", "ends"),
    [
        ("UTC", "2026-05-01T00:00:00", "2026-05-02T00:00:00"),
        ("UTC", "2026-05-01T23:59:59.999", "2026-05-02T00:00:00"),
        ("Europe/Moscow", "2026-05-01T20:59:59", "2026-05-01T21:00:00"),
        ("Europe/Moscow", "2026-05-01T21:00:00", "2026-05-02T21:00:00"),
        # A day of 23 hours, one of 25, and one whose midnight does not exist (the clock goes from 00:00 to 01:00).
        ("Europe/Berlin", "2026-03-28T23:30:00", "2026-03-29T22:00:00"),
        ("Europe/Berlin", "2026-10-24T22:30:00", "2026-10-25T23:00:00"),
        ("Africa/Cairo", "2026-04-23T12:00:00", "2026-04-23T22:00:00"),
    ],
)
def test_the_day_ends_at_the_zones_own_midnight(tz: str, now: str, ends: str) -> None:
    assert rules.day_ends(tz, at(now)) == at(ends)


@pytest.mark.parametrize(
    ("priority", "ms"), [("low", 120_000), ("normal", 60_000), ("high", 30_000), ("urgent", 15_000)]
)
def test_priority_multiplies_the_target(priority: str, ms: int) -> None:
    assert rules.answer_by(Settings(), "site", Priority(priority), 1_000_000) == 1_000_000 + ms


def test_a_limit_of_nobody_is_the_desks() -> None:
    assert rules.room_for(Settings(limit=7), None, ()) == 7


def test_typing_moves_nothing_back() -> None:
    chat = Chat(chat=1, visitor="v", channel="site", department="general", rescue_at=100_000, rescue_base=40_000)
    assert rules.typing_moves_to(Settings(), chat, 99_000) == 0, "a minute beyond the first deadline is all there is"


def test_a_desk_in_utc_starts_on_a_machine_without_a_database_of_zones(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(_: str) -> None:
        raise AssertionError("the database was asked")

    monkeypatch.setattr(rules, "ZoneInfo", none)
    assert rules.day_ends("UTC", 0) == 24 * 60 * 60_000
