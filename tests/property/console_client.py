"""A console's own store on the wire of an in-process relay: it is shown the frames, and fetches what it finds lacking."""

from typing import Any

from opconsole.state.changes import Need
from opconsole.state.fingerprint import fingerprint
from opconsole.state.model import LinkState, Phase
from opconsole.state.store import Store
from opconsole.wire.cards import Role
from opconsole.wire.codec import decode_staff_down
from opconsole.wire.staff import Fetch
from server_stub.edge.sessions import StaffSession
from tests.property.relay_world import START, StaffClient, Wire


class ConsoleClient(StaffClient):
    """Holds by `Store` what its base holds by the smallest reducer."""

    def __init__(self, login: str, role: Role, *, monitor: bool = False) -> None:
        super().__init__(login, role, monitor=monitor)
        self.store = Store()
        self._fetches = 0

    def new_session(self) -> StaffSession:
        self.store.set_link(LinkState(Phase.offline))
        self.store.set_link(LinkState(Phase.syncing))
        self.wire = Wire()
        self.session = StaffSession(self.wire, self.login, self.role, mode=self.mode, have=dict(self.store.have()))
        return self.session

    def catch_up(self) -> None:
        for payload in self.wire.sent:
            frames: list[Any] = [decode_staff_down(line) for line in payload.split(b"\n")]
            for frame in frames:
                self._apply(frame)
            for need in self.store.apply(frames, START).needs:
                self._fetch(need)
        self.wire.sent.clear()

    def look_back(self, chat: int) -> None:
        """Somebody scrolls up to the oldest entry that is held."""
        need = self.store.older(chat)
        if need is not None:
            self._fetch(need)

    def _fetch(self, need: Need) -> None:
        self._fetches += 1
        command = f"{self.login}-{self.monitor}-{self._fetches}"
        self.store.asked(command, need)
        self.wants.append(Fetch(id=command, chat=need.chat, before=need.before, limit=need.limit))

    def picture(self) -> dict[str, Any]:
        return fingerprint(self.store)
