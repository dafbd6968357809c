"""Logging in and out: a password (and a code) for a token; and one's own logins. What goes wrong is a value with a sentence. Nothing here logs or keeps a secret."""

import time
from collections.abc import Awaitable, Callable
from typing import Any, Final

import msgspec
from msgspec import Struct

from opconsole.link import http
from opconsole.locale import tr
from opconsole.wire.text import clean_line

SECONDS: Final = 15


class LoggedIn(Struct, frozen=True):
    """`device`: by it the relay knows this console next time, so that nobody who guesses at the login can lock it out.
    `recovery_codes`: the new second factor's, told this once."""

    token: str
    login: str = ""
    name: str = ""
    role: str = ""
    expires_at: int = 0
    device: str = ""
    recovery_codes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"LoggedIn(login={self.login!r}, token=…)"


class LoginFailed(Struct, frozen=True):
    """`code`: as the relay says (`bad_login`, `throttled`, `blocked`…), or `unreachable`, `no_relay`. `text`: translated."""

    code: str
    text: str


class CodeWanted(Struct, frozen=True):
    """The password was right; a code of the second factor must come with it. `text`: what was wrong with the last, translated.

    With a `secret` there is no second factor yet: it goes into an authenticator app (by hand, or as the QR code of `uri`), and its
    first code back with `enrolment`."""

    text: str = ""
    secret: str = ""
    uri: str = ""
    enrolment: str = ""

    def __repr__(self) -> str:
        return f"CodeWanted(text={self.text!r}, …)"


class OwnSession(Struct, frozen=True):
    """One of a person's own logins. `live`: a console is connected by it; `current`: this one."""

    id: str
    agent: str = ""
    created_at: int = 0
    seen_at: int = 0
    expires_at: int = 0
    live: bool = False
    current: bool = False


class _Sessions(Struct):
    sessions: list[OwnSession]


class _Refusal(Struct):
    code: str = ""
    text: str = ""
    facts: dict[str, str | int] = {}


async def log_in(
    relay: str, login: str, password: str, *, code: str = "", enrolment: str = "", device: str = ""
) -> LoggedIn | CodeWanted | LoginFailed:
    """Ask the relay (a normal address) for a token."""
    more = {"code": code, "enrolment": enrolment, "device": device}
    given = {"login": login, "password": password, **{name: value for name, value in more.items() if value}}
    answer = await _post(relay, "/v1/login", json=given)
    if isinstance(answer, LoginFailed):
        return answer
    status, body = answer
    if status == 200:
        try:
            got = msgspec.json.decode(body, type=LoggedIn)
        except (msgspec.MsgspecError, UnicodeError):
            return _no_relay(relay)
        return msgspec.structs.replace(
            got,
            login=clean_line(got.login) or login,
            name=clean_line(got.name),
            recovery_codes=tuple(clean_line(each) for each in got.recovery_codes),
        )
    refusal = _refusal_of(body)
    if status == 401 and refusal.code in ("totp_needed", "totp_enrol", "bad_code"):
        return _code_wanted(refusal)
    return _refusal(relay, status, body)


def _code_wanted(refusal: _Refusal) -> CodeWanted:
    text = ""
    if refusal.code == "bad_code":
        text = tr("The code is wrong, too old, or was used before.")
    facts = {name: clean_line(str(refusal.facts.get(name, ""))) for name in ("secret", "uri", "enrolment")}
    return CodeWanted(text, **facts) if refusal.code == "totp_enrol" else CodeWanted(text)


async def own_sessions(relay: str, token: str) -> list[OwnSession] | LoginFailed:
    """The logins of the person whose token it is, newest first."""
    answer = await _ask("GET", relay, "/v1/sessions", headers=_bearer(token))
    if isinstance(answer, LoginFailed):
        return answer
    status, body = answer
    if status != 200:
        return _refusal(relay, status, body)
    try:
        found = msgspec.json.decode(body, type=_Sessions).sessions
    except (msgspec.MsgspecError, UnicodeError):
        return _no_relay(relay)
    return [msgspec.structs.replace(each, agent=clean_line(each.agent), id=clean_line(each.id)) for each in found]


async def end_session(relay: str, token: str, session_id: str) -> LoginFailed | None:
    """End one of them. None: it has ended (or had already)."""
    from urllib.parse import quote

    answer = await _ask("DELETE", relay, f"/v1/sessions/{quote(session_id, safe='')}", headers=_bearer(token))
    if isinstance(answer, LoginFailed):
        return answer
    status, body = answer
    return None if status < 300 or _refusal_of(body).code == "no_such_session" else _refusal(relay, status, body)


async def log_out(relay: str, token: str) -> LoginFailed | None:
    """Tell the relay to forget the token. None: it has (or never knew it)."""
    answer = await _post(relay, "/v1/logout", headers=_bearer(token))
    if isinstance(answer, LoginFailed):
        return answer
    status, body = answer
    return None if status < 300 or status == 401 else _refusal(relay, status, body)


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def _post(relay: str, path: str, **request: Any) -> tuple[int, bytes] | LoginFailed:
    return await _ask("POST", relay, path, **request)


async def reach(relay: str, path: str, rounds: int) -> tuple[int, list[int]] | LoginFailed:
    """The status of the relay's answer to `path`, and how long each of so many rounds took on a connection that stood, ms."""
    times: list[int] = []

    async def several(client: Any) -> Any:
        response = await client.get(relay + path)
        for _ in range(rounds):
            began = time.perf_counter_ns()
            await client.get(relay + path)
            times.append((time.perf_counter_ns() - began) // 1_000_000)
        return response

    answer = await _talk(relay, several)
    return answer if isinstance(answer, LoginFailed) else (answer[0], times)


async def _ask(method: str, relay: str, path: str, **request: Any) -> tuple[int, bytes] | LoginFailed:
    return await _talk(relay, lambda client: client.request(method, relay + path, **request))


async def _talk(relay: str, work: Callable[[Any], Awaitable[Any]]) -> tuple[int, bytes] | LoginFailed:
    """What an HTTP client for this relay brings home: status and body of the work's answer."""
    try:
        opened = await http.client(relay, SECONDS)
        async with opened as client:
            response = await work(client)
    except http.troubles() as error:
        return LoginFailed("unreachable", http.why(relay, error))
    return response.status_code, response.content


def _refusal_of(body: bytes) -> _Refusal:
    try:
        return msgspec.json.decode(body, type=_Refusal)
    except (msgspec.MsgspecError, UnicodeError):
        return _Refusal()


def _refusal(relay: str, status: int, body: bytes) -> LoginFailed:
    refusal = _refusal_of(body)
    seconds = refusal.facts.get("seconds", refusal.facts.get("retry_after", 0))
    if refusal.code == "blocked":
        return LoginFailed("blocked", tr("This login is blocked. Ask an admin."))
    if refusal.code == "token":
        return LoginFailed("token", tr("The session has expired: log in again."))
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
