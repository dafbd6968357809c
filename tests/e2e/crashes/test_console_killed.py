"""`kill -9` of the real console with words in its outbox and half a sentence in its composer: both are there again, sent once."""

import asyncio
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from opconsole.wire.staff import Done
from opconsole.wire.visitor import VisitorMessage, VisitorSay, VisitorSync, VisitorWelcome
from tests.e2e.crashes import checker
from tests.e2e.crashes.bad_line import Line, bad_line
from tests.e2e.crashes.console import Home, kill, say
from tests.e2e.pty_terminal import PtyTerminal
from tests.e2e.relay_process import PATIENCE_S, Peer, RelayProcess, relay_process

pytestmark = pytest.mark.slow

SAID = ["first words", "second words", "third words"]
HALF = "and half a sente"


async def there(call: Callable[..., Any], *arguments: Any, **facts: Any) -> Any:
    """Wait for a terminal without holding up the visitor's socket."""
    return await asyncio.to_thread(call, *arguments, **facts)


async def a_chat_in_hand(relay: RelayProcess, console: PtyTerminal) -> Peer:
    """A visitor who has written, and whose chat the console has taken."""
    page = await relay.visitor()
    await page.send(VisitorSay(id="v1", text="Is anybody there?"))
    await page.until(Done)
    await there(console.wait_for, "inbox 1")
    console.press("f2")
    await there(console.wait_for, "Anna took the chat")
    return page


def said_in(database: Path) -> list[str]:
    """The operator's words as the journal has them, in its order."""
    journal = checker.read_journal(database)
    assert journal.problems == []
    return [each.text for chat in journal.chats.values() for each in chat if each.p and each.actor == "o:anna"]


def from_operator(page: Peer) -> list[str]:
    frames = [*page.all(VisitorSync)[0].messages, *page.all(VisitorMessage)]
    return [frame.text for frame in frames if frame.by == "operator"]


async def test_what_waited_goes_out_once_and_in_order_and_the_draft_is_there(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    with relay_process(tmp_path / "data") as relay:
        relay.add("anna")
        relay.start()
        with home.console(relay.url("")) as console:
            page = await a_chat_in_hand(relay, console)
            token = page.all(VisitorWelcome)[0].token
            relay.signal(signal.SIGKILL)
            relay.wait()
            await there(console.wait_for, "offline since")
            for text in SAID:
                await there(say, console, text)
            console.type(HALF)
            await there(
                console.wait_for, lambda _: (home.outbox(), home.drafts()) == (SAID, [HALF]), why="all on the disk"
            )
            kill(console)
        assert home.outbox() == SAID

        relay.start(relay.port)
        with home.console(relay.url("")) as console:
            page = await relay.visitor(token)
            async with asyncio.timeout(PATIENCE_S):
                while from_operator(page) != SAID:
                    await page.until(VisitorMessage)
            await there(console.wait_for, lambda _: home.outbox() == [], why="the outbox is empty")
            console.press("alt+1")
            await there(console.wait_for, HALF, why="the draft")
            await there(console.wait_for, SAID[-1], why="the transcript")
            assert said_in(tmp_path / "data" / "desk.db") == SAID
        await relay.close_peers()


@pytest.mark.whole
async def test_words_whose_answers_were_lost_with_the_console_are_not_said_twice(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    with relay_process(tmp_path / "data") as relay:
        relay.add("anna")
        relay.start()
        with bad_line(relay.port) as line:
            with home.console(f"http://127.0.0.1:{line.port}") as console:
                page = await a_chat_in_hand(relay, console)
                line.line = Line.swallows_answers
                for text in SAID:
                    await there(say, console, text)
                for _ in SAID:
                    await page.until(VisitorMessage, lambda frame: frame.by == "operator")
                await there(console.wait_for, lambda _: home.outbox() == SAID, why="the words wait for their answers")
                kill(console)
            assert said_in(tmp_path / "data" / "desk.db") == SAID
            line.line = Line.good
            line.cut()
            with home.console(f"http://127.0.0.1:{line.port}") as console:
                await there(console.wait_for, lambda _: home.outbox() == [], why="the outbox is empty")
                await there(say, console, "and one more")
                last = await page.until(VisitorMessage, lambda frame: frame.text == "and one more")
                assert from_operator(page) == [*SAID, "and one more"]
                assert last.n == len(SAID) + 2
        assert said_in(tmp_path / "data" / "desk.db") == [*SAID, "and one more"]
        await relay.close_peers()
