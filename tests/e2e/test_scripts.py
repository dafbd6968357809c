"""`opconsole take|send|close|tail…` as processes against a real relay, beside the operator's own console."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from opconsole.cli.errors import Exit
from opconsole.link.tokens import Tokens
from opconsole.wire import staff, visitor
from opconsole.wire.cards import OperatorCard
from opconsole.wire.messages import Message
from server_stub.edge import bounds
from tests.e2e.relay_process import PATIENCE_S, ROOT, Peer, RelayProcess, relay_process
from tests.programs import run

pytestmark = pytest.mark.slow


class Desk:
    """A relay, a home with Anna's login, and the programs run in it."""

    def __init__(self, relay: RelayProcess, home: Path) -> None:
        self.relay = relay
        self.home = home
        (home / "config").mkdir()
        (home / "config" / "config.toml").write_text('keyring = "file"\n')
        self.token = relay.log_in("anna")
        Tokens(home / "data", "file").put(self.address, "anna", self.token)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.relay.port}"

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "OPCONSOLE_HOME": str(self.home), "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "opconsole", "--relay", self.address, "--login", "anna", *arguments]

    async def start(self, *arguments: str) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            *self.command(*arguments), cwd=ROOT, env=self.environment,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip

    async def run(self, *arguments: str, typed: str = "") -> tuple[int, str, str]:
        """Exit code, standard output and error."""
        done = await asyncio.to_thread(
            run, self.command(*arguments), input=typed, timeout=PATIENCE_S, cwd=ROOT, env=self.environment
        )
        return done.returncode, done.stdout, done.stderr

    async def told(self, *arguments: str) -> dict[str, Any]:
        """The answer of a command that was done."""
        code, out, err = await self.run(*arguments, "--json")
        assert code == 0, err
        answer: dict[str, Any] = json.loads(out)
        return answer


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RelayProcess]:
    with relay_process(tmp_path_factory.mktemp("relay") / "data") as running:
        running.add("anna")
        running.add("boris")
        yield running.start()


@pytest.fixture
async def desk(relay: RelayProcess, tmp_path: Path) -> AsyncIterator[Desk]:
    yield Desk(relay, tmp_path)
    await relay.close_peers()


async def waiting(relay: RelayProcess, text: str = "Hello") -> tuple[int, Peer]:
    page = await relay.visitor()
    await page.send(visitor.VisitorSay(id="w", text=text))
    return (await page.until(staff.Done)).chat, page


def anna_in(peer: Peer) -> list[OperatorCard]:
    return [card for card in peer.all(OperatorCard) if card.login == "anna"]


async def test_a_script_works_a_chat_beside_the_console_and_disturbs_nothing(desk: Desk) -> None:
    relay = desk.relay
    boris = await relay.operator(relay.log_in("boris"))
    code, out, _ = await desk.run("chats")
    assert (code, out) == (0, "")
    console = await relay.operator(desk.token)
    await boris.until(OperatorCard, lambda it: it.login == "anna" and it.connected)
    assert [card.connected for card in anna_in(boris)] == [True], "the script before made nobody look present"
    chat, page = await waiting(relay)

    assert await desk.run("take", str(chat)) == (0, f"{chat}\n", "")
    code, out, err = await desk.run("send", str(chat), "-", typed="One\nmoment\n")
    assert (code, out, err) == (0, "", "")
    said = await page.until(visitor.VisitorMessage, lambda it: it.by == "operator")
    assert said.text == "One\nmoment"
    assert (await desk.told("note", str(chat), "be", "kind"))["ok"] is True

    once = await desk.told("send", str(chat), "Only once", "--id", "script-1")
    assert await desk.told("send", str(chat), "Only once", "--id", "script-1") == once

    code, out, _ = await desk.run("chats", "--mine", "--json")
    (mine,) = [json.loads(line) for line in out.splitlines()]
    assert (code, mine["chat"], mine["mine"], mine["words"]) == (0, chat, True, "Only once")
    assert (await desk.run("close", str(chat)))[0] == 0

    await console.until(staff.Gone, lambda it: it.chat == chat)
    entries = [each.text for each in console.all(Message) if each.chat == chat]
    assert entries == ["One\nmoment", "be kind", "Only once"], "the console saw it all happen"
    cards = [(card.connected, card.status_at) for card in anna_in(boris)]
    assert set(cards) == {cards[0]}
    assert not console.all(staff.Bye)


async def test_a_script_sends_a_file_with_its_words_or_alone(desk: Desk, tmp_path: Path) -> None:
    relay = desk.relay
    await relay.operator(desk.token)
    chat, page = await waiting(relay)
    assert (await desk.run("take", str(chat)))[0] == 0
    path = tmp_path / "price list.txt"
    path.write_text("kettle 100\n")

    assert await desk.run("send", str(chat), "Here", "it", "is", "--file", str(path)) == (0, "", "")
    said = await page.until(visitor.VisitorMessage, lambda it: it.by == "operator")
    assert said.file is not None
    assert (said.text, said.file.name, said.file.size, said.file.type) == (
        "Here it is",
        "price list.txt",
        11,
        "text/plain",
    )
    assert (await desk.told("note", str(chat), "--file", str(path)))["ok"] is True

    path.write_bytes(b"MZ\x90\0 a program")
    code, out, err = await desk.run("send", str(chat), "--file", str(path))
    assert (code, out) == (Exit.refused, "")
    assert "doesn't take files of this kind" in err
    assert (await desk.run("send", str(chat), "--file", str(tmp_path)))[0] == Exit.usage
    assert (await desk.run("close", str(chat)))[0] == 0


