"""The way out, in a real terminal device: nothing is lost or cut, nothing waits, and it is known when the terminal is behind."""

import asyncio
import os
import pty
import select
import threading
import tty
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, TextIO
from unittest.mock import Mock

import pytest
from textual._ansi_sequences import SYNC_END, SYNC_START
from textual.drivers.linux_driver import LinuxDriver

from opconsole.terminal import outlet as module
from opconsole.terminal.driver import TerminalDriver
from opconsole.terminal.outlet import ASK, WINDOW_BYTES, Outlet

Scene = Callable[[Outlet, "Screen"], Coroutine[Any, Any, None]]


class Screen:
    """The terminal's end."""

    def __init__(self) -> None:
        self.master, self.slave = pty.openpty()
        tty.setraw(self.slave)
        self.file: TextIO = os.fdopen(os.dup(self.slave), "w", encoding="utf-8")

    def read(self) -> bytes:
        """What has come by now."""
        found = b""
        while select.select([self.master], [], [], 0)[0]:
            found += os.read(self.master, 65536)
        return found

    def close(self) -> None:
        self.file.close()
        os.close(self.slave)
        os.close(self.master)


@pytest.fixture
def screen() -> Iterator[Screen]:
    screen = Screen()
    yield screen
    screen.close()


def play(screen: Screen, scene: Scene, *, asks: bool = False) -> None:
    async def run() -> None:
        outlet = Outlet(screen.file, asyncio.get_running_loop(), asks=asks)
        try:
            await scene(outlet, screen)
        finally:
            screen.read()
            outlet.stop()

    asyncio.run(run())


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not true():
            await asyncio.sleep(0.001)


def test_what_is_written_is_there_before_the_loop_goes_on(screen: Screen) -> None:
    async def scene(outlet: Outlet, screen: Screen) -> None:
        outlet.write("привет")
        assert screen.read().decode() == "привет"
        assert not outlet.behind

    play(screen, scene)


def test_a_painting_goes_as_one(screen: Screen) -> None:
    async def scene(outlet: Outlet, screen: Screen) -> None:
        outlet.write(SYNC_START)
        outlet.write("a")
        assert screen.read() == b""
        outlet.write(SYNC_END)
        assert screen.read().decode() == f"{SYNC_START}a{SYNC_END}"

    play(screen, scene)


def test_a_terminal_that_takes_nothing_stops_nobody_and_loses_nothing(screen: Screen) -> None:
    async def scene(outlet: Outlet, screen: Screen) -> None:
        free: list[int] = []
        written = "".join(f"{n:07} " for n in range(100_000))
        outlet.write(written)
        outlet.write("end")
        assert outlet.behind
        outlet.when_free("pane", lambda: free.append(1))
        outlet.when_free("pane", lambda: free.append(2))
        got = b""

        def all_read() -> bool:
            nonlocal got
            got += screen.read()
            return not outlet.behind

        await until(all_read)
        got += screen.read()
        assert got.decode() == written + "end"
        assert free == [2]

    play(screen, scene)


def test_after_a_window_it_is_asked_and_behind_until_it_answers(screen: Screen) -> None:
    async def scene(outlet: Outlet, screen: Screen) -> None:
        free: list[str] = []
        outlet.write("x" * WINDOW_BYTES)
        assert ASK in screen.read()
        assert not outlet.behind  # whether it knows the question is not known yet
        outlet.answered()
        outlet.write("x" * (WINDOW_BYTES - 1))
        assert not outlet.behind
        outlet.write("y")
        assert outlet.behind
        outlet.write("z" * (WINDOW_BYTES + 1))
        assert screen.read().count(ASK) == 1
        await until(lambda: not outlet._kept)
        outlet.when_free("pane", lambda: free.append("painted"))
        outlet.answered()
        assert not outlet.behind
        assert free == ["painted"]

    play(screen, scene, asks=True)


