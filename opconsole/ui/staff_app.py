"""What the staff's two apps have in common, the operator's console and the supervisor's monitor: their life, their looks, and the way of a key.

Each has one screen on which everything else lies (its room), and controllers, which do what there is to do.
"""

import gc
import logging
from collections.abc import Coroutine, Iterable, Mapping
from os import environ
from typing import Any, ClassVar, Final, Literal

from textual import events, on

from opconsole.link.session import Ready, wall_ms
from opconsole.link.sign_in import Ask, SignIn
from opconsole.locale import tr
from opconsole.settings import Problem, Settings, config_file
from opconsole.settings.palette import Palette, load_palette
from opconsole.settings.problems import unknown_key
from opconsole.state.changes import Changes
from opconsole.state.store import Store
from opconsole.terminal import driver_class, skeleton
from opconsole.terminal.gate import Gated
from opconsole.terminal.title import Title
from opconsole.ui.actions import BY_ID, Keymap
from opconsole.ui.controller import Handlers
from opconsole.ui.controllers import Controllers
from opconsole.ui.ink import Inks, inks_of
from opconsole.ui.own_keys import key_problems, own_keys
from opconsole.ui.palette import textual_theme
from opconsole.ui.room import Room
from opconsole.ui.screens.typed import TypedScreen
from opconsole.ui.shift import MakeSession, Shift
from opconsole.ui.signals import end_on_signals
from opconsole.ui.view import CALM_S, Clock, View
from opconsole.ui.widgets.line import LineWidget
from opconsole.ui.widgets.transcript import Transcript

_COLLECT_AFTER: Final = (5_000, 20, 50)

log = logging.getLogger(__name__)


class StaffApp(Gated[int]):
    ENABLE_COMMAND_PALETTE = False
    MODE: ClassVar[Literal["work", "monitor"]]

    room: Room
    controllers: Controllers

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
        self.keymap = Keymap(*own_keys(settings))
        unknown = [unknown_key(config_file(), f"keys.{name}", BY_ID) for name in self.keymap.unknown]
        self._problems = [*problems, *more, *unknown, *key_problems(self.keymap, config_file())]
        self._beat_s = beat_s
        self._beats = 0
        self.store = Store()
        self.view = View(self.store, _inks(palette), clock)
        self.shift = Shift(
            sign_in,
            self.store,
            on_changes=self.changed,
            on_note=self._say,
            ask_login=self.ask_login,
            on_over=lambda: self.exit(0),
            on_other=self._handed_over,
            mode=self.MODE,
            make_session=make_session,
        )
        self.window_title = Title(self)
        self.furnish(settings, given)

    def furnish(self, settings: Settings, given: Mapping[str, str] | None) -> None:
        """Makes the room and the controllers, and gives the room what its actions do."""
        raise NotImplementedError

    def handlers(self) -> Handlers:
        """What actions do, those of the controllers and the app's own."""
        return self.controllers.handlers() | {"retry_link": self.retry_link, "quit": self.leave}

    def _say(self, text: str) -> None:
        self.room.say(text)

    def _handed_over(self) -> None:
        self.controllers.handed_over()

    # ------------------------------------------------------------ life

    def on_mount(self) -> None:
        skeleton.hand_over()
        end_on_signals(self)
        self.wear(self.view.inks.palette)
        self.calm()
        self.push_screen(self.room)
        self.room.call_after_refresh(self._painted)

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
        for problem in [*map(str, self._problems), *self.controllers.problems()]:
            self.room.say(problem, "warning")
        self.start(self.shift.begin())

    async def on_unmount(self) -> None:
        self.controllers.finish()
        await self.shift.end()
        await self.controllers.stop()
        self.window_title.restore()

    def leave(self) -> None:
        self.exit(0)

    async def action_quit(self) -> None:
        self.leave()

    # ------------------------------------------------------------ what happens

    async def on_event(self, event: events.Event) -> None:
        """Keys are ours first, one at a time, and before all painting."""
        if isinstance(event, events.Key) and not event.is_forwarded:
            self.key_taken()
            if await self.take_key(event):
                return
        await super().on_event(event)

    async def take_key(self, event: events.Key) -> bool:
        """Keys of the room are its controllers' (see `ui.place_keys`); so are keys of screens that take them at once theirs."""
        if self.screen is self.room:
            return await self.controllers.keys.take(event)
        return isinstance(self.screen, TypedScreen) and self.screen.take_key(event)

    def beat(self) -> None:
        """A second has passed. With reduced motion countdowns move in steps; what is near its end is told in words all the same."""
        self.controllers.tick()
        self._beats += 1
        if self.controllers.preferences.settings.motion == "full" or self._beats % CALM_S == 0:
            self.count_down()

    def count_down(self) -> None:
        """Times on the screen move."""
        self.room.tick()

    def changed(self, changes: Changes) -> None:
        """One batch: the panes redraw, and each controller does its part."""
        self.room.apply(changes)
        self.controllers.changed(changes)
        self.show_title()
        if self.shift.must_ask(changes):
            self.start(self.shift.changed(changes))

    @on(Transcript.Wish)
    def _wish(self, event: Transcript.Wish) -> None:
        self.room.action_run(event.action)

    def show_title(self) -> None:
        self.window_title.show(self.title_words())

    def title_words(self) -> str:
        """What the terminal's title says now."""
        raise NotImplementedError

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Let it run beside. Its fault goes to the log and is told; it ends nothing."""
        self.run_worker(self._guarded(work), exit_on_error=False)

    async def _guarded(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Exception:
            log.exception("something that ran beside failed")
            self.room.say(tr("Something failed; the log says more."), "danger")

    async def ask_login(self, ask: Ask) -> Ready | None:
        from opconsole.ui.screens.login import Login

        return await self.push_screen_wait(Login(self.view, ask, self.shift.sign_in.submit))

    def retry_link(self) -> None:
        if self.shift.session is not None:
            self.shift.session.retry_now()

    # ------------------------------------------------------------ looks

    def wear(self, palette: Palette) -> None:
        """Everything on the screen in these colours, also what lies over the room."""
        theme = textual_theme(palette)
        self.register_theme(theme)
        self.theme = theme.name
        self.view.inks = _inks(palette)
        self.room.repaint()
        for screen in self.screen_stack:
            if screen is not self.room:
                for pane in screen.query(LineWidget):
                    pane.repaint_all()

    def calm(self) -> None:
        """How much may move by itself: the setting `motion`."""
        self.animation_level = "full" if self.controllers.preferences.settings.motion == "full" else "none"

    def use_keys(self, settings: Settings) -> None:
        """Another set of keys: from now on."""
        self.keymap.use(*own_keys(settings))
        self.controllers.keys_changed()
        self.room.repaint()

    def speak(self) -> None:
        """Another language: all words are drawn anew."""
        self.controllers.language_changed()
        self.room.repaint()


def _inks(palette: Palette) -> Inks:
    return inks_of(palette, plain="NO_COLOR" in environ)
