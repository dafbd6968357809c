"""Commands with arguments that concern the console alone, for the workspace and for the monitor: `:set theme dusk`, `:filter owes:yes`, `:lang ru`."""

from collections.abc import Callable, Sequence
from typing import Final

from opconsole.locale import LANGUAGES, mark, tr
from opconsole.settings.described import Setting
from opconsole.settings.palette import theme_files
from opconsole.state.chat_filter import HELP, Field
from opconsole.terminal.layouts import readings
from opconsole.ui.commands import Candidate, Special, fitting
from opconsole.ui.filtering import Filtering
from opconsole.ui.preferences import Preferences


class LookActs:
    def __init__(
        self,
        preferences: Preferences,
        filtering: Filtering,
        run_action: Callable[[str], str],
        show_help: Callable[[str], str],
    ) -> None:
        """`run_action`: by its id; says why not, or nothing. `show_help`: of a command by its name."""
        self._preferences = preferences
        self._filtering = filtering
        self._run_action = run_action
        self._show_help = show_help
        self.names: Callable[[Sequence[str], str], list[Candidate]] = lambda before, begun: []
        """Completes names of commands, for `:help`."""

    def specials(self) -> dict[str, Special]:
        return {
            "theme": Special(self.theme, "[NAME]", self._themes, examples=("theme dusk",)),
            "language": Special(self.lang, "[en|ru]", _languages, ("lang", "язык"), examples=("lang ru",)),
            "filter": Special(
                self.filter, "[TERMS…]", _fields, examples=("filter owes:yes waiting>2m", "filter !test channel:web")
            ),
            "set": Special(
                self.set,
                "KEY [VALUE]",
                self._settings,
                title=mark("Change a setting, or show it"),
                examples=("set warnings.rescue.bell off", "set keymap vim"),
            ),
            "help": Special(self.help, "[COMMAND]", self._commands, ("h", "man"), examples=("help close",)),
            "quit": Special(lambda arguments: self._run_action("quit"), aliases=("q", "exit")),
            "switcher": Special(lambda arguments: self._run_action("switcher"), aliases=("go",)),
        }

    def filter(self, arguments: Sequence[str]) -> str:
        return self._filtering.use(" ".join(arguments))

    def theme(self, arguments: Sequence[str]) -> str:
        if not arguments:
            return self._run_action("theme")
        name = next((reading for reading in readings(arguments[0]) if reading in theme_files()), "")
        if not name:
            return tr(
                "There is no theme {name}. There are: {names}.", name=arguments[0], names=", ".join(theme_files())
            )
        self._preferences.keep("theme", name)
        return ""

    def _themes(self, before: Sequence[str], begun: str) -> list[Candidate]:
        return [] if before else fitting((Candidate(name) for name in theme_files()), begun)

    def lang(self, arguments: Sequence[str]) -> str:
        if not arguments:
            return self._run_action("language")
        lang = next((reading for reading in readings(arguments[0]) if reading in LANGUAGES), "")
        if not lang:
            return tr("There is no language {name}. There are: {names}.", name=arguments[0], names=", ".join(LANGUAGES))
        self._preferences.keep("lang", lang)
        return ""

    def set(self, arguments: Sequence[str]) -> str:
        if not arguments:
            return tr("Which setting? Tab shows all.")
        setting = next((each for each in self._one_valued() if each.key == arguments[0]), None)
        if setting is None:
            return tr("There is no setting {name}. Tab shows all.", name=arguments[0])
        if len(arguments) > 1:
            text = " ".join(arguments[1:])
            value = typed_value(setting, text)
            if value is None:
                choices = ", ".join(typed_choices(setting))
                return tr("{key} can't be {value}. It may be: {choices}.", key=setting.key, value=text, choices=choices)
            problem = self._preferences.check(setting, text) or self._preferences.put(setting, value)
            if problem:
                return problem
        self._preferences.tell(setting.key)
        return ""

    def _settings(self, before: Sequence[str], begun: str) -> list[Candidate]:
        if not before:
            return fitting(
                (Candidate(each.key, each.title, each.words, more=True) for each in self._one_valued()), begun
            )
        setting = next((each for each in self._one_valued() if each.key == before[0]), None)
        if setting is None or len(before) > 1:
            return []
        now = _typed(setting.value)
        return fitting(
            (Candidate(each, right=tr("now") if each == now else "") for each in typed_choices(setting)), begun
        )

    def _one_valued(self) -> list[Setting]:
        return [each for each in self._preferences.entries() if each.kind != "table"]

    def help(self, arguments: Sequence[str]) -> str:
        return self._show_help(arguments[0]) if arguments else self._run_action("help")

    def _commands(self, before: Sequence[str], begun: str) -> list[Candidate]:
        return [] if before else self.names(before, begun)


def _typed(value: object) -> str:
    """A setting's value as it is typed."""
    return ("on" if value else "off") if isinstance(value, bool) else str(value)


def typed_choices(setting: Setting) -> tuple[str, ...]:
    """What may be typed for it; empty: any text."""
    return ("on", "off") if setting.kind == "switch" else tuple(map(_typed, setting.choices))


def typed_value(setting: Setting, text: str) -> str | bool | int | None:
    """What typed words mean for it; None: it can't be that."""
    folded = text.casefold()
    if setting.kind == "switch" or (True in setting.choices and folded in _ON | _OFF):
        return True if folded in _ON else False if folded in _OFF else None
    if setting.kind == "choice":
        return next((each for each in setting.choices if _typed(each) == text), None)
    return text


_ON: Final = frozenset(("on", "yes", "true", "да", "вкл"))
_OFF: Final = frozenset(("off", "no", "false", "нет", "выкл"))


def _languages(before: Sequence[str], begun: str) -> list[Candidate]:
    return [] if before else fitting((Candidate(lang, name) for lang, name in LANGUAGES.items()), begun)


def _fields(before: Sequence[str], begun: str) -> list[Candidate]:
    if ":" in begun or not begun:
        return [] if begun else [Candidate(f"{each.value}:", tr(HELP[each])) for each in Field]
    return fitting((Candidate(f"{each.value}:", tr(HELP[each])) for each in Field), begun.lstrip("!"))
