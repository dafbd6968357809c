"""Logging in by plain lines, for subcommands without a screen: on a terminal by questions, otherwise from standard input.

Without a terminal the password is its first line, and a second factor's code, where one is needed, its second.
"""

import asyncio
import sys
from typing import Final

from opconsole.cli import say
from opconsole.cli.errors import Exit, Failed
from opconsole.link.session import Ready
from opconsole.link.sign_in import Ask, NewCodes, SignIn, Step
from opconsole.locale import tr
from opconsole.wire.text import clean_line

_TRIES: Final = 3


async def signed_in(sign_in: SignIn, step: Step) -> Ready:
    """Ask for what is missing until there is a token. Raises `Failed`."""
    relay = login = password = ""  # nothing is known yet  # nosec B105
    tries = 0
    while isinstance(step, Ask):
        code = ""
        tries += not (step.field == "code" and not step.message)  # that a code is asked for is no failure
        if tries > _TRIES or (tries > 1 and not sys.stdin.isatty()):
            raise Failed(step.message, Exit.unreachable if step.field == "relay" else Exit.refused)
        if step.message:
            say.err(step.message)
        if step.field == "code":
            code = await asyncio.to_thread(_ask_code, step)
        else:
            relay, login, password = await asyncio.to_thread(_ask, step)
        step = await sign_in.submit(relay, login, password, code)
    if isinstance(step, NewCodes):
        say.err(tr("Recovery codes, each for one login without the app. Keep them where the app is not:"))
        say.err("\n".join(step.codes))
        step = step.ready
    if sign_in.note:
        say.err(sign_in.note)
    return step


def _ask(step: Ask) -> tuple[str, str, str]:
    """Relay, login and password: from the terminal, or the password alone as a line of standard input."""
    if not sys.stdin.isatty():
        if not step.login:
            raise Failed(tr("Who are you? Give --relay and --login."), Exit.usage)
        return step.relay, step.login, sys.stdin.readline().rstrip("\n")
    from getpass import getpass

    relay, login = step.relay, step.login
    if step.field == "relay" or not relay:
        relay = say.ask(tr("Address of the relay [{relay}]: ", relay=relay)).strip() or relay
    if step.field != "password" or not login:
        login = say.ask(tr("Login: ")).strip() or login
    return relay, login, getpass(clean_line(tr("Password of {login}: ", login=login)))


def _ask_code(step: Ask) -> str:
    if step.secret:
        say.err(tr("This login must have a second factor. Add it to an authenticator app:"))
        say.err(f"  {step.secret_words}\n  {step.uri}")
    if not sys.stdin.isatty():
        code = sys.stdin.readline().strip()
        if not code:
            raise Failed(tr("This login has a second factor: give its code as a second line."), Exit.refused)
        return code
    return say.ask(tr("Code of the second factor: "))
