"""The whole state as bytes: a cache of the journal up to `state.head`, never the truth."""

from server_stub.desk.model import State


class SnapshotUnusable(Exception):
    """Another version's, or damaged: drop it and read the journal."""


def dump(state: State) -> bytes:
    """The state as bytes; equal states give equal bytes."""
    raise NotImplementedError


def load(blob: bytes) -> State:
    """The state of `dump`. Raises SnapshotUnusable."""
    raise NotImplementedError
