"""How one entry of a transcript looks: a message, a note, an event, my words on their way, the visitor's peek. Pure.

A message has its words at the left and, in a column of their own at the right, its time and (of the team's) how far it has come:
`…` on its way, `✓` stored, `✓✓` read, `◌` waiting for the link, `◔` held back to be taken back, `✗` refused. Names stand above the first message of a run.
"""

from enum import Enum
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from opconsole.locale import clock, day, event_words, refusal_text, tr
from opconsole.locale.files import file_facts, file_words, size_words
from opconsole.state.outbox import Failure
from opconsole.state.selectors import Outgoing, OutgoingState, UnderWay
from opconsole.ui.cells import cut, fit, fit_right, width, wrap
from opconsole.ui.ink import Ink
from opconsole.ui.widgets.line import Part
from opconsole.wire.cards import ChatCard
from opconsole.wire.files import File
from opconsole.wire.messages import Kind, Message

TEXT_CELLS: Final = 100
"""Words are not set wider than this: longer lines can't be read."""
_BAR: Final = "┃ "
_NOTE_BAR: Final = "┊ "
_INDENT: Final = 4
"""The team's words stand a little to the right of the visitor's, so sides are told apart without colour."""
_STAMP: Final = 10
"""Cells of the column with time and mark."""
_PEEK_LINES: Final = 3
FILE: Final = "▤ "
"""Before a file's name."""
_BAR_CELLS: Final = 16

Lines = list[list[Part]]


class Mark(Enum):
    """How far words have come."""

    none = ""
    waiting = "◌"
    held = "◔"
    sending = "…"
    bringing = "↑"
    stored = "✓"
    read = "✓✓"
    failed = "✗"


_MARKS: Final = {
    OutgoingState.waiting: Mark.waiting,
    OutgoingState.held: Mark.held,
    OutgoingState.sending: Mark.sending,
    OutgoingState.bringing: Mark.bringing,
    OutgoingState.stored: Mark.stored,
    OutgoingState.failed: Mark.failed,
}


class Entry(Struct, frozen=True):
    """What is needed to draw one entry; equal ones look equal."""

    text: str
    at: int
    """On the relay's clock."""
    kind: Kind = Kind.say
    visitor: bool = False
    mine: bool = False
    name: str = ""
    """Whose words; empty: the same as above, no name is drawn."""
    to: str = ""
    mark: Mark = Mark.none
    failure: Failure | None = None
    day: str = ""
    """A new day begins before it."""
    new: bool = False
    """The first that I had not read when I opened the chat."""
    chosen: bool = False
    edited: bool = False
    deleted: str = ""
    """The words were deleted: the sentence that stands in their place."""
    file: File | None = None
    sent: int = 0
    """Of a file that is on its way to the relay: so many bytes so far."""

    @property
    def plain_text(self) -> str:
        """Words and file as text alone; empty: there is nothing (any more)."""
        if self.file is None:
            return self.text
        file = file_words(self.file.name, self.file.type, self.file.size)
        return f"{file}\n{self.text}" if self.text else file


def entry_of(message: Message, card: ChatCard | None, me: str) -> Entry:
    """The entry of a stored message, as if it began a run and no day."""
    visitor = message.by == "visitor"
    mark = Mark.none
    if message.kind is Kind.say and not visitor and message.by:
        read = card is not None and 0 < message.p <= card.visitor_read
        mark = Mark.read if read else Mark.stored
    name = message.name or ((card.name if card is not None else "") if visitor else message.by)
    if visitor and not name:
        name = tr("Visitor {chat}", chat=message.chat)
    empty = "" if message.deleted_by or message.file is not None else tr("(erased)")  # words can't be empty otherwise
    text, file = message.text or empty, message.file
    entry = Entry(text, message.at, message.kind, visitor, message.by == me, name, message.to, mark, file=file)
    if message.deleted_by:
        return replace(entry, deleted=deleted_words(message, me))
    return replace(entry, edited=True) if message.version else entry


