"""What every widget of the workspace needs to draw: the picture, the clock and the inks. Shared by them, changed only by the app."""

from collections.abc import Callable
from typing import Final

from opconsole.state.picture import Picture
from opconsole.state.selectors import relay_now
from opconsole.ui.ink import Inks

CALM_S: Final = 10
"""With reduced motion countdowns move only so often."""

Clock = Callable[[], int]
"""UTC milliseconds of this machine."""


class View:
    def __init__(self, picture: Picture, inks: Inks, clock: Clock) -> None:
        self.picture = picture
        self.inks = inks
        self.clock = clock
        self.hidden = 0
        """Waiting chats that the inbox's filter hides."""
        self.alone = False
        """The lists are out of sight (focus mode, or the conversation zoomed): what is new elsewhere stands in the status bar."""
        self.split = False
        """Two conversations are in sight: the one that the keys go to is marked."""
        self.quiet_until = 0
        """Do not disturb until then (our own clock); 0: disturb."""

    def now(self) -> int:
        """The relay's clock, by which every deadline on a card stands."""
        return relay_now(self.picture, self.clock())
