"""How a chat comes into the picture, moves within it (inbox, mine) and goes out of it, and what of that is worth a notice."""

from typing import Final

from msgspec import structs

from opconsole.state.books import Gathered
from opconsole.state.changes import Awake, Erased, Given, Lost, Need, NewInInbox, Rescued, Slice
from opconsole.state.picture import Departed, Picture
from opconsole.state.transcript import Transcript
from opconsole.wire.cards import ChatCard, Place
from opconsole.wire.staff import Close, Gone, Reopen, Return, Take, TakeNext, Transfer

TRANSCRIPTS: Final = 60
"""Transcripts of chats that are not mine are kept up to so many; the one shown longest ago goes first."""


def is_mine(picture: Picture, card: ChatCard) -> bool:
    """Held by me, or snoozed by me."""
    return card.owner != "" and card.owner == picture.me.login and card.place in (Place.held, Place.snoozed)


def put_chat(picture: Picture, card: ChatCard, out: Gathered, *, notify: bool = True) -> None:
    """The card is the newest: put the chat where it belongs."""
    chat = card.chat
    old = picture.chats.get(chat)
    picture.chats[chat] = card
    picture.books.seen_by.setdefault(card.visitor, set()).add(chat)
    if picture.departed is not None and picture.departed.card.chat == chat:
        _return_departed(picture)
    out.chats.add(chat)
    was_waiting = chat in picture.inbox
    was_mine = chat in picture.mine
    if card.place is Place.inbox:
        picture.inbox.put(card)
        out.slices |= Slice.INBOX
    elif was_waiting:
        picture.inbox.drop(chat)
        out.slices |= Slice.INBOX
    if is_mine(picture, card):
        picture.mine.add(card)
        out.slices |= Slice.MINE
        out.lacking.add(chat)
        if not was_mine:
            picture.books.asked.promise(chat, card.last)
    elif was_mine:
        picture.mine.drop(chat)
        picture.marks.again.pop(chat, None)
        out.slices |= Slice.MINE
        if chat != picture.shown:
            picture.stored.pop(chat, None)
    if chat == picture.shown:
        out.slices |= Slice.TRANSCRIPT  # read marks stand beside its entries
    if notify:
        notice_move(picture, old, card, was_waiting, was_mine, out)
    if card.operator_read >= picture.read.get(chat, 0):
        picture.read.pop(chat, None)


def notice_move(
    picture: Picture, old: ChatCard | None, card: ChatCard, was_waiting: bool, was_mine: bool, out: Gathered
) -> None:
    """Tell what of a chat's move the operator did not do, and should know."""
    chat = card.chat
    mine = chat in picture.mine
    if mine == was_mine:
        if card.place is Place.inbox and not was_waiting:
            out.notices.append(NewInInbox(chat))
        elif mine and not card.owes_since and woke(old, card) and not came_by_me(picture, chat):
            out.notices.append(Awake(chat))
        return
    if mine:
        if not came_by_me(picture, chat):
            out.notices.append(Given(chat))
        return
    left_by_me = gone_by_me(picture, chat)
    if card.place is Place.inbox and old is not None and card.rescues > old.rescues:
        out.notices.append(Rescued(chat))
    elif left_by_me:
        return
    elif card.place is Place.closed:
        out.notices.append(Lost(chat, "closed"))
    elif card.place is Place.inbox:
        out.notices.append(Lost(chat, "woken" if woke(old, card) else "returned"))
    else:
        out.notices.append(Lost(chat, "transferred", card.owner_name or card.owner))


def woke(old: ChatCard | None, card: ChatCard) -> bool:
    return old is not None and old.place is Place.snoozed and card.place is not Place.snoozed


def chat_gone(picture: Picture, frame: Gone, out: Gathered) -> None:
    chat = frame.chat
    card = picture.chats.get(chat)
    if card is not None and frame.rev < card.rev:
        return
    gone = picture.books.gone
    gone[chat] = max(frame.rev, gone.get(chat, 0))
    if frame.why == "erased":
        _forget_words(picture, chat, out)
    if card is None:
        return
    was_mine = chat in picture.mine
    forget_chat(picture, chat, out, frame.why, frame.by)
    if not was_mine:
        return
    left_by_me = gone_by_me(picture, chat)
    if frame.why == "rescued":
        out.notices.append(Rescued(chat))
    elif not left_by_me:
        out.notices.append(Lost(chat, frame.why, frame.by))


