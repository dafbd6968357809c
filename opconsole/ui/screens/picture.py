"""A picture, as large as the screen allows, drawn anew when its size changes. Esc closes, and nothing of it stays on the terminal.

It is fetched, decoded and made smaller beside (`opconsole.pictures`); until then, and where that fails, words stand in its place.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Hashable
from typing import IO, ClassVar, Final

from rich.color import Color
from rich.style import Style
from textual import events
from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.containers import Vertical
from textual.strip import Strip
from textual.timer import Timer

from opconsole.locale import tr
from opconsole.locale.files import file_facts, size_words
from opconsole.pictures.decoder import Decoded, Undecodable, decode
from opconsole.pictures.decoder import Way as Form
from opconsole.terminal import pictures
from opconsole.terminal.layouts import latin
from opconsole.terminal.pictures import Way
from opconsole.ui.cells import cut, fit_right, width, wrap
from opconsole.ui.controller import Start
from opconsole.ui.ink import Ink
from opconsole.ui.screens.over import Over
from opconsole.ui.view import View
from opconsole.ui.widgets.bars import Bar
from opconsole.ui.widgets.line import LineWidget, Part, strip_of
from opconsole.wire.files import File

REST_S: Final = 0.15
"""So long the size must have stood still before the picture is made anew."""
MOST_PIXELS: Final = (2400, 1600)
_FORMS: Final[dict[Way, Form]] = {Way.kitty: "png", Way.sixel: "sixel", Way.blocks: "rgb"}

Load = Callable[[Callable[[int], None]], Awaitable[IO[bytes] | str]]
"""Brings the file, open, or says why not; tells how far it has come."""


class _Title(Bar):
    def __init__(self, view: View, file: File) -> None:
        super().__init__(view)
        self._file = file
        self.more = ""

    def parts(self, ink: Ink) -> list[Part]:
        name = f" {cut(self._file.name or tr('file'), max(8, self.cells.width // 2))}  "
        facts = file_facts(self._file.type, self._file.size, self._file.width, self._file.height)
        rest = facts + (f", {self.more}" if self.more else "")
        return [(name, ink.accent), (cut(rest, max(0, self.cells.width - width(name) - 1)), ink.muted)]


class _Keys(Bar):
    def parts(self, ink: Ink) -> list[Part]:
        return [(fit_right(tr("S saves it · Esc closes"), self.cells.width - 1) + " ", ink.muted)]


class Canvas(LineWidget):
    """Words, or the picture in the middle."""

    DEFAULT_CSS = "Canvas { width: 1fr; height: 1fr; }"

    def __init__(self, view: View, on_size: Callable[[], None]) -> None:
        super().__init__(view, id="canvas")
        self._words = ""
        self._picture: Decoded | None = None
        """In half blocks."""
        self._number = 0
        """Of kitty's picture; 0: none."""
        self._box = (0, 0, 0, 0)
        """Column, line, columns and lines of what is shown."""
        self._revision = 0
        self._on_size = on_size

    @property
    def place(self) -> tuple[int, int]:
        """Column and line on the whole screen at which the picture begins."""
        return self.region.x + self._box[0], self.region.y + self._box[1]

    def tell(self, words: str) -> None:
        self._words, self._picture, self._number = words, None, 0
        self._changed()

    def show(self, columns: int, lines: int, *, number: int = 0, blocks: Decoded | None = None) -> None:
        """A picture of so many cells. Without number and blocks it is empty: something else is drawn there."""
        room_columns, room_lines = self.cells
        self._box = (max(0, (room_columns - columns) // 2), max(0, (room_lines - lines) // 2), columns, lines)
        self._words, self._number, self._picture = "", number, blocks
        self._changed()

    def _changed(self) -> None:
        self._revision += 1
        self.repaint_all()

    def line_key(self, y: int) -> Hashable:
        return (self._revision, y)

    def draw_line(self, y: int) -> Strip:
        ink = self.view.inks.talk
        cells = self.cells.width
        if self._words:
            lines = wrap(self._words, max(8, cells - 6))
            at = y - max(0, (self.cells.height - len(lines)) // 2)
            return strip_of([("   " + lines[at], ink.text)] if 0 <= at < len(lines) else [], cells, ink.text)
        column, line, columns, count = self._box
        row = y - line
        if not 0 <= row < count or not (self._number or self._picture):
            return strip_of([], cells, ink.text)
        parts: list[Part] = [(" " * column, ink.text)]
        if self._number:
            style = Style(color=Color.from_ansi(self._number), bgcolor=ink.text.bgcolor)
            parts.append(("".join(pictures.placeholder(row, each) for each in range(columns)), style))
        elif self._picture is not None:
            parts += _blocks(self._picture, row, ink)
        return strip_of(parts, cells, ink.text)

    def on_resize(self, event: events.Resize) -> None:
        super().on_resize(event)
        self._on_size()


def _blocks(picture: Decoded, row: int, ink: Ink) -> list[Part]:
    """Two lines of pixels in one of cells; equal neighbours are one part."""
    stride = picture.width * 3
    upper = picture.data[2 * row * stride : (2 * row + 1) * stride]
    lower = picture.data[(2 * row + 1) * stride : (2 * row + 2) * stride]
    parts: list[Part] = []
    before, run = b"", 0
    for x in range(0, stride, 3):
        pair = upper[x : x + 3] + lower[x : x + 3]
        if pair != before and run:
            parts.append(("▀" * run, _style(before, ink)))
            run = 0
        before, run = pair, run + 1
    if run:
        parts.append(("▀" * run, _style(before, ink)))
    return parts


def _style(pair: bytes, ink: Ink) -> Style:
    """Six bytes, the upper pixel and the lower one; three, where there is no lower one."""
    lower = Color.from_rgb(*pair[3:6]) if len(pair) == 6 else ink.text.bgcolor
    return Style(color=Color.from_rgb(*pair[:3]), bgcolor=lower)


class PictureScreen(Over[None]):
    DEFAULT_CSS = """
    PictureScreen { background: $surface; }
    PictureScreen > Vertical { width: 100%; height: 100%; }
    """
    AUTO_FOCUS: ClassVar[str | None] = None

    def __init__(self, view: View, file: File, way: Way, load: Load, start: Start, save: Callable[[], None]) -> None:
        """`save`: what S does, after this screen has gone."""
        super().__init__()
        self._view = view
        self._file = file
        self._way = way
        self._load = load
        self._start = start
        self._save = save
        self._title = _Title(view, file)
        self._canvas = Canvas(view, self._sized)
        self._source: IO[bytes] | None = None
        self._timer: Timer | None = None
        self._drawn = 0
        """So often something was to be drawn: what is older is not."""
        self._turn = asyncio.Lock()
        """One decoder at a time: each reads the open file on from where it stands."""
        self._number = 0
        self._gone = False

    def compose(self) -> ComposeResult:
        with Vertical():
            yield self._title
            yield self._canvas
            yield _Keys(self._view)

    def on_mount(self) -> None:
        self._canvas.tell(tr("Fetching…"))
        self._start(self._fetch())

    # ------------------------------------------------------------ the picture

    async def _fetch(self) -> None:
        def told(got: int) -> None:
            if not self._gone:
                amounts = tr("{sent} of {size}", sent=size_words(got), size=size_words(self._file.size))
                self._canvas.tell(f"{tr('Fetching…')} {amounts}")

        source = await self._load(told)
        if isinstance(source, str):
            self._canvas.tell(source)
        elif self._gone:
            source.close()
        else:
            self._source = source
            await self._draw()

    def _sized(self) -> None:
        if self._source is not None:
            if self._timer is not None:
                self._timer.stop()
            self._timer = self.set_timer(REST_S, lambda: self._start(self._draw()))

    async def _draw(self) -> None:
        columns, lines = self._canvas.cells
        if self._source is None or not columns or not lines or self._gone:
            return
        self._drawn += 1
        this = self._drawn
        cell = pictures.cell_pixels() if self._way is not Way.blocks else (1, 2)
        columns, lines = min(columns, len(pictures.NUMBERS)), min(lines, len(pictures.NUMBERS))
        room = (min(columns * cell[0], MOST_PIXELS[0]), min(lines * cell[1], MOST_PIXELS[1]))
        ground = self._view.inks.palette.colors.surface
        async with self._turn:
            if self._source is None or this != self._drawn:
                return
            found = await decode(self._source, _FORMS[self._way], *room, ground)
        if self._gone or this != self._drawn:
            return
        if isinstance(found, Undecodable):
            self._canvas.tell(found.text)
            return
        if found.frames > 1:
            self._title.more = tr("the first of {n} frames", n=found.frames)
            self._title.repaint_changed()
        self._put(found, -(-found.width // cell[0]), -(-found.height // cell[1]))

    def _put(self, found: Decoded, columns: int, lines: int) -> None:
        if self._way is Way.blocks:
            self._canvas.show(columns, lines, blocks=found)
            return
        self._wipe()
        if self._way is Way.kitty:
            self._number = random.choice(pictures.IDS)
            pictures.write(self.app, pictures.kitty_show(found.data, self._number, columns, lines))
            self._canvas.show(columns, lines, number=self._number)
        else:
            self._canvas.show(columns, lines)
            self.call_after_refresh(self._paint_sixels, found, self._drawn)

    def _paint_sixels(self, found: Decoded, this: int) -> None:
        """After the text of the screen, which would erase it."""
        if not self._gone and this == self._drawn:
            self._number = -1
            column, line = self._canvas.place
            pictures.write(self.app, pictures.sixel_show(found.data.decode("ascii", "replace"), column, line))

    def _wipe(self) -> None:
        """What is drawn goes from the terminal."""
        if self._number > 0:
            pictures.write(self.app, pictures.kitty_forget(self._number))
        elif self._number:
            pictures.erase(self.app)
        self._number = 0

    # ------------------------------------------------------------ keys

    def on_key(self, event: events.Key) -> None:
        letter = latin(event.character or "").lower()
        if event.key in ("escape", "enter") or letter == "q":
            self.dismiss()
        elif letter == "s":
            self.dismiss()
            self._save()
        else:
            return
        event.stop()

    def dismiss(self, result: None = None) -> AwaitComplete:
        if self.app.screen is not self:
            return AwaitComplete()
        self._end()
        return super().dismiss(result)

    def on_unmount(self) -> None:
        """The console itself may end."""
        self._end()

    def _end(self) -> None:
        if not self._gone:
            self._gone = True
            self._wipe()
        if self._source is not None:
            self._source.close()
            self._source = None
