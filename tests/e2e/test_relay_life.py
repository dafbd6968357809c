"""A relay's life as a process: start, settings, stop, restart on the same data, a second one beside it."""

import re
import signal
import sqlite3
from pathlib import Path

import httpx
import pytest

from opconsole.wire import staff, visitor
from opconsole.wire.cards import ChatCard, Place, Role
from tests.e2e.relay_process import PATIENCE_S, RelayProcess, relay_process

pytestmark = pytest.mark.slow


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


async def test_sigterm_tells_every_session_and_exits_0(folder: Path) -> None:
    with relay_process(folder, real=True) as relay:
        relay.add("anna")
        relay.start()
        anna, page = await relay.operator(relay.log_in("anna")), await relay.visitor()
        await page.send(visitor.VisitorSay(id="last", text="My last words"))
        relay.signal(signal.SIGTERM)
        for peer in (anna, page):
            assert await peer.closed() == 1012
            assert [bye.code for bye in peer.all(staff.Bye)] == ["stopping"]
        assert relay.wait() == (0, "")


async def test_ctrl_c_ends_it_as_well(folder: Path) -> None:
    with relay_process(folder, real=True) as relay:
        relay.start().signal(signal.SIGINT)
        assert relay.wait() == (0, "")


async def test_a_restart_keeps_everything(folder: Path) -> None:
    with relay_process(folder, real=True) as relay:
        relay.add("anna")
        relay.start()
        token = relay.log_in("anna")
        anna, page = await relay.operator(token), await relay.visitor()
        who = page.all(visitor.VisitorWelcome)[0].token
        await page.send(visitor.VisitorSay(id="v1", text="one"))
        chat = (await page.until(staff.Done)).chat
        save = staff.SaveTemplate(id="a0", template="mine", code="hi", text="Hello")
        await anna.send(save, staff.Take(id="a1", chat=chat), staff.Say(id="a2", chat=chat, text="two"))
        said = await anna.until(staff.Done, lambda it: it.id == "a2")
        await relay.close_peers()
        assert relay.stop() == (0, "")

        relay.start()
        anna = await relay.operator(token)
        sync = anna.all(staff.Sync)[0]
        card = next(card for card in sync.chats if card.chat == chat)
        assert (card.place, card.owner, card.words) == (Place.held, "anna", "two")
        assert [entry.text for entry in sync.messages] == ["opened", "one", "taken", "two"]
        assert "hi" in [template.code for template in sync.templates]
        await anna.send(staff.Say(id="a2", chat=chat, text="two"))
        assert await anna.until(staff.Done) == said, "sent again after the restart, it must not happen twice"
        page = await relay.visitor(who)
        back = page.all(visitor.VisitorSync)[0]
        assert (back.chat.state, [each.text for each in back.messages]) == ("held", ["one", "two"])
        await relay.close_peers()


async def test_a_killed_relay_has_lost_nothing_that_it_acknowledged(folder: Path) -> None:
    with relay_process(folder) as relay:
        relay.start()
        page = await relay.visitor()
        who = page.all(visitor.VisitorWelcome)[0].token
        for number in range(20):
            await page.send(visitor.VisitorSay(id=str(number), text=f"words {number}"))
        for number in range(10):
            await page.until(staff.Done, lambda it, number=number: it.id == str(number))  # type: ignore[misc]
        relay.signal(signal.SIGKILL)
        assert await page.closed() == 1006
        relay.wait()

        relay.start()
        page = await relay.visitor(who)
        texts = [each.text for each in page.all(visitor.VisitorSync)[0].messages]
        assert texts == [f"words {number}" for number in range(len(texts))]
        assert len(texts) >= 10
        await relay.close_peers()


async def test_a_second_relay_on_the_same_data_is_refused(folder: Path) -> None:
    with relay_process(folder) as relay:
        relay.start()
        second = relay.spawn()
        out, err = second.communicate(timeout=PATIENCE_S)
        assert relay.process is not None
        assert (second.returncode, out) == (1, "")
        assert f"another relay (pid {relay.process.pid}) already works on" in err
        assert httpx.get(relay.url("/healthz"), trust_env=False, timeout=PATIENCE_S).json()["status"] == "ok"


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ("[times]\nfirst_replay = 3", "`times.first_replay` is no setting; did you mean `times.first_reply`?"),
        ("nam = 'x'", "`nam` is no setting; did you mean `name`?"),
        ("tz = 'Mars/Olympus'", "Mars/Olympus"),
        ("tz = ", "is not TOML"),
    ],
)
def test_wrong_settings_stop_the_start_with_file_and_key(folder: Path, settings: str, sentence: str) -> None:
    with relay_process(folder, settings) as relay:
        process = relay.spawn()
        out, err = process.communicate(timeout=PATIENCE_S)
        assert (process.returncode, out) == (1, "")
        assert err.startswith("relay: ")
        assert str(folder / "desk.toml") in err
        assert sentence in err
        assert "Traceback" not in err


