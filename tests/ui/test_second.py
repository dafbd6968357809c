"""Two chats side by side: which one the keys go to, what is read, and how a chat comes and goes."""

import pytest
from msgspec.structs import replace
from syrupy.assertion import SnapshotAssertion

from opconsole.locale import LANGUAGES
from opconsole.ui.layout import Layout
from opconsole.ui.widgets.second_pane import SecondPane
from opconsole.wire.messages import Kind, Message
from opconsole.wire.staff import Gone, Read, Say
from tests.ui.conftest import Bench, Open
from tests.ui.fake_relay import NOW
from tests.ui.test_arrangement import drag, run

WIDE = (180, 36)


def pane(bench: Bench) -> SecondPane:
    return bench.app.workspace.body.query_one(SecondPane)


def reads(bench: Bench, chat: int) -> list[int]:
    return [read.p for read in bench.relay.sent(Read) if read.chat == chat]


def says(bench: Bench, chat: int, text: str) -> None:
    card = bench.app.store.chats[chat]
    new = replace(card, rev=card.rev + 900, last=card.last + 1, public=card.public + 1, unread=1, words=text)
    bench.relay.say(Message(chat=chat, n=new.last, p=new.public, at=NOW, kind=Kind.say, by="visitor", text=text), new)


@pytest.mark.parametrize("lang", list(LANGUAGES))
async def test_two_chats_look_like_this(open_console: Open, picture: SnapshotAssertion, lang: str) -> None:
    async with open_console(size=(160, 30), shown=12, lang=lang) as bench:
        await run(bench, "split")
        assert await bench.still() == picture


async def test_the_keys_go_to_the_chat_whose_head_is_marked_and_each_stays_where_it_is(open_console: Open) -> None:
    async with open_console(size=WIDE, shown=11) as bench:
        await run(bench, "split")
        assert bench.app.controllers.second.chat == 12
        assert "▌1 Иван Петров" in bench.lines[1]
        assert " 2 Anna Smith" in bench.lines[1].partition("▌1 Иван")[2]
        places = [bench.lines[1].index(name) for name in ("Иван Петров", "Anna Smith")]
        await bench.type("to Ivan")
        await run(bench, "split_other")
        await bench.until(lambda: "▌2 Anna Smith" in bench.lines[1], "the mark is at the other")
        assert [bench.lines[1].index(name) for name in ("Иван Петров", "Anna Smith")] == places
        assert bench.composed == ""
        await bench.type("to Anna")
        await bench.press("enter")
        assert [(say.chat, say.text) for say in bench.relay.sent(Say)] == [(12, "to Anna")]
        await bench.press("alt+1")
        assert (bench.app.controllers.second.chat, bench.composed) == (12, "to Ivan")


async def test_the_second_chat_is_read_only_while_it_is_in_sight(open_console: Open) -> None:
    async with open_console(size=WIDE, shown=11) as bench:
        await run(bench, "split")
        bench.app.controllers.second._put(14)
        await bench.pilot.pause()
        says(bench, 14, "first words")
        await bench.until(lambda: reads(bench, 14) == [3], "it is read")
        assert "first words" in bench.screen
        assert not any("first words" in toast for toast in bench.toasts)
        bench.app.app_focus = False
        says(bench, 14, "second words")
        await bench.until(lambda: "second words" in bench.screen, "they stand there")
        assert reads(bench, 14) == [3]
        bench.app.app_focus = True
        await bench.press("f11")
        says(bench, 14, "third words")
        await bench.until(lambda: any("third words" in toast for toast in bench.toasts), "they are told")
        assert reads(bench, 14) == [3]
        await bench.press("f11")
        await bench.until(lambda: reads(bench, 14) == [3, 5], "what came into sight is read")


async def test_a_chat_that_goes_makes_room_for_another(open_console: Open) -> None:
    async with open_console(size=WIDE, shown=11) as bench:
        await run(bench, "split")
        bench.relay.say(Gone(chat=12, rev=900, why="rescued"))
        await bench.until(lambda: bench.app.controllers.second.chat == 14, "the next chat of mine")
        bench.relay.say(Gone(chat=14, rev=901, why="closed"))
        await bench.until(lambda: not bench.app.controllers.second.chat, "none is left")
        bench.app.workspace.toasts.clear()
        await bench.until(lambda: "No second chat: choose one" in bench.screen, "the pane says so")


async def test_another_chat_is_chosen_and_one_goes_there_by_a_click(open_console: Open) -> None:
    async with open_console(size=WIDE, shown=11) as bench:
        await run(bench, "split_pick")
        await bench.type("Сергей")
        await bench.press("enter")
        await bench.until(lambda: bench.app.controllers.second.chat == 14 and pane(bench).display, "it stands there")
        await bench.pilot.click("#second-transcript")
        await bench.until(lambda: bench.app.store.shown == 14, "the keys are there")
        assert bench.app.controllers.second.chat == 11


async def test_a_narrow_screen_has_no_room_and_a_screen_that_grows_has(open_console: Open) -> None:
    async with open_console(size=(120, 36), shown=11) as bench:
        await run(bench, "split")
        assert "Two chats need 160 columns; this terminal has 120." in bench.toasts
        bench.app.controllers.arrangement.change(Layout(split=True))
        await bench.pilot.resize_terminal(*WIDE)
        await bench.until(lambda: bench.app.workspace.second_shown and pane(bench).region.width > 40, "two chats")
        await bench.pilot.resize_terminal(120, 36)
        await bench.until(lambda: not pane(bench).display, "one chat")
        assert "▌" not in bench.lines[1].partition("My chats")[2]


async def test_the_border_between_them_is_dragged(open_console: Open) -> None:
    async with open_console(size=WIDE, shown=11) as bench:
        await run(bench, "split")
        talk = bench.app.workspace.talk
        await drag(bench, (pane(bench).region.x, 9), (130, 9))
        assert abs(pane(bench).region.x - 130) <= 1
        await run(bench, "split_other")
        await bench.until(lambda: talk.region.x > pane(bench).region.x, "the sides are changed")
        await drag(bench, (talk.region.x, 9), (100, 9))
        assert abs(talk.region.x - 100) <= 1
        await drag(bench, (talk.region.x, 9), (2, 9))
        assert pane(bench).region.width >= 40
