"""The `:` language: every action of the registry has a stable English name in it, some take arguments, and the user's macros are commands too.

A command is found by its name or the beginning of it, by an alias, by a Russian word, and by each of them typed in the wrong layout. What
runs by a mere beginning must be the only one that begins so.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from msgspec import Struct

from opconsole.locale import language, tr, tr_in
from opconsole.settings.problems import nearest
from opconsole.state.command_line import split, spot
from opconsole.state.matching import Needle, fold
from opconsole.terminal.layouts import readings
from opconsole.ui.actions import ACTIONS, BY_ID, Action, Keymap, allowed
from opconsole.wire.cards import Role

NO_COMMANDS: Final = frozenset(("leader", "command_line"))
"""Actions that make no sense as a command."""
MOST: Final = 60


class Candidate(Struct, frozen=True):
    """What the word at the cursor may become."""

    word: str
    title: str = ""
    right: str = ""
    more: bool = False
    """Something may follow it: a space is put after it."""
    hits: tuple[int, ...] = ()


Complete = Callable[[Sequence[str], str], list[Candidate]]
"""Of the arguments before, and the beginning of this one."""
Run = Callable[[Sequence[str]], str]
"""With arguments; returns why it can't be done (a sentence), or empty."""


class Special(Struct, frozen=True):
    """What a command has beyond its action: arguments, other names."""

    run: Run
    usage: str = ""
    """How its arguments are written: `[NAME]`."""
    complete: Complete | None = None
    aliases: tuple[str, ...] = ()
    title: str = ""
    """Message id; empty: the action's."""
    examples: tuple[str, ...] = ()


class Command(Struct, frozen=True):
    name: str
    title: str
    """In the language in use."""
    other: str
    """In the other language: it is found by that too."""
    run: Run
    usage: str = ""
    complete: Complete | None = None
    aliases: tuple[str, ...] = ()
    keys: str = ""
    examples: tuple[str, ...] = ()
    macro: bool = False

    @property
    def takes(self) -> bool:
        return bool(self.usage)


RUSSIAN: Final[Mapping[str, tuple[str, ...]]] = {
    "close": ("закрыть",), "transfer": ("передать", "перевести"), "status": ("статус",), "theme": ("тема",),
    "set": ("настроить", "настройка"), "chat": ("чат",), "lang": ("язык",), "help": ("помощь", "справка"),
    "take-next": ("взять", "следующий"), "take-this": ("взять-этот",), "return": ("вернуть",), "note": ("заметка",),
    "quit": ("выход", "выйти"), "insert": ("вставить",), "send": ("отправить",), "template": ("шаблон",), "snooze": ("отложить",),
    "attach": ("прикрепить", "файл"), "open": ("открыть",), "filter": ("фильтр",), "templates": ("шаблоны",), "visitor": ("посетитель",),
}  # fmt: skip
"""One word of Russian that runs a command; longer ones are found by the list."""


def command_name(action: Action) -> str:
    """`take_next` → `take-next`; `chat_3` → `chat` (with 3 as its argument)."""
    stem = action.id.rpartition("_")[0] if action.number else action.id
    return stem.replace("_", "-")


