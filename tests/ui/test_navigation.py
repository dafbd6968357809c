"""What follows from a chat coming to the screen."""

from tests.ui.conftest import Open


async def test_going_to_a_chat_of_mine_shows_where_its_new_words_begin(open_console: Open) -> None:
    """It was marked as read before it was on the screen, so that nothing in it was new any more."""
    async with open_console() as bench:
        await bench.press("alt+1")
        lines = await bench.still()
        new, words = lines.index("─ new ─"), lines.index("А когда привезут?", lines.index("─ new ─"))
        assert new < words
        assert "Спасибо" not in lines[new:]
        assert bench.app.store.read[11] == 8
