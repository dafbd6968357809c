"""Two chats have entries of the same numbers: what one showed must never stand in the other."""

from opconsole.wire.messages import Kind, Message
from tests.ui import scene
from tests.ui.conftest import Open
from tests.ui.fake_relay import NOW


def entries(chat: int, words: str) -> list[Message]:
    return [
        Message(chat=chat, n=1, at=NOW - 60_000, kind=Kind.event, by="olga", name="Olga", text="taken"),
        Message(chat=chat, n=2, p=1, at=NOW - 50_000, by="olga", name="Olga", text=words),
        Message(chat=chat, n=3, p=2, at=NOW - 40_000, by="visitor", name="Guest", text=f"to that: {words}"),
    ]


async def test_a_chat_shows_its_own_entries_after_another_was_shown(open_console: Open) -> None:
    sync = scene.sync()
    sync.messages = [*entries(12, "words of twelve"), *entries(14, "words of fourteen")]
    async with open_console(sync, shown=12) as bench:
        await bench.until(lambda: "words of twelve" in bench.screen, "the first chat is shown")
        await bench.show(14)
        await bench.until(lambda: "to that: words of fourteen" in bench.screen, "the second chat is shown")
        pane = "\n".join(line[40:] for line in bench.lines[10:])
        assert "twelve" not in pane
        assert pane.count("words of fourteen") == 2
