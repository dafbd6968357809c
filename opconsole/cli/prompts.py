"""Logging in by plain lines, for subcommands without a screen: on a terminal by questions, otherwise from standard input.

Without a terminal the password is its first line, and a second factor's code, where one is needed, its second.
"""

import asyncio
import sys
from typing import Final

from opconsole.cli.errors import Exit, Failed
from opconsole.link.session import Ready
from opconsole.link.sign_in import Ask, NewCodes, SignIn, Step
from opconsole.locale import tr

_TRIES: Final = 3


async def signed_in(sign_in: SignIn, step: Step) -> Ready:
    """Ask for what is missing until there is a token. Raises `Failed`."""
    relay = login = password = ""  # nosec B105  nothing is known yet
    tries = 0
    while isinstance(step, Ask):
        code = ""
        tries += not (step.field == "code" and not step.message)  # that a code is asked for is no failure
        if tries > _TRIES or (tries > 1 and not sys.stdin.isatty()):
            raise Failed(step.message, Exit.unreachable if step.field == "relay" else Exit.refused)
        if step.message:
            print(step.message, file=sys.stderr)
        if step.field == "code":
            code = await asyncio.to_thread(_ask_code, step)
        else:
            relay, login, password = await asyncio.to_thread(_ask, step)
        step = await sign_in.submit(relay, login, password, code)
    if isinstance(step, NewCodes):
        print(
            tr("Recovery codes, each for one login without the app. Keep them where the app is not:"), file=sys.stderr
        )
        print("\n".join(step.codes), file=sys.stderr)
        step = step.ready
    if sign_in.note:
        print(sign_in.note, file=sys.stderr)
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
        relay = input(tr("Address of the relay [{relay}]: ", relay=relay)).strip() or relay
    if step.field != "password" or not login:
        login = input(tr("Login: ")).strip() or login
    return relay, login, getpass(tr("Password of {login}: ", login=login))


def _ask_code(step: Ask) -> str:
    if step.secret:
        print(tr("This login must have a second factor. Add it to an authenticator app:"), file=sys.stderr)
        print(f"  {step.secret_words}\n  {step.uri}", file=sys.stderr)
    if not sys.stdin.isatty():
        code = sys.stdin.readline().strip()
        if not code:
            raise Failed(tr("This login has a second factor: give its code as a second line."), Exit.refused)
        return code
    return input(tr("Code of the second factor: "))
