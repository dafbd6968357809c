"""`opconsole plain`: the console line by line, for screen readers (and for terminals that can do no more).

What happens is said in a new line and nothing that was said is changed; what is to be done is typed as a line: `take`, `say Hello`,
`next`, `close`. The same session, store and outbox as behind the screen, so the same rules: words are kept until they are stored.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

from opconsole.cli.errors import Exit
from opconsole.cli.scripting import put
from opconsole.locale import tr

if TYPE_CHECKING:
    from opconsole.cli.reading import Desk

BEAT_S = 1.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--relay", metavar="URL", default=argparse.SUPPRESS, help=tr("address of the relay"))
    parser.add_argument("--login", metavar="NAME", default=argparse.SUPPRESS, help=tr("who logs in"))


def run(arguments: argparse.Namespace) -> int:
    return asyncio.run(_work(arguments))


async def _work(arguments: argparse.Namespace) -> int:
    from opconsole.cli.log_file import start_log
    from opconsole.cli.prompts import signed_in
    from opconsole.cli.reading import Desk
    from opconsole.link.session import Session
    from opconsole.link.sign_in import SignIn
    from opconsole.settings import downloads_dir, load_settings, state_dir
    from opconsole.state.store import Store

    sys.stdin = Typed()
    loaded = load_settings(speak=arguments.lang is None)
    start_log()
    for problem in loaded.problems:
        put(str(problem))
    sign_in = SignIn.of(loaded.settings, arguments.relay, arguments.login)
    ready = await signed_in(sign_in, await sign_in.begin())
    store = Store()
    beside: set[asyncio.Task[None]] = set()

    def start(work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        beside.add(task)
        task.add_done_callback(beside.discard)

    desk = Desk(store, loaded.settings.warnings, put, start, lambda: downloads_dir(loaded.settings.downloads))
    session = Session(ready, store, on_changes=desk.changed, on_note=put, state_dir=state_dir())
    desk.session = session
    put(tr("Line by line: type help for the commands."))
    await session.start()
    beat = asyncio.create_task(_beat(desk), name="beat")
    try:
        while True:
            line = asyncio.create_task(_typed(), name="typed")
            over = asyncio.create_task(desk.over.wait(), name="over")
            await asyncio.wait((line, over), return_when=asyncio.FIRST_COMPLETED)
            if desk.over.is_set():
                break
            over.cancel()
            if not (text := line.result()):
                break
            if desk.typed(text):
                break
            if session.needs_login:
                ready = await signed_in(sign_in, await sign_in.expired(session.ready))
                session.renew(ready.token)
    finally:
        for task in (beat, *beside):
            task.cancel()
        await session.close()
    return Exit.refused if desk.over.is_set() else Exit.ok


async def _beat(desk: "Desk") -> None:
    while True:
        await asyncio.sleep(BEAT_S)
        desk.tick()


class Typed:
    """Standard input, a line at a time. Python's own holds a lock while it waits, and a thread that waits in it can't be left behind
    at the end; and it reads ahead of who else wants to read."""

    def __init__(self, handle: int = 0) -> None:
        self._handle = handle
        self._rest = b""

    def isatty(self) -> bool:
        return os.isatty(self._handle)

    def fileno(self) -> int:
        return self._handle

    def readline(self, size: int = -1) -> str:
        while b"\n" not in self._rest:
            try:
                data = os.read(self._handle, 4096)
            except OSError:
                data = b""
            if not data:
                break
            self._rest += data
        line, end, self._rest = self._rest.partition(b"\n")
        return (line + end).decode("utf-8", "replace")


async def _typed() -> str:
    """The next line with its end; empty: standard input has ended. In a thread that ends with the program, whatever it waits for."""
    import threading

    loop = asyncio.get_running_loop()
    line: asyncio.Future[str] = loop.create_future()

    def settle(text: str) -> None:
        if not line.done():
            line.set_result(text)

    def read() -> None:
        text = sys.stdin.readline()
        try:
            loop.call_soon_threadsafe(settle, text)
        except RuntimeError:
            pass  # the program has ended meanwhile

    threading.Thread(target=read, name="typed", daemon=True).start()
    return await line
