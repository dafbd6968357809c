"""The app: makes the controllers, hands them what they need of each other, and passes on what changed. Does nothing itself.

`ui.running.run_console` is what the command line calls.
"""

import gc
import logging
from collections.abc import Callable, Coroutine, Iterable, Mapping
from os import environ
from pathlib import Path
from typing import Any, Final

from textual import events

from opconsole.link.session import Ready, wall_ms
from opconsole.link.sign_in import Ask, SignIn
from opconsole.locale import tr
from opconsole.settings import Problem, Settings, config_file, state_dir
from opconsole.settings.palette import Palette, load_palette
from opconsole.settings.problems import unknown_key
from opconsole.state import selectors
from opconsole.state.changes import Changes
from opconsole.state.store import Store
from opconsole.terminal import driver_class, skeleton
from opconsole.terminal.title import Title
from opconsole.ui.actions import BY_ID, Keymap
from opconsole.ui.acts import Acts
from opconsole.ui.alerts import Alerts
from opconsole.ui.arrangement import Arrangement
from opconsole.ui.borders import Borders
from opconsole.ui.changing import Changing
from opconsole.ui.checking import Checking
from opconsole.ui.composing import Composing
from opconsole.ui.desk import Desk
from opconsole.ui.filing import Filing
from opconsole.ui.filtering import Filtering
from opconsole.ui.hands import Hands
from opconsole.ui.hinting import Hinting
from opconsole.ui.hotlist import HotList
from opconsole.ui.ink import inks_of
from opconsole.ui.keeping import Keeping
from opconsole.ui.keys import Keys
from opconsole.ui.leaving import leaving_words
from opconsole.ui.letting_go import LettingGo
from opconsole.ui.logins import Logins
from opconsole.ui.managing import Managing
from opconsole.ui.marking import Marking
from opconsole.ui.navigation import Navigation
from opconsole.ui.own_keys import key_problems, own_keys
from opconsole.ui.palette import textual_theme
from opconsole.ui.preferences import Preferences
from opconsole.ui.quiet import Quiet
from opconsole.ui.screens.typed import TypedScreen
from opconsole.ui.screens.workspace import Workspace
from opconsole.ui.searching import Searching
from opconsole.ui.second import Second
from opconsole.ui.shift import MakeSession, Shift
from opconsole.ui.signals import end_on_signals
from opconsole.ui.snoozing import Snoozing
from opconsole.ui.talk import Talk
from opconsole.ui.templating import Templating
from opconsole.ui.told import Told
from opconsole.ui.undoing import Undoing
from opconsole.ui.view import CALM_S, Clock, View
from opconsole.ui.widgets.line import LineWidget
from opconsole.ui.writing import Writing

_STYLES: Final = Path(__file__).parent / "styles" / "console.tcss"
_COLLECT_AFTER: Final = (5_000, 20, 50)

log = logging.getLogger(__name__)


