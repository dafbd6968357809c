"""The `:` line at the bottom of the screen: what the words may become above it, and how the command is written. Runs nothing itself."""

from collections.abc import Callable, Sequence
from typing import ClassVar, Final

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical

from opconsole.locale import tr
from opconsole.state.command_line import completed, spot
from opconsole.ui.cells import cut, fit, width
from opconsole.ui.commands import Candidate, Command, Commands
from opconsole.ui.ink import Ink
from opconsole.ui.screens.picker import Option, Options
from opconsole.ui.screens.typed import TypedScreen
from opconsole.ui.view import View
from opconsole.ui.widgets.bars import Bar
from opconsole.ui.widgets.entry import Entry
from opconsole.ui.widgets.line import Part
from opconsole.ui.widgets.rows import Rows

ROWS: Final = 8


class _Usage(Bar):
    """How the command that is typed is written, or what was wrong with the last one."""

    def __init__(self, view: View) -> None:
        super().__init__(view, id="usage")
        self.command: Command | None = None
        self.wrong = ""

    def parts(self, ink: Ink) -> list[Part]:
        room = self.cells.width
        if self.wrong:
            return [(" ! ", ink.on_warning), (" " + cut(self.wrong, room - 5), ink.warning)]
        if self.command is None:
            return [
                (
                    " " + cut(tr("Tab completes · ↑ ↓ earlier commands · Enter does it · Esc closes"), room - 2),
                    ink.muted,
                )
            ]
        usage = f" :{self.command.name} {self.command.usage}".rstrip() + "  "
        rest = self.command.title + (f"  ·  {self.command.keys}" if self.command.keys else "")
        return [(cut(usage, room), ink.accent), (cut(rest, max(0, room - width(usage))), ink.text)]


class CommandLine(TypedScreen):
    DEFAULT_CSS = """
    CommandLine { align: left bottom; background: $background 0%; }
    CommandLine > Vertical { width: 100%; height: auto; background: $raised; }
    CommandLine #options { width: 100%; height: 1; }
    """

    BINDINGS: ClassVar = []

    def __init__(
        self,
        view: View,
        commands: Commands,
        history: Sequence[str],
        run: Callable[[str], None],
        *,
        text: str = "",
        wrong: str = "",
    ) -> None:
        """`run`: called with the line after this screen has gone. `text`: what stands there first; `wrong`: what was wrong with it."""
        super().__init__()
        self._commands = commands
        self._run = run
        self._history = list(history)
        self._at = len(self._history)
        self._kept = ""
        self._options: Options[str] = Options(view)
        self._usage = _Usage(view)
        self._entry = Entry(view, ":")
        self._candidates: list[Candidate] = []
        self._tabbed: tuple[str, int] | None = None
        """The line and cursor from which Tab goes through the candidates."""
        self._entry.edit.put(text)
        self._look()
        self._usage.wrong = wrong

    @property
    def text(self) -> str:
        return self._entry.text

    def compose(self) -> ComposeResult:
        with Vertical():
            yield self._options
            yield self._usage
            yield self._entry

    # ------------------------------------------------------------ keys

    def take_key(self, event: events.Key) -> bool:
        edit = self._entry.edit
        match event.key:
            case "escape":
                self.dismiss()
            case "backspace" if not edit.text:
                self.dismiss()
            case "enter":
                self._enter()
            case "tab":
                self._tab(1)
            case "shift+tab":
                self._tab(-1)
            case "up" | "ctrl+p":
                self._earlier(-1)
            case "down" | "ctrl+n":
                self._earlier(1)
            case "pageup" | "pagedown":
                self._options.action_page(1 if event.key == "pagedown" else -1)
            case key if edit.take(key, event.character):
                self._tabbed = None
                self._at = len(self._history)
                self._look()
            case _:
                return event.key not in ("ctrl+q", "f12")  # nothing else of the workspace may happen behind this line
        return True

    def take_paste(self, text: str) -> None:
        self._entry.edit.insert(text)
        self._look()

    @on(Rows.Chosen)
    def _clicked(self, event: Rows.Chosen) -> None:
        event.stop()
        self._take(self._candidates[self._options.cursor])
        self._tabbed = None
        self._look()

    def _enter(self) -> None:
        line = self._entry.text.strip()
        at = spot(line, len(line))
        if at.number == 0 and line and self._commands.find(at.begun) is None and self._candidates:
            self._take(self._candidates[self._options.cursor])  # what it means is shown before it happens
            self._look()
            return
        self.dismiss()
        if line:
            self._run(line)

    def _tab(self, by: int) -> None:
        if not self._candidates:
            return
        edit = self._entry.edit
        if self._tabbed is None:
            self._tabbed = (edit.text, edit.cursor)
            place = self._options.cursor
        else:
            place = (self._options.cursor + by) % len(self._candidates)
        edit.put(*self._tabbed)
        self._options.move_to(place)
        candidate = self._candidates[place]
        self._take(candidate, more=len(self._candidates) == 1 and candidate.more)
        if len(self._candidates) == 1:
            self._tabbed = None
            self._look()
        else:
            self._show_usage()
            self._entry.repaint_changed()

    def _take(self, candidate: Candidate, more: bool | None = None) -> None:
        edit = self._entry.edit
        edit.put(*completed(edit.text, edit.cursor, candidate.word, more=candidate.more if more is None else more))

    def _earlier(self, by: int) -> None:
        """Through the commands typed before, those that begin as what stood there first."""
        if self._at == len(self._history):
            self._kept = self._entry.text
        at = self._at + by
        while 0 <= at < len(self._history) and not self._history[at].startswith(self._kept):
            at += by
        if at < 0:
            return
        self._at = min(at, len(self._history))
        self._entry.edit.put(self._history[at] if at < len(self._history) else self._kept)
        self._tabbed = None
        self._look()

    # ------------------------------------------------------------ looks

    def _look(self) -> None:
        """The line is another: offer what it may become."""
        edit = self._entry.edit
        self._candidates = self._commands.complete(edit.text, edit.cursor)
        column = max((width(each.word) for each in self._candidates), default=0) + 2
        self._options.offer(
            [
                Option(each.word, fit(each.word, column) + each.title, right=each.right, hits=each.hits)
                for each in self._candidates
            ]
        )
        self._options.display = bool(self._candidates)
        self._options.styles.height = max(1, min(ROWS, len(self._candidates)))
        self._show_usage()
        self._entry.repaint_changed()

    def _show_usage(self) -> None:
        words = self._entry.text.split()
        self._usage.wrong = ""
        self._usage.command = self._commands.find(words[0]) if words else None
        self._usage.repaint_changed()
