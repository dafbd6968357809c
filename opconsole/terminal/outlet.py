"""The way of bytes to the terminal: at once, without a thread, and never waited for.

Textual gives each painting in three pieces to a thread. A key's echo then waits until the interpreter lets that thread run (up to 5 ms a
piece while events are drawn); and when the terminal doesn't take more (a slow line, a stopped ssh, a pager's hold), thirty pieces later
the whole program stands still, the link's heartbeats with it. Here a painting is one write to a descriptor of our own that doesn't
block; what the terminal doesn't take is kept, and `behind` tells the panes to draw nothing meanwhile: what they show when it goes on is
the newest.

A line's buffers would still take seconds of paintings before the terminal doesn't take more. So after each `WINDOW_BYTES` the terminal is
asked whether it is well (DSR 5, ECMA-48; terminals answer `CSI 0 n`), and until it says so it is behind too. The first time nobody waits:
one that doesn't know the question isn't asked again.

A key goes before all painting: while one waits to be handled (`listen`), what a batch of events changed waits too, a moment at most.
"""

import asyncio
import os
import select
import time
from collections.abc import Callable, Hashable
from contextvars import copy_context
from threading import Event, get_ident
from typing import Final, TextIO

from textual._ansi_sequences import SYNC_END, SYNC_START

from opconsole.terminal.shadow import Shadow

WINDOW_BYTES: Final = 4096
"""About what a line of 20 kB/s holds at 200 ms: less would idle it, more would make keys wait behind old news."""
SILENCE_S: Final = 5.0
"""An answer that hasn't come by then is not waited for."""
HEAR_S: Final = 1.0
"""Before another program reads from the terminal, an answer that is on its way is waited for so long."""
STOP_S: Final = 2.0
"""At the end it is waited so long for a terminal that takes no more."""
RETRY_S: Final = 0.01
KEY_S: Final = 0.01
"""So long after somebody pressed something it is taken as handled."""
PATIENCE_S: Final = 0.05
"""Painting waits no longer for keys: one that is held down would stop the picture."""
ASK: Final = b"\x1b[5n"


