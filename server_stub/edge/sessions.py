"""Sessions: one live websocket each, with who is behind it. What they may do is the desk's to say, not theirs.

`Intake` is the core loop as the edge sees it: whoever brings frames in (a websocket here, a channel elsewhere) gives them to
it with the session that waits for the answer.
"""

import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Final, Literal, Protocol

from msgspec import Struct

from opconsole.wire.cards import Profile, Role
from opconsole.wire.codec import encode
from opconsole.wire.staff import Bye
from server_stub.desk.actors import Actor
from server_stub.desk.model import Vouched
from server_stub.edge import bounds
from server_stub.edge.connection import Connection
from server_stub.edge.throttle import Bucket

Mode = Literal["work", "monitor", "script"]
_KINDS: Final[dict[Mode, str]] = {"work": "operator", "monitor": "monitor", "script": "script"}

Later = Callable[[], Awaitable[bytes]]
"""Frames that are not known yet: their transcripts are still to be read."""


class Session:
    """One live websocket. The fan-out collects a batch's frames in `parts`; after the commit they go out by `deliver`."""

    __slots__ = (
        "_backlog",
        "_backlog_bytes",
        "_reads",
        "actor",
        "bucket",
        "connection",
        "ending",
        "parts",
        "pinged",
    )

    kind = ""
    """For the metrics: `operator`, `monitor`, `script`, `visitor`."""
    counts = True
    """Whether it makes its actor present."""

    def __init__(self, connection: Connection, actor: Actor, bucket: Bucket) -> None:
        self.connection = connection
        self.actor = actor
        self.bucket = bucket
        self.parts: list[bytes] = []
        self.pinged = False
        self.ending = False
        """It is closed, or about to be: nothing more is taken from it, or read for it."""
        self._backlog: deque[bytes | Later] | None = None
        self._backlog_bytes = 0
        self._reads = 0
        """Of the backlog's entries, those that are yet to be read."""

    def deliver(self, payload: bytes) -> None:
        """Send a message, after whatever is still being read for this session."""
        if self._backlog is None:
            self.connection.send(payload)
            return
        self._backlog_bytes += len(payload)
        if self._backlog_bytes > bounds.HELD_BYTES:
            self._cut_off()
        else:
            self._backlog.append(payload)

    def deliver_later(self, later: Later) -> bool:
        """Hold a place in the stream for frames that are yet to be read. True: nobody works on it yet, so `catch_up` must."""
        if self._backlog is not None:
            if self._reads >= bounds.HELD_READS:
                self._cut_off()
            else:
                self._reads += 1
                self._backlog.append(later)
            return False
        self._reads = 1
        self._backlog = deque([later])
        return True

    def _cut_off(self) -> None:
        self.ending = True
        self.connection.slow = True
        self.connection.abort()

    async def catch_up(self) -> None:
        """Send what was held back, in order, until nothing is."""
        backlog = self._backlog
        if backlog is None:
            return
        while backlog and not self.ending:
            entry = backlog.popleft()
            if isinstance(entry, bytes):
                self._backlog_bytes -= len(entry)
                self.connection.send(entry)
            else:
                self._reads -= 1
                if payload := await entry():
                    self.connection.send(payload)
        self._backlog = None
        self._backlog_bytes = 0

    def say_bye(self, code: str, text: str) -> None:
        """The last frame, ahead of what is still held back; an empty code says nothing. Nothing more is taken from it."""
        self.ending = True
        if code:
            self.connection.send(encode(Bye(code=code, text=text)))


class StaffSession(Session):
    """An operator's console, a supervisor's monitor, or a program that acts for one of them (`script`)."""

    __slots__ = ("asking", "have", "login", "mode", "overseer", "role", "token", "typing_at", "typing_in", "watching")

    def __init__(
        self,
        connection: Connection,
        login: str,
        role: Role,
        *,
        mode: Mode = "work",
        have: dict[int, int] | None = None,
        token: str = "",
        bucket: Bucket | None = None,
    ) -> None:
        actor = Actor("operator", login, role, mode == "monitor")
        super().__init__(connection, actor, bucket or staff_bucket())
        self.mode = mode
        self.login = login
        self.role = role
        self.overseer = False
        """Sees every open chat: as the roster has found of its operator."""
        self.have = have or {}
        """Per chat, the last entry that the client holds; emptied when the sync is made from it."""
        self.token = token
        self.asking = 0
        """How many of its searches and hints are under way."""
        self.watching = 0
        """The chat that it is shown live, though it may not hold it; 0: none."""
        self.typing_at = 0
        """When a typing signal of its own was last passed on, and in which chat."""
        self.typing_in = 0

    @property
    def kind(self) -> str:  # type: ignore[override]
        return _KINDS[self.mode]

    @property
    def counts(self) -> bool:  # type: ignore[override]
        """Only a console's: who looks on, or has a program act, need not be there to answer a visitor."""
        return self.mode == "work"


class VisitorSession(Session):
    """One tab of a visitor's browser, or one conversation of a channel."""

    __slots__ = ("chat", "have", "peek", "peek_at", "peek_due", "profile", "until", "visitor", "vouched")

    kind = "visitor"

    def __init__(
        self,
        connection: Connection,
        visitor: str,
        *,
        profile: Profile | None = None,
        vouched: Vouched | None = None,
        until: int = 0,
        chat: int = 0,
        have: int = 0,
        bucket: Bucket | None = None,
    ) -> None:
        super().__init__(connection, Actor("visitor", visitor), bucket or visitor_bucket())
        self.visitor = visitor
        self.profile = profile or Profile()
        self.vouched = vouched
        """What the site vouches for; None: nothing."""
        self.until = until
        """So long the site's word counts, ms; 0: it has not given any."""
        self.chat = chat
        """The chat that the client holds, and is shown."""
        self.have = have
        """The last message of it that the client holds; emptied when the sync is made from it."""
        self.peek = ""
        """What stands in its input, as last told to the team."""
        self.peek_at = 0
        """When it was last told."""
        self.peek_due = False
        """A newer one waits to be told."""


def staff_bucket(per_s: float = bounds.STAFF_FRAMES_PER_S, burst: float = bounds.STAFF_FRAMES_BURST) -> Bucket:
    return Bucket(per_s, burst, time.monotonic())


def visitor_bucket(per_s: float = bounds.VISITOR_FRAMES_PER_S, burst: float = bounds.VISITOR_FRAMES_BURST) -> Bucket:
    return Bucket(per_s, burst, time.monotonic())


class Joined(Struct):
    """The session has said hello: it wants its sync, and from then on the live frames."""


class Gone(Struct):
    """The session's websocket has ended."""


class Intake(Protocol):
    """The core loop, as those see it who bring frames in."""

    def put(self, session: Session | None, item: Struct) -> None:
        """Queue a command, a signal, `Joined` or `Gone`. They are decided in the order in which they were put."""
        ...

    @property
    def full(self) -> bool:
        """Too much waits: put nothing more, and stop reading. `when_room` tells when to go on."""
        ...

    def when_room(self, go_on: Callable[[], None]) -> None: ...