async def test_refusals_say_why_and_have_their_code(desk: Desk) -> None:
    relay = desk.relay
    chat, _ = await waiting(relay)
    boris = await relay.operator(relay.log_in("boris"))
    await boris.do(staff.Take, chat=chat)
    code, out, err = await desk.run("take", str(chat), "--json")
    answer = json.loads(out)
    assert (code, answer["ok"], answer["code"], answer["facts"]["login"]) == (4, False, "taken", "boris")
    assert err.startswith("opconsole: Boris took this chat")
    assert (await desk.run("tail", "--chat", str(chat)))[0] == 4
    assert (await desk.run("take"))[0] == 4, "nobody waits"
    await boris.do(staff.Close, chat=chat)


async def test_an_expired_login_and_a_dead_relay_have_codes_of_their_own(desk: Desk) -> None:
    Tokens(desk.home / "data", "file").put(desk.address, "anna", "forged")
    for command in (["chats"], ["tail"]):
        code, _, err = await desk.run(*command)
        assert (code, "opconsole login" in err) == (5, True)
    Tokens(desk.home / "data", "file").put("http://127.0.0.1:9", "anna", "any")
    for command in (["chats"], ["tail"]):
        code, _, err = await desk.run("--relay", "http://127.0.0.1:9", *command)
        assert code == 3
        assert err.count("\n") <= 2


async def test_a_login_is_kept_for_scripts_and_forgotten(desk: Desk) -> None:
    Tokens(desk.home / "data", "file").drop(desk.address, "anna")
    code, out, err = await desk.run("login", typed="correct horse battery\n")
    assert (code, "anna" in out) == (0, True), err
    assert (await desk.run("chats"))[0] == 0
    assert (await desk.run("login"))[0] == 0, "it is known already: nothing is asked"
    assert (await desk.run("logout"))[0] == 0
    assert (await desk.run("chats"))[0] == 5


async def test_a_tail_tells_each_thing_once_over_a_restarted_relay_and_ends_with_its_reader(desk: Desk) -> None:
    relay = desk.relay
    chat, page = await waiting(relay, "before")
    console = await relay.operator(desk.token)
    await console.do(staff.Take, chat=chat)
    tail = await desk.start("tail", "--json", "-n", "1")
    assert tail.stdout is not None

    async def line() -> dict[str, Any]:
        assert tail.stdout is not None
        found: dict[str, Any] = json.loads(await asyncio.wait_for(tail.stdout.readline(), PATIENCE_S))
        return found

    lines = [await line(), await line()]
    assert {(each["event"], each.get("text", "live")) for each in lines} == {("link", "live"), ("message", "taken")}
    await page.send(visitor.VisitorSay(id="w2", text="\x1b]0;two"))
    assert (await line())["text"] == "␛]0;two"

    token = page.all(visitor.VisitorWelcome)[0].token
    await console.close()
    relay.stop()
    offline = await line()
    assert (offline["event"], offline["state"]) == ("link", "offline")
    relay.start(relay.port)
    page = await relay.visitor(token, chat, 2)
    await page.send(visitor.VisitorSay(id="w3", text="three"))
    found = [await line()]
    while found[-1].get("text") != "three":
        found.append(await line())
    assert [each["n"] for each in found if each["event"] == "message" and each["kind"] == "say"] == [5]

    tail.stdout._transport.close()  # type: ignore[attr-defined]
    assert await asyncio.wait_for(tail.wait(), PATIENCE_S) == 0
    assert tail.stderr is not None
    assert await tail.stderr.read() == b""


async def test_a_plain_tail_is_lines_that_a_pipe_can_read_and_an_interrupt_ends_it(desk: Desk) -> None:
    relay = desk.relay
    tail = await desk.start("tail", "--only", "chat,gone")
    assert tail.stdout is not None
    chats = [(await waiting(relay, "is anybody here?"))[0]]
    seen = b""
    while b"is anybody here?" not in seen:  # it may have begun after the first words
        try:
            seen = await asyncio.wait_for(tail.stdout.readline(), 1)
        except TimeoutError:
            chats.append((await waiting(relay, "is anybody here?"))[0])
    assert any(f"#{chat} · waits".encode() in seen for chat in chats)
    tail.send_signal(signal.SIGINT)
    assert await asyncio.wait_for(tail.wait(), PATIENCE_S) == 130


async def test_scripts_take_no_consoles_place(desk: Desk) -> None:
    relay = desk.relay
    console = await relay.operator(desk.token)
    scripts = [
        await relay.operator(desk.token, staff.Hello(mode="script")) for _ in range(bounds.SCRIPTS_PER_LOGIN + 1)
    ]
    assert (await scripts[0].until(staff.Bye)).code == "replaced"
    chat, page = await waiting(relay)
    await console.do(staff.Take, chat=chat)
    await page.send(visitor.VisitorSay(id="w9", text="still there?"))
    assert (await scripts[-1].until(Message, lambda it: it.text == "still there?")).chat == chat
    assert not console.all(staff.Bye)
