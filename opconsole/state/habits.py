"""What this operator uses often and lately (frecency), and the commands that were typed. Bounded; the time comes in.

A use counts one and fades by half in three days; so what is used daily stays above what was used much a month ago.
"""

from typing import Final

import msgspec
from msgspec import Struct, field

from opconsole.wire.text import clean_line

HALF_LIFE_MS: Final = 3 * 24 * 60 * 60 * 1000
MOST_THINGS: Final = 400
MOST_COMMANDS: Final = 200
KEY_CHARS: Final = 120
COMMAND_CHARS: Final = 400


class Use(Struct, frozen=True, array_like=True):
    weight: float
    """As of `at`."""
    at: int


class _Kept(Struct):
    used: dict[str, Use] = field(default_factory=dict)
    commands: list[str] = field(default_factory=list)


class HabitsDamaged(Exception):
    """The bytes are no habits."""


class Habits:
    """One person's, at one desk."""

    def __init__(self) -> None:
        self._used: dict[str, Use] = {}
        self._commands: list[str] = []
        self.revision = 0
        """Counts the changes; what is on the disk may be older."""

    # ------------------------------------------------------------ frecency

    def use(self, key: str, now: int) -> None:
        key = key[:KEY_CHARS]
        self._used[key] = Use(self.weight(key, now) + 1.0, now)
        self.revision += 1
        if len(self._used) > MOST_THINGS:
            weakest = sorted(self._used, key=lambda each: self.weight(each, now))
            for each in weakest[: len(self._used) - MOST_THINGS * 9 // 10]:  # some room, so that it is seldom sorted
                if each != key:
                    del self._used[each]

    def weight(self, key: str, now: int) -> float:
        """0: never used, or long ago. A clock that was set back makes nothing fresher than fresh."""
        use = self._used.get(key)
        if use is None:
            return 0.0
        return float(use.weight * 0.5 ** (max(0, now - use.at) / HALF_LIFE_MS))

    def weights(self, now: int) -> dict[str, float]:
        return {key: self.weight(key, now) for key in self._used}

    # ------------------------------------------------------------ typed commands

    @property
    def commands(self) -> list[str]:
        """The oldest first."""
        return list(self._commands)

    def typed(self, command: str) -> None:
        command = clean_line(command).strip()[:COMMAND_CHARS]
        if not command or (self._commands and self._commands[-1] == command):
            return
        if command in self._commands:
            self._commands.remove(command)
        self._commands.append(command)
        del self._commands[:-MOST_COMMANDS]
        self.revision += 1

    # ------------------------------------------------------------ the disk

    def dump(self) -> bytes:
        return msgspec.json.encode(_Kept(self._used, self._commands))

    def load(self, blob: bytes) -> None:
        """What `dump` gave; what is here already is newer and stays. Raises `HabitsDamaged`, and then nothing has changed."""
        try:
            kept = msgspec.json.decode(blob, type=_Kept)
        except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
            raise HabitsDamaged(str(error)) from None
        used = {
            clean_line(key)[:KEY_CHARS]: use
            for key, use in list(kept.used.items())[-MOST_THINGS:]
            if 0.0 < use.weight < 1e6
        }
        for key, use in self._used.items():
            old = used.get(key)
            used[key] = use if old is None else Use(use.weight + old.weight, use.at)
        self._used = used
        newer, self._commands = self._commands, []
        for command in [*kept.commands, *newer]:
            self.typed(command)
