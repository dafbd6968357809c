"""Flags, chats marked as read, and marks in the lists."""

from pathlib import Path

import pytest
from msgspec.structs import replace
from syrupy.assertion import SnapshotAssertion

from opconsole.locale import LANGUAGES
from opconsole.ui.marking import TELL_MS
from opconsole.wire.messages import Kind, Message
from opconsole.wire.staff import Read, Sync
from tests.ui import scene
from tests.ui.conftest import Bench, Open
from tests.ui.fake_relay import NOW, Clock, FakeRelay, console, until

NEW = [
    scene.held(31, "Ann", "Where is it?", last=3, public=3, operator_read=1, unread=2),
    scene.held(32, "Bob", "And mine?", last=3, public=3, operator_read=2, unread=1),
    scene.held(33, "Cid", "Help", owes_since=NOW - 1000, last=3, public=3, operator_read=3),
]
WORDS = [
    Message(chat=chat, n=n, p=n, at=NOW - 1000 * (10 - n), kind=Kind.say, by="visitor", name="x", text=f"words {n}")
    for chat in (31, 32)
    for n in (1, 2, 3)
]
DESK = Sync(head=1, chats=[*scene.INBOX, *NEW], operators=scene.OPERATORS, messages=WORDS)


def row(bench: Bench, name: str) -> str:
    """The two lines of a chat of mine."""
    at = next(index for index, line in enumerate(bench.lines) if name in line[:36])
    return "\n".join(line[:36] for line in bench.lines[at : at + 2])


async def test_a_flag_is_a_sign_of_its_own_in_lists_head_and_tabs(open_console: Open) -> None:
    async with open_console(size=(120, 36), shown=11) as bench:
        await bench.press("alt+p")
        assert bench.toasts == ["Flagged Иван Петров. Alt+\\: undo"]
        assert "⚑" in row(bench, "Иван")
        assert "●" not in row(bench, "Сергей")
        assert "⚑" in bench.lines[1]
        await bench.press("f7")
        await bench.until(lambda: bench.app.workspace.inbox.has_focus, "the keys are in the inbox")
        await bench.press("down", "alt+p")
        assert bench.app.store.marks.flagged.keys() == {11, 21}
        assert "⚑" in row(bench, "Мария")
        await bench.press("z")
        assert bench.app.store.marks.flagged.keys() == {11}
        bench.app.workspace.toasts.clear()
        await bench.pilot.resize_terminal(80, 24)
        await bench.press("escape")
        await bench.until(lambda: "⚑" in bench.lines[1], "the flag on the tab")


async def test_a_flag_outlives_the_console(tmp_path: Path) -> None:
    async def run(flags: list[int]) -> None:
        app = console(FakeRelay(scene.sync()), tmp_path, clock=Clock(), state_dir=tmp_path / "state")
        async with app.run_test(size=(120, 36)) as pilot:
            await until(pilot, lambda: app.store.link.is_live, "the link is live")
            await pilot.press("alt+p")
            assert list(app.store.marks.flagged) == flags

    await run([12])
    await run([])  # the second press takes the flag away that was kept


async def test_marked_as_read_is_told_after_a_while(open_console: Open) -> None:
    async with open_console(DESK, shown=33) as bench:
        await bench.press("alt+minus")
        assert bench.toasts == ["Marked 2 chats as read. Alt+\\: undo"]
        assert "●" not in row(bench, "Ann")
        bench.clock.move(TELL_MS / 1000 - 1)
        bench.app.beat()
        await bench.pilot.pause()
        assert bench.relay.sent(Read) == []
        bench.clock.move(1)
        bench.app.beat()
        await bench.until(lambda: len(bench.relay.sent(Read)) == 2, "the relay is told")
        assert bench.relay.sent(Read) == [Read(chat=31, p=3), Read(chat=32, p=3)]


async def test_taken_back_in_time_nobody_is_told(open_console: Open) -> None:
    async with open_console(DESK, shown=33) as bench:
        await bench.press("ctrl+g", "-", "ctrl+g", "\\")
        assert bench.toasts[-1] == "2 chats are unread again."
        assert "●2" in row(bench, "Ann")
        bench.clock.move(60)
        bench.app.beat()
        await bench.pilot.pause()
        assert bench.relay.sent(Read) == []


