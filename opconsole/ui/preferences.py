"""What the operator changes of the console itself, while it runs: language, theme, sounds. Each change is kept in the settings."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from opconsole.locale import LANGUAGES, choose_language, language, set_language, tr
from opconsole.settings import Settings, load_settings, save_setting
from opconsole.settings.palette import load_palette, theme_files
from opconsole.ui.screens.workspace import Workspace

if TYPE_CHECKING:
    from opconsole.settings.listing import Entry

Value = str | bool | int | float
_FROM_THE_NEXT_START: Final = frozenset(("relay", "login", "keyring"))


class Preferences:
    def __init__(
        self,
        workspace: Workspace,
        settings: Settings,
        use_theme: Callable[[str], None],
        on_language: Callable[[], None],
        use_keys: Callable[[Settings], None] = lambda settings: None,
    ) -> None:
        self._workspace = workspace
        self.settings = settings
        self._use_theme = use_theme
        self._on_language = on_language
        self._use_keys = use_keys

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
        self.speak(names[(names.index(language()) + 1) % len(names)])

    def speak(self, lang: str) -> None:
        self._keep("lang", set_language(lang))
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

        self._workspace.pick(picker, lambda picked: self.use_theme(picked.value))

    def use_theme(self, name: str) -> None:
        self._use_theme(name)
        self._keep("theme", name)

    # ------------------------------------------------------------ any setting

    def put(self, key: str, value: Value) -> None:
        """Change a setting by its key. What can't change while the console runs says so."""
        if key == "theme":
            self.use_theme(str(value))
        elif key == "lang":
            self.speak(choose_language(str(value)))
            self._keep("lang", value)
        else:
            self._keep(key, value)
            if key == "keymap":
                self._use_keys(self.settings)
            if key in _FROM_THE_NEXT_START:
                self._workspace.say(tr("Kept. It holds from the next start of the console."))
                return
        from opconsole.settings.listing import entries

        entry = next((each for each in entries(self.settings) if each.key == key), None)
        if entry is not None:
            self.tell(entry)

    def tell(self, entry: "Entry") -> None:
        """What a setting is now."""
        self._workspace.say(f"{entry.key} = {entry.words}  ({entry.title})")

    def toggle_bell(self, kind: str) -> None:
        on = not getattr(self.settings.warnings, kind).bell
        self._keep(f"warnings.{kind}.bell", on)
        self._workspace.say(tr("The bell is on.") if on else tr("The bell is off."))

    def _keep(self, key: str, value: Value) -> None:
        try:
            self.settings = save_setting(key, value)
        except (OSError, ValueError) as error:
            self._workspace.say(tr("The setting could not be kept: {why}", why=error), "warning")
            self.settings = load_settings().settings
