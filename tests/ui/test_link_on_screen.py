"""The link on the screen: what state it is in, why there is none, when it is tried again, and the key that tries it now."""

import re
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from opconsole.link.backoff import Backoff
from opconsole.link.failures import LinkTrouble, Trouble
from opconsole.link.session import Ready
from opconsole.link.sign_in import Ask, NewCodes, SignIn
from opconsole.link.tokens import Tokens
from opconsole.locale import LANGUAGES
from opconsole.state.model import LinkState, Phase, Stop
from opconsole.ui.screens.login import Login
from opconsole.ui.widgets.bars import link_words, may_retry
from opconsole.wire.staff import Bye, Done, Say
from tests.ui.conftest import Bench, Open
from tests.ui.fake_relay import NOW, everything

NOBODY = LinkTrouble(Trouble.unreachable, "Nothing listens at http://127.0.0.1:8765. Is the relay running?")
sizes = pytest.mark.parametrize("size", [(80, 24), (160, 48)], ids=lambda size: f"{size[0]}x{size[1]}")
languages = pytest.mark.parametrize("lang", list(LANGUAGES))


async def lose(bench: Bench) -> None:
    """The relay goes away, and does not answer any more. The next attempt is twelve seconds ahead."""
    assert bench.app.shift.session is not None
    bench.app.shift.session._link._backoff = Backoff(first_ms=24_000, longest_ms=24_000)
    bench.relay.refuse = NOBODY
    bench.relay.drop(NOBODY)
    await bench.until(lambda: bench.app.store.link.retry_at, "it waits for the next attempt")
    await bench.until(lambda: NOBODY.text[:20] in bench.lines[-1], "the reason is told")


@sizes
@languages
async def test_without_a_link_the_screen_looks_like_this(
    open_console: Open, picture: SnapshotAssertion, size: tuple[int, int], lang: str
) -> None:
    async with open_console(size=size, shown=11, lang=lang) as bench:
        await bench.type("Привезём завтра")
        await bench.press("enter")
        await lose(bench)
        bench.app.workspace.toasts.clear()
        assert await bench.still() == picture


async def test_the_time_to_the_next_attempt_counts_down_and_nothing_else_is_painted(open_console: Open) -> None:
    async with open_console(size=(160, 48)) as bench:
        await lose(bench)
        told = []
        for _ in range(3):
            bench.app.beat()
            await bench.pilot.pause()
            told.append(re.findall(r"next try in (\d:\d\d)", bench.lines[0]))
            bench.clock.move(1)
        assert told == [["0:12"], ["0:11"], ["0:10"]]


@pytest.mark.parametrize("key", ["f12", "ctrl+f"])  # in the Russian layout too: the keys' bytes are test_keyboard.py's
async def test_a_key_connects_now(open_console: Open, key: str) -> None:
    async with open_console(size=(80, 24), shown=11) as bench:
        await lose(bench)
        assert "F12 Connect now" in bench.lines[-1]
        bench.relay.refuse = None
        await bench.press(key)
        await bench.until(lambda: "● live" in bench.lines[0], "live again")
        assert "Connect now" not in bench.lines[-1]
        assert "F1 Help" in bench.lines[-1]


async def test_a_click_connects_too_and_one_on_the_reason_does_nothing(open_console: Open) -> None:
    async with open_console(size=(80, 24), shown=11) as bench:
        await lose(bench)
        bench.relay.refuse = None
        await bench.pilot.click("#keys", offset=(40, 0))
        assert not bench.app.store.link.is_live
        await bench.pilot.click("#keys", offset=(4, 0))
        await bench.until(lambda: "● live" in bench.lines[0], "live again")


@pytest.mark.parametrize(
    ("code", "status", "footer"),
    [
        ("stopping", "offline since 14:53", "The relay is being stopped."),
        ("blocked", "this login is blocked", "This login is blocked. Ask an admin."),
        ("replaced", "another console took over", "Another console with this login took over."),
        ("version", "another version", "update this console."),
        ("slow", "offline since 14:53", "read too slowly"),
    ],
)
async def test_a_farewell_is_told_in_words(open_console: Open, code: str, status: str, footer: str) -> None:
    async with open_console(size=(80, 24)) as bench:
        bench.relay.refuse = LinkTrouble(Trouble.unreachable, footer)
        bench.relay.say(Bye(code=code))
        await bench.until(lambda: status in bench.lines[0], "the state is told")
        assert footer in bench.lines[-1]
        assert "F12 Connect now" in bench.lines[-1]


