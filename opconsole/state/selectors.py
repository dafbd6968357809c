"""Questions that panes ask of the picture. Each is cheap; none changes anything. Times are the relay's unless said otherwise.

What is returned as `Sequence` is a live view of the store: draw from it, don't keep it across an `apply`.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from msgspec import Struct

from opconsole.state.outbox import Failure, Item
from opconsole.state.picture import Picture
from opconsole.state.transcript import Transcript
from opconsole.state.uploads import Attachment, Stage
from opconsole.wire.cards import ChatCard, OperatorCard, Place, Status, VisitorCard
from opconsole.wire.files import File
from opconsole.wire.messages import Kind, Message
from opconsole.wire.staff import AddNote, EditMessage, Say

TYPING_MS: Final = 8_000
"""A colleague's typing is believed for so long after the last signal."""


def relay_now(picture: Picture, now: int) -> int:
    """Our clock, corrected to the relay's."""
    return now + picture.me.skew_ms


# ---------------------------------------------------------------- lists


def inbox(picture: Picture) -> Sequence[ChatCard]:
    """The waiting chats in the order of `answer_by`: the head is the one that *take next* takes."""
    return picture.inbox.cards


def inbox_index(picture: Picture, chat: int) -> int:
    """The chat's place in the inbox, from 0; -1: it doesn't wait."""
    return picture.inbox.index(chat)


class MyChat(Struct, frozen=True, gc=False):
    number: int
    """1–9, the same for as long as the chat is mine; 0: it has none yet."""
    card: ChatCard


def mine(picture: Picture) -> list[MyChat]:
    """My chats (held and snoozed) by number."""
    return [MyChat(picture.mine.number(chat), picture.chats[chat]) for chat in picture.mine.chats()]


def snoozed(picture: Picture, chat: int) -> bool:
    """Mine, and put aside."""
    found = picture.chats.get(chat)
    return found is not None and found.place is Place.snoozed and chat in picture.mine


def is_mine(picture: Picture, chat: int) -> bool:
    return chat in picture.mine


def by_number(picture: Picture, number: int) -> ChatCard | None:
    """My chat of that number."""
    return picture.chats.get(picture.mine.chat(number))


# ---------------------------------------------------------------- one chat


def card(picture: Picture, chat: int) -> ChatCard | None:
    """The chat's card; of the chat on the screen also after it went out of sight (`gone` says so)."""
    found = picture.chats.get(chat)
    if found is None and picture.departed is not None and picture.departed.card.chat == chat:
        return picture.departed.card
    return found


def transcript(picture: Picture, chat: int) -> Transcript:
    """The chat's transcript; an empty one if nothing is held. Of the chat on the screen also after it went out of sight."""
    found = picture.transcripts.get(chat)
    if found is None and picture.departed is not None and picture.departed.card.chat == chat:
        return picture.departed.transcript
    return found if found is not None else Transcript()


def gone(picture: Picture, chat: int) -> tuple[str, str] | None:
    """If the chat on the screen went out of sight: why, and by whom."""
    departed = picture.departed
    return (departed.why, departed.by) if departed is not None and departed.card.chat == chat else None


def visitor(picture: Picture, chat: int) -> VisitorCard | None:
    found = card(picture, chat)
    return picture.visitors.get(found.visitor) if found is not None else None


def owes(card: ChatCard) -> bool:
    """The visitor had the last public word. Not the same as unread."""
    return card.owes_since > 0


def answering(picture: Picture, chat: int) -> bool:
    """A reply of mine is on its way: what is owed there still is not waited for from me."""
    return any(item.failure is None and isinstance(item.command, Say) for item in picture.outbox.words_of(chat))


def unread(picture: Picture, card: ChatCard) -> int:
    """Visitor's messages that I have not read; what I have just read counts as read before the relay says so, and what I made
    unread again counts as unread though the relay knows better."""
    again = picture.marks.again.get(card.chat)
    if again is not None:
        return max(1, _words_after(picture, card.chat, again))
    return 0 if picture.read.get(card.chat, 0) >= card.public > 0 else card.unread


