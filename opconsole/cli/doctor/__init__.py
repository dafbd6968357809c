"""`opconsole doctor`: what this terminal, this machine and the relay can do for the console, and how to mend what they can't.

It changes nothing but what it must to look: it asks the terminal (and takes the answers away), and greets the relay as a script.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from opconsole.cli.errors import Exit
from opconsole.locale import mark, tr, trn

if TYPE_CHECKING:
    from opconsole.cli.doctor.finding import Finding

AREAS: Final = {
    "terminal": mark("Terminal"),
    "settings": mark("Settings"),
    "folders": mark("Folders"),
    "keyring": mark("Keyring"),
    "relay": mark("Relay"),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    from opconsole.cli.scripting import add_common

    parser.add_argument("--offline", action="store_true", help=tr("don't look at the relay"))
    parser.add_argument("--no-questions", action="store_true", help=tr("ask the terminal nothing"))
    add_common(parser)


def run(arguments: argparse.Namespace) -> int:
    from opconsole.cli.doctor.finding import Level
    from opconsole.cli.scripting import put, put_json
    from opconsole.settings import load_settings

    loaded = load_settings(speak=arguments.lang is None)
    found = list(_look(arguments, loaded))
    for number, finding in enumerate(found):
        if arguments.json:
            put_json(finding)
            continue
        if number == 0 or found[number - 1].area != finding.area:
            put(("" if number == 0 else "\n") + tr(AREAS[finding.area]))
        for line in _lines(finding):
            put(line)
    faults = sum(finding.level is Level.fault for finding in found)
    warnings = sum(finding.level is Level.warning for finding in found)
    if not arguments.json:
        told = ", ".join((trn("{n} fault", "{n} faults", faults), trn("{n} warning", "{n} warnings", warnings)))
        put("\n" + (told + "." if faults or warnings else tr("All is well.")))
    return Exit.failed if faults else Exit.ok


def _look(arguments: argparse.Namespace, loaded: object) -> "Iterable[Finding]":
    from opconsole.cli.doctor.files import folders, settings
    from opconsole.cli.doctor.screen import opening, terminal
    from opconsole.settings.file import Loaded
    from opconsole.terminal.queries import ask

    assert isinstance(loaded, Loaded)
    # A pager at the other end of a pipe reads the terminal too: it would take the answers for keys.
    asks = not arguments.no_questions and (arguments.json or sys.stdout.isatty())
    yield from terminal(os.environ, ask() if asks else None, wish=loaded.settings.pictures)
    yield opening(os.environ)
    yield from settings(loaded)
    yield from folders(loaded.settings.downloads)
    from opconsole.cli.doctor.desk import keyring, relay

    yield from keyring(loaded.settings)
    if not arguments.offline:
        yield from asyncio.run(relay(loaded.settings, arguments.relay, arguments.login))


def _lines(finding: "Finding") -> list[str]:
    from opconsole.cli.doctor.finding import MARKS

    lines = _wrapped(f"  {MARKS[finding.level]} ", finding.text)
    for line in finding.mend.splitlines():
        lines += _wrapped("    → ", line)
    return lines


def _wrapped(mark: str, text: str) -> list[str]:
    """On a terminal by words; in a pipe a finding is a line. Commands stay whole, to be copied."""
    if not sys.stdout.isatty():
        return [mark + text]
    import shutil
    from textwrap import wrap

    cells = max(40, shutil.get_terminal_size().columns)
    indent = " " * len(mark)
    return wrap(
        text, cells, initial_indent=mark, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
