"""`opconsole` alone: the operator's workspace. And what it shares with `opconsole monitor`: both open the screen."""

import argparse
import sys
from typing import TYPE_CHECKING, Literal

from opconsole.cli.errors import Failed
from opconsole.locale import tr
from opconsole.terminal import in_a_tab

if TYPE_CHECKING:
    from opconsole.settings import Loaded


def run(arguments: argparse.Namespace) -> int:
    from opconsole.settings import load_settings

    loaded = load_settings(speak=arguments.lang is None)
    if loaded.settings.screen_reader:
        from opconsole.cli import plain
        from opconsole.terminal import skeleton

        skeleton.erase()
        return plain.run(arguments)
    return open_screen(arguments, "work", loaded)


def open_screen(arguments: argparse.Namespace, mode: Literal["work", "monitor"], loaded: "Loaded | None" = None) -> int:
    """Settings (`loaded`: they are read already), then the screen; whatever is not known (relay, login, password) is asked for there."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()) and not in_a_tab():
        raise Failed(tr("the console needs a terminal: standard input or output is something else"))
    from opconsole.cli.log_file import start_log
    from opconsole.settings import load_settings

    loaded = loaded or load_settings(speak=arguments.lang is None)
    start_log()
    from opconsole.link.sign_in import SignIn
    from opconsole.ui.running import run_console

    try:
        return run_console(
            mode=mode,
            sign_in=SignIn.of(loaded.settings, arguments.relay, arguments.login),
            settings=loaded.settings,
            problems=loaded.problems,
            theme=arguments.theme or loaded.settings.theme,
            given=given_of(arguments),
        )
    finally:
        _remember_look(arguments.theme)


def given_of(arguments: argparse.Namespace) -> dict[str, str]:
    """What the command line says in place of a setting: by the setting's key, the option with its value."""
    given = {key: getattr(arguments, key, None) for key in ("relay", "login", "lang", "theme")}
    return {key: f"--{key}={value}" for key, value in given.items() if value}


def _remember_look(theme: str | None) -> None:
    """For the outline of the next start: the theme may have been changed on the screen."""
    import msgspec

    from opconsole.cli.skeleton import remember_look
    from opconsole.settings import load_settings
    from opconsole.settings.palette import load_palette

    palette, _ = load_palette(theme or load_settings().settings.theme)
    remember_look(msgspec.structs.asdict(palette.colors))
