"""Chats put aside until a time, or until the visitor writes; and awake again. The relay decides: while a reply is owed nothing is put aside.

Times are of this machine's zone, as all that the console shows.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from opconsole.locale import date_time, refusal_text, span, tr, trn
from opconsole.state import selectors
from opconsole.terminal.layouts import readings
from opconsole.ui.acts import Act, Acts, Make
from opconsole.ui.controller import Controller, Handlers
from opconsole.ui.letting_go import LettingGo
from opconsole.ui.navigation import Navigation
from opconsole.ui.screens.workspace import Workspace
from opconsole.ui.shift import Shift
from opconsole.ui.undoing import Deed
from opconsole.ui.words import chat_name, short_name
from opconsole.wire.cards import ChatCard
from opconsole.wire.staff import Say, Snooze, Take

if TYPE_CHECKING:
    from opconsole.ui.screens.picker import Option

_MINUTE_MS: Final = 60_000
SPANS_MS: Final = tuple(minutes * _MINUTE_MS for minutes in (15, 60, 180))


class Snoozing(Controller):
    def __init__(
        self, workspace: Workspace, shift: Shift, navigation: Navigation, letting_go: LettingGo, acts: Acts
    ) -> None:
        self._workspace = workspace
        self._shift = shift
        self._picture = shift.store
        self._navigation = navigation
        self._letting_go = letting_go
        self._acts = acts

    def handlers(self) -> Handlers:
        return {"snooze": self.choose}

    # ------------------------------------------------------------ choosing

    def choose(self) -> None:
        """Until when; a chat that is aside already comes back."""
        from opconsole.ui.screens.picker import Picker, fuzzy

        chats, others = self._letting_go.meant()
        if not chats:
            return
        aside = [chat for chat in chats if selectors.snoozed(self._picture, chat)]
        if len(aside) == len(chats):
            self.wake(chats)
            return
        awake = [chat for chat in chats if chat not in aside]
        if why := self._why_not(awake):
            self._workspace.say(why, "warning")
            return
        options = self._options()

        def find(query: str) -> "Sequence[Option[int]]":
            at = self.time_of(query)
            return (
                [self._option(at, tr("Until {time}", time=self._time(at))), *fuzzy(options, query)]
                if at
                else fuzzy(options, query)
            )

        if len(awake) == 1:
            title = tr("Put {name} aside", name=short_name(self._picture.chats[awake[0]]))
        else:
            title = trn("Put {n} chat aside", "Put {n} chats aside", len(awake))
        picker: Picker[int] = Picker(
            self._workspace.view,
            title + others,
            find,
            placeholder=tr("or a time: 40m, 2h, 16:30, tomorrow 10:00, fri, 2026-12-31"),
            small=True,
        )
        self._workspace.pick(picker, lambda picked: self.snooze(awake, picked.value))

    def _options(self) -> "list[Option[int]]":
        from opconsole.state.when import MORNING

        now = self._workspace.view.now()
        here = _here(now)
        morning = here.replace(hour=MORNING, minute=0, second=0, microsecond=0)
        days = (
            (1, tr("Tomorrow at {time}", time="9:00")),
            (7 - here.weekday(), tr("On Monday at {time}", time="9:00")),
        )
        options = [self._option(now + each, tr("For {time}", time=span(each))) for each in SPANS_MS]
        options += [
            self._option(_stamp(morning + timedelta(days=ahead)), words)
            for ahead, words in days[: 2 - (here.weekday() == 6)]
        ]
        until = self._longest()
        words = tr("Until the visitor writes, at most {time}", time=span(self._picture.me.settings.snooze_most_ms))
        return [*options, self._option(until, words)]

    def _option(self, at: int, words: str) -> "Option[int]":
        from opconsole.ui.screens.picker import Option

        return Option(at, words, right=self._time(at))

    def _longest(self) -> int:
        from opconsole.state.when import longest  # not needed at the start

        return longest(self._workspace.view.now(), self._picture.me.settings.snooze_most_ms)

    def _time(self, at: int) -> str:
        return date_time(at, self._workspace.view.now())

    def time_of(self, words: str) -> int:
        """What is typed as a time ahead (the relay's clock); 0: it is none."""
        from opconsole.state.when import when

        now = self._workspace.view.now()
        return when(readings(words), now, _here(now), _stamp) if words.strip() else 0

    # ------------------------------------------------------------ as a command

    def command(self, arguments: Sequence[str]) -> str:
        """`:snooze 30m`, `:snooze tomorrow 10:00`, `:snooze reply`. Returns why not (a sentence), or nothing."""
        if not arguments:
            self.choose()
            return ""
        from opconsole.state.when import is_until_reply

        text = " ".join(arguments)
        at = self._longest() if is_until_reply(readings(text)) else self.time_of(text)
        if not at:
            return tr("When is {text}? For example: 30m, 2h, 16:30, tomorrow 10:00, fri, 2026-12-31.", text=text)
        chats, _ = self._letting_go.meant()
        awake = [chat for chat in chats if not selectors.snoozed(self._picture, chat)]
        if chats and not awake:
            return tr("It is put aside already: wake it first.")
        if why := self._why_not(awake):
            return why
        if awake:
            self.snooze(awake, at)
        return ""

    # ------------------------------------------------------------ doing it

    def snooze(self, chats: list[int], until: int) -> None:
        names = self._letting_go.names(chats)
        time = self._time(until)

        def words(done: list[int]) -> str:
            if len(done) == 1:
                return tr("Put aside until {time}: {name}", time=time, name=names[done[0]])
            return trn("Put {n} chat aside until {time}", "Put {n} chats aside until {time}", len(done), time=time)

        self._letting_go.give(
            Act(words=words, back=self._back),
            {chat: _snooze(chat, until) for chat in names},
        )

    def _back(self, deed: Deed) -> str:
        """Those that are aside still, and those that went to the inbox meanwhile, are taken."""
        chats = [chat for chat in deed.chats if selectors.snoozed(self._picture, chat) or chat in self._picture.inbox]
        if not chats:
            return tr("It is awake already.") if deed.chats else ""
        deed.chats = chats
        self.wake(chats, deed)
        return ""

    def wake(self, chats: list[int], deed: Deed | None = None) -> bool:
        """Back among those that I work on. `deed`: what is taken back by that. False: nobody is logged in, or there is no room."""
        load = selectors.my_load(self._picture)
        if load.limit and load.full:
            text = tr("You hold {n} of {limit} chats: close or return one first.", n=load.held, limit=load.limit)
            self._workspace.say(text, "warning")
            if deed is not None:
                self._acts.keep(deed)
            return False
        names = {chat: short_name(self._picture.chats[chat]) for chat in chats if chat in self._picture.chats}

        def words(done: list[int]) -> str:
            if len(done) == 1:
                return tr("The chat with {name} is awake", name=names[done[0]])
            return trn("{n} chat is awake", "{n} chats are awake", len(done))

        if not self._acts.give(Act(words=words, of=deed), {chat: _take(chat) for chat in names}):
            return False
        if len(names) == 1 and not self._workspace.in_lists:
            self._navigation.show(next(iter(names)))
        return True

    def wake_to_reply(self, chat: int) -> bool:
        """See `Writing.wake`."""
        if not selectors.snoozed(self._picture, chat):
            return True
        under_way = (item.command for item in self._picture.outbox if item.failure is None)
        return any(isinstance(each, Take) and each.chat == chat for each in under_way) or self.wake([chat])

    def _why_not(self, chats: list[int]) -> str:
        """Why none of them can be put aside: the visitors wait. A reply on its way is a reply."""
        owing = [card for card in (self._picture.chats[chat] for chat in chats) if self._owes(card)]
        if not owing or len(owing) < len(chats):
            return ""
        ago_s = max(0, self._workspace.view.now() - min(card.owes_since for card in owing)) // 1000
        why = refusal_text("owes_reply", {"ago_s": ago_s}, "")
        return f"{chat_name(owing[0])}: {why}" if len(owing) == 1 and self._workspace.in_lists else why

    def _owes(self, card: ChatCard) -> bool:
        answered = any(
            isinstance(item.command, Say) and item.failure is None for item in self._picture.outbox.words_of(card.chat)
        )
        return card.owes_since > 0 and not answered


def _here(at: int) -> datetime:
    """On the clock of this machine."""
    return datetime.fromtimestamp(at / 1000)


def _stamp(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def _snooze(chat: int, until: int) -> Make:
    return lambda id_: Snooze(id=id_, chat=chat, until=until)


def _take(chat: int) -> Make:
    return lambda id_: Take(id=id_, chat=chat)
