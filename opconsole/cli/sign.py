"""`opconsole login`: logs in once, so that the commands for scripts need no password. On a terminal by questions; otherwise the
password is the first line of standard input, and a second factor's code, where one is needed, the second."""

import argparse
import asyncio

from opconsole.cli import say
from opconsole.cli.errors import Exit
from opconsole.locale import tr


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--relay", metavar="URL", default=argparse.SUPPRESS, help=tr("address of the relay"))
    parser.add_argument("--login", metavar="NAME", default=argparse.SUPPRESS, help=tr("who logs in"))


def run(arguments: argparse.Namespace) -> int:
    return asyncio.run(_log_in(arguments))


async def _log_in(arguments: argparse.Namespace) -> int:
    from opconsole.cli.prompts import signed_in
    from opconsole.cli.scripting import failed
    from opconsole.link.connection import dialer
    from opconsole.link.errand import Errand
    from opconsole.link.failures import LinkTrouble
    from opconsole.link.session import Ready
    from opconsole.link.sign_in import SignIn
    from opconsole.settings import load_settings
    from opconsole.state.model import Stop

    sign_in = SignIn.of(load_settings(speak=arguments.lang is None).settings, arguments.relay, arguments.login)
    step = await sign_in.begin()
    known = isinstance(step, Ready)
    ready = await signed_in(sign_in, step)
    try:
        await (await Errand.begin(dialer(ready.relay, ready.token))).end()
    except LinkTrouble as trouble:
        if not known or trouble.stop is not Stop.login:
            raise failed(trouble) from None
        ready = await signed_in(sign_in, await sign_in.expired(ready))
    if not known or sign_in.kept is not None:
        say.out(tr("Logged in as {login} at {relay}.", login=ready.login, relay=ready.relay))
    else:
        say.out(tr("{login} is logged in at {relay} already.", login=ready.login, relay=ready.relay))
    return Exit.ok
