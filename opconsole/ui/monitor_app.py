"""The app of `opconsole monitor`: one screen, a read-only session, and the preferences of this console. Sends no command, ever."""

import gc
import logging
from collections.abc import Callable, Coroutine, Iterable, Mapping
from os import environ
from typing import TYPE_CHECKING, Any

from textual import events, on

from opconsole.link.session import Ready, wall_ms
from opconsole.link.sign_in import Ask, SignIn
from opconsole.locale import tr
from opconsole.settings import Problem, Settings, config_file
from opconsole.settings.palette import Palette, load_palette
from opconsole.settings.problems import unknown_key
from opconsole.state import selectors
from opconsole.state.changes import Changes, HistoryCame, Slice
from opconsole.state.store import Store
from opconsole.terminal import driver_class, skeleton
from opconsole.terminal.clipboard import Copied, copy
from opconsole.terminal.gate import Gated
from opconsole.terminal.output import ring
from opconsole.terminal.title import Title
from opconsole.ui.actions import BY_ID, Keymap
from opconsole.ui.filtering import Filtering
from opconsole.ui.floor_hands import FloorHands
from opconsole.ui.ink import inks_of
from opconsole.ui.own_keys import key_problems, own_keys
from opconsole.ui.palette import textual_theme
from opconsole.ui.place_keys import PlaceKeys
from opconsole.ui.preferences import Preferences
from opconsole.ui.screens.monitor import ACTIONS, Monitor
from opconsole.ui.screens.typed import TypedScreen
from opconsole.ui.searching import Searching
from opconsole.ui.shift import MakeSession, Shift
from opconsole.ui.signals import end_on_signals
from opconsole.ui.view import CALM_S, Clock, View
from opconsole.ui.widgets.line import LineWidget
from opconsole.ui.widgets.transcript import Transcript
from opconsole.ui.words import short_name
from opconsole.wire.messages import Kind
from opconsole.wire.staff import Versions

if TYPE_CHECKING:
    from opconsole.ui.monitor_files import MonitorFiles

log = logging.getLogger(__name__)


