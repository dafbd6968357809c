"""The management of the templates: folders on the left, on the right what a visitor would read. Each key is a wish that `Managing` fulfils.

The screen knows no command of the wire. It reads the picture, and draws itself anew when the templates have changed.
"""

from collections.abc import Callable, Hashable, Sequence
from typing import ClassVar, Final

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.strip import Strip
from textual.widgets import Input

from opconsole.locale import date_time, tr, trn
from opconsole.state.template_folders import Folder, Leaf, Row, may_edit, rows_of, scope_of
from opconsole.state.template_search import search
from opconsole.terminal.layouts import readings
from opconsole.ui.actions import both_layouts
from opconsole.ui.cells import cut, fit, fit_right, width, wrap
from opconsole.ui.ink import Ink
from opconsole.ui.screens.over import Over
from opconsole.ui.screens.picker import _Preview
from opconsole.ui.templating import dormant_words
from opconsole.ui.view import View
from opconsole.ui.widgets.bars import Bar
from opconsole.ui.widgets.line import LineWidget, Part, strip_of
from opconsole.ui.widgets.rows import Rows
from opconsole.ui.words import operator_name
from opconsole.wire.cards import TemplateCard

Wish = Callable[[str, TemplateCard | None], None]
"""`new`, `edit`, `copy`, `delete`, `share`, `history`, `import`, `export`, `undo`; and the template that is meant, if one is."""

_INDENT: Final = 2
_TITLE_CELLS: Final = 20
"""What the title itself may need of its line."""


def scope_words(card: TemplateCard, login: str) -> str:
    """Whose it is, in a word: mine, a department's name, or the desk's."""
    if card.owner:
        return tr("mine") if card.owner == login else card.owner
    return card.department or tr("the desk")


