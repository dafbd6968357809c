"""The conversation: the end is kept, a place above is kept too, older pages come when they are wanted."""

from msgspec.structs import replace

from opconsole.wire.messages import Kind, Message
from opconsole.wire.staff import Fetch, PageOf, Peek, Read, Sync
from tests.ui import scene
from tests.ui.conftest import Bench, Open
from tests.ui.fake_relay import NOW


def message(n: int, text: str = "") -> Message:
    by = "visitor" if n % 2 else "olga"
    return Message(
        chat=11, n=n, p=n, at=NOW - 1000 * (10_000 - n), kind=Kind.say, by=by, name=by, text=text or f"words {n}"
    )


def long_chat(first: int, last: int) -> Sync:
    card = replace(scene.MINE[0], last=last, public=last, unread=0, operator_read=last)
    return Sync(head=1, chats=[card], operators=scene.OPERATORS, messages=[message(n) for n in range(first, last + 1)])


def says(bench: Bench, text: str) -> bool:
    return any(line.split("14:")[0].rstrip().endswith(text) or f"{text} " in line for line in bench.lines)


async def test_the_end_is_shown_and_follows_what_comes(open_console: Open) -> None:
    async with open_console(long_chat(1, 300), shown=11) as bench:
        assert says(bench, "words 300")
        bench.relay.say(message(301))
        await bench.until(lambda: says(bench, "words 301"), "the new message is in sight")


async def test_a_place_above_stays_when_something_comes(open_console: Open) -> None:
    async with open_console(long_chat(1, 300), shown=11) as bench:
        await bench.press("pageup", "pageup")
        before = bench.lines[3:-6]
        assert not says(bench, "words 300")
        bench.relay.say(message(301), message(302))
        await bench.until(lambda: "2 new ↓ End" in bench.screen, "the news are told")
        assert bench.lines[3:-7] == before[:-1]
        await bench.press("ctrl+end")
        assert says(bench, "words 302")
        assert "new ↓" not in bench.screen


async def test_words_above_the_end_are_not_read(open_console: Open) -> None:
    async with open_console(long_chat(1, 300), shown=11) as bench:
        await bench.press("pageup", "pageup")
        card = bench.app.store.chats[11]
        bench.relay.say(message(301), replace(card, rev=999, last=301, public=301, unread=1))
        await bench.until(lambda: "1 new" in bench.screen, "the news are told")
        assert bench.relay.sent(Read) == []
        await bench.press("ctrl+end")
        await bench.until(lambda: bench.relay.sent(Read), "a read mark")
        assert bench.relay.sent(Read)[-1].p == 301


async def test_scrolling_up_to_the_first_and_down_again(open_console: Open) -> None:
    async with open_console(long_chat(1, 60), shown=11) as bench:
        await bench.press("ctrl+home")
        assert says(bench, "words 1")
        for _ in range(8):
            await bench.press("pagedown")
        assert says(bench, "words 60")
        assert bench.app.workspace.transcript.at_end


async def test_older_pages_are_fetched_when_the_top_is_near_and_the_place_stays(open_console: Open) -> None:
    async with open_console(long_chat(101, 200), shown=11) as bench:
        assert bench.relay.sent(Fetch) == []
        await bench.press("ctrl+home")
        await bench.until(lambda: bench.relay.sent(Fetch), "a fetch")
        (fetch,) = bench.relay.sent(Fetch)
        assert fetch.before == 101
        place = next((y, line.rstrip(" │┃")) for y, line in enumerate(bench.lines) if "words 102" in line)
        bench.relay.say(PageOf(id=fetch.id, chat=11, messages=[message(n) for n in range(1, 101)]))
        await bench.until(lambda: bench.app.store.transcripts[11].first == 1, "the page has come")
        y, line = place
        assert bench.lines[y].rstrip(" │┃") == line
        await bench.press("pageup")
        assert says(bench, "words 100")


async def test_a_new_width_keeps_the_end(open_console: Open) -> None:
    long = replace(long_chat(1, 80), messages=[message(n, "word " * 30 + str(n)) for n in range(1, 81)])
    async with open_console(long, shown=11, size=(160, 48)) as bench:
        await bench.pilot.resize_terminal(90, 30)
        await bench.pilot.pause()
        assert any(" 80 " in line for line in bench.lines)


async def test_marked_messages_are_those_that_are_copied(open_console: Open) -> None:
    async with open_console(long_chat(1, 60), shown=11) as bench:
        transcript = bench.app.workspace.transcript
        transcript.focus()
        await bench.press("up", "up", "shift+up", "shift+up")
        assert transcript.selected_text() == "words 57\nwords 58\nwords 59"
        await bench.press("escape")
        assert transcript.selected_text() == ""


async def test_the_mark_goes_beyond_what_is_in_sight(open_console: Open) -> None:
    async with open_console(long_chat(1, 60), shown=11) as bench:
        bench.app.workspace.transcript.focus()
        for _ in range(40):
            await bench.press("up")
        assert bench.app.workspace.transcript.selected_text() == "words 21"
        assert says(bench, "words 21")


async def test_the_peek_is_shown_live_and_goes(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        bench.relay.say(Peek(chat=11, text="and when"))
        await bench.until(lambda: "and when▁" in bench.screen, "the peek")
        bench.relay.say(Peek(chat=11, text="and when?"))
        await bench.until(lambda: "and when?▁" in bench.screen, "the peek goes on")
        bench.relay.say(Peek(chat=11, text=""))
        await bench.until(lambda: "is typing:" not in bench.screen, "the peek is gone")


async def test_read_marks_follow_the_visitor(open_console: Open) -> None:
    async with open_console(long_chat(1, 60), shown=11) as bench:
        assert any("words 60" in line and line.rstrip(" │┃").endswith(" ✓") for line in bench.lines)
        bench.relay.say(replace(bench.app.store.chats[11], rev=999, visitor_read=60))
        await bench.until(
            lambda: any("words 60" in line and line.rstrip(" │┃").endswith("✓✓") for line in bench.lines), "✓✓"
        )


async def test_hostile_words_stay_words(open_console: Open) -> None:
    hostile = "[/x] [@click=app.quit]press[/] [red]no[/red] <b>"
    async with open_console(long_chat(1, 3), shown=11) as bench:
        bench.relay.say(message(4, hostile))
        await bench.until(lambda: hostile in bench.screen, "the words as they are")


async def test_only_what_is_in_sight_is_drawn(open_console: Open) -> None:
    async with open_console(long_chat(1, 5000), shown=11) as bench:
        assert len(bench.app.workspace.transcript._items) < 100
