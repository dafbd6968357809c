"""`opconsole keys`: every action with its keys and its command, as this user's settings make them, and what is wrong with the settings."""

import argparse
import json
from pathlib import Path

from opconsole.cli import say
from opconsole.cli.errors import Exit
from opconsole.locale import tr


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help=tr("as JSON, for programs"))
    parser.add_argument(
        "--keymap", choices=("default", "vim", "emacs"), help=tr("of this set of keys, not of the settings'")
    )


def run(arguments: argparse.Namespace) -> int:
    """Exit code 1 when keys conflict or are mistaken: the table is printed all the same."""
    import msgspec

    from opconsole.settings import config_file, load_settings
    from opconsole.settings.problems import unknown_key
    from opconsole.ui.actions import BY_ID, Keymap
    from opconsole.ui.key_table import as_json, as_text
    from opconsole.ui.own_keys import conflict_words, key_problems, own_keys

    loaded = load_settings(speak=arguments.lang is None)
    settings = loaded.settings
    if arguments.keymap:
        settings = msgspec.structs.replace(settings, keymap=arguments.keymap)
    keymap = Keymap(*own_keys(settings))
    file: Path = config_file()
    problems = [str(problem) for problem in loaded.problems]
    problems += [str(unknown_key(file, f"keys.{name}", BY_ID)) for name in keymap.unknown]
    problems += [str(problem) for problem in key_problems(keymap, file)]
    problems += [conflict_words(conflict) for conflict in keymap.conflicts]
    if arguments.json:
        print(json.dumps(as_json(keymap, settings, problems), indent=2, ensure_ascii=False))
    else:
        print(as_text(keymap, settings), end="")
        for problem in problems:
            say.err(problem)
    return Exit.failed if problems else Exit.ok
