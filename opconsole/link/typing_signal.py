"""When to tell the relay that the operator types: at the first key, then every few seconds, and once when it is over. Pure."""

from typing import Final

from opconsole.wire.staff import Typing

REPEAT_MS: Final = 3_000


class TypingSignal:
    def __init__(self) -> None:
        self._chat = 0
        self._told_at = 0

    def typed(self, chat: int, now: int) -> list[Typing]:
        """A key in the composer of this chat. What to send."""
        if chat == self._chat and now - self._told_at < REPEAT_MS:
            return []
        over = self.over() if chat != self._chat else []
        self._chat, self._told_at = chat, now
        return [*over, Typing(chat=chat)]

    def over(self) -> list[Typing]:
        """Sent, cleared, or another chat. What to send."""
        chat, self._chat = self._chat, 0
        return [Typing(chat=chat, on=False)] if chat else []