async def test_an_owed_reply_that_does_not_come_sends_the_chat_back(folder: Path) -> None:
    settings = "[times]\nfirst_reply = 0.5\nreply = 0.5\nrestart_grace = 0\n\n[targets]\nsite = 30"
    with relay_process(folder, settings) as relay:
        relay.add("anna")
        relay.add("boris")
        relay.start()
        anna, boris = await relay.operator(relay.log_in("anna")), await relay.operator(relay.log_in("boris"))
        page = await relay.visitor()
        await page.send(visitor.VisitorSay(id="v1", text="Anybody?"))
        chat = (await page.until(staff.Done)).chat
        await anna.do(staff.Take, chat=chat)
        held = await anna.until(ChatCard, lambda it: it.place is Place.held)
        assert 0 < held.rescue_at - held.taken_at <= 500
        back = await boris.until(ChatCard, lambda it: it.rescues == 1)
        assert (back.place, back.let_go, back.owes_since) == (Place.inbox, ["anna"], held.owes_since)
        assert (await anna.until(ChatCard, lambda it: it.rescues == 1)).place is Place.inbox
        await boris.do(staff.Take, chat=chat)
        assert "rescued" in [entry.text for entry in (await boris.until(staff.PageOf)).messages]
        await relay.close_peers()


async def test_new_settings_reach_the_consoles_without_a_restart(folder: Path) -> None:
    with relay_process(folder) as relay:
        relay.add("anna")
        relay.start()
        anna = await relay.operator(relay.log_in("anna"))
        assert anna.all(staff.Welcome)[0].settings.first_reply_ms == 90_000
        relay.configure("[times]\nfirst_reply = 33")
        relay.signal(signal.SIGHUP)
        await anna.until(staff.Welcome, lambda it: it.settings.first_reply_ms == 33_000)
        relay.configure("nonsense = 1")
        relay.signal(signal.SIGHUP)
        relay.configure("[times]\nfirst_reply = 34")
        relay.signal(signal.SIGHUP)
        await anna.until(staff.Welcome, lambda it: it.settings.first_reply_ms == 34_000)
        await relay.close_peers()


async def test_a_new_desk_has_starter_templates_once(folder: Path) -> None:
    with relay_process(folder) as relay:
        relay.add("sofia", Role.supervisor)
        relay.start()
        token = relay.log_in("sofia")
        sofia = await relay.operator(token)
        starters = sofia.all(staff.Sync)[0].templates
        assert {"en", "ru"} <= {template.lang for template in starters}
        dropped = starters[0].template
        await sofia.do(staff.DropTemplate, template=dropped)
        await sofia.until(staff.TemplateGone)
        await relay.close_peers()
        relay.stop()

        relay.start()
        kept = (await relay.operator(token)).all(staff.Sync)[0].templates
        assert dropped not in [template.template for template in kept]
        assert len(kept) == len(starters) - 1
        await relay.close_peers()


async def test_a_port_that_is_taken_is_named(folder: Path, tmp_path: Path) -> None:
    with relay_process(folder) as relay, relay_process(tmp_path / "other") as other:
        relay.start()
        process = other.spawn(relay.port)
        _, err = process.communicate(timeout=PATIENCE_S)
        assert process.returncode == 1
        assert re.match(rf"relay: can't listen on 127\.0\.0\.1:{relay.port}: .*in use", err)


def test_the_helper_says_so_when_a_relay_does_not_start(folder: Path) -> None:
    relay = RelayProcess(folder, "nonsense = 1")
    with pytest.raises(AssertionError, match="did not start"):
        relay.start()
    relay.close()


async def test_a_commit_that_fails_stops_the_relay_with_one_clear_line(folder: Path) -> None:
    with relay_process(folder) as relay:
        relay.start()
        page = await relay.visitor()
        await page.send(visitor.VisitorSay(id="1", text="stored"))
        await page.until(staff.Done)
        with sqlite3.connect(folder / "desk.db", isolation_level=None) as thief:
            head = thief.execute("SELECT max(seq) FROM journal").fetchone()[0]
            thief.execute(
                "INSERT INTO journal (desk, seq, at, kind, chat, n, p, actor, body, salt, hash) "
                "SELECT desk, ?, at, kind, chat, 0, 0, actor, body, salt, hash FROM journal WHERE seq = 1",
                (head + 1,),
            )
        thief.close()
        await page.send(visitor.VisitorSay(id="2", text="can't be stored"))
        assert await page.closed() == 1012
        assert [bye.code for bye in page.all(staff.Bye)] == ["stopping"]
        assert not [done for done in page.all(staff.Done) if done.id == "2"]
        code, said = relay.wait()
        assert code == 1
        assert re.fullmatch(r"relay: stopped: .*another writer is at work\n", said)