def changing(entry: Entry, change: UnderWay) -> Entry:
    """The entry as my change of it, which is on its way, will make it."""
    mark = _MARKS[change.state]
    if change.text is None:
        return replace(entry, text="", deleted=tr("You deleted this message."), mark=mark, file=None)
    return replace(entry, text=change.text, edited=True, mark=mark)


def deleted_words(message: Message, me: str) -> str:
    """What stands in the place of deleted words."""
    if message.deleted_by == me:
        return tr("You deleted this message.")
    if message.deleted_by == "visitor":
        return tr("The visitor deleted this message.")
    return tr("{name} deleted this message.", name=message.deleted_name or message.deleted_by)


def outgoing_entry(words: Outgoing, name: str, skew_ms: int) -> Entry:
    """The entry of my words that are not in the transcript yet."""
    at = words.at if words.state is OutgoingState.stored else words.at + skew_ms
    kind = Kind.note if words.note else Kind.say
    mark = _MARKS[words.state]
    return Entry(words.text, at, kind, False, True, name, "", mark, words.failure, file=words.file, sent=words.sent)


def draw(entry: Entry, cells: int, ink: Ink, now: int) -> Lines:
    """The entry's lines, each at most `cells` wide."""
    lines: Lines = []
    if entry.kind is Kind.change:
        return lines
    if entry.day:
        lines.append(_rule(entry.day, cells, ink))
    if entry.new:
        lines.append(_rule(tr("new"), cells, ink, strong=True))
    if entry.kind is Kind.event:
        lines += _event(entry, cells, ink)
    else:
        lines += _words(entry, cells, ink)
    return lines


def day_of(at: int, now: int) -> str:
    return day(at, now)


def _words(entry: Entry, cells: int, ink: Ink) -> Lines:
    note = entry.kind is Kind.note
    indent = 0 if entry.visitor else _INDENT
    style = ink.visitor if entry.visitor else ink.note if note else ink.operator
    bar = (_NOTE_BAR if note else _BAR, style)
    text_style = ink.note if note else ink.text
    room = max(8, min(cells - 1 - 2 - _STAMP, TEXT_CELLS + _INDENT) - indent)
    pad: Part = (" " * (1 + indent), ink.text)
    lines: Lines = []
    if entry.name:
        head: list[Part] = [pad, (cut(entry.name, room - 12), style)]
        if entry.mine:
            head.append((" " + tr("(you)"), ink.muted))
        if note:
            head.append((" · " + tr("note, only the team sees it"), ink.muted))
        lines.append(head)
    file = _file(entry, pad, bar, room, ink)
    words = wrap(entry.deleted or entry.text, room) if entry.deleted or entry.text or not file else []
    if entry.deleted:
        text_style = ink.muted
    tag = " " + tr("(edited)") if entry.edited and not entry.deleted else ""
    if tag and (not words or width(words[-1]) + width(tag) > room):
        words.append("")
        tag = tag.strip()
    lines += file
    for number, line in enumerate(words):
        stamp = _stamp(entry, ink) if number == 0 and not file else []
        if tag and number == len(words) - 1:
            rest = fit(tag, room - width(line))
            lines.append([pad, bar, (line, text_style), (rest, ink.muted), *stamp])
        else:
            lines.append([pad, bar, (fit(line, room), text_style), *stamp])
    if entry.mark is Mark.held:
        lines.append([pad, bar, (cut(tr("not sent yet · Esc takes it back"), room), ink.muted)])
    if entry.failure is not None:
        lines += _failure(entry.failure, pad, bar, room, ink)
    return lines


