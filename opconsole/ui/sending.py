"""What stands between Enter and the relay: the question when somebody else has spoken meanwhile, and the time to take words back.

Words that are held back are nowhere but here: the visitor has seen that somebody typed, and nothing of what. What becomes of them:
they go when their time is over, whichever chat is on the screen and whatever the link does (without one they wait like all words);
leaving the console, closing the chat and writing a next message without such a time let them go at once, because Enter was pressed;
if the console dies they are given back to the draft, because whoever pressed Enter could still have taken them back
(`link/keeper.py`).
"""

from collections.abc import Callable

from opconsole.locale import span, tr, trn
from opconsole.settings import Settings
from opconsole.state import selectors
from opconsole.ui.cells import cut
from opconsole.ui.controller import Handlers
from opconsole.ui.screens.workspace import Workspace
from opconsole.ui.shift import Shift
from opconsole.ui.writing import Writing
from opconsole.wire.messages import Message
from opconsole.wire.staff import Say

_SHOWN_CELLS = 160
_DELAYS = (0, 1, 2, 3, 4, 5)
_BEAT_S = 1.0


class Sending:
    def __init__(
        self,
        workspace: Workspace,
        shift: Shift,
        writing: Writing,
        settings: Callable[[], Settings],
        keep: Callable[[str, int], None],
    ) -> None:
        """`keep`: changes a setting."""
        self._workspace = workspace
        self._shift = shift
        self._picture = shift.store
        self._writing = writing
        self._settings = settings
        self._keep = keep
        self._ticking = False
        writing.confirm = self._confirm
        writing.hold_ms = self._hold_ms

    def handlers(self) -> Handlers:
        return {"take_back": self.take_back_or_say, "send_delay": self.choose_delay}

    # ------------------------------------------------------------ somebody else has spoken

    def _confirm(self, chat: int, go: Callable[[], None]) -> bool:
        draft = self._picture.drafts.get(chat)
        seen = draft.seen if draft is not None else 0
        said = selectors.said_by_others(self._picture, chat, seen)
        if not said:
            return False
        self._picture.drafts.look(chat, said[-1].n)  # asked once for these words
        self._workspace.ask(self._question(said), tr("send mine too"), go)
        return True

    def _question(self, said: list[Message]) -> str:
        last = said[-1]
        time = span(max(0, self._workspace.view.now() - last.at))
        text = last.text or (last.file.name if last.file is not None else "")
        words = cut(" ".join(text.split()), _SHOWN_CELLS)
        if last.by == self._picture.me.login:
            text = tr("You answered {time} ago from another console: “{words}”", time=time, words=words)
        else:
            text = tr("Answered {time} ago by {name}: “{words}”", time=time, name=last.name or last.by, words=words)
        if len(said) > 1:
            text += "\n" + trn("(and {n} message before it)", "(and {n} messages before it)", len(said) - 1)
        return text + "\n" + tr("That came after you began to write.")

    # ------------------------------------------------------------ the time to take back

    def _hold_ms(self) -> int:
        hold_ms = self._settings().send_delay_s * 1000
        if hold_ms and not self._ticking:
            self._ticking = True
            self._workspace.set_timer(_BEAT_S, self._tick)
        return hold_ms

    def _tick(self) -> None:
        """The countdown moves, for as long as there is one."""
        self._workspace.bar.repaint_changed()
        self._ticking = bool(self._picture.outbox.held())
        if self._ticking:
            self._workspace.set_timer(_BEAT_S, self._tick)

    def take_back(self) -> bool:
        """The newest held words of this chat come back into the composer. False: none are held."""
        item = selectors.held_back(self._picture, self._picture.shown)
        session = self._shift.session
        if item is None or session is None:
            return False
        session.take_back(item.command.id)
        self._writing.draft_changed(self._picture.shown)
        if isinstance(item.command, Say) and item.command.template:
            self._writing.made_from(item.command.template)
        self._workspace.say(tr("Taken back before it was sent. The visitor saw only that you were typing."))
        return True

    def take_back_or_say(self) -> None:
        if self.take_back():
            return
        waiting = [
            words
            for words in selectors.outgoing(self._picture, self._picture.shown)
            if words.failure is None and self._picture.outbox.can_be_taken_back(words.cid)
        ]
        if waiting and self._shift.session is not None:
            self._shift.session.take_back(waiting[-1].cid)
            self._writing.draft_changed(self._picture.shown)
            self._workspace.say(tr("Taken back: there was no link, and it was never sent."))
            if waiting[-1].file is not None:
                self._workspace.say(tr("The file that went with the words must be attached again."))
        else:
            self._workspace.say(tr("Nothing here is still to be sent. A sent message can be edited or deleted."))

    def choose_delay(self) -> None:
        from opconsole.ui.screens.picker import Option, Picker, fuzzy

        now = self._settings().send_delay_s
        options = [
            Option(
                seconds,
                tr("{n} s to take it back", n=seconds) if seconds else tr("It goes at once"),
                right=tr("now") if seconds == now else "",
            )
            for seconds in _DELAYS
        ]
        picker: Picker[int] = Picker(
            self._workspace.view, tr("After Enter"), lambda query: fuzzy(options, query), small=True
        )
        self._workspace.pick(picker, lambda picked: self._keep("send_delay_s", picked.value))
