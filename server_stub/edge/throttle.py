"""Rates: how often a session may send, an address may knock, a name may fail to log in. Pure: the time comes in from outside.

A bucket holds up to `burst` tokens and gains `per_s` a second; each act takes one.
"""

from collections import OrderedDict

from server_stub.edge import bounds


class Bucket:
    """A token bucket, full at the start. Times are seconds of any clock that doesn't go back."""

    __slots__ = ("_at_s", "_tokens", "burst", "per_s")

    def __init__(self, per_s: float, burst: float, now_s: float) -> None:
        self.per_s = per_s
        self.burst = burst
        self._tokens = float(burst)
        self._at_s = now_s

    def take(self, now_s: float, cost: float = 1.0) -> bool:
        """Take so many tokens; False: there are not so many, and none is taken."""
        tokens = self._tokens + (now_s - self._at_s) * self.per_s
        self._at_s = now_s
        if tokens > self.burst:
            tokens = self.burst
        if tokens < cost:
            self._tokens = tokens
            return False
        self._tokens = tokens - cost
        return True

    def give(self, now_s: float, cost: float = 1.0) -> None:
        """Put tokens back that were taken for nothing."""
        self._tokens = min(float(self.burst), self._tokens + (now_s - self._at_s) * self.per_s + cost)
        self._at_s = now_s

    def wait_s(self, now_s: float, cost: float = 1.0) -> float:
        """Seconds until there are so many tokens."""
        tokens = self._tokens + (now_s - self._at_s) * self.per_s
        return max(0.0, (cost - tokens) / self.per_s)

    def has(self, now_s: float) -> bool:
        """Whether there is a token; none is taken."""
        return self.wait_s(now_s) == 0.0


class Throttle:
    """A bucket for each key (an address, or a name and an address). The longest unused are forgotten beyond a bound."""

    def __init__(self, per_minute: float, burst: float, keys: int = bounds.THROTTLED_KEYS) -> None:
        self._per_s = per_minute / 60
        self._burst = burst
        self._keys = keys
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def __len__(self) -> int:
        return len(self._buckets)

    def _bucket(self, key: str, now_s: float) -> Bucket:
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = Bucket(self._per_s, self._burst, now_s)
            if len(self._buckets) > self._keys:
                self._buckets.popitem(last=False)
        else:
            self._buckets.move_to_end(key)
        return bucket

    def take(self, key: str, now_s: float, cost: float = 1.0) -> bool:
        return self._bucket(key, now_s).take(now_s, cost)

    def wait_s(self, key: str, now_s: float, cost: float = 1.0) -> float:
        """Seconds until this key may act again; 0: now. Asking takes nothing, and makes no bucket."""
        bucket = self._buckets.get(key)
        return 0.0 if bucket is None else bucket.wait_s(now_s, cost)

    def give(self, key: str, now_s: float, cost: float = 1.0) -> None:
        """Put tokens back that were taken for nothing."""
        bucket = self._buckets.get(key)
        if bucket is not None:
            bucket.give(now_s, cost)

    def forget(self, key: str) -> None:
        self._buckets.pop(key, None)
