"""A visitor's words: into the open chat, into one closed a moment ago, or into a new one; and what they set going there."""

from msgspec import structs

from opconsole.wire import limits
from opconsole.wire.cards import Priority
from server_stub.desk import events as ev
from server_stub.desk import rules
from server_stub.desk.commands import VisitorSays
from server_stub.desk.deciding.moves import let_go, woken
from server_stub.desk.deciding.talk import SURELY_FITS, bad_text
from server_stub.desk.events import Event, MessageSaid
from server_stub.desk.model import FORM, HELD, INBOX, OFFLINE, SITE, Chat, State, Visitor
from server_stub.desk.outcome import Answer, Decision, Refusal
from server_stub.desk.refusals import refuse
from server_stub.desk.transcript import VISITOR


def words(state: State, visitor: Visitor | None, visitor_id: str, says: VisitorSays, now: int) -> Decision | Refusal:
    """The decision on a visitor's words. The profile is looked at only where a chat begins or goes on anew."""
    text = says.text
    if (not text or len(text) > SURELY_FITS or text.isspace()) and (
        refusal := bad_text(text, limits.TEXT_BYTES, says.carried)
    ):
        return refusal
    if says.file and says.carried is None:
        return refuse("file_unknown")
    channel = says.channel
    closed = None
    if visitor is not None:
        for chat_id in visitor.open:
            chat = state.chats[chat_id]
            if chat.channel == channel:
                return _into(state, visitor, chat, says, now)
        closed = state.chats.get(visitor.closed)
    if closed is not None and closed.channel == channel and now - closed.closed_at < state.settings.reopen_ms:
        began = _reopens(state, closed, says, now)
    else:
        began = _opens(state, visitor_id, says, now)
    if isinstance(began, Refusal):
        return began
    news = news_of(visitor, visitor_id, says)
    return structs.replace(began, events=(*began.events, *news)) if news else began


def _said(says: VisitorSays, chat: int, n: int, p: int, rescue_at: int = 0) -> MessageSaid:
    said = MessageSaid(chat, n, p, VISITOR, says.text, says.id, "", rescue_at)
    if says.carried is not None:
        return structs.replace(said, file=says.carried.file, sha256=says.carried.sha256)
    return said


def _into(state: State, visitor: Visitor, chat: Chat, says: VisitorSays, now: int) -> Decision:
    """Into an open chat. One whose operator is not there any more goes to the inbox; a snoozed one wakes."""
    n = chat.last + 1
    p = chat.public + 1
    answer = Answer(chat.chat, n, p, now)
    held = chat.place is HELD
    owner = state.operators[chat.owner] if held else None
    if owner is not None and ((owner.connected and owner.status is not OFFLINE) or not owner.is_gone()):
        rescue_at = 0
        if not chat.rescue_at:
            # A debt begins; or one was left behind by a visitor who is back, and then the operator has T1 from now.
            since = now if chat.left else chat.taken_at
            rescue_at = rules.rescue_due(state.settings, chat, chat.owes_since or now, since)
        said = _said(says, chat.chat, n, p, rescue_at)
        if visitor.online or chat.channel != SITE:
            return Decision((said,), answer)
        return Decision((said, ev.VisitorCame(visitor.visitor)), answer)
    events: list[Event] = [_said(says, chat.chat, n, p)]
    if not visitor.online and chat.channel == SITE:
        events.append(ev.VisitorCame(visitor.visitor))
    if held:
        events.append(let_go(state, chat, now, after=1))
    elif chat.place is not INBOX:
        events.append(woken(state, chat, now, after=1, written=True))
    return Decision(tuple(events), answer)


def _reopens(state: State, chat: Chat, says: VisitorSays, now: int) -> Decision | Refusal:
    """To the operator who had it, if they are there and have room; otherwise it waits."""
    settings = state.settings
    n = chat.last + 1
    p = chat.public + 1
    online = chat.channel == SITE
    operator = state.operators.get(chat.owner)
    rescue_at = 0
    if operator is not None and rules.is_there(operator) and operator.has_room():
        rescue_at = rules.rescue_due(settings, chat, now, now)
        again = ev.ChatReopened(
            chat.chat, n, operator.login, operator.name, rescue_at, online=online, leave_at=0, cid=says.id
        )
    else:
        if refusal := _full(state, chat.department, chat.channel):
            return refusal
        answer_by = rules.answer_by(settings, chat.channel, chat.priority, now)
        again = ev.ChatReopened(
            chat.chat, n, waiting_since=now, answer_by=answer_by, online=online, leave_at=0, cid=says.id
        )
    said = _said(says, chat.chat, n + 1, p, rescue_at)
    return Decision((again, said), Answer(chat.chat, n + 1, p, now))


def _opens(state: State, visitor_id: str, says: VisitorSays, now: int) -> Decision | Refusal:
    if refusal := _full(state, says.department, says.channel):
        return refusal
    number = state.last_chat + 1
    answer_by = rules.answer_by(state.settings, says.channel, Priority.normal, now)
    lang = says.profile.lang if says.profile is not None else ""
    opened = ev.ChatOpened(
        number, 1, visitor_id, says.channel, says.department, answer_by, lang, says.channel == SITE, says.id
    )
    said = _said(says, number, 2, 1)
    return Decision((opened, said), Answer(number, 2, 1, now))


def _full(state: State, department: str, channel: str) -> Refusal | None:
    """Whether one more may wait there. What operators give back is never refused: those chats were let in already."""
    inbox = state.inbox.get(department)
    if inbox is None:
        return None
    if channel == FORM:
        return refuse("forms_full") if inbox.forms >= state.settings.max_forms else None
    waiting = len(inbox) - inbox.forms
    if waiting >= rules.most_waiting(state.settings, department):
        return refuse("inbox_full", waiting=waiting, department=department)
    return None


def news_of(visitor: Visitor | None, visitor_id: str, says: VisitorSays) -> list[Event]:
    """What the profile, and what the site vouches for, tell that the desk does not know."""
    news: list[Event] = []
    profile, vouched = says.profile, says.vouched
    known = visitor is not None and visitor.profile == profile and visitor.address == says.address
    if profile is not None and not known:
        news.append(ev.VisitorSeen(visitor_id, profile, says.address))
    if vouched is not None and (visitor is None or visitor.vouched != vouched):
        news.append(ev.VisitorVouched(visitor_id, vouched.customer, vouched.name, vouched.email, vouched.phone))
    return news
