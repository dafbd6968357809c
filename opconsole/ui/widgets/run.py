"""The entries of the chat on the screen as one run of items, each knowing what it needs of its neighbour: day, name, news.

Items: the transcript's entries, my words on their way, then (the tail) the peek and the colleagues who type. An item's number is
the entry's `n`; words on their way go on counting after the newest entry.
"""

from collections.abc import Hashable, Sequence
from functools import lru_cache
from typing import Final

from msgspec.structs import replace

from opconsole.locale import day_number
from opconsole.state import selectors
from opconsole.state.selectors import Outgoing, UnderWay
from opconsole.ui.view import View
from opconsole.ui.widgets.entries import Entry, Mark, changing, day_of, entry_of, outgoing_entry
from opconsole.ui.words import chat_name
from opconsole.wire.cards import ChatCard
from opconsole.wire.messages import Kind, Message

RUN_MS: Final = 5 * 60_000
"""Words of one person within this time stand under one name."""


class Run:
    def __init__(self, view: View) -> None:
        self._view = view
        self.chat = 0
        self._card: ChatCard | None = None
        self._entries: Sequence[Message] = ()
        self._outgoing: list[Outgoing] = []
        self.tail: list[tuple[str, str]] = []
        """After the entries: ("peek", text), ("typists", names by lines)."""
        self.older_exist = False
        self.hidden = 0
        """How many of the items are drawn as nothing: changes of other entries."""
        self._under_way: dict[int, UnderWay] = {}
        self._read_at_opening = 0
        self._first_new = 0
        """Number of the first entry that I had not read when I opened the chat; 0: there is none."""
        self._revision = (0, 0)

    def open(self, chat: int) -> None:
        self.chat = chat
        card = selectors.card(self._view.picture, chat)
        self._read_at_opening = 0
        if card is not None and selectors.unread(self._view.picture, card):
            self._read_at_opening = selectors.read_up_to(self._view.picture, card)
        self.refresh()

    def refresh(self) -> None:
        """Read the picture anew. Cheap: nothing is copied but my few words on their way."""
        picture = self._view.picture
        transcript = selectors.transcript(picture, self.chat)
        self._entries = transcript.entries
        self.older_exist = transcript.older_exist
        self._revision = (transcript.revision, transcript.edits)
        self.hidden = transcript.changes
        self._card = selectors.card(picture, self.chat)
        self._outgoing = selectors.outgoing(picture, self.chat) if self.chat else []
        self._under_way = selectors.changes_under_way(picture, self.chat) if self.chat else {}
        self._first_new = self._find_first_new()
        self.tail = []
        if words := selectors.peek(picture, self.chat):
            self.tail.append(("peek", words))
        typists = [
            login for login in selectors.typists(picture, self.chat, self._view.clock()) if login != picture.me.login
        ]
        if typists:
            names = [picture.operators[login].name if login in picture.operators else login for login in typists]
            self.tail.append(("typists", "\n".join(names)))

    def state(self) -> Hashable:
        """Equal states look equal: nothing was added, sent, read or typed between them."""
        card = self._card
        return (
            self.chat,
            self._revision,
            self.last_number,
            card.visitor_read if card is not None else 0,
            self.visitor_name,
            self.older_exist,
            tuple((words.cid, words.state, words.percent) for words in self._outgoing),
            tuple(self._under_way.items()),
            tuple(self.tail),
        )

    def forget(self) -> None:
        """The language changed: names of days do too."""
        _day_number.cache_clear()

    # ------------------------------------------------------------ items by index

    @property
    def count(self) -> int:
        """Entries and words on their way, without the tail."""
        return len(self._entries) + len(self._outgoing)

    @property
    def total(self) -> int:
        return self.count + len(self.tail)

    @property
    def last_number(self) -> int:
        return self._entries[-1].n if self._entries else 0

    @property
    def visitor_name(self) -> str:
        return chat_name(self._card) if self._card is not None else ""

    def number(self, index: int) -> int:
        stored = len(self._entries)
        return self._entries[index].n if index < stored else self.last_number + 1 + index - stored

    def index_of(self, number: int) -> int:
        """-1: that entry is not held (any more)."""
        if not self.count:
            return -1
        index = number - self.number(0)
        return index if 0 <= index < self.count else -1

    def between(self, first: int, last: int) -> range:
        return range(max(0, self.index_of(first)), self.index_of(last) + 1)

    def is_outgoing(self, number: int, cid: str) -> bool:
        index = self.index_of(number) - len(self._entries)
        return 0 <= index < len(self._outgoing) and self._outgoing[index].cid == cid

    def key(self, index: int) -> Hashable:
        """All that the item's look depends on, but width, theme and mark."""
        if index >= self.count:
            return (self.chat, self.visitor_name, *self.tail[index - self.count])
        stored = len(self._entries)
        if index >= stored:
            words = self._outgoing[index - stored]
            after = self.last_number if index == stored else self._outgoing[index - 1 - stored].note
            return (self.chat, words.cid, words.state, words.percent, index == stored, after)
        message = self._entries[index]
        read = self._card is not None and 0 < message.p <= self._card.visitor_read
        return (
            self.chat,  # other chats have entries of the same numbers
            message.n,
            read and message.by != "visitor",
            message.version,
            self._under_way.get(message.n),
            index == 0,
            self.visitor_name if message.by == "visitor" else "",
        )

    def entry(self, index: int) -> Entry:
        """The item in its place: with a name where a run begins, a day where one begins."""
        entry = self._alone(index)
        if entry.kind is Kind.change:
            return entry
        before = self._drawn_before(index)
        if before is None or _day_number(before.at) != _day_number(entry.at):
            entry = replace(entry, day=day_of(entry.at, self._view.now()))
        elif _one_run(before, entry):
            entry = replace(entry, name="")
        if self._first_new and self.number(index) == self._first_new:
            entry = replace(entry, new=True)
        return entry

    def plain_text(self, index: int) -> str:
        """Empty: there are no words (any more)."""
        return self._alone(index).plain_text

    def is_stored(self, index: int) -> bool:
        """It is an entry of the transcript, not words on their way."""
        return index < len(self._entries)

    def is_hidden(self, index: int) -> bool:
        return index < len(self._entries) and self._entries[index].kind is Kind.change

    def _drawn_before(self, index: int) -> Entry | None:
        while index > 0:
            index -= 1
            if not self.is_hidden(index):
                return self._alone(index)
        return None

    def _alone(self, index: int) -> Entry:
        picture = self._view.picture
        stored = len(self._entries)
        if index < stored:
            message = self._entries[index]
            entry = entry_of(message, self._card, picture.me.login)
            change = self._under_way.get(message.n)
            return entry if change is None else changing(entry, change)
        return outgoing_entry(self._outgoing[index - stored], picture.me.name or picture.me.login, picture.me.skew_ms)

    def _find_first_new(self) -> int:
        found = 0
        if self._read_at_opening:
            for message in reversed(self._entries):
                if message.p and message.p <= self._read_at_opening:
                    return found
                if message.kind is Kind.say:
                    found = message.n if message.by == "visitor" else 0
        return found


def _one_run(before: Entry, entry: Entry) -> bool:
    """Whether the entry goes on under the name of the one before."""
    if entry.kind is Kind.event:
        return False
    same = (before.kind, before.visitor, before.mine, before.name) == (
        entry.kind,
        entry.visitor,
        entry.mine,
        entry.name,
    )
    return same and entry.at - before.at < RUN_MS and before.mark is not Mark.failed


@lru_cache(maxsize=4096)
def _day_number(at: int) -> int:
    return day_number(at)
