"""The store: what this console knows and has under way. One a console; panes read it and never change it.

`apply` takes a batch of frames and tells what changed; the other methods are what the operator and the link do. Pure: the
time and ids come in, nothing goes out. How frames change the picture is in `reducer.py`.
"""

from collections.abc import Iterable

from opconsole.state import selectors, syncing
from opconsole.state.books import Gathered
from opconsole.state.changes import UNCHANGED, Changes, Need, Refused, Slice
from opconsole.state.chats import want_missing
from opconsole.state.model import Draft, LinkState, Phase
from opconsole.state.picture import Picture
from opconsole.state.reducer import APPLY, finish
from opconsole.wire import limits
from opconsole.wire.files import File
from opconsole.wire.staff import AddNote, DeleteMessage, EditMessage, Read, Say, StaffCommand, StaffDown, TickStep


class Store(Picture):
    """One console's picture of the desk, and the only way to change it."""

    def apply(self, frames: Iterable[StaffDown], now: int) -> Changes:
        """Take frames, in order. `now`: our own clock, milliseconds. What came is told once, joined over the batch."""
        out = Gathered()
        for frame in frames:
            APPLY[type(frame)](self, frame, now, out)
        finish(self, out)
        return out.changes()

    # ------------------------------------------------------------ the operator's doing

    def send(self, command: StaffCommand, now: int, hold_ms: int = 0, file: File | None = None) -> Changes:
        """Put a command on its way (the link sends it). If it can't be taken, a `Refused` notice says why. `hold_ms`: words that
        wait so long for `let_go`, in case they are taken back. `file`: what they carry."""
        problem = self.outbox.add(command, now, now + hold_ms if hold_ms else 0, file)
        if problem is not None:
            return Changes(notices=(Refused(problem.code, problem.text, problem.facts, command),))
        return self._words_changed(command)

    def retry(self, command_id: str, new_id: str, now: int) -> Changes:
        """Send refused words again, as a new command."""
        command = self.outbox.retry(command_id, new_id, now)
        return self._words_changed(command) if command is not None else UNCHANGED

    def let_go(self, command_id: str) -> Changes:
        """Held words go out now."""
        item = self.outbox.get(command_id)
        return self._words_changed(item.command) if item is not None and self.outbox.let_go(command_id) else UNCHANGED

    def let_all_go(self) -> Changes:
        return Changes(Slice.OUTBOX | Slice.TRANSCRIPT) if self.outbox.let_all_go() else UNCHANGED

    def take_back(self, command_id: str, now: int) -> Changes:
        """Take words that did not happen (refused, held, or never sent) out of the outbox and put them into the chat's draft, before
        what stands there."""
        item = self.outbox.get(command_id)
        if item is None or self.outbox.dismiss(command_id) is None:
            return UNCHANGED
        command = item.command
        if isinstance(command, Say | AddNote):
            draft = self.drafts.get(command.chat)
            text = command.text if draft is None else f"{command.text}\n{draft.text}"
            seen = draft.seen if draft is not None else self.newest(command.chat)
            self.drafts.put(command.chat, Draft(text, len(command.text), isinstance(command, AddNote), now, seen))
        return self._words_changed(command)

    def give_back_held(self) -> int:
        """Words that were held back when the console ended (they were never sent) go into the drafts. Returns how many."""
        held = self.outbox.held()
        for item in reversed(held):  # each goes before the others
            self.take_back(item.command.id, item.at)
        return len(held)

    def newest(self, chat: int) -> int:
        """Number of the newest entry of the chat that we know of; 0: none."""
        card, transcript = self.chats.get(chat), self.transcripts.get(chat)
        return max(card.last if card is not None else 0, transcript.last if transcript is not None else 0)

    def dismiss(self, command_id: str) -> Changes:
        """Throw refused words away."""
        item = self.outbox.get(command_id)
        if item is None or self.outbox.dismiss(command_id) is None:
            return UNCHANGED
        return self._words_changed(item.command)

    def show(self, chat: int) -> Changes:
        """This chat is on the screen now (0: none)."""
        if chat == self.shown:
            return UNCHANGED
        out = Gathered()
        out.slices |= Slice.TRANSCRIPT | Slice.VISITOR | Slice.PEEK
        out.chats |= {self.shown, chat} - {0}
        if self.shown not in self.mine:
            self.stored.pop(self.shown, None)
        self.shown = chat
        self.departed = None
        transcript = self.transcripts.pop(chat, None)
        if transcript is not None:
            self.transcripts[chat] = transcript  # the last shown is the last to go
        if chat in self.mine:
            want_missing(self, chat, out)
        return out.changes()

    def have_read(self, chat: int, p: int) -> tuple[Read | None, Changes]:
        """I have read the public messages up to `p`: the signal to send, if that is news."""
        card = self.chats.get(chat)
        known = max(self.read.get(chat, 0), card.operator_read if card else 0)
        seen = Changes(Slice.MINE | Slice.TRANSCRIPT, frozenset((chat,)))
        self.swept.pop(chat, None)
        untold = chat in self.untold
        self.untold.discard(chat)
        again = self.marks.again.pop(chat, None)
        if card is None or (p <= known and not untold):
            return None, UNCHANGED if again is None else seen
        self.read[chat] = max(p, known)
        return Read(chat=chat, p=self.read[chat]), seen

    def sweep(self, chats: Iterable[int]) -> Changes:
        """Mark these of my chats as read, though I have not looked at them. The relay is told by `tell_swept`, not before."""
        found = [chat for chat in chats if chat in self.mine and selectors.unread(self, self.chats[chat])]
        for chat in found:
            card = self.chats[chat]
            self.swept[chat] = selectors.read_up_to(self, card)
            self.marks.again.pop(chat, None)
            if card.public > max(card.operator_read, self.read.get(chat, 0)):
                self.read[chat] = card.public
                self.untold.add(chat)
        return self._marked(found)

    def tell_swept(self) -> list[Read]:
        """What the relay is to be told now of the chats that were marked as read."""
        marks = [Read(chat=chat, p=self.read[chat]) for chat in sorted(self.untold) if chat in self.read]
        self.untold.clear()
        return marks

    def unsweep(self, chats: Iterable[int]) -> Changes:
        """Unread again, as they were before `sweep`; those of which the relay has been told are so for me alone. Chats that I
        have looked at since stay read: they are not in the changes."""
        found = [chat for chat in chats if chat in self.swept and chat in self.mine]
        for chat in found:
            before = self.swept.pop(chat)
            if chat not in self.untold:
                self.marks.again[chat] = before
                continue
            self.untold.discard(chat)
            self.read.pop(chat, None)
            if before > self.chats[chat].operator_read:
                self.read[chat] = before
        return self._marked(found)

    def flag(self, chats: Iterable[int], on: bool, now: int) -> Changes:
        """Flag these chats for myself, or take their flags away."""
        chats = tuple(chats)
        self.marks.flag(chats, on, now)
        return self._marked(chats)

    def mark(self, chats: Iterable[int], on: bool) -> Changes:
        """Mark these visible chats in the lists, or take their marks away."""
        chats = [chat for chat in chats if chat in self.chats]
        self.marks.marked = self.marks.marked | set(chats) if on else self.marks.marked - set(chats)
        return self._marked(chats)

    def older(self, chat: int) -> Need | None:
        """What to fetch so that entries before the first held one can be seen. None: there are none, or it is under way."""
        transcript = self.transcripts.get(chat)
        if transcript is None or not transcript.older_exist:
            return None
        need = Need(chat, transcript.first, limits.SYNC_MESSAGES)
        return need if self.books.asked.ask(need, -1) else None

    # ------------------------------------------------------------ the link's doing

    def belong_to(self, person: str) -> None:
        """Whose picture this is from now on. Another's is forgotten, with drafts and outbox: those are on the disk."""
        if self.person and self.person != person:
            syncing.forget_everything(self)
            self.outbox.clear()
            self.uploads.clear()
            self.drafts.clear()
            self.sent_words.clear()
            self.marks.clear()
        self.person = person

    def asked(self, fetch_id: str, need: Need) -> None:
        """A need is being fetched under this id."""
        self.books.asked.sent(fetch_id, need)

    def question(self, question_id: str) -> None:
        """A question is asked under this id: its answer comes as a notice, and changes nothing else."""
        self.books.questions.add(question_id)

    def set_link(self, link: LinkState) -> Changes:
        """How the link stands. With the link goes what it alone told: who is typing what."""
        before, self.link = self.link, link
        if link.phase in (Phase.syncing, Phase.live):
            return Changes(Slice.LINK)
        self.outbox.link_lost()
        self.books.asked.clear()
        self.books.questions.clear()
        if before.phase not in (Phase.syncing, Phase.live):
            return Changes(Slice.LINK)
        chats = frozenset(self.peeks) | frozenset(self.typing)
        syncing.forget_moments(self)
        return Changes(Slice.LINK | Slice.PEEK | Slice.OUTBOX | Slice.TRANSCRIPT, chats)

    def have(self) -> dict[int, int]:
        """For `hello`: per chat, the number of the last entry that is held without a gap."""
        return {
            chat: transcript.last
            for chat, transcript in self.transcripts.items()
            if transcript.last and (chat in self.chats or chat == self.shown)
        }

    def unread_marks(self) -> list[Read]:
        """Read marks that the relay may have missed, to be sent once the link is live again."""
        return [Read(chat=chat, p=p) for chat, p in self.read.items() if chat not in self.untold]

    def _marked(self, chats: Iterable[int]) -> Changes:
        found = frozenset(chats)
        return Changes(Slice.MINE | Slice.INBOX, found) if found else UNCHANGED

    def _words_changed(self, command: StaffCommand) -> Changes:
        if isinstance(command, Say | AddNote | EditMessage | DeleteMessage):
            return Changes(Slice.OUTBOX | Slice.TRANSCRIPT, frozenset((command.chat,)))
        if isinstance(command, TickStep):
            return Changes(Slice.OUTBOX, frozenset((command.chat,)))
        return Changes(Slice.OUTBOX)