def read_up_to(picture: Picture, card: ChatCard) -> int:
    """Number of the last public message that counts as read by me."""
    again = picture.marks.again.get(card.chat)
    return again if again is not None else max(card.operator_read, picture.read.get(card.chat, 0))


def _words_after(picture: Picture, chat: int, p: int) -> int:
    """How many of the held entries after public number `p` are the visitor's words."""
    count = 0
    for message in reversed(transcript(picture, chat).entries):
        if 0 < message.p <= p:
            break
        count += message.p > 0 and message.kind is Kind.say and message.by == "visitor"
    return count


def flagged(picture: Picture, chat: int) -> bool:
    """Flagged by me. Neither unread nor owed: a mark of my own."""
    return chat in picture.marks.flagged


def marked(picture: Picture) -> list[int]:
    """Chats marked in the lists, in their order: mine by number, then the waiting ones."""
    marks = picture.marks.marked
    if not marks:
        return []
    order = [*picture.mine.chats(), *(card.chat for card in picture.inbox.cards)]
    return [chat for chat in order if chat in marks]


class OutgoingState(StrEnum):
    waiting = "waiting"
    """There is no link: it goes out when there is one."""
    held = "held"
    """Held back for some seconds, so that it can be taken back."""
    sending = "sending"
    bringing = "bringing"
    """The file that the words go with is on its way to the relay; they follow it."""
    stored = "stored"
    failed = "failed"


class Outgoing(Struct, frozen=True):
    """My words that are not in the transcript yet, to be drawn after it."""

    cid: str
    text: str
    note: bool
    at: int
    """When they were given (our clock); of stored ones, the relay's time."""
    state: OutgoingState
    failure: Failure | None = None
    file: File | None = None
    sent: int = 0
    """Of a file that is being brought: so many bytes so far, in steps of a percent."""
    percent: int = 0


def outgoing(picture: Picture, chat: int) -> list[Outgoing]:
    """My words of this chat on their way, in the order in which they were written."""
    stored = OutgoingState.stored
    found = [Outgoing(w.cid, w.text, w.note, w.at, stored, file=w.file) for w in picture.stored.get(chat, ())]
    under_way = OutgoingState.sending if picture.link.is_live else OutgoingState.waiting
    for item in picture.outbox.words_of(chat):
        command = item.command
        if isinstance(command, Say | AddNote):
            state = OutgoingState.failed if item.failure is not None else under_way
            if item.held_until:
                state = OutgoingState.held
            is_note = isinstance(command, AddNote)
            file = item.file or (File(id=command.file) if command.file else None)
            found.append(Outgoing(command.id, command.text, is_note, item.at, state, item.failure, file))
    found += (_attached(upload) for upload in picture.uploads.of(chat))
    return found


def _attached(upload: Attachment) -> Outgoing:
    states = {Stage.failed: OutgoingState.failed, Stage.bringing: OutgoingState.bringing}
    return Outgoing(
        upload.id,
        upload.caption,
        upload.note,
        upload.at,
        states.get(upload.stage, OutgoingState.waiting),
        upload.failure,
        File(id="", name=upload.name, size=upload.size),
        upload.sent,
        upload.percent,
    )


def held_back(picture: Picture, chat: int) -> Item | None:
    """The newest words of the chat that are held back."""
    return next((item for item in reversed(picture.outbox.words_of(chat)) if item.held_until), None)


def waiting_words(picture: Picture, chat: int) -> int:
    """How many of my words in this chat wait for a link."""
    if picture.link.is_live:
        return 0
    return sum(item.failure is None and not item.held_until for item in picture.outbox.words_of(chat))


def said_by_others(picture: Picture, chat: int, seen: int) -> list[Message]:
    """What the team said to the visitor after entry `seen`, but not from this console: colleagues, supervisors, and I from another
    one. `seen` 0: it isn't known what was seen, so nothing is."""
    found: list[Message] = []
    for message in reversed(transcript(picture, chat).entries):
        if not seen or message.n <= seen:
            break
        ours = message.by == picture.me.login and (not message.cid or picture.outbox.is_own(message.cid))
        if message.kind is Kind.say and message.by not in ("visitor", "") and not ours and not message.deleted_by:
            found.append(message)
    return found[::-1]


