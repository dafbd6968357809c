"""What of a picture must be the same for everyone who was shown the same: the law *live = synced* is told by it.

Left out is what is this console's own (drafts, outbox, numbers of my chats, what is on the screen) and what is of the moment.
"""

from typing import Any

import msgspec

from opconsole.state.picture import Picture
from opconsole.wire import limits


def fingerprint(picture: Picture, tail: int = limits.SYNC_MESSAGES) -> dict[str, Any]:
    """Plain values that compare equal. Of transcripts, the last `tail` entries of my chats: a sync brings no more."""
    return {
        "me": _plain(msgspec.structs.replace(picture.me, skew_ms=0)),
        "chats": {card.chat: _plain(card) for card in picture.chats.values()},
        "inbox": [card.chat for card in picture.inbox.cards],
        "mine": sorted(picture.mine.chats()),
        "visitors": {card.visitor: _plain(card) for card in picture.visitors.values()},
        "operators": {card.login: _plain(card) for card in picture.operators.values()},
        "templates": {card.template: _plain(card) for card in picture.templates.values()},
        "desk": _plain(picture.desk),
        "transcripts": {
            chat: [_plain(message) for message in transcript.entries[-tail:]]
            for chat in sorted(picture.mine.chats())
            if (transcript := picture.transcripts.get(chat)) is not None and len(transcript)
        },
    }


def _plain(value: msgspec.Struct) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(value)
    return plain
