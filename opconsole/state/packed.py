"""A long run of messages that takes a third of the memory: the newest lie open, older ones rest packed in blocks.

Of a long chat only the end is read and drawn; an entry costs some 600 bytes as an object and 250 packed. Whoever reads on upwards
has blocks unpacked one by one, each in a fraction of a millisecond, and the last few stay open.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Final, overload

import msgspec

from opconsole.wire.messages import Message

BLOCK: Final = 256
"""Entries packed together: one unpacking at the most for each screen that is scrolled."""
OPEN: Final = 1024
"""So many of the newest are never packed: what is drawn, quoted and searched upwards at each change."""
_KEPT_OPEN: Final = 4

_encoder: Final = msgspec.msgpack.Encoder()
_decoder: Final = msgspec.msgpack.Decoder(list[Message])


class PackedRun(Sequence[Message]):
    """Entries in order. They can be added at both ends and replaced, and never leave one by one.

    Three parts: a short open head (older entries as they come), blocks of exactly `block` entries, an open tail.
    """

    __slots__ = ("_before", "_block", "_blocks", "_head", "_open", "_tail", "_unpacked")

    def __init__(self, block: int = BLOCK, open: int = OPEN) -> None:
        self._block = block
        self._open = open
        self._head: list[Message] = []
        self._blocks: list[bytes] = []
        self._tail: list[Message] = []
        self._before = 0
        """How many there are before the tail."""
        self._unpacked: list[tuple[bytes, list[Message]]] = []
        """The blocks read last, the newest at the end. Found by identity: packed bytes never change."""

    def append(self, message: Message) -> None:
        self._tail.append(message)
        if len(self._tail) >= self._open + self._block:
            self._pack_tail()

    def put_before(self, messages: Sequence[Message]) -> None:
        """Older entries, in order."""
        if not self._blocks:
            self._tail[:0] = messages
            if len(self._tail) >= self._open + self._block:
                self._pack_tail()
            return
        self._head[:0] = messages
        whole = len(self._head) // self._block * self._block
        if whole:
            first = len(self._head) - whole
            self._blocks[:0] = self._packed(self._head[first:])
            del self._head[first:]
        self._before += len(messages)

    def _pack_tail(self) -> None:
        """What is before the newest `open` goes into blocks. What fills none stays in the tail, or before the first block in the head."""
        old = len(self._tail) - self._open
        first = 0 if self._blocks else old % self._block
        self._head += self._tail[:first]
        last = first + (old - first) // self._block * self._block
        self._blocks += self._packed(self._tail[first:last])
        del self._tail[:last]
        self._before += last

    def _packed(self, messages: Sequence[Message]) -> list[bytes]:
        """Of so many entries that nothing is left over."""
        return [_encoder.encode(messages[at : at + self._block]) for at in range(0, len(messages), self._block)]

    def _opened(self, at: int) -> list[Message]:
        """The entries of block `at`."""
        block = self._blocks[at]
        for place, (packed, messages) in enumerate(self._unpacked):
            if packed is block:
                self._unpacked.append(self._unpacked.pop(place))
                return messages
        messages = _decoder.decode(block)
        self._unpacked.append((block, messages))
        del self._unpacked[:-_KEPT_OPEN]
        return messages

    def __len__(self) -> int:
        return self._before + len(self._tail)

    @overload
    def __getitem__(self, index: int) -> Message: ...
    @overload
    def __getitem__(self, index: slice) -> list[Message]: ...
    def __getitem__(self, index: int | slice) -> Message | list[Message]:
        if isinstance(index, slice):
            return [self[at] for at in range(*index.indices(len(self)))]
        part, at = self._place(index)
        return part[at]

    def __setitem__(self, index: int, message: Message) -> None:
        part, at = self._place(index)
        if part is self._head or part is self._tail:
            part[at] = message
            return
        number = (self._natural(index) - len(self._head)) // self._block
        [self._blocks[number]] = self._packed([*part[:at], message, *part[at + 1 :]])

    def _natural(self, index: int) -> int:
        natural = index + len(self) if index < 0 else index
        if not 0 <= natural < len(self):
            raise IndexError(index)
        return natural

    def _place(self, index: int) -> tuple[list[Message], int]:
        """The open list that holds this entry, and where in it."""
        tail = index - self._before if index >= 0 else index
        if 0 <= tail < len(self._tail) or -len(self._tail) <= index < 0:
            return self._tail, tail
        at = self._natural(index)
        if at < len(self._head):
            return self._head, at
        block, at = divmod(at - len(self._head), self._block)
        return self._opened(block), at

    def __iter__(self) -> Iterator[Message]:
        blocks: Iterable[list[Message]] = (self._opened(at) for at in range(len(self._blocks)))
        return chain(self._head, chain.from_iterable(blocks), self._tail)

    def __reversed__(self) -> Iterator[Message]:
        yield from reversed(self._tail)
        for at in range(len(self._blocks) - 1, -1, -1):
            yield from reversed(self._opened(at))
        yield from reversed(self._head)