class UnderWay(Struct, frozen=True):
    """A change of stored words that is on its way. `text` None: they are to be deleted."""

    text: str | None
    state: OutgoingState


def changes_under_way(picture: Picture, chat: int) -> dict[int, UnderWay]:
    """By entry number, what my commands on their way make of stored words: drawn so, before the relay says that it is."""
    state = OutgoingState.sending if picture.link.is_live else OutgoingState.waiting
    return {
        each.n: UnderWay(each.text if isinstance(each, EditMessage) else None, state)
        for each in picture.outbox.changes_of(chat)
    }


def my_last_words(picture: Picture, chat: int) -> Message | None:
    """The newest entry of the chat that is mine to edit: words or a note, not deleted. By the desk's settings and the clock the
    relay may still refuse."""
    for message in reversed(transcript(picture, chat).entries):
        if message.kind in (Kind.say, Kind.note) and message.by == picture.me.login and not message.deleted_by:
            return message
    return None


def read_by_visitor(card: ChatCard, message: Message) -> bool:
    """✓✓: the visitor has seen this public message."""
    return 0 < message.p <= card.visitor_read


def typists(picture: Picture, chat: int, now: int) -> list[str]:
    """Logins of colleagues who are typing in this chat. `now`: our own clock."""
    return [login for login, since in picture.typing.get(chat, {}).items() if now - since < TYPING_MS]


def peek(picture: Picture, chat: int) -> str:
    """What the visitor is typing; empty: nothing."""
    return picture.peeks.get(chat, "")


# ---------------------------------------------------------------- where to go next


def nearest_rescue(picture: Picture) -> ChatCard | None:
    """My chat that will be lost first."""
    due = [found for found in _held(picture) if found.rescue_at]
    return min(due, key=lambda found: (found.rescue_at, found.chat), default=None)


def most_urgent(picture: Picture) -> ChatCard | None:
    """Of my chats: the one nearest its rescue, else the one that owes longest, else the one with the oldest unread words."""
    nearest = nearest_rescue(picture)
    if nearest is not None:
        return nearest
    owing = [found for found in _held(picture) if owes(found)]
    if owing:
        return min(owing, key=lambda found: (found.owes_since, found.chat))
    new = [found for found in _held(picture) if unread(picture, found)]
    return min(new, key=lambda found: (found.last_at, found.chat), default=None)


def next_unread(picture: Picture, after: int = 0) -> ChatCard | None:
    """My next chat with unread words, by number, going on after chat `after` and around."""
    order = picture.mine.chats()
    start = order.index(after) + 1 if after in picture.mine else 0
    for chat in order[start:] + order[:start]:
        found = picture.chats[chat]
        if chat != after and unread(picture, found):
            return found
    return None


def oldest_waiting(picture: Picture) -> ChatCard | None:
    """Of the inbox, the chat that waits longest (not always its head: the head is the most urgent)."""
    return picture.inbox.oldest()


def waiting(picture: Picture) -> int:
    return len(picture.inbox.cards)


# ---------------------------------------------------------------- me


class Load(Struct, frozen=True):
    held: int
    limit: int

    @property
    def full(self) -> bool:
        return self.held >= self.limit


def my_card(picture: Picture) -> OperatorCard | None:
    return picture.operators.get(picture.me.login)


def my_load(picture: Picture) -> Load:
    """Chats that I hold (snoozed ones don't count), and how many I may."""
    found = my_card(picture)
    return Load(len(_held(picture)), found.limit if found is not None else 0)


def my_status(picture: Picture) -> Status:
    found = my_card(picture)
    return found.status if found is not None else Status.offline


def _held(picture: Picture) -> list[ChatCard]:
    cards = (picture.chats[chat] for chat in picture.mine.chats())
    return [found for found in cards if found.place is Place.held]
