"""What is always true of a desk, asserted. Cheap enough to keep on in production, after every batch, for what was touched."""

from server_stub.desk.model import State, Touched


class InvariantBroken(Exception):
    """The desk contradicts itself: stop, and keep the journal."""


def check(state: State) -> None:
    """All of it: for tests, and after a restart. Raises InvariantBroken."""


def check_touched(state: State, touched: Touched) -> None:
    """The same for the chats and operators that a batch touched. Raises InvariantBroken."""
