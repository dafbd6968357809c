"""Which part of a file a client asks for (`Range` and `If-Range`, RFC 9110, 13.1.5 and 14). Pure.

One part or all of it: who asks for several in one answer gets all, which the RFC lets a server do, and nobody can ask for a thousand
overlapping ones.
"""

import re
from typing import Final

from msgspec import Struct

_ONE: Final = re.compile(
    r"bytes\s*=\s*(?:(?P<first>[0-9]{1,18})-(?P<last>[0-9]{0,18})|-(?P<tail>[0-9]{1,18}))\s*", re.ASCII | re.IGNORECASE
)


class Span(Struct, frozen=True):
    """From the byte `start` up to, and without, the byte `end`."""

    start: int
    end: int

    @property
    def size(self) -> int:
        return self.end - self.start

    def of(self, size: int) -> str:
        """The value of `Content-Range`."""
        return f"bytes {self.start}-{self.end - 1}/{size}"


NOWHERE: Final = Span(0, 0)
"""They ask for what isn't there (416)."""


def part_of(asked: str | None, only_if: str | None, tag: str, size: int) -> Span | None:
    """None: all of it, also where what is asked can't be understood. `only_if`: the client's `If-Range`; a part counts only if it names this
    `tag`. (A date never fits: files have none here.)"""
    if asked is None or (only_if is not None and only_if.strip() != tag):
        return None
    found = _ONE.fullmatch(asked.strip())
    if found is None:
        return None
    if found["tail"] is not None:
        part = Span(max(0, size - int(found["tail"])), size)
    else:
        last = int(found["last"]) if found["last"] else size - 1
        if last < int(found["first"]):
            return None if found["last"] else NOWHERE
        part = Span(int(found["first"]), min(last + 1, size))
    return part if part.start < part.end else NOWHERE
