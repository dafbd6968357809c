"""Chats taken, their priority, and the operator's own status: each wish becomes one command of the wire. The relay decides."""

from functools import partial

from opconsole.locale import tr
from opconsole.state import selectors
from opconsole.ui.acts import Act, Acts
from opconsole.ui.controller import Controller, Handlers
from opconsole.ui.navigation import Navigation
from opconsole.ui.screens.workspace import Workspace
from opconsole.ui.shift import Shift
from opconsole.ui.undoing import Deed
from opconsole.ui.words import priority_name, short_name, status_name
from opconsole.wire.cards import Priority, Status
from opconsole.wire.staff import SetPriority, SetStatus, Take, TakeNext


class Desk(Controller):
    def __init__(self, workspace: Workspace, shift: Shift, navigation: Navigation, acts: Acts) -> None:
        self._workspace = workspace
        self._shift = shift
        self.picture = self._picture = shift.store
        self._navigation = navigation
        self._acts = acts

    def handlers(self) -> Handlers:
        return {
            "take_next": self.take_next,
            "take_this": self.take_this,
            "status": self.status,
            "priority": self.priority,
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
            Option((status, reason), _status_words(status, reason), right=words) for status, reason, words in choices
        ]

        picker: Picker[tuple[Status, str]] = Picker(
            self._workspace.view, tr("My status"), lambda query: fuzzy(options, query), small=True
        )
        self._workspace.pick(picker, lambda picked: self.set_status(*picked.value))

    def set_status(self, status: Status, reason: str = "") -> None:
        me = selectors.my_card(self._picture)
        before = (me.status, me.reason) if me is not None else None
        if before == (status, reason):
            return
        act = Act(
            words=lambda done: tr("Your status: {status}", status=_status_words(status, reason)),
            back=partial(self._status_back, before=before, after=status) if before is not None else None,
        )
        self._acts.give(act, {0: lambda id_: SetStatus(id=id_, status=status, reason=reason)})

    def _status_back(self, deed: Deed, before: tuple[Status, str], after: Status) -> str:
        more = tr("Chats that went back to the inbox stay there.") if after is Status.offline else ""
        act = Act(words=lambda done: tr("Your status: {status}", status=_status_words(*before)), of=deed, more=more)
        self._acts.give(act, {0: lambda id_: SetStatus(id=id_, status=before[0], reason=before[1])})
        return ""

    # ------------------------------------------------------------ priority

    def priority(self) -> None:
        """Of the chat that is meant: it moves within the inbox, and the colleagues see the sign."""
        from opconsole.ui.screens.picker import Option, Picker, fuzzy

        chat = self._workspace.chat_meant()
        card = self._picture.chats.get(chat)
        if card is None:
            self._workspace.say(tr("No chat is on the screen."))
            return
        before, name = card.priority, short_name(card)
        options = [
            Option(each, priority_name(each), right=tr("as it is now") if each is before else "")
            for each in reversed(Priority)
        ]

        def give(to: Priority, deed: Deed | None = None) -> None:
            act = Act(
                words=lambda done: tr("Priority of {name}: {priority}", name=name, priority=priority_name(to)),
                back=back if deed is None else None,
                of=deed,
            )
            self._acts.give(act, {chat: lambda id_: SetPriority(id=id_, chat=chat, priority=to)})

        def back(deed: Deed) -> str:
            give(before, deed)
            return ""

        picker: Picker[Priority] = Picker(
            self._workspace.view, tr("Priority of {name}", name=name), lambda query: fuzzy(options, query), small=True
        )
        self._workspace.pick(picker, lambda picked: give(picked.value) if picked.value is not before else None)


def _status_words(status: Status, reason: str) -> str:
    return f"{status_name(status)}{': ' + reason if reason else ''}"
