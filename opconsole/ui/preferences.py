"""What the operator changes of the console itself, while it runs: language, theme, sounds. Each change is kept in the settings."""

from collections.abc import Callable

from opconsole.locale import LANGUAGES, language, set_language, tr
from opconsole.settings import Settings, load_settings, save_setting
from opconsole.settings.palette import load_palette, theme_files
from opconsole.ui.screens.workspace import Workspace


class Preferences:
    def __init__(
        self,
        workspace: Workspace,
        settings: Settings,
        use_theme: Callable[[str], None],
        on_language: Callable[[], None],
    ) -> None:
        self._workspace = workspace
        self.settings = settings
        self._use_theme = use_theme
        self._on_language = on_language

    def handlers(self) -> dict[str, Callable[[], None]]:
        return {
            "language": self.next_language,
            "theme": self.theme,
            "mute_rescue": lambda: self.toggle_bell("rescue"),
            "mute_new_chat": lambda: self.toggle_bell("new_chat"),
            "mute_message": lambda: self.toggle_bell("message"),
        }

    def next_language(self) -> None:
        names = list(LANGUAGES)
        chosen = set_language(names[(names.index(language()) + 1) % len(names)])
        self.keep("lang", chosen)
        self._on_language()
        self._workspace.say(tr("The console speaks English now."))

    def theme(self) -> None:
        from opconsole.ui.screens.picker import Option, Picker, fuzzy

        options = []
        for name in theme_files():
            palette, _ = load_palette(name)
            mark = tr("dark") if palette.dark else tr("light")
            options.append(Option(name, palette.title, right=f"{mark} · {name}"))
        picker: Picker[str] = Picker(self._workspace.view, tr("Theme"), lambda query: fuzzy(options, query), small=True)

        def use(name: str) -> None:
            self._use_theme(name)
            self.keep("theme", name)

        self._workspace.pick(picker, lambda picked: use(picked.value))

    def toggle_bell(self, kind: str) -> None:
        on = not getattr(self.settings.warnings, kind).bell
        self.keep(f"warnings.{kind}.bell", on)
        self.keep(f"warnings.{kind}.sound", on)
        self._workspace.say(tr("Bell and sound are on.") if on else tr("Bell and sound are off."))

    def keep(self, key: str, value: str | bool | int) -> None:
        """Change one setting, now and for the next time."""
        try:
            self.settings = save_setting(key, value)
        except (OSError, ValueError) as error:
            self._workspace.say(tr("The setting could not be kept: {why}", why=error), "warning")
            self.settings = load_settings().settings
