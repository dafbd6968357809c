"""Warnings that come from the passing of time, not from a frame."""

from opconsole.state.changes import RescueSoon
from opconsole.state.picture import Picture
from opconsole.wire.cards import Place


def due_warnings(picture: Picture, now: int) -> list[RescueSoon]:
    """Chats of mine whose rescue has come within `settings.warn_ms`, each told once. `now`: our own clock.

    A deadline that is pushed ahead a little (the owner types) stays warned of; one that leaves the last `warn_ms` altogether,
    or is cleared by a reply, is warned of anew when it comes near again. Call it once a second.
    """
    at = now + picture.me.skew_ms
    found: list[RescueSoon] = []
    for chat in picture.mine.chats():
        card = picture.chats[chat]
        left_ms = card.rescue_at - at
        if not card.rescue_at or card.place is not Place.held or left_ms > picture.me.settings.warn_ms:
            picture.warned.discard(chat)
        elif left_ms > 0 and chat not in picture.warned:
            picture.warned.add(chat)
            found.append(RescueSoon(chat, card.rescue_at))
    picture.warned &= set(picture.mine.chats())
    found.sort(key=lambda warning: warning.rescue_at)
    return found
