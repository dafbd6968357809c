"""What visitors do besides writing: come and go, read, rate, end, and leave a message on the offline form.

A visitor is known to the desk from their first words on; before that nothing of them is journaled. Presence is a matter of
the site's chat alone: other channels have no live sessions.
"""

from opconsole.wire import limits
from opconsole.wire.text import fits_bytes
from server_stub.desk import commands as cmd
from server_stub.desk import events as ev
from server_stub.desk import rules
from server_stub.desk.cards import current_chat
from server_stub.desk.deciding.moves import let_go
from server_stub.desk.deciding.words import news_of, words
from server_stub.desk.events import Event
from server_stub.desk.model import CLOSED, FORM, HELD, SITE, Chat, State, Visitor
from server_stub.desk.outcome import Answer, Decision, Refusal
from server_stub.desk.refusals import refuse


def leaves(
    state: State, visitor: Visitor | None, visitor_id: str, command: cmd.VisitorLeaves, now: int
) -> Decision | Refusal:
    """The offline form: words on the channel `form`, and where to answer (once given, it is known)."""
    known = any(each is not None and (each.email or each.phone) for each in (visitor, command.vouched))
    if not known and not command.email.strip() and not command.phone.strip():
        return refuse("contact_needed")
    spoken = cmd.VisitorSays(
        command.id,
        command.text,
        command.profile,
        FORM,
        command.department,
        visitor.address if visitor else "",
        command.vouched,
    )
    decision = words(state, visitor, visitor_id, spoken, now)
    if isinstance(decision, Refusal):
        return decision
    given = {
        field: value
        for field, value in (("name", command.name), ("email", command.email), ("phone", command.phone))
        if value.strip() and (visitor is None or getattr(visitor, field) != value)
    }
    if given:
        decision = Decision(
            (*decision.events, ev.VisitorEdited(visitor_id, **given, chat=decision.answer.chat)), decision.answer
        )
    return decision


def here(
    state: State, visitor: Visitor | None, visitor_id: str, command: cmd.VisitorHere, now: int
) -> Decision | Refusal:
    """Noted only while there is a chat that can go on: a site has many visitors who never write."""
    chat = site_chat(state, visitor, now)
    if visitor is None or chat is None:
        return Decision((), Answer(at=now))
    events = comes_back(state, visitor, now)
    said = cmd.VisitorSays("", "", command.profile, address=visitor.address, vouched=command.vouched)
    events += news_of(visitor, visitor_id, said)
    return Decision(tuple(events), Answer(chat.chat, 0, 0, now))


def away(
    state: State, visitor: Visitor | None, visitor_id: str, command: cmd.VisitorAway, now: int
) -> Decision | Refusal:
    if visitor is None or not visitor.online:
        return Decision((), Answer(at=now))
    gone = ev.VisitorWentAway(visitor_id, now + state.settings.left_ms)
    return Decision((gone,), Answer(at=now))


def moved(
    state: State, visitor: Visitor | None, visitor_id: str, command: cmd.VisitorMoved, now: int
) -> Decision | Refusal:
    if visitor is None or not visitor.open or visitor.profile.page == command.page:
        return Decision((), Answer(at=now))
    events = [*comes_back(state, visitor, now), ev.PageVisited(visitor_id, command.page)]
    return Decision(tuple(events), Answer(at=now))


def reads(
    state: State, visitor: Visitor | None, visitor_id: str, command: cmd.VisitorReads, now: int
) -> Decision | Refusal:
    chat = current_chat(state, visitor_id)
    if visitor is None or chat is None:
        return refuse("no_chat")
    p = min(command.p, chat.public)
    answer = Answer(chat.chat, 0, 0, now)
    if p <= chat.visitor_read:
        return Decision((), answer)
    events = [*comes_back(state, visitor, now), ev.VisitorRead(chat.chat, p)]
    return Decision(tuple(events), answer)


def rates(
    state: State, visitor: Visitor | None, visitor_id: str, command: cmd.VisitorRates, now: int
) -> Decision | Refusal:
    """A chat that has been answered, or one that ended lately. Rating again changes the rating."""
    chat = current_chat(state, visitor_id)
    if chat is None:
        return refuse("no_chat")
    if not (chat.answered_at if chat.place is not CLOSED else now - chat.closed_at < state.settings.rate_ms):
        return refuse("not_rateable")
    if not fits_bytes(command.text, limits.NOTE_BYTES):
        return refuse(
            "text_too_long", bytes=len(command.text.encode("utf-8", "surrogatepass")), limit=limits.NOTE_BYTES
        )
    if chat.rating == command.score and chat.comment == command.text:
        return Decision((), Answer(chat.chat, 0, 0, now))
    n = chat.last + 1
    rated = ev.ChatRated(chat.chat, n, command.score, command.text, command.id)
    return Decision((rated,), Answer(chat.chat, n, 0, now))


def ends(
    state: State, visitor: Visitor | None, visitor_id: str, command: cmd.VisitorEnds, now: int
) -> Decision | Refusal:
    chat = current_chat(state, visitor_id)
    if chat is None:
        return refuse("no_chat")
    if chat.place is CLOSED:
        return Decision((), Answer(chat.chat, 0, 0, now))
    n = chat.last + 1
    closed = ev.ChatClosed(chat.chat, n, "visitor", "", rules.abandoned(state.settings, chat, now), command.id)
    return Decision((closed,), Answer(chat.chat, n, 0, now))


def site_chat(state: State, visitor: Visitor | None, now: int) -> Chat | None:
    """The visitor's chat on the site: the open one, or the one that their words would reopen."""
    if visitor is None:
        return None
    for chat_id in visitor.open:
        if state.chats[chat_id].channel == SITE:
            return state.chats[chat_id]
    closed = state.chats.get(visitor.closed)
    if closed is None or closed.channel != SITE or now - closed.closed_at >= state.settings.reopen_ms:
        return None
    return closed


def comes_back(state: State, visitor: Visitor, now: int) -> list[Event]:
    """A visitor without a session shows a sign of life on the site. A reply that was owed when they left counts again: the operator has at
    least T1 from now; and if the operator is gone, the chat is rescued."""
    chat = None if visitor.online else site_chat(state, visitor, now)
    if chat is None:
        return []
    events: list[Event] = [ev.VisitorCame(visitor.visitor)]
    if chat.place is HELD and chat.owes_since and not chat.rescue_at:
        if state.operators[chat.owner].is_gone():
            events.append(let_go(state, chat, now))
        else:
            rescue_at = rules.rescue_due(state.settings, chat, chat.owes_since, now)
            events.append(ev.RescueMoved(chat.chat, rescue_at, "back"))
    return events
