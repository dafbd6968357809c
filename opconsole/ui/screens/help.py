"""The help: every action with its keys, from the registry, in groups. As many columns as fit."""

from collections.abc import Iterator
from typing import Final

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical

from opconsole.locale import tr
from opconsole.ui.actions import ACTIONS, MACRO, Group, Keymap, allowed, key_words
from opconsole.ui.cells import cut, fit, fit_right, width, wrap
from opconsole.ui.demo import shop_address
from opconsole.ui.ink import Ink
from opconsole.ui.screens.scrolled import Scrolled
from opconsole.ui.view import View
from opconsole.ui.widgets.bars import Bar
from opconsole.ui.widgets.chat_list import MARKED
from opconsole.ui.widgets.line import Part
from opconsole.ui.widgets.long_text import LongText
from opconsole.ui.words import ASIDE, FLAG
from opconsole.wire.cards import Role

_KEYS: Final = 18


class _Title(Bar):
    def parts(self, ink: Ink) -> list[Part]:
        title = " " + tr("Help")
        return [
            (title, ink.accent),
            (fit_right(tr("↑ ↓ PgUp PgDn scroll · Esc closes"), self.cells.width - width(title) - 1), ink.muted),
        ]


class _Page(LongText):
    def __init__(self, view: View, keymap: Keymap) -> None:
        super().__init__(view)
        self._keymap = keymap

    def laid_out(self, cells: int) -> list[list[Part]]:
        ink = self.view.inks.over
        role = self.view.picture.me.role
        lines: list[list[Part]] = []
        if shop := shop_address():
            words = tr("This is a demo. In a browser, write as a visitor at {address}", address=shop)
            lines += [[("  " + line, ink.accent)] for line in wrap(words, max(10, cells - 4))]
        for group in Group:
            lines += [[], [("  " + tr(group.value), ink.accent)]]
            for keys, words in self._entries(group, role):
                for number, line in enumerate(wrap(words, max(10, cells - _KEYS - 6))):
                    lines.append(
                        [("  " + fit(keys if number == 0 else "", _KEYS) + "  ", ink.strong), (line, ink.text)]
                    )
        if self._keymap.macros:
            lines += [[], [("  " + tr("Macros"), ink.accent)]]
            for name in self._keymap.macros:
                keys = self._keymap.hint(f"{MACRO}{name}") or "—"
                lines.append([("  " + fit(keys, _KEYS) + "  ", ink.strong), (f":{name}", ink.text)])
        lines += [[], [("  " + tr("Marks"), ink.accent)]]
        for mark, words in _legend():
            lines.append([("  " + fit(mark, _KEYS) + "  ", ink.strong), (cut(words, cells - _KEYS - 6), ink.text)])
        lines.append([])
        for text in (
            tr("Ctrl+G, then a key, is Alt with that key: for terminals and keyboards without Alt."),
            tr("In a list: arrows move, Enter opens, T takes, digits go to a chat, Esc goes back to writing."),
            tr("In a list / filters, : types a command, and ? shows the keys that work there and now."),
            tr(
                "Space, M or the right button marks a chat of a list, Shift with an arrow several, * turns the marks round, Esc ends it."
            ),
            tr("Closing, returning, giving away, flagging and marking as read then act on all that are marked."),
            tr(
                "Z, in a list or in the conversation, takes back what you did last: press it again for what was before."
            ),
            tr("In the conversation (Tab): arrows mark messages, Alt+S copies them, PgUp and PgDn scroll."),
            tr("On a marked message of yours E edits and X deletes; in an empty composer ↑ edits the last one."),
            tr("Ctrl+C copies what is selected in the composer, or else the visitor's last message."),
            tr("All keys work in the Russian layout too. Own keys: table [keys] in config.toml."),
            tr(
                "Sets of keys: keymap = vim or emacs. Several commands by one key: [macros.NAME]. `opconsole keys` prints all."
            ),
        ):
            lines += [[("  " + line, ink.muted)] for line in wrap(text, max(10, cells - 4))]
        return lines

    def _entries(self, group: Group, role: Role) -> Iterator[tuple[str, str]]:
        """Keys and words; numbered actions in one line."""
        numbered: set[str] = set()
        for action in ACTIONS:
            if action.group is not group or not allowed(action, role):
                continue
            keys = self._keymap.keys(action.id)
            if not action.number:
                yield ", ".join(key_words(key) for key in keys) or "—", action.words
            elif action.title not in numbered:
                numbered.add(action.title)
                same = [self._keymap.keys(other.id) for other in ACTIONS if other.title == action.title]
                first, last = (key_words(each[0]) if each else "—" for each in (same[0], same[-1]))
                yield f"{first} … {last.removeprefix('Alt+')}", tr(action.title, n="1–9")


def _legend() -> list[tuple[str, str]]:
    return [
        ("●3", tr("unread messages")),
        ("↩0:45", tr("you owe a reply; in so much time the chat is rescued")),
        ("!0:25", tr("the rescue is near")),
        (FLAG, tr("flagged by you; nobody else sees it")),
        (f"{ASIDE} 14:30", tr("put aside by you until then, or until the visitor writes; it takes no place")),
        (MARKED, tr("marked in a list, to act on several chats at once")),
        ("✓", tr("nothing is owed; beside a message: stored")),
        ("✓✓", tr("the visitor has read it")),
        ("…  ◌", tr("on its way; waits for the link")),
        ("✗", tr("refused: not sent")),
        ("◆", tr("the visitor is signed in on the site, which vouches for this")),
        ("↩2", tr("in the inbox: rescued, how often")),
        ("!!", tr("in the inbox: everybody let it go")),
    ]


class Help(Scrolled[None]):
    DEFAULT_CSS = """
    Help { align: center middle; background: $background 60%; }
    Help > Vertical { width: 90%; max-width: 92; height: 90%; background: $raised; }
    Help _Page { height: 1fr; }
    """

    def __init__(self, view: View, keymap: Keymap) -> None:
        super().__init__(_Page(view, keymap))

    def compose(self) -> ComposeResult:
        with Vertical():
            yield _Title(self.text.view)
            yield self.text

    def on_key(self, event: events.Key) -> None:
        if event.key in ("escape", "enter", "f1", "q", "й") or event.character == "?":
            event.stop()
            self.dismiss(None)
