"""From the desk's state to the cards and settings that sessions are shown. Reads only; who may see them is `audience`'s."""

from typing import Final

from opconsole.wire import limits, staff
from opconsole.wire.cards import (
    ChatCard,
    DeskCard,
    OperatorCard,
    Place,
    TemplateCard,
    VisitorCard,
)
from opconsole.wire.files import FileRules
from opconsole.wire.visitor import VisitorChat
from server_stub.desk.model import INBOX, SITE, Chat, Settings, State, Visitor
from server_stub.desk.rules import checklist_of

VOUCHED: Final = ("name", "email", "phone")
"""What a site can vouch for."""


def chat_card(state: State, chat_id: int) -> ChatCard:
    """Raises KeyError for a chat that the desk does not remember."""
    chat = state.chats[chat_id]
    visitor = state.visitors.get(chat.visitor)
    place = chat.place
    # A call with more than 15 keywords goes by way of a dict and costs five times as much; so the rest is set where it differs.
    card = ChatCard(
        rev=chat.rev,
        chat=chat_id,
        place=place,
        visitor=chat.visitor,
        channel=chat.channel,
        department=chat.department,
        lang=chat.lang,
        priority=chat.priority,
        opened_at=chat.opened_at,
        owes_since=chat.owes_since,
        last=chat.last,
        public=chat.public,
        words=chat.words,
        words_by=chat.words_by,
        last_at=chat.last_at,
    )
    if visitor is not None:
        card.name = visitor.name
        card.online = visitor.online
    if place is INBOX:
        card.waiting_since = chat.waiting_since
        card.answer_by = chat.answer_by
    elif chat.owner:
        owner = state.operators[chat.owner]
        card.owner = owner.login
        card.owner_name = owner.name
        card.taken_at = chat.taken_at
        card.rescue_at = chat.rescue_at
        card.snoozed_until = chat.snoozed_until
    if chat.operator_read:
        card.operator_read = chat.operator_read
    if chat.visitor_read:
        card.visitor_read = chat.visitor_read
    if chat.public != chat.operator_read:
        card.unread = chat.unread()
    if chat.close_at:
        card.close_at = chat.close_at
    if chat.closed_at:
        card.closed_at = chat.closed_at
    if chat.rescues:
        card.rescues = chat.rescues
        card.let_go = list(chat.let_go)
        card.alarm = chat.alarm
    if chat.rating:
        card.rating = chat.rating
        card.comment = chat.comment
    if chat.ticks:
        card.ticks = list(chat.ticks)
    return card


def operator_card(state: State, login: str) -> OperatorCard:
    operator = state.operators[login]
    chats = state.chats
    owed = [since for since in (chats[each].owes_since for each in operator.held) if since]
    return OperatorCard(
        rev=operator.rev,
        login=login,
        name=operator.name,
        role=operator.role,
        status=operator.status,
        reason=operator.reason,
        connected=operator.connected,
        held=len(operator.held),
        limit=operator.room_for,
        owes_since=min(owed, default=0),
        status_at=operator.status_at,
        rescues_today=operator.rescues_today,
        taken_today=operator.taken_today,
        blocked=operator.blocked,
        departments=list(operator.departments),
    )


def visitor_card(state: State, visitor_id: str) -> VisitorCard:
    visitor = state.visitors[visitor_id]
    return VisitorCard(
        rev=visitor.rev,
        visitor=visitor_id,
        name=visitor.name,
        email=visitor.email,
        phone=visitor.phone,
        address=visitor.address,
        profile=visitor.profile,
        first_at=visitor.first_at,
        chats=visitor.chats,
        earlier=visitor.earlier[: limits.CARD_EARLIER],
        notes=visitor.notes[-limits.CARD_NOTES :],
        online=visitor.online,
        customer=visitor.vouched.customer,
        vouched=[name for name in VOUCHED if getattr(visitor.vouched, name) and _as_vouched(visitor, name)],
    )


def _as_vouched(visitor: Visitor, name: str) -> bool:
    return bool(getattr(visitor, name) == getattr(visitor.vouched, name))


def template_card(state: State, template_id: str) -> TemplateCard | None:
    """None: it was dropped."""
    template = state.templates.get(template_id)
    if template is None:
        return None
    return TemplateCard(
        rev=template.rev,
        template=template.template,
        code=template.code,
        title=template.title,
        text=template.text,
        group=template.group,
        owner=template.owner,
        department=template.department,
        lang=template.lang,
        channel=template.channel,
        hotkey=template.hotkey,
        active_from=template.active_from,
        active_until=template.active_until,
        hours=template.hours,
        edition=template.edition,
        by=template.by,
        at=template.at,
        used=template.used,
    )


def desk_card(state: State) -> DeskCard:
    day = state.day
    return DeskCard(
        rev=state.day_rev,
        waiting=state.waiting,
        held=state.held,
        opened_today=day.opened,
        taken_today=day.taken,
        rescues_today=day.rescues,
        abandoned_today=day.abandoned,
        closed_today=day.closed,
    )


def current_chat(state: State, visitor_id: str) -> Chat | None:
    """The one chat that a visitor's page shows: the open one of the site, else another open one, else the last closed that is
    still remembered."""
    visitor = state.visitors.get(visitor_id)
    if visitor is None:
        return None
    numbers = visitor.open
    if not numbers:
        return state.chats.get(visitor.closed)
    if len(numbers) == 1:
        return state.chats[numbers[0]]
    chats = [state.chats[each] for each in numbers]
    return next((chat for chat in chats if chat.channel == SITE), chats[-1])


def visitor_chat(state: State, visitor_id: str) -> VisitorChat:
    """What a visitor's page shows of their chat. `position` changes with the whole queue, so renew it at leisure."""
    chat = current_chat(state, visitor_id)
    if chat is None:
        return VisitorChat()
    place = chat.place
    owner = state.operators.get(chat.owner) if chat.owner else None
    return VisitorChat(
        chat=chat.chat,
        rev=chat.rev,
        state="waiting" if place is Place.inbox else "closed" if place is Place.closed else "held",
        operator=owner.name if owner is not None else "",
        position=state.inbox[chat.department].position(chat.answer_by, chat.chat) if place is Place.inbox else 0,
        read=chat.operator_read,
        last=chat.public,
        rating=chat.rating,
    )


def file_rules(settings: Settings, *, visitor: bool = False) -> FileRules:
    """What the team, or a visitor, may send."""
    if not settings.file_bytes or (visitor and not settings.visitor_files):
        return FileRules()
    return FileRules(bytes=settings.file_bytes, types=list(settings.file_types))


def wire_settings(state: State) -> staff.Settings:
    """The settings that a console needs, for `Welcome`."""
    settings = state.settings
    departments = dict.fromkeys((*settings.departments, *state.checklists))
    checklists = {name: list(steps) for name in departments if (steps := checklist_of(state, name))}
    return staff.Settings(
        first_reply_ms=settings.first_reply_ms,
        reply_ms=settings.reply_ms,
        warn_ms=settings.warn_ms,
        reopen_ms=settings.reopen_ms,
        change_ms=settings.change_ms,
        snooze_most_ms=settings.snooze_most_ms,
        words_warn=settings.words_warn,
        tz=settings.tz,
        department_templates=settings.department_templates,
        files=file_rules(settings),
        checklists=checklists,
        checklist_editions={name: own.edition for name, own in state.checklists.items() if own.steps is not None},
    )
