"""Who may try a password or a code now. Pure: the time comes in from outside.

An attempt is counted when it begins, so that a hundred at once are no way around it, and taken back when it was right. Failures
count apart for each caller:

- a **known console** shows the proof of an earlier login (`device_tokens`): it has a count of its own, which nobody else can use up;
- everybody else is counted by name and address, by address, and by name. The first two refuse; the name alone only holds up: a
  guess at one name from a thousand addresses is slowed, and who has the right password gets in, a few seconds later.

So to lock a colleague out of a new computer one must sit at the same address, and of a known one, nobody can.
"""

from typing import Final

from msgspec import Struct

from server_stub.edge import bounds
from server_stub.edge.throttle import Throttle


class Caller(Struct, frozen=True):
    """Who is at the door. `device`: which known console of this login; empty: none that we know."""

    login: str
    address: str
    device: str = ""

    @property
    def name(self) -> str:
        return self.login.casefold()

    @property
    def own(self) -> str:
        """What is counted apart for this caller."""
        return f"device {self.device}" if self.device else f"{self.address} {self.name}"


class LoginThrottle:
    def __init__(self) -> None:
        self._own = Throttle(bounds.LOGINS_PER_MINUTE, bounds.LOGINS_BURST)
        self._addresses = Throttle(bounds.ADDRESS_LOGINS_PER_MINUTE, bounds.ADDRESS_LOGINS_BURST)
        self._names = Throttle(bounds.NAME_LOGINS_PER_MINUTE, bounds.NAME_LOGINS_BURST)
        self._codes = Throttle(bounds.CODES_PER_MINUTE, bounds.CODES_BURST)
        self._name_codes = Throttle(bounds.NAME_CODES_PER_MINUTE, bounds.NAME_CODES_BURST)

    def wait_s(self, caller: Caller, now_s: float, *, code: bool = False) -> float:
        """Seconds until this caller may try again; 0: now. `code`: with a second factor's."""
        waits = [self._own.wait_s(caller.own, now_s)]
        if code:
            waits.append(self._codes.wait_s(caller.own, now_s))
        if not caller.device:
            waits.append(self._addresses.wait_s(caller.address, now_s))
            if code:
                waits.append(self._name_codes.wait_s(caller.name, now_s))
        return max(waits)

    def is_held_up(self, caller: Caller, now_s: float) -> bool:
        """Whether this name has been tried so often, from wherever, that a caller whom we don't know is made to wait first."""
        return not caller.device and self._names.wait_s(caller.name, now_s) > 0

    def began(self, caller: Caller, now_s: float, *, code: bool = False) -> None:
        """An attempt is under way. It counts as failed, unless one of the next three says otherwise."""
        self._own.take(caller.own, now_s)
        if code:
            self._codes.take(caller.own, now_s)
        if not caller.device:
            self._addresses.take(caller.address, now_s)
            self._names.take(caller.name, now_s)
            if code:
                self._name_codes.take(caller.name, now_s)

    def code_not_looked_at(self, caller: Caller, now_s: float) -> None:
        """The password was wrong already."""
        self._codes.give(caller.own, now_s)
        if not caller.device:
            self._name_codes.give(caller.name, now_s)

    def password_was_right(self, caller: Caller, now_s: float) -> None:
        """But there is no session yet: the attempt stays counted for the caller, so that this answer can't be had without end."""
        if not caller.device:
            self._addresses.give(caller.address, now_s)
            self._names.give(caller.name, now_s)

    def succeeded(self, caller: Caller, now_s: float, *, code: bool = False) -> None:
        """The caller's own failures are forgotten; those of the address and the name stay."""
        self._own.forget(caller.own)
        self._codes.forget(caller.own)
        self.password_was_right(caller, now_s)
        if code and not caller.device:
            self._name_codes.give(caller.name, now_s)


class Strangers:
    """Those who are held up: how many of each name, and in all."""

    def __init__(self, of_a_name: int = bounds.STRANGERS_WAITING, in_all: int = bounds.STRANGERS) -> None:
        self._of_a_name: Final = of_a_name
        self._in_all: Final = in_all
        self._waiting: dict[str, int] = {}

    def enter(self, name: str) -> bool:
        """False: too many wait already."""
        waiting = self._waiting.get(name, 0)
        if waiting >= self._of_a_name or sum(self._waiting.values()) >= self._in_all:
            return False
        self._waiting[name] = waiting + 1
        return True

    def leave(self, name: str) -> None:
        waiting = self._waiting[name] - 1
        if waiting:
            self._waiting[name] = waiting
        else:
            del self._waiting[name]
