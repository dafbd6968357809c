"""`opconsole completion bash|zsh|fish`: a script that completes this very command line, made from the parsers themselves.

So nothing is written twice: what `--help` knows, the shell knows. The script stands alone (it starts no program while it completes);
make it anew after an update. Private API of argparse: `_actions` and `_SubParsersAction`; `tests/unit/cli/test_completion.py` guards them.
"""

import argparse
import importlib
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from msgspec import Struct

from opconsole.cli import say
from opconsole.locale import tr

SHELLS: Final = ("bash", "zsh", "fish")
FILES: Final = "files"
WORD: Final = "word"


_PLAIN_WORD: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
"""A file's name becomes a word of a script that a shell runs: only of one that means nothing to a shell."""


class Option(Struct, frozen=True):
    names: tuple[str, ...]
    help: str = ""
    takes: str = ""
    """Empty: no value; `files`; `word`: something that can't be completed; otherwise one of `choices`."""
    choices: tuple[str, ...] = ()


class Command(Struct, frozen=True):
    """One command with its subcommands. `words`: what stands for its arguments can be (files: `files`)."""

    path: tuple[str, ...]
    help: str
    options: tuple[Option, ...]
    commands: tuple["Command", ...]
    choices: tuple[str, ...] = ()
    files: bool = False

    @property
    def name(self) -> str:
        return self.path[-1] if self.path else ""

    def all(self) -> Iterator["Command"]:
        yield self
        for command in self.commands:
            yield from command.all()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "shell",
        choices=SHELLS,
        help=tr("bash: source <(opconsole completion bash); zsh, fish: write it where the shell looks for completions"),
    )


def run(arguments: argparse.Namespace) -> int:
    script: Callable[[Command], str] = {"bash": bash, "zsh": zsh, "fish": fish}[arguments.shell]
    say.out(script(command_line()), end="")
    return 0


# ---------------------------------------------------------------- the description


def command_line() -> Command:
    """All of it, as it is now."""
    from opconsole.cli.commands import SUBCOMMANDS
    from opconsole.cli.main import build_parser

    whole = _command(build_parser(), (), "")
    commands = []
    for subcommand in SUBCOMMANDS:
        if subcommand.module:
            parser = build_parser(subcommand.name, importlib.import_module(subcommand.module))
            commands.append(_command(_subparsers(parser)[subcommand.name], (subcommand.name,), tr(subcommand.help)))
        else:  # a program of the relay: what follows its name is its own affair
            commands.append(Command((subcommand.name,), tr(subcommand.help), (), (), files=True))
    return Command(whole.path, whole.help, whole.options, tuple(commands))


