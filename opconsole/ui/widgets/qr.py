"""A QR code in half blocks, dark on light whatever the theme is: scanners want it so. The library is imported when there is one to draw."""

from typing import Final

from rich.style import Style
from textual.strip import Strip

from opconsole.ui.view import View
from opconsole.ui.widgets.line import LineWidget, strip_of

QUIET: Final = 2
"""Light modules around it; the standard wants four, scanners are content with two."""
_LIGHT: Final = "#ffffff"
_DARK: Final = "#000000"


def modules(text: str) -> list[list[bool]]:
    """The code's rows, dark ones true, with the light border around. Raises nothing: a text that is too long gives none."""
    import segno

    try:
        matrix = segno.make_qr(text, error="l", boost_error=False).matrix
    except segno.DataOverflowError:
        return []
    side = len(matrix) + 2 * QUIET
    blank = [[False] * side for _ in range(QUIET)]
    rows = [[False] * QUIET + [bool(module) for module in row] + [False] * QUIET for row in matrix]
    return [*blank, *rows, *blank]


class Qr(LineWidget):
    DEFAULT_CSS = "Qr { width: auto; height: auto; }"

    def __init__(self, view: View) -> None:
        super().__init__(view)
        self._rows: list[list[bool]] = []

    def show(self, text: str, columns: int, lines: int) -> bool:
        """Draw the text's code, if it has room in so many columns and lines. False: it hasn't, and nothing is drawn."""
        rows = modules(text)
        fits = 0 < len(rows) <= columns and (len(rows) + 1) // 2 <= lines
        self._rows = rows if fits else []
        self.styles.width, self.styles.height = len(self._rows), (len(self._rows) + 1) // 2
        self.display = fits
        self.repaint_all()
        return fits

    def line_key(self, y: int) -> tuple[int, int]:
        return y, id(self._rows)

    def draw_line(self, y: int) -> Strip:
        upper = self._rows[2 * y]
        lower = self._rows[2 * y + 1] if 2 * y + 1 < len(self._rows) else [False] * len(upper)
        parts = [("▀", _style(dark, below)) for dark, below in zip(upper, lower, strict=True)]
        return strip_of(parts, self.cells.width, _style(False, False))


def _style(upper: bool, lower: bool) -> Style:
    return Style(color=_DARK if upper else _LIGHT, bgcolor=_DARK if lower else _LIGHT)
