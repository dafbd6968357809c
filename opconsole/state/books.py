"""Bookkeeping of the reducer that no pane reads: what was asked for, what is expected, what one batch has changed so far."""

from msgspec import Struct

from opconsole.state.changes import NOTHING, Changes, Need, Notice
from opconsole.wire.files import File


class Stored(Struct, frozen=True):
    """Words of mine that the relay has stored, and whose entry has not come back yet: shown until it does."""

    cid: str
    n: int
    at: int
    text: str
    note: bool = False
    file: File | None = None


class Gathered:
    """The changes of one batch, while it is applied."""

    __slots__ = ("chats", "lacking", "needs", "notices", "slices", "visitors")

    def __init__(self) -> None:
        self.slices = NOTHING
        self.chats: set[int] = set()
        self.notices: list[Notice] = []
        self.needs: list[Need] = []
        self.lacking: set[int] = set()
        """Chats of which entries may be missing. Looked at after the whole batch: a card may come before its messages."""
        self.visitors: set[str] = set()
        """Visitors whose cards came. After the batch, those of whom no chat is visible are forgotten."""

    def changes(self) -> Changes:
        return Changes(self.slices, frozenset(self.chats), tuple(self.notices), tuple(self.needs))


class Asked:
    """Fetches that are under way: one a chat, and none again that was in vain."""

    __slots__ = ("_by_chat", "_by_id", "_in_vain", "_promised")

    def __init__(self) -> None:
        self._by_chat: dict[int, Need] = {}
        self._by_id: dict[str, Need] = {}
        self._in_vain: dict[int, Need] = {}
        self._promised: dict[int, int] = {}

    def ask(self, need: Need, newest: int) -> bool:
        """Whether to ask now. What was asked in vain is not asked again. `newest`: the number of the chat's newest entry."""
        chat = need.chat
        if chat in self._by_chat or self._in_vain.get(chat) == need or self._promised.get(chat) == newest:
            return False
        self._by_chat[need.chat] = need
        return True

    def sent(self, fetch_id: str, need: Need) -> None:
        self._by_id[fetch_id] = need

    def answered(self, fetch_id: str) -> Need | None:
        """The need that this id was to meet. It is no longer under way."""
        need = self._by_id.pop(fetch_id, None)
        if need is not None and self._by_chat.get(need.chat) == need:
            del self._by_chat[need.chat]
        return need

    def promise(self, chat: int, newest: int) -> None:
        """The relay brings the transcript of a chat that has become mine, up to this entry, unasked."""
        self._promised[chat] = newest

    def kept(self, chat: int) -> None:
        """It has brought it."""
        self._promised.pop(chat, None)

    def in_vain(self, need: Need) -> None:
        """The answer brought nothing."""
        self._in_vain[need.chat] = need

    def forget(self, chat: int) -> None:
        self._by_chat.pop(chat, None)
        self._in_vain.pop(chat, None)
        self._promised.pop(chat, None)

    def clear(self) -> None:
        self._by_chat.clear()
        self._by_id.clear()
        self._in_vain.clear()
        self._promised.clear()


class Books:
    """What the reducer remembers for itself."""

    __slots__ = ("asked", "coming", "gone", "leaving", "questions", "seen_by")

    def __init__(self) -> None:
        self.asked = Asked()
        self.gone: dict[int | str, int] = {}
        """Chats (by number) and templates (by id) taken out of sight, by revision: an older card doesn't bring them back."""
        self.seen_by: dict[str, set[int]] = {}
        """Per visitor, the visible chats that are the visitor's: with the last one the visitor's card goes too."""
        self.coming: set[int] = set()
        """Chats that will become mine by a command of mine that is done: nothing to tell."""
        self.questions: set[str] = set()
        """Ids of questions that wait for their answer (`Answered`)."""
        self.leaving: set[int] = set()
        """Chats that will leave me by a command of mine that is done."""
