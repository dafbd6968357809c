"""The panes by key and by mouse: sizes, one pane alone, focus mode; and that all of it is there again at the next start."""

import stat

from msgspec.structs import replace
from textual import events
from textual.geometry import Region

from opconsole.settings import state_dir
from opconsole.ui.layout import Layout, dump, load
from opconsole.wire.staff import Read
from tests.ui import scene
from tests.ui.conftest import Bench, Open


def kept() -> Layout:
    return load((state_dir() / "layout.json").read_bytes())


def lists(bench: Bench) -> Region:
    return bench.app.workspace.lists.region


async def run(bench: Bench, *actions: str) -> None:
    for action in actions:
        bench.app.workspace.action_run(action)
    await bench.pilot.pause()
    await bench.pilot.pause()


async def drag(bench: Bench, start: tuple[int, int], *ways: tuple[int, int]) -> None:
    """Press at `start`, move over `ways`, let go at the last."""
    kinds = [events.MouseDown, *[events.MouseMove] * len(ways), events.MouseUp]
    for kind, (x, y) in zip(kinds, [start, *ways, ways[-1]], strict=True):
        bench.app.post_message(kind(None, x, y, 0, 0, 1, False, False, False, x, y))
        await bench.pilot.pause()


async def test_the_lists_are_wider_by_key_and_stay_so(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        before = lists(bench).width
        await bench.press("shift+f8", "shift+f8")
        assert lists(bench).width == before + 4
        await bench.press("shift+f7")
        await bench.until(lambda: kept().lists == before + 2, "the size is kept")
        assert stat.S_IMODE((state_dir() / "layout.json").stat().st_mode) == 0o600
    async with open_console(shown=11) as bench:
        await bench.until(lambda: lists(bench).width == before + 2, "the size of before")
        await run(bench, "layout_reset")
        assert lists(bench).width == before


async def test_in_the_lists_two_signs_do_it_in_both_layouts(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        before = lists(bench).width
        await bench.press("f7")
        for wider, narrower in (("ЮЮ", "Б"), (">>", "<")):
            await bench.type(wider)
            await bench.until(lambda: lists(bench).width == before + 4, "two steps wider")
            await bench.type(narrower * 2)
            await bench.until(lambda: lists(bench).width == before, "and back")
        assert bench.composed == ""


async def test_at_the_smallest_size_the_lists_leave_a_rim_of_the_conversation(open_console: Open) -> None:
    async with open_console(size=(80, 24), shown=11) as bench:
        bench.app.controllers.arrangement.change(Layout(lists=900, visitor=900, mine=900))
        await bench.press("f7")
        await bench.until(lambda: lists(bench).width == 72, "lists of nine tenths")
        assert bench.app.workspace.inbox.region.height >= 5
        await bench.press("escape", "f8")
        await bench.until(lambda: bench.app.workspace.visitor.region.width == 72, "a visitor of nine tenths")


async def test_what_has_no_room_now_has_it_again_later(open_console: Open) -> None:
    async with open_console(size=(160, 48), shown=11) as bench:
        bench.app.controllers.arrangement.change(Layout(lists=70, visitor=50))
        await bench.until(lambda: lists(bench).width == 70, "wide lists")
        await bench.pilot.resize_terminal(120, 36)
        await bench.until(lambda: bench.app.workspace.talk.region.width >= 40, "room for the conversation")
        await bench.pilot.resize_terminal(160, 48)
        await bench.until(lambda: lists(bench).width == 70, "wide lists again")


async def test_beside_greedy_panes_two_chats_and_the_visitor_are_whole(open_console: Open) -> None:
    async with open_console(size=(164, 40), shown=11) as bench:
        workspace = bench.app.workspace
        await run(bench, "split")
        await bench.press("f8")
        for layout in (Layout(lists=900), Layout(visitor=900), Layout(lists=900, visitor=900)):
            bench.app.controllers.arrangement.change(replace(layout, split=True))
            await bench.pilot.pause()
            await bench.until(lambda: workspace.visitor.region.right == 164, "all is in sight")
            assert workspace.talk.region.width >= 40
            assert workspace.body.get_child_by_id("second").region.width >= 40


async def test_the_lists_border_is_also_had_at_the_column_beside_it_and_a_click_there_changes_nothing(
    open_console: Open,
) -> None:
    async with open_console(shown=11) as bench:
        right = lists(bench).right
        for start in (right - 1, right):
            await drag(bench, (start, 2), (start, 2))
            assert lists(bench).right == right
        await drag(bench, (right, 2), (50, 2), (54, 2))
        assert lists(bench).right == 54


async def test_a_border_is_dragged_and_nothing_else_is_clicked(open_console: Open) -> None:
    async with open_console(size=(160, 48), shown=11) as bench:
        workspace = bench.app.workspace
        await drag(bench, (lists(bench).right - 1, 2), (50, 2), (54, 2))
        assert lists(bench).width == 55
        await drag(bench, (workspace.visitor.region.x, 5), (120, 5))
        assert workspace.visitor.region.width == 40
        await drag(bench, (5, workspace.inbox.region.y), (5, 20))
        assert workspace.inbox.region.y == 20
        assert bench.app.store.shown == 11
        await bench.until(lambda: kept() == Layout(lists=55, visitor=40, mine=19), "all of it is kept")
        await bench.pilot.click("#mine", offset=(3, 3))
        assert bench.app.store.shown == 12


async def test_a_pane_alone_and_all_again(open_console: Open) -> None:
    async with open_console(size=(160, 48), shown=11) as bench:
        workspace = bench.app.workspace
        await bench.press("shift+f11")
        assert workspace.talk.region.width == 160
        await bench.press("shift+f11")
        assert workspace.talk.region.width < 100
        await bench.press("f7", "shift+f11")
        assert lists(bench).width == 160
        await bench.press("down", "enter")
        await bench.until(lambda: workspace.talk.region.width > 40, "the chat that was chosen is in sight")
        assert bench.app.store.shown == 21
        assert workspace.focused is workspace.composer


async def test_a_conversation_that_is_not_in_sight_is_not_read(open_console: Open) -> None:
    async with open_console(size=(160, 48), shown=14) as bench:
        await bench.press("f7", "shift+f11")
        new = replace(scene.MINE[2], rev=900, last=4, public=3, unread=1)
        bench.relay.say(new)
        await bench.until(lambda: bench.app.store.chats[14].unread, "the card")
        assert 14 not in [read.chat for read in bench.relay.sent(Read)]
        await bench.press("shift+f11")
        await bench.until(lambda: 14 in [read.chat for read in bench.relay.sent(Read)], "it is read")


async def test_focus_mode_shows_the_conversation_and_what_is_urgent(open_console: Open) -> None:
    async with open_console(size=(120, 36), shown=11) as bench:
        workspace = bench.app.workspace
        await bench.press("f11")
        assert workspace.talk.region == Region(0, 1, 120, 35)
        assert "unread in 1 chat" in bench.lines[0]
        assert "rescue 0:20 Anna Smith" in bench.lines[0]
        await bench.press("ctrl+g")
        assert "Ctrl+G" in bench.lines[-1]
        await bench.press("escape", "f7")
        await bench.until(lambda: workspace.inbox.has_focus, "the lists come when they are called")
        await bench.press("escape")
        await bench.until(lambda: not workspace.lists.display, "and go")
        await bench.until(lambda: kept().alone, "the mode is kept")
        await bench.press("f11")
        await bench.until(lambda: not kept().alone, "its end is kept")


async def test_the_visitor_that_was_put_away_stays_away(open_console: Open) -> None:
    async with open_console(size=(160, 48), shown=11) as bench:
        await bench.press("f8")
        await bench.until(lambda: kept().no_visitor, "the mode is kept")
    async with open_console(size=(160, 48), shown=11) as bench:
        assert not bench.app.workspace.visitor.display


async def test_a_damaged_file_is_ignored_with_a_word(open_console: Open) -> None:
    state_dir().mkdir(parents=True)
    (state_dir() / "layout.json").write_bytes(dump(Layout(lists=50))[:-3] + b"\x1b[2J")
    async with open_console(shown=11) as bench:
        assert any("layout.json does not say how the panes were" in toast for toast in bench.toasts)
        assert lists(bench).width == 36


async def test_on_a_narrow_screen_lists_and_visitor_never_cover_each_other(open_console: Open) -> None:
    async with open_console(size=(60, 20), shown=11) as bench:
        workspace = bench.app.workspace
        await bench.press("f8", "f7")
        assert (workspace.lists_shown, workspace.visitor_shown) == (True, False)
        await bench.until(lambda: workspace.in_lists, "the keys are in the lists")
        await bench.press("f8")
        assert (workspace.lists_shown, workspace.visitor_shown) == (False, True)
        assert workspace.composer.has_focus


async def test_lists_that_were_left_on_a_wide_screen_do_not_lie_over_a_small_one(open_console: Open) -> None:
    async with open_console(size=(80, 24), shown=11) as bench:
        workspace = bench.app.workspace
        await bench.press("f7")
        await bench.until(lambda: workspace.in_lists, "the keys are in the lists")
        await bench.pilot.resize_terminal(160, 48)
        await bench.press("escape")
        await bench.pilot.resize_terminal(80, 24)
        await bench.until(lambda: workspace.has_class("-narrow"), "the small layout")
        assert not workspace.lists_shown


async def test_the_end_of_focus_mode_takes_its_words_away(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await bench.press("f11")
        assert bench.toasts == ["Focus mode. F11 brings the lists back."]
        await bench.press("f11")
        assert bench.toasts == []
