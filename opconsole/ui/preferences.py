"""What the operator changes of the console itself, while it runs. Each change counts at once where it can, and is kept in the settings."""

from collections.abc import Callable, Mapping
from os import environ
from pathlib import Path

from opconsole.link.address import BadAddress, normal
from opconsole.locale import LANGUAGES, choose_language, language, set_language, tr
from opconsole.settings import Settings, config_file, forget_setting, load_settings, save_setting
from opconsole.settings.described import Setting, described
from opconsole.settings.file import Value
from opconsole.settings.palette import Palette, load_palette, theme_files
from opconsole.ui.controller import Controller, Handlers
from opconsole.ui.room import Room


class Preferences(Controller):
    """Also the settings screen's `Book`."""

    def __init__(
        self,
        room: Room,
        settings: Settings,
        wear: Callable[[Palette], None],
        on_language: Callable[[], None],
        given: Mapping[str, str] | None = None,
        *,
        on_motion: Callable[[], None],
        use_keys: Callable[[Settings], None],
    ) -> None:
        """`wear`: puts a theme on the screen. `given`: see `settings.described`. `on_motion`: how much may move has changed."""
        self._room = room
        self.settings = settings
        self._wear = wear
        self._on_language = on_language
        self._on_motion = on_motion
        self._use_keys = use_keys
        self._given = dict(given or {})

    def handlers(self) -> Handlers:
        return {
            "settings": self.open,
            "language": self.next_language,
            "theme": self.choose_theme,
            "hints_toggle": self.toggle_hints,
            "mute_rescue": lambda: self.toggle_bell("rescue"),
            "mute_new_chat": lambda: self.toggle_bell("new_chat"),
            "mute_message": lambda: self.toggle_bell("message"),
        }

    def open(self) -> None:
        from opconsole.ui.screens.settings import SettingsScreen

        self._room.app.push_screen(SettingsScreen(self._room.view, self))

    # ------------------------------------------------------------ single actions

    def next_language(self) -> None:
        names = list(LANGUAGES)
        chosen = names[(names.index(language()) + 1) % len(names)]
        self.keep("lang", chosen)
        self._room.say(tr("The console speaks English now."))

    def choose_theme(self) -> None:
        """The list of themes: each is shown on the whole screen while the cursor is on it; Esc brings back the one before."""
        from opconsole.ui.screens.picker import Option, Picked, Picker, fuzzy

        palettes = {name: load_palette(name)[0] for name in theme_files()}
        before = self._room.view.inks.palette
        kinds = {True: tr("dark"), False: tr("light")}
        options = [
            Option(name, palette.title, right=f"{kinds[palette.dark]} · {name}") for name, palette in palettes.items()
        ]
        start = next((at for at, option in enumerate(options) if option.value == before.name), 0)
        picker: Picker[str] = Picker(
            self._room.view,
            tr("Theme"),
            lambda query: fuzzy(options, query),
            small=True,
            on_move=lambda name: self._wear(palettes[name]),
            start=start,
        )

        def ended(picked: Picked[str] | None) -> None:
            if picked is None:
                self._wear(before)
            else:
                self.keep("theme", picked.value)

        self._room.app.push_screen(picker, ended)

    def toggle_bell(self, kind: str) -> None:
        on = not getattr(self.settings.warnings, kind).bell
        self.keep(f"warnings.{kind}.bell", on)
        self.keep(f"warnings.{kind}.sound", on)
        self._room.say(tr("Bell and sound are on.") if on else tr("Bell and sound are off."))

    # ------------------------------------------------------------ the settings screen (`Book`)

    @property
    def file(self) -> str:
        """As it is written for people."""
        file, home = str(config_file()), str(Path.home())
        return f"~{file[len(home) :]}" if file.startswith(home + "/") else file

    def entries(self) -> list[Setting]:
        return described(self.settings, given=self._given, environment=environ)

    def check(self, setting: Setting, text: str) -> str:
        text = text.strip()
        if setting.kind == "number" and not text.lstrip("-").replace(".", "", 1).isdecimal():
            return tr("A number is wanted.")
        if setting.key == "relay" and text:
            try:
                normal(text)
            except BadAddress as bad:
                return str(bad)
        if setting.key == "login" and (" " in text or len(text) > 80):
            return tr("A login has no spaces, and at most 80 characters.")
        return ""

    def put(self, setting: Setting, value: str | bool | int) -> str:
        if not isinstance(value, str):
            return self._keep(setting.key, value)
        value = value.strip()
        if setting.kind == "number":
            number = float(value)
            return self._keep(setting.key, int(number) if number.is_integer() else number)
        if setting.kind == "list":
            return self._keep(setting.key, [part for part in (each.strip() for each in value.split(",")) if part])
        return self._keep(setting.key, value)

    def forget(self, setting: Setting) -> str:
        try:
            self.settings = forget_setting(setting.key)
        except (OSError, ValueError) as error:
            return tr("The setting could not be kept: {why}", why=error)
        self._apply(setting.key)
        return ""

    def tell(self, key: str) -> None:
        """What a setting is now, and whether it counts now."""
        setting = next((each for each in self.entries() if each.key == key), None)
        if setting is not None:
            later = "" if setting.now else tr("It holds from the next start of the console.")
            self._room.say(f"{setting.title}: {setting.words}. {later}".strip())

    def toggle_hints(self) -> None:
        on = not self.settings.hints
        self.keep("hints", on)
        self._room.say(tr("Hints are on: they come while you type a reply.") if on else tr("Hints are off."))

    def keep(self, key: str, value: Value) -> None:
        """Change one setting, now and for the next time."""
        if problem := self._keep(key, value):
            self._room.say(problem, "warning")

    # ------------------------------------------------------------ inside

    def _keep(self, key: str, value: Value) -> str:
        """Keep a change, and let it count. The text says why it could not be kept; it counts all the same until the end."""
        problem = ""
        try:
            self.settings = save_setting(key, value)
        except (OSError, ValueError) as error:
            problem = tr("The setting could not be kept: {why}", why=error)
            self.settings = load_settings().settings
        self._apply(key, value if problem and isinstance(value, str) else "")
        return problem

    def _apply(self, key: str, unkept: str = "") -> None:
        """What was given on the command line counted until now; what is chosen by hand goes before it."""
        self._given.pop(key, None)
        if key == "theme":
            self._wear(load_palette(unkept or self.settings.theme)[0])
        elif key == "lang":
            set_language(choose_language(unkept or self.settings.lang))
            self._on_language()
        elif key == "motion":
            self._on_motion()
        elif key == "keymap":
            self._use_keys(self.settings)
