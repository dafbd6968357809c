from typing import Any

from textual.app import App

from opconsole.terminal.title import Title, title_sequence
from tests.unit.terminal.conftest import WrittenDriver


def test_the_first_title_remembers_the_terminals_own_and_only_changes_are_sent(
    app: App[Any], driver: WrittenDriver
) -> None:
    title = Title(app)
    title.show("(1) opconsole")
    title.show("(1) opconsole")
    title.show("(2) opconsole")
    title.restore()
    title.restore()
    assert driver.written == "\x1b[22;2t\x1b]2;(1) opconsole\a\x1b]2;(2) opconsole\a\x1b[23;2t"


def test_a_strangers_name_can_not_end_the_sequence() -> None:
    assert title_sequence("a\a\x1b]52;c;eA==\x07b").count("\a") == 1
