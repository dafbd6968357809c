"""A long paste is asked about, and never sends by itself."""

from textual import events

from opconsole.wire.staff import Say
from tests.ui.conftest import Bench, Open

LONG = "\n".join(f"line {number}" for number in range(1, 8))


async def paste(bench: Bench, text: str) -> None:
    bench.app.workspace.composer.post_message(events.Paste(text))
    await bench.pilot.pause()


def said(bench: Bench) -> list[str]:
    return [say.text for say in bench.relay.sent(Say)]


async def test_a_short_paste_is_put_in_and_its_last_line_end_is_not_enter(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await paste(bench, "one\r\ntwo\r\n")
        assert bench.composed == "one\ntwo"
        assert said(bench) == []


async def test_a_long_one_is_counted_and_enter_only_puts_it_in(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await bench.type("see: ")
        await paste(bench, LONG + "\n")
        assert "Pasted: 7 lines, 48 characters" in bench.screen
        assert bench.composed == "see: "
        await bench.press("enter")
        assert bench.composed == "see: " + LONG
        assert said(bench) == []


async def test_it_is_sent_as_one_message_and_the_draft_stays(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await bench.type("draft")
        await paste(bench, LONG)
        await bench.press("down", "enter")
        assert said(bench) == [LONG]
        assert bench.composed == "draft"


async def test_it_is_sent_as_several(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await paste(bench, "a\n\nb\n\n\nc\n")
        assert "Send as 3 messages, a line each" in bench.screen
        await bench.press("down", "down", "enter")
        assert said(bench) == ["a", "b", "c"]


async def test_it_is_thrown_away_by_escape(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await paste(bench, LONG)
        await bench.press("escape")
        assert (bench.composed, said(bench)) == ("", [])


async def test_what_cannot_be_sent_says_why(open_console: Open) -> None:
    async with open_console(shown=21) as bench:
        await paste(bench, "\n".join("x" for _ in range(30)))
        assert "not your chat" in bench.screen
        assert "more than 20 messages" in bench.screen
        await bench.press("down", "enter")
        assert said(bench) == []


async def test_controls_in_a_long_paste_are_only_text(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await paste(bench, LONG + "\x1b]52;c;x\x07\x9b31m")
        await bench.press("down", "enter")
        (text,) = said(bench)
        assert not {"\x1b", "\x07", "\x9b"} & set(text)


async def test_a_long_paste_into_a_question_is_an_answer(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await bench.type("/order")
        await bench.press("enter")
        await paste(bench, LONG)
        assert bench.composed == LONG
