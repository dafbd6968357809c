"""The line-by-line console without its input and output: lines in (`typed`), lines out (`say`), and what the session tells (`changed`).

Each thing is said once, in the order in which it happened, and in whole sentences: who reads it hears it.
"""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from opconsole.cli.phrases import chat_line, entry_words, name_of, one_line
from opconsole.cli.reading_files import ReadingFiles
from opconsole.locale import clock, countdown, mark, refusal_text, tr, trn
from opconsole.settings.model import Warnings
from opconsole.state import selectors
from opconsole.state.changes import (
    Changes,
    Given,
    Lost,
    MessageInOtherChat,
    MessageInShownChat,
    NewInInbox,
    Notice,
    Refused,
    Rescued,
    RescueSoon,
    Slice,
)
from opconsole.state.due import due_warnings
from opconsole.state.following import chat_told, message_told
from opconsole.state.model import Phase, Stop
from opconsole.state.status_words import status_of
from opconsole.state.store import Store
from opconsole.terminal.layouts import latin
from opconsole.wire.cards import ChatCard
from opconsole.wire.messages import Kind, Message
from opconsole.wire.staff import AddNote, Close, Return, Say, SetStatus, StaffCommand, Take, TakeNext

if TYPE_CHECKING:
    from opconsole.link.session import Session

READ: Final = 10
"""`read` without a number says so many entries."""

COMMANDS: Final[Mapping[str, tuple[tuple[str, ...], str]]] = {
    "chats": (("chats", "чаты"), mark("chats: my chats, and how many wait")),
    "inbox": (("inbox", "входящие"), mark("inbox: who waits, the next first")),
    "take": (("take", "взять"), mark("take [CHAT]: take this chat, or the next one")),
    "next": (("next", "дальше"), mark("next: go to the chat of mine that needs me most")),
    "go": (("go", "чат"), mark("go CHAT: go to this chat")),
    "read": (("read", "читать"), mark("read [N]: the last N entries of this chat")),
    "who": (("who", "кто"), mark("who: what is known of the visitor")),
    "say": (("say", "сказать"), mark("say WORDS: send them to the visitor of this chat")),
    "note": (("note", "заметка"), mark("note WORDS: a note that only the team sees")),
    "attach": (("attach", "файл"), mark("attach PATH: send this file to the visitor, after a question")),
    "yes": (("yes", "да"), mark("yes [WORDS]: send the file that was asked about, with these words")),
    "files": (("files", "файлы"), mark("files: the files of this chat, the newest first")),
    "save": (("save", "сохранить"), mark("save [N]: save file N of them, or the newest")),
    "close": (("close", "закрыть"), mark("close: close this chat")),
    "return": (("return", "вернуть"), mark("return: give this chat back to the inbox")),
    "status": (("status", "статус"), mark("status online, busy, away or offline [REASON]: my status")),
    "help": (("help", "помощь", "?"), mark("help: this list")),
    "quit": (("quit", "выход"), mark("quit: leave the console")),
}
"""By command: its names in both languages, and its line of the help (a message id)."""


_LOOKING: Final = frozenset({"chats", "inbox", "next", "go", "read", "who"})
"""What is told from the picture, which before the first sync is empty."""


def command_of(word: str) -> str:
    """The command that a word means, in both languages and in both keyboard layouts; empty: none."""
    word = word.casefold()
    for meant in (word, "".join(latin(character) for character in word)):
        for command, (names, _) in COMMANDS.items():
            if meant in names:
                return command
    return ""


