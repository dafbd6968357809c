"""The desk's exceptions. What is expected to go wrong is a `Refusal`, never one of these.

InvariantBroken    the desk contradicts itself, or a record does not follow on the state: stop, and keep the journal
SnapshotUnusable   a snapshot of another version, or damaged: drop it and read the journal
EventUnreadable    a journal's body that is no event of this version
"""


class InvariantBroken(Exception):
    """The desk contradicts itself, or a record does not follow on the state. The relay stops; the journal stays."""


class SnapshotUnusable(Exception):
    """Another version's, or damaged: drop it and read the journal."""


class EventUnreadable(Exception):
    """The bytes are no event that this version knows."""
