"""The controllers of the operator's console: makes each, and gives it what it needs of the others. Does nothing itself.

Their order is the one in which they hear what happens (`Controller`), and each gets those before it that it needs. A new one is a line here.
"""

from collections.abc import Mapping

from opconsole.settings import Settings, state_dir
from opconsole.ui.acts import Acts
from opconsole.ui.alerts import Alerts
from opconsole.ui.arrangement import Arrangement
from opconsole.ui.changing import Changing
from opconsole.ui.checking import Checking
from opconsole.ui.composing import Composing
from opconsole.ui.controllers import Controllers
from opconsole.ui.copying import Copying
from opconsole.ui.desk import Desk
from opconsole.ui.filing import Filing
from opconsole.ui.filtering import Filtering
from opconsole.ui.hands import Hands
from opconsole.ui.hinting import Hinting
from opconsole.ui.hotlist import HotList
from opconsole.ui.keeping import Keeping
from opconsole.ui.keys import Keys
from opconsole.ui.letting_go import LettingGo
from opconsole.ui.logins import Logins
from opconsole.ui.looking_back import LookingBack
from opconsole.ui.managing import Managing
from opconsole.ui.marking import Marking
from opconsole.ui.navigation import Navigation
from opconsole.ui.preferences import Preferences
from opconsole.ui.quiet import Quiet
from opconsole.ui.screens.workspace import Workspace
from opconsole.ui.searching import Searching
from opconsole.ui.second import Second
from opconsole.ui.snoozing import Snoozing
from opconsole.ui.staff_app import StaffApp
from opconsole.ui.talk import Talk
from opconsole.ui.templating import Templating
from opconsole.ui.undoing import Undoing
from opconsole.ui.writing import Writing


class DeskControllers(Controllers):
    keys: Keys

    def __init__(
        self, app: StaffApp, workspace: Workspace, settings: Settings, given: Mapping[str, str] | None
    ) -> None:
        super().__init__()
        join, shift, keymap, start = self.join, app.shift, app.keymap, app.start

        self.arrangement = join(Arrangement(workspace, start, state_dir() / "layout.json"))
        self.preferences = join(
            Preferences(workspace, settings, app.wear, app.speak, given, on_motion=app.calm, use_keys=app.use_keys)
        )

        self.writing = join(Writing(workspace, shift))
        self.templating = join(Templating(workspace, shift, self.writing, keymap))  # navigation may put a draft in

        self.navigation = join(
            Navigation(workspace, shift, self._leave_chat, self.writing.enter, in_focus=lambda: app.app_focus)
        )
        self.second = join(  # follows what navigation shows
            Second(workspace, shift, self.navigation, self.arrangement, in_focus=lambda: app.app_focus)
        )
        self.quiet = join(Quiet(workspace, self._settings))
        self.alerts = join(  # tells of what is not in sight now; before acts, which forget what was refused to them
            Alerts(app, app.view, self._settings, workspace.say, sees=self.second.sees, on_badge=app.show_title)
        )

        self.undoing = join(Undoing(workspace, keymap))
        self.acts = join(Acts(shift, self.undoing, workspace.say))
        self.hot_list = join(HotList(workspace, shift, self.navigation))
        self.marking = join(Marking(workspace, shift, self.undoing, keymap, app.changed))
        self.desk = join(Desk(workspace, shift, self.navigation, self.acts))
        self.letting_go = join(LettingGo(workspace, shift, self.navigation, self.acts, self.marking))
        self.snoozing = join(Snoozing(workspace, shift, self.navigation, self.letting_go, self.acts))

        self.copying = join(Copying(workspace, start))
        self.talk = join(Talk(workspace, shift, self.copying))
        self.looking_back = join(LookingBack(workspace, shift))
        self.changing = join(Changing(workspace, shift, self.writing))
        self.managing = join(Managing(workspace, shift, self.templating, start))
        self.checking = join(Checking(workspace, shift, self.templating, self.acts))
        self.keeping = join(Keeping(workspace, shift, self.writing))
        self.composing = join(Composing(workspace, shift, self.writing, self.copying, self.preferences, start))
        self.hinting = join(  # after whoever opens a list at the composer: then it has none of its own
            Hinting(workspace, shift, self.writing, self._settings)
        )
        self.filing = join(Filing(workspace, shift, self.writing, self.talk, self.copying, self.preferences, start))

        self.searching = join(Searching(workspace, shift, self.navigation.show))
        self.filtering = join(Filtering(workspace))
        self.logins = join(Logins(workspace, shift, start))
        self.hands = join(
            Hands(
                workspace,
                keymap,
                shift,
                start,
                filtering=self.filtering,
                desk=self.desk,
                letting_go=self.letting_go,
                snoozing=self.snoozing,
                navigation=self.navigation,
                templating=self.templating,
                writing=self.writing,
                preferences=self.preferences,
                filing=self.filing,
            )
        )
        self.keys = join(
            Keys(
                workspace,
                keymap,
                self.filtering,
                writing=self.writing,
                templating=self.templating,
                talk=self.talk,
                changing=self.changing,
                composing=self.composing,
                hinting=self.hinting,
                on_edited=self.edited,
            )
        )

        # What one asks of another that is made after it.
        self.writing.wake = self.snoozing.wake_to_reply
        self.undoing.first = self.composing.sending.take_back
        self.alerts.told_elsewhere = self.acts.tells

    def _settings(self) -> Settings:
        return self.preferences.settings

    def _leave_chat(self) -> None:
        self.hinting.close()
        self.writing.leave()
