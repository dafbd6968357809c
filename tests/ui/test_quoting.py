"""Words that go elsewhere: quoted, copied as a document, or a number out of them."""

import pytest

from opconsole.ui.quoting import markdown
from opconsole.wire.messages import Kind, Message
from tests.ui.conftest import Bench, Open
from tests.ui.fake_relay import NOW


@pytest.fixture
def copied(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    texts: list[str] = []
    monkeypatch.setattr("opconsole.ui.copying.Copying.copy_text", lambda self, text: texts.append(text))
    return texts


async def run(bench: Bench, action: str) -> None:
    bench.app.workspace.action_run(action)
    await bench.pilot.pause()


async def test_the_visitors_last_words_are_quoted_before_the_draft(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await bench.type("Tomorrow")
        await run(bench, "quote")
        assert bench.composed == "> А когда привезут?\nTomorrow"
        await bench.type("!")
        assert bench.composed.endswith("Tomorrow!")


async def test_the_marked_message_is_quoted_in_one_short_line(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        bench.app.workspace.transcript.focus()
        await bench.press("up", "up", "up", "up", "up")
        await run(bench, "quote")
        (line, rest) = bench.composed.split("\n")
        assert line.startswith("> А можно оплатить картой при получении?")
        assert line.endswith("…")
        assert rest == ""


async def test_the_chat_as_markdown_keeps_words_words(open_console: Open, copied: list[str]) -> None:
    async with open_console(shown=11) as bench:
        hostile = Message(
            chat=11, n=12, p=9, at=NOW, kind=Kind.say, by="visitor", name="<b>*Ivan*", text="# [x](y)\n<img>"
        )
        bench.relay.say(hostile)
        await bench.until(lambda: "<img>" in bench.screen, "the words are there")
        await run(bench, "copy_chat_markdown")
        (text,) = copied
        assert text.startswith("# Chat 11 with Иван Петров\n")
        assert "**Olga** (note) · " in text
        assert "> Проверить комплект у склада" in text
        assert "**\\<b\\>\\*Ivan\\***" in text
        assert "> \\# \\[x\\]\\(y\\)\n> \\<img\\>" in text


async def test_one_of_several_finds_is_picked(open_console: Open, copied: list[str]) -> None:
    async with open_console(shown=11) as bench:
        await run(bench, "copy_found")
        for text in ("10482", "+7 900 000-00-00", "petrov@example.com"):
            assert text in bench.screen
        await bench.type("petrov")
        await bench.press("enter")
        assert copied == ["petrov@example.com"]


async def test_a_single_find_is_copied_at_once_and_none_is_said(open_console: Open, copied: list[str]) -> None:
    async with open_console(shown=14) as bench:
        await run(bench, "copy_found")
        assert "No phone, e-mail or order number stands in this chat." in bench.toasts
        bench.relay.say(Message(chat=14, n=1, p=1, at=NOW, kind=Kind.say, by="visitor", text="8 900 123-45-67"))
        await bench.until(lambda: "8 900" in bench.screen, "the words are there")
        await run(bench, "copy_found")
        assert copied == ["8 900 123-45-67"]


def test_markdown_shows_text_as_it_is() -> None:
    assert markdown("a_b*c") == "a\\_b\\*c"
