"""Every version of some words, over everything else: what was written, by whom and when, and who deleted it. For supervisors."""

from typing import Final

from textual import events
from textual.app import ComposeResult

from opconsole.locale import date_time, tr, trn
from opconsole.ui.cells import cut, wrap
from opconsole.ui.screens.scrolled import Scrolled
from opconsole.ui.view import View
from opconsole.ui.widgets.line import Part
from opconsole.ui.widgets.long_text import LongText
from opconsole.wire.staff import Version, Versions

CELLS: Final = 76
_MOST_LINES: Final = 30


class _Card(LongText):
    DEFAULT_CSS = f"_Card {{ width: {CELLS}; max-width: 96%; max-height: 90%; }}"

    def __init__(self, view: View, history: Versions) -> None:
        super().__init__(view)
        self._history = history
        self.styles.height = min(_MOST_LINES, len(self.laid_out(CELLS)))

    def laid_out(self, cells: int) -> list[list[Part]]:
        ink = self.view.inks.over
        versions = self._history.versions
        head = tr("History of message {n} in chat {chat}", n=self._history.n, chat=self._history.chat)
        lines: list[list[Part]] = [[], [("  " + cut(head, cells - 4), ink.accent)]]
        if not versions:
            lines += [[], [("  " + tr("There is no such message."), ink.muted)]]
        for version in versions:
            lines += [[], [("  " + cut(self._title(version), cells - 4), ink.strong)]]
            lines += [
                [("  ┃ ", ink.border), (line, ink.text)] for line in wrap(version.text, cells - 8) if version.text
            ]
        count = trn("{n} version", "{n} versions", len(versions))
        hint = tr("↑ ↓ scroll · Esc closes")
        lines += [[], [("  " + cut(f"{count} · {hint}", cells - 4), ink.muted)], []]
        return lines

    def _title(self, version: Version) -> str:
        who = tr("The visitor") if version.by == "visitor" else version.name or version.by
        at = date_time(version.at, self.view.now())
        if version.deleted:
            return tr("{at} · {name} deleted it", at=at, name=who)
        if version.version:
            return tr("{at} · {name} edited it", at=at, name=who)
        return tr("{at} · {name} wrote", at=at, name=who)


class History(Scrolled[None]):
    DEFAULT_CSS = "History { align: center middle; background: $background 60%; }"

    def __init__(self, view: View, history: Versions) -> None:
        super().__init__(_Card(view, history))

    def compose(self) -> ComposeResult:
        yield self.text

    def on_key(self, event: events.Key) -> None:
        if event.key in ("escape", "enter", "q", "й"):
            event.stop()
            self.dismiss(None)
