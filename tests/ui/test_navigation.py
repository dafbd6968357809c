"""What follows from a chat coming to the screen."""

from opconsole.wire.staff import Take
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


async def test_tab_goes_from_list_to_list_where_they_lie_over_the_conversation(open_console: Open) -> None:
    async with open_console(size=(80, 24), shown=14) as bench:
        workspace = bench.app.workspace
        await bench.press("f7")
        await bench.until(lambda: workspace.inbox.has_focus, "the keys are in the inbox")
        for keys, pane in (("tab", workspace.mine), ("tab", workspace.inbox), ("shift+tab", workspace.mine)):
            await bench.press(keys)
            assert workspace.focused is pane


async def test_on_a_wide_screen_tab_goes_to_the_conversation_first_as_all_sentences_about_it_say(
    open_console: Open,
) -> None:
    async with open_console(shown=14) as bench:
        workspace = bench.app.workspace
        ring = (workspace.transcript, workspace.mine, workspace.inbox, workspace.composer)
        for pane in ring:
            await bench.press("tab")
            assert workspace.focused is pane
        for pane in (*reversed(ring[:-1]), workspace.composer):
            await bench.press("shift+tab")
            assert workspace.focused is pane


async def test_t_takes_in_the_lists_and_not_from_the_conversation(open_console: Open) -> None:
    async with open_console(shown=14) as bench:
        workspace = bench.app.workspace
        workspace.set_focus(workspace.transcript)
        await bench.type("сейчас")  # whoever thinks that they are writing
        assert bench.relay.sent(Take) == []
        await bench.press("escape", "f7")
        await bench.type("е")
        assert len(bench.relay.sent(Take)) == 1
