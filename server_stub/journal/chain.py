"""The chain that makes the journal tamper-evident: each record carries a hash of itself and of the one before. Pure.

    seal = SHA-256(salt, body)                              the salt: 16 random bytes of each record's own
    hash = SHA-256(hash of the record before, facts, seal)  the facts: [seq,at,"kind",chat,n,p,"actor"] as compact JSON

Whoever changes, moves or takes out a record breaks the chain there. Whoever can write the file can also compute a new chain
from there on: against that the head's hash (a `Mark`) is kept elsewhere and looked up later.

The chain goes over the seal, not over the body, so that a person's content can be erased: the body is replaced, the salt is
dropped and the seal kept in its stead. Without the salt nobody can try which words make the seal, however few there are to
try. So nothing personal may stand in the facts: an actor is `o:LOGIN` or `v:` and a random id. Who erased a record is found by
`erased`, the number of the record whose event names it (`ContentErased`); a missing body without such an event is a break.
"""

from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Any, Final, NamedTuple, TypeGuard

import msgspec

SALT_BYTES: Final = 16
HASH_BYTES: Final = 32

Random = Callable[[int], bytes]
"""So many random bytes: `os.urandom`, or a test's own."""


class Mark(NamedTuple):
    """A place in the chain, to be kept and looked up later: the record's number and hash. Written `SEQ:HASH`."""

    seq: int
    hash: bytes

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash.hex()}"


def parse_mark(text: str) -> Mark | None:
    """What `str(mark)` wrote; None: it is no mark."""
    seq, _, digits = text.strip().partition(":")
    try:
        found = bytes.fromhex(digits)
    except ValueError:
        return None
    if not (seq.isascii() and seq.isdigit() and len(found) == HASH_BYTES):
        return None
    return Mark(int(seq), found)


def genesis(desk: str) -> Mark:
    """What stands before a desk's first record."""
    return Mark(0, sha256(b"opconsole journal of " + desk.encode()).digest())


def seal(salt: bytes, body: bytes) -> bytes:
    """What the chain knows of a body. The salt's length is fixed, so no two pairs are the same bytes."""
    return sha256(salt + body).digest()


Facts = tuple[int, int, str, int, int, int, str]
"""`seq, at, kind, chat, n, p, actor`: a record but for its body."""

_encode: Final = msgspec.json.Encoder().encode


def facts(of: Facts) -> bytes:
    """The facts as the chain has them."""
    return _encode(of)


def link(before: bytes, facts_and_seal: bytes) -> bytes:
    """The hash of a record, from that of the one before. Both hashes in it have a fixed length, and the facts are between."""
    return sha256(before + facts_and_seal).digest()


class Sealed(NamedTuple):
    """A record as it is stored, with what the chain needs. Content there: `salt`; content erased: `seal` and `erased`."""

    seq: int
    at: int
    kind: str
    chat: int
    n: int
    p: int
    actor: str
    body: bytes
    salt: bytes | None
    seal: bytes | None
    hash: bytes
    erased: int | None


FACTS: Final = 7
"""The first so many fields of `Sealed` are the facts."""
_BODY, _SALT, _SEAL, _HASH, _ERASED = range(FACTS, len(Sealed._fields))


def _is_bytes(value: object, length: int) -> TypeGuard[bytes]:
    """A file that somebody changed may hold anything anywhere."""
    return type(value) is bytes and len(value) == length


class Checker:
    """Goes along the chain from a mark (the genesis: from the beginning). `mark` is the last record that fitted."""

    def __init__(self, mark: Mark, is_named: Callable[[Sealed], bool]) -> None:
        """`is_named`: whether the record whose number stands in `erased` is an erasure that is about this one."""
        self.mark = mark
        self._is_named = is_named

    def check_all(self, rows: Sequence[tuple[Any, ...]]) -> tuple[int, str]:
        """How many of these (with the fields of `Sealed`) follow on one another, and why the next one doesn't; empty: all do."""
        done = 0
        while done < len(rows):
            done += self._plain(rows, done)
            if done < len(rows):
                if sentence := self.check(Sealed._make(rows[done])):
                    return done, sentence
                done += 1
        return done, ""

    def _plain(self, rows: Sequence[tuple[Any, ...]], start: int) -> int:
        """How many from `start` on fit and were not erased: as quick as can be, for a journal is long and most of it is so."""
        number, before = self.mark
        first = number
        for row in rows[start:] if start else rows:
            salt, body = row[_SALT], row[_BODY]
            if row[0] != number + 1 or row[_ERASED] is not None or type(salt) is not bytes or len(salt) != SALT_BYTES:
                break
            hashed = sha256(before + _encode(row[:FACTS]) + sha256(salt + body).digest()).digest()
            if hashed != row[_HASH] or row[_SEAL] is not None:
                break
            number, before = number + 1, hashed
        self.mark = Mark(number, before)
        return number - first

    def check(self, row: Sealed) -> str:
        """Why this record doesn't follow on the one before; empty: it does."""
        before, seq = self.mark, row.seq
        if seq != before.seq + 1:
            return f"record {before.seq + 1} is missing"
        if row.erased is None:
            if not _is_bytes(row.salt, SALT_BYTES) or row.seal is not None:
                return f"record {seq} has lost its salt, and no erasure is the reason"
            sealed = sha256(row.salt + row.body).digest()
        else:
            if not _is_bytes(row.seal, HASH_BYTES) or row.salt is not None:
                return f"record {seq} counts as erased, and its content's seal is not there"
            if row.erased <= seq or not self._is_named(row):
                return f"record {seq} counts as erased by record {row.erased}, which is no erasure that names it"
            sealed = row.seal
        if sha256(before.hash + _encode(row[:FACTS]) + sealed).digest() != row.hash:
            return f"record {seq} is not what was written: its hash doesn't fit"
        self.mark = Mark(seq, row.hash)
        return ""
