"""What the operator is told without asking. What happens, and where, the ladder decides (`ladder.py`, by the settings' `[warnings]`);
here are the words, and the doing.

Words of visitors and colleagues come clean and short; a desktop notification has none of them where the settings want none.
"""

from collections.abc import Callable
from typing import Any

from textual.app import App

from opconsole.locale import refusal_text, tr, trn
from opconsole.settings import Alert, Settings
from opconsole.state import selectors
from opconsole.state.changes import (
    Awake,
    Changes,
    Given,
    HistoryCame,
    Lost,
    MessageInOtherChat,
    MessageInShownChat,
    NewInInbox,
    NoteCame,
    Notice,
    Refused,
    Rescued,
    RescueSoon,
    Slice,
    TemplateHistoryCame,
    TemplateSettled,
)
from opconsole.state.due import due_warnings
from opconsole.state.reminders import LinkWatch, Reminders
from opconsole.terminal.notify import notify
from opconsole.terminal.output import ring
from opconsole.terminal.sound import Sound
from opconsole.ui.cells import cut
from opconsole.ui.controller import Controller, Handlers
from opconsole.ui.ladder import Ladder, State, Way, mentions, state_of
from opconsole.ui.view import View
from opconsole.ui.widgets.toasts import Weight
from opconsole.ui.words import last_words, left, operator_name, short_name, waited
from opconsole.wire.cards import ChatCard
from opconsole.wire.staff import SaveTemplate

WORDS_CELLS = 80
MESSAGE_CELLS = 60
"""Of a visitor's words in a notice: enough to know what it is about. The row and the chat have them all."""
_ONLY_SHOWN = Alert(bell=False, sound=False, desktop=False, title=False)

Say = Callable[[str, Weight, int], None]


