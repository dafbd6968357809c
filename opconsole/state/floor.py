"""The supervisor's floor: one look at who waits, who works, and who owes for how long."""

from collections.abc import Sequence

from msgspec import Struct

from opconsole.state.picture import Picture
from opconsole.wire.cards import ChatCard, DeskCard, OperatorCard, Place, Status


class Seat(Struct, frozen=True, gc=False):
    """One operator on the floor."""

    card: OperatorCard
    oldest_owed: int
    """Since when the oldest reply is owed (the relay's clock); 0: none."""

    @property
    def working(self) -> bool:
        return self.card.connected and self.card.status is not Status.offline


class Floor(Struct, frozen=True):
    waiting: Sequence[ChatCard]
    """A live view of the inbox, most urgent first."""
    oldest_waiting_since: int
    """0: nobody waits."""
    held: list[ChatCard]
    """Chats in hands, the one nearest its rescue first, then those that owe, then the rest."""
    seats: list[Seat]
    """The team: those who work first, by the oldest reply they owe, then by name. Blocked ones are left out."""
    oldest_owed_since: int
    """Over all held chats; 0: nobody owes."""
    alarms: int
    """Chats that everyone has let go."""
    desk: DeskCard
    aside: int = 0
    """Chats that operators have put aside (snoozed)."""


_FAR = 1 << 60


def floor(picture: Picture) -> Floor:
    """The whole floor; sorts some hundreds of cards, so call it at most once a drawn frame."""
    held = [card for card in picture.chats.values() if card.place is Place.held]
    held.sort(key=lambda card: (card.rescue_at or _FAR, card.owes_since or _FAR, card.chat))
    owed: dict[str, int] = {}
    for card in held:
        if card.owes_since:
            owed[card.owner] = min(card.owes_since, owed.get(card.owner, _FAR))
    seats = [
        Seat(card, owed.get(card.login, card.owes_since)) for card in picture.operators.values() if not card.blocked
    ]
    seats.sort(key=lambda seat: (not seat.working, seat.oldest_owed or _FAR, seat.card.name, seat.card.login))
    oldest = picture.inbox.oldest()
    return Floor(
        waiting=picture.inbox.cards,
        oldest_waiting_since=oldest.waiting_since if oldest is not None else 0,
        held=held,
        seats=seats,
        oldest_owed_since=min(owed.values(), default=0),
        alarms=sum(card.alarm for card in picture.chats.values()),
        desk=picture.desk,
        aside=sum(card.place is Place.snoozed for card in picture.chats.values()),
    )
