"""What happens at a desk as a log for programs: frames in, happenings out, each once, over however many links.

Every happening is one JSON object (`docs/scripts.md` says what its fields mean; a test compares). Nothing is left out because it has
its default: a program should find a field where it looks for it. Pure: what is printed, and how, is the command line's.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct

from opconsole.wire.cards import ChatCard, Place
from opconsole.wire.files import File
from opconsole.wire.messages import Message
from opconsole.wire.staff import Gone, PageOf, StaffDown, Sync, Welcome

REMEMBERED: Final = 20_000
"""Of so many chats it is known what was told; beyond it the one that was told of longest ago goes."""


class Happening(Struct, frozen=True, kw_only=True, tag_field="event", gc=False):
    """One line. `at`: milliseconds since the Unix epoch, UTC."""

    at: int


class LinkTold(Happening, frozen=True, kw_only=True, tag="link", gc=False):
    """`state`: `live`, `offline` (it is tried again) or `stopped`; `why` is a sentence."""

    state: str
    why: str = ""


class ChatTold(Happening, frozen=True, kw_only=True, tag="chat", gc=False):
    """A chat came into sight, or into another place or hand. `at`: of its last words."""

    chat: int
    place: str
    mine: bool
    visitor: str
    name: str
    channel: str
    department: str
    lang: str
    priority: str
    owner: str
    owner_name: str
    opened_at: int
    waiting_since: int
    answer_by: int
    owes_since: int
    rescue_at: int
    snoozed_until: int
    unread: int
    rescues: int
    alarm: bool
    online: bool
    last: int
    public: int
    words: str
    words_by: str


class GoneTold(Happening, frozen=True, kw_only=True, tag="gone", gc=False):
    """A chat is out of sight. `why` as in the protocol's `gone`; empty: it went while there was no link."""

    chat: int
    why: str = ""
    by: str = ""


class FileTold(Struct, frozen=True, kw_only=True, gc=False):
    """What a message carries. `size` is in bytes; `width` and `height` are a picture's, in pixels."""

    id: str
    name: str
    type: str
    size: int
    width: int
    height: int


class MessageTold(Happening, frozen=True, kw_only=True, tag="message", gc=False):
    """An entry of a transcript. `id`: of the command that made it."""

    chat: int
    n: int
    p: int
    kind: str
    by: str
    name: str
    text: str
    to: str
    of: int
    deleted_by: str
    id: str
    file: FileTold | None


class GapTold(Happening, frozen=True, kw_only=True, tag="gap", gc=False):
    """Of this chat, the entries after `after` and before `before` were missed: too many came while there was no link."""

    chat: int
    after: int
    before: int


Told = LinkTold | ChatTold | GoneTold | MessageTold | GapTold


def chat_told(card: ChatCard, me: str) -> ChatTold:
    """The card as a program sees it. `me`: whose session it is."""
    return ChatTold(
        at=card.last_at,
        chat=card.chat,
        place=card.place.value,
        mine=_is_mine(card, me),
        visitor=card.visitor,
        name=card.name,
        channel=card.channel,
        department=card.department,
        lang=card.lang,
        priority=card.priority.value,
        owner=card.owner,
        owner_name=card.owner_name,
        opened_at=card.opened_at,
        waiting_since=card.waiting_since,
        answer_by=card.answer_by,
        owes_since=card.owes_since,
        rescue_at=card.rescue_at,
        snoozed_until=card.snoozed_until,
        unread=card.unread,
        rescues=card.rescues,
        alarm=card.alarm,
        online=card.online,
        last=card.last,
        public=card.public,
        words=card.words,
        words_by=card.words_by,
    )


def message_told(message: Message) -> MessageTold:
    return MessageTold(
        at=message.at,
        chat=message.chat,
        n=message.n,
        p=message.p,
        kind=message.kind.value,
        by=message.by,
        name=message.name,
        text=message.text,
        to=message.to,
        of=message.of,
        deleted_by=message.deleted_by,
        id=message.cid,
        file=_file_told(message.file) if message.file is not None else None,
    )


def _file_told(file: File) -> FileTold:
    return FileTold(id=file.id, name=file.name, type=file.type, size=file.size, width=file.width, height=file.height)