class Alerts(Controller):
    def __init__(
        self,
        app: App[Any],
        view: View,
        settings: Callable[[], Settings],
        say: Say,
        sees: Callable[[int], bool] = lambda chat: False,
        on_badge: Callable[[], None] = lambda: None,
    ) -> None:
        """`sees`: whether a chat that is not the first is in sight. `on_badge`: the window's title may look different."""
        self._app = app
        self._view = view
        self._settings = settings
        self._say = say
        self._sees = sees
        self._on_badge = on_badge
        self._ladder = Ladder()
        self._reminders = Reminders()
        self._link = LinkWatch()
        self._sound = Sound()
        self._told_problem = ""
        self.told_elsewhere: Callable[[Refused], bool] = lambda refused: False
        """Whether a refusal is told by who gave its command."""
        self.badge = False
        """Something has happened that the title tells of, and nobody has looked since."""

    def handlers(self) -> Handlers:
        return {"notify_try": self.try_out}

    # ------------------------------------------------------------ what happens

    def changed(self, changes: Changes) -> None:
        for notice in changes.notices:
            self._tell(notice)
        if changes.slices & Slice.LINK:
            self._look_at_link()

    def tick(self) -> None:
        """Once a second: rescues that have come near, replies that are owed still, a link that stays away."""
        now = self._view.clock()
        for notice in due_warnings(self._view.picture, now):
            self._tell(notice)
        if owed := self._reminders.due(self._view.picture, now, self._settings().remind_s * 1_000, self._writing()):
            self._remind(owed)
        self._look_at_link()
        problem = self._sound.problem
        if problem != self._told_problem:
            self._told_problem = problem
            if problem:
                self._say(
                    tr("The sound can't be played: {why}. See `sound` in config.toml.", why=problem), "warning", 0
                )

    def looked(self) -> None:
        """Somebody is before the terminal: the title need not call."""
        if self.badge:
            self.badge = False
            self._on_badge()

    def finish(self) -> None:
        self._sound.close()

    def try_out(self) -> None:
        """Everything once, whatever the settings of each event, so that one learns what reaches one."""
        text = tr("This is how opconsole calls you.")
        self._say(text, "info", 0)
        ring(self._app)
        notify(self._app, "opconsole", text, by=self._settings().notify_by)
        if self._settings().sound and not self._sound.play(self._settings().sound, "try"):
            self._say(tr("The sound of before is still playing."), "info", 0)

    # ------------------------------------------------------------ one thing that has happened

    def _tell(self, notice: Notice) -> None:
        warnings = self._settings().warnings
        match notice:
            case RescueSoon(chat, rescue_at):
                time = left(rescue_at, self._view.now())
                text = tr("Reply to {name}: rescue in {time}", name=self._name(chat), time=time)
                plain = tr("Rescue in {time}", time=time)
                through = self._settings().quiet_rescue
                self._alert("rescue", warnings.rescue, text, plain, "warning", chat, through=through)
            case Rescued(chat):
                text = tr("{name} was rescued: back in the inbox", name=self._name(chat))
                self._alert("rescued", warnings.rescued, text, tr("A chat of yours was rescued"), "danger", chat)
            case NewInInbox(chat):
                text = tr("New chat: {name}: {words}", name=self._name(chat), words=self._words(chat))
                self._alert("new_chat", warnings.new_chat, text, tr("New chat"), "info", chat)
            case MessageInOtherChat(chat, _):
                seen = self._sees(chat) and self._state is State.focused
                if not seen:
                    self._message("message", warnings.message, chat)
            case MessageInShownChat(chat, _):
                if self._state is not State.focused:
                    self._message("here", warnings.here, chat)
            case NoteCame():
                self._note(notice)
            case Given(chat):
                text = tr("{name} is your chat now", name=self._name(chat))
                self._alert("given", warnings.given, text, tr("A chat was given to you"), "warning", chat)
            case Awake(chat):
                text = tr("The chat with {name}, which you had put aside, is back", name=self._name(chat))
                self._alert("given", warnings.given, text, tr("A chat that you had put aside is back"), "warning", chat)
            case Lost(chat, why, by):
                self._alert("lost", _ONLY_SHOWN, self._lost(chat, why, by), "", "info", 0)
            case HistoryCame() | TemplateHistoryCame() | TemplateSettled():
                pass  # their screens open, or show it
            case Refused("conflict", _, _, SaveTemplate()):
                pass  # the form of the template shows both
            case Refused(code, text, facts, _) if not self.told_elsewhere(notice):
                self._say(refusal_text(code, facts, text), "danger", 0)

    def _message(self, event: str, alert: Alert, chat: int) -> None:
        self._alert(event, alert, f"{self._name(chat)}: {self._words(chat)}", tr("A visitor wrote"), "info", chat)

    def _note(self, note: NoteCame) -> None:
        picture, warnings, chat = self._view.picture, self._settings().warnings, note.chat
        by = cut(operator_name(picture.operators.get(note.by), note.name or note.by), 24)
        words = cut(" ".join(note.text.split()), WORDS_CELLS)
        if mentions(note.text, picture.me.login):
            text = tr("{by} calls you in the chat with {name}: {words}", by=by, name=self._name(chat), words=words)
            self._alert("mention", warnings.mention, text, tr("A colleague calls you"), "warning", chat)
        elif not ((chat == picture.shown or self._sees(chat)) and self._state is State.focused):
            text = tr("{by}, a note on {name}: {words}", by=by, name=self._name(chat), words=words)
            self._alert("note", warnings.note, text, tr("A colleague wrote a note"), "info", chat)

    def _remind(self, owed: list[ChatCard]) -> None:
        """One reminder, however many there are to be reminded of."""
        card = owed[0]
        time = waited(card.owes_since, self._view.now())
        text = tr("{name} has been waiting for your reply for {time}", name=short_name(card), time=time)
        if others := len(owed) - 1:
            text += trn(", and {n} more", ", and {n} more", others)
        plain = trn("You owe {n} reply", "You owe {n} replies", len(owed))
        self._alert("remind", self._settings().warnings.remind, text, plain, "warning", card.chat)

    def _look_at_link(self) -> None:
        warning = self._settings().warnings.link
        match self._link.look(self._view.picture.link, self._view.clock()):
            case "lost":
                text = tr("The link to the relay is lost. What you write is kept, and sent when it is back.")
                self._alert("link", warning, text, text, "danger", 0)
            case "back":
                text = tr("The link to the relay is back.")
                self._alert("link", warning, text, text, "info", 0)

    def _lost(self, chat: int, why: str, by: str) -> str:
        name = self._name(chat)
        operators = self._view.picture.operators
        by = operators[by].name if by in operators else by
        match why:
            case "closed":
                return tr("The chat with {name} was closed", name=name)
            case "woken":
                return tr("The chat with {name}, which you had put aside, waits in the inbox", name=name)
            case "transferred" | "taken" if by:
                return tr("{by} has the chat with {name} now", by=by, name=name)
        return tr("The chat with {name} is no longer yours", name=name)

    # ------------------------------------------------------------ doing it

    @property
    def _state(self) -> State:
        return state_of(selectors.my_card(self._view.picture), self._app.app_focus)

    def _alert(
        self, event: str, alert: Alert, text: str, plain: str, weight: Weight, chat: int, *, through: bool = False
    ) -> None:
        """`plain`: what a notification says where it must not say who wrote what. `through`: also while quiet is wanted."""
        now = self._view.clock()
        quiet = self._view.quiet_until > now and not through
        ways = self._ladder.climb(alert, self._state, now, quiet=quiet)
        settings = self._settings()
        if Way.toast in ways:
            self._say(text, weight, chat)
        if Way.bell in ways:
            ring(self._app)
        if Way.sound in ways:
            self._sound.play(settings.sound, event)
        if Way.title in ways and not self.badge:
            self.badge = True
            self._on_badge()
        if Way.desktop in ways:
            notify(self._app, "opconsole", text if settings.notify_text else plain, by=settings.notify_by)

    def _writing(self) -> int:
        """The chat that the operator is writing in; 0: none."""
        picture = self._view.picture
        draft = picture.drafts.get(picture.shown)
        return picture.shown if draft is not None and draft.text.strip() and self._app.app_focus else 0

    def _name(self, chat: int) -> str:
        picture = self._view.picture
        card = picture.chats.get(chat)
        if card is None and picture.departed is not None and picture.departed.card.chat == chat:
            card = picture.departed.card
        return short_name(card) if card is not None else tr("chat {chat}", chat=chat)

    def _words(self, chat: int) -> str:
        card = self._view.picture.chats.get(chat)
        return cut(last_words(card), MESSAGE_CELLS) if card is not None else ""
