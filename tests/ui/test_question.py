"""A question with two answers, in either keyboard layout."""

import pytest

from opconsole.ui.screens.question import Question
from tests.ui.conftest import Open

YES = ("enter", "y", "Y", "д", "Д")
NO = ("escape", "n", "N", "т", "н", "Н")
"""`н` stands on the Y key, and begins *нет*: what is done by a yes can't always be taken back, so it is a no."""


@pytest.mark.parametrize(("keys", "answer"), [(YES, True), (NO, False)], ids=["yes", "no"])
async def test_a_key_answers_as_it_reads(open_console: Open, keys: tuple[str, ...], answer: bool) -> None:
    async with open_console() as bench:
        answers: list[bool | None] = []
        for key in keys:
            bench.app.push_screen(Question(bench.app.view, "Close all the same?", "close"), answers.append)
            await bench.pilot.pause()
            await bench.press(key)
            assert answers == [answer], key
            answers.clear()
