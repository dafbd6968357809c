"""The question before one leaves: of chats that one holds, and of what has not gone out."""

from msgspec.structs import replace

from tests.ui import scene
from tests.ui.conftest import Open


async def test_what_waits_for_the_link_is_told_before_one_leaves(open_console: Open) -> None:
    async with open_console(shown=14) as bench:
        bench.relay.go_down()
        await bench.until(lambda: not bench.app.store.link.is_live, "the link is lost")
        await bench.type("Tomorrow.")
        await bench.press("enter", "ctrl+q")
        screen = " ".join(bench.screen.split())
        assert "1 thing that you did waits for the link" in screen
        assert "You hold 3 chats" in screen


async def test_with_nothing_held_and_nothing_waiting_one_just_leaves(open_console: Open) -> None:
    async with open_console(replace(scene.sync(), chats=scene.INBOX)) as bench:
        await bench.press("ctrl+q")
        await bench.until(lambda: bench.app.return_code == 0 or not bench.app.is_running, "it ends")