def test_who_does_not_know_the_question_is_never_behind_for_it_nor_asked_again(
    screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SILENCE_S", 0.01)

    async def scene(outlet: Outlet, screen: Screen) -> None:
        outlet.write("x" * WINDOW_BYTES)
        assert ASK in screen.read()
        assert not outlet.behind
        await until(lambda: outlet._owes is None)
        outlet.write("x" * WINDOW_BYTES)
        assert ASK not in screen.read()

    play(screen, scene, asks=True)


def test_an_answer_that_got_lost_is_not_waited_for_for_ever(screen: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene(outlet: Outlet, screen: Screen) -> None:
        outlet.write("x" * WINDOW_BYTES)
        outlet.answered()
        monkeypatch.setattr(module, "SILENCE_S", 0.01)
        outlet.write("x" * WINDOW_BYTES)
        assert outlet.behind
        await until(lambda: not outlet.behind)
        screen.read()
        outlet.write("x" * WINDOW_BYTES)
        assert ASK in screen.read()

    play(screen, scene, asks=True)


def test_an_answer_on_its_way_is_heard_before_another_program_reads(
    screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a slow line it would be typed into the shell, or into the editor."""
    monkeypatch.setattr(module, "HEAR_S", 60.0)

    async def scene(outlet: Outlet, screen: Screen) -> None:
        outlet.hear_out()  # nothing is owed
        outlet.write("x" * WINDOW_BYTES)
        outlet.hear_out()  # nobody knows whether it answers at all
        outlet.heard()
        await until(lambda: outlet._owes is None)
        outlet.write("x" * WINDOW_BYTES)
        screen.read()
        said: list[str] = []

        def answer() -> None:
            said.append("answer")
            outlet.heard()

        late = threading.Timer(0.02, answer)
        late.start()
        outlet.hear_out()
        assert said == ["answer"]
        late.join()

    play(screen, scene, asks=True)


def test_an_answer_that_does_not_come_keeps_nobody(screen: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "HEAR_S", 0.01)

    async def scene(outlet: Outlet, screen: Screen) -> None:
        outlet.write("x" * WINDOW_BYTES)
        outlet.answered()
        outlet.write("x" * WINDOW_BYTES)
        outlet.hear_out()
        assert outlet.behind

    play(screen, scene, asks=True)


def test_the_driver_hears_the_terminal_out_before_it_gives_it_away(monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    monkeypatch.setattr(LinuxDriver, "stop_application_mode", lambda self: order.append("stop"))
    outlet = Mock(spec=Outlet, hear_out=lambda: order.append("heard"))
    driver = TerminalDriver.__new__(TerminalDriver)
    driver._way_out = outlet
    monkeypatch.setattr(TerminalDriver, "write", lambda self, data: None)
    driver.stop_application_mode()
    assert order == ["heard", "stop"]


def test_a_key_goes_before_painting_and_what_waited_is_painted_after_it(
    screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PATIENCE_S", 1000.0)
    monkeypatch.setattr(module, "KEY_S", 1000.0)

    async def scene(outlet: Outlet, screen: Screen) -> None:
        painted: list[str] = []
        outlet.listen(screen.slave)
        assert not outlet.behind
        os.write(screen.master, b"k")
        assert outlet.behind, "it is there, and nobody has read it yet"
        outlet.when_free("pane", lambda: painted.append("pane"))
        threading.Thread(target=lambda: (os.read(screen.slave, 9), outlet.key_read())).start()
        await until(lambda: outlet._key_read)
        assert outlet.behind, "it is read, and on its way"
        outlet.key_taken()
        assert not outlet.behind, "what the key itself changes is painted at once"
        assert painted == []
        await asyncio.sleep(0)
        assert painted == ["pane"]

    play(screen, scene)


def test_what_was_pressed_and_is_no_key_holds_painting_up_for_a_moment_only(screen: Screen) -> None:
    async def scene(outlet: Outlet, screen: Screen) -> None:
        painted: list[str] = []
        outlet.key_read()
        assert outlet.behind
        outlet.when_free("pane", lambda: painted.append("pane"))
        await until(lambda: painted == ["pane"])
        assert not outlet.behind

    play(screen, scene)


def test_a_key_that_is_held_down_does_not_stop_the_picture(screen: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE_S", 1000.0)

    async def scene(outlet: Outlet, screen: Screen) -> None:
        painted: list[str] = []
        outlet.listen(screen.slave)
        os.write(screen.master, b"k")
        assert outlet.behind
        outlet.when_free("pane", lambda: painted.append("not yet" if outlet.behind else "pane"))
        outlet.key_handled()
        assert painted == []
        outlet._put_off -= 1000.0  # as if that time had passed
        outlet.key_handled()
        assert painted == ["pane"]
        assert outlet.behind, "and the next painting waits again"

    play(screen, scene)


def test_what_another_thread_writes_is_not_mixed_into_a_painting(screen: Screen) -> None:
    async def scene(outlet: Outlet, screen: Screen) -> None:
        outlet.write(SYNC_START)
        other = threading.Thread(target=outlet.write, args=("\x1b[?2048h",))
        other.start()
        other.join()
        outlet.write("a")
        outlet.write(SYNC_END)
        await until(lambda: not outlet._loop._ready)  # type: ignore[attr-defined]
        assert screen.read().decode() == f"{SYNC_START}a{SYNC_END}\x1b[?2048h"

    play(screen, scene)


def test_at_the_end_it_waits_for_a_while_and_not_for_ever(screen: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "STOP_S", 0.05)

    async def run() -> None:
        outlet = Outlet(screen.file, asyncio.get_running_loop())
        outlet.write("x" * 1_000_000)
        outlet.stop()

    asyncio.run(run())


def test_where_there_is_no_terminal_there_is_no_outlet() -> None:
    async def run() -> None:
        with open(os.devnull, "w", encoding="utf-8") as file, pytest.raises(OSError, match="ioctl"):
            Outlet(file, asyncio.get_running_loop())

    asyncio.run(run())
