"""What each thing that comes in does to the open batch: commands go to the desk, the rest is presence, whispers, lookups.

`Handling.handle` takes one item from the queue at a time. It changes the state (through `evolve` only), the roster's presence,
and the batch; it sends nothing, except the welcome, which tells nothing of chats.
"""

import logging
from collections import Counter, OrderedDict
from collections.abc import Callable
from typing import Any

from msgspec import Struct

from opconsole.wire import staff, visitor
from opconsole.wire.codec import encode
from opconsole.wire.staff import Done, Refused
from server_stub.batch import Batch
from server_stub.desk.actors import DESK, Actor
from server_stub.desk.audience import may_read
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
from server_stub.desk.evolve import apply
from server_stub.desk.model import State
from server_stub.desk.outcome import Answer, Decision, Refusal
from server_stub.edge import bounds
from server_stub.edge.metrics import Metrics
from server_stub.edge.sessions import Gone, Joined, Session, StaffSession, VisitorSession
from server_stub.filing import NAMING, Filing
from server_stub.lookups import Lookups
from server_stub.roster import Roster
from server_stub.searching import Searching
from server_stub.syncing import Syncing
from server_stub.whispers import Whispers

log = logging.getLogger(__name__)

NO_KEY = ("", "")
INTERNAL = Refusal("internal", "The relay could not do this: an error of its own, which is in its log.")


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
        self._filing = filing
        self._whispers = Whispers(state, roster)
        self._lookups = Lookups(state, syncing, searching, filing)
        self._metrics = metrics
        self._here: set[Session] = set()
        """Sessions whose presence counts."""
        self._presence: Counter[str] = Counter()
        """How many of them there are of each actor (`Actor.key`)."""
        self._judged: OrderedDict[tuple[str, str], Decision | Refusal] = OrderedDict()
        """By actor and command id: outcomes of the team's commands that changed nothing, oldest first."""
        self._special: dict[type[Struct], Callable[[Any, Any, int], None]] = {
            Joined: self._joined,
            Gone: self._gone,
            staff.Watch: self._watch,
            **dict.fromkeys(self._lookups.by_kind, self._look),
            staff.DeleteMessage: self._take_away,
            VisitorDeletes: self._take_away,
            EraseContent: self._take_away,
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
            readers = self._roster.readers(session.login, answer.chat)
            self.batch.replies += self._whispers.show(answer.chat, readers)

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
            self.batch.replies += self._whispers.gone(session, now)
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

    def _look(self, session: Session, asked: Any, now: int) -> None:
        if refusal := self._lookups.by_kind[type(asked)](self.batch, session, asked, now):
            self._refuse(session, asked.id, refusal)

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
            self.batch.replies += self._whispers.show(asked.chat, (session,))

    # ------------------------------------------------------------ whispers

    def _typing(self, session: StaffSession, typing: staff.Typing, now: int) -> None:
        """An operator types: the desk may give them more time."""
        if not self._whispers.is_news(session, typing, now):
            return
        if self._decide(session, session.actor, typing, now) is not None:
            self.batch.replies += self._whispers.operator_types(session, typing)

    def _visitor_says(self, session: VisitorSession, says: VisitorSays, now: int) -> None:
        self._whispers.said(session)
        self._decide(session, session.actor, says, now)

    def _visitor_types(self, session: VisitorSession, typing: visitor.VisitorTyping, now: int) -> None:
        self.batch.replies += self._whispers.visitor_types(session, typing, now)

    def peeks_due_at(self) -> int:
        """When a peek that was kept back may be told; 0: there is none."""
        return self._whispers.due_at()

    def tell_due_peeks(self, now: int) -> None:
        for frames in self._whispers.due(now):
            self.batch.items += 1
            self.batch.replies += frames


def _done(command: str, answer: Answer, actor: Actor) -> Done:
    """A visitor's numbers are the public ones."""
    if actor.kind == "visitor":
        return Done(id=command, chat=answer.chat, n=answer.p, at=answer.at)
    return Done(id=command, chat=answer.chat, n=answer.n, p=answer.p, at=answer.at)
