"""Chats that I let go: closed, returned, given to a colleague; the one on the screen, or those marked in the lists. And taken back.

The relay decides. What can be taken back, and what the visitor has seen meanwhile, is said.
"""

from functools import partial
from typing import TYPE_CHECKING

from opconsole.locale import span, tr, trn
from opconsole.state import selectors
from opconsole.state.checklist import missing
from opconsole.state.hot import needing
from opconsole.ui.acts import Act, Acts, Make
from opconsole.ui.checking import what_is_missing
from opconsole.ui.controller import Controller, Handlers
from opconsole.ui.marking import Marking
from opconsole.ui.navigation import Navigation
from opconsole.ui.screens.workspace import Workspace
from opconsole.ui.shift import Shift
from opconsole.ui.undoing import Deed
from opconsole.ui.words import about_colleague, operator_name, short_name, status_name
from opconsole.wire.cards import OperatorCard, Role, Status
from opconsole.wire.staff import Close, Reopen, Return, Take, Transfer

if TYPE_CHECKING:
    from opconsole.ui.screens.picker import Option


class LettingGo(Controller):
    def __init__(
        self, workspace: Workspace, shift: Shift, navigation: Navigation, acts: Acts, marking: Marking
    ) -> None:
        self._workspace = workspace
        self._picture = shift.store
        self._navigation = navigation
        self._acts = acts
        self._marking = marking

    def handlers(self) -> Handlers:
        return {"close": self.close, "return": self.give_back, "transfer": self.transfer}

    # ------------------------------------------------------------ closing

    def close(self) -> None:
        """One at once, or after a question if the visitor still waits for an answer or a required step of the checklist isn't ticked;
        several after a question that counts."""
        chats, others = self.meant()
        if not chats:
            return
        cards = [self._picture.chats[chat] for chat in chats]
        owed = sum(selectors.owes(card) and not selectors.answering(self._picture, card.chat) for card in cards)
        if len(chats) == 1 and not others:
            unticked = what_is_missing(self._workspace, chats[0])
            if owed:
                question = tr(
                    "{name} had the last word and waits for your reply. Close all the same?", name=short_name(cards[0])
                )
                question = f"{unticked} {question}".strip()
            elif unticked:
                question = unticked + " " + tr("Close all the same?")
            else:
                self._close(chats)
                return
        else:
            question = trn("Close {n} chat?", "Close {n} chats?", len(chats))
            if owed:
                question += " " + trn("In {n} of them you owe a reply.", "In {n} of them you owe a reply.", owed)
            if unticked_in := sum(bool(missing(self._picture, chat)) for chat in chats):
                question += " " + trn(
                    "In {n} of them the checklist isn't done.", "In {n} of them the checklist isn't done.", unticked_in
                )
            question += others
        self._workspace.ask(question, tr("close"), lambda: self._close(chats))

    def _close(self, chats: list[int]) -> None:
        names = self.names(chats)
        seen = any(self._picture.chats[chat].online for chat in names)
        at = self._workspace.view.clock()

        def words(done: list[int]) -> str:
            if len(done) == 1:
                return tr("Closed the chat with {name}", name=names[done[0]])
            return trn("Closed {n} chat", "Closed {n} chats", len(done))

        def reopened(done: list[int]) -> str:
            if len(done) == 1:
                return tr("The chat with {name} is open again", name=names[done[0]])
            return trn("{n} chat is open again", "{n} chats are open again", len(done))

        def back(deed: Deed) -> str:
            time = self._picture.me.settings.reopen_ms
            if self._workspace.view.clock() - at >= time:
                return tr("Closed more than {time} ago: the chat can't be opened again.", time=span(time))
            one = len(deed.chats) == 1
            more = ""
            if seen:
                more = tr("The visitor saw that it had ended.") if one else tr("The visitors saw that they had ended.")
            if one:
                self._navigation.taking()
            self._acts.give(
                Act(words=reopened, of=deed, more=more), {chat: _command(Reopen, chat) for chat in deed.chats}
            )
            return ""

        self.give(Act(words=words, back=back), {chat: _command(Close, chat) for chat in names})

    # ------------------------------------------------------------ returning

    def give_back(self) -> None:
        chats, others = self.meant()
        if len(chats) == 1 and not others:
            self._return(chats)
        elif chats:
            question = trn("Return {n} chat to the inbox?", "Return {n} chats to the inbox?", len(chats)) + others
            self._workspace.ask(question, tr("return"), lambda: self._return(chats))

    def _return(self, chats: list[int]) -> None:
        names = self.names(chats)

        def words(done: list[int]) -> str:
            if len(done) == 1:
                return tr("Returned the chat with {name}", name=names[done[0]])
            return trn("Returned {n} chat", "Returned {n} chats", len(done))

        self.give(
            Act(words=words, back=partial(self._take_again, names=names)),
            {chat: _command(Return, chat) for chat in names},
        )

    def _take_again(self, deed: Deed, names: dict[int, str]) -> str:
        """Out of the inbox, if nobody has taken it meanwhile: the relay says who has."""
        if len(deed.chats) == 1:
            self._navigation.taking()
        act = Act(words=partial(_mine_again, names=names), of=deed)
        self._acts.give(act, {chat: _command(Take, chat) for chat in deed.chats})
        return ""

    # ------------------------------------------------------------ giving to a colleague

    def transfer(self) -> None:
        """To a colleague, of whom one sees how many chats they hold."""
        from opconsole.ui.screens.picker import Picker, fuzzy

        chats, others = self.meant()
        if not chats:
            return
        options = [self._colleague(card) for card in self.colleagues()]
        if len(chats) == 1:
            title = tr("Give {name} to", name=short_name(self._picture.chats[chats[0]]))
        else:
            title = trn("Give {n} chat to", "Give {n} chats to", len(chats))

        def ask(card: OperatorCard) -> None:
            name, room = operator_name(card), max(0, card.limit - card.held)
            if len(chats) == 1 and not others:
                self._transfer(chats, card)
                return
            question = trn("Give {n} chat to {name}?", "Give {n} chats to {name}?", len(chats), name=name)
            if room < len(chats):
                question += " " + trn("{name} has room for {n}.", "{name} has room for {n}.", room, name=name)
            self._workspace.ask(question + others, tr("give"), lambda: self._transfer(chats, card))

        picker: Picker[OperatorCard] = Picker(
            self._workspace.view,
            title,
            lambda query: fuzzy(options, query),
            placeholder=tr("a colleague's name"),
            small=True,
        )
        self._workspace.pick(picker, lambda picked: ask(picked.value))

    def _transfer(self, chats: list[int], to: OperatorCard) -> None:
        names, name = self.names(chats), operator_name(to)
        may_override = self._picture.me.role is not Role.operator
        room = max(0, to.limit - to.held)

        def words(done: list[int]) -> str:
            if len(done) == 1:
                return tr("{to} has the chat with {name} now", to=name, name=names[done[0]])
            return trn("{to} has {n} of your chats now", "{to} has {n} of your chats now", len(done), to=name)

        def make(place: int, chat: int) -> Make:
            over = place >= room and may_override
            return lambda id_: Transfer(id=id_, chat=chat, to=to.login, override=over)

        self.give(
            Act(words=words, back=partial(self._ask_back, names=names, to=name)),
            {chat: make(place, chat) for place, chat in enumerate(names)},
        )

    def _ask_back(self, deed: Deed, names: dict[int, str], to: str) -> str:
        """What a colleague has, an operator can't take: only what came to the inbox meanwhile. A supervisor can."""
        picture = self._picture
        supervisor = picture.me.role is not Role.operator
        if any(isinstance(item.command, Transfer) and item.command.chat in deed.chats for item in picture.outbox):
            self._acts.keep(deed)
            return tr("It is still on its way to {to}: it can be taken back when the relay has answered.", to=to)
        waiting = [chat for chat in deed.chats if chat in picture.inbox]
        held = [chat for chat in deed.chats if chat not in waiting and chat not in picture.mine]
        if held and not supervisor:
            if len(held) == 1:
                why = tr("Only {to} can give the chat with {name} back: ask there.", to=to, name=names[held[0]])
            else:
                why = trn(
                    "Only {to} can give {n} chat back: ask there.",
                    "Only {to} can give {n} chats back: ask there.",
                    len(held),
                    to=to,
                )
            held = []
        else:
            why = ""
        me = picture.me.login

        def give(chat: int) -> Make:
            return lambda id_: Transfer(id=id_, chat=chat, to=me)

        deed.chats = waiting + held
        commands = {chat: _command(Take, chat) for chat in waiting} | {chat: give(chat) for chat in held}
        if commands:
            self._acts.give(Act(words=partial(_mine_again, names=names), of=deed), commands)
        elif not why:
            why = tr("It is yours again already.")
        return why

    def transfer_to(self, card: OperatorCard) -> str:
        """The chat on the screen to this colleague. Returns why not (a sentence), or nothing."""
        shown = self._picture.shown
        if shown not in self._picture.mine:
            return tr("The chat on the screen isn't yours.") if shown else tr("No chat is on the screen.")
        self._transfer([shown], card)
        return ""

    def meet(self, card: OperatorCard) -> None:
        """A colleague was picked by name: may be given the chat on the screen, if it is mine."""
        chat = self._picture.chats.get(self._picture.shown)
        why = self.cannot_take(card)
        if chat is None or chat.chat not in self._picture.mine or why:
            self._workspace.say(about_colleague(card) + (f" ({why})" if why else ""))
            return

        def give() -> None:
            if self._picture.shown == chat.chat and (refused := self.transfer_to(card)):
                self._workspace.say(refused)

        question = tr("Give {name} to {colleague}?", name=short_name(chat), colleague=operator_name(card))
        self._workspace.ask(question, tr("give"), give)

    def colleagues(self) -> list[OperatorCard]:
        """Those who could answer first."""
        cards = [
            card
            for card in self._picture.operators.values()
            if card.login != self._picture.me.login and not card.blocked
        ]
        cards.sort(key=lambda card: (_order(card), card.held >= card.limit, card.held, operator_name(card).casefold()))
        return cards

    def cannot_take(self, card: OperatorCard) -> str:
        """Why this colleague can't be given a chat now; empty: they can."""
        if not card.connected:
            return tr("not connected")
        if card.status is Status.offline:
            return status_name(card.status)
        if card.held >= card.limit and self._picture.me.role is Role.operator:
            return tr("full: {n}/{limit}", n=card.held, limit=card.limit)
        return ""

    def _colleague(self, card: OperatorCard) -> "Option[OperatorCard]":
        from opconsole.ui.screens.picker import Option

        why = self.cannot_take(card)
        right = f"{status_name(card.status)}  {card.held}/{card.limit}"
        return Option(card, operator_name(card), right=right, disabled=why)

    # ------------------------------------------------------------ inside

    def meant(self) -> tuple[list[int], str]:
        """The marked chats that are mine, and a sentence about those that aren't; else the one under the cursor of my chats, or on
        the screen. Says so if there is none."""
        marked = self._marking.chosen()
        if marked:
            chats = [chat for chat in marked if chat in self._picture.mine]
            left = len(marked) - len(chats)
            if not chats:
                self._workspace.say(tr("None of the marked chats is yours."))
            others = trn(
                "{n} marked chat isn't yours and stays as it is.",
                "{n} marked chats aren't yours and stay as they are.",
                left,
            )
            return chats, f" {others}" if left else ""
        rows = self._workspace.rows_in_use
        shown = self._picture.shown
        chat = rows.chat if rows is self._workspace.mine else shown
        if chat in self._picture.mine:
            return [chat], ""
        self._workspace.say(tr("The chat on the screen isn't yours.") if shown else tr("No chat is on the screen."))
        return [], ""

    def names(self, chats: list[int]) -> dict[int, str]:
        """Of those that are mine still: a question may have stood for a while."""
        return {chat: short_name(self._picture.chats[chat]) for chat in chats if chat in self._picture.mine}

    def give(self, act: Act, commands: dict[int, Make]) -> None:
        """Let these chats go; the one on the screen gives way to the one that needs me most."""
        if not commands or not self._acts.give(act, commands):
            return
        self._marking.set(commands, False)
        others = [
            chat
            for chat in self._picture.mine.chats()
            if chat not in commands and not selectors.snoozed(self._picture, chat)
        ]
        if others and self._picture.shown in commands:
            urgent = [card.chat for card in needing(self._picture) if card.chat in others]
            self._navigation.show((urgent or others)[0], stay=self._workspace.in_lists)


def _mine_again(done: list[int], names: dict[int, str]) -> str:
    if len(done) == 1:
        return tr("The chat with {name} is yours again", name=names[done[0]])
    return trn("{n} chat is yours again", "{n} chats are yours again", len(done))


def _command(kind: type[Close] | type[Return] | type[Take] | type[Reopen], chat: int) -> Make:
    return lambda id_: kind(id=id_, chat=chat)


def _order(card: OperatorCard) -> int:
    return 9 if not card.connected else list(Status).index(card.status)
