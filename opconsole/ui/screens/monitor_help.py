"""Help of the monitor: its keys and its marks, on one page."""

from collections.abc import Hashable
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.strip import Strip

from opconsole.locale import tr
from opconsole.ui.actions import BY_ID, Keymap
from opconsole.ui.cells import fit
from opconsole.ui.screens.monitor import ACTIONS
from opconsole.ui.screens.over import Over
from opconsole.ui.view import View
from opconsole.ui.widgets.line import LineWidget, Part, strip_of

_KEYS: Final = 18


class _Page(LineWidget):
    def __init__(self, view: View, keymap: Keymap) -> None:
        super().__init__(view, id="page")
        ink = view.inks.over
        self._lines: list[list[Part]] = [[], [("  " + tr("Keys"), ink.accent)]]
        for keys, words in _keys(keymap):
            self._lines.append([("  " + fit(keys, _KEYS) + "  ", ink.strong), (words, ink.text)])
        self._lines += [[], [("  " + tr("Marks"), ink.accent)]]
        for mark, words in _marks():
            self._lines.append([("  " + fit(mark, _KEYS) + "  ", ink.strong), (words, ink.text)])
        self._lines.append([])

    @property
    def wanted(self) -> int:
        return len(self._lines)

    def line_key(self, y: int) -> Hashable:
        return y

    def draw_line(self, y: int) -> Strip:
        return strip_of(self._lines[y] if y < len(self._lines) else [], self.size.width, self.view.inks.over.text)


def _keys(keymap: Keymap) -> list[tuple[str, str]]:
    own = [
        ("Tab, Shift+Tab", tr("the next pane, the one before")),
        ("↑ ↓ PgUp PgDn", tr("move; while a chat is read, the reading follows")),
        ("Enter", tr("read the chat live; on an operator: only their chats")),
        ("→ ←", tr("into the conversation, and back to the lists")),
        ("Esc", tr("close what is open")),
        ("C", tr("the next theme")),
        ("L", tr("the next language")),
    ]
    return own + [
        (hint, BY_ID[action].words)
        for action in ACTIONS
        if action not in ("theme", "language") and (hint := keymap.hint(action, ways=2))
    ]


def _marks() -> list[tuple[str, str]]:
    return [
        ("!!", tr("everybody has let this chat go")),
        ("!", tr("too late: past its time to be answered")),
        ("▴", tr("its time to be answered is near")),
        ("↩0:45  !0:20", tr("a reply is owed; in so much time the chat is rescued")),
        ("✓", tr("no reply is owed")),
        ("↩2", tr("rescued, how often; in the team: rescued from, today")),
        ("!2:40", tr("in the team: the oldest reply owed, too old")),
        ("●  ◐  ◌  ○", tr("online, busy, away, not here")),
    ]


class MonitorHelp(Over[None]):
    DEFAULT_CSS = """
    MonitorHelp { align: center middle; background: $background 60%; }
    MonitorHelp #page { width: 90%; max-width: 86; background: $raised; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,enter,f1,q,й,question_mark", "dismiss", show=False)]

    def __init__(self, view: View, keymap: Keymap) -> None:
        super().__init__()
        self._page = _Page(view, keymap)

    def compose(self) -> ComposeResult:
        self._page.styles.height = self._page.wanted
        yield self._page
