"""What this operator uses often, and the commands typed: read when it is known who works here, written beside a moment after a change."""

import asyncio
from collections.abc import Callable
from typing import Final

from opconsole.link.habits_file import NAME, habits_file, read_habits, write_habits
from opconsole.settings import state_dir
from opconsole.state.habits import Habits
from opconsole.ui.controller import Start
from opconsole.ui.shift import Shift

WRITE_AFTER_S: Final = 0.5


class Remembering:
    def __init__(self, shift: Shift, start: Start, clock: Callable[[], int], name: str = NAME) -> None:
        """`name`: of the file, in the folder of this relay and login."""
        self._name = name
        self._shift = shift
        self._start = start
        self._clock = clock
        self.habits = Habits()
        self._whose: tuple[str, str] | None = None
        self._written = 0
        """Revision of the habits that is on the disk."""
        self._writing = False

    def changed(self) -> None:
        """Somebody is logged in, perhaps another than before."""
        session = self._shift.session
        whose = (session.ready.relay, session.ready.login) if session is not None else None
        if whose is None or whose == self._whose:
            return
        if self._whose is not None:
            self.finish()
            self.habits = Habits()
        self._whose = whose
        self._start(self._load(whose))

    def used(self, key: str) -> None:
        self.habits.use(key, self._clock())
        self._changed()

    def typed(self, command: str) -> None:
        self.habits.typed(command)
        self._changed()

    def weights(self) -> dict[str, float]:
        return self.habits.weights(self._clock())

    def finish(self) -> None:
        """The console ends, or another person comes."""
        if self._whose is not None and self.habits.revision != self._written:
            self._written = self.habits.revision
            write_habits(habits_file(state_dir(), *self._whose, self._name), self.habits.dump())

    # ------------------------------------------------------------ inside

    def _changed(self) -> None:
        if not self._writing and self._whose is not None:
            self._writing = True
            self._start(self._write())

    async def _load(self, whose: tuple[str, str]) -> None:
        kept = await asyncio.to_thread(read_habits, habits_file(state_dir(), *whose, self._name))
        if whose == self._whose:
            now, self.habits = self.habits, kept
            if now.revision:  # used before it was read
                self.habits.load(now.dump())
                self.habits.revision += 1
            self._written = 0 if now.revision else self.habits.revision

    async def _write(self) -> None:
        try:
            await asyncio.sleep(WRITE_AFTER_S)
            whose = self._whose
            if whose is not None and self.habits.revision != self._written:
                self._written = self.habits.revision
                await asyncio.to_thread(write_habits, habits_file(state_dir(), *whose, self._name), self.habits.dump())
        finally:
            self._writing = False