class Follower:
    """`chat`: tell of this chat alone (0: of all). `last`: of each chat of the first sync, tell so many of its newest entries."""

    def __init__(self, chat: int = 0, last: int = 0) -> None:
        self.me = ""
        self._only = chat
        self._at_start = last
        self._told: dict[int, int] = {}
        """Per chat, the last entry that was told."""
        self._seen: dict[int, ChatCard] = {}
        self._synced = False

    def have(self) -> dict[int, int]:
        """For `hello`: what need not come again."""
        return {chat: n for chat, n in self._told.items() if n and (chat in self._seen or chat == self._only)}

    def told_of(self, chat: int) -> int:
        """The last entry of this chat that was told; 0: none."""
        return self._told.get(chat, 0)

    def take(self, frame: StaffDown, now: int) -> Iterator[Told]:
        """What a frame tells that was not told before. `now`: of our clock, for what has no time of its own."""
        match frame:
            case Welcome():
                self.me = frame.login
            case Sync():
                yield from self._sync(frame, now)
            case ChatCard():
                yield from self._card(frame)
            case Gone():
                yield from self._gone(frame.chat, frame.why, frame.by, now)
            case Message():
                yield from self._entries((frame,))
            case PageOf():
                yield from self._page(frame)

    def _sync(self, sync: Sync, now: int) -> Iterator[Told]:
        if not self._synced:
            self._synced = True
            yield from self._begin(sync)
            return
        for chat in self._seen.keys() - {card.chat for card in sync.chats}:
            yield from self._gone(chat, "", "", now)
        for card in sync.chats:
            yield from self._card(card)
        yield from self._entries(sync.messages)

    def _begin(self, sync: Sync) -> Iterator[Told]:
        """The first sync is where the log begins: what there is already is not told, but the last entries asked for."""
        self._seen = {card.chat: card for card in sync.chats}
        for card in sync.chats:
            if _is_mine(card, self.me):
                self._remember(card.chat, max(0, card.last - self._at_start))
        yield from self._entries(sync.messages)
        for card in sync.chats:
            if _is_mine(card, self.me):
                self._remember(card.chat, max(card.last, self._told.get(card.chat, 0)))

    def _card(self, card: ChatCard) -> Iterator[Told]:
        old = self._seen.get(card.chat)
        if old is not None and card.rev < old.rev:
            return
        self._seen[card.chat] = card
        moved = old is None or (old.place, old.owner, old.rescues) != (card.place, card.owner, card.rescues)
        if moved and self._wants(card.chat):
            yield chat_told(card, self.me)

    def _gone(self, chat: int, why: str, by: str, now: int) -> Iterator[Told]:
        if self._seen.pop(chat, None) is not None and self._wants(chat):
            yield GoneTold(at=now, chat=chat, why=why, by=by)

    def _page(self, page: PageOf) -> Iterator[Told]:
        """A chat that came to me, or is watched, brings its entries. Before them there may be more: no gap, they never were ours."""
        told = self._told.get(page.chat, 0)
        first_look = not told and page.chat == self._only and not _is_mine_at(self._seen.get(page.chat), self.me)
        messages = page.messages
        if first_look:
            keep = messages[-self._at_start :] if self._at_start else []
            self._remember(page.chat, keep[0].n - 1 if keep else (messages[-1].n if messages else 0))
            messages = keep
        elif not told and messages:
            self._remember(page.chat, messages[0].n - 1)
        yield from self._entries(messages)

    def _entries(self, messages: Iterable[Message]) -> Iterator[Told]:
        for message in messages:
            chat, n = message.chat, message.n
            told = self._told.get(chat, 0)
            if n <= told:
                continue
            self._remember(chat, n)
            if not self._wants(chat):
                continue
            if told and n > told + 1:
                yield GapTold(at=message.at, chat=chat, after=told, before=n)
            yield message_told(message)

    def _remember(self, chat: int, n: int) -> None:
        self._told.pop(chat, None)
        self._told[chat] = n
        if len(self._told) > REMEMBERED:
            self._told.pop(next(iter(self._told)))

    def _wants(self, chat: int) -> bool:
        return self._only in (0, chat)


def _is_mine(card: ChatCard, me: str) -> bool:
    return card.owner != "" and card.owner == me and card.place in (Place.held, Place.snoozed)


def _is_mine_at(card: ChatCard | None, me: str) -> bool:
    return card is not None and _is_mine(card, me)
