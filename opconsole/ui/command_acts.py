"""What commands with arguments do, and what their arguments may be: `:transfer anna`, `:status away lunch`, `:set theme dusk`, `:chat 3`."""

from collections.abc import Callable, Sequence
from typing import Final

from opconsole.locale import LANGUAGES, mark, tr
from opconsole.settings.described import Setting
from opconsole.settings.palette import theme_files
from opconsole.state import selectors
from opconsole.state.chat_filter import HELP, Field
from opconsole.state.matching import fold
from opconsole.state.status_words import status_of
from opconsole.terminal.layouts import readings
from opconsole.ui.commands import Candidate, Special, fitting
from opconsole.ui.desk import Desk
from opconsole.ui.filtering import Filtering
from opconsole.ui.letting_go import LettingGo
from opconsole.ui.navigation import Navigation
from opconsole.ui.preferences import Preferences
from opconsole.ui.templating import Templating
from opconsole.ui.words import chat_name, operator_name, status_name
from opconsole.wire.cards import OperatorCard, Status


class CommandActs:
    def __init__(
        self,
        desk: Desk,
        letting_go: LettingGo,
        navigation: Navigation,
        templating: Templating,
        preferences: Preferences,
        filtering: Filtering,
        run_action: Callable[[str], str],
        show_help: Callable[[str], str],
    ) -> None:
        """`run_action`: by its id; says why not, or nothing. `show_help`: of a command by its name."""
        self._desk = desk
        self._letting_go = letting_go
        self._picture = desk.picture
        self._navigation = navigation
        self._templating = templating
        self._preferences = preferences
        self._filtering = filtering
        self._run_action = run_action
        self._show_help = show_help
        self.names: Callable[[Sequence[str], str], list[Candidate]] = lambda before, begun: []
        """Completes names of commands, for `:help`."""

    def specials(self) -> dict[str, Special]:
        return {
            "transfer": Special(self.transfer, "[LOGIN]", self._colleagues, ("give",), examples=("transfer anna",)),
            "status": Special(
                self.status,
                "[STATUS [REASON…]]",
                self._statuses,
                examples=("status away lunch", "status online"),
            ),
            "theme": Special(self.theme, "[NAME]", self._themes, examples=("theme dusk",)),
            "language": Special(self.lang, "[en|ru]", _languages, ("lang", "язык"), examples=("lang ru",)),
            "chat": Special(
                self.chat,
                "NUMBER",
                self._chats,
                title=mark("Go to my chat by its place, or to any chat by its number"),
                examples=("chat 3", "chat 1048"),
            ),
            "template": Special(
                self.template,
                "CODE",
                self._codes,
                title=mark("Insert the template of this code"),
                examples=("template refund",),
            ),
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

    # ------------------------------------------------------------ chats and people

    def transfer(self, arguments: Sequence[str]) -> str:
        if not arguments:
            return self._run_action("transfer")
        wanted = [fold(reading) for reading in readings(" ".join(arguments))]
        cards = self._letting_go.colleagues()
        found = [card for card in cards if fold(card.login) in wanted or fold(operator_name(card)) in wanted]
        if not found:
            found = [card for card in cards if fold(operator_name(card)).startswith(tuple(wanted))]
        if len(found) != 1:
            name = " ".join(arguments)
            return (
                tr("Several colleagues are called {name}: give the login.", name=name)
                if found
                else tr("There is no colleague {name}.", name=name)
            )
        if why := self._letting_go.cannot_take(found[0]):
            return tr("{name} can't take it now: {why}.", name=operator_name(found[0]), why=why)
        return self._letting_go.transfer_to(found[0])

    def _colleagues(self, before: Sequence[str], begun: str) -> list[Candidate]:
        if before:
            return []
        return fitting((self._colleague(card) for card in self._letting_go.colleagues()), begun)

    def _colleague(self, card: OperatorCard) -> Candidate:
        right = self._letting_go.cannot_take(card) or f"{status_name(card.status)}  {card.held}/{card.limit}"
        return Candidate(card.login, operator_name(card), right)

    def status(self, arguments: Sequence[str]) -> str:
        if not arguments:
            return self._run_action("status")
        if (found := _status(arguments)) is not None:
            status, count = found
            self._desk.set_status(status, " ".join(arguments[count:]) if status is Status.away else "")
            return ""
        names = ", ".join(status.value for status in Status)
        return tr("There is no status {name}. There are: {names}.", name=arguments[0], names=names)

    def _statuses(self, before: Sequence[str], begun: str) -> list[Candidate]:
        if not before:
            return fitting(
                (Candidate(each.value, status_name(each), more=each is Status.away) for each in Status), begun
            )
        found = _status(before)
        if found is not None and found[0] is Status.away and found[1] == len(before):
            return fitting(
                (Candidate(each) for each in (tr("lunch"), tr("break"), tr("meeting"), tr("training"))), begun
            )
        return []

    def chat(self, arguments: Sequence[str]) -> str:
        """1–9 is my chat of that place; a longer number, or one with `#`, is the chat's own."""
        text = arguments[0].lstrip("#№") if len(arguments) == 1 else ""
        if not text.isdecimal() or len(text) > 16:
            return tr("Which one? For example: :{name} 1", name="chat")
        number = int(text)
        if text == arguments[0] and 1 <= number <= 9:
            return self._run_action(f"chat_{number}")
        if selectors.card(self._picture, number) is None:
            return tr("There is no chat {chat} that you may see.", chat=number)
        self._navigation.show(number)
        return ""

    def _chats(self, before: Sequence[str], begun: str) -> list[Candidate]:
        if before:
            return []
        mine = [
            Candidate(str(each.number), chat_name(each.card)) for each in selectors.mine(self._picture) if each.number
        ]
        others = (Candidate(f"#{card.chat}", chat_name(card)) for card in self._picture.chats.values())
        return fitting(mine, begun) if not begun else fitting([*mine, *others], begun)

    def template(self, arguments: Sequence[str]) -> str:
        if len(arguments) != 1:
            return tr("Which one? For example: :{name} hello", name="template")
        return self._templating.insert_code(arguments[0])

    def _codes(self, before: Sequence[str], begun: str) -> list[Candidate]:
        return [] if before else fitting((Candidate(code, title) for code, title in self._templating.codes()), begun)

    # ------------------------------------------------------------ the console

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


def _status(words: Sequence[str]) -> tuple[Status, int] | None:
    """The status that the words begin with, in either layout, and how many of them name it."""
    layouts = zip(*(_both(word) for word in words), strict=True)
    return next((found for reading in layouts if (found := status_of(reading)) is not None), None)


def _both(word: str) -> tuple[str, str]:
    found = readings(word)
    return found[0], found[-1]


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
