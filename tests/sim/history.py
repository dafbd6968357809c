"""The journal, folded by simple means of its own: transcripts, where each chat is, and whether anybody was over the limit.

It shares the events' vocabulary with the desk and none of its rules, so that a mistake in the desk is none here.
"""

from collections.abc import Sequence

from msgspec import Struct

from opconsole.wire.cards import Place
from opconsole.wire.messages import Message
from server_stub.desk import events as ev
from server_stub.desk.events import Record
from server_stub.desk.transcript import message_of
from tests.sim.tally import Tally


class Where(Struct):
    place: Place
    owner: str = ""


class History:
    """Raises AssertionError if the records have gaps, or tell of something that must not be."""

    def __init__(self, records: Sequence[Record], tally: Tally | None = None) -> None:
        self.transcripts: dict[int, list[Message]] = {}
        self.by_cid: dict[str, list[Message]] = {}
        """Entries that a command made."""
        self.cids: set[str] = set()
        """Commands of which the journal knows."""
        self.places: dict[int, Where] = {}
        self._tally = tally if tally is not None else Tally()
        self._visitors: dict[int, tuple[str, str]] = {}
        self._room: dict[str, int | None] = {}
        self._limit = 0
        self._public: dict[int, int] = {}
        at = 0
        for seq, record in enumerate(records, 1):
            assert record.seq == seq, f"record {seq} of the journal is {record.seq}"
            assert record.at >= at, f"record {seq} is older than the one before it"
            at = record.at
            message = message_of(record)
            if message is not None:
                self._enter(message)
            if cid := getattr(record.event, "cid", ""):
                self.cids.add(cid)
            self._move(record)

    def entry(self, chat: int, n: int) -> Message | None:
        entries = self.transcripts.get(chat, [])
        return entries[n - 1] if 0 < n <= len(entries) else None

    def public(self, chat: int) -> list[Message]:
        return [entry for entry in self.transcripts.get(chat, []) if entry.p]

    def _enter(self, message: Message) -> None:
        entries = self.transcripts.setdefault(message.chat, [])
        public = self._public.get(message.chat, 0)
        assert message.n == len(entries) + 1, f"chat {message.chat}: entry {message.n} follows {len(entries)}"
        assert message.p in (0, public + 1), f"chat {message.chat}: public entry {message.p} follows {public}"
        self._public[message.chat] = max(public, message.p)
        entries.append(message)
        if message.cid:
            self.by_cid.setdefault(message.cid, []).append(message)

    def _move(self, record: Record) -> None:
        """Who has the chat after this."""
        tally = self._tally
        match record.event:
            case ev.ChatOpened(chat=chat, visitor=visitor, channel=channel):
                assert chat not in self.places, f"chat {chat} is opened twice"
                for other, key in self._visitors.items():
                    is_open = self.places[other].place is not Place.closed
                    assert key != (visitor, channel) or not is_open, f"{visitor} has chats {other} and {chat} at once"
                self._visitors[chat] = (visitor, channel)
                self.places[chat] = Where(Place.inbox)
                tally["chats opened"] += 1
            case ev.ChatTaken(chat=chat, by=by):
                assert self.places[chat].place is Place.inbox, f"chat {chat} was taken while it was {self.places[chat]}"
                self._give(chat, by)
                tally["chats taken"] += 1
            case ev.ChatTransferred(chat=chat, to=to, override=override):
                self._give(chat, to, override=override)
                tally["chats transferred"] += 1
            case ev.ChatWoken(chat=chat, to=to) | ev.ChatReopened(chat=chat, to=to):
                if to:
                    self._give(chat, to)
                else:
                    self.places[chat] = Where(Place.inbox)
                tally["chats woken or reopened"] += 1
            case ev.ChatRescued(chat=chat) | ev.ChatReturned(chat=chat):
                self.places[chat] = Where(Place.inbox)
                tally["chats rescued" if isinstance(record.event, ev.ChatRescued) else "chats returned"] += 1
            case ev.ChatSnoozed(chat=chat):
                self.places[chat] = Where(Place.snoozed, self.places[chat].owner)
                tally["chats snoozed"] += 1
            case ev.ChatClosed(chat=chat):
                self.places[chat] = Where(Place.closed)
                tally["chats closed"] += 1
            case ev.MessageSaid():
                tally["messages"] += 1
            case ev.OperatorChanged(login=login, limit=limit):
                self._room[login] = limit
            case ev.SettingsChanged(settings=settings):
                self._limit = settings.limit
            case _:
                pass

    def _give(self, chat: int, owner: str, *, override: bool = False) -> None:
        where = self.places[chat]
        if where.place is Place.held and where.owner == owner:
            return
        held = sum(each.place is Place.held and each.owner == owner for each in self.places.values()) + 1
        own = self._room.get(owner)
        room = self._limit if own is None else min(own, self._limit)
        assert override or held <= room, f"{owner} was given chat {chat} and so holds {held}, with room for {room}"
        self.places[chat] = Where(Place.held, owner)
