"""Short messages in the corner: what is too long for them is cut, and looks so."""

from tests.ui.conftest import Open

CUT = "Слово " * 60
WHOLE = "Клавиша Ctrl+K нужна дважды: досталась действию «Перейти», а действие «Закрыть чат» осталось без неё. Измените [keys] в config.toml."


async def test_a_sentence_stands_whole_and_what_is_cut_looks_so(open_console: Open) -> None:
    async with open_console(size=(80, 24)) as bench:
        bench.app.workspace.say(WHOLE)
        await bench.pilot.pause()
        assert " ".join(WHOLE.split()[-3:]) in " ".join(bench.screen.split())
        assert "…" not in bench.app.workspace.toasts.shown
        bench.app.workspace.toasts.clear()
        bench.app.workspace.say(CUT)
        await bench.pilot.pause()
        assert bench.app.workspace.toasts.shown.endswith("…")


async def test_what_called_to_a_chat_goes_when_one_is_there(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        bench.app.workspace.say("Anna Smith: hello", chat=12)
        bench.app.workspace.say("It rains.")
        await bench.press("alt+2")
        assert bench.toasts == ["It rains."]
