import pytest
from textual.app import App, ComposeResult
from textual.color import Color
from textual.widgets import Static

from opconsole.settings.palette import load_palette, theme_files
from opconsole.ui.palette import Paint, textual_theme


class Painted(App[None]):
    CSS = "#words { color: $owes; background: $selection-dim; border: solid $border-focus; }"

    def compose(self) -> ComposeResult:
        yield Static("words", id="words")


@pytest.mark.parametrize("name", theme_files())
async def test_a_style_sheet_speaks_the_palettes_names(name: str) -> None:
    palette, _ = load_palette(name)
    app = Painted()
    app.register_theme(textual_theme(palette))
    app.theme = name
    async with app.run_test():
        styles = app.query_one("#words").styles
        assert styles.color == Color.parse(palette.colors.owes)
        assert styles.background == Color.parse(palette.colors.selection_dim)


def test_a_style_is_made_once_and_holds_both_colours() -> None:
    palette, _ = load_palette("dusk")
    paint = Paint(palette)
    style = paint("visitor", "selection", bold=True)
    assert style is paint("visitor", "selection", bold=True)
    assert (style.color and style.color.name, style.bgcolor and style.bgcolor.name) == (
        palette.colors.visitor,
        palette.colors.selection,
    )
    with pytest.raises(AttributeError):
        paint("visiter")
