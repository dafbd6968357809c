"""How a frame of each kind changes the picture. Nothing here is called but by `Store.apply` (and by the store's own methods)."""

from collections.abc import Callable
from typing import Any, Final

from msgspec.structs import replace

from opconsole.state import syncing
from opconsole.state.books import Gathered, Stored
from opconsole.state.changes import (
    Answered,
    HistoryCame,
    MessageInOtherChat,
    MessageInShownChat,
    Need,
    NoteCame,
    Slice,
    TemplateHistoryCame,
    TemplateSettled,
)
from opconsole.state.changes import Refused as RefusedNotice
from opconsole.state.chats import chat_gone, drop_stored, put_chat, transcript_of, want_missing
from opconsole.state.picture import Picture
from opconsole.wire.cards import ChatCard, DeskCard, OperatorCard, Place, TemplateCard, VisitorCard
from opconsole.wire.files import Ticket
from opconsole.wire.messages import Kind, Message
from opconsole.wire.search import Found, Hinted
from opconsole.wire.staff import (
    AddNote,
    Bye,
    ChecklistVersions,
    Close,
    DeleteMessage,
    Done,
    DropTemplate,
    EditMessage,
    Gone,
    PageOf,
    Peek,
    Refused,
    Reopen,
    Return,
    SaveTemplate,
    Say,
    StaffCommand,
    Sync,
    Take,
    TakeNext,
    TemplateGone,
    TemplateUsed,
    TemplateVersions,
    TickStep,
    Transfer,
    TypingBy,
    Versions,
    Welcome,
)


def _welcome(picture: Picture, frame: Welcome, now: int, out: Gathered) -> None:
    before = picture.me
    if (before.login and before.login != frame.login) or (before.desk and before.desk != frame.desk):
        syncing.forget_everything(picture)
    picture.me = before.welcomed(frame, now)
    out.slices |= Slice.ME


def _sync(picture: Picture, frame: Sync, now: int, out: Gathered) -> None:
    syncing.replace_by(picture, frame, out)


def _chat(picture: Picture, card: ChatCard, now: int, out: Gathered) -> None:
    old = picture.chats.get(card.chat)
    if (old is not None and card.rev < old.rev) or card.rev < picture.books.gone.get(card.chat, 0):
        return
    put_chat(picture, card, out)


def _gone(picture: Picture, frame: Gone, now: int, out: Gathered) -> None:
    chat_gone(picture, frame, out)


def _visitor(picture: Picture, card: VisitorCard, now: int, out: Gathered) -> None:
    old = picture.visitors.get(card.visitor)
    if old is not None and card.rev < old.rev:
        return
    picture.visitors[card.visitor] = card
    out.visitors.add(card.visitor)
    out.slices |= Slice.VISITOR
    out.chats |= picture.books.seen_by.get(card.visitor, set())


def _operator(picture: Picture, card: OperatorCard, now: int, out: Gathered) -> None:
    old = picture.operators.get(card.login)
    if old is not None and card.rev < old.rev:
        return
    picture.operators[card.login] = card
    out.slices |= Slice.OPERATORS
    if card.login == picture.me.login:
        out.slices |= Slice.ME


def _template(picture: Picture, card: TemplateCard, now: int, out: Gathered) -> None:
    old = picture.templates.get(card.template)
    if (old is not None and card.rev < old.rev) or card.rev < picture.books.gone.get(card.template, 0):
        return
    if old is not None and old.used > card.used:  # told already by a newer count
        card = replace(card, used=old.used)
    picture.templates[card.template] = card
    out.slices |= Slice.TEMPLATES


def _template_used(picture: Picture, frame: TemplateUsed, now: int, out: Gathered) -> None:
    card = picture.templates.get(frame.template)
    if card is not None and card.used < frame.used:
        picture.templates[frame.template] = replace(card, used=frame.used)
        out.slices |= Slice.TEMPLATES


def _template_gone(picture: Picture, frame: TemplateGone, now: int, out: Gathered) -> None:
    old = picture.templates.get(frame.template)
    if old is not None and frame.rev < old.rev:
        return
    picture.books.gone[frame.template] = max(frame.rev, picture.books.gone.get(frame.template, 0))
    if picture.templates.pop(frame.template, None) is not None:
        out.slices |= Slice.TEMPLATES


