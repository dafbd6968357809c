"""What each thing that comes in does to the open batch: commands go to the desk, the rest is presence and whispers.

`Handling.handle` takes one item from the queue at a time. It changes the state (through `evolve` only), the roster's presence,
and the batch; it sends nothing, except the welcome, which tells nothing of chats.
"""

import itertools
import logging
from collections import Counter, OrderedDict
from collections.abc import Callable, Sequence
from heapq import heappop, heappush
from typing import Any

from msgspec import Struct

from opconsole.wire import staff, visitor
from opconsole.wire.cards import Place
from opconsole.wire.codec import encode
from opconsole.wire.files import FetchFile, Upload
from opconsole.wire.search import Hints, Search
from opconsole.wire.staff import Done, Peek, Refused, TypingBy
from opconsole.wire.visitor import OperatorTyping
from server_stub.desk import cards
from server_stub.desk.actors import DESK, Actor
from server_stub.desk.audience import may_read, may_read_history, may_see_template
from server_stub.desk.commands import (
    EraseContent,
    OperatorAway,
    OperatorHere,
    OperatorSet,
    VisitorAway,
    VisitorDeletes,
    VisitorHere,
    VisitorSays,
)
from server_stub.desk.decide import decide
from server_stub.desk.events import Record
from server_stub.desk.evolve import apply
from server_stub.desk.model import State
from server_stub.desk.outcome import Answer, Decision, Refusal
from server_stub.desk.refusals import refuse
from server_stub.edge import bounds
from server_stub.edge.metrics import Metrics
from server_stub.edge.sessions import Gone, Joined, Later, Session, StaffSession, VisitorSession
from server_stub.files.store import Kept
from server_stub.filing import NAMING, Filing
from server_stub.roster import Roster
from server_stub.searching import Question, Searching
from server_stub.syncing import Syncing

log = logging.getLogger(__name__)

NO_KEY = ("", "")
INTERNAL = Refusal("internal", "The relay could not do this: an error of its own, which is in its log.")


class Batch:
    """What was decided since the last one was sealed."""

    __slots__ = ("ends", "erased", "items", "joins", "laters", "questions", "records", "replies", "said", "takes_away")

    def __init__(self) -> None:
        self.items = 0
        self.records: list[Record] = []
        self.replies: list[tuple[Session, bytes]] = []
        self.joins: list[Session] = []
        """Sessions that get their sync with this batch, and live frames from the next one on."""
        self.laters: list[tuple[Session, Later]] = []
        """What must be read from the journal before it can be sent; it goes out before the batch's other frames."""
        self.questions: list[Question] = []
        """What is asked of the search index, or of the files: answered when it can be, and nothing waits for it."""
        self.said: list[Kept] = []
        """Files that messages of this batch carry."""
        self.takes_away = False
        """Words were deleted or erased, and files with them perhaps."""
        self.erased: list[str] = []
        """Visitors of whom everything is."""
        self.ends: list[tuple[Session, bool]] = []
        """Sessions to be closed; True: the person is blocked."""

    def __bool__(self) -> bool:
        return self.items > 0


