"""The ladder: what happens when something does, by where the operator is. Pure: no screen, no clock of its own.

Marks (unread, owes, the rescue's countdown) are always there; the ladder decides what comes on top of them.
"""

import re
from enum import Enum, Flag, auto
from typing import Final

from opconsole.settings.model import Alert, When
from opconsole.wire.cards import OperatorCard, Status


class State(Enum):
    """Where the operator is."""

    focused = "focused"
    """Before this terminal."""
    elsewhere = "elsewhere"
    """At work, but another window has the focus."""
    away = "away"
    """Away or offline by their own status: whatever has the focus."""


class Way(Flag):
    """What may happen, from the quietest up."""

    title = auto()
    """A mark in the window's title, until somebody looks."""
    toast = auto()
    bell = auto()
    sound = auto()
    desktop = auto()


NOTHING: Final = Way(0)
_ALL: Final = frozenset(State)
_PRESENT: Final = frozenset({State.focused, State.elsewhere})
_UNFOCUSED: Final = frozenset({State.elsewhere, State.away})
_BY_ITSELF: Final = {
    Way.title: _UNFOCUSED,
    Way.toast: _ALL,
    Way.bell: _PRESENT,
    Way.sound: _PRESENT,
    Way.desktop: _UNFOCUSED,
}
"""Where a way makes sense: what `true` means."""
_WORDS: Final = {
    "focused": frozenset({State.focused}),
    "elsewhere": frozenset({State.elsewhere}),
    "away": frozenset({State.away}),
    "present": _PRESENT,
    "unfocused": _UNFOCUSED,
    "always": _ALL,
}
GAP_MS: Final = {Way.bell: 1_000, Way.sound: 2_000, Way.desktop: 5_000}
"""Of a flood, one in this time."""


def state_of(me: OperatorCard | None, in_focus: bool) -> State:
    if me is not None and me.status in (Status.away, Status.offline):
        return State.away
    return State.focused if in_focus else State.elsewhere


def wanted(alert: Alert, state: State) -> Way:
    """What the settings want in this state."""
    table: dict[Way, When] = {
        Way.title: alert.title,
        Way.toast: alert.screen,
        Way.bell: alert.bell,
        Way.sound: alert.sound,
        Way.desktop: alert.desktop,
    }
    found = NOTHING
    for way, when in table.items():
        states = (_BY_ITSELF[way] if when else frozenset()) if isinstance(when, bool) else _WORDS[when]
        if state in states:
            found |= way
    return found


class Ladder:
    """Decides, and holds floods back."""

    def __init__(self) -> None:
        self._last: dict[Way, int] = {}

    def climb(self, alert: Alert, state: State, now: int, *, quiet: bool = False) -> Way:
        """What happens now. `now`: our own clock. `quiet`: the operator is not to be disturbed by this."""
        if quiet:
            return NOTHING
        found = wanted(alert, state)
        for way, gap_ms in GAP_MS.items():
            if way in found:
                if way in self._last and 0 <= now - self._last[way] < gap_ms:
                    found &= ~way
                else:
                    self._last[way] = now
        return found


def mentions(text: str, login: str) -> bool:
    """Whether a note calls this operator: `@olga`."""
    return bool(login) and re.search(rf"(?<!\w)@{re.escape(login)}(?!\w)", text, re.IGNORECASE) is not None
