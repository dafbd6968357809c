"""The controllers of the supervisor's monitor: makes each, and gives it what it needs of the others. Their order is the one in which they hear."""

from collections.abc import Mapping

from opconsole.settings import Settings
from opconsole.ui.controllers import Controllers
from opconsole.ui.copying import Copying
from opconsole.ui.filtering import Filtering
from opconsole.ui.floor_alarms import FloorAlarms
from opconsole.ui.floor_hands import FloorHands
from opconsole.ui.looking import Looking
from opconsole.ui.looking_back import LookingBack
from opconsole.ui.place_keys import PlaceKeys
from opconsole.ui.preferences import Preferences
from opconsole.ui.screens.monitor import Monitor
from opconsole.ui.searching import Searching
from opconsole.ui.staff_app import StaffApp


class FloorControllers(Controllers):
    def __init__(self, app: StaffApp, monitor: Monitor, settings: Settings, given: Mapping[str, str] | None) -> None:
        super().__init__()
        join, shift, keymap, start = self.join, app.shift, app.keymap, app.start
        filtering = Filtering(monitor)  # doesn't join: where its key means a filter, and where a name, the hands know

        self.preferences = join(
            Preferences(monitor, settings, app.wear, app.speak, given, on_motion=app.calm, use_keys=app.use_keys)
        )
        self.copying = join(Copying(monitor, start))
        self.looking = join(Looking(monitor, shift, self.copying, self.preferences, start))
        self.looking_back = join(LookingBack(monitor, shift))
        self.searching = join(Searching(monitor, shift, monitor.go_to))
        self.alarms = join(FloorAlarms(monitor))
        self.hands = join(FloorHands(monitor, keymap, shift, start, filtering=filtering, preferences=self.preferences))
        self.keys = join(PlaceKeys(monitor, keymap, filtering))
