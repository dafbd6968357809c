"""How long a message takes from its author's client to its reader's: both are in one process here, so one clock tells.

Times are microseconds."""


class Deliveries:
    def __init__(self) -> None:
        self.delivered_us: list[int] = []
        self._under_way: dict[str, int] = {}

    def sent(self, id: str, now: int) -> None:
        self._under_way[id] = now

    def seen(self, id: str, now: int) -> None:
        """The other side was shown the message. Only the first time counts."""
        sent_at = self._under_way.pop(id, None)
        if sent_at is not None:
            self.delivered_us.append(now - sent_at)
