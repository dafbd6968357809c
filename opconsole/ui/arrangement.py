"""How the operator arranges the panes: sizes, one pane alone, focus mode. What is wished is kept in a small file of this user, and
what has room of it is drawn (`layout.py`); what each width looks like by itself is the style sheet's.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Final

from msgspec.structs import replace
from textual.widget import Widget

from opconsole.link.private_file import write_private
from opconsole.locale import tr
from opconsole.terminal.gate import Gated
from opconsole.ui import layout as sizes
from opconsole.ui.controller import Controller, Handlers, Start
from opconsole.ui.layout import Layout, LayoutDamaged
from opconsole.ui.screens.workspace import Workspace
from opconsole.ui.widgets.chat_rows import ChatRows

STEP_CELLS: Final = 2
VISITOR_CELLS: Final = 36
VISITOR_VAST_CELLS: Final = 46
"""As in the style sheet."""
STEP_LINES: Final = 2
STEP_PERCENT: Final = 5
_ZOOMS: Final = ("-zoom-talk", "-zoom-lists", "-zoom-visitor")


class Arrangement(Controller):
    def __init__(self, workspace: Workspace, start: Start, file: Path) -> None:
        """`file` need not be there yet. It is read at once: the first picture is the right one."""
        self._workspace = workspace
        self._start = start
        self._file = file
        self._writing = asyncio.Lock()
        self._kept = b""
        self.note = ""
        """What was wrong with the file; to be said when there is a screen."""
        self.layout = self._read()
        self.on_fit: Callable[[], None] = lambda: None
        """Called when sizes or modes may have changed: for the second conversation."""
        workspace.mine_wish = self._mine_lines
        self._classes()

    def handlers(self) -> Handlers:
        return {
            "visitor": self.visitor,
            "redraw": self.redraw,
            "zoom": self.zoom,
            "focus_mode": self.focus_mode,
            "wider": lambda: self.step(1),
            "narrower": lambda: self.step(-1),
            "mine_taller": lambda: self.step_mine(1),
            "mine_lower": lambda: self.step_mine(-1),
            "second_wider": lambda: self.set_share(self.layout.share + STEP_PERCENT),
            "second_narrower": lambda: self.set_share(self.layout.share - STEP_PERCENT),
            "layout_reset": self.reset,
        }

    # ------------------------------------------------------------ modes

    def problems(self) -> list[str]:
        return [self.note] if self.note else []

    def visitor(self) -> None:
        self._workspace.toggle_visitor()
        if self._workspace.visitor_has_column:
            self.change(replace(self.layout, no_visitor=self._workspace.has_class("-no-visitor")))
        self.fit()

    def redraw(self) -> None:
        """Something else has written to the terminal: everything is painted over it."""
        app = self._workspace.app
        if isinstance(app, Gated):
            app.forget_screen()
        self._workspace.refresh(layout=True)

    def zoom(self) -> None:
        """The pane that has the keys takes the whole screen, and gives it back. Not kept: a start shows everything."""
        workspace = self._workspace
        zoomed = [name for name in _ZOOMS if workspace.has_class(name)]
        if zoomed:
            workspace.remove_class(*zoomed)
        elif isinstance(workspace.focused, ChatRows):
            workspace.add_class("-zoom-lists")
        elif workspace.focused is workspace.visitor:
            workspace.add_class("-zoom-visitor")
        else:
            workspace.add_class("-zoom-talk")
        self.fit()

    def focus_mode(self) -> None:
        """Only the conversation and the composer. What is urgent stands in the status bar."""
        self._workspace.remove_class("-lists", "-visitor", *_ZOOMS)
        self.change(replace(self.layout, alone=not self.layout.alone))
        self._workspace.to_composer()
        key = self._workspace.keymap.hint("focus_mode") or ":focus-mode"
        words = tr("Focus mode. {key} brings the lists back.", key=key)
        if self.layout.alone:
            self._workspace.say(words)
        else:
            self._workspace.toasts.drop(words)

    def reset(self) -> None:
        """Sizes and modes as they are on the first day."""
        self._workspace.remove_class("-lists", "-visitor", *_ZOOMS)
        self.change(Layout())
        self._workspace.to_composer()
        self._workspace.say(tr("The panes are as they were at first."))

    # ------------------------------------------------------------ sizes

    def step(self, way: int) -> None:
        """The pane at the side that has the keys, or the lists; where they are away, the visitor."""
        workspace = self._workspace
        if workspace.focused is workspace.visitor or (workspace.visitor_shown and not workspace.lists_shown):
            self.set_visitor(_width(workspace.visitor) + way * STEP_CELLS)
        elif workspace.lists_shown:
            self.set_lists(_width(workspace.lists) + way * STEP_CELLS)
        else:
            workspace.say(tr("No pane is in sight that could be wider or narrower."))

    def step_mine(self, way: int) -> None:
        self.set_mine((self.layout.mine or self._workspace.mine.region.height) + way * STEP_LINES)

    def set_lists(self, cells: int, *, keep: bool = True) -> None:
        if self._workspace.lists_shown and self._workspace.talk_shown:
            other = self._workspace.visitor.region.width if self._workspace.visitor_shown else 0
            self.change(replace(self.layout, lists=self._side(cells, other)), keep=keep)

    def set_visitor(self, cells: int, *, keep: bool = True) -> None:
        if self._workspace.visitor_shown and self._workspace.talk_shown:
            other = self._workspace.lists.region.width if self._workspace.lists_shown else 0
            self.change(replace(self.layout, visitor=self._side(cells, other)), keep=keep)

    def set_mine(self, lines: int, *, keep: bool = True) -> None:
        if self._workspace.lists_shown:
            lines = sizes.mine_lines(lines, self._workspace.lists.region.height)
            self.change(replace(self.layout, mine=lines), keep=keep)

    def set_share(self, percent: int, *, keep: bool = True) -> None:
        if self._workspace.second_shown:
            self.change(sizes.with_share(self.layout, percent), keep=keep)

    def _side(self, cells: int, other: int) -> int:
        """A wish that has room now."""
        over = self._workspace.lists_lie_over
        others = 0 if over else other
        return sizes.side(cells, self._workspace.size.width, others, self._talks, over=over)

    @property
    def _talks(self) -> int:
        return 2 if self._workspace.second_shown else 1

    # ------------------------------------------------------------ drawing

    def change(self, layout: Layout, *, keep: bool = True) -> None:
        """This is wished from now on. `keep`: on the disk too (not at each move of the mouse)."""
        self.layout = layout
        self._classes()
        self.fit()
        if keep:
            self.keep()

    def resized(self) -> None:
        """The classes of the new width come after this."""
        self._workspace.call_later(self.fit)

    def fit(self) -> None:
        """Draw what has room: after a change, and when the screen has another size."""
        workspace, layout = self._workspace, self.layout
        self.on_fit()
        workspace.view.alone = layout.alone or workspace.has_class("-zoom-talk")
        width, over = workspace.size.width, workspace.lists_lie_over
        lists = visitor = 0
        if layout.lists:
            lists = sizes.side(layout.lists, width, self._visitor_cells(), self._talks, over=over)
        if layout.visitor:
            others = 0 if over or not workspace.lists_shown else lists or workspace.lists.region.width
            visitor = sizes.side(layout.visitor, width, others, self._talks, over=over)
        if not workspace.talk_shown:
            lists = visitor = 0
        _set_width(workspace.lists, lists)
        _set_width(workspace.visitor, visitor)
        workspace.fit_my_chats()
        workspace.status.repaint_changed()
        workspace.head.repaint_changed()

    def _visitor_cells(self) -> int:
        """Cells that the lists leave to the visitor's column: the least where it has a wish of its own to be cut, else what the style
        sheet gives it; 0: there is no such column."""
        workspace = self._workspace
        if not workspace.visitor_shown or workspace.lists_lie_over:
            return 0
        if self.layout.visitor:
            return sizes.LEAST_SIDE
        return VISITOR_VAST_CELLS if workspace.has_class("-vast") else VISITOR_CELLS

    def _mine_lines(self, natural: int) -> int:
        wish, mine = self.layout.mine, self._workspace.mine
        height = self._workspace.lists.region.height if wish else 0
        if not height:
            if mine.styles.inline.has_rule("max_height"):
                mine.styles.max_height = None
            return natural
        lines = sizes.mine_lines(wish, height)
        mine.styles.max_height = lines
        return lines

    def _classes(self) -> None:
        self._workspace.set_class(self.layout.alone, "-focus")
        self._workspace.set_class(self.layout.no_visitor, "-no-visitor")

    # ------------------------------------------------------------ the file

    def _read(self) -> Layout:
        try:
            with self._file.open("rb") as file:
                blob = file.read(sizes.FILE_BYTES + 1)
            layout = sizes.load(blob)
        except FileNotFoundError:
            return Layout()
        except (OSError, LayoutDamaged):
            self.note = tr("{file} does not say how the panes were: they are as at first.", file=self._file)
            return Layout()
        self._kept = blob
        return layout

    def keep(self) -> None:
        self._start(self._keep())

    async def _keep(self) -> None:
        """Beside; of several changes at once the last one is written."""
        async with self._writing:
            blob = sizes.dump(self.layout)
            if blob == self._kept:
                return
            try:
                await asyncio.to_thread(write_private, self._file, blob, durable=False)
            except OSError as error:
                self._workspace.say(
                    tr("How the panes are could not be kept: {why}", why=error.strerror or error), "warning"
                )
            self._kept = blob  # told once, not at every key


def _width(pane: Widget) -> int:
    """As it is, or will be at the next layout: keys may come faster."""
    width = pane.styles.inline.width if pane.styles.inline.has_rule("width") else None
    return int(width.value) if width is not None else pane.region.width


def _set_width(pane: Widget, cells: int) -> None:
    """0: as the style sheet says. Only a change of it is a new layout."""
    if not cells and pane.styles.inline.has_rule("width"):
        pane.styles.width = None
    elif cells and cells != _width(pane):
        pane.styles.width = cells
