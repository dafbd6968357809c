"""What the composer's text is for: a reply or a note to the chat on the screen, kept as its draft, sent by Enter.

One may always write: to a waiting chat before it is taken, or before any chat is there. What is decided at Enter is whether it can
be sent, and if not the text stays and the reason is told.

Templates put text in here (`ui/templating.py`); while one asks for a placeholder, the composer is lent to the question. Words that
were sent before can stand here too (`ui/recalling.py`): the draft waits behind them until they are changed.
"""

from collections.abc import Callable, Sequence

from opconsole.locale import tr, trn
from opconsole.state import selectors
from opconsole.ui.controller import Controller, Handlers
from opconsole.ui.screens.workspace import Workspace
from opconsole.ui.shift import Shift
from opconsole.ui.words import word_count
from opconsole.wire import limits
from opconsole.wire.staff import AddNote, Say
from opconsole.wire.text import fits_bytes


class Writing(Controller):
    def __init__(self, workspace: Workspace, shift: Shift) -> None:
        self._workspace = workspace
        self._composer = workspace.composer
        self._bar = workspace.bar
        self._shift = shift
        self._picture = shift.store
        self._chat = 0
        self._answer: Callable[[str | None], None] | None = None
        """Who waits for an answer to a question; None: the text is a reply or a note."""
        self._may_be_empty = False
        self._wrong: Callable[[str], str] = _nothing_wrong
        self._made_from: dict[int, str] = {}
        """By chat, the template (its id) from which what stands in the composer was made."""
        self.refuse: Callable[[str], str] = lambda text: ""
        """Why this text must not be sent (a sentence), or empty; asked before sending."""
        self.confirm: Callable[[int, Callable[[], None]], bool] = lambda chat, go: False
        """Whether the operator is asked first if words shall go to this chat; then `go` sends them."""
        self.hold_ms: Callable[[], int] = lambda: 0
        """So long words can be taken back."""
        self.set_aside: Callable[[int, str], None] = lambda chat, text: None
        """Words that no longer stand here, and should be found again: sent ones, and a draft that others took the place of."""
        self.wake: Callable[[int], bool] = lambda chat: True
        """Before a reply goes to this chat: one that I had put aside is taken back. False: it can't be, which has been said."""
        self._recalled = False
        """What stands here was sent before; the draft waits."""

    def handlers(self) -> Handlers:
        return {"note": self.toggle_note}

    # ------------------------------------------------------------ the chat on the screen

    def leave(self) -> None:
        """Another chat comes: keep what stands here."""
        self._end_question(None)
        self._keep()
        self._recalled = False
        if self._shift.session is not None:
            self._shift.session.stopped_typing()
        if self._chat:
            self._composer.put("")
        self._chat = 0

    def finish(self) -> None:
        """The console ends: keep what stands here."""
        self._keep()

    def enter(self, chat: int) -> None:
        """This chat is on the screen, or what may be written in it has changed."""
        if chat == self._chat:
            self._bar.repaint_changed()
            return
        begun = self._composer.text if not self._chat else ""
        self._chat = chat
        draft = self._picture.drafts.get(chat)
        self._bar.note = draft.note if draft is not None else False
        if draft is not None:
            self._put_draft()
        else:
            self._composer.put(begun)  # begun before there was a chat
            self._keep()
        self._count()

    @property
    def chat(self) -> int:
        """The chat that is written to; 0: none."""
        return self._chat

    @property
    def can_send(self) -> bool:
        """Whether words to this chat would go out now (as far as is known here)."""
        return bool(self._chat) and self._answer is None and (self._bar.note or self.can_reply(self._chat))

    def can_reply(self, chat: int) -> bool:
        return chat in self._picture.mine

    def toggle_note(self) -> None:
        """A note instead of a reply, and back. What is written stays."""
        if not self._chat:
            self._workspace.say(tr("No chat is on the screen."))
            return
        self._bar.note = not self._bar.note
        self._keep()
        self._count()
        self._workspace.to_composer()

    # ------------------------------------------------------------ text

    def edited(self) -> None:
        """The operator changed the text."""
        self._count()
        if self._answer is not None:
            return
        if not self._composer.text:
            self._made_from.pop(self._chat, None)
        if self._recalled:
            self._recalled = False
            draft = self._picture.drafts.get(self._chat)
            if draft is not None and draft.text != self._composer.text:
                self.set_aside(self._chat, draft.text)
        self._keep()
        session = self._shift.session
        aside = selectors.snoozed(self._picture, self._chat)
        if session is None or self._bar.note or aside or not self.can_reply(self._chat):
            return
        if self._composer.text.strip():
            session.typed(self._chat)
        else:
            session.stopped_typing()

    def made_from(self, template: str) -> None:
        """A template's text is put in: the message that is sent next names it, so that its uses are counted."""
        self._made_from[self._chat] = template

    def set_text(self, text: str, cursor: int | None = None) -> None:
        """Replace all of it, as if the operator had."""
        self._recalled = False
        self._composer.put(text, cursor)
        self._keep()
        self._count()

    def submit(self) -> None:
        """Enter: answer the question, or send."""
        text = self._composer.text
        if self._answer is not None:
            if not text.strip() and not self._may_be_empty:
                self._workspace.say(tr("Write what belongs there, or press Esc to give up."))
            elif problem := self._wrong(text.strip()):
                self._workspace.say(problem, "warning")
            else:
                self._end_question(text.strip())
            return
        if text.strip():
            template = "" if self._recalled else self._made_from.get(self._chat, "")
            self.send_words(self._chat, [text.strip()], self._sent, template)

    def send_words(self, chat: int, texts: Sequence[str], then: Callable[[int], None], template: str = "") -> None:
        """Send each as a message (or note) of its own, after what must be asked; `then` when they are on their way. `template`: the
        id of the one that they were made from."""
        problem = next(filter(None, map(self._problem, texts)), "")
        if problem:
            self._workspace.say(problem, "warning")
            return
        note = self._bar.note

        def go() -> None:
            if all(self._send(chat, words, note, template) for words in texts):
                then(chat)
                if chat == self._chat:
                    self._workspace.transcript.to_end()

        if note or not self.confirm(chat, go):
            go()

    def _send(self, chat: int, words: str, note: bool, template: str) -> bool:
        def make(id_: str) -> AddNote | Say:
            if note:
                return AddNote(id=id_, chat=chat, text=words)
            return Say(id=id_, chat=chat, text=words, template=template)

        if not (note or self.wake(chat)) or not self._shift.send(make, hold_ms=self.hold_ms()):
            return False
        self.set_aside(chat, words)
        if self._shift.session is not None:
            self._shift.session.stopped_typing()
        return True

    def _sent(self, chat: int) -> None:
        """What stood here is on its way."""
        if not self._recalled or chat != self._chat:
            self._made_from.pop(chat, None)
        if chat != self._chat:  # it was asked about, and another chat came meanwhile
            if self._shift.session is not None:
                self._shift.session.draft(chat, "")
        elif self._recalled:
            self.unrecall()
        else:
            self._bar.note = False
            self.set_text("")

    # ------------------------------------------------------------ words that were sent before

    @property
    def is_recalled(self) -> bool:
        return self._recalled

    def recall(self, words: str) -> None:
        """Show these in place of the draft, until they are changed, sent or put away."""
        if not self._recalled:
            self._keep()
        self._recalled = True
        self._composer.put(words)
        self._count()

    def unrecall(self) -> None:
        """The draft stands here again."""
        self._recalled = False
        self._put_draft()
        self._count()

    def draft_changed(self, chat: int) -> None:
        """The draft of a chat was changed elsewhere (words were taken back)."""
        if chat == self._chat and self._answer is None:
            draft = self._picture.drafts.get(chat)
            self._bar.note = draft.note if draft is not None else False
            self.unrecall()
            self._workspace.to_composer()

    def _problem(self, text: str) -> str:
        if not self._chat:
            return tr("No chat is on the screen.")
        if not self._bar.note and not self.can_reply(self._chat):
            return tr("This chat isn't yours: take it to reply.")
        limit = limits.NOTE_BYTES if self._bar.note else limits.TEXT_BYTES
        if not fits_bytes(text, limit):
            return trn("Too long: at most {n} byte.", "Too long: at most {n} bytes.", limit)
        return self.refuse(text)

    # ------------------------------------------------------------ questions

    @property
    def asks(self) -> bool:
        return self._answer is not None

    def ask(
        self,
        question: str,
        answer: Callable[[str | None], None],
        *,
        may_be_empty: bool = False,
        text: str = "",
        problem: Callable[[str], str] | None = None,
    ) -> None:
        """Lend the composer to a question. `answer` gets the words, or None when the operator gives up. `text`: what stands
        there first. `problem`: why words can't be the answer (a sentence), or empty."""
        if self._answer is None:
            self._keep()
            self._recalled = False
        else:
            self._end_question(None)
        self._answer = answer
        self._may_be_empty = may_be_empty
        self._wrong = problem or _nothing_wrong
        self._bar.question = question
        self._composer.asks_about_pastes = False
        self._composer.put(text)
        self._count()
        self._workspace.to_composer()

    def give_up(self) -> bool:
        """Escape: end the question, or the note. False: there was nothing to end."""
        if self._answer is not None:
            self._end_question(None)
            return True
        if self._bar.note:
            self.toggle_note()
            return True
        return False

    def _end_question(self, words: str | None) -> None:
        answer, self._answer = self._answer, None
        if answer is None:
            return
        self._bar.question = ""
        self._composer.asks_about_pastes = True
        self._put_draft()
        self._count()
        answer(words)

    # ------------------------------------------------------------ inside

    def _put_draft(self) -> None:
        draft = self._picture.drafts.get(self._chat)
        self._composer.put(draft.text if draft is not None else "", draft.cursor if draft is not None else None)

    def _keep(self) -> None:
        if self._chat and self._answer is None and not self._recalled and self._shift.session is not None:
            self._shift.session.draft(
                self._chat, self._composer.text, self._composer.cursor_offset, note=self._bar.note
            )

    def _count(self) -> None:
        self._bar.words = word_count(self._composer.text)
        self._bar.repaint_changed()


def _nothing_wrong(text: str) -> str:
    return ""
