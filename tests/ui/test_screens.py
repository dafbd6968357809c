"""What the screens look like, as text, at the smallest and a usual size, in both languages."""

from pathlib import Path

import pytest
from msgspec.structs import replace
from syrupy.assertion import SnapshotAssertion

from opconsole.link.sign_in import SignIn
from opconsole.link.tokens import Tokens
from opconsole.locale import LANGUAGES, set_language
from opconsole.settings import Settings
from opconsole.state.changes import ALL, Changes
from opconsole.wire.messages import Kind, Message
from opconsole.wire.staff import Done, Gone, Peek, Refused, Say, TypingBy
from tests.ui import scene
from tests.ui.conftest import Bench, Open
from tests.ui.fake_relay import NOW, Clock, FakeRelay, console, screen_text, until

SIZES = [(80, 24), (160, 48)]
sizes = pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
languages = pytest.mark.parametrize("lang", list(LANGUAGES))


async def busy(bench: Bench) -> None:
    """Words on their way, refused ones, and a visitor who types."""
    for text in ("stored words", "refused words", "words on their way"):
        await bench.type(text)
        await bench.press("enter")
    stored, refused, _ = bench.relay.sent(Say)
    bench.relay.say(
        Message(chat=11, n=12, p=9, at=NOW, kind=Kind.say, by="olga", name="Olga", text="stored words", cid=stored.id),
        Done(id=stored.id, chat=11, n=12, p=9, at=NOW),
        Refused(id=refused.id, code="odd", text="The words were too rude."),
        Peek(chat=11, text="И можно ли привезти вечером, после"),
        TypingBy(chat=11, login="anna"),
    )
    await bench.until(lambda: "после▁" in bench.screen, "the peek is shown")
    bench.app.workspace.toasts.clear()
    await bench.type("Привезём завтра")


@sizes
@languages
async def test_the_workspace(open_console: Open, picture: SnapshotAssertion, size: tuple[int, int], lang: str) -> None:
    async with open_console(size=size, shown=11, lang=lang) as bench:
        await busy(bench)
        assert await bench.still() == picture


@sizes
@languages
async def test_before_there_is_anything(
    open_console: Open, picture: SnapshotAssertion, size: tuple[int, int], lang: str
) -> None:
    empty = replace(scene.sync(), chats=[], visitors=[], messages=[])
    async with open_console(empty, size=size, lang=lang) as bench:
        bench.app.workspace.apply(Changes(ALL))
        assert await bench.still() == picture


@languages
async def test_lists_over_a_small_screen(open_console: Open, picture: SnapshotAssertion, lang: str) -> None:
    async with open_console(size=(80, 24), shown=11, lang=lang) as bench:
        await bench.press("f7")
        await bench.until(lambda: bench.app.workspace.inbox.has_focus, "the keys are in the inbox")
        await bench.press("down")
        assert await bench.still() == picture


@languages
async def test_the_visitor_over_a_small_screen(open_console: Open, picture: SnapshotAssertion, lang: str) -> None:
    async with open_console(size=(80, 24), shown=11, lang=lang) as bench:
        await bench.press("f8")
        assert await bench.still() == picture


@pytest.mark.slow  # two dozen screens
@sizes
@languages
@pytest.mark.parametrize("keys", ["f1", "f4", "f10", "alt+g", "ctrl+s", "f9"])
async def test_what_opens_over_the_workspace(
    open_console: Open, picture: SnapshotAssertion, size: tuple[int, int], lang: str, keys: str
) -> None:
    async with open_console(size=size, shown=11, lang=lang) as bench:
        await bench.press(keys)
        assert await bench.still() == picture


@languages
async def test_a_chat_that_a_colleague_took(open_console: Open, picture: SnapshotAssertion, lang: str) -> None:
    async with open_console(size=(80, 24), shown=11, lang=lang) as bench:
        bench.relay.say(Gone(chat=11, rev=900, why="rescued"))
        await bench.until(lambda: 11 not in bench.app.store.chats, "the chat is gone")
        bench.app.workspace.toasts.clear()
        await bench.pilot.pause()
        assert await bench.still() == picture


@languages
async def test_a_code_being_typed(open_console: Open, picture: SnapshotAssertion, lang: str) -> None:
    async with open_console(size=(80, 24), shown=11, lang=lang) as bench:
        await bench.type("/")
        assert await bench.still() == picture


@languages
async def test_the_login(picture: SnapshotAssertion, tmp_path: Path, lang: str) -> None:
    set_language(lang)
    app = console(FakeRelay(), tmp_path, clock=Clock(), settings=Settings(theme="dusk"))
    app.shift.sign_in = SignIn(Tokens(tmp_path, "file"), tmp_path, "http://127.0.0.1:8765", "olga")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: type(app.screen).__name__ == "Login", "the login is shown")
        await pilot.pause()
        assert "\n".join(screen_text(app)) == picture