def forget_chat(picture: Picture, chat: int, out: Gathered, why: str = "", by: str = "") -> None:
    """The chat is no longer for us to see. What is on the screen stays readable; the draft stays too."""
    card = picture.chats.pop(chat)
    transcript = picture.transcripts.pop(chat, None)
    if picture.inbox.drop(chat):
        out.slices |= Slice.INBOX
    if picture.mine.drop(chat):
        out.slices |= Slice.MINE
    if chat == picture.shown:
        picture.departed = Departed(card, transcript if transcript is not None else Transcript(), why, by)
        out.slices |= Slice.TRANSCRIPT
    peek, typing = picture.peeks.pop(chat, None), picture.typing.pop(chat, None)
    if peek is not None or typing is not None:
        out.slices |= Slice.PEEK
    picture.stored.pop(chat, None)
    picture.read.pop(chat, None)
    picture.swept.pop(chat, None)
    picture.untold.discard(chat)
    picture.marks.forget(chat)
    picture.warned.discard(chat)
    picture.books.asked.forget(chat)
    others = picture.books.seen_by.get(card.visitor, set())
    others.discard(chat)
    if not others:
        picture.books.seen_by.pop(card.visitor, None)
        if picture.visitors.pop(card.visitor, None) is not None:
            out.slices |= Slice.VISITOR
    out.chats.add(chat)


def _forget_words(picture: Picture, chat: int, out: Gathered) -> None:
    """What was said in it is erased for good: it must not stand on a screen that has been open since."""
    out.notices.append(Erased(chat))
    picture.transcripts.pop(chat, None)
    picture.books.asked.forget(chat)
    picture.sent_words.forget(chat)
    departed = picture.departed
    if departed is not None and departed.card.chat == chat:
        card = structs.replace(departed.card, words="", comment="", name="")
        picture.departed = Departed(card, Transcript(), "erased")
    if chat == picture.shown:
        out.slices |= Slice.TRANSCRIPT | Slice.VISITOR
    out.chats.add(chat)


def came_by_me(picture: Picture, chat: int) -> bool:
    """Whether a command of mine, done or under way, brings me this chat. The relay tells the move before the `done` or after."""
    if chat in picture.books.coming:
        picture.books.coming.discard(chat)
        return True
    commands = (item.command for item in picture.outbox)
    return any(
        isinstance(command, TakeNext) or (isinstance(command, Take | Reopen) and command.chat == chat)
        for command in commands
    )


def gone_by_me(picture: Picture, chat: int) -> bool:
    """Whether a command of mine, done or under way, gives this chat away or closes it."""
    if chat in picture.books.leaving:
        picture.books.leaving.discard(chat)
        return True
    commands = (item.command for item in picture.outbox)
    return any(isinstance(command, Return | Transfer | Close) and command.chat == chat for command in commands)


def transcript_of(picture: Picture, chat: int) -> Transcript:
    """The chat's transcript, begun if there is none. Beyond the bound, one that is neither mine nor shown goes. Of the chat on the screen
    that went out of sight it is the one that is read there: a page that was on its way still belongs to it."""
    transcript = picture.transcripts.get(chat)
    if transcript is None and picture.departed is not None and picture.departed.card.chat == chat:
        return picture.departed.transcript
    if transcript is None:
        transcript = picture.transcripts[chat] = Transcript()
        others = len(picture.transcripts) - len(picture.mine)
        if others > TRANSCRIPTS:
            keep = (chat, picture.shown)
            oldest = next((c for c in picture.transcripts if c not in picture.mine and c not in keep), 0)
            picture.transcripts.pop(oldest, None)
    return transcript


def want_missing(picture: Picture, chat: int, out: Gathered) -> None:
    """Ask for the entries that we should have and lack: of my chats, and, after a gap, of the one on the screen."""
    transcript = picture.transcripts.get(chat)
    if transcript is None:
        transcript = Transcript()
    card = picture.chats.get(chat)
    newest = max(card.last if card is not None else 0, transcript.newest)
    if chat in picture.mine:
        lacking = transcript.lacks(newest)
    elif chat == picture.shown and transcript.waits_from:
        lacking = transcript.lacks(transcript.last)
    else:
        return
    if lacking is None:
        return
    need = Need(chat, *lacking)
    if picture.books.asked.ask(need, newest):
        out.needs.append(need)


def drop_stored(picture: Picture, chat: int, last: int, cid: str = "") -> None:
    """Entries up to `last` are here: words waiting for theirs need not be shown beside them."""
    words = picture.stored.get(chat)
    if not words:
        return
    left = [stored for stored in words if stored.n > last and stored.cid != cid]
    if left:
        picture.stored[chat] = left
    else:
        del picture.stored[chat]


def _return_departed(picture: Picture) -> None:
    """The chat on the screen came back: what we have of its transcript is still good."""
    departed = picture.departed
    if departed is None:
        return
    if len(departed.transcript):
        picture.transcripts.setdefault(departed.card.chat, departed.transcript)
    picture.departed = None
