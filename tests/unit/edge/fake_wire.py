"""A connection that keeps what it was told to do."""

from opconsole.wire.cards import Role
from server_stub.edge.sessions import Mode, StaffSession, VisitorSession


class FakeWire:
    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.pings = 0
        self.heard = True
        self.slow = False
        self.aborted = False
        self.closed: tuple[int, str] | None = None

    def send(self, payload: bytes) -> None:
        self.sent.append(payload)

    def ping(self) -> None:
        self.pings += 1

    def buffered_bytes(self) -> int:
        return 0

    def abort(self) -> None:
        self.aborted = True

    async def close(self, code: int, reason: str) -> None:
        self.closed = (code, reason)


def operator(login: str = "anna", *, mode: Mode = "work", token: str = "") -> tuple[StaffSession, FakeWire]:
    wire = FakeWire()
    return StaffSession(wire, login, Role.operator, mode=mode, token=token), wire


def visitor(name: str = "v1") -> tuple[VisitorSession, FakeWire]:
    wire = FakeWire()
    return VisitorSession(wire, name), wire
