"""Commands on their way: kept, in order, until the relay has answered each. Survives a lost link, a restart and a crash.

Pure: bytes for the disk come out of `dump` and go into `load`; `opconsole.link` writes and sends. A command is sent once a
connection, and again, with the same id, on the next one if no answer came: the relay does it once.

Words can be *held back* for some seconds after Enter (`opconsole.link.session` lets them go): they are kept like the others, and not
sent before. What is marked as held on the disk was therefore never sent, whatever has happened to the program since.
"""

from collections.abc import Iterator
from typing import Any, Final

import msgspec
from msgspec import Struct

from opconsole.wire import limits
from opconsole.wire.codec import clean_struct
from opconsole.wire.files import FetchFile, File, Upload
from opconsole.wire.search import Hints, Search
from opconsole.wire.staff import (
    AddNote,
    ChecklistHistory,
    Close,
    DeleteMessage,
    EditMessage,
    Fetch,
    History,
    Refused,
    Return,
    Say,
    SetStatus,
    Snooze,
    StaffCommand,
    TemplateHistory,
    Transfer,
)
from opconsole.wire.text import fits_bytes

_FORMAT: Final = 1
_OWN_WORDS: Final = 1000
"""So many ids of words that were sent from here are remembered."""
_Command: Final[Any] = StaffCommand


class Failure(Struct, frozen=True, omit_defaults=True):
    """Why the relay refused a message: as in `Refused`."""

    code: str
    text: str
    facts: dict[str, str | int] = {}


class Item(Struct, omit_defaults=True):
    """One command and how it stands."""

    command: StaffCommand
    at: int
    """When it was given, our clock."""
    failure: Failure | None = None
    """Refused. Only messages and notes stay here then, so that their text isn't lost."""
    held_until: int = 0
    """Held back until then (our clock), to be shown; it goes when it is let go. 0: it is not held."""
    file: File | None = None
    """What words carry, as the relay told: the command itself has only its id."""


class _Dump(Struct):
    v: int
    items: list[Item]


class NotTaken(Struct, frozen=True):
    """A command that can't be sent. `code`: `outbox_full`, `text_too_long` or `invalid`; the rest as in `Refused`."""

    code: str
    text: str
    facts: dict[str, str | int] = {}


class OutboxDamaged(Exception):
    """The bytes are no outbox that this version understands."""


