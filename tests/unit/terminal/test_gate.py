from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.app import ComposeResult
from textual.color import Color
from textual.content import Content
from textual.widgets import Static

from opconsole.terminal.gate import Gate, Gated, seal

HOSTILE = "\x1b]52;c;eA==\x07 \x9b31m \u202egpj.exe \u2066x\u2069 \x1b[6n \ud800 \ufeffend"
FORBIDDEN = set("\x1b\x07\x9b\u202e\u2066\u2069\ud800\ufeff")
BLACK = Color.parse("black")


def test_ordinary_words_pass_as_they_are() -> None:
    for words in ("Hello, world", "Здравствуйте — как дела?", "naïve café 日本 👩‍👩‍👧"):
        assert seal(words) == words


def test_what_a_terminal_would_act_on_is_gone() -> None:
    assert FORBIDDEN.isdisjoint(seal(HOSTILE))


@given(st.text(st.one_of(st.characters(), st.sampled_from(sorted(FORBIDDEN)))))
def test_sealing_moves_no_column_and_is_done_once(text: str) -> None:
    assert cell_len(seal(text)) == cell_len(text)
    assert seal(seal(text)) == seal(text)


def test_a_painted_line_is_sealed_and_its_links_are_dropped() -> None:
    line = [Segment(HOSTILE, Style(bold=True)), Segment("here", Style(link="https://evil.example", italic=True))]
    sealed = Gate().apply(line, BLACK)
    assert FORBIDDEN.isdisjoint("".join(segment.text for segment in sealed))
    assert [segment.style.link if segment.style else None for segment in sealed] == [None, None]
    assert sealed[0].style == Style(bold=True)
    assert sealed[1].style is not None
    assert sealed[1].style.italic


def test_a_clean_line_costs_no_copy() -> None:
    line = [Segment("Здравствуйте", Style(bold=True)), Segment("plain")]
    assert Gate().apply(line, BLACK) is line


class Shop(Gated[int]):
    hostile: ClassVar[str] = HOSTILE

    def compose(self) -> ComposeResult:
        yield Static(Content(self.hostile))


async def test_every_widget_of_a_gated_app_paints_through_the_gate() -> None:
    app = Shop()
    async with app.run_test(size=(60, 5)):
        strips = app.screen._compositor.render_strips()
        painted = "".join(segment.text for strip in strips for segment in strip)
    assert "end" in painted
    assert FORBIDDEN.isdisjoint(painted)


async def test_the_last_words_of_an_app_are_clean_text(capsys: pytest.CaptureFixture[str]) -> None:
    app = Shop()
    async with app.run_test():
        app.exit(return_code=1, message=f"[red]broken[/] {HOSTILE}")
    app._print_error_renderables()
    printed = capsys.readouterr().err
    assert "[red]broken[/]" in printed
    assert FORBIDDEN.isdisjoint(printed)


class Broken(Gated[int]):
    def on_mount(self) -> None:
        # Without the lone surrogate: what is logged stands in the test's report, which must be sent to another process.
        raise ValueError(HOSTILE.replace("\ud800", "") + "[red]x[/]")


async def test_a_fault_is_told_in_one_clean_line_and_the_rest_goes_to_the_log(
    capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """Textual's own traceback would print the values of all variables, and the error's text, as they are."""
    app = Broken()
    with pytest.raises(ValueError, match="x"):
        async with app.run_test():
            pass
    app._print_error_renderables()
    printed = capsys.readouterr().err
    assert "A fault in opconsole itself (ValueError:" in printed
    assert "[red]x[/]" in printed.replace("\n", "")
    assert FORBIDDEN.isdisjoint(printed)
    assert "Traceback" not in printed
    assert any(record.exc_info for record in caplog.records)
    assert app.return_code == 1