async def test_taken_back_later_it_is_said_that_the_visitors_know(open_console: Open) -> None:
    async with open_console(DESK, shown=33) as bench:
        await bench.press("alt+minus")
        bench.clock.move(TELL_MS / 1000)
        bench.app.beat()
        await bench.until(lambda: len(bench.relay.sent(Read)) == 2, "the relay is told")
        bench.relay.say(*(replace(card, rev=900, unread=0, operator_read=3) for card in NEW[:2]))
        await bench.until(lambda: bench.app.store.chats[31].rev == 900, "the cards are read")
        await bench.press("alt+backslash")
        assert "The visitors have seen already" in bench.toasts[-1]
        assert "●2" in row(bench, "Ann")
        await bench.press("alt+1")
        await bench.until(lambda: "●" not in row(bench, "Ann"), "looked at, it is read")


async def test_leaving_tells_what_was_marked_as_read(open_console: Open) -> None:
    async with open_console(DESK, shown=33) as bench:
        await bench.press("alt+minus")
        relay = bench.relay
    assert len(relay.sent(Read)) == 2


async def test_where_nothing_is_unread_it_is_said(open_console: Open) -> None:
    async with open_console(Sync(head=1, chats=[NEW[2]], operators=scene.OPERATORS), shown=33) as bench:
        await bench.press("alt+minus", "alt+backslash")
        assert bench.toasts == ["Nothing of yours is unread.", "There is nothing to take back."]


async def lists(bench: Bench) -> None:
    """The keys go to my chats."""
    bench.app.workspace.set_focus(bench.app.workspace.mine)
    await bench.until(lambda: bench.app.workspace.mine.has_focus, "the keys are in my chats")


def marked(bench: Bench) -> list[int]:
    return sorted(bench.app.store.marks.marked)


async def test_chats_are_marked_one_after_another_in_both_layouts(open_console: Open) -> None:
    async with open_console(DESK, shown=31) as bench:
        await lists(bench)
        await bench.press("home", "m", "ь", "space")
        assert marked(bench) == [31, 32, 33]
        assert "* Ann" in row(bench, "Ann")
        assert "*3 · 3/4" in bench.screen


async def test_the_right_button_marks_and_the_left_one_still_opens(open_console: Open) -> None:
    async with open_console(DESK, shown=33) as bench:
        for _ in range(2):
            await bench.pilot.click("#mine", offset=(8, 1), button=3)
            assert (bench.app.store.shown, marked(bench)) == (33, [31])
            await bench.pilot.click("#mine", offset=(8, 3), button=3)
            assert marked(bench) == [31, 32]
            await bench.press("escape")
        await bench.pilot.click("#mine", offset=(8, 1))
        await bench.until(lambda: bench.app.store.shown == 31, "the chat is shown")


async def test_marks_in_a_row_turned_round_and_taken_away(open_console: Open) -> None:
    async with open_console(DESK, shown=31) as bench:
        await lists(bench)
        await bench.press("home", "shift+down")
        assert marked(bench) == [31, 32]
        await bench.press("asterisk")
        assert marked(bench) == [33]
        await bench.press("escape")
        assert marked(bench) == []
        assert bench.app.workspace.mine.has_focus
        await bench.press("escape")
        assert bench.app.workspace.composer.has_focus


async def test_marks_are_for_the_lists_where_they_are_seen(open_console: Open) -> None:
    async with open_console(DESK, shown=33) as bench:
        bench.app.workspace.action_run("mark_chat")
        assert bench.toasts == ["Chats are marked in the lists: F7 goes there."]
        await lists(bench)
        await bench.press("home", "m", "escape", "alt+p")
        assert list(bench.app.store.marks.flagged) == [32]
        await bench.press("home", "m", "m", "alt+p")
        assert sorted(bench.app.store.marks.flagged) == [31, 32]
        assert bench.toasts[-1] == "Flagged Ann. Z: undo"


@pytest.mark.parametrize("lang", list(LANGUAGES))
async def test_flagged_unread_owed_and_marked_look_like_this(
    open_console: Open, picture: SnapshotAssertion, lang: str
) -> None:
    async with open_console(size=(120, 36), shown=14, lang=lang) as bench:
        await bench.press("alt+p")
        await lists(bench)
        await bench.press("home", "alt+p", "m", "m")
        bench.app.workspace.toasts.clear()
        assert await bench.still() == picture