class Commands:
    """All commands of this operator, as they stand now."""

    def __init__(
        self,
        keymap: Keymap,
        role: Callable[[], Role],
        run_action: Callable[[str], str],
        specials: Mapping[str, Special],
        macros: Mapping[str, tuple[str, Run]],
        actions: Sequence[Action] = ACTIONS,
    ) -> None:
        """`run_action`: does an action by its id, or says why not. `specials`: by command name. `macros`: title and how to run, by name."""
        self._actions = actions
        self._keymap = keymap
        self._role = role
        self._run_action = run_action
        self._specials = specials
        self._macros = macros
        self._kept: tuple[tuple[Role, str], dict[str, Command]] | None = None

    def forget(self) -> None:
        """The keys have changed."""
        self._kept = None

    def all(self) -> dict[str, Command]:
        """By name, in the order of the registry; those with arguments of their own, and macros, at the end."""
        made_for = (self._role(), language())
        if self._kept is None or self._kept[0] != made_for:
            self._kept = (made_for, self._all(made_for[0]))
        return self._kept[1]

    def _all(self, role: Role) -> dict[str, Command]:
        found: dict[str, Command] = {}
        for action in self._actions:
            name = command_name(action)
            if name in found or action.id in NO_COMMANDS or not allowed(action, role):
                continue
            found[name] = self._of_action(name, action)
        for name, special in self._specials.items():
            if name not in found:
                found[name] = Command(
                    name,
                    tr(special.title),
                    tr_in(_other(), special.title),
                    special.run,
                    special.usage,
                    special.complete,
                    (*special.aliases, *RUSSIAN.get(name, ())),
                    examples=special.examples,
                )
        for name, (title, run) in self._macros.items():
            if name not in found:
                found[name] = Command(name, title, "", run, keys=self._keymap.hint(f"macro:{name}"), macro=True)
        return found

    def _of_action(self, name: str, action: Action) -> Command:
        special = self._specials.get(name)
        facts = {"n": "N"} if action.number else {}
        title = (special.title if special is not None else "") or action.title
        keys = "" if action.number else self._keymap.hint(action.id, ways=2)
        if special is not None:
            run, usage, complete, aliases, examples = (
                special.run, special.usage, special.complete, special.aliases, special.examples,
            )  # fmt: skip
        elif action.number:
            stem = action.id.rpartition("_")[0]
            run, usage, complete, aliases, examples = self._numbered(stem), "N", _digits, (), (f"{name} 1",)
        else:
            run, usage, complete, aliases, examples = self._plain(action.id), "", None, (), ()
        aliases = (*aliases, *RUSSIAN.get(name, ()))
        other = tr_in(_other(), title, **facts)
        return Command(name, tr(title, **facts), other, run, usage, complete, aliases, keys, examples)

    def _plain(self, id_: str) -> Run:
        def run(arguments: Sequence[str]) -> str:
            if arguments:
                return tr(":{name} takes nothing after it.", name=id_.replace("_", "-"))
            return self._run_action(id_)

        return run

    def _numbered(self, stem: str) -> Run:
        def run(arguments: Sequence[str]) -> str:
            if len(arguments) != 1 or f"{stem}_{arguments[0]}" not in BY_ID:
                return tr("Which one? For example: :{name} 1", name=stem.replace("_", "-"))
            return self._run_action(f"{stem}_{arguments[0]}")

        return run

    # ------------------------------------------------------------ finding

    def find(self, word: str) -> Command | None:
        """The command that this word names, without a doubt."""
        known = self.all()
        for reading in readings(word.removeprefix(":")):
            if reading in known:
                return known[reading]
            named = [command for command in known.values() if reading in command.aliases]
            if len(named) == 1:
                return named[0]
            begun = [command for name, command in known.items() if reading and name.startswith(reading)]
            if len(begun) == 1:
                return begun[0]
        return None

    def nearest(self, word: str) -> str:
        return nearest(word.casefold(), self.all())

    def run(self, line: str) -> str:
        """Do what the line says. Returns why it can't be done (a sentence), or empty."""
        words = [word.text for word in split(line.removeprefix(":"))]
        if not words:
            return ""
        command = self.find(words[0])
        return self.unknown(words[0]) if command is None else command.run(words[1:])

    def unknown(self, word: str) -> str:
        meant = self.nearest(word)
        if meant:
            return tr("There is no command {name}. Did you mean {meant}?", name=word, meant=meant)
        return tr("There is no command {name}. Tab shows all.", name=word)

    # ------------------------------------------------------------ completion

    def complete(self, line: str, cursor: int) -> list[Candidate]:
        """What the word at the cursor may become, the likeliest first."""
        at = spot(line, cursor)
        if at.number == 0:
            return self._names(at.begun)
        command = self.find(at.before[0])
        return command.complete(at.before[1:], at.begun)[:MOST] if command is not None and command.complete else []

    def _names(self, begun: str) -> list[Candidate]:
        needle = Needle(readings(begun.removeprefix(":")))
        scored: list[tuple[float, int, Candidate]] = []
        for place, command in enumerate(self.all().values()):
            score = 0.0
            if needle:
                title = fold(" ".join((command.name, *command.aliases)))
                score = needle.score(title, fold(f"{command.title} {command.other}"))
                if not score:
                    continue
                score += 5.0 if command.name.startswith(tuple(readings(begun))) else 0.0
            hits = needle.hits(command.name) if needle else ()
            candidate = Candidate(command.name, command.title, command.keys, command.takes, hits)
            scored.append((-score, place, candidate))
        scored.sort(key=lambda each: each[:2])
        return [candidate for _, _, candidate in scored[:MOST]]


def fitting(candidates: Iterable[Candidate], begun: str) -> list[Candidate]:
    """Those of a command's arguments that fit what is typed, the best first."""
    needle = Needle(readings(begun))
    if not needle:
        return list(candidates)
    scored = []
    for place, each in enumerate(candidates):
        if score := needle.score(fold(each.word), fold(f"{each.title} {each.right}")):
            found = Candidate(each.word, each.title, each.right, each.more, needle.hits(each.word))
            scored.append((-score, place, found))
    scored.sort(key=lambda each: each[:2])
    return [each for _, _, each in scored]


def _digits(before: Sequence[str], begun: str) -> list[Candidate]:
    return [] if before else fitting((Candidate(str(number)) for number in range(1, 10)), begun)


def _other() -> str:
    return "en" if language() == "ru" else "ru"
