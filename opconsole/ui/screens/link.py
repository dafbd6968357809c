"""A link before it is followed: all of it, letter by letter, where it really leads, and what is odd about it. Enter opens it, C copies it."""

from typing import Final, Literal

from textual import events
from textual.app import ComposeResult

from opconsole.locale import tr
from opconsole.state.links import About, about
from opconsole.terminal.layouts import latin
from opconsole.ui.cells import cut, width, wrap
from opconsole.ui.screens.scrolled import Scrolled
from opconsole.ui.view import View
from opconsole.ui.widgets.line import Part
from opconsole.ui.widgets.long_text import LongText

CELLS: Final = 76
_MOST_LINES: Final = 20

Wish = Literal["open", "copy"]


def warnings_of(link: About) -> list[str]:
    """Sentences; none of a link that is what it seems to be."""
    said = []
    if link.user:
        said.append(tr("“{user}” before the @ is only a name: the page is on {host}.", user=link.user, host=link.host))
    if link.mixed:
        said.append(
            tr(
                "Its name has letters of several scripts, or letters that look like others: it may pretend to be another."
            )
        )
    if not link.ascii_host:
        said.append(tr("Its name can't be written as the network needs it: it will hardly open."))
    if link.scheme == "http":
        said.append(tr("It is not encrypted (http): others on the way can read and change the page."))
    return said


class _Card(LongText):
    DEFAULT_CSS = f"_Card {{ width: {CELLS}; max-width: 96%; max-height: 90%; }}"

    def __init__(self, view: View, url: str, opens: bool) -> None:
        super().__init__(view)
        self._url = url
        self._about = about(url)
        self._opens = opens
        self.styles.height = min(_MOST_LINES, len(self.laid_out(CELLS)))

    def laid_out(self, cells: int) -> list[list[Part]]:
        ink = self.view.inks.over
        link, room = self._about, cells - 4
        mail = link.scheme == "mailto"
        head = tr("Write to this address?") if mail else tr("Open this link?")
        lines: list[list[Part]] = [[], [("  " + cut(head, room), ink.accent)], []]
        lines += [[("  ", ink.text), (line, ink.link)] for line in wrap(self._url, room)]
        lines += [[], *self._fact(tr("Host") if not mail else tr("Address"), link.host, room)]
        if link.ascii_host and link.ascii_host != link.host:
            lines += self._fact(tr("for the network"), link.ascii_host, room)
        if link.port:
            lines += self._fact(tr("Port"), str(link.port), room)
        for words in warnings_of(link):
            lines += [[("  ! ", ink.warning), (line, ink.warning)] for line in wrap(words, room - 2)]
        keys = [(" Enter ", tr("open")), ("C", tr("copy")), ("Esc", tr("no"))]
        if not self._opens:
            lines += [[], *([("  ", ink.text), (line, ink.muted)] for line in wrap(self.unopened(), room))]
            keys = [(" Enter ", tr("copy")), ("Esc", tr("no"))]
        last: list[Part] = [("  ", ink.text)]
        for key, words in keys:
            last += [(key, ink.on_accent if key.startswith(" ") else ink.accent), (f" {words}   ", ink.text)]
        return [*lines, [], last, []]

    def unopened(self) -> str:
        return tr("There is no display here (ssh?): it can be copied, and opened where you sit.")

    def _fact(self, name: str, value: str, room: int) -> list[list[Part]]:
        ink = self.view.inks.over
        left = f"  {name}: "
        return [
            [(left if not number else " " * width(left), ink.muted), (line, ink.strong)]
            for number, line in enumerate(wrap(value, max(10, room - width(left))))
        ]


class LinkScreen(Scrolled[Wish]):
    DEFAULT_CSS = "LinkScreen { align: center middle; background: $background 60%; }"

    def __init__(self, view: View, url: str, *, opens: bool) -> None:
        """`opens`: there is a display, and a program that opens links."""
        super().__init__(_Card(view, url, opens))
        self._opens = opens

    def compose(self) -> ComposeResult:
        yield self.text

    def on_key(self, event: events.Key) -> None:
        letter = latin(event.character or "").lower()
        if event.key == "enter":
            self.dismiss("open" if self._opens else "copy")
        elif letter == "c":
            self.dismiss("copy")
        elif event.key == "escape" or letter in ("n", "q"):
            self.dismiss(None)
        else:
            return
        event.stop()
