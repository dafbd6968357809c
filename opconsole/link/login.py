"""Logging in and out: a password for a token. What goes wrong is a value with a sentence. Nothing here logs or keeps a secret."""

import asyncio
import importlib
from typing import Any, Final

import msgspec
from msgspec import Struct

from opconsole import __version__
from opconsole.link.address import is_loopback
from opconsole.link.connection import why_unreachable
from opconsole.locale import tr
from opconsole.wire.text import clean_line

SECONDS: Final = 15
_CAUSES: Final = 50
"""So many errors behind an error are looked at."""


class LoggedIn(Struct, frozen=True):
    token: str
    login: str
    name: str = ""
    role: str = ""
    expires_at: int = 0

    def __repr__(self) -> str:
        return f"LoggedIn(login={self.login!r}, token=…)"


class LoginFailed(Struct, frozen=True):
    """`code`: as the relay says (`bad_login`, `throttled`, `blocked`…), or `unreachable`, `no_relay`. `text`: translated."""

    code: str
    text: str


class _Answer(Struct):
    token: str
    login: str = ""
    name: str = ""
    role: str = ""
    expires_at: int = 0


class _Refusal(Struct):
    code: str = ""
    text: str = ""
    facts: dict[str, str | int] = {}


async def log_in(relay: str, login: str, password: str) -> LoggedIn | LoginFailed:
    """Ask the relay (a normal address) for a token."""
    answer = await _post(relay, "/v1/login", json={"login": login, "password": password})
    if isinstance(answer, LoginFailed):
        return answer
    status, body = answer
    if status == 200:
        try:
            got = msgspec.json.decode(body, type=_Answer)
        except (msgspec.MsgspecError, UnicodeError):
            return _no_relay(relay)
        return LoggedIn(got.token, clean_line(got.login) or login, clean_line(got.name), got.role, got.expires_at)
    return _refusal(relay, status, body)


async def log_out(relay: str, token: str) -> LoginFailed | None:
    """Tell the relay to forget the token. None: it has (or never knew it)."""
    answer = await _post(relay, "/v1/logout", headers={"Authorization": f"Bearer {token}"})
    if isinstance(answer, LoginFailed):
        return answer
    status, body = answer
    return None if status < 300 or status == 401 else _refusal(relay, status, body)


async def _post(relay: str, path: str, **request: Any) -> tuple[int, bytes] | LoginFailed:
    # 0.2 s of imports: in a thread, so that the screen stays alive
    httpx = await asyncio.to_thread(importlib.import_module, "httpx")
    try:
        async with httpx.AsyncClient(
            timeout=SECONDS, trust_env=not is_loopback(relay), headers={"User-Agent": f"opconsole/{__version__}"}
        ) as client:
            response = await client.post(relay + path, **request)
    except httpx.TimeoutException:
        return LoginFailed("unreachable", tr("{relay} does not answer.", relay=relay))
    except httpx.ConnectError as error:
        return LoginFailed("unreachable", _why(relay, error))
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        why = clean_line(str(error))[:200] or type(error).__name__
        return LoginFailed("unreachable", tr("{relay} can't be reached: {why}.", relay=relay, why=why))
    return response.status_code, response.content


def _why(relay: str, error: BaseException) -> str:
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


def _refusal(relay: str, status: int, body: bytes) -> LoginFailed:
    try:
        refusal = msgspec.json.decode(body, type=_Refusal)
    except (msgspec.MsgspecError, UnicodeError):
        refusal = _Refusal()
    seconds = refusal.facts.get("seconds", refusal.facts.get("retry_after", 0))
    if refusal.code == "blocked":
        return LoginFailed("blocked", tr("This login is blocked. Ask an admin."))
    if status == 401:
        return LoginFailed(refusal.code or "bad_login", tr("The login or the password is wrong."))
    if status == 429:
        if isinstance(seconds, int) and seconds > 0:
            return LoginFailed("throttled", tr("Too many attempts: try again in {seconds} s.", seconds=seconds))
        return LoginFailed("throttled", tr("Too many attempts: try again in a minute."))
    if refusal.text:
        return LoginFailed(refusal.code or "refused", clean_line(refusal.text)[:200])
    return _no_relay(relay)


def _no_relay(relay: str) -> LoginFailed:
    return LoginFailed("no_relay", tr("{relay} is not a relay.", relay=relay))
