"""What one client of the relay did and saw, kept by itself: the evidence by which a run is judged. Pure.

It believes nobody: a message that was acknowledged must be seen exactly once, at the number that was acknowledged, with the
words that were sent; numbers have no gaps and never change their message. What is broken goes to `problems`.

Times are microseconds of any clock that runs evenly.
"""

from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace

from opconsole.wire.staff import Refused


class Sent(Struct):
    """A message that the client asked the relay to store."""

    id: str
    text: str
    at: int
    chat: int = 0
    """Known from the answer (an operator knows it before)."""
    n: int = 0
    """Its public number, from the answer; 0: not answered yet."""
    resent: bool = False
    """Sent again after a lost link, or later than it was written: the time to its answer says nothing of the relay."""
    refused: str = ""
    """The code of the refusal."""


class Seen(Struct, frozen=True):
    """A message that the client was shown."""

    n: int
    text: str
    cid: str = ""
    by: str = ""
    version: int = 0
    """How often its words were changed."""


class Ledger:
    def __init__(self, name: str) -> None:
        self.name = name
        self.sent: dict[str, Sent] = {}
        self.refusals: dict[str, int] = {}
        """By code, those of every command."""
        self.seen: dict[int, dict[int, Seen]] = {}
        """By chat, by public number."""
        self.synced: set[int] = set()
        """Chats that were compared with a sync from nothing."""
        self.stored_us: list[int] = []
        """Times from sending to the answer, of what was sent and answered on one connection."""
        self.problems: list[str] = []

    @property
    def stored(self) -> list[Sent]:
        return [each for each in self.sent.values() if each.n]

    @property
    def unanswered(self) -> list[Sent]:
        return [each for each in self.sent.values() if not each.n and not each.refused]

    def last_in(self, chat: int) -> int:
        """The number up to which the client holds the chat without a gap."""
        return len(self.seen.get(chat, ()))

    # ------------------------------------------------------------ what happens

    def said(self, id: str, text: str, now: int, chat: int = 0) -> None:
        self.sent[id] = Sent(id, text, now, chat)

    def resent(self, id: str) -> None:
        if id in self.sent:
            self.sent[id].resent = True

    def done(self, id: str, chat: int, n: int, now: int) -> None:
        """A command was answered, a message with its public number. Answered twice, it must get the same answer."""
        sent = self.sent.get(id)
        if sent is None:
            return
        if not n:
            self._broken(f"message {id} was acknowledged without a number")
        elif sent.n:
            if (sent.chat, sent.n) != (chat, n):
                self._broken(f"message {id} was acknowledged as {sent.chat}/{sent.n} and {chat}/{n}")
        else:
            sent.chat, sent.n = chat, n
            if not sent.resent:
                self.stored_us.append(now - sent.at)

    def refused(self, frame: Refused) -> None:
        self.refusals[frame.code] = self.refusals.get(frame.code, 0) + 1
        sent = self.sent.get(frame.id)
        if sent is not None:
            if sent.n:
                self._broken(f"message {frame.id} was acknowledged, then refused ({frame.code})")
            sent.refused = frame.code

    def changed(self, chat: int, of: int, text: str, version: int) -> None:
        """The words of message `of` were edited or (then empty) deleted."""
        known = self.seen.get(chat, {}).get(of)
        if known is not None and version > known.version:
            self.seen[chat][of] = replace(known, text=text, version=version)

    def saw(self, chat: int, message: Seen) -> bool:
        """A public message was shown. True: for the first time."""
        log = self.seen.setdefault(chat, {})
        known = log.get(message.n)
        if known is not None:
            if known != message:
                self._broken(f"message {chat}/{message.n} was {known.text!r} and is {message.text!r}")
            return False
        if message.n != len(log) + 1:
            self._broken(f"chat {chat} goes from {len(log)} to {message.n}")
        log[message.n] = message
        return True

    # ------------------------------------------------------------ the judgement

    def compare(self, chat: int, truth: Iterable[Seen]) -> None:
        """Whether the chat, as it was just synced from nothing, is what this client saw live, and holds all that it sent."""
        fresh = {message.n: message for message in truth}
        if list(fresh) != list(range(1, len(fresh) + 1)):
            self._broken(f"chat {chat} was synced with numbers {list(fresh)}")
        for n, message in self.seen.get(chat, {}).items():
            if fresh.get(n) != message:
                self._broken(f"message {chat}/{n} was seen as {message!r}, and synced as {fresh.get(n)!r}")
        if chat:
            self.seen[chat] = fresh
            self.synced.add(chat)

    def lost_in(self, chat: int) -> list[Sent]:
        """Messages that were acknowledged in this chat, and are not at their number in it."""
        log = self.seen.get(chat, {})
        return [each for each in self.stored if each.chat == chat and not _same(each, log.get(each.n))]

    def doubled(self) -> list[str]:
        """Ids of own messages that stand in the chats more than once."""
        found: dict[str, int] = {}
        for log in self.seen.values():
            for message in log.values():
                if message.cid in self.sent:
                    found[message.cid] = found.get(message.cid, 0) + 1
        return [id for id, times in found.items() if times > 1]

    def _broken(self, what: str) -> None:
        self.problems.append(f"{self.name}: {what}")


def _same(sent: Sent, seen: Seen | None) -> bool:
    return seen is not None and seen.cid == sent.id and (seen.text == sent.text or seen.version > 0)


def percentile(values: Iterable[int], percent: int) -> int:
    """The smallest value that is not below this share of all; 0 of nothing."""
    ordered = sorted(values)
    if not ordered:
        return 0
    return ordered[min(len(ordered) - 1, -(-len(ordered) * percent // 100) - 1)]
