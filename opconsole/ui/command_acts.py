"""What commands with arguments do to chats, and what their arguments may be: `:transfer anna`, `:status away lunch`, `:chat 3`."""

from collections.abc import Callable, Sequence

from opconsole.locale import mark, tr
from opconsole.state import selectors
from opconsole.state.matching import fold
from opconsole.state.status_words import status_of
from opconsole.terminal.layouts import readings
from opconsole.ui.commands import Candidate, Special, fitting
from opconsole.ui.desk import Desk
from opconsole.ui.letting_go import LettingGo
from opconsole.ui.navigation import Navigation
from opconsole.ui.snoozing import Snoozing
from opconsole.ui.templating import Templating
from opconsole.ui.words import chat_name, operator_name, status_name
from opconsole.wire.cards import OperatorCard, Status


class CommandActs:
    def __init__(
        self,
        desk: Desk,
        letting_go: LettingGo,
        snoozing: Snoozing,
        navigation: Navigation,
        templating: Templating,
        run_action: Callable[[str], str],
    ) -> None:
        """`run_action`: by its id; says why not, or nothing."""
        self._desk = desk
        self._letting_go = letting_go
        self._snoozing = snoozing
        self._picture = desk.picture
        self._navigation = navigation
        self._templating = templating
        self._run_action = run_action

    def specials(self) -> dict[str, Special]:
        return {
            "transfer": Special(self.transfer, "[LOGIN]", self._colleagues, ("give",), examples=("transfer anna",)),
            "snooze": Special(
                self._snoozing.command,
                "[TIME]",
                _times,
                ("later",),
                examples=("snooze 30m", "snooze tomorrow 10:00", "snooze reply"),
            ),
            "status": Special(
                self.status,
                "[STATUS [REASON…]]",
                self._statuses,
                examples=("status away lunch", "status online"),
            ),
            "chat": Special(
                self.chat,
                "NUMBER",
                self._chats,
                title=mark("Go to my chat by its place, or to any chat by its number"),
                examples=("chat 3", "chat 1048"),
            ),
            "template": Special(
                self.template,
                "CODE",
                self._codes,
                title=mark("Insert the template of this code"),
                examples=("template refund",),
            ),
        }

    # ------------------------------------------------------------ chats and people

    def transfer(self, arguments: Sequence[str]) -> str:
        if not arguments:
            return self._run_action("transfer")
        wanted = [fold(reading) for reading in readings(" ".join(arguments))]
        cards = self._letting_go.colleagues()
        found = [card for card in cards if fold(card.login) in wanted or fold(operator_name(card)) in wanted]
        if not found:
            found = [card for card in cards if fold(operator_name(card)).startswith(tuple(wanted))]
        if len(found) != 1:
            name = " ".join(arguments)
            return (
                tr("Several colleagues are called {name}: give the login.", name=name)
                if found
                else tr("There is no colleague {name}.", name=name)
            )
        if why := self._letting_go.cannot_take(found[0]):
            return tr("{name} can't take it now: {why}.", name=operator_name(found[0]), why=why)
        return self._letting_go.transfer_to(found[0])

    def _colleagues(self, before: Sequence[str], begun: str) -> list[Candidate]:
        if before:
            return []
        return fitting((self._colleague(card) for card in self._letting_go.colleagues()), begun)

    def _colleague(self, card: OperatorCard) -> Candidate:
        right = self._letting_go.cannot_take(card) or f"{status_name(card.status)}  {card.held}/{card.limit}"
        return Candidate(card.login, operator_name(card), right)

    def status(self, arguments: Sequence[str]) -> str:
        if not arguments:
            return self._run_action("status")
        if (found := _status(arguments)) is not None:
            status, count = found
            self._desk.set_status(status, " ".join(arguments[count:]) if status is Status.away else "")
            return ""
        names = ", ".join(status.value for status in Status)
        return tr("There is no status {name}. There are: {names}.", name=arguments[0], names=names)

    def _statuses(self, before: Sequence[str], begun: str) -> list[Candidate]:
        if not before:
            return fitting(
                (Candidate(each.value, status_name(each), more=each is Status.away) for each in Status), begun
            )
        found = _status(before)
        if found is not None and found[0] is Status.away and found[1] == len(before):
            return fitting(
                (Candidate(each) for each in (tr("lunch"), tr("break"), tr("meeting"), tr("training"))), begun
            )
        return []

    def chat(self, arguments: Sequence[str]) -> str:
        """1–9 is my chat of that place; a longer number, or one with `#`, is the chat's own."""
        text = arguments[0].lstrip("#№") if len(arguments) == 1 else ""
        if not text.isdecimal() or len(text) > 16:
            return tr("Which one? For example: :{name} 1", name="chat")
        number = int(text)
        if text == arguments[0] and 1 <= number <= 9:
            return self._run_action(f"chat_{number}")
        if selectors.card(self._picture, number) is None:
            return tr("There is no chat {chat} that you may see.", chat=number)
        self._navigation.show(number)
        return ""

    def _chats(self, before: Sequence[str], begun: str) -> list[Candidate]:
        if before:
            return []
        mine = [
            Candidate(str(each.number), chat_name(each.card)) for each in selectors.mine(self._picture) if each.number
        ]
        others = (Candidate(f"#{card.chat}", chat_name(card)) for card in self._picture.chats.values())
        return fitting(mine, begun) if not begun else fitting([*mine, *others], begun)

    def template(self, arguments: Sequence[str]) -> str:
        if len(arguments) != 1:
            return tr("Which one? For example: :{name} hello", name="template")
        return self._templating.insert_code(arguments[0])

    def _codes(self, before: Sequence[str], begun: str) -> list[Candidate]:
        return [] if before else fitting((Candidate(code, title) for code, title in self._templating.codes()), begun)

    # ------------------------------------------------------------ the console


def _status(words: Sequence[str]) -> tuple[Status, int] | None:
    """The status that the words begin with, in either layout, and how many of them name it."""
    layouts = zip(*(_both(word) for word in words), strict=True)
    return next((found for reading in layouts if (found := status_of(reading)) is not None), None)


def _both(word: str) -> tuple[str, str]:
    found = readings(word)
    return found[0], found[-1]


def _times(before: Sequence[str], begun: str) -> list[Candidate]:
    times = {
        "15m": tr("a quarter of an hour"),
        "1h": tr("an hour"),
        "tomorrow": tr("tomorrow at {time}", time="9:00"),
        "reply": tr("until the visitor writes"),
    }
    return [] if before else fitting((Candidate(each, words) for each, words in times.items()), begun)
