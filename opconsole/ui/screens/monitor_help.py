"""Help of the monitor: its keys and its marks, as the lines of a sheet."""

from opconsole.locale import tr
from opconsole.ui.actions import BY_ID, Keymap
from opconsole.ui.screens.monitor import ACTIONS
from opconsole.ui.screens.sheet import HEADING


def help_lines(keymap: Keymap) -> list[tuple[str, str]]:
    return [(HEADING, tr("Keys")), *_keys(keymap), (HEADING, tr("Marks")), *_marks()]


def _keys(keymap: Keymap) -> list[tuple[str, str]]:
    own = [
        ("Tab, Shift+Tab", tr("the next pane, the one before")),
        ("↑ ↓ PgUp PgDn", tr("move; while a chat is read, the reading follows")),
        ("Enter", tr("read the chat live; on an operator: only their chats")),
        ("→ ←", tr("into the conversation, and back to the lists")),
        ("/", tr("filter the list; in the team: find an operator")),
        (":", tr("type a command")),
        ("?", tr("the keys that work here and now")),
        ("Esc", tr("close what is open")),
        ("C", tr("choose a theme")),
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
