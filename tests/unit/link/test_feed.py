from collections.abc import Callable

import pytest

from opconsole.link.feed import Feed
from opconsole.state.changes import Changes
from opconsole.state.store import Store
from opconsole.wire.staff import Peek, StaffDown


class Screen:
    """A clock that stands still, and timers that go off when told."""

    def __init__(self) -> None:
        self.now = 1_000_000
        self.timers: list[tuple[float, Callable[[], None]]] = []
        self.changes: list[Changes] = []
        self.faults = 0
        self.store = Store()
        self.feed = Feed(self.store, lambda: self.now, self._later, self.changes.append, self._fault, frame_ms=50)

    def _later(self, seconds: float, call: Callable[[], None]) -> None:
        self.timers.append((seconds, call))

    def _fault(self) -> None:
        self.faults += 1

    def push(self, *chats: int) -> None:
        frames: list[StaffDown] = [Peek(chat=chat, text="x") for chat in chats]
        self.feed.push(frames)

    def ring(self) -> float:
        seconds, call = self.timers.pop(0)
        call()
        return seconds


def test_when_it_is_quiet_frames_are_applied_at_once() -> None:
    screen = Screen()
    screen.push(1)
    assert screen.ring() == 0
    assert [changes.chats for changes in screen.changes] == [{1}]


def test_under_load_one_timer_gathers_a_screen_frame() -> None:
    screen = Screen()
    screen.push(1)
    screen.ring()
    screen.now += 20
    screen.push(2)
    screen.push(3, 4)
    assert len(screen.timers) == 1
    assert screen.ring() == pytest.approx(0.03)
    assert [changes.chats for changes in screen.changes] == [{1}, {2, 3, 4}]


def test_an_idle_feed_arms_nothing() -> None:
    screen = Screen()
    screen.feed.push([])
    screen.feed.flush()
    assert screen.timers == []
    assert screen.changes == []


def test_a_flush_before_the_timer_leaves_it_nothing_to_do() -> None:
    screen = Screen()
    screen.push(1)
    screen.feed.flush()
    screen.ring()
    assert len(screen.changes) == 1


def test_a_clock_that_was_set_back_delays_by_one_screen_frame_at_most() -> None:
    screen = Screen()
    screen.push(1)
    screen.ring()
    screen.now -= 3_600_000
    screen.push(2)
    assert screen.ring() == pytest.approx(0.05)


def test_a_fault_is_told_and_the_feed_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen()
    with monkeypatch.context() as patch:
        patch.setattr(screen.store, "apply", lambda frames, now: 1 / 0)
        screen.push(1)
        screen.ring()
    assert screen.faults == 1
    screen.push(2)
    screen.ring()
    assert [changes.chats for changes in screen.changes] == [{2}]
