"""The switcher (Ctrl+K): one field, one list of everything that one can go to. What is in it and what picking does are `ui.switching`'s."""

from collections.abc import Callable, Sequence
from typing import Final

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical

from opconsole.locale import tr
from opconsole.state.switching import PREFIXES, Thing
from opconsole.ui.screens.picker import Hint, Option, Options
from opconsole.ui.screens.typed import TypedScreen
from opconsole.ui.view import View
from opconsole.ui.widgets.entry import Entry
from opconsole.ui.widgets.rows import Rows

_ROUND: Final = ("", "#", "@", ">", "/", "=")
"""Tab goes through the kinds."""


class Switcher(TypedScreen):
    DEFAULT_CSS = """
    Switcher { align: center top; background: $background 60%; }
    Switcher > Vertical { width: 90%; max-width: 110; height: 70%; margin-top: 2; background: $raised; }
    Switcher #options { width: 1fr; height: 1fr; }
    """

    def __init__(
        self,
        view: View,
        find: Callable[[str], Sequence[Option[Thing]]],
        pick: Callable[[Thing, bool], None],
        typed: str = "",
    ) -> None:
        """`pick`: called after this screen has gone, with True for the second way (Ctrl+S: a template is sent). `typed`: what stands
        in the field first."""
        super().__init__()
        self._find = find
        self._pick = pick
        self._hint = Hint(view, tr("Go to"), tr("# chats  @ people  > commands  / templates  = settings · Tab"))
        self._entry = Entry(view, "", placeholder=tr("a name, a number, words, a command"))
        self._options: Options[Thing] = Options(view)
        self._entry.edit.put(typed)
        self._search()

    def compose(self) -> ComposeResult:
        with Vertical():
            yield self._hint
            yield self._entry
            yield self._options

    def take_key(self, event: events.Key) -> bool:
        edit = self._entry.edit
        match event.key:
            case "escape":
                self.dismiss()
            case "enter" | "ctrl+s":
                self._choose(second=event.key == "ctrl+s")
            case "down" | "ctrl+n" | "ctrl+k":
                self._options.action_move(1)
            case "up" | "ctrl+p":
                self._options.action_move(-1)
            case "pageup" | "pagedown":
                self._options.action_page(1 if event.key == "pagedown" else -1)
            case "tab" | "shift+tab":
                self._narrow(1 if event.key == "tab" else -1)
            case key if edit.take(key, event.character):
                self._search()
            case _:
                return event.key not in ("ctrl+q", "f12")
        return True

    def take_paste(self, text: str) -> None:
        self._entry.edit.insert(text)
        self._search()

    @on(Rows.Chosen)
    def _clicked(self, event: Rows.Chosen) -> None:
        event.stop()
        self._choose()

    def _choose(self, *, second: bool = False) -> None:
        options = self._options
        if not options.count():
            return
        option = options.options[options.cursor]
        if not option.disabled:
            self.dismiss()
            self._pick(option.value, second)

    def _narrow(self, by: int) -> None:
        """To the next kind: its prefix comes before what is typed."""
        text = self._entry.text
        now = text[:1] if text[:1] in PREFIXES else ""
        place = _ROUND.index(now) if now in _ROUND else 0
        self._entry.edit.put(_ROUND[(place + by) % len(_ROUND)] + text[len(now) :])
        self._search()

    def _search(self) -> None:
        self._options.offer(self._find(self._entry.text))
        self._entry.repaint_changed()