class _Rows(Rows):
    OVER: ClassVar[bool] = True
    TITLE_LINES: ClassVar[int] = 0

    def __init__(self, view: View) -> None:
        super().__init__(view, id="templates")
        self.rows: Sequence[Row] = ()
        self.nothing = ""

    def offer(self, rows: Sequence[Row]) -> None:
        self.rows = rows
        self.follow()

    def count(self) -> int:
        return len(self.rows)

    def id_at(self, index: int) -> Hashable:
        row = self.rows[index]
        return row.path if isinstance(row, Folder) else (row.card.template,)

    def index_of(self, item: Hashable) -> int:
        return next((place for place in range(len(self.rows)) if self.id_at(place) == item), -1)

    def empty_words(self) -> str:
        return self.nothing

    @property
    def row(self) -> Row | None:
        return self.rows[self.cursor] if 0 <= self.cursor < len(self.rows) else None

    def row_key(self, index: int, chosen: bool) -> Hashable:
        row = self.rows[index]
        if isinstance(row, Folder):
            return row
        card = row.card
        return (card.template, card.rev, card.used, row.depth, dormant_words(card, self.view))

    def row_lines(self, index: int, chosen: bool, cells: int) -> list[list[Part]]:
        row = self.rows[index]
        ink = self.view.inks.chosen if chosen else self.view.inks.over
        indent = " " * (1 + _INDENT * row.depth)
        if isinstance(row, Folder):
            mark = "▾" if row.open else "▸"
            room = cells - width(indent) - 8
            return [[(f"{indent}{mark} ", ink.accent), (fit(row.name, room), ink.strong), (f" {row.count}", ink.muted)]]
        card = row.card
        dormant = dormant_words(card, self.view)
        facts = [dormant, card.lang, card.channel, scope_words(card, self.view.picture.me.login)]
        if card.used:
            facts.append(f"×{card.used}")
        right = cut(" ".join(part for part in facts if part), cells // 2)
        key = f" {card.hotkey}" if card.hotkey else ""
        left = cut(f"/{card.code}{key}", max(8, cells // 3))
        room = cells - width(indent) - width(left) - width(right) - 3
        dim = bool(dormant)
        return [
            [
                (indent + left + " ", ink.muted if dim else ink.accent),
                (fit(card.title if card.title != card.code else "", max(0, room)), ink.muted if dim else ink.text),
                (" " + right + " ", ink.warning if dim else ink.muted),
            ]
        ]


class _Words(Bar):
    def __init__(self, view: View, words: Callable[[], tuple[str, str]]) -> None:
        super().__init__(view)
        self._words = words

    def parts(self, ink: Ink) -> list[Part]:
        left, right = self._words()
        room = self.cells.width - width(left) - 3
        return [(f" {left} ", ink.accent), (fit_right(cut(right, room), room) + " ", ink.muted)]


class _Keys(LineWidget):
    """What the keys do, in two lines, which is what the smallest screen needs. What was said last stands there instead, if it is too
    long to stand beside the title."""

    DEFAULT_CSS = "_Keys { height: 2; }"

    def __init__(self, view: View, said: Callable[[], str]) -> None:
        """`said`: what is to be told here; empty: the keys."""
        super().__init__(view)
        self._said = said

    def line_key(self, y: int) -> Hashable:
        return y, self._said()

    def draw_line(self, y: int) -> Strip:
        if said := self._said():
            ink = self.view.inks.bar
            lines = wrap(said, max(10, self.cells.width - 2))
            lines = [*lines[:1], fit(" ".join(lines[1:]), self.cells.width - 2)]
            return strip_of([(" " + lines[y], ink.strong)], self.cells.width, ink.text)
        words = tr("N new · E edit · C copy · D delete · S share · H history · Z undo · I import · X export · / search")
        lines = [""]
        for part in words.split(" · "):
            joined = f"{lines[-1]} · {part}" if lines[-1] else part
            if width(joined) > self.cells.width - 2:
                lines.append(part)
            else:
                lines[-1] = joined
        ink = self.view.inks.bar
        return strip_of([(" " + lines[y] if y < len(lines) else "", ink.muted)], self.cells.width, ink.text)


class TemplateManager(Over[None]):
    DEFAULT_CSS = """
    TemplateManager { align: center middle; background: $background 60%; }
    TemplateManager > Vertical { width: 96%; max-width: 150; height: 96%; background: $raised; }
    TemplateManager #templates { width: 1fr; height: 1fr; }
    TemplateManager #preview { width: 42%; height: 1fr; }
    TemplateManager Input { height: 1; border: none; padding: 0 1 !important; background: $surface; color: $text; display: none; }
    TemplateManager Input:focus { border: none; }
    TemplateManager.-filter Input { display: block; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(both_layouts(key), f"wish('{wish}')", show=False)
            for key, wish in (
                ("n", "new"),
                ("e", "edit"),
                ("c", "copy"),
                ("d", "delete"),
                ("s", "share"),
                ("h", "history"),
                ("i", "import"),
                ("x", "export"),
                ("z", "undo"),
            )
        ),
        Binding("delete", "wish('delete')", show=False),
        Binding("slash,full_stop", "filter", show=False),  # the second is what the key types in the Russian layout
        Binding("space", "fold", show=False),
        Binding("left", "fold(False)", show=False),
        Binding("right", "fold(True)", show=False),
        Binding("escape,f4", "leave", show=False, priority=True),
    ]

    def __init__(self, view: View, wish: Wish, preview: Callable[[TemplateCard], str], at: str = "") -> None:
        """`at`: the template under the cursor at first (its id)."""
        super().__init__()
        self._at = at
        self._view = view
        self._wish = wish
        self._as_read = preview
        self._rows = _Rows(view)
        self._preview = _Preview(view)
        self._title = _Words(view, self._title_words)
        self._keys = _Keys(view, self._said_below)
        self._input = Input(placeholder=tr("words, a code, a group"), compact=True)
        self._input.cursor_blink = False
        self._folded: set[str] = set()
        self.said = ""
        """What happened last, beside the title."""

    def compose(self) -> ComposeResult:
        with Vertical():
            yield self._title
            yield self._input
            with Horizontal():
                yield self._rows
                yield self._preview
            yield self._keys

    def on_mount(self) -> None:
        self._rows.nothing = tr("No templates yet: N makes one.")
        self.changed()
        self._point_at(self._at)
        self._rows.focus()

    # ------------------------------------------------------------ what is shown

    def changed(self) -> None:
        """The templates changed, or what is looked for."""
        cards = list(self._view.picture.templates.values())
        query = self._input.value if self.has_class("-filter") else ""
        if query.strip():
            found = search(cards, readings(query), limit=len(cards))
            self._rows.offer([Leaf(card, 0) for card in found])
        else:
            self._rows.offer(rows_of(cards, self._folded))
        self._title.repaint_changed()
        self._look()

    def say(self, words: str) -> None:
        self.said = words
        self._title.repaint_changed()
        self._keys.repaint_changed()

    def point_at(self, template: str) -> None:
        """Put the cursor on this template, opening the folders in which it is."""
        if self.is_mounted:
            self._point_at(template)

    def _point_at(self, template: str) -> None:
        card = self._view.picture.templates.get(template)
        if card is not None:
            self._folded = {path for path in self._folded if not f"{card.group}/".startswith(f"{path}/")}
            self.changed()
            self._rows.point_at((template,))
            self._look()

    def _look(self) -> None:
        row = self._rows.row
        self._preview.show(self._about(row.card) if isinstance(row, Leaf) else "")
        self._keys.repaint_changed()

    def _about(self, card: TemplateCard) -> str:
        """The words as the visitor on the screen would read them, and what else there is to know."""
        now = self._view.now()
        facts = [
            card.title if card.title != card.code else "",
            dormant_words(card, self._view) or card.hours,
            trn("sent {n} time", "sent {n} times", card.used) if card.used else tr("never sent yet"),
        ]
        if card.at:
            by = operator_name(self._view.picture.operators.get(card.by), card.by) or tr("the starter set")
            facts.append(tr("saved by {name}, {at}", name=by, at=date_time(card.at, now)))
        raw = self._as_read(card)
        lines = [raw, "", "—", *(fact for fact in facts if fact)]
        if raw != card.text:
            lines += ["", card.text]
        return "\n".join(lines)

    def _title_words(self) -> tuple[str, str]:
        count = len(self._view.picture.templates)
        words = trn("{n} template", "{n} templates", count)
        return words, "" if self._said_below() else self.said

    def _said_below(self) -> str:
        """What was said, if there is no room for it in the title."""
        return self.said if width(self.said) > self._title.cells.width - _TITLE_CELLS else ""

    # ------------------------------------------------------------ keys

    def action_wish(self, wish: str) -> None:
        if self.focused is self._input:
            return
        row = self._rows.row
        card = row.card if isinstance(row, Leaf) else None
        if card is None and wish in ("edit", "copy", "delete", "share", "history"):
            return
        if card is not None and wish in ("delete", "share") and not may_edit(self._view.picture, scope_of(card)):
            self.say(tr("Only supervisors may do that with this template."))
            return
        self._wish(wish, card)

    def action_fold(self, opened: bool | None = None) -> None:
        row = self._rows.row
        if isinstance(row, Leaf) and opened is False and row.card.group:
            at = self._rows.index_of("/".join(part.strip() for part in row.card.group.split("/") if part.strip()))
            self._rows.move_to(max(0, at))
        elif isinstance(row, Folder):
            if row.open if opened is None else not opened:
                self._folded.add(row.path)
            else:
                self._folded.discard(row.path)
            self.changed()

    def action_filter(self) -> None:
        self.add_class("-filter")
        self._input.focus()

    def action_leave(self) -> None:
        if self.has_class("-filter"):
            self.remove_class("-filter")
            self._input.value = ""
            self._rows.focus()
            self.changed()
        else:
            self.dismiss(None)

    def on_key(self, event: events.Key) -> None:
        if self.focused is self._input and event.key in ("down", "up"):
            event.stop()
            self._rows.focus()

    @on(Input.Changed)
    def _query_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.changed()

    @on(Input.Submitted)
    def _query_done(self, event: Input.Submitted) -> None:
        event.stop()
        self._rows.focus()

    @on(Rows.Moved)
    def _moved(self, event: Rows.Moved) -> None:
        event.stop()
        self.said = ""
        self._title.repaint_changed()
        self._look()

    @on(Rows.Chosen)
    def _chosen(self, event: Rows.Chosen) -> None:
        event.stop()
        if isinstance(self._rows.row, Folder):
            self.action_fold()
        else:
            self.action_wish("edit")