class Handling:
    """One item after the other. `batch` is the open one; who seals it puts a new one here."""

    def __init__(
        self,
        state: State,
        roster: Roster,
        syncing: Syncing,
        searching: Searching,
        filing: Filing,
        metrics: Metrics,
    ) -> None:
        self.batch = Batch()
        self._state = state
        self._roster = roster
        self._syncing = syncing
        self._searching = searching
        self._filing = filing
        self._metrics = metrics
        self._here: set[Session] = set()
        """Sessions whose presence counts."""
        self._presence: Counter[str] = Counter()
        """How many of them there are of each actor (`Actor.key`)."""
        self._peeking: dict[VisitorSession, None] = {}
        """Visitors' sessions with a peek that waits to be told."""
        self._peeks: list[tuple[int, int, VisitorSession]] = []
        """When they may be told, as a heap: all visitors may be typing at once. Who is not in `_peeking` any more is passed over."""
        self._peek_numbers = itertools.count()
        self._judged: OrderedDict[tuple[str, str], Decision | Refusal] = OrderedDict()
        """By actor and command id: outcomes of the team's commands that changed nothing, oldest first."""
        self._special: dict[type[Struct], Callable[[Any, Any, int], None]] = {
            Joined: self._joined,
            Gone: self._gone,
            staff.Watch: self._watch,
            staff.Fetch: self._fetch,
            staff.History: self._history,
            Search: self._search,
            Hints: self._hints,
            Upload: self._upload,
            FetchFile: self._fetch_file,
            staff.DeleteMessage: self._take_away,
            VisitorDeletes: self._take_away,
            EraseContent: self._take_away,
            staff.TemplateHistory: self._template_history,
            staff.ChecklistHistory: self._checklist_history,
            staff.Take: self._take,
            staff.TakeNext: self._take,
            staff.Typing: self._typing,
            visitor.VisitorTyping: self._visitor_types,
            VisitorSays: self._visitor_says,
            OperatorSet: self._operator_set,
        }

    def handle(self, session: Session | None, item: Struct, now: int) -> None:
        self.batch.items += 1
        special = self._special.get(type(item))
        if special is not None:
            special(session, item, now)
        else:
            self._decide(session, DESK if session is None else session.actor, item, now)

    def _decide(self, session: Session | None, actor: Actor, command: Any, now: int) -> Answer | None:
        """Ask the desk, and answer who waits for it. None: it was refused."""
        self._metrics.commands += 1
        outcome = self._outcome(actor, command, now)
        if isinstance(outcome, Refusal):
            self._metrics.refusals[outcome.code] += 1
            if session is not None and (command_id := getattr(command, "id", "")):
                refused = Refused(id=command_id, code=outcome.code, text=outcome.text, facts=outcome.facts)
                self.batch.replies.append((session, encode(refused)))
            elif actor is DESK:
                log.warning("the desk refused %s: %s", type(command).__name__, outcome.text)
            return None
        if outcome.events:
            self.batch.records += apply(self._state, actor, outcome, now)
        if session is not None and (command_id := getattr(command, "id", "")):
            self.batch.replies.append((session, encode(_done(command_id, outcome.answer, actor))))
        return outcome.answer

    def _outcome(self, actor: Actor, command: Any, now: int) -> Decision | Refusal:
        """What the desk says. What changed nothing is in no journal, so it is remembered here: a copy that comes late over an
        older link must not make happen what its author was told is refused (and may have said again, under another id). A
        visitor's page says refused words again under the same id, so there a late copy does no harm. With the relay all
        links end, so nothing need be remembered beyond it."""
        key = (actor.key, getattr(command, "id", "")) if actor.kind == "operator" else NO_KEY
        if key[1] and (judged := self._judged.get(key)) is not None:
            return judged
        try:
            asked = self._with_file(actor, command, now) if type(command) in NAMING and command.file else command
            outcome = asked if isinstance(asked, Refusal) else decide(self._state, actor, asked, now)
        except Exception:
            # decide() changes nothing, so an error of its own costs this command and no more.
            log.exception("a decision failed: %s by %s", type(command).__name__, actor.kind)
            outcome = INTERNAL
        else:
            if asked is not command and isinstance(outcome, Decision) and outcome.events:
                self.batch.said.append(self._filing.say(asked, outcome.answer))
        if key[1] and (isinstance(outcome, Refusal) or not outcome.events):
            self._judged[key] = outcome
            if len(self._judged) > bounds.JUDGED:
                self._judged.popitem(last=False)
        return outcome

    def _with_file(self, actor: Actor, command: Any, now: int) -> Any:
        """The command with its file. One that was answered before needs none: it gets that answer again."""
        people: Any = self._state.visitors if actor.kind == "visitor" else self._state.operators
        known = people.get(actor.id)
        if known is not None and known.answers.get(command.id) is not None:
            return command
        return self._filing.with_file(actor, command, now)

    def _take_away(self, session: Session | None, command: Any, now: int) -> None:
        """Words go, and a file with them if there is one: that is the journal's to know, and comes after the commit."""
        if self._decide(session, DESK if session is None else session.actor, command, now) is not None:
            self.batch.takes_away = True
            if isinstance(command, EraseContent) and command.visitor:
                self.batch.erased.append(command.visitor)

    def _take(self, session: StaffSession, command: staff.Take | staff.TakeNext, now: int) -> None:
        """Who takes a chat sees at once what its visitor is typing."""
        answer = self._decide(session, session.actor, command, now)
        if answer is not None:
            self._show_peek(answer.chat, self._roster.readers(session.login, answer.chat))

    # ------------------------------------------------------------ coming and going

    def _joined(self, session: Session, _: Joined, now: int) -> None:
        if isinstance(session, StaffSession):
            operator = self._state.operators.get(session.login)
            if operator is None or operator.blocked:
                self.batch.ends.append((session, True))
                return
            session.connection.send(self._syncing.welcome(session, now))
        self.batch.joins.append(session)
        if not session.counts:
            return
        self._here.add(session)
        key = session.actor.key
        self._presence[key] += 1
        if self._presence[key] == 1:
            here = (
                VisitorHere(session.profile, session.vouched) if isinstance(session, VisitorSession) else OperatorHere()
            )
            self._decide(None, session.actor, here, now)

    def _gone(self, session: Session, _: Gone, now: int) -> None:
        if session in self.batch.joins:
            self.batch.joins.remove(session)
        self._roster.leave(session)
        self._filing.gone(session)
        if isinstance(session, VisitorSession):
            self._peeking.pop(session, None)
            if session.peek:
                session.peek = ""
                self._tell_peek(session, now)
        if session not in self._here:
            return
        self._here.discard(session)
        key = session.actor.key
        self._presence[key] -= 1
        if self._presence[key] == 0:
            del self._presence[key]
            away = VisitorAway() if isinstance(session, VisitorSession) else OperatorAway()
            self._decide(None, session.actor, away, now)

    def _operator_set(self, session: None, command: OperatorSet, now: int) -> None:
        """The person is welcomed anew by the name that they have now."""
        self._decide(session, DESK, command, now)
        joining = (each for each in self.batch.joins if isinstance(each, StaffSession) and each.login == command.login)
        for each in (*self._roster.logins.get(command.login, ()), *joining):
            self.batch.replies.append((each, self._syncing.welcome(each, now)))

    # ------------------------------------------------------------ looking

    def _fetch(self, session: StaffSession, asked: staff.Fetch, now: int) -> None:
        if may_read(self._state, session.actor, asked.chat):
            self.batch.laters.append((session, self._syncing.page(asked)))
            return
        refusal = refuse("not_visible", chat=asked.chat)
        if 0 < asked.chat <= self._state.last_chat and asked.chat not in self._state.chats:
            # The desk has forgotten it; the index knows who had it.
            self._ask(session, asked.id, self._searching.fetch(session, asked, self._syncing.page(asked), refusal))
        else:
            self._refuse(session, asked.id, refusal)

    def _search(self, session: StaffSession, asked: Search, now: int) -> None:
        self._ask(session, asked.id, self._searching.search(session, asked))

    def _hints(self, session: StaffSession, asked: Hints, now: int) -> None:
        self._ask(session, asked.id, self._searching.hints(session, asked, now))

    def _upload(self, session: Session, asked: Upload, now: int) -> None:
        ticket = self._filing.upload(session, asked)
        if isinstance(ticket, Refusal):
            self._refuse(session, asked.id, ticket)
        else:
            self.batch.replies.append((session, encode(ticket)))

    def _fetch_file(self, session: Session, asked: FetchFile, now: int) -> None:
        self._ask(session, asked.id, self._filing.fetch(session, asked))

    def _ask(self, session: Session, command: str, question: Question | Refusal) -> None:
        if isinstance(question, Refusal):
            self._refuse(session, command, question)
        else:
            self.batch.questions.append(question)

    def _history(self, session: StaffSession, asked: staff.History, now: int) -> None:
        if may_read_history(self._state, session.actor):
            self.batch.laters.append((session, self._syncing.versions(asked)))
            return
        self._refuse(session, asked.id, refuse("not_allowed", role=session.role.value.capitalize()))

    def _template_history(self, session: StaffSession, asked: staff.TemplateHistory, now: int) -> None:
        state = self._state
        template = state.templates.get(asked.template) or state.dropped.get(asked.template)
        if template is not None and may_see_template(state, session.actor, template):
            self.batch.laters.append((session, self._syncing.template_versions(asked, template.editions)))
            return
        self._refuse(session, asked.id, refuse("no_such_template"))

    def _checklist_history(self, session: StaffSession, asked: staff.ChecklistHistory, now: int) -> None:
        if may_read_history(self._state, session.actor):
            self.batch.laters.append((session, self._syncing.checklist_versions(asked)))
        else:
            self._refuse(session, asked.id, refuse("not_allowed", role=session.role.value.capitalize()))

    def _refuse(self, session: Session, command_id: str, refusal: Refusal) -> None:
        self._metrics.refusals[refusal.code] += 1
        refused = Refused(id=command_id, code=refusal.code, text=refusal.text, facts=refusal.facts)
        self.batch.replies.append((session, encode(refused)))

    def _watch(self, session: StaffSession, asked: staff.Watch, now: int) -> None:
        if asked.chat and not may_read(self._state, session.actor, asked.chat):
            self._roster.watch(session, 0)
            return
        self._roster.watch(session, asked.chat)
        if asked.chat:
            self.batch.laters.append((session, self._syncing.watched(asked)))
            self._show_peek(asked.chat, (session,))

    # ------------------------------------------------------------ whispers

    def _typing(self, session: StaffSession, typing: staff.Typing, now: int) -> None:
        """An operator types: the desk may give them more time, the visitor and who watches see it."""
        if typing.on and 0 <= now - session.typing_at < bounds.TYPING_GAP_MS and session.typing_in == typing.chat:
            return
        session.typing_at, session.typing_in = (now, typing.chat) if typing.on else (0, 0)
        if self._decide(session, session.actor, typing, now) is None:
            return
        chat = self._state.chats.get(typing.chat)
        if chat is None or chat.owner != session.login:
            return
        current = cards.current_chat(self._state, chat.visitor)
        if current is chat:
            frame = encode(OperatorTyping(on=typing.on))
            self.batch.replies += [(tab, frame) for tab in self._roster.visitors.get(chat.visitor, ())]
        frame = encode(TypingBy(chat=typing.chat, login=session.login, on=typing.on))
        readers = self._roster.readers(chat.owner, typing.chat)
        self.batch.replies += [(each, frame) for each in readers if each is not session]

    def _visitor_says(self, session: VisitorSession, says: VisitorSays, now: int) -> None:
        """What was typed is sent: the message itself takes the peek away."""
        session.peek = ""
        self._peeking.pop(session, None)
        self._decide(session, session.actor, says, now)

    def _visitor_types(self, session: VisitorSession, typing: visitor.VisitorTyping, now: int) -> None:
        if typing.text == session.peek:
            return
        session.peek = typing.text
        if now - session.peek_at >= bounds.PEEK_GAP_MS:
            self._peeking.pop(session, None)
            self._tell_peek(session, now)
        elif session not in self._peeking:
            self._peeking[session] = None
            heappush(self._peeks, (session.peek_at + bounds.PEEK_GAP_MS, next(self._peek_numbers), session))

    def _tell_peek(self, session: VisitorSession, now: int) -> None:
        session.peek_at = now
        chat = cards.current_chat(self._state, session.visitor)
        if chat is None or chat.place is Place.closed:
            return
        frame = encode(Peek(chat=chat.chat, text=session.peek))
        self.batch.replies += [(each, frame) for each in self._roster.readers(chat.owner, chat.chat)]

    def _show_peek(self, chat_id: int, sessions: Sequence[StaffSession]) -> None:
        """What the visitor is typing already, to those who begin to read the chat."""
        chat = self._state.chats.get(chat_id)
        if chat is None or cards.current_chat(self._state, chat.visitor) is not chat:
            return
        text = next((tab.peek for tab in self._roster.visitors.get(chat.visitor, ()) if tab.peek), "")
        if text:
            frame = encode(Peek(chat=chat_id, text=text))
            self.batch.replies += [(each, frame) for each in sessions]

    def peeks_due_at(self) -> int:
        """When a peek that was kept back may be told; 0: there is none."""
        while self._peeks and self._peeks[0][2] not in self._peeking:
            heappop(self._peeks)
        return self._peeks[0][0] if self._peeks else 0

    def tell_due_peeks(self, now: int) -> None:
        while self._peeks and self._peeks[0][0] <= now:
            session = heappop(self._peeks)[2]
            if session in self._peeking:
                del self._peeking[session]
                self.batch.items += 1
                self._tell_peek(session, now)


def _done(command: str, answer: Answer, actor: Actor) -> Done:
    """A visitor's numbers are the public ones."""
    if actor.kind == "visitor":
        return Done(id=command, chat=answer.chat, n=answer.p, at=answer.at)
    return Done(id=command, chat=answer.chat, n=answer.n, p=answer.p, at=answer.at)
