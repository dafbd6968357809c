"""Syncs and pages: what a session that (re)connects, watches or fetches is brought, of the state and of the journal.

The cards are made and encoded at once, in the order of the inbox; the transcripts are read from the journal later, after the
commit of everything that the cards tell of, and no further than that. Both are then one frame.
"""

import asyncio
from collections.abc import Sequence

import msgspec

from opconsole.wire import limits
from opconsole.wire.codec import encode
from opconsole.wire.messages import Message
from opconsole.wire.staff import (
    ChecklistHistory,
    ChecklistVersions,
    Fetch,
    History,
    PageOf,
    Sync,
    TemplateHistory,
    TemplateVersions,
    Versions,
    Watch,
    Welcome,
)
from opconsole.wire.visitor import VisitorSync
from server_stub.desk import audience, cards
from server_stub.desk.model import State
from server_stub.desk.transcript import checklist_versions_of, template_versions_of, versions_of, visitor_message_of
from server_stub.edge import bounds
from server_stub.edge.sessions import Later, StaffSession, VisitorSession
from server_stub.journal.api import Journal


def with_messages(sync: bytes, messages: Sequence[Message]) -> bytes:
    """An encoded `sync` without messages, and the messages put in: the cards were encoded before the state went on."""
    return sync[:-1] + b',"messages":' + msgspec.json.encode(messages) + b"}"


class Syncing:
    """`name`: the desk's, as people read it."""

    def __init__(self, state: State, journal: Journal, name: str) -> None:
        self._state = state
        self._journal = journal
        self._name = name
        self._reading = asyncio.Semaphore(bounds.TRANSCRIPT_READS)

    def welcome(self, session: StaffSession, now: int) -> bytes:
        """The first frame of a staff session; again, when the settings or the role have changed."""
        operator = self._state.operators.get(session.login)
        return encode(
            Welcome(
                v=limits.PROTOCOL_VERSION,
                desk=self._name,
                login=session.login,
                name=operator.name if operator is not None else "",
                role=operator.role if operator is not None else session.role,
                mode=session.mode,
                now=now,
                settings=cards.wire_settings(self._state),
            )
        )

    def staff(self, session: StaffSession) -> Later:
        """All that the session may see now. Call it when the batch is decided; await the result after its commit."""
        state, actor = self._state, session.actor
        have, session.have = session.have, {}
        visible = sorted(audience.visible_chats(state, actor))
        visitors = {state.chats[chat].visitor for chat in visible}
        templates = (each for each in state.templates.values() if audience.may_see_template(state, actor, each))
        sync = encode(
            Sync(
                head=state.head,
                chats=[cards.chat_card(state, chat) for chat in visible],
                visitors=[cards.visitor_card(state, each) for each in sorted(visitors) if each in state.visitors],
                operators=[cards.operator_card(state, login) for login in sorted(state.operators)],
                templates=[card for each in templates if (card := cards.template_card(state, each.template))],
                desk=cards.desk_card(state),
            )
        )
        wanted: list[tuple[int, int, int]] = []
        for number in visible:
            chat = state.chats[number]
            if chat.owner == session.login or number in have:
                after = min(have.get(number, 0), chat.last)
                if after < chat.last:
                    wanted.append((number, after, chat.last))
        wanted.sort(key=lambda each: state.chats[each[0]].owner != session.login)  # one's own come first

        async def later() -> bytes:
            return with_messages(sync, await self._read(wanted)) if wanted else sync

        return later

    async def _read(self, wanted: Sequence[tuple[int, int, int]]) -> list[Message]:
        """Of each chat the newest entries between the one that the client has and the newest that the sync tells of, until
        it is enough: what a client then lacks it sees by the cards, and fetches."""
        messages: list[Message] = []
        chars = 0
        for chat, after, last in wanted:
            if chars > bounds.SYNC_CHARS:
                break
            async with self._reading:
                found = await self._journal.transcript(chat, after=after, before=last + 1, limit=limits.SYNC_MESSAGES)
            messages += found
            chars += sum(len(message.text) + bounds.ENTRY_CHARS for message in found)
        return messages

    def visitor(self, session: VisitorSession) -> Later:
        """The visitor's chat, and the public messages that the client lacks."""
        chat = cards.visitor_chat(self._state, session.visitor)
        have = session.have if session.chat == chat.chat else 0
        after = min(have, chat.last)
        session.chat, session.have = chat.chat, 0

        async def later() -> bytes:
            sync = VisitorSync(chat=chat)
            if after < chat.last:
                async with self._reading:
                    messages = await self._journal.transcript(
                        chat.chat, after=after, before=chat.last + 1, limit=limits.SYNC_MESSAGES, public_only=True
                    )
                sync.messages = [visitor_message_of(message) for message in messages]
            return encode(sync)

        return later

    def page(self, asked: Fetch) -> Later:
        """The answer to a `fetch` that is allowed (`audience.may_read`)."""
        before = asked.before or self._end(asked.chat)

        async def later() -> bytes:
            return await self._page(asked.id, asked.chat, 0, before, asked.limit)

        return later

    def watched(self, asked: Watch) -> Later:
        """The entries that a session lacks of the chat which it begins to watch."""
        before = self._end(asked.chat)

        async def later() -> bytes:
            return await self._page("", asked.chat, asked.have, before, limits.SYNC_MESSAGES)

        return later

    def given(self, chat: int, last: int) -> Later:
        """The newest entries of a chat that has come to somebody who did not follow it."""

        async def later() -> bytes:
            return await self._page("", chat, 0, last + 1, limits.SYNC_MESSAGES)

        return later

    def versions(self, asked: History) -> Later:
        """The answer to a `history` that is allowed (`audience.may_read_history`)."""

        async def later() -> bytes:
            async with self._reading:
                found = await self._journal.versions(asked.chat, asked.n)
            return encode(Versions(id=asked.id, chat=asked.chat, n=asked.n, versions=versions_of(found)))

        return later

    def template_versions(self, asked: TemplateHistory, editions: Sequence[int]) -> Later:
        """The answer to a `template_history` that is allowed (`audience.may_see_template`)."""

        async def later() -> bytes:
            async with self._reading:
                found = await self._journal.records(editions)
            return encode(TemplateVersions(id=asked.id, template=asked.template, versions=template_versions_of(found)))

        return later

    def checklist_versions(self, asked: ChecklistHistory) -> Later:
        """The answer to a `checklist_history` of who may write it."""
        known = self._state.checklists.get(asked.department)
        editions = [*known.editions] if known is not None else []

        async def later() -> bytes:
            async with self._reading:
                found = await self._journal.records(editions)
            versions = checklist_versions_of(found)
            return encode(ChecklistVersions(id=asked.id, department=asked.department, versions=versions))

        return later

    def _end(self, chat: int) -> int:
        """The number after the newest entry that is decided; 0: the desk no longer remembers the chat, so it is all stored."""
        known = self._state.chats.get(chat)
        return 0 if known is None else known.last + 1

    async def _page(self, command: str, chat: int, after: int, before: int, limit: int) -> bytes:
        async with self._reading:
            messages = await self._journal.transcript(chat, after=after, before=before, limit=limit)
        more = bool(messages) and messages[0].n > after + 1
        return encode(PageOf(id=command, chat=chat, messages=messages, more=more))
