"""When to try again: exponential backoff with full jitter. Pure: the clock and the dice come in.

The bound of a delay is half of the outage so far, so it grows by itself: each delay lengthens the outage, and with it the next
one's bound. Doubling by the number of tries would do worse where it matters: full jitter draws short delays too, and who drew
some of them in a row would wait for many seconds though the relay is back after one. By this rule a relay that was away for a
time has everybody back within half of that time, or within `FIRST_MS`.

Full jitter (a delay drawn evenly from zero to the bound) spreads the consoles that one restarted relay has lost at the same
moment better than a bound with a little noise. The outage is over only after a link was live for a while: a server that
accepts and closes at once is met with growing delays like one that doesn't answer.
"""

from typing import Final

FIRST_MS: Final = 1_000
"""Least bound of a delay."""
LONGEST_MS: Final = 30_000
STABLE_MS: Final = 10_000
"""A link that was live for so long is a good one: the next loss starts from the first bound."""


class Backoff:
    def __init__(self, first_ms: int = FIRST_MS, longest_ms: int = LONGEST_MS, stable_ms: int = STABLE_MS) -> None:
        self._first_ms = first_ms
        self._longest_ms = longest_ms
        self._stable_ms = stable_ms
        self._lost_at: int | None = None
        self._live_since: int | None = None
        self.bound_ms = first_ms
        """The next delay is at most this."""

    def live(self, now: int) -> None:
        """The link is live since `now` (milliseconds of any clock that runs evenly)."""
        self._live_since = now

    def lost(self, now: int) -> None:
        """The link is lost, or the attempt has failed."""
        was_good = self._live_since is not None and now - self._live_since >= self._stable_ms
        if was_good or self._lost_at is None:
            self._lost_at = now
        self._live_since = None
        self.bound_ms = min(self._longest_ms, max(self._first_ms, (now - self._lost_at) // 2))

    def delay_ms(self, dice: float) -> int:
        """How long to wait now. `dice`: even in [0, 1)."""
        return int(self.bound_ms * dice)

    def forget(self) -> None:
        """The operator wants it now: start over."""
        self._lost_at = None
        self.bound_ms = self._first_ms