class Console(Told):
    """The operator's console."""

    TITLE = "opconsole"
    ENABLE_COMMAND_PALETTE = False
    CSS_PATH = _STYLES

    def __init__(
        self,
        sign_in: SignIn,
        settings: Settings,
        *,
        theme: str = "",
        problems: Iterable[Problem] = (),
        clock: Clock = wall_ms,
        make_session: MakeSession | None = None,
        beat_s: float = 1.0,
        given: Mapping[str, str] | None = None,
    ) -> None:
        """`beat_s`: how often countdowns are looked at; 0: only when `beat` is called (tests). `given`: see `settings.described`."""
        super().__init__(driver_class=driver_class())
        palette, more = load_palette(theme or settings.theme)
        self._problems = [*problems, *more]
        self._beat_s = beat_s
        self._beats = 0
        self.store = Store()
        self.view = View(self.store, inks_of(palette, plain="NO_COLOR" in environ), clock)
        self.keymap = Keymap(*own_keys(settings))
        self._problems += [unknown_key(config_file(), f"keys.{name}", BY_ID) for name in self.keymap.unknown]
        self._problems += key_problems(self.keymap, config_file())
        self.workspace = Workspace(self.view, self.keymap)
        self.arrangement = Arrangement(self.workspace, self.start, state_dir() / "layout.json")
        self.borders = Borders(self.workspace, self.arrangement)
        self.shift = Shift(
            sign_in,
            self.store,
            on_changes=self.changed,
            on_note=self.workspace.say,
            ask_login=self.ask_login,
            on_over=lambda: self.exit(0),
            on_other=self.forget,
            make_session=make_session,
        )
        self.writing = Writing(self.workspace, self.shift)
        self.navigation = Navigation(
            self.workspace, self.shift, self._leave_chat, self.writing.enter, in_focus=lambda: self.app_focus
        )
        self.second = Second(
            self.workspace, self.shift, self.navigation, self.arrangement, in_focus=lambda: self.app_focus
        )
        self.undoing = Undoing(self.workspace, self.keymap)
        self.acts = Acts(self.shift, self.undoing, self.workspace.say)
        self.hot_list = HotList(self.workspace, self.shift, self.navigation)
        self.marking = Marking(self.workspace, self.shift, self.undoing, self.keymap, self.changed)
        self.desk = Desk(self.workspace, self.shift, self.navigation, self.acts)
        self.letting_go = LettingGo(self.workspace, self.shift, self.navigation, self.acts, self.marking)
        self.snoozing = Snoozing(self.workspace, self.shift, self.navigation, self.letting_go, self.acts)
        self.writing.wake = self.snoozing.wake_to_reply
        self.talk = Talk(self.workspace, self.shift, self.start)
        self.templating = Templating(self.workspace, self.shift, self.writing, self.keymap)
        self.managing = Managing(self.workspace, self.shift, self.templating, self.start)
        self.checking = Checking(self.workspace, self.shift, self.templating, self.acts)
        self.changing = Changing(self.workspace, self.shift, self.writing)
        self.logins = Logins(self.workspace, self.shift, self.start)
        self.filtering = Filtering(self.workspace)
        self.preferences = Preferences(self.workspace, settings, self.wear, self.speak, given, self.calm, self.use_keys)
        self.filing = Filing(self.workspace, self.shift, self.writing, self.talk, self.preferences, self.start)
        self.hands = Hands(
            self.workspace,
            self.keymap,
            self.shift,
            self.start,
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
        self.hinting = Hinting(self.workspace, self.shift, self.writing, lambda: self.preferences.settings)
        self.keeping = Keeping(self.workspace, self.shift, self.writing)
        self.searching = Searching(self.workspace, self.shift, self.navigation.show)
        self.composing = Composing(self.workspace, self.shift, self.writing, self.talk, self.preferences, self.start)
        self.undoing.first = self.composing.sending.take_back
        self.keys = Keys(
            self.workspace,
            self.keymap,
            self.writing,
            self.templating,
            self.talk,
            self.changing,
            self.filtering,
            self.composing,
            self.hinting,
        )
        self.alerts = Alerts(
            self,
            self.view,
            lambda: self.preferences.settings,
            self.workspace.say,
            sees=self.second.sees,
            on_badge=self.show_title,
        )
        self.alerts.told_elsewhere = self.acts.tells
        self.quiet = Quiet(self.workspace, lambda: self.preferences.settings, self.alerts)
        self.window_title = Title(self)
        self.workspace.handlers = self._own_handlers()
        for controller in (
            self.navigation,
            self.writing,
            self.undoing,
            self.hot_list,
            self.marking,
            self.desk,
            self.letting_go,
            self.snoozing,
            self.talk,
            self.changing,
            self.templating,
            self.managing,
            self.checking,
            self.logins,
            self.preferences,
            self.filtering,
            self.hands,
            self.hinting,
            self.keeping,
            self.searching,
            self.composing,
            self.filing,
            self.arrangement,
            self.second,
            self.quiet,
        ):
            self.workspace.handlers |= controller.handlers()
        self.workspace.on_shown = self.navigation.picked
        self.workspace.on_size = self.arrangement.resized

    def _own_handlers(self) -> dict[str, Callable[[], None]]:
        return {
            "lists": self.workspace.toggle_lists,
            "leader": self.keys.wait,
            "retry_link": self.retry_link,
            "quit": self.leave,
        }

    # ------------------------------------------------------------ life

    def on_mount(self) -> None:
        skeleton.hand_over()
        end_on_signals(self)
        self.use_theme(self.view.inks.palette.name)
        self.calm()
        self.push_screen(self.workspace)
        self.workspace.call_after_refresh(self._painted)

    def _painted(self) -> None:
        """The first picture stands."""
        if (
            not gc.isenabled()
        ):  # `run_console`: what was made for the picture is never garbage, and need not be looked at again
            gc.freeze()
            gc.set_threshold(*_COLLECT_AFTER)
            gc.enable()
        if self._beat_s:
            self.set_interval(self._beat_s, self.beat)
        for problem in [*self._problems, *filter(None, [self.arrangement.note])]:
            self.workspace.say(str(problem), "warning")
        for text in self.hands.problems():
            self.workspace.say(text, "warning")
        self.start(self.shift.begin())

    async def on_unmount(self) -> None:
        self.writing.finish()
        self.hands.finish()
        self.alerts.close()
        self.marking.finish()
        await self.shift.end()
        await self.composing.close()
        self.window_title.restore()

    async def on_event(self, event: events.Event) -> None:
        """Keys of the workspace are ours first (see `keys.py`), and the mouse on its borders; so are keys of screens that take them at once."""
        screen = self.screen if isinstance(event, events.InputEvent) and not event.is_forwarded else None
        if isinstance(event, events.Key) and screen is not None:
            if screen is self.workspace:
                self.app_focus = True
                self.alerts.looked()
                taken = await self.keys.take(event)
            else:
                taken = isinstance(screen, TypedScreen) and screen.take_key(event)
            self.hands.key_taken()
            if taken:
                return
        elif isinstance(event, events.MouseEvent) and screen is self.workspace and self.borders.take(event):
            return
        await super().on_event(event)

    def beat(self) -> None:
        """A second has passed. With reduced motion countdowns move in steps; what is near its end is told in words all the same."""
        self.quiet.tick()
        self.alerts.tick()
        self.marking.tick()
        self._beats += 1
        if self.preferences.settings.motion == "full" or self._beats % CALM_S == 0:
            self.workspace.tick()
            self.second.tick()

    def changed(self, changes: Changes) -> None:
        """One batch: the panes redraw, and each controller does its part."""
        self.templating.changed(changes)
        self.workspace.apply(changes)
        self.navigation.changed(changes)
        self.second.changed(changes)
        self.alerts.changed(changes)
        self.acts.changed(changes)
        self.changing.changed(changes)
        self.hands.changed()
        self.hinting.changed(changes)
        self.keeping.changed(changes)
        self.searching.changed(changes)
        self.managing.changed(changes)
        self.checking.changed(changes)
        self.filing.changed(changes)
        self.show_title()
        if self.shift.must_ask(changes):
            self.start(self.shift.changed(changes))

    def show_title(self) -> None:
        """How much is unread, and whether something calls."""
        unread = sum(selectors.unread(self.store, mine.card) for mine in selectors.mine(self.store))
        title = f"({unread}) opconsole" if unread else "opconsole"
        self.window_title.show(f"! {title}" if self.alerts.badge else title)

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Let it run beside. Its fault goes to the log and is told; it ends nothing."""
        self.run_worker(self._guarded(work), exit_on_error=False)

    async def _guarded(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Exception:
            log.exception("something that ran beside failed")
            self.workspace.say(tr("Something failed; the log says more."), "danger")

    # ------------------------------------------------------------ screens

    async def ask_login(self, ask: Ask) -> Ready | None:
        from opconsole.ui.screens.login import Login

        return await self.push_screen_wait(Login(self.view, ask, self.shift.sign_in.submit))

    def _leave_chat(self) -> None:
        self.hinting.close()
        self.writing.leave()

    def leave(self) -> None:
        if question := leaving_words(self.store):
            self.workspace.ask(question, tr("leave"), lambda: self.exit(0))
        else:
            self.exit(0)

    def forget(self) -> None:
        """Another person takes over this console."""
        self.navigation.show(0)
        for controller in (self.hot_list, self.undoing, self.acts):
            controller.forget()

    def retry_link(self) -> None:
        if self.shift.session is not None:
            self.shift.session.retry_now()

    # ------------------------------------------------------------ looks

    def use_theme(self, name: str) -> None:
        self.wear(load_palette(name)[0])

    def wear(self, palette: Palette) -> None:
        """Everything on the screen in these colours, also what lies over the workspace."""
        theme = textual_theme(palette)
        self.register_theme(theme)
        self.theme = theme.name
        self.view.inks = inks_of(palette, plain="NO_COLOR" in environ)
        self.workspace.repaint()
        for screen in self.screen_stack:
            if screen is not self.workspace:
                for pane in screen.query(LineWidget):
                    pane.repaint_all()

    def calm(self) -> None:
        """How much may move by itself: the setting `motion`."""
        self.animation_level = "full" if self.preferences.settings.motion == "full" else "none"

    def use_keys(self, settings: Settings) -> None:
        """Another set of keys: from now on."""
        self.keymap.use(*own_keys(settings))
        self.hands.keys_changed()
        self.workspace.repaint()

    def speak(self) -> None:
        """Another language: all words are drawn anew."""
        self.templating.forget()
        self.workspace.repaint()

    async def action_quit(self) -> None:
        self.leave()

    def action_help_quit(self) -> None:
        """Ctrl+C is for copying here."""
        self.workspace.say(tr("{key} leaves the console.", key=self.keymap.hint("quit")))
