"""A file's path asked for: typed with `~` and Tab, pasted, or dropped on the window. The folder is read beside, so no key waits for a disk."""

import asyncio
import os
from collections.abc import Callable
from typing import Final

from msgspec import Struct
from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical

from opconsole.locale import tr
from opconsole.locale.files import size_words
from opconsole.state.paths import common_beginning, split_typed, typed_path
from opconsole.ui.cells import cut
from opconsole.ui.controller import Start
from opconsole.ui.ink import Ink
from opconsole.ui.screens.picker import Hint, Option, Options
from opconsole.ui.screens.typed import TypedScreen
from opconsole.ui.view import View
from opconsole.ui.widgets.bars import Bar
from opconsole.ui.widgets.entry import Entry
from opconsole.ui.widgets.line import Part
from opconsole.ui.widgets.rows import Rows
from opconsole.wire.text import clean_line

ROWS: Final = 8
MOST: Final = 5_000
"""Names of one folder that are looked at."""


class Named(Struct, frozen=True):
    """A name of a folder; a folder's own ends with a slash."""

    name: str
    size: int = 0


class _Words(Bar):
    def __init__(self, view: View) -> None:
        super().__init__(view, id="path-words")
        self.wrong = ""

    def ink(self) -> Ink:
        return self.view.inks.over

    def parts(self, ink: Ink) -> list[Part]:
        room = self.cells.width - 2
        if self.wrong:
            return [(" " + cut(self.wrong, room), ink.warning)]
        return [(" " + cut(tr("Tab completes · ↑ ↓ choose · Enter takes the file · Esc gives up"), room), ink.muted)]


class AskPath(TypedScreen):
    DEFAULT_CSS = f"""
    AskPath {{ align: center middle; background: $background 60%; }}
    AskPath > Vertical {{ width: 90%; max-width: 100; height: auto; background: $raised; }}
    AskPath #options {{ width: 100%; height: {ROWS}; }}
    """

    def __init__(self, view: View, title: str, start: Start, given: Callable[[str], None], text: str = "~/") -> None:
        """`start`: lets it run beside. `given`: gets the path after this screen has gone."""
        super().__init__()
        self._start = start
        self._given = given
        self._hint = Hint(view, title, "")
        self._entry = Entry(view, tr("File:") + " ")
        self._options: Options[str] = Options(view)
        self._words = _Words(view)
        self._folder: str | None = None
        """Whose names are known, as typed."""
        self._names: list[Named] = []
        self._tab_waits = False
        self._entry.edit.put(text)

    def compose(self) -> ComposeResult:
        with Vertical():
            yield self._hint
            yield self._entry
            yield self._options
            yield self._words

    def on_mount(self) -> None:
        self._look()

    @property
    def _typed(self) -> str:
        """The path as far as it is typed; a quote that opens it is none of it."""
        text = self._entry.text
        return typed_path(text) if text.startswith("file:") else text.lstrip("'\" ")

    # ------------------------------------------------------------ keys

    def take_key(self, event: events.Key) -> bool:
        edit = self._entry.edit
        match event.key:
            case "escape":
                self.dismiss()
            case "enter":
                self._enter()
            case "tab":
                self._tab()
            case "down" | "ctrl+n":
                self._options.action_move(1)
            case "up" | "ctrl+p":
                self._options.action_move(-1)
            case "pageup" | "pagedown":
                self._options.action_page(1 if event.key == "pagedown" else -1)
            case key if edit.take(key, event.character):
                self._look()
            case _:
                return event.key not in ("ctrl+q", "f12")
        return True

    def take_paste(self, text: str) -> None:
        path = typed_path(text)
        if path.startswith(("/", "~")):  # a whole one takes the place of what stands here
            self._entry.edit.put(path)
        else:
            self._entry.edit.insert(path)
        self._look()

    @on(Rows.Chosen)
    def _clicked(self, event: Rows.Chosen) -> None:
        event.stop()
        self._put(self._options.options[self._options.cursor].value)

    def _enter(self) -> None:
        """The typed file; or, where what is typed is only a beginning, the one under the cursor."""
        folder, begun = split_typed(self._typed)
        names = {each.name for each in self._names} if self._folder == folder else set()
        if self._options.count() and begun not in names:
            chosen = self._options.options[self._options.cursor].value
            if chosen.endswith("/"):
                self._put(chosen)
                return
            self._take(folder + chosen)
            return
        path = typed_path(self._entry.text)
        if not path or path.endswith("/"):
            self._say(tr("Choose a file of this folder, or type its name."))
        else:
            self._take(path)

    def _take(self, path: str) -> None:
        self.dismiss()
        self._given(path)

    def _tab(self) -> None:
        """As far as all that fit agree; where nothing more is sure, the one under the cursor."""
        folder, begun = split_typed(self._typed)
        if self._folder != folder:
            self._tab_waits = True
            return
        fitting = [option.value for option in self._options.options]
        if not fitting:
            self._say(tr("Nothing begins so."))
            return
        sure = common_beginning(fitting)
        chosen = fitting[self._options.cursor]
        self._put(sure if len(sure) > len(begun) and sure.startswith(begun) else chosen)

    def _put(self, name: str) -> None:
        folder, _ = split_typed(self._typed)
        self._entry.edit.put(folder + name)
        self._look()

    # ------------------------------------------------------------ names

    def _look(self) -> None:
        """What is typed is another: offer what it may become."""
        folder, begun = split_typed(self._typed)
        self._words.wrong = ""
        self._words.repaint_changed()
        self._entry.repaint_changed()
        if self._folder != folder:
            self._options.offer(())
            if folder:
                self._start(self._read(folder))
            return
        fitting = [each for each in self._names if each.name.startswith(begun)]
        if not fitting:
            fitting = [each for each in self._names if each.name.casefold().startswith(begun.casefold())]
        shown = [each for each in fitting if begun.startswith(".") or not each.name.startswith(".")]
        self._options.offer(
            [
                Option(each.name, clean_line(each.name), right="" if each.name.endswith("/") else size_words(each.size))
                for each in shown
            ]
        )

    async def _read(self, folder: str) -> None:
        names = await asyncio.to_thread(names_in, folder)
        if split_typed(self._typed)[0] != folder or self._folder == folder:
            return
        self._folder, self._names = folder, names
        self._look()
        if self._tab_waits:
            self._tab_waits = False
            self._tab()

    def _say(self, words: str) -> None:
        self._words.wrong = words
        self._words.repaint_changed()


def names_in(folder: str) -> list[Named]:
    """Folders and files of a folder, the folders first; none where it can't be read. Blocking."""
    found: list[Named] = []
    try:
        with os.scandir(os.path.expanduser(folder)) as entries:
            for entry in entries:
                if len(found) >= MOST:
                    break
                try:
                    entry.name.encode()  # what is no text can't be typed
                    if entry.is_dir():
                        found.append(Named(entry.name + "/"))
                    elif entry.is_file():
                        found.append(Named(entry.name, entry.stat().st_size))
                except (OSError, UnicodeEncodeError):
                    continue
    except (OSError, ValueError):
        return []
    return sorted(found, key=lambda each: (not each.name.endswith("/"), each.name.casefold()))
