"""`opconsole plain` as a process, worked through a pipe, against a real relay."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from opconsole.link.tokens import Tokens
from opconsole.wire import staff, visitor
from opconsole.wire.cards import Role
from tests.e2e.dirty_desk import dirty_desk
from tests.e2e.relay_process import PATIENCE_S, ROOT, relay_process
from tests.e2e.terminal_bytes import foreign

pytestmark = pytest.mark.slow


async def test_a_chat_is_worked_by_lines_from_its_first_word_to_its_end(tmp_path: Path) -> None:
    with relay_process(tmp_path / "data") as relay:
        relay.add("anna")
        relay.start()
        home = tmp_path / "home"
        (home / "config").mkdir(parents=True)
        (home / "config" / "config.toml").write_text('keyring = "file"\nscreen_reader = true\n')
        address = relay.url("")
        Tokens(home / "data", "file").put(address, "anna", relay.log_in("anna"))
        page = await relay.visitor()
        await page.send(visitor.VisitorSay(id="1", text="Is\nanybody there?"))
        await page.until(staff.Done)
        console = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "opconsole", "--relay", address, "--login", "anna",
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, cwd=ROOT,
            env={**os.environ, "OPCONSOLE_HOME": str(home), "LANG": "C.UTF-8", "TZ": "UTC"},
        )  # fmt: skip
        assert console.stdin is not None
        assert console.stdout is not None
        assert console.stderr is not None

        async def heard(words: str) -> str:
            async with asyncio.timeout(PATIENCE_S):
                while words not in (line := (await console.stdout.readline()).decode()):  # type: ignore[union-attr]
                    assert line, f"it ended before {words!r} was said"
            return line

        def type_(line: str) -> None:
            console.stdin.write(f"{line}\n".encode())  # type: ignore[union-attr]

        await heard("1 chat waits")
        type_("take")
        assert await heard("anybody there?") != ""
        type_("say One moment, please.")
        said = await page.until(visitor.VisitorMessage, lambda it: it.by == "operator")
        assert said.text == "One moment, please."
        await page.send(visitor.VisitorSay(id="2", text="Thanks!"))
        await heard("Thanks!")
        type_("close")
        await page.until(visitor.VisitorChat, lambda it: it.state == "closed")
        type_("quit")
        type_("quit")  # the chat's end may not have come back yet
        assert await asyncio.wait_for(console.wait(), PATIENCE_S) == 0
        assert b"\x1b" not in await console.stdout.read()
        assert await console.stderr.read() == b""
        await relay.close_peers()


@pytest.mark.parametrize(
    "arguments", [("plain",), ("chats",), ("tail", "-n", "40", "-c", "8"), ("doctor", "--no-questions")]
)
def test_in_a_terminal_its_lines_are_only_text(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """A hostile relay, hostile files: what is repeated of them does nothing."""
    with dirty_desk(tmp_path, role=Role.supervisor, arguments=arguments) as desk:
        if arguments == ("plain",):
            desk.terminal.wait_for("wait.")
            for line in (
                "chats",
                "inbox",
                "go 11",
                "read 50",
                "who",
                "take 21",
                "say refuse 1",
                "\x1b[6n",
                "quit",
                "quit",
            ):
                desk.terminal.type(f"{line}\r")
        desk.terminal.wait_end()
        while desk.terminal.pump(0.2):
            pass
        written = bytes(desk.terminal.raw)
    assert "Ж".encode() in written, "the dirt was there"
    assert foreign(written) == []
