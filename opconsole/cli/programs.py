"""Starts the relay's programs in our place. The console imports nothing of the relay: it only knows what the program is called."""

import os
import sys
from importlib.util import find_spec
from typing import Final

from opconsole.cli.errors import Failed
from opconsole.locale import tr

NEEDS: Final = (
    "aiohttp",
    "alembic",
    "argon2",
    "itsdangerous",
    "prometheus_client",
    "pyotp",
    "sortedcontainers",
    "sqlmodel",
)
"""Modules of the extra `relay`."""


def missing() -> list[str]:
    """What of the extra is not installed."""
    return [name for name in ("server_stub", *NEEDS) if find_spec(name) is None]


def command(name: str, rest: list[str]) -> list[str]:
    """The command line of one of the relay's programs."""
    return [sys.executable, "-m", "server_stub", name, *rest]


def become(name: str, rest: list[str]) -> int:
    """Replace this process by the relay's program. Returns only where processes can't be replaced (Windows)."""
    lacking = missing()
    if lacking:
        raise Failed(
            tr(
                "`{name}` needs packages that are not installed ({packages}). Install them: pip install 'opconsole[relay]'",
                name=name,
                packages=", ".join(lacking),
            )
        )
    sys.stdout.flush()
    sys.stderr.flush()
    if sys.platform == "win32":
        import subprocess

        return subprocess.call(command(name, rest))  # our own program  # noqa: S603  # nosec B603
    os.execv(sys.executable, command(name, rest))  # our own program  # noqa: S606  # nosec B606