class Outbox:
    """Commands by id, oldest first."""

    def __init__(self, limit: int = limits.OUTBOX_COMMANDS) -> None:
        self._limit = limit
        self._items: dict[str, Item] = {}
        self._sent: set[str] = set()
        self._tried: set[str] = set()
        """What may have reached the relay: sent on some connection, or loaded from a disk that doesn't say."""
        self._own: dict[str, None] = {}
        self._failed = 0
        self.revision = 0
        """Grows with each change that belongs on the disk."""

    def __len__(self) -> int:
        """How many wait for an answer."""
        return len(self._items) - self._failed

    def __contains__(self, command_id: str) -> bool:
        return command_id in self._items

    def __iter__(self) -> Iterator[Item]:
        return iter(self._items.values())

    def get(self, command_id: str) -> Item | None:
        return self._items.get(command_id)

    @property
    def failed(self) -> int:
        return self._failed

    def add(self, command: StaffCommand, now: int, held_until: int = 0, file: File | None = None) -> NotTaken | None:
        """Keep a command until it is answered; None: it was taken. Questions (`Fetch`, the histories) are not kept. `file`: what the
        words carry.

        `held_until`: words that don't go before they are let go. What must not overtake held words lets those go first."""
        if isinstance(
            command, Fetch | History | TemplateHistory | ChecklistHistory | Search | Hints | Upload | FetchFile
        ):
            raise TypeError("a question is not kept in the outbox: by the next link nobody may want to know any more")
        if command.id in self._items:
            raise ValueError("this id is in use: every command has an id of its own")
        if len(self._items) >= self._limit:
            return NotTaken(
                "outbox_full",
                f"{self._limit} commands wait for the relay: nothing more can be sent until it answers",
                {"limit": self._limit},
            )
        if (problem := _problem(command)) is not None:
            return problem
        if not held_until:
            self._let_go_before(command)
        self._items[command.id] = Item(command, now, held_until=held_until, file=file)
        self._remember(command)
        self.revision += 1
        return None

    def unsent(self) -> list[StaffCommand]:
        """What must go out on this connection, in order."""
        return [
            item.command
            for item in self._items.values()
            if item.failure is None and not item.held_until and item.command.id not in self._sent
        ]

    def mark_sent(self, command_id: str) -> None:
        self._sent.add(command_id)
        self._tried.add(command_id)

    # ------------------------------------------------------------ held back

    def held(self) -> list[Item]:
        """Words that are held back, oldest first."""
        return [item for item in self._items.values() if item.held_until]

    def let_go(self, command_id: str) -> bool:
        """Held words go out, and before them those of their chat that were written earlier (the setting was a longer time then). False:
        no such words are held (any more)."""
        item = self._items.get(command_id)
        if item is None or not item.held_until:
            return False
        for earlier in self.held():
            if earlier is item:
                break
            if _chat_of(earlier.command) == _chat_of(item.command):
                earlier.held_until = 0
        item.held_until = 0
        self.revision += 1
        return True

    def let_all_go(self) -> bool:
        """False: nothing was held."""
        held = self.held()
        for item in held:
            self.let_go(item.command.id)
        return bool(held)

    def can_be_taken_back(self, command_id: str) -> bool:
        """Whether these words have surely not happened: refused, held, or never put on any wire."""
        item = self._items.get(command_id)
        if item is None or not isinstance(item.command, Say | AddNote):
            return False
        return item.failure is not None or command_id not in self._tried

    def is_own(self, command_id: str) -> bool:
        """Whether words of this id were sent from this console (and not by the same login elsewhere)."""
        return command_id in self._own

    def _let_go_before(self, command: StaffCommand) -> None:
        """A reply must not come after the close of its chat, nor words after those written later. A status may cost me my chats."""
        chat = command.chat if isinstance(command, Say | AddNote | Close | Return | Transfer | Snooze) else 0
        for item in self.held():
            words = item.command
            if isinstance(words, Say | AddNote) and (words.chat == chat or isinstance(command, SetStatus)):
                self.let_go(words.id)

    def _remember(self, command: StaffCommand) -> None:
        if isinstance(command, Say | AddNote):
            self._own[command.id] = None
            if len(self._own) > _OWN_WORDS:
                del self._own[next(iter(self._own))]

    # ------------------------------------------------------------ answers

    def link_lost(self) -> None:
        """Nobody knows what of the unanswered arrived: all of it is sent again on the next connection."""
        self._sent.clear()

    def settle(self, command_id: str) -> StaffCommand | None:
        """It happened (by `done`, or seen in a transcript). Returns the command if it was here."""
        item = self._items.get(command_id)
        if item is None:
            return None
        self._forget(command_id)
        return item.command

    def refuse(self, refused: Refused) -> StaffCommand | None:
        """It did not happen. Words stay, marked as failed; any other command goes. Returns the command if it was here."""
        item = self._items.get(refused.id)
        if item is None or item.failure is not None:
            return None
        if isinstance(item.command, Say | AddNote):
            item.failure = Failure(refused.code, refused.text, refused.facts)
            self._failed += 1
            self._sent.discard(refused.id)
            self.revision += 1
        else:
            self._forget(refused.id)
        return item.command

    def retry(self, command_id: str, new_id: str, now: int) -> StaffCommand | None:
        """Send failed words again, as a new command at the end. None: no such failed words."""
        item = self._items.get(command_id)
        if item is None or item.failure is None:
            return None
        again: StaffCommand = msgspec.structs.replace(item.command, id=new_id)
        self._let_go_before(again)
        self._forget(command_id)
        self._items[new_id] = Item(again, now, file=item.file)
        self._remember(again)
        return again

    def dismiss(self, command_id: str) -> str | None:
        """Take words out that did not happen; returns their text, for the draft. None: there are no such words, or they may have."""
        item = self._items.get(command_id)
        if item is None or not self.can_be_taken_back(command_id):
            return None
        self._forget(command_id)
        return item.command.text if isinstance(item.command, Say | AddNote) else ""

    def words_of(self, chat: int) -> list[Item]:
        """Messages and notes of one chat that are on their way or have failed, oldest first."""
        return [
            item
            for item in self._items.values()
            if isinstance(item.command, Say | AddNote) and item.command.chat == chat
        ]

    def changes_of(self, chat: int) -> list[EditMessage | DeleteMessage]:
        """Changes of one chat's words that are on their way, oldest first."""
        commands = (item.command for item in self._items.values())
        return [each for each in commands if isinstance(each, EditMessage | DeleteMessage) and each.chat == chat]

    def dump(self) -> bytes:
        return msgspec.json.encode(_Dump(_FORMAT, list(self._items.values())))

    def load(self, blob: bytes) -> None:
        """What `dump` gave goes before what is here already. Raises `OutboxDamaged`, and then nothing has changed."""
        try:
            dump = msgspec.json.decode(blob, type=_Dump)
        except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
            raise OutboxDamaged(str(error)) from None
        if dump.v != _FORMAT:
            raise OutboxDamaged(f"written in format {dump.v}, this program reads {_FORMAT}")
        items = [clean_struct(item) for item in dump.items]  # a file is a door like any other
        self._items = {item.command.id: item for item in items} | self._items
        for item in items:
            self._tried.add(item.command.id)
            self._remember(item.command)
            if item.held_until:
                self._tried.discard(item.command.id)
        self._failed = sum(item.failure is not None for item in self._items.values())
        self.revision += 1

    def clear(self) -> None:
        """Forget all (another person logs in; what is on disk for this one stays there)."""
        self._items, self._sent, self._tried, self._own, self._failed = {}, set(), set(), {}, 0
        self.revision += 1

    def _forget(self, command_id: str) -> None:
        item = self._items.pop(command_id)
        self._failed -= item.failure is not None
        self._sent.discard(command_id)
        self._tried.discard(command_id)
        self.revision += 1


def _problem(command: StaffCommand) -> NotTaken | None:
    """What the relay would not understand must not wait in the outbox for ever, nor spoil its file."""
    if isinstance(command, Say | AddNote | EditMessage):
        limit = limits.NOTE_BYTES if isinstance(command, AddNote) else limits.TEXT_BYTES
        if not fits_bytes(command.text, limit):
            size = len(command.text.encode("utf-8", "surrogatepass"))
            facts: dict[str, str | int] = {"bytes": size, "limit": limit}
            return NotTaken("text_too_long", f"the text is too long: {size} bytes of at most {limit}", facts)
    try:
        msgspec.json.decode(msgspec.json.encode(command), type=_Command)
    except (msgspec.MsgspecError, UnicodeError) as error:
        return NotTaken("invalid", str(error))
    return None


def _chat_of(command: StaffCommand) -> int:
    """Of words: the chat that they are for."""
    return command.chat if isinstance(command, Say | AddNote) else 0
