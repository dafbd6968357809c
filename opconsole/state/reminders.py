"""What the passing of time makes of what the operator has not done: replies that are owed, and a link that stays away. Pure; called
once a second, `now` is our own clock.
"""

from typing import Final, Literal

from msgspec import Struct

from opconsole.state import selectors
from opconsole.state.model import LinkState, Phase, Stop
from opconsole.state.picture import Picture
from opconsole.state.selectors import relay_now
from opconsole.wire.cards import ChatCard, Place

MOST_GAP_MS: Final = 10 * 60_000
"""The time between two reminders of one chat doubles up to this."""
LINK_PATIENCE_MS: Final = 3_000
"""A link that is back within this was never told to be lost."""


class _Due(Struct):
    owes_since: int
    at: int
    """When it is reminded of next (the relay's clock)."""
    gap_ms: int


class Reminders:
    """Of each chat where I owe a reply: first after some time, then again and again, at growing distances, until I answer."""

    def __init__(self) -> None:
        self._due: dict[int, _Due] = {}

    def due(self, picture: Picture, now: int, first_ms: int, writing: int = 0) -> list[ChatCard]:
        """Chats to remind of now, the longest owed first. `first_ms`: so long after the visitor's words the first one comes; 0: none
        does. `writing`: the chat that I am writing in, and need not be told of."""
        if not first_ms:
            self._due.clear()
            return []
        at = relay_now(picture, now)
        owed = {card.chat: card for card in _owed(picture)}
        self._due = {chat: due for chat, due in self._due.items() if chat in owed}
        found = []
        for chat, card in owed.items():
            due = self._due.get(chat)
            if due is None or due.owes_since != card.owes_since:
                first = card.owes_since + first_ms
                # What was owed long before this console looked is not shouted at its start.
                self._due[chat] = _Due(card.owes_since, first if first > at else at + first_ms, first_ms)
            elif at >= due.at:
                if chat != writing:
                    found.append(card)
                    due.gap_ms = min(2 * due.gap_ms, max(MOST_GAP_MS, first_ms))
                due.at = at + due.gap_ms
        return sorted(found, key=lambda card: (card.owes_since, card.chat))


def _owed(picture: Picture) -> list[ChatCard]:
    """Chats that I hold and owe a reply in. A reply on its way is a reply."""
    cards = [picture.chats[chat] for chat in picture.mine.chats() if chat in picture.chats]
    return [
        card
        for card in cards
        if card.owes_since and card.place is Place.held and not selectors.answering(picture, card.chat)
    ]


class LinkWatch:
    """Tells once that the link is lost, when it has stayed away for a moment, and once that it is back."""

    def __init__(self) -> None:
        self._lived = False
        self._down_at = 0
        self._told = False

    def look(self, link: LinkState, now: int) -> Literal["", "lost", "back"]:
        if link.is_live:
            told, self._told, self._down_at, self._lived = self._told, False, 0, True
            return "back" if told else ""
        if not self._lived or link.phase is Phase.syncing or link.stop is Stop.closed:
            return ""
        self._down_at = self._down_at or now
        if self._told or now - self._down_at < LINK_PATIENCE_MS:
            return ""
        self._told = True
        return "lost"
