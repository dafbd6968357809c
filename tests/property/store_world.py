"""A small relay in memory that shows one operator their desk: enough of the rules of sight to test the console's store against.

It keeps the truth, and speaks to two kinds of client: one that sees every live frame, and one that has just synced. The order of
frames within a batch is the relay's choice, so it is a parameter here.
"""

from collections.abc import Iterable
from typing import Literal

import msgspec

from opconsole.wire.cards import (
    ChatCard,
    DeskCard,
    OperatorCard,
    Place,
    Role,
    TemplateCard,
    VisitorCard,
)
from opconsole.wire.messages import Kind, Message
from opconsole.wire.staff import (
    AddNote,
    Close,
    Done,
    Fetch,
    Gone,
    PageOf,
    Refused,
    Return,
    Say,
    StaffCommand,
    StaffDown,
    Sync,
    Take,
    TakeNext,
    TemplateGone,
    Welcome,
)

ME = "anna"
OTHER = "boris"


class World:
    def __init__(self, sync_messages: int = 5, order: Literal["cards first", "messages first"] = "cards first") -> None:
        self.sync_messages = sync_messages
        self.order = order
        self.seq = 0
        self.chats: dict[int, ChatCard] = {}
        self.logs: dict[int, list[Message]] = {}
        self.visitors: dict[str, VisitorCard] = {}
        self.operators = {login: OperatorCard(rev=0, login=login, name=login.title()) for login in (ME, OTHER)}
        self.templates: dict[str, TemplateCard] = {}
        self.desk = DeskCard(rev=0)
        self.answers: dict[str, Done | Refused] = {}
        self.said: list[str] = []
        """Texts of mine that happened, in order."""

    # ------------------------------------------------------------ what is shown

    def sees(self, card: ChatCard | None) -> bool:
        return card is not None and (card.place is Place.inbox or (card.owner == ME and card.place is not Place.closed))

    def welcome(self) -> Welcome:
        return Welcome(v=1, desk="desk", login=ME, name="Anna", role=Role.operator, mode="work", now=1_000)

    def sync(self, have: dict[int, int]) -> Sync:
        chats = [card for card in self.chats.values() if self.sees(card)]
        messages: list[Message] = []
        for card in chats:
            if card.owner == ME:
                messages += self.logs[card.chat][have.get(card.chat, 0) :][-self.sync_messages :]
        seen = {card.visitor for card in chats}
        return Sync(
            head=self.seq,
            chats=[msgspec.structs.replace(card) for card in chats],
            visitors=[card for card in self.visitors.values() if card.visitor in seen],
            operators=list(self.operators.values()),
            templates=list(self.templates.values()),
            messages=messages,
            desk=self.desk,
        )

    def page(self, fetch: Fetch) -> PageOf:
        log = self.logs.get(fetch.chat, [])
        end = fetch.before - 1 if fetch.before else len(log)
        start = max(0, end - fetch.limit)
        return PageOf(id=fetch.id, chat=fetch.chat, messages=log[start:end], more=start > 0)

    # ------------------------------------------------------------ what happens

    def open(self, visitor: str) -> list[StaffDown]:
        if any(card.visitor == visitor and card.place is not Place.closed for card in self.chats.values()):
            return []
        chat = len(self.chats) + 1
        self.seq += 1
        number = sum(card.visitor == visitor for card in self.chats.values()) + 1
        self.visitors[visitor] = VisitorCard(rev=self.seq, visitor=visitor, name=visitor.title(), chats=number)
        self.logs[chat] = []
        card = ChatCard(
            rev=self.seq,
            chat=chat,
            place=Place.inbox,
            visitor=visitor,
            waiting_since=self.seq,
            answer_by=self.seq + 60 - 7 * (chat % 5),
        )
        return [*self._put(card, [("visitor", "hello")]), self.visitors[visitor]]

    def say(self, chat: int, by: str, text: str, *, note: bool = False, cid: str = "") -> list[StaffDown]:
        self.seq += 1
        return self._put(msgspec.structs.replace(self.chats[chat], rev=self.seq), [(by, text)], note=note, cid=cid)

    def move(
        self, chat: int, place: Place, owner: str = "", *, rescued: bool = False, why: str = ""
    ) -> list[StaffDown]:
        self.seq += 1
        before = self.chats[chat]
        card = msgspec.structs.replace(
            before,
            rev=self.seq,
            place=place,
            owner=owner,
            taken_at=self.seq if owner else 0,
            rescues=before.rescues + rescued,
        )
        return self._put(card, [("", why or place.value)], why=why)

    def template(self, name: str, text: str) -> list[StaffDown]:
        self.seq += 1
        if not text:
            self.templates.pop(name, None)
            return [TemplateGone(template=name, rev=self.seq)]
        self.templates[name] = TemplateCard(rev=self.seq, template=name, code=name, text=text)
        return [self.templates[name]]

    def operator(self, login: str, held: int) -> list[StaffDown]:
        self.seq += 1
        self.operators[login] = msgspec.structs.replace(self.operators[login], rev=self.seq, held=held)
        self.desk = DeskCard(rev=self.seq, held=held)
        return [self.operators[login], self.desk]

    # ------------------------------------------------------------ commands of the operator

    def command(self, command: StaffCommand) -> list[StaffDown]:
        """Decide once; a command sent twice gets the same answer and happens once."""
        if isinstance(command, Fetch):
            return [self.page(command)]
        if command.id in self.answers:
            return [self.answers[command.id]]
        frames, answer = self._decide(command)
        self.answers[command.id] = answer
        return [*frames, answer] if self.order == "cards first" else [answer, *frames]

    def _decide(self, command: StaffCommand) -> tuple[list[StaffDown], Done | Refused]:
        match command:
            case Take(chat=chat) if chat in self.chats and self.chats[chat].place is Place.inbox:
                return self.move(chat, Place.held, ME, why="taken"), Done(id=command.id, chat=chat)
            case TakeNext() if waiting := [c for c in self.chats.values() if c.place is Place.inbox]:
                chat = min(waiting, key=lambda card: (card.answer_by, card.chat)).chat
                return self.move(chat, Place.held, ME, why="taken"), Done(id=command.id, chat=chat)
            case Return(chat=chat) if self._mine(chat):
                return self.move(chat, Place.inbox, why="returned"), Done(id=command.id, chat=chat)
            case Close(chat=chat) if self._mine(chat):
                return self.move(chat, Place.closed, why="closed"), Done(id=command.id, chat=chat)
            case Say(chat=chat, text=text) | AddNote(chat=chat, text=text) if self._mine(chat):
                note = isinstance(command, AddNote)
                frames = self.say(chat, ME, text, note=note, cid=command.id)
                self.said.append(text)
                newest = self.logs[chat][-1]
                return frames, Done(id=command.id, chat=chat, n=newest.n, p=newest.p)
        return [], Refused(id=command.id, code="not_yours", text="no")

    def _mine(self, chat: int) -> bool:
        return chat in self.chats and self.chats[chat].owner == ME and self.chats[chat].place is Place.held

    def _put(
        self, card: ChatCard, entries: Iterable[tuple[str, str]], *, note: bool = False, cid: str = "", why: str = ""
    ) -> list[StaffDown]:
        saw, owned = self.sees(self.chats.get(card.chat)), self._owned(self.chats.get(card.chat))
        log = self.logs[card.chat]
        new: list[Message] = []
        for by, text in entries:
            kind = Kind.event if not by else Kind.note if note else Kind.say
            public = kind is Kind.say
            card.public += public
            p = card.public if public else 0
            new.append(Message(chat=card.chat, n=len(log) + 1, p=p, at=self.seq, kind=kind, by=by, text=text, cid=cid))
            log.append(new[-1])
        card.last = len(log)
        self.chats[card.chat] = card
        sees, owns = self.sees(card), self._owned(card)
        cards: list[StaffDown] = []
        if sees:
            cards.append(msgspec.structs.replace(card))
            if not saw and card.visitor in self.visitors:
                cards.append(self.visitors[card.visitor])
        elif saw:
            cards.append(Gone(chat=card.chat, rev=card.rev, why=why))
        messages: list[StaffDown] = []
        if owns and not owned:
            messages.append(PageOf(id="", chat=card.chat, messages=log[-self.sync_messages :]))
        elif owns:
            messages += new
        return cards + messages if self.order == "cards first" else messages + cards

    def _owned(self, card: ChatCard | None) -> bool:
        return card is not None and card.owner == ME and card.place in (Place.held, Place.snoozed)
