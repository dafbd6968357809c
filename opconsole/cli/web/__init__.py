"""`opconsole web`: the console in a browser's tab, for those who have no terminal. Needs the extra `web` (textual-serve).

Each tab is a console of its own, in a process and a folder of its own: it asks for a login at the relay, and with the tab its login
ends, here and at the relay. It listens on this machine alone; TLS and the way in from elsewhere are a proxy's affair.
"""

import argparse
import sys
from typing import Final

from opconsole.cli import say
from opconsole.cli.errors import Exit, Failed
from opconsole.locale import tr

PORT: Final = 8766
TABS: Final = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--port", metavar="N", type=int, default=PORT, help=tr("listen here, on this machine alone (8766)")
    )
    parser.add_argument(
        "--public-url",
        metavar="URL",
        default="",
        help=tr("as browsers reach it through a proxy that speaks TLS: https://console.example"),
    )
    parser.add_argument("--tabs", metavar="N", type=int, default=TABS, help=tr("so many at once at most (20)"))
    parser.add_argument("--relay", metavar="URL", default=argparse.SUPPRESS, help=tr("address of the relay"))


def run(arguments: argparse.Namespace) -> int:
    from importlib.util import find_spec

    if find_spec("textual_serve") is None:
        raise Failed(tr("The console in a browser needs a package more. Install it: pip install 'opconsole[web]'"))
    if not 0 < arguments.port < 65536 or arguments.tabs < 1:
        raise Failed(tr("A port is a number from 1 to 65535, and there is at least one tab."), Exit.usage)
    from opconsole.cli.web.server import BadPublicUrl, Tabs, public_site
    from opconsole.link.address import BadAddress, normal
    from opconsole.settings import load_settings

    loaded = load_settings(speak=arguments.lang is None)
    try:
        relay = normal(arguments.relay or loaded.settings.relay) if arguments.relay or loaded.settings.relay else ""
        site = public_site(arguments.public_url)
    except (BadAddress, BadPublicUrl) as bad:
        raise Failed(str(bad), Exit.usage) from None
    if site and not relay:
        raise Failed(
            tr(
                "With --public-url say which relay the tabs are for (--relay URL): strangers would have this machine call any other."
            ),
            Exit.usage,
        )
    options = [f"--lang={arguments.lang}"] if arguments.lang else []
    options += [f"--theme={arguments.theme}"] if arguments.theme else []
    tabs = Tabs(
        [sys.executable, "-m", "opconsole", *options],
        port=arguments.port,
        relay=relay,
        theme=loaded.settings.theme,
        public=site,
        most=arguments.tabs,
    )
    say.out(tr("The console is at {address}. Ctrl+C ends it.", address=tabs.public_url), flush=True)
    if not site:
        say.out(
            tr(
                "Only browsers of this machine get in. For others put a proxy with TLS before it (without TLS words and "
                "passwords could be read on the way), and give its address with --public-url."
            ),
            flush=True,
        )
    try:
        tabs.serve()
    except OSError as error:
        raise Failed(
            tr("can't listen on port {port}: {why}", port=arguments.port, why=error.strerror or error)
        ) from None
    return Exit.ok
