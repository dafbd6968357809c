"""Filters in the lists: typed, kept, counted, cleared; what they hide is told, and takes and rescues know nothing of them."""

import pytest
from msgspec.structs import replace
from syrupy.assertion import SnapshotAssertion

from opconsole.locale import LANGUAGES
from opconsole.wire.staff import Take, TakeNext
from tests.ui import scene
from tests.ui.conftest import Bench, Open


async def in_inbox(bench: Bench) -> None:
    await bench.press("f7")
    await bench.until(lambda: bench.app.workspace.inbox.has_focus, "the keys are in the inbox")


def shown(bench: Bench) -> list[int]:
    return [card.chat for card in bench.app.workspace.inbox.cards()]


async def test_a_filter_is_typed_kept_and_cleared(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await in_inbox(bench)
        await bench.type("/channel:web")
        assert shown(bench) == [19, 22, 23]
        assert "3 of 5" in bench.screen
        await bench.press("enter")
        await bench.type("j")
        assert bench.app.workspace.inbox.chat == 22
        await bench.type("t")
        assert [take.chat for take in bench.relay.sent(Take)] == [22]
        await bench.press("escape")
        assert len(shown(bench)) == 5
        assert bench.app.workspace.inbox.has_focus
        await bench.press("escape")
        assert bench.app.workspace.composer.has_focus


async def test_in_the_russian_layout_the_same_keys_do_the_same(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await in_inbox(bench)
        await bench.type(".рудд")  # the keys of /hell
        assert shown(bench) == [22]


async def test_what_is_hidden_and_pressing_is_told_everywhere(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await in_inbox(bench)
        await bench.type("/delivery")
        await bench.press("enter")
        assert shown(bench) == [23]
        assert "urgent hidden · 1 of 5" in bench.screen
        assert "(4 hidden by the filter)" in bench.lines[0]
        assert "inbox 5" in bench.lines[0]


async def test_take_next_and_the_urgent_chat_know_nothing_of_filters(open_console: Open) -> None:
    async with open_console(shown=14) as bench:
        await in_inbox(bench)
        await bench.type("/zzzz")
        await bench.press("enter", "f2")
        assert len(bench.relay.sent(TakeNext)) == 1
        await bench.press("f5")
        assert bench.app.store.shown == 12


async def test_a_mistaken_field_is_told_at_once_and_hides_nothing(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await in_inbox(bench)
        await bench.type("/chanel:web")
        assert "Did you mean channel?" in bench.lines[-1]
        assert len(shown(bench)) == 5
        await bench.press("enter")
        assert any("Did you mean channel?" in toast for toast in bench.toasts)


async def test_each_list_has_a_filter_of_its_own(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        bench.app.workspace.set_focus(bench.app.workspace.mine)
        await bench.type("/owes:no")
        await bench.press("enter")
        assert [card.chat for card in bench.app.workspace.mine.cards()] == [14]
        assert "! 1 urgent hidden · 1 of 3" in bench.screen
        assert len(shown(bench)) == 5


async def test_a_chat_that_comes_is_filtered_too_and_the_counts_follow(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await in_inbox(bench)
        await bench.type("/channel:web")
        await bench.press("enter")
        bench.relay.say(scene.waiting(30, "New", "x", 1), replace(scene.INBOX[1], rev=900, channel="email"))
        await bench.until(lambda: shown(bench) == [19, 23, 30], "the list follows")
        assert "3 of 6" in bench.screen


async def test_keys_that_are_no_letters_still_act_while_a_filter_is_typed(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await in_inbox(bench)
        await bench.type("/del")
        await bench.press("alt+3")
        assert bench.app.store.shown == 14
        await bench.type("x")
        assert bench.composed == "x"
        assert bench.app.workspace.inbox.filter_text == "del"


async def test_as_a_command(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        bench.app.controllers.hands.commanding.run("filter channel:telegram")
        assert shown(bench) == [21]
        bench.app.controllers.hands.commanding.run("filter")
        assert len(shown(bench)) == 5


async def test_an_empty_filter_goes_with_backspace(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await in_inbox(bench)
        await bench.type("/a")
        await bench.press("backspace", "backspace")
        assert bench.app.workspace.inbox.typed is None
        assert bench.app.workspace.inbox.has_focus


@pytest.mark.parametrize("lang", list(LANGUAGES))
async def test_what_it_looks_like(open_console: Open, picture: SnapshotAssertion, lang: str) -> None:
    async with open_console(size=(80, 24), shown=11, lang=lang) as bench:
        await in_inbox(bench)
        await bench.type("/channel:web !anna")
        assert await bench.still() == picture
