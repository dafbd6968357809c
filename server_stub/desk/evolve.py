"""What has happened, applied: `evolve(state, record)` is the only thing that changes a `State`. It decides nothing.

This file only finds the function for the event (`evolving/`), and keeps the head and the answers. To add an event: its
function in `evolving/`, its line here.
"""

from collections.abc import Callable
from typing import Any, Final

from server_stub.desk import events as ev
from server_stub.desk.actors import Actor
from server_stub.desk.errors import InvariantBroken
from server_stub.desk.events import MessageSaid, Record
from server_stub.desk.evolving import changes, chats, desk, erasing, people, talk, templates
from server_stub.desk.evolving.memory import remember
from server_stub.desk.evolving.talk import message_said
from server_stub.desk.model import State
from server_stub.desk.outcome import Answer, Decision

__all__ = ["apply", "evolve"]

APPLY: Final[dict[type, Callable[[State, Record, Any], None]]] = {
    ev.MessageSaid: talk.message_said,
    ev.ChatOpened: chats.chat_opened,
    ev.NoteAdded: talk.note_added,
    ev.MessageEdited: changes.message_edited,
    ev.MessageDeleted: changes.message_deleted,
    ev.ChatTaken: chats.chat_taken,
    ev.ChatReturned: chats.chat_returned,
    ev.ChatRescued: chats.chat_rescued,
    ev.ChatTransferred: chats.chat_transferred,
    ev.ChatSnoozed: chats.chat_snoozed,
    ev.ChatWoken: chats.chat_woken,
    ev.ChatClosed: chats.chat_closed,
    ev.ChatReopened: chats.chat_reopened,
    ev.ChatLeft: chats.chat_left,
    ev.ChatRated: talk.chat_rated,
    ev.RescueMoved: talk.rescue_moved,
    ev.TeamRead: talk.team_read,
    ev.VisitorRead: talk.visitor_read,
    ev.PrioritySet: talk.priority_set,
    ev.StepTicked: talk.step_ticked,
    ev.VisitorSeen: people.visitor_seen,
    ev.VisitorCame: people.visitor_came,
    ev.VisitorWentAway: people.visitor_went_away,
    ev.PageVisited: people.page_visited,
    ev.VisitorEdited: people.visitor_edited,
    ev.VisitorVouched: people.visitor_vouched,
    ev.OperatorChanged: people.operator_changed,
    ev.OperatorConnected: people.operator_connected,
    ev.OperatorWentAway: people.operator_went_away,
    ev.OperatorDisconnected: people.operator_disconnected,
    ev.StatusSet: people.status_set,
    ev.TemplateSaved: templates.template_saved,
    ev.TemplateDropped: templates.template_dropped,
    ev.ChecklistSet: desk.checklist_set,
    ev.SettingsChanged: desk.settings_changed,
    ev.RelayRestarted: desk.relay_restarted,
    ev.DayBegan: desk.day_began,
    ev.ContentErased: erasing.content_erased,
}


def evolve(state: State, record: Record) -> None:
    """Apply one record in place, and note in `state.touched` what changed. Replaying the journal equals having lived it.

    Raises InvariantBroken if the record does not follow on the state (a gap in a numbering, a chat that is not there): the
    journal is damaged, and the state is not to be used any more.
    """
    seq = record.seq
    if seq != state.head + 1:
        raise InvariantBroken(f"record {seq} after {state.head}")
    event = record.event
    try:
        if type(event) is MessageSaid:
            message_said(state, record, event)
        else:
            APPLY[type(event)](state, record, event)
            cid = getattr(event, "cid", "")
            if cid:
                answer = Answer(getattr(event, "chat", 0), getattr(event, "n", 0), ev.public_of(event), record.at)
                remember(state, record, cid, answer)
    except (LookupError, ValueError) as error:
        raise InvariantBroken(f"record {seq} ({ev.kind_of(event)}) does not follow: {error!r}") from error
    state.head = seq


def apply(state: State, actor: Actor, decision: Decision, now: int) -> list[Record]:
    """Number a decision's events from the state's head on, and evolve the state by them. The records are to be journaled."""
    key = actor.key
    records = []
    for event in decision.events:
        record = Record(state.head + 1, now, key, event)
        evolve(state, record)
        records.append(record)
    return records