class MonitorApp(Gated[int]):
    TITLE = "opconsole monitor"
    ENABLE_COMMAND_PALETTE = False

    def __init__(
        self,
        sign_in: SignIn,
        settings: Settings,
        *,
        theme: str = "",
        problems: Iterable[Problem] = (),
        clock: Clock = wall_ms,
        make_session: MakeSession | None = None,
        given: Mapping[str, str] | None = None,
    ) -> None:
        """`given`: see `settings.described`."""
        super().__init__(driver_class=driver_class())
        palette, more = load_palette(theme or settings.theme)
        self.keymap = Keymap(*own_keys(settings))
        unknown = [unknown_key(config_file(), f"keys.{name}", BY_ID) for name in self.keymap.unknown]
        self._problems = [*problems, *more, *unknown, *key_problems(self.keymap, config_file())]
        self._beats = 0
        self._alarmed: set[int] = set()
        self._files: MonitorFiles | None = None
        self.store = Store()
        self.view = View(self.store, inks_of(palette, plain="NO_COLOR" in environ), clock)
        self.monitor = Monitor(self.view, self.keymap)
        self.shift = Shift(
            sign_in,
            self.store,
            on_changes=self.changed,
            on_note=self.monitor.say,
            ask_login=self.ask_login,
            on_over=lambda: self.exit(0),
            mode="monitor",
            make_session=make_session,
        )
        self.window_title = Title(self)
        self.monitor.on_shown = self._show
        self.filtering = Filtering(self.monitor)
        self.preferences = Preferences(
            self.monitor, settings, self.wear, self.monitor.repaint, given, self.calm, self.use_keys
        )
        self.searching = Searching(self.monitor, self.shift, self.monitor.go_to)
        self.hands = FloorHands(
            self.monitor,
            self.keymap,
            self.shift,
            self._start,
            filtering=self.filtering,
            preferences=self.preferences,
        )
        self.keys = PlaceKeys(self.monitor, self.keymap, self.filtering)
        handlers = self.preferences.handlers() | self.searching.handlers() | self.hands.handlers()
        handlers |= {
            "copy_marked": self.copy_marked,
            "history": self.history,
            "open": self.open_attached,
            "newest": self.monitor.transcript.to_end,
            "oldest": self.monitor.transcript.to_start,
            "leader": self.keys.wait,
            "retry_link": self.retry_link,
            "quit": lambda: self.exit(0),
        }
        self.monitor.handlers = {action: handlers[action] for action in ACTIONS}

    # ------------------------------------------------------------ life

    def on_mount(self) -> None:
        skeleton.hand_over()
        end_on_signals(self)
        self.wear(self.view.inks.palette)
        self.calm()
        self.push_screen(self.monitor)
        self.monitor.call_after_refresh(self._painted)

    def _painted(self) -> None:
        """The first picture stands."""
        if not gc.isenabled():  # what was made for the picture is never garbage, and not looked at again
            gc.freeze()
            gc.enable()
        self.set_interval(1.0, self._beat)
        for problem in self._problems:
            self.monitor.say(str(problem), "warning")
        self._start(self.shift.begin())

    async def on_event(self, event: events.Event) -> None:
        """Keys are ours first, one at a time (see `place_keys.py`)."""
        screen = self.screen if isinstance(event, events.Key) and not event.is_forwarded else None
        if isinstance(event, events.Key) and screen is not None:
            if screen is self.monitor:
                taken = await self.keys.take(event)
            else:
                taken = isinstance(screen, TypedScreen) and screen.take_key(event)
            if taken:
                return
        await super().on_event(event)

    def _beat(self) -> None:
        """A second has passed; with reduced motion ages grow in steps."""
        self._beats += 1
        if self.preferences.settings.motion == "full" or self._beats % CALM_S == 0:
            self.monitor.tick()

    async def on_unmount(self) -> None:
        self.hands.finish()
        await self.shift.end()
        self.window_title.restore()

    def changed(self, changes: Changes) -> None:
        self.monitor.apply(changes)
        if self._files is not None:
            self._files.changed(changes)
        self.searching.changed(changes)
        self.hands.changed()
        for notice in changes.notices:
            if isinstance(notice, HistoryCame):
                self._show_history(notice.history)
        floor = self.monitor.floor_view.floor
        self.window_title.show(f"({len(floor.waiting)}) monitor" if floor.waiting else "monitor")
        if changes.slices & Slice.INBOX:
            self._tell_alarms()
        if self.shift.must_ask(changes):
            self._start(self.shift.changed(changes))

    def _tell_alarms(self) -> None:
        """A chat that every operator has let go is the supervisor's to solve: once a chat, by bell and sentence."""
        alarmed = {card.chat for card in self.monitor.floor_view.floor.waiting if card.alarm}
        for chat in sorted(alarmed - self._alarmed):
            name = short_name(self.store.chats[chat])
            self.monitor.say(tr("Everybody has let {name} go", name=name), "danger", chat)
            ring(self)
        self._alarmed = alarmed

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        """Let it run beside. Its fault goes to the log and is told; it ends nothing."""
        self.run_worker(self._guarded(work), exit_on_error=False)

    async def _guarded(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Exception:
            log.exception("something that ran beside failed")
            self.monitor.say(tr("Something failed; the log says more."), "danger")

    # ------------------------------------------------------------ what the screen asks for

    def _show(self, chat: int) -> None:
        if self.shift.session is not None:
            self.shift.session.show(chat)
        else:
            self.store.show(chat)

    @on(Transcript.OlderWanted)
    def _older_wanted(self, event: Transcript.OlderWanted) -> None:
        if self.shift.session is not None:
            self.shift.session.older(event.chat)

    def copy_marked(self) -> None:
        text = self.monitor.transcript.selected_text()
        if text:
            self._start(self._copy(text))
        else:
            self.monitor.say(tr("Nothing is marked: go to the conversation with Tab, mark with the arrows."))

    def history(self) -> None:
        """What the marked message was before. It is asked for, and comes as a notice."""
        store = self.store
        n = self.monitor.transcript.marked
        message = selectors.transcript(store, store.shown).at(n) if n else None
        if message is None or message.kind not in (Kind.say, Kind.note):
            self.monitor.say(tr("Mark a message first: go to the conversation with Tab, mark with the arrows."))
        elif self.shift.session is None or not self.shift.session.ask_history(message.chat, n):
            self.monitor.say(tr("There is no link to the relay now."), "warning")

    def open_attached(self) -> None:
        """A file or a link of the marked message, or of the chat that is read."""
        from opconsole.ui.monitor_files import MonitorFiles

        if self._files is None:
            self._files = MonitorFiles(
                self.monitor,
                self.shift,
                lambda text: self._start(self._copy(text)),
                self._start,
                self.preferences.settings,
            )
        self._files.open()

    def _show_history(self, history: Versions) -> None:
        from opconsole.ui.screens.history import History

        self.push_screen(History(self.view, history))

    @on(Transcript.Wish)
    def _wish(self, event: Transcript.Wish) -> None:
        self.monitor.action_run(event.action)

    async def _copy(self, text: str) -> None:
        sentences: dict[Copied, Callable[[], str]] = {
            Copied.system: lambda: tr("Copied."),
            Copied.terminal: lambda: tr("Handed to the terminal to copy."),
            Copied.too_long: lambda: tr("Too long for this terminal's clipboard."),
        }
        self.monitor.say(sentences[await copy(self, text)]())

    def retry_link(self) -> None:
        if self.shift.session is not None:
            self.shift.session.retry_now()

    async def ask_login(self, ask: Ask) -> Ready | None:
        from opconsole.ui.screens.login import Login

        return await self.push_screen_wait(Login(self.view, ask, self.shift.sign_in.submit))

    # ------------------------------------------------------------ looks

    def wear(self, palette: Palette) -> None:
        """Everything on the screen in these colours, also what lies over the floor."""
        theme = textual_theme(palette)
        self.register_theme(theme)
        self.theme = theme.name
        self.view.inks = inks_of(palette, plain="NO_COLOR" in environ)
        self.monitor.repaint()
        for screen in self.screen_stack:
            if screen is not self.monitor:
                for pane in screen.query(LineWidget):
                    pane.repaint_all()

    def calm(self) -> None:
        """How much may move by itself: the setting `motion`."""
        self.animation_level = "full" if self.preferences.settings.motion == "full" else "none"

    def use_keys(self, settings: Settings) -> None:
        """Another set of keys: from now on."""
        self.keymap.use(*own_keys(settings))
        self.hands.keys_changed()
        self.monitor.repaint()

    async def action_quit(self) -> None:
        self.exit(0)

    def action_help_quit(self) -> None:
        """Ctrl+C is for copying."""
        self.copy_marked()