def _subparsers(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            return dict(action.choices)
    return {}


def _command(parser: argparse.ArgumentParser, path: tuple[str, ...], help_text: str) -> Command:
    options: list[Option] = []
    choices: tuple[str, ...] = ()
    files = False
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            continue
        if action.option_strings:
            options.append(_option(action))
        elif action.choices:
            choices += tuple(str(choice) for choice in action.choices)
        else:
            files = files or _is_file(action)
    helps = {
        each.dest: each.help or ""
        for action in parser._actions
        if isinstance(action, argparse._SubParsersAction)
        for each in action._choices_actions
    }
    commands = (
        ()
        if not path
        else tuple(_command(each, (*path, name), helps.get(name, "")) for name, each in _subparsers(parser).items())
    )
    return Command(path, help_text, tuple(options), commands, choices, files)


def _option(action: argparse.Action) -> Option:
    names, help_text = tuple(action.option_strings), action.help or ""
    if action.nargs == 0:
        return Option(names, help_text)
    if action.dest == "theme":
        from opconsole.settings.palette import theme_files

        return Option(names, help_text, WORD, tuple(name for name in theme_files() if _PLAIN_WORD.fullmatch(name)))
    if action.choices:
        return Option(names, help_text, WORD, tuple(str(choice) for choice in action.choices))
    return Option(names, help_text, FILES if _is_file(action) else WORD)


def _is_file(action: argparse.Action) -> bool:
    return action.type is Path or action.metavar == "FILE"


# ---------------------------------------------------------------- bash


def bash(line: Command) -> str:
    """For bash 3.2 and newer, without the package bash-completion."""
    steps, values, places = [], [], []
    for command in line.all():
        at = " ".join(command.path)
        for option in command.options:
            for name in option.names if option.takes else ():
                steps.append(f'                "{at}|{name}") wants="{at}|{name}" ;;')
                values.append(f'        "{at}|{name}") {_bash_reply(option.choices, option.takes == FILES)}; return ;;')
        steps += [f'                "{at}|{each.name}") at="{" ".join(each.path)}" ;;' for each in command.commands]
        options = " ".join(name for option in command.options for name in option.names)
        words = (*command.choices, *(each.name for each in command.commands))
        reply = _bash_reply(words, command.files)
        places.append(
            f'        "{at}")\n            if [[ $cur == -* ]]; then _opconsole_words "{options}"; else {reply}; fi ;;'
        )
    return "\n".join(
        (
            "# Completes `opconsole` in bash. Made by `opconsole completion bash`.",
            "_opconsole_words() {",
            "    local word",
            "    for word in $1; do [[ $word == \"$cur\"* ]] && COMPREPLY+=(\"$word\"); done",
            "    return 0",
            "}",
            "_opconsole_files() {",
            "    local word",
            "    while IFS= read -r word; do COMPREPLY+=(\"$word\"); done < <(compgen -f -- \"$cur\")",
            "    compopt -o filenames 2>/dev/null",
            "    return 0",
            "}",
            "_opconsole() {",
            '    local cur="${COMP_WORDS[COMP_CWORD]}" at="" wants="" word="" i',
            "    COMPREPLY=()",
            "    for (( i = 1; i < COMP_CWORD; i++ )); do",
            '        word="${COMP_WORDS[i]}"',
            '        if [[ $word == "=" ]]; then',
            "            continue",
            '        elif [[ -n $wants ]]; then',
            '            wants=""',
            "        else",
            '            case "$at|$word" in',
            *steps,
            "            esac",
            "        fi",
            "    done",
            '    [[ $cur == "=" ]] && cur=""',
            '    case "$wants" in',
            *values,
            "    esac",
            '    case "$at" in',
            *places,
            "    esac",
            "    return 0",
            "}",
            "complete -F _opconsole opconsole",
            "",
        )
    )  # fmt: skip


def _bash_reply(words: tuple[str, ...], files: bool) -> str:
    parts = [f'_opconsole_words "{" ".join(words)}"'] if words else []
    parts += ["_opconsole_files"] if files else []
    return "; ".join(parts) or ":"


# ---------------------------------------------------------------- zsh


def zsh(line: Command) -> str:
    lines = ["#compdef opconsole", "# Completes `opconsole` in zsh. Made by `opconsole completion zsh`.", ""]
    for command in line.all():
        lines += _zsh_function(command)
    lines += ['if [[ ${funcstack[1]} == _opconsole ]]; then _opconsole "$@"; else compdef _opconsole opconsole; fi', ""]
    return "\n".join(lines)


def _zsh_function(command: Command) -> list[str]:
    specs = [_zsh_option(option) for option in command.options]
    if command.commands:
        specs += ["'1: :->command'", "'*:: :->rest'"]
    elif command.choices:
        specs.append(f"'1: :({' '.join(command.choices)})'")
    else:
        specs.append("'*: :_files'" if command.files else "'*: : '")
    lines = [f"{_zsh_name(command)}() {{", "    local curcontext=$curcontext state line", "    typeset -A opt_args"]
    lines += ["    _arguments -C -S \\", *(f"        {spec} \\" for spec in specs[:-1]), f"        {specs[-1]}"]
    if command.commands:
        names = " ".join(f"'{each.name}:{_zsh_text(each.help)}'" for each in command.commands)
        lines += [
            "    case $state in",
            f"        command) local -a names=({names}); _describe -t commands command names ;;",
            "        rest) case $line[1] in",
            *(f"            {each.name}) {_zsh_name(each)} ;;" for each in command.commands),
            "        esac ;;",
            "    esac",
        ]
    return [*lines, "}", ""]


_ZSH_JOINS: Final = {True: "=", False: "+"}
"""A value may follow a long option after `=`, and a short one at once; or both as the next word."""


def _zsh_name(command: Command) -> str:
    return "_opconsole" + "".join(f"_{part.replace('-', '_')}" for part in command.path)


def _zsh_option(option: Option) -> str:
    value = ""
    if option.takes:
        value = (
            ": :_files" if option.takes == FILES else f": :({' '.join(option.choices)})" if option.choices else ": : "
        )
    text = f"[{_zsh_text(option.help)}]{value}"
    names = [f"{name}{_ZSH_JOINS[name.startswith('--')]}" if option.takes else name for name in option.names]
    if len(names) == 1:
        return f"'{names[0]}{text}'"
    return f"'({' '.join(option.names)})'{{{','.join(names)}}}'{text}'"


def _zsh_text(text: str) -> str:
    """Inside of a spec between single quotes."""
    text = text.replace("%%", "%").replace("\\", "\\\\").replace(":", "\\:").replace("[", "\\[").replace("]", "\\]")
    return text.replace("'", "’")


# ---------------------------------------------------------------- fish


def fish(line: Command) -> str:
    lines = ["# Completes `opconsole` in fish. Made by `opconsole completion fish`.", "complete -c opconsole -f"]
    for command in line.all():
        seen = "; and ".join(f"__fish_seen_subcommand_from {part}" for part in command.path)
        names = " ".join(each.name for each in command.commands)
        not_yet = f"not __fish_seen_subcommand_from {names}" if names else ""
        here = "; and ".join(part for part in (seen, not_yet) if part)
        where = f" -n {_fish_text(here)}" if here else ""
        lines += [
            f"complete -c opconsole{where} -a {each.name} -d {_fish_text(each.help)}" for each in command.commands
        ]
        if command.choices:
            lines.append(f"complete -c opconsole{where} -a {_fish_text(' '.join(command.choices))}")
        if command.files:
            lines.append(f"complete -c opconsole{where} -F")
        lines += [_fish_option(option, where) for option in command.options]
    return "\n".join([*lines, ""])


def _fish_option(option: Option, where: str) -> str:
    names = "".join(f" -l {name[2:]}" if name.startswith("--") else f" -s {name[1:]}" for name in option.names)
    value = ""
    if option.takes:
        value = (
            " -r -F"
            if option.takes == FILES
            else f" -x -a {_fish_text(' '.join(option.choices))}"
            if option.choices
            else " -x"
        )
    return f"complete -c opconsole{where}{names}{value} -d {_fish_text(option.help)}"


def _fish_text(text: str) -> str:
    escaped = text.replace("%%", "%").replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
