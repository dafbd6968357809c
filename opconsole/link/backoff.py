"""When to try again: exponential backoff with full jitter. Pure: the clock and the dice come in.

Full jitter (a delay drawn evenly from zero to the bound) spreads the consoles that one restarted relay has lost at the same
moment better than a bound with a little noise. The bound starts over only after a link was live for a while: a server that
accepts and closes at once is met with growing delays like one that doesn't answer.
"""

from typing import Final

FIRST_MS: Final = 1_000
"""Bound of the first delay."""
LONGEST_MS: Final = 30_000
STABLE_MS: Final = 10_000
"""A link that was live for so long is a good one: the next loss starts from the first bound."""


class Backoff:
    def __init__(self, first_ms: int = FIRST_MS, longest_ms: int = LONGEST_MS, stable_ms: int = STABLE_MS) -> None:
        self._first_ms = first_ms
        self._longest_ms = longest_ms
        self._stable_ms = stable_ms
        self._tries = 0
        self._live_since: int | None = None

    @property
    def bound_ms(self) -> int:
        """The next delay is at most this."""
        return min(self._longest_ms, self._first_ms << min(self._tries, 30))

    def live(self, now: int) -> None:
        """The link is live since `now` (milliseconds of any clock that runs evenly)."""
        self._live_since = now

    def lost(self, now: int) -> None:
        """The link is lost, or the attempt has failed."""
        if self._live_since is not None and now - self._live_since >= self._stable_ms:
            self._tries = 0
        self._live_since = None

    def delay_ms(self, dice: float) -> int:
        """How long to wait now. `dice`: even in [0, 1)."""
        delay_ms = int(self.bound_ms * dice)
        self._tries += 1
        return delay_ms

    def forget(self) -> None:
        """The operator wants it now: start over."""
        self._tries = 0
