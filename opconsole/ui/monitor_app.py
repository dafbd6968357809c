"""The app of `opconsole monitor`: one screen, a read-only session, and the preferences of this console. Sends no command, ever."""

import gc
import logging
from collections.abc import Callable, Coroutine, Iterable
from os import environ
from typing import TYPE_CHECKING, Any

from textual import on

from opconsole.link.session import Ready, wall_ms
from opconsole.link.sign_in import Ask, SignIn
from opconsole.locale import LANGUAGES, language, set_language, tr
from opconsole.settings import Problem, Settings, config_file, save_setting
from opconsole.settings.palette import load_palette, theme_files
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
from opconsole.ui.ink import inks_of
from opconsole.ui.palette import textual_theme
from opconsole.ui.screens.monitor import Monitor
from opconsole.ui.shift import MakeSession, Shift
from opconsole.ui.signals import end_on_signals
from opconsole.ui.view import CALM_S, Clock, View
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
    ) -> None:
        super().__init__(driver_class=driver_class())
        palette, more = load_palette(theme or settings.theme)
        keymap = Keymap(settings.keys)
        unknown = [unknown_key(config_file(), f"keys.{name}", BY_ID) for name in keymap.unknown]
        self._settings = settings
        self._motion = settings.motion
        self._problems = [*problems, *more, *unknown]
        self._alarmed: set[int] = set()
        self._files: MonitorFiles | None = None
        self.store = Store()
        self.view = View(self.store, inks_of(palette, plain="NO_COLOR" in environ), clock)
        self.monitor = Monitor(self.view, keymap)
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
        self.monitor.handlers = {
            "help": self.show_help,
            "copy_marked": self.copy_marked,
            "history": self.history,
            "open": self.open_attached,
            "newest": self.monitor.transcript.to_end,
            "oldest": self.monitor.transcript.to_start,
            "language": self.next_language,
            "theme": self.next_theme,
            "retry_link": self.retry_link,
            "quit": lambda: self.exit(0),
        }

    # ------------------------------------------------------------ life

    def on_mount(self) -> None:
        skeleton.hand_over()
        end_on_signals(self)
        self._use_theme(self.view.inks.palette.name)
        self.push_screen(self.monitor)
        self.monitor.call_after_refresh(self._painted)

    def _painted(self) -> None:
        """The first picture stands."""
        if not gc.isenabled():  # as the program begins: what was made for the picture is never garbage, and not looked at again
            gc.freeze()
            gc.enable()
        calm = self._motion == "reduced"
        self.animation_level = "none" if calm else "full"
        self.set_interval(CALM_S if calm else 1.0, self.monitor.tick)
        for problem in self._problems:
            self.monitor.say(str(problem), "warning")
        self._start(self.shift.begin())

    async def on_unmount(self) -> None:
        await self.shift.end()
        self.window_title.restore()

    def changed(self, changes: Changes) -> None:
        self.monitor.apply(changes)
        if self._files is not None:
            self._files.changed(changes)
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
                self.monitor, self.shift, lambda text: self._start(self._copy(text)), self._start, self._settings
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

    def show_help(self) -> None:
        from opconsole.ui.screens.monitor_help import MonitorHelp

        self.push_screen(MonitorHelp(self.view, self.monitor.keymap))

    # ------------------------------------------------------------ looks

    def next_language(self) -> None:
        names = list(LANGUAGES)
        chosen = set_language(names[(names.index(language()) + 1) % len(names)])
        self.monitor.repaint()
        self._keep("lang", chosen)
        self.monitor.say(tr("The console speaks English now."))

    def next_theme(self) -> None:
        names = list(theme_files())
        current = self.view.inks.palette.name
        name = names[(names.index(current) + 1) % len(names)] if current in names else names[0]
        self._use_theme(name)
        self._keep("theme", name)
        self.monitor.say(self.view.inks.palette.title)

    def _use_theme(self, name: str) -> None:
        palette, _ = load_palette(name)
        theme = textual_theme(palette)
        self.register_theme(theme)
        self.theme = theme.name
        self.view.inks = inks_of(palette, plain="NO_COLOR" in environ)
        self.monitor.repaint()

    def _keep(self, key: str, value: str) -> None:
        try:
            save_setting(key, value)
        except (OSError, ValueError) as error:
            self.monitor.say(tr("The setting could not be kept: {why}", why=error), "warning")

    async def action_quit(self) -> None:
        self.exit(0)

    def action_help_quit(self) -> None:
        """Ctrl+C is for copying."""
        self.copy_marked()
