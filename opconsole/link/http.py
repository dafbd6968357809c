"""Plain HTTP to the relay, with one set of rules: whom to trust, which proxy, how long to wait, and what went wrong in words.

The library takes 0.2 s to import, so it is imported when it is first wanted, in a thread: the screen stays alive.
"""

import asyncio
import importlib
from typing import Any, Final

from opconsole import __version__
from opconsole.link.address import is_loopback
from opconsole.link.connection import why_unreachable
from opconsole.locale import tr
from opconsole.wire.text import clean_line

_CAUSES: Final = 50
"""So many errors behind an error are looked at."""


async def client(relay: str, seconds: float, answer_seconds: float = 0.0) -> Any:
    """An `httpx.AsyncClient` for this relay (a normal address), to be used as a context. Follows nowhere. `seconds`:
    without a byte for so long it is over; `answer_seconds`: so long an answer may take, if that is longer. Raises OSError: the file of what is
    to be trusted can't be read."""
    httpx = await asyncio.to_thread(importlib.import_module, "httpx")
    from opconsole.link.tls import context_for

    return httpx.AsyncClient(
        timeout=httpx.Timeout(seconds, read=max(seconds, answer_seconds)),
        trust_env=not is_loopback(relay),
        verify=await asyncio.to_thread(context_for, relay),
        headers={"User-Agent": f"opconsole/{__version__}"},
    )


def troubles() -> tuple[type[BaseException], ...]:
    """What talking by a `client` may raise, and `why` has words for."""
    import httpx

    return (httpx.HTTPError, httpx.InvalidURL, OSError)


def why(relay: str, error: BaseException) -> str:
    """A sentence for one of the `troubles`."""
    import httpx

    from opconsole.link.tls import why_not

    if isinstance(error, httpx.TimeoutException):
        return tr("{relay} does not answer.", relay=relay)
    if isinstance(error, OSError):  # the file of what is to be trusted
        return why_not(relay, error) or _unreachable(relay, error.strerror or str(error))
    if isinstance(error, httpx.ConnectError):
        return why_not(relay, error) or _of_causes(relay, error)
    return _unreachable(relay, str(error) or type(error).__name__)


def _of_causes(relay: str, error: BaseException) -> str:
    """httpx tells of a name that isn't known or a certificate that isn't to be trusted only by what caused its error."""
    causes = [error]
    for cause in causes:  # grows
        if isinstance(cause, OSError) and cause.errno is not None:
            return why_unreachable(relay, cause)
        if len(causes) < _CAUSES:
            deeper = cause.__cause__ or cause.__context__
            causes += [deeper] if deeper is not None else []
            causes += getattr(cause, "exceptions", ())
    return tr("Nothing answers at {relay}. Is the relay running?", relay=relay)


def _unreachable(relay: str, why: str) -> str:
    return tr("{relay} can't be reached: {why}.", relay=relay, why=clean_line(why)[:200])
