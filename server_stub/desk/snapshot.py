"""The whole state as bytes: a cache of the journal up to `state.head`, never the truth.

Orders, counts and deadlines are rebuilt, not stored. The head line names the shape of the stored structs, so a snapshot of
another version is told apart without anybody having to raise a number, and a checksum tells damage.
"""

import zlib
from collections.abc import Iterator
from typing import Final

import msgspec
from msgspec import Struct

from opconsole.wire.cards import EarlierChat, Page, Profile, Tick, VisitorNote
from opconsole.wire.checklists import Step
from server_stub.desk.errors import SnapshotUnusable
from server_stub.desk.inbox import Inbox
from server_stub.desk.model import (
    CLOSED,
    FORM,
    INBOX,
    Answers,
    Chat,
    Checklist,
    Day,
    Operator,
    State,
    Template,
    Visitor,
    Vouched,
    code_key,
)
from server_stub.desk.outcome import Answer
from server_stub.desk.settings import DepartmentSettings, Settings

__all__ = ["SnapshotUnusable", "dump", "load"]


class _Body(Struct):
    settings: Settings
    head: int
    last_chat: int
    day: Day
    day_rev: int
    chats: list[Chat]
    operators: list[Operator]
    visitors: list[Visitor]
    templates: list[Template]
    dropped: list[Template]
    checklists: list[Checklist]
    closed: list[tuple[int, int]]
    idle: list[tuple[str, int]]


def _shape() -> Iterator[str]:
    for struct in (
        _Body, Settings, DepartmentSettings, Day, Chat, Operator, Visitor, Template, Answers, Answer,
        Profile, Page, EarlierChat, VisitorNote, Vouched, Tick, Step, Checklist,
    ):  # fmt: skip
        yield f"{struct.__name__}{struct.__struct_fields__}{struct.__annotations__}"


MAGIC: Final = b"opconsole desk %08x\n" % zlib.crc32("".join(_shape()).encode())
_encoder: Final = msgspec.msgpack.Encoder()
_decoder: Final = msgspec.msgpack.Decoder(_Body)


def dump(state: State) -> bytes:
    """The state as bytes; states with the same history give the same bytes."""
    body = _encoder.encode(
        _Body(
            settings=state.settings,
            head=state.head,
            last_chat=state.last_chat,
            day=state.day,
            day_rev=state.day_rev,
            chats=list(state.chats.values()),
            operators=list(state.operators.values()),
            visitors=list(state.visitors.values()),
            templates=list(state.templates.values()),
            dropped=list(state.dropped.values()),
            checklists=list(state.checklists.values()),
            closed=list(state.closed.items()),
            idle=list(state.idle.items()),
        )
    )
    return MAGIC + zlib.crc32(body).to_bytes(4, "big") + body


def load(blob: bytes) -> State:
    """The state of `dump`. Raises SnapshotUnusable."""
    start = len(MAGIC) + 4
    if blob[: len(MAGIC)] != MAGIC:
        raise SnapshotUnusable("this is no snapshot, or another version's")
    if zlib.crc32(blob[start:]) != int.from_bytes(blob[len(MAGIC) : start], "big"):
        raise SnapshotUnusable("the snapshot is damaged")
    try:
        body = _decoder.decode(blob[start:])
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise SnapshotUnusable(str(error)) from None
    return _restore(body)


def _restore(body: _Body) -> State:
    state = State(body.settings)
    state.head = body.head
    state.last_chat = body.last_chat
    state.day = body.day
    state.day_rev = body.day_rev
    state.chats.update((chat.chat, chat) for chat in body.chats)
    state.operators.update((operator.login, operator) for operator in body.operators)
    state.visitors.update((visitor.visitor, visitor) for visitor in body.visitors)
    state.closed.update(body.closed)
    state.idle.update(body.idle)
    for template in body.templates:
        state.templates[template.template] = template
        codes = state.codes.setdefault(template.scope, {})
        codes[code_key(template.code, template.lang, template.channel)] = template.template
    state.checklists.update((each.department, each) for each in body.checklists)
    state.dropped.update((template.template, template) for template in body.dropped)
    for chat in body.chats:
        if chat.place is INBOX:
            inbox = state.inbox.setdefault(chat.department, Inbox())
            inbox.add(chat.answer_by, chat.chat)
            inbox.forms += chat.channel == FORM
            state.waiting += 1
        due = chat.due()
        if due and chat.place is not CLOSED:
            state.chat_deadlines.arm(chat.chat, due)
    for operator in body.operators:
        state.held += len(operator.held)
        if operator.gone_at:
            state.operator_deadlines.arm(operator.login, operator.gone_at)
    return state
