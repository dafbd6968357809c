"""`opconsole logout`: forgets the login, here and at the relay."""

import argparse
import asyncio

from opconsole.cli import say
from opconsole.locale import tr


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing of its own: `--relay` and `--login` come before the subcommand."""


def run(arguments: argparse.Namespace) -> int:
    from opconsole.link.sign_in import SignIn
    from opconsole.settings import load_settings

    sign_in = SignIn.of(load_settings(speak=arguments.lang is None).settings, arguments.relay, arguments.login)
    was_known, trouble = asyncio.run(sign_in.sign_out())
    if not was_known:
        say.out(tr("No login was kept."))
    elif trouble:
        say.out(tr("The login is forgotten here; the relay could not be told: {why}", why=trouble))
    else:
        say.out(tr("Logged out."))
    return 0
