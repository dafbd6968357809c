"""The supervisor's ways of getting at things: search, switcher, filters, commands, help of the moment, settings. All of it only looks."""

from pathlib import Path

import pytest
from textual import events

from opconsole.settings import Settings
from opconsole.ui.screens.reading import Reading
from opconsole.ui.screens.search import SearchScreen
from opconsole.ui.screens.settings import SettingsScreen
from opconsole.ui.screens.sheet import Sheet
from opconsole.ui.screens.switcher import Switcher
from opconsole.wire.search import Found, Hit, Search
from opconsole.wire.staff import Fetch, PageOf, Watch
from tests.ui import scene
from tests.ui.fake_relay import NOW
from tests.ui.test_monitor import Floor, monitor


async def type_(floor: Floor, text: str) -> None:
    for character in text:
        floor.app.post_message(events.Key(character, character))
    await floor.pilot.pause()


async def ask(floor: Floor, text: str) -> None:
    await floor.press("ctrl+k")
    await type_(floor, text)


def waiting(floor: Floor) -> list[int]:
    return [card.chat for card in floor.app.monitor.waiting.cards()]


async def test_a_search_opens_the_message_and_goes_on_to_the_chat_to_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("opconsole.ui.screens.search.PAUSE_S", 60.0)
    async with monitor(tmp_path) as floor:
        await floor.press("ctrl+e")
        search = floor.app.screen
        assert isinstance(search, SearchScreen)
        await type_(floor, "карт")
        search.look()
        await floor.until(lambda: floor.relay.sent(Search), "the question")
        hit = Hit(chat=31, n=7, at=NOW, by="visitor", visitor="Кузнецова", snippet="картой", marks=[0, 6])
        floor.relay.say(Found(id=floor.relay.sent(Search)[-1].id, hits=[hit]))
        await floor.until(lambda: search.results.free, "the answer")
        await floor.press("enter")
        assert isinstance(floor.app.screen, Reading)
        await floor.until(lambda: floor.relay.sent(Fetch), "the page is asked for")
        floor.relay.say(PageOf(id=floor.relay.sent(Fetch)[-1].id, chat=31, messages=scene.talk(31)))
        await floor.until(lambda: "Отлично" in floor.screen, "the message with its context")
        await floor.press("enter")
        await floor.until(lambda: floor.app.screen is floor.app.monitor, "back on the floor")
        assert [watch.chat for watch in floor.relay.sent(Watch)] == [31]
        assert floor.app.monitor.held.chat == 31, "its row is under the cursor"


async def test_the_switcher_goes_to_chats_and_to_an_operators_chats(tmp_path: Path) -> None:
    async with monitor(tmp_path) as floor:
        await ask(floor, "кузнецова")
        await floor.press("enter")
        assert floor.app.store.shown == 31
        await ask(floor, "@иван сид")
        await floor.press("enter")
        assert floor.app.monitor.floor_view.only == "ivan"


async def test_the_switcher_and_the_commands_know_nothing_that_changes_something(tmp_path: Path) -> None:
    async with monitor(tmp_path) as floor:
        for names in (">take next", ">transfer", ">close", "/"):
            await ask(floor, names)
            screen = floor.app.screen
            assert isinstance(screen, Switcher)
            commands = {option.value.value for option in screen._options.options}
            assert commands.isdisjoint({"take-next", "transfer", "close", "return", "note"}), names
            await floor.press("escape")
        await floor.press("colon")
        await type_(floor, "take-next")
        await floor.press("enter")
        assert "There is no command take-next" in floor.screen


async def test_a_filter_hides_chats_of_the_list_alone(tmp_path: Path) -> None:
    async with monitor(tmp_path) as floor:
        everyone = waiting(floor)
        await floor.press("slash")
        await type_(floor, "мария")
        assert waiting(floor) == [21]
        assert f"1 of {len(everyone)}" in floor.screen
        assert f"waiting {len(everyone)}" in floor.screen, "the counters know nothing of it"
        await floor.press("enter", "enter")
        assert floor.app.store.shown == 21
        await floor.press("escape")
        assert waiting(floor) == everyone
        assert floor.app.store.shown == 21, "one thing after the other"


async def test_a_filter_is_a_command_too_and_looks_at_the_list_with_the_keys(tmp_path: Path) -> None:
    async with monitor(tmp_path) as floor:
        floor.app.monitor.held.focus()
        await floor.pilot.pause()
        await floor.press("Ж")  # a colon in the Russian layout
        await type_(floor, "filter owner:ivan")
        await floor.press("enter")
        assert [card.chat for card in floor.app.monitor.held.cards()] == [31, 32]


async def test_in_the_team_a_name_is_looked_for(tmp_path: Path) -> None:
    async with monitor(tmp_path) as floor:
        floor.app.monitor.seats.focus()
        await floor.pilot.pause()
        await floor.press("slash")
        assert isinstance(floor.app.screen, Switcher)
        await type_(floor, "ivan")
        await floor.press("enter")
        assert [card.chat for card in floor.app.monitor.held.cards()] == [31, 32]


async def test_a_chat_is_read_by_its_number(tmp_path: Path) -> None:
    async with monitor(tmp_path) as floor:
        for number, shown in (("31", 31), ("999", 31)):
            await floor.press("colon")
            await type_(floor, f"chat {number}")
            await floor.press("enter")
            assert floor.app.store.shown == shown
        assert "There is no chat 999 that you may see." in floor.screen


async def test_the_keys_of_the_place_are_told_and_only_those_that_are_there(tmp_path: Path) -> None:
    async with monitor(tmp_path) as floor:
        await floor.press("question_mark")
        assert isinstance(floor.app.screen, Sheet)
        assert "Here: who waits" in floor.screen
        assert "read the chat live" in floor.screen
        assert "Take the next chat" not in floor.screen
        await floor.press("escape")
        floor.app.monitor.seats.focus()
        await floor.pilot.pause()
        await floor.press("comma")  # `?` in the Russian layout
        assert "Here: the team" in floor.screen


async def test_settings_are_changed_in_place_and_keys_count_at_once(tmp_path: Path) -> None:
    async with monitor(tmp_path) as floor:
        await floor.press("colon")
        await type_(floor, "settings")
        await floor.press("enter")
        assert isinstance(floor.app.screen, SettingsScreen)
        await floor.press("escape", "colon")
        await type_(floor, "set keymap vim")
        await floor.press("enter")
        await floor.press("G")
        assert floor.app.monitor.waiting.cursor == len(waiting(floor)) - 1


async def test_the_leader_is_alt_here_too(tmp_path: Path) -> None:
    async with monitor(tmp_path, settings=Settings(theme="dusk")) as floor:
        await floor.press("ctrl+g", "semicolon")
        await type_(floor, "chat 12")
        await floor.press("enter")
        assert floor.app.store.shown == 12