def _file(entry: Entry, pad: Part, bar: Part, room: int, ink: Ink) -> Lines:
    """The file's name, what it is, and how far it has come; none without one."""
    file = entry.file
    if file is None:
        return []
    facts = file_facts(file.type, file.size, file.width, file.height)
    name = cut(file.name or tr("file"), room - len(FILE))
    head: list[Part] = [(FILE, ink.link), (name, ink.link)]
    left = room - len(FILE) - width(name)
    lines: Lines = []
    if width(facts) + 3 <= left:
        head.append((fit(" · " + facts, left), ink.muted))
        lines.append([pad, bar, *head, *_stamp(entry, ink)])
    else:
        lines.append([pad, bar, *head, (" " * left, ink.text), *_stamp(entry, ink)])
        lines.append([pad, bar, ("  " + cut(facts, room - 2), ink.muted)])
    if entry.mark is Mark.bringing:
        lines.append([pad, bar, *_progress(entry.sent, file.size, room, ink)])
    return lines


def _progress(sent: int, size: int, room: int, ink: Ink) -> list[Part]:
    percent = min(100, sent * 100 // size) if size else 0
    full = _BAR_CELLS * percent // 100
    amounts = tr("{sent} of {size}", sent=size_words(sent), size=size_words(size))
    words = f" {percent} % · {amounts} · " + tr("x cancels it (go there with Tab)")
    return [
        ("  " + "█" * full, ink.accent),
        ("░" * (_BAR_CELLS - full), ink.muted),
        (cut(words, max(0, room - _BAR_CELLS - 2)), ink.muted),
    ]


def _stamp(entry: Entry, ink: Ink) -> list[Part]:
    styles = {Mark.read: ink.ok, Mark.failed: ink.danger, Mark.waiting: ink.warning, Mark.held: ink.warning}
    return [
        (fit_right(clock(entry.at), 6) + " ", ink.muted),
        (fit(entry.mark.value, 2), styles.get(entry.mark, ink.muted)),
    ]


def _failure(failure: Failure, pad: Part, bar: Part, room: int, ink: Ink) -> Lines:
    why = refusal_text(failure.code, failure.facts, failure.text)
    text = tr("Not sent: {why}", why=why)
    hint = tr("r sends it again, e edits it, x throws it away (go there with Tab)")
    lines: Lines = [[pad, bar, (line, ink.danger)] for line in wrap(text, room)]
    lines += [[pad, bar, (line, ink.muted)] for line in wrap(hint, room)]
    return lines


def _event(entry: Entry, cells: int, ink: Ink) -> Lines:
    room = max(8, min(cells - 3 - _STAMP, TEXT_CELLS + _INDENT))
    text = event_words(entry.text, entry.name, entry.to)
    lines: Lines = []
    for number, line in enumerate(wrap(text, room - 2)):
        stamp: list[Part] = [(fit_right(clock(entry.at), 6), ink.muted)] if number == 0 else []
        lines.append([(" ∙ " if number == 0 else "   ", ink.faint), (fit(line, room), ink.muted), *stamp])
    return lines


def _rule(text: str, cells: int, ink: Ink, strong: bool = False) -> list[Part]:
    words = f" {text} "
    total = min(cells - 2, TEXT_CELLS + _INDENT + _STAMP + 2)
    side = max(1, (total - width(words)) // 2)
    style = ink.unread if strong else ink.muted
    line = ink.unread if strong else ink.border
    return [(" " + "─" * side, line), (words, style), ("─" * max(1, total - side - width(words)), line)]


def draw_peek(name: str, text: str, cells: int, ink: Ink) -> Lines:
    """What the visitor is typing: the last lines of it."""
    room = max(8, min(cells - 3 - _STAMP, TEXT_CELLS))
    head: list[Part] = [(" ", ink.text), (tr("{name} is typing:", name=cut(name, room - 14)), ink.peek)]
    lines = wrap(text + "▁", room)
    return [head, *([(" ┆ ", ink.peek), (line, ink.peek)] for line in lines[-_PEEK_LINES:])]


def draw_typists(names: list[str], cells: int, ink: Ink) -> Lines:
    text = tr("{name} is typing to the visitor…", name=", ".join(names))
    return [[("   ", ink.text), (cut(text, cells - 4), ink.muted)]]
