"""The chats that a filter lets through, looked at anew only where something changed: a list of ten thousand stays cheap to draw."""

from collections.abc import Callable, Iterable, Sequence

from opconsole.state.chat_filter import NOTHING, Filter, pressing, searched
from opconsole.wire.cards import ChatCard


class Filtered:
    """One list's filter, and what it shows and hides."""

    def __init__(self) -> None:
        self.filter: Filter = NOTHING
        self.cards: Sequence[ChatCard] = ()
        """What is shown, in the order of the list."""
        self.total = 0
        self.pressing_hidden = 0
        """Hidden chats that should not be out of mind: rescued, urgent, late."""
        self._verdicts: dict[int, tuple[ChatCard, int, bool]] = {}
        self._texts: dict[int, tuple[ChatCard, str]] = {}
        """What is searched of each card: kept while a filter is typed on."""
        self._place: dict[int, int] | None = None

    def use(self, filter: Filter) -> None:
        self.filter = filter
        self._verdicts = {}
        if not filter.text:
            self._texts = {}

    @property
    def hidden(self) -> int:
        return self.total - len(self.cards)

    def look(self, cards: Iterable[ChatCard], unread: Callable[[ChatCard], int], now: int, warn_ms: int) -> None:
        """The list, or the time, is another. `now`: the relay's clock."""
        old, by_time = self._verdicts, self.filter.by_time
        verdicts: dict[int, tuple[ChatCard, int, bool]] = {}
        shown: list[ChatCard] = []
        hidden: list[ChatCard] = []
        for card in cards:
            new = unread(card)
            known = old.get(card.chat)
            if known is None or by_time or known[0] is not card or known[1] != new:
                known = (card, new, self.filter.fits(card, new, now, self._text(card)))
            verdicts[card.chat] = known
            (shown if known[2] else hidden).append(card)
        self._verdicts = verdicts
        if len(self._texts) > 2 * len(verdicts) + 100:  # chats that have gone
            self._texts = {chat: kept for chat, kept in self._texts.items() if chat in verdicts}
        self.cards = shown
        self.total = len(shown) + len(hidden)
        self.pressing_hidden = sum(pressing(card, now, warn_ms) for card in hidden)
        self._place = None

    def _text(self, card: ChatCard) -> str:
        kept = self._texts.get(card.chat)
        if kept is None or kept[0] is not card:
            kept = self._texts[card.chat] = (card, searched(card))
        return kept[1]

    def index(self, chat: int) -> int:
        """The chat's place among the shown, from 0; -1: it isn't there."""
        if self._place is None:
            self._place = {card.chat: place for place, card in enumerate(self.cards)}
        return self._place.get(chat, -1)