def _desk(picture: Picture, card: DeskCard, now: int, out: Gathered) -> None:
    if card.rev >= picture.desk.rev:
        picture.desk = card
        out.slices |= Slice.DESK


def _message(picture: Picture, message: Message, now: int, out: Gathered) -> None:
    chat = message.chat
    _settle_by_entry(picture, message, out)
    transcript = transcript_of(picture, chat)
    if not transcript.add(message):
        return
    out.slices |= Slice.TRANSCRIPT
    out.chats.add(chat)
    drop_stored(picture, chat, transcript.last, message.cid)
    if transcript.waits_from:
        out.lacking.add(chat)
    followed = chat == picture.shown or chat in picture.mine
    if followed and message.kind is Kind.note and message.by not in ("", picture.me.login):
        words = message.text or (message.file.name if message.file is not None else "")
        out.notices.append(NoteCame(chat, message.by, message.name, words))
    if message.by != "visitor" or message.kind is not Kind.say:
        return
    if picture.peeks.pop(chat, None) is not None:
        out.slices |= Slice.PEEK
    if chat == picture.shown:
        out.notices.append(MessageInShownChat(chat, message.n))
    elif chat in picture.mine:
        out.notices.append(MessageInOtherChat(chat, message.n))


def _answer(picture: Picture, frame: Found | Hinted | Ticket, now: int, out: Gathered) -> None:
    _is_answer(picture, frame, out)


def _is_answer(picture: Picture, frame: Found | Hinted | PageOf | Ticket | Refused, out: Gathered) -> bool:
    """Whether it answers a question of mine; then it is told, and changes nothing."""
    if frame.id not in picture.books.questions:
        return False
    picture.books.questions.discard(frame.id)
    out.notices.append(Answered(frame))
    return True


def _page(picture: Picture, frame: PageOf, now: int, out: Gathered) -> None:
    if _is_answer(picture, frame, out):
        return
    asked = picture.books.asked.answered(frame.id) if frame.id else None
    picture.books.asked.kept(frame.chat)
    transcript = transcript_of(picture, frame.chat)
    before = (transcript.first, transcript.last, transcript.waits_from)
    transcript.page(frame.messages)
    for message in frame.messages:
        _settle_by_entry(picture, message, out)
    drop_stored(picture, frame.chat, transcript.last)
    if (transcript.first, transcript.last, transcript.waits_from) != before:
        out.slices |= Slice.TRANSCRIPT
        out.chats.add(frame.chat)
    elif asked is not None:
        _fetched_in_vain(picture, asked, out)
    out.lacking.add(frame.chat)


def _fetched_in_vain(picture: Picture, need: Need, out: Gathered) -> None:
    picture.books.asked.in_vain(need)
    transcript = picture.transcripts.get(need.chat)
    if transcript is not None and transcript.waits_from == need.before > 0:
        transcript.give_up_gap()
        out.slices |= Slice.TRANSCRIPT
        out.chats.add(need.chat)


def _versions(picture: Picture, frame: Versions, now: int, out: Gathered) -> None:
    out.notices.append(HistoryCame(frame))


def _template_versions(picture: Picture, frame: TemplateVersions, now: int, out: Gathered) -> None:
    out.notices.append(TemplateHistoryCame(frame))


def _done(picture: Picture, frame: Done, now: int, out: Gathered) -> None:
    item = picture.outbox.get(frame.id)
    command = picture.outbox.settle(frame.id)
    if command is None or item is None:
        return
    out.slices |= Slice.OUTBOX
    if isinstance(command, Say | AddNote):
        out.slices |= Slice.TRANSCRIPT
        out.chats.add(command.chat)
        followed = command.chat in picture.mine or command.chat == picture.shown  # else its entry won't come
        if followed and frame.n > transcript_of(picture, command.chat).last:
            note = isinstance(command, AddNote)
            words = Stored(command.id, frame.n, frame.at or now, command.text, note, item.file)
            picture.stored.setdefault(command.chat, []).append(words)
    elif isinstance(command, TickStep):
        out.chats.add(command.chat)
    elif isinstance(command, SaveTemplate | DropTemplate):
        out.notices.append(TemplateSettled(command))
    else:
        _expect_move(picture, command, frame.chat)
        if isinstance(command, EditMessage | DeleteMessage):
            _change_settled(command, out)


