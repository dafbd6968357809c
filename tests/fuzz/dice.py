"""Choices made of bytes: Hypothesis and atheris both give bytes, and the same bytes are the same choices again."""

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class ByteDice:
    """When the bytes are used up, every choice is the first one."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def __bool__(self) -> bool:
        return self._at < len(self._data)

    def number(self, most: int) -> int:
        """From 0 to `most`, at most 255."""
        if not self:
            return 0
        self._at += 1
        return self._data[self._at - 1] % (most + 1)

    def pick(self, choices: Sequence[T]) -> T:
        return choices[self.number(len(choices) - 1)]

    def once_in(self, times: int) -> bool:
        return self.number(times - 1) == times - 1

    def take(self, most: int) -> bytes:
        length = self.number(most)
        self._at += length
        return self._data[self._at - length : self._at]
