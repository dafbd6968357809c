"""What an operator does with chats and with their own status: each wish becomes one command of the wire. The relay decides."""

from collections.abc import Callable

from opconsole.locale import tr
from opconsole.state import selectors
from opconsole.ui.checking import what_is_missing
from opconsole.ui.navigation import Navigation
from opconsole.ui.screens.workspace import Workspace
from opconsole.ui.shift import Shift
from opconsole.ui.words import operator_name, short_name, status_name
from opconsole.wire.cards import OperatorCard, Role, Status
from opconsole.wire.staff import Close, Return, SetStatus, Take, TakeNext, Transfer


class Desk:
    def __init__(self, workspace: Workspace, shift: Shift, navigation: Navigation) -> None:
        self._workspace = workspace
        self._shift = shift
        self._picture = shift.store
        self._navigation = navigation

    def handlers(self) -> dict[str, Callable[[], None]]:
        return {
            "take_next": self.take_next,
            "take_this": self.take_this,
            "close": self.close,
            "return": self.give_back,
            "transfer": self.transfer,
            "status": self.status,
        }

    # ------------------------------------------------------------ taking

    def take_next(self) -> None:
        if self._picture.synced and not selectors.waiting(self._picture):
            self._workspace.say(tr("Nobody waits."))
        elif self._has_room() and self._shift.send(lambda id_: TakeNext(id=id_)):
            self._navigation.taking()

    def take_this(self) -> None:
        """The waiting chat on the screen; with the keys in the inbox, the one under the cursor."""
        inbox = self._workspace.inbox
        chat = inbox.chat if inbox.has_focus else self._picture.shown
        if selectors.inbox_index(self._picture, chat) < 0:
            chat = inbox.chat
        if not chat:
            self._workspace.say(tr("Nobody waits."))
        elif self._has_room() and self._shift.send(lambda id_: Take(id=id_, chat=chat)):
            self._navigation.taking()

    def _has_room(self) -> bool:
        """Says so at once instead of asking the relay, which would refuse."""
        load = selectors.my_load(self._picture)
        if load.limit and load.full:
            text = tr("You hold {n} of {limit} chats: close or return one first.", n=load.held, limit=load.limit)
            self._workspace.say(text, "warning")
            return False
        return True

    # ------------------------------------------------------------ letting go

    def close(self) -> None:
        """At once, or after a question if the visitor still waits for an answer, or a required step isn't ticked."""
        chat = self._mine()
        if not chat:
            return
        card = self._picture.chats[chat]
        unticked = what_is_missing(self._workspace, chat)
        if selectors.owes(card):
            question = tr(
                "{name} had the last word and waits for your reply. Close all the same?", name=short_name(card)
            )
            question = f"{question} {unticked}".strip()
        elif unticked:
            question = unticked + " " + tr("Close all the same?")
        else:
            self._close(chat)
            return
        self._workspace.ask(question, tr("close"), lambda: self._close(chat))

    def _close(self, chat: int) -> None:
        if self._shift.send(lambda id_: Close(id=id_, chat=chat)):
            self._leave(chat)

    def give_back(self) -> None:
        chat = self._mine()
        if chat and self._shift.send(lambda id_: Return(id=id_, chat=chat)):
            self._leave(chat)

    def transfer(self) -> None:
        """To a colleague, of whom one sees how many chats they hold."""
        from opconsole.ui.screens.picker import Option, Picker, fuzzy

        chat = self._mine()
        if not chat:
            return
        may_override = self._picture.me.role is not Role.operator
        options = [self._colleague(card, may_override) for card in self._colleagues()]
        name = short_name(self._picture.chats[chat])

        def give(card: OperatorCard) -> None:
            over = card.held >= card.limit
            if self._shift.send(lambda id_: Transfer(id=id_, chat=chat, to=card.login, override=over and may_override)):
                self._leave(chat)

        picker: Picker[OperatorCard] = Picker(
            self._workspace.view,
            tr("Give {name} to", name=name),
            lambda query: fuzzy(options, query),
            placeholder=tr("a colleague's name"),
            small=True,
        )
        assert Option is not None
        self._workspace.pick(picker, lambda picked: give(picked.value))

    def _colleagues(self) -> list[OperatorCard]:
        """Those who could answer first."""
        cards = [
            card
            for card in self._picture.operators.values()
            if card.login != self._picture.me.login and not card.blocked
        ]
        cards.sort(key=lambda card: (_order(card), card.held >= card.limit, card.held, operator_name(card).casefold()))
        return cards

    def _colleague(self, card: OperatorCard, may_override: bool):  # type: ignore[no-untyped-def]
        from opconsole.ui.screens.picker import Option

        why = ""
        if not card.connected:
            why = tr("not connected")
        elif card.status in (Status.offline,):
            why = status_name(card.status)
        elif card.held >= card.limit and not may_override:
            why = tr("full: {n}/{limit}", n=card.held, limit=card.limit)
        right = f"{status_name(card.status)}  {card.held}/{card.limit}"
        return Option(card, operator_name(card), right=right, disabled=why)

    # ------------------------------------------------------------ me

    def status(self) -> None:
        from opconsole.ui.screens.picker import Option, Picker, fuzzy

        reasons = (tr("lunch"), tr("break"), tr("meeting"), tr("training"))
        choices = [
            (Status.online, "", tr("I get chats")),
            (Status.busy, "", tr("I keep my chats and get no new ones")),
            *((Status.away, reason, "") for reason in reasons),
            (Status.away, "", tr("I get no chats")),
            (Status.offline, "", tr("I get no chats; mine go back")),
        ]
        options = [
            Option((status, reason), f"{status_name(status)}{': ' + reason if reason else ''}", right=words)
            for status, reason, words in choices
        ]

        def change(value: tuple[Status, str]) -> None:
            self._shift.send(lambda id_: SetStatus(id=id_, status=value[0], reason=value[1]))

        picker: Picker[tuple[Status, str]] = Picker(
            self._workspace.view, tr("My status"), lambda query: fuzzy(options, query), small=True
        )
        self._workspace.pick(picker, lambda picked: change(picked.value))

    # ------------------------------------------------------------ inside

    def _mine(self) -> int:
        """The chat on the screen if it is mine; otherwise says so."""
        shown = self._picture.shown
        if shown in self._picture.mine:
            return shown
        self._workspace.say(tr("The chat on the screen isn't yours.") if shown else tr("No chat is on the screen."))
        return 0

    def _leave(self, chat: int) -> None:
        """My chat goes: to the one that needs me most."""
        others = [card for card in self._picture.mine.chats() if card != chat]
        if not others:
            return
        urgent = selectors.most_urgent(self._picture)
        self._navigation.show(urgent.chat if urgent is not None and urgent.chat != chat else others[0])


def _order(card: OperatorCard) -> int:
    return 9 if not card.connected else list(Status).index(card.status)
