"""The switcher: everything in one list, in both layouts, remembered; and no key of a burst goes astray."""

import pytest
from msgspec.structs import replace
from syrupy.assertion import SnapshotAssertion
from textual import events

from opconsole.link.habits_file import habits_file, read_habits
from opconsole.locale import LANGUAGES
from opconsole.settings import state_dir
from opconsole.wire.staff import Close, Gone, Sync, Transfer
from tests.ui import scene
from tests.ui.conftest import Bench, Open

HABITS = ("http://127.0.0.1:1", "olga")


async def ask(bench: Bench, text: str) -> None:
    await bench.press("ctrl+k")
    await bench.type(text)


async def test_a_chat_is_found_by_name_number_words_and_the_visitors_data(open_console: Open) -> None:
    asked = {"smith": 12, "ыьшер": 12, "петров": 11, "#24": 24, "чека": 21, "petrov@": 11, "@petrov": 11}
    async with open_console(shown=14) as bench:
        for text, chat in asked.items():
            await ask(bench, text)
            await bench.press("enter")
            assert bench.app.store.shown == chat, text


async def test_a_burst_of_keys_goes_where_it_was_meant(open_console: Open) -> None:
    async with open_console(shown=14) as bench:
        for key, character in [
            ("ctrl+k", None),
            *((letter, letter) for letter in "smith"),
            ("enter", "\r"),
            ("h", "h"),
            ("i", "i"),
        ]:
            bench.app.post_message(events.Key(key, character))
        await bench.until(lambda: bench.app.store.shown == 12, "the chat is shown")
        await bench.until(lambda: bench.composed == "hi", "what was typed after it stands in its composer")


async def test_commands_run_and_those_that_need_something_ask_for_it(open_console: Open) -> None:
    async with open_console(shown=14) as bench:
        await ask(bench, ">close")
        await bench.press("enter")
        assert [close.chat for close in bench.relay.sent(Close)] == [14]
        await ask(bench, ">go to my chat")
        await bench.press("enter")
        await bench.type("1")
        await bench.press("enter")
        assert bench.app.store.shown == 11


async def test_a_template_is_inserted(open_console: Open) -> None:
    async with open_console(shown=14) as bench:
        await ask(bench, "/возврат")
        await bench.press("enter")
        assert bench.composed.startswith("Деньги вернутся")


async def test_a_setting_opens_in_the_command_line(open_console: Open) -> None:
    async with open_console(shown=14) as bench:
        await ask(bench, "=rescue.bell")
        await bench.press("enter")
        await bench.type("off")
        await bench.press("enter")
        assert not bench.app.controllers.preferences.settings.warnings.rescue.bell


async def test_a_colleague_is_given_the_chat_after_a_question(open_console: Open) -> None:
    async with open_console(shown=14) as bench:
        await ask(bench, "@anna")
        await bench.press("down" if "Smith" in bench.lines[4] else "home")
        while "colleague" not in next(line for line in bench.lines if "›" in line):
            await bench.press("down")
        await bench.press("enter")
        assert bench.relay.sent(Transfer) == []
        await bench.press("enter")
        assert [(each.chat, each.to) for each in bench.relay.sent(Transfer)] == [(14, "anna")]


async def test_what_is_used_is_kept_and_comes_first(open_console: Open) -> None:
    twins = [scene.waiting(number, "Twin", "x", 30) for number in (51, 52, 53)]
    async with open_console(Sync(head=1, chats=[*twins, *scene.MINE], operators=scene.OPERATORS)) as bench:
        await ask(bench, "twin")
        await bench.press("down", "enter")
        second = bench.app.store.shown
        assert second in (51, 52, 53)
        bench.app.controllers.navigation.show(14)
        await ask(bench, "twin")
        await bench.press("enter")
        assert bench.app.store.shown == second
    assert f"chat:{second}" in read_habits(habits_file(state_dir(), *HABITS)).weights(0)


async def test_a_torn_file_of_habits_does_not_stop_the_console(open_console: Open) -> None:
    path = habits_file(state_dir(), *HABITS)
    path.parent.mkdir(parents=True)
    path.write_bytes(b'{"used":{"chat:1')
    async with open_console(shown=14) as bench:
        await ask(bench, "smith")
        await bench.press("enter")
        assert bench.app.store.shown == 12


async def test_a_chat_that_went_meanwhile_is_told(open_console: Open) -> None:
    async with open_console(shown=14) as bench:
        await ask(bench, "Климова")
        bench.relay.say(Gone(chat=21, rev=900, why="taken", by="Ivan"))
        await bench.until(lambda: 21 not in bench.app.store.chats, "the chat is gone")
        await bench.press("enter")
        assert bench.app.store.shown == 14
        assert "This chat has gone meanwhile." in bench.toasts


async def test_tab_goes_from_kind_to_kind(open_console: Open) -> None:
    async with open_console(shown=14) as bench:
        await ask(bench, "anna")
        await bench.press("tab", "tab")
        assert " @anna" in bench.screen
        await bench.press("escape")
        assert "@anna" not in bench.screen
        assert bench.app.workspace.composer.has_focus


@pytest.mark.parametrize("lang", list(LANGUAGES))
async def test_what_it_looks_like(open_console: Open, picture: SnapshotAssertion, lang: str) -> None:
    async with open_console(replace(scene.sync()), size=(80, 24), shown=11, lang=lang) as bench:
        await ask(bench, "анна" if lang == "ru" else "an")
        assert await bench.still() == picture
