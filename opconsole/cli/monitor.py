"""`opconsole monitor`: the supervisor's floor. Read only; the relay itself refuses commands of such a session."""

import argparse

from opconsole.cli.workspace import open_screen


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing of its own."""


def run(arguments: argparse.Namespace) -> int:
    return open_screen(arguments, "monitor")
