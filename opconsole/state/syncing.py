"""A sync replaces the picture: what is not in it is forgotten, and what is still visible keeps its transcript and marks.

One path for the first start, a lost link and a relay that was restarted.
"""

from collections import defaultdict

from opconsole.state.books import Books, Gathered
from opconsole.state.changes import ALL, Lost, MessageInOtherChat, MessageInShownChat, NoteCame, Slice
from opconsole.state.chats import forget_chat, gone_by_me, is_mine, notice_move, transcript_of
from opconsole.state.model import Me
from opconsole.state.order import InboxOrder, MyNumbers
from opconsole.state.picture import Picture
from opconsole.wire.cards import DeskCard, Place
from opconsole.wire.messages import Kind, Message
from opconsole.wire.staff import Sync


def forget_everything(picture: Picture) -> None:
    """Another person, or another desk: nothing of the old picture is theirs. Drafts and outbox are changed by who loads them."""
    picture.me = Me()
    picture.synced = False
    picture.head = 0
    picture.chats = {}
    picture.inbox = InboxOrder()
    picture.mine = MyNumbers()
    picture.visitors, picture.operators, picture.templates = {}, {}, {}
    picture.desk = DeskCard(rev=0)
    picture.transcripts, picture.stored, picture.read = {}, {}, {}
    picture.swept, picture.untold = {}, set()
    picture.shown, picture.departed = 0, None
    picture.warned = set()
    picture.books = Books()
    forget_moments(picture)


def forget_moments(picture: Picture) -> None:
    """Without a link, what somebody types right now is not known."""
    picture.peeks, picture.typing = {}, {}


def replace_by(picture: Picture, sync: Sync, out: Gathered) -> None:
    first = not picture.synced
    before = picture.chats
    was_waiting = {chat for chat in before if chat in picture.inbox}
    was_mine = set(picture.mine.chats())
    visible = {card.chat: card for card in sync.chats}

    for chat in [chat for chat in before if chat not in visible]:
        forget_chat(picture, chat, out)
        if chat in was_mine and not gone_by_me(picture, chat):
            out.notices.append(Lost(chat))

    picture.synced = True
    picture.head = sync.head
    picture.chats = visible
    picture.inbox.replace(card for card in sync.chats if card.place is Place.inbox)
    picture.mine.replace(card for card in sync.chats if is_mine(picture, card))
    picture.visitors = {card.visitor: card for card in sync.visitors}
    picture.operators = {card.login: card for card in sync.operators}
    picture.templates = {card.template: card for card in sync.templates}
    picture.desk = sync.desk or DeskCard(rev=0)
    forget_moments(picture)
    picture.stored = {}
    picture.books.gone = {}
    picture.books.asked.clear()
    picture.books.seen_by = {}
    for card in sync.chats:
        picture.books.seen_by.setdefault(card.visitor, set()).add(card.chat)

    for chat in [chat for chat in picture.transcripts if chat not in visible and chat != picture.shown]:
        del picture.transcripts[chat]
    _take_messages(picture, sync.messages, first, out)
    if not first:
        for card in sync.chats:
            chat = card.chat
            notice_move(picture, before.get(chat), card, chat in was_waiting, chat in was_mine, out)
    for chat in [chat for chat in picture.marks.again if chat not in picture.mine]:
        picture.marks.again.pop(chat)
    picture.books.coming.clear()
    picture.books.leaving.clear()
    out.lacking.update(picture.mine.chats())
    out.slices |= ALL & ~Slice.LINK
    out.chats |= before.keys() | visible.keys()


def _take_messages(picture: Picture, messages: list[Message], first: bool, out: Gathered) -> None:
    by_chat: dict[int, list[Message]] = defaultdict(list)
    for message in messages:
        by_chat[message.chat].append(message)
        if message.cid:
            picture.outbox.settle(message.cid)
    for chat in by_chat.keys() | picture.transcripts.keys():
        card = picture.chats.get(chat)
        page = by_chat.get(chat, [])
        newest = max(card.last if card else 0, page[-1].n if page else 0)
        transcript = transcript_of(picture, chat)
        if card is None and not page:
            continue
        newer = transcript.synced(page, newest)
        if first:
            continue
        words = [message.n for message in newer if message.by == "visitor" and message.kind is Kind.say]
        if words and chat == picture.shown:
            out.notices.append(MessageInShownChat(chat, words[-1]))
        elif words and chat in picture.mine:
            out.notices.append(MessageInOtherChat(chat, words[-1]))
        me = picture.me.login
        notes = [message for message in newer if message.kind is Kind.note and message.by not in ("", me)]
        if notes and (chat == picture.shown or chat in picture.mine):
            out.notices.append(NoteCame(chat, notes[-1].by, notes[-1].name, notes[-1].text))
