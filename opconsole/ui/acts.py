"""Commands given as one act, to one chat or to several: when each is answered, what came of it is said in one sentence.

An act that can be taken back becomes a deed (`undoing.py`) of those chats to which it was done.
"""

from collections.abc import Callable, Mapping
from typing import Final

from msgspec import Struct, field

from opconsole.locale import refusal_text, trn
from opconsole.state.changes import Changes, Refused
from opconsole.ui.controller import Controller
from opconsole.ui.shift import Shift
from opconsole.ui.undoing import Deed, Undoing
from opconsole.wire.staff import StaffCommand

Make = Callable[[str], StaffCommand]
"""Makes a command of the id that it gets."""
_FOR_NOW: Final = frozenset({"limit", "offline"})
"""Refusals that I can do something about: what could not be taken back because of them can be tried again."""


class Act(Struct, kw_only=True, eq=False):
    """What is done. `words`: of the chats to which it was done, a sentence without its full stop."""

    words: Callable[[list[int]], str]
    back: Callable[[Deed], str] | None = None
    """Takes it back, as `Deed.back`; None: it can't be, or takes back itself."""
    of: Deed | None = None
    """The deed that this act takes back."""
    more: str = ""
    """A sentence that goes with it."""
    deed: Deed | None = None
    waiting: dict[str, int] = field(default_factory=dict)
    done: list[int] = field(default_factory=list)
    refused: dict[int, Refused] = field(default_factory=dict)
    giving: bool = True
    """Not all of its commands are given yet."""

    @property
    def many(self) -> bool:
        return len(self.waiting) + len(self.done) + len(self.refused) > 1


class Acts(Controller):
    def __init__(self, shift: Shift, undoing: Undoing, say: Callable[[str], None]) -> None:
        self._shift = shift
        self._outbox = shift.store.outbox
        self._undoing = undoing
        self._say = say
        self._under_way: list[Act] = []

    def give(self, act: Act, commands: Mapping[int, Make]) -> bool:
        """Put the commands on their way, by chat (0: of none). False: nobody is logged in, which has been said."""
        chats = list(commands)
        if act.back is not None:
            act.deed = Deed(act.words(chats), act.back, chats)
            self._undoing.keep(act.deed)
        self._under_way.append(act)
        for chat, make in commands.items():
            if not self._shift.send(self._noting(act, chat, make)):
                self._under_way.remove(act)
                if act.deed is not None:
                    self._undoing.drop(act.deed)
                return False
        act.giving = False
        self._look()
        return True

    def keep(self, deed: Deed) -> None:
        """It could not be taken back for now: it stays the last thing that can."""
        self._undoing.keep(deed)

    def tells(self, refused: Refused) -> bool:
        """Whether this refusal is told here, with the others of its act."""
        return refused.command is not None and any(
            act.many and refused.command.id in act.waiting for act in self._under_way
        )

    def changed(self, changes: Changes) -> None:
        if not self._under_way:
            return
        for notice in changes.notices:
            if isinstance(notice, Refused) and notice.command is not None:
                for act in self._under_way:
                    chat = act.waiting.pop(notice.command.id, None)
                    if chat is not None:
                        act.refused[chat] = notice
        self._look()

    def handed_over(self) -> None:
        """Another person takes over this console."""
        self._under_way = []

    # ------------------------------------------------------------ inside

    def _noting(self, act: Act, chat: int, make: Make) -> Make:
        def made(command_id: str) -> StaffCommand:
            act.waiting[command_id] = chat
            return make(command_id)

        return made

    def _look(self) -> None:
        """What is no longer on its way is done, unless it was refused."""
        ended = []
        for act in self._under_way:
            if act.giving:
                continue
            for command_id in [each for each in act.waiting if each not in self._outbox]:
                act.done.append(act.waiting.pop(command_id))
            if not act.waiting:
                ended.append(act)
        for act in ended:
            self._under_way.remove(act)
            self._ended(act)

    def _ended(self, act: Act) -> None:
        deed = act.deed
        if deed is not None:
            deed.chats = [chat for chat in deed.chats if chat not in act.refused]
            if act.done:
                deed.words = act.words(act.done)
            else:
                self._undoing.drop(deed)
        self._try_again(act)
        refused = list(act.refused.values())
        if act.many and refused:
            why = refusal_text(refused[0].code, refused[0].facts, refused[0].text)
            more = trn("{n} was refused: {why}", "{n} were refused: {why}", len(refused), why=why)
        else:
            more = ""
        if not act.done:
            if more:
                self._say(more)
        elif deed is not None:
            self._undoing.tell(deed, more)
        else:
            self._say(" ".join(part for part in (f"{act.words(act.done)}.", act.more, more) if part))

    def _try_again(self, act: Act) -> None:
        """What could not be taken back for now is again the last thing that can."""
        again = [chat for chat, why in act.refused.items() if why.code in _FOR_NOW]
        if act.of is not None and again:
            act.of.chats = again
            self.keep(act.of)
