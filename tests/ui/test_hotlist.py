"""The hot list by its keys: the chat that needs me most, the next, and back."""

from msgspec.structs import replace

from opconsole.wire.staff import Sync
from tests.ui import scene
from tests.ui.conftest import Open
from tests.ui.fake_relay import NOW


async def test_the_key_goes_from_need_to_need_and_back_the_same_way(open_console: Open) -> None:
    async with open_console(shown=14) as bench:
        shown = []
        for key in ("f5", "alt+a", "alt+0", "ctrl+g,0"):
            await bench.press(*key.split(","))
            shown.append(bench.app.store.shown)
        assert shown == [12, 11, 12, 14]
        assert bench.app.workspace.composer.has_focus


async def test_whoever_went_elsewhere_by_hand_comes_first_to_what_is_lost_first(open_console: Open) -> None:
    async with open_console(shown=14) as bench:
        await bench.press("f5", "alt+3", "f5")
        assert bench.app.store.shown == 12


async def test_where_nothing_needs_me_it_is_said_with_who_waits(open_console: Open) -> None:
    mine = [scene.held(14, "Сергей", "Хорошо", words_by="olga"), scene.held(15, "Ann", "Bye", words_by="olga")]
    async with open_console(Sync(head=1, chats=[*scene.INBOX, *mine], operators=scene.OPERATORS), shown=14) as bench:
        await bench.press("f5")
        assert bench.app.store.shown == 14
        assert bench.toasts == ["Nothing needs you now. 5 chats wait in the inbox."]
        await bench.press("f5")
        assert bench.app.store.shown == 15


async def test_the_last_one_that_owes_is_not_passed_over_in_silence(open_console: Open) -> None:
    only = replace(scene.MINE[0], owes_since=NOW - 1000)
    async with open_console(Sync(head=1, chats=[only], operators=scene.OPERATORS), shown=11) as bench:
        await bench.press("f5")
        assert bench.toasts == ["Nothing else needs you."]


async def test_before_the_first_jump_there_is_no_way_back(open_console: Open) -> None:
    async with open_console() as bench:
        await bench.press("alt+0")
        assert bench.toasts == ["You were in no other chat before."]
        assert bench.app.store.shown == 12


async def test_a_chat_that_i_have_answered_needs_me_no_more_though_the_answer_is_on_its_way(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await bench.type("Tomorrow.")
        await bench.press("enter", "f5")
        assert bench.app.store.shown == 12
        await bench.press("f5")
        assert bench.app.store.shown == 12
        assert bench.toasts[-1].startswith("Nothing else needs you.")