async def test_what_waited_is_counted_while_it_is_confirmed(open_console: Open) -> None:
    async with open_console(size=(80, 24), shown=11) as bench:
        await lose(bench)
        for text in ("one", "two"):
            await bench.type(text)
            await bench.press("enter")
        await bench.until(lambda: "2 unsent" in bench.lines[0], "they wait")
        bench.relay.refuse = None
        await bench.press("f12")
        await bench.until(lambda: "catching up: 0 of 2 confirmed" in bench.lines[0], "none is confirmed")
        first, second = bench.relay.sent(Say)
        bench.relay.say(Done(id=first.id, chat=11, n=12, p=9, at=NOW))
        await bench.until(lambda: "catching up: 1 of 2 confirmed" in bench.lines[0], "one is confirmed")
        bench.relay.say(Done(id=second.id, chat=11, n=13, p=10, at=NOW))
        await bench.until(lambda: "● live" in bench.lines[0], "all is confirmed")
        assert [say.text for say in bench.relay.sent(Say)] == ["one", "two"]


class Front(SignIn):
    """Lets in whoever asks, as that person."""

    def __init__(self, folder: Path) -> None:
        super().__init__(Tokens(folder, "file"), folder, "http://127.0.0.1:1", "olga")

    async def submit(self, relay: str, login: str, password: str, code: str = "") -> Ready | Ask | NewCodes:
        return Ready("http://127.0.0.1:1", login, "another token")


async def _log_in_again_as(bench: Bench, login: str) -> None:
    await bench.until(lambda: isinstance(bench.app.screen, Login), "the login is shown")
    screen = bench.app.screen
    assert isinstance(screen, Login)
    screen._fields["login"].value = login
    bench.relay.refuse, bench.relay.login = None, login
    await bench.type("secret")
    await bench.press("enter")
    await bench.until(lambda: bench.app.screen is bench.app.workspace, "back at work")
    await bench.until(lambda: bench.app.store.link.phase in (Phase.syncing, Phase.live), "the link stands")


async def _write_while_the_token_expires(bench: Bench, tmp_path: Path) -> None:
    bench.app.shift.sign_in = Front(tmp_path)
    bench.relay.refuse = NOBODY
    bench.relay.drop()
    await bench.until(lambda: bench.app.store.link.retry_at, "there is no link")
    for text in ("one", "two"):
        await bench.type(text)
        await bench.press("enter")
    await bench.type("half a reply")
    bench.relay.refuse = LinkTrouble(Trouble.refused, "The relay wants you to log in.", Stop.login)
    await bench.press("f12")


async def test_the_same_person_logs_in_again_and_what_waited_goes_out_once_and_in_order(
    open_console: Open, tmp_path: Path
) -> None:
    async with open_console(shown=11) as bench:
        await _write_while_the_token_expires(bench, tmp_path)
        await _log_in_again_as(bench, "olga")
        await bench.until(lambda: len(bench.relay.sent(Say)) == 2, "what waited is sent")
        assert [say.text for say in bench.relay.sent(Say)] == ["one", "two"]
        assert bench.composed == "half a reply"


async def test_another_person_who_logs_in_sends_nothing_of_the_first_ones(open_console: Open, tmp_path: Path) -> None:
    async with open_console(shown=11) as bench:
        await _write_while_the_token_expires(bench, tmp_path)
        await _log_in_again_as(bench, "ivan")
        await bench.until(lambda: bench.app.store.link.is_live, "ivan is at work")
        assert bench.app.store.person.startswith("ivan")
        assert bench.relay.sent(Say) == []
        assert not len(bench.app.store.outbox)
        assert bench.composed == ""
        assert "half a reply" not in everything(bench.lines)
        assert bench.app.store.drafts.chats() == frozenset()


@pytest.mark.parametrize(
    ("state", "words", "by_hand"),
    [
        (LinkState(Phase.connecting), "connecting…", False),
        (LinkState(Phase.connecting, NOW, "x"), "offline since 14:53, trying now…", False),
        (LinkState(Phase.offline, NOW, "x", NOW + 12_000), "offline since 14:53, next try in 0:12", True),
        (LinkState(Phase.syncing, NOW), "catching up", False),
        (LinkState(Phase.syncing, NOW, done=3, total=7), "catching up: 3 of 7 confirmed", False),
        (LinkState(Phase.live, NOW), "live", False),
        (LinkState(Phase.stopped, NOW, "x", stop=Stop.blocked), "this login is blocked", True),
        (LinkState(Phase.stopped, NOW, "x", stop=Stop.login), "not logged in", False),
    ],
)
def test_each_state_has_its_words(state: LinkState, words: str, by_hand: bool) -> None:
    assert link_words(state, NOW)[1] == words
    assert may_retry(state) is by_hand