def _settle_by_entry(picture: Picture, message: Message, out: Gathered) -> None:
    """An entry that a command of mine made: the command is done, though its `done` may still come."""
    command = picture.outbox.settle(message.cid) if message.cid else None
    if command is not None:
        out.slices |= Slice.OUTBOX
        _expect_move(picture, command, message.chat)
        if isinstance(command, EditMessage | DeleteMessage):
            _change_settled(command, out)


def _change_settled(command: EditMessage | DeleteMessage, out: Gathered) -> None:
    """The entry is no longer drawn as one that is being changed."""
    out.slices |= Slice.TRANSCRIPT
    out.chats.add(command.chat)


def _expect_move(picture: Picture, command: StaffCommand, chat: int) -> None:
    """A command of mine that moves a chat is done: if its card tells so only later, that is no surprise."""
    if isinstance(command, Take | TakeNext | Reopen):
        card = picture.chats.get(chat)
        if chat not in picture.mine or (card is not None and card.place is Place.snoozed):
            picture.books.coming.add(chat)
    elif isinstance(command, Return | Transfer | Close) and chat in picture.mine:
        picture.books.leaving.add(chat)


def _refused(picture: Picture, frame: Refused, now: int, out: Gathered) -> None:
    if _is_answer(picture, frame, out):
        return
    fetched = picture.books.asked.answered(frame.id) if frame.id else None
    if fetched is not None:
        _fetched_in_vain(picture, fetched, out)
        return
    command = picture.outbox.refuse(frame)
    out.notices.append(RefusedNotice(frame.code, frame.text, frame.facts, command))
    if command is None:
        return
    out.slices |= Slice.OUTBOX
    if isinstance(command, Say | AddNote | EditMessage | DeleteMessage):
        out.slices |= Slice.TRANSCRIPT
        out.chats.add(command.chat)
    elif isinstance(command, TickStep):
        out.chats.add(command.chat)


def _peek(picture: Picture, frame: Peek, now: int, out: Gathered) -> None:
    if frame.text:
        picture.peeks[frame.chat] = frame.text
    else:
        picture.peeks.pop(frame.chat, None)
    out.slices |= Slice.PEEK
    out.chats.add(frame.chat)


def _typing_by(picture: Picture, frame: TypingBy, now: int, out: Gathered) -> None:
    if frame.login == picture.me.login:
        return
    typists = picture.typing.setdefault(frame.chat, {})
    if frame.on:
        typists[frame.login] = now
    else:
        typists.pop(frame.login, None)
    if not typists:
        del picture.typing[frame.chat]
    out.slices |= Slice.PEEK
    out.chats.add(frame.chat)


def _bye(picture: Picture, frame: Bye, now: int, out: Gathered) -> None:
    """The link acts on it; the picture stays as it is."""


def finish(picture: Picture, out: Gathered) -> None:
    """What can be said only of the whole batch, since within it the order of cards and messages is the relay's choice."""
    for visitor in out.visitors:
        if visitor not in picture.books.seen_by:
            picture.visitors.pop(visitor, None)
    for chat in out.lacking:
        want_missing(picture, chat, out)


APPLY: Final[dict[type, Callable[[Picture, Any, int, Gathered], None]]] = {
    Welcome: _welcome,
    Sync: _sync,
    ChatCard: _chat,
    Gone: _gone,
    VisitorCard: _visitor,
    OperatorCard: _operator,
    TemplateCard: _template,
    TemplateGone: _template_gone,
    TemplateUsed: _template_used,
    DeskCard: _desk,
    Message: _message,
    PageOf: _page,
    Versions: _versions,
    Found: _answer,
    Hinted: _answer,
    Ticket: _answer,
    ChecklistVersions: _answer,
    TemplateVersions: _template_versions,
    Done: _done,
    Refused: _refused,
    Peek: _peek,
    TypingBy: _typing_by,
    Bye: _bye,
}