class Desk:
    """`session` must be set before anything is called. `over`: the relay won't have us any more."""

    session: "Session"

    def __init__(
        self,
        store: Store,
        warnings: Warnings,
        say: Callable[[str], None],
        start: Callable[[Coroutine[Any, Any, None]], object] = lambda work: work.close(),
        downloads: Callable[[], Path] = Path,
    ) -> None:
        """`start`: lets it run beside; `downloads`: the folder where files are saved."""
        self.store = self._store = store
        self._warnings = warnings
        self._say = say
        self._told: dict[int, int] = {}
        """Per chat, the last entry that was said."""
        self._takes = 0
        self._mine: set[int] = set()
        self._phase = Phase.offline
        self._asked_to_quit = False
        self.over = asyncio.Event()
        self._files = ReadingFiles(self, say, start, downloads)

    @property
    def chat(self) -> int:
        """Where I am; 0: nowhere."""
        return self._store.shown

    # ------------------------------------------------------------ what happens

    def changed(self, changes: Changes) -> None:
        self._files.changed(changes)
        if changes.slices & Slice.LINK:
            self._link()
        for notice in changes.notices:
            self._notice(notice)
        if changes.slices & Slice.MINE:
            self._moved(changes)

    def tick(self) -> None:
        for notice in due_warnings(self._store, self.session.clock()):
            self._notice(notice)

    def _link(self) -> None:
        link = self._store.link
        if link.phase is self._phase:
            return
        before, self._phase = self._phase, link.phase
        if link.phase is Phase.live:
            waiting = trn("{n} chat waits.", "{n} chats wait.", selectors.waiting(self._store))
            held = trn("You hold {n}.", "You hold {n}.", selectors.my_load(self._store).held)
            self._say(f"{tr('The link is live.')} {waiting} {held}")
        elif link.phase is Phase.offline and before in (Phase.live, Phase.syncing, Phase.connecting) and link.why:
            self._say(tr("No link: {why} It is tried again.", why=link.why))
        elif link.phase is Phase.stopped and link.stop is not Stop.closed:
            self._say(link.why or tr("The link has ended."))
            if link.stop is Stop.login:
                self._say(tr("Press Enter to log in again."))
            else:
                self.over.set()

    def _notice(self, notice: Notice) -> None:
        match notice:
            case NewInInbox(chat) if self._warnings.new_chat.screen:
                self._say(tr("New: {chat}", chat=self._line(chat)))
            case MessageInOtherChat(chat, n) if self._warnings.message.screen:
                self._entries(chat, n)
            case MessageInShownChat(chat, n):
                self._entries(chat, n)
                self._heard()
            case RescueSoon(chat, rescue_at) if self._warnings.rescue.screen:
                time = countdown(rescue_at - self._now())
                self._say(
                    tr(
                        "Reply to {name}, chat {chat}: it is rescued in {time}.",
                        name=self.name(chat),
                        chat=chat,
                        time=time,
                    )
                )
            case Rescued(chat):
                self._say(tr("Chat {chat} was rescued: it is back in the inbox.", chat=chat))
            case Given(chat):
                self._say(tr("Yours now: {chat}", chat=self._line(chat)))
            case Lost(chat, _, by):
                self._say(tr("Chat {chat} is no longer yours.", chat=chat) + (f" ({one_line(by)})" if by else ""))
            case Refused(code, text, facts, command):
                self._say(tr("Not done: {why}", why=refusal_text(code, facts, text)))
                if isinstance(command, Take | TakeNext):
                    self._takes = max(0, self._takes - 1)

    def _moved(self, changes: Changes) -> None:
        """What I took is where I am now; what I have let go is not."""
        mine = set(self._store.mine.chats())
        given = {notice.chat for notice in changes.notices if isinstance(notice, Given)}
        new = sorted(mine - self._mine - given)
        self._mine = mine
        if new and self._takes:
            self._takes -= 1
            self._go(new[-1])

    def _entries(self, chat: int, n: int) -> None:
        """The visitor's words up to entry `n` that were not said yet."""
        told = self._told.get(chat, n - 1)
        for message in selectors.transcript(self._store, chat).entries:
            if told < message.n <= n and message.by == "visitor" and message.kind is Kind.say:
                self._say(self._entry(message))
        self._told[chat] = max(told, n)

    # ------------------------------------------------------------ what is typed

    def typed(self, line: str) -> bool:
        """Do what the line says. True: the operator leaves."""
        word, _, rest = line.strip().partition(" ")
        rest = rest.strip()
        if not word:
            return False
        command = command_of(word)
        if command != "yes":
            self._files.decline()
        if command == "quit":
            return self._quit()
        self._asked_to_quit = False
        doing = getattr(self, f"_do_{command}", getattr(self._files, f"do_{command}", None))
        if command in _LOOKING and not self._store.synced:
            self._say(tr("There is no link to the relay now."))  # it isn't known yet who waits
        elif doing is None:
            self._say(tr("There is no command {word}. Type help.", word=one_line(word)))
        else:
            doing(rest)
        return False

    def _quit(self) -> bool:
        held = selectors.my_load(self._store).held
        if held and not self._asked_to_quit:
            self._asked_to_quit = True
            self._say(
                trn(
                    "You hold {n} chat. Type quit again to leave all the same.",
                    "You hold {n} chats. Type quit again to leave all the same.",
                    held,
                )
            )
            return False
        return True

    def _do_help(self, rest: str) -> None:
        for _, text in COMMANDS.values():
            self._say(tr(text))

    def _do_chats(self, rest: str) -> None:
        mine = selectors.mine(self._store)
        for each in mine:
            self._say(("> " if each.card.chat == self.chat else "") + self._line(each.card.chat))
        if not mine:
            self._say(tr("You hold no chat."))
        self._say(trn("{n} chat waits.", "{n} chats wait.", selectors.waiting(self._store)))

    def _do_inbox(self, rest: str) -> None:
        for card in selectors.inbox(self._store):
            self._say(self._line(card.chat))
        if not selectors.waiting(self._store):
            self._say(tr("Nobody waits."))

    def _do_take(self, rest: str) -> None:
        chat = self._number(rest) if rest else 0
        if chat is None:
            return
        self._takes += 1
        id_ = self.session.new_id()
        self._send(Take(id=id_, chat=chat) if chat else TakeNext(id=id_))

    def _do_next(self, rest: str) -> None:
        card = selectors.most_urgent(self._store)
        if card is None:
            self._say(tr("You owe nobody a reply."))
        else:
            self._go(card.chat)

    def _do_go(self, rest: str) -> None:
        chat = self._number(rest)
        if chat is None:
            return
        if chat not in self._store.chats:
            self._say(tr("Chat {chat} is not yours to see.", chat=chat))
        else:
            self._go(chat)

    def _do_read(self, rest: str) -> None:
        if self.card() is None:
            return
        count = int(rest) if rest.isdecimal() and len(rest) < 6 else READ
        self._read(count)

    def _do_who(self, rest: str) -> None:
        card = self.card()
        if card is None:
            return
        visitor = selectors.visitor(self._store, self.chat)
        facts = [name_of(card.chat, card.name)]
        if visitor is not None:
            page = visitor.profile.page
            facts += [visitor.email, visitor.phone, visitor.city, page.title, page.url]
            facts.append(trn("{n} chat so far", "{n} chats so far", visitor.chats) if visitor.chats else "")
            facts += [tr("Note: {words}", words=one_line(note.text)) for note in visitor.notes]
        for fact in facts:
            if fact:
                self._say(one_line(fact))

    def _do_say(self, rest: str) -> None:
        if self.card() is not None and self._has_words(rest):
            self._send(Say(id=self.session.new_id(), chat=self.chat, text=rest), tr("On its way."))

    def _do_note(self, rest: str) -> None:
        if self.card() is not None and self._has_words(rest):
            self._send(AddNote(id=self.session.new_id(), chat=self.chat, text=rest), tr("On its way."))

    def _do_close(self, rest: str) -> None:
        card = self.card()
        if card is not None:
            self._send(
                Close(id=self.session.new_id(), chat=card.chat), tr("Chat {chat} is being closed.", chat=card.chat)
            )

    def _do_return(self, rest: str) -> None:
        card = self.card()
        if card is not None:
            text = tr("Chat {chat} goes back to the inbox.", chat=card.chat)
            self._send(Return(id=self.session.new_id(), chat=card.chat), text)

    def _do_status(self, rest: str) -> None:
        words = rest.split()
        found = status_of(words)
        if found is None:
            self._say(tr(COMMANDS["status"][1]))
        else:
            status, count = found
            reason = " ".join(words[count:])
            self._send(SetStatus(id=self.session.new_id(), status=status, reason=reason), tr("On its way."))

    # ------------------------------------------------------------ inside

    def _send(self, command: StaffCommand, text: str = "") -> None:
        if text:
            self._say(text)
        self.session.send(command)

    def _go(self, chat: int) -> None:
        self.session.show(chat)
        self._say(self._line(chat))
        self._read(3)

    def _read(self, count: int) -> None:
        entries = [
            each for each in selectors.transcript(self._store, self.chat).entries if each.kind is not Kind.change
        ]
        for message in entries[-count:] if count else []:
            self._say(self._entry(message))
        if entries:
            self._told[self.chat] = max(self._told.get(self.chat, 0), entries[-1].n)
        self._heard()

    def _heard(self) -> None:
        """What was said aloud of my chat counts as read."""
        card = self._store.chats.get(self.chat)
        if card is not None and self.chat in self._store.mine and card.public:
            self.session.have_read(self.chat, card.public)

    def card(self) -> ChatCard | None:
        """The chat where I am; None: there is none, and that has been said."""
        card = self._store.chats.get(self.chat) if self.chat else None
        if card is None:
            self._say(tr("You are in no chat: take one, or go to one."))
        return card

    def _number(self, text: str) -> int | None:
        digits = text.removeprefix("#")
        if digits.isdecimal() and len(digits) < 16:
            return int(digits)
        self._say(tr("{text} is not the number of a chat", text=one_line(text) or "?"))
        return None

    def _has_words(self, text: str) -> bool:
        if not text:
            self._say(tr("There is no text in it."))
        return bool(text)

    def _line(self, chat: int) -> str:
        card = self._store.chats.get(chat)
        return f"#{chat}" if card is None else chat_line(chat_told(card, self._store.me.login), self._now())

    def name(self, chat: int) -> str:
        card = self._store.chats.get(chat)
        return name_of(chat, card.name if card is not None else "")

    def _entry(self, message: Message) -> str:
        words = entry_words(message_told(message), self.name(message.chat))
        here = "" if message.chat == self.chat else f"#{message.chat} "
        return f"{clock(message.at)} {here}{words}"

    def _now(self) -> int:
        return selectors.relay_now(self._store, self.session.clock())
