"""Which chat needs me most, and the round through all that do; and the way back to where I was. Pure: the time comes in.

The order of need: the nearest rescue, then replies owed longest, then unread words, then chats that I flagged.
"""

from collections.abc import Callable
from typing import Final

from msgspec import Struct

from opconsole.state import selectors
from opconsole.state.picture import Picture
from opconsole.wire.cards import ChatCard, Place

TRAIL: Final = 20
"""So many chats are remembered as where I was."""


def needing(picture: Picture) -> list[ChatCard]:
    """The chats that need me, the one that will be lost first at the head. Flagged ones may wait in the inbox."""
    numbers = dict.fromkeys((*picture.mine.chats(), *picture.marks.flagged))
    cards = [picture.chats[chat] for chat in numbers if chat in picture.chats]
    ranked = [(need, card.chat, card) for card in cards if (need := _need(picture, card)) is not None]
    ranked.sort(key=lambda entry: entry[:2])
    return [card for _, _, card in ranked]


def _need(picture: Picture, card: ChatCard) -> tuple[int, int] | None:
    """What it needs me for, the most urgent first, and since or until when; None: for nothing."""
    if card.chat in picture.mine and card.place is Place.held:
        answered = selectors.answering(picture, card.chat)
        if card.rescue_at and not answered:
            return (0, card.rescue_at)
        if selectors.owes(card) and not answered:
            return (1, card.owes_since)
        if selectors.unread(picture, card):
            return (2, card.last_at)
    flagged_at = picture.marks.flagged.get(card.chat)
    return (3, flagged_at) if flagged_at is not None else None


class _Seen(Struct, frozen=True):
    """How a chat stood when I left it."""

    owes_since: int
    public: int
    near: bool


class Round:
    """Which chat comes next. One that I left isn't offered again before something new happens in it or the round is over."""

    def __init__(self) -> None:
        self._seen: dict[int, _Seen] = {}
        self._last = 0
        """The chat with which a round ended: leaving it now belongs to that round, so the new one comes to it too."""
        self._told = False
        """It has been said that nothing needs me: the next step goes on to the rest of my chats."""

    def left(self, picture: Picture, chat: int, now: int) -> None:
        """The round goes on from this chat. `now`: our own clock."""
        card = picture.chats.get(chat)
        last, self._last = self._last, 0
        if card is not None and chat != last:
            self._seen[chat] = _Seen(card.owes_since, card.public, _is_near(picture, card, now))

    def over(self) -> None:
        """I went elsewhere: the next step begins anew."""
        self._seen.clear()
        self._last = 0

    def step(self, picture: Picture, now: int) -> ChatCard | None:
        """Where to go. None: nothing but the chat on the screen needs me; asked again, the rest of my chats come in turn."""
        wanted = [card for card in needing(picture) if card.chat != picture.shown]
        if not wanted:
            rest = _rest(picture) if self._told else None
            self._told = True
            return rest
        self._told = False
        for chat in [chat for chat in self._seen if chat not in picture.chats]:
            del self._seen[chat]
        fresh = [card for card in wanted if self._is_new(picture, card, now)]
        if not fresh:
            self._seen.clear()
            self._last = picture.shown
            fresh = wanted
        return fresh[0]

    def _is_new(self, picture: Picture, card: ChatCard, now: int) -> bool:
        seen = self._seen.get(card.chat)
        if seen is None:
            return True
        written = card.public > seen.public and card.words_by == "visitor"
        owed = card.owes_since not in (0, seen.owes_since)
        return written or owed or (_is_near(picture, card, now) and not seen.near)


def _is_near(picture: Picture, card: ChatCard, now: int) -> bool:
    """Whether its rescue has come so near that the console warns."""
    left_ms = card.rescue_at - selectors.relay_now(picture, now)
    return card.rescue_at > 0 and left_ms <= picture.me.settings.warn_ms


def _rest(picture: Picture) -> ChatCard | None:
    """My next chat by number, around."""
    chats = picture.mine.chats()
    start = chats.index(picture.shown) + 1 if picture.shown in picture.mine else 0
    found = next((chat for chat in chats[start:] + chats[:start] if chat != picture.shown), 0)
    return picture.chats.get(found)


class Trail:
    """The chats where I was, the last one last."""

    def __init__(self) -> None:
        self._chats: list[int] = []

    def left(self, chat: int) -> None:
        if chat and chat not in self._chats[-1:]:
            self._chats = [*self._chats[-TRAIL + 1 :], chat]

    def back(self, may: Callable[[int], bool]) -> int:
        """The last one that I may still go to; it is no longer remembered. 0: there is none."""
        while self._chats:
            chat = self._chats.pop()
            if may(chat):
                return chat
        return 0