class Outlet:
    """Where Textual's driver has its writing thread, and used like it. Made, and used but for `write`, in the loop's thread.

    Raises OSError where the terminal can't be opened a second time: a descriptor that we share with the shell must keep blocking."""

    def __init__(self, file: TextIO, loop: asyncio.AbstractEventLoop, *, asks: bool = True) -> None:
        self._encoding = file.encoding or "utf-8"
        self._fd = os.open(os.ttyname(file.fileno()), os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC)
        self._loop = loop
        self._thread = get_ident()
        self._asks = asks
        self._kept = bytearray()
        """What the terminal has not taken yet."""
        self._update: list[str] | None = None
        """A painting whose end has not come yet."""
        self._unasked = 0
        """Bytes since it was last asked whether it is well."""
        self._owes: asyncio.TimerHandle | None = None
        """It owes an answer: how long that is waited for."""
        self._has_answered = False
        self._heard = Event()
        """Its last question has been answered; set by the thread that reads."""
        self._waiting: dict[Hashable, Callable[[], None]] = {}
        self.shadow = Shadow()
        """What stands on the terminal."""
        self._context = copy_context()
        """The app's: answers come from outside of it, and painting asks for the active app."""
        self._armed = False
        self._input: select.poll | None = None
        self._key_read = False
        """Something was read from the keyboard that the app has not handled yet."""
        self._put_off = 0.0
        """Since when painting waits for keys; 0: it does not."""

    # ------------------------------------------------------------ as Textual's thread

    def start(self) -> None:
        pass

    def flush(self) -> None:
        pass

    def write(self, text: str) -> None:
        """Write now what the terminal takes, and keep the rest. A painting (between the marks of a synchronised update) goes as one.

        Textual's thread that reads answers some of the terminal's reports itself: what comes from there is written by the loop."""
        if get_ident() != self._thread:
            self._loop.call_soon_threadsafe(self.write, text)
            return
        if text == SYNC_START and self._update is None:
            self._update = [text]
            return
        if self._update is not None:
            self._update.append(text)
            if text != SYNC_END:
                return
            text, self._update = "".join(self._update), None
        self._put(text.encode(self._encoding, "replace"))

    def hear_out(self) -> None:
        """Wait for the answer that the terminal owes, while there is somebody who reads it: who has the terminal next (a shell, an editor)
        would take it for typed."""
        if self._owes is not None and self._has_answered and not self._kept:
            self._heard.wait(HEAR_S)

    def stop(self) -> None:
        """All that was written is out, or the terminal takes no more."""
        if self._update:
            self._put("".join(self._update).encode(self._encoding, "replace"))
            self._update = None
        self._disarm()
        if self._owes is not None:
            self._owes.cancel()
            self._owes = None
        end = time.monotonic() + STOP_S
        while self._kept and (left := end - time.monotonic()) > 0:
            if select.select([], [self._fd], [], left)[1]:
                self._pump()
        self._waiting.clear()
        os.close(self._fd)

    # ------------------------------------------------------------ back pressure

    @property
    def behind(self) -> bool:
        """What would be painted now would be seen late, or keep a key waiting: wait (`when_free`), and paint what is then."""
        return bool(self._kept) or (self._owes is not None and self._has_answered) or self._key_waits()

    def when_free(self, key: Hashable, paint: Callable[[], None]) -> None:
        """Call this when it is no longer behind; once for each key."""
        self._waiting[key] = paint

    def heard(self) -> None:
        """The terminal has said that it is well. For the thread that reads."""
        self._heard.set()
        self._loop.call_soon_threadsafe(self.answered)

    def answered(self) -> None:
        """The terminal has said that it is well: it has taken everything up to the question."""
        self._has_answered = True
        self._forgive()

    # ------------------------------------------------------------ keys first

    def listen(self, fd: int) -> None:
        """The keyboard: what can be read from it goes before painting. Who reads it says so by `key_read`."""
        self._input = select.poll()
        self._input.register(fd, select.POLLIN)

    def key_read(self) -> None:
        """Something has been read, and is on its way to the app. Called by the thread that reads."""
        self._key_read = True
        self._loop.call_soon_threadsafe(self._loop.call_later, KEY_S, self.key_handled)

    def key_taken(self) -> None:
        """The app handles a key now: what that changes is painted at once, and what waited for it after that."""
        self._key_read = False
        if self._waiting:
            self._loop.call_soon(self._free)

    def key_handled(self) -> None:
        self._key_read = False
        if self._waiting:
            self._free()
        else:
            self._put_off = 0.0

    def _key_waits(self) -> bool:
        if not self._key_read and not (self._input is not None and self._input.poll(0)):
            return False
        now = time.monotonic()
        self._put_off = self._put_off or now
        return now - self._put_off < PATIENCE_S

    # ------------------------------------------------------------ inside

    def _put(self, data: bytes) -> None:
        self._unasked += len(data)
        if self._asks and self._owes is None and self._unasked >= WINDOW_BYTES:
            data += ASK
            self._unasked = 0
            self._heard.clear()
            self._owes = self._loop.call_later(SILENCE_S, self._silent)
        self._kept += data
        self._pump()
        if self._kept:
            self._arm()

    def _pump(self) -> None:
        """Write what the terminal takes."""
        try:
            while self._kept:
                del self._kept[: os.write(self._fd, self._kept)]
        except BlockingIOError:
            pass
        except OSError:
            self._kept.clear()  # the terminal is gone; the input's end says so to the program
            self._heard.set()

    def _arm(self) -> None:
        if not self._armed:
            self._armed = True
            try:
                self._loop.add_writer(self._fd, self._ready)
            except (OSError, NotImplementedError):  # a loop that can't wait for this kind of file
                self._loop.call_later(RETRY_S, self._again)

    def _again(self) -> None:
        if self._armed:
            self._armed = False
            self._ready()
            if self._kept:
                self._arm()

    def _disarm(self) -> None:
        if self._armed:
            self._armed = False
            try:
                self._loop.remove_writer(self._fd)
            except (OSError, NotImplementedError):
                pass

    def _ready(self) -> None:
        self._pump()
        if not self._kept:
            self._disarm()
            self._free()

    def _silent(self) -> None:
        self._asks = self._has_answered
        self._forgive()

    def _forgive(self) -> None:
        if self._owes is not None:
            self._owes.cancel()
            self._owes = None
        self._free()

    def _free(self) -> None:
        if self._waiting and not self.behind:
            waiting, self._waiting = self._waiting, {}
            for paint in waiting.values():
                self._context.run(paint)
            self._put_off = 0.0  # not before: they ask `behind` too, and would wait anew for the key that is held down
