"""The team's front door: `POST /v1/login`. A password, and where one is needed a second factor, for a token.

Password checks are heavy on purpose: few at once, few waiting, and failures slow their sender down (`login_throttle`).
"""

import asyncio
import contextlib
import secrets
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Final

import msgspec
from aiohttp import web
from msgspec import Struct

from opconsole.wire.base import Name
from opconsole.wire.cards import Role
from opconsole.wire.text import clean_line
from server_stub.edge import bounds
from server_stub.edge.clients import network_of
from server_stub.edge.described import Answer, described, refused
from server_stub.edge.front import FRONT, Front, body_of, json_answer, problem
from server_stub.edge.login_throttle import Caller, Strangers
from server_stub.edge.own_sessions import end_those_that_do_not_count
from server_stub.journal.people import SignedIn
from server_stub.journal.second_factor import Enrolments, uri_of


class LoginForm(Struct):
    """What `POST /v1/login` takes."""

    login: Name
    password: str
    code: str = ""
    """Of the second factor, or a recovery code."""
    enrolment: str = ""
    """Where one is being set up: the answer's `enrolment`; `code` is the first one then."""
    device: str = ""
    """From an earlier login's answer: the throttle knows this console then."""

    def __repr__(self) -> str:
        return "LoginForm(…)"  # the login too: people type their password there by mistake


class LoginAnswer(Struct, omit_defaults=True):
    """A login that counts. `token`: for the header `Authorization: Bearer TOKEN`, until `expires_at` (ms)."""

    token: str
    login: str
    name: str
    role: Role
    expires_at: int
    device: str = ""
    """For the next login from this console: the throttle knows it then."""
    recovery_codes: tuple[str, ...] = ()
    """Once, when a second factor was set up."""

    def __repr__(self) -> str:
        return f"LoginAnswer(login={self.login!r}, token=…)"


_form: Final = msgspec.json.Decoder(LoginForm)


def form_of(body: bytes) -> LoginForm | None:
    """None: it is something else."""
    try:
        return _form.decode(body)
    except (msgspec.DecodeError, msgspec.ValidationError, UnicodeError, RecursionError):
        return None


Sleep = Callable[[float], Awaitable[object]]


class LoginDoor:
    def __init__(self, sleep: Sleep = asyncio.sleep, clock_s: Callable[[], float] = time.monotonic) -> None:
        self._sleep = sleep
        self._clock_s = clock_s
        self._strangers = Strangers()
        self._checking = {known: asyncio.Semaphore(n) for known, n in _AT_ONCE.items()}
        self._waiting: Counter[str] = Counter()
        self._enrolments = Enrolments(
            last_ms=bounds.ENROLMENT_MS, most=bounds.ENROLMENTS, new_ticket=lambda: secrets.token_urlsafe(16)
        )

    @described(
        "Log in",
        body=LoginForm,
        answers={
            200: Answer("The token.", LoginAnswer),
            401: refused(
                "The name, the password or the code is wrong (`bad_login`, `bad_code`), a second factor is asked for "
                "(`totp_needed`) or must be set up (`totp_enrol`), or the person is blocked (`blocked`)."
            ),
            408: refused("The body did not come in time."),
            429: refused("Too many failed logins.", Retry_After="Seconds."),
        },
    )
    async def login(self, request: web.Request) -> web.Response:
        front = request.app[FRONT]
        form = form_of(await body_of(request))
        if form is None:
            return problem(400, "bad_request", "send JSON with `login` and `password`")
        login = clean_line(form.login).strip().lower()
        caller = Caller(login, network_of(request.remote or ""), front.devices.device_of(form.device, login))
        async with self._turn(front, caller, code=bool(form.code)) as wait_s:
            if wait_s:
                return _throttled(wait_s)
            return await self._try(front, form, caller, request.headers.get("User-Agent", ""))

    @contextlib.asynccontextmanager
    async def _turn(self, front: Front, caller: Caller, *, code: bool) -> AsyncIterator[float]:
        """Wait for the turn; within the block the attempt is under way, and counted. Gives the seconds after which to come again,
        if this is too much now."""
        logins = front.logins
        if wait_s := logins.wait_s(caller, self._clock_s(), code=code):
            yield wait_s
            return
        if logins.is_held_up(caller, self._clock_s()):
            if not self._strangers.enter(caller.name):
                yield bounds.STRANGER_WAIT_S
                return
            try:
                await self._sleep(bounds.STRANGER_WAIT_S)
            finally:
                self._strangers.leave(caller.name)
            if wait_s := logins.wait_s(caller, self._clock_s(), code=code):  # others have come meanwhile
                yield wait_s
                return
        line = f"device {caller.device}" if caller.device else caller.address
        full = not caller.device and sum(self._waiting.values()) >= bounds.LOGINS_WAITING
        if full or self._waiting[line] >= bounds.ADDRESS_LOGINS_WAITING:
            yield 1.0
            return
        logins.began(caller, self._clock_s(), code=code)
        self._waiting[line] += 1
        try:
            async with self._checking[bool(caller.device)]:
                yield 0.0
        finally:
            self._waiting[line] -= 1
            if not self._waiting[line]:
                del self._waiting[line]

    async def _try(self, front: Front, form: LoginForm, caller: Caller, agent: str) -> web.Response:
        logins = front.logins
        shown = self._enrolments.secret_of(form.enrolment, caller.login, front.now()) if form.enrolment else ""
        found = await asyncio.to_thread(
            front.accounts.sign_in, caller.login, form.password, code=form.code, enrol_secret=shown, agent=agent
        )
        now_s = self._clock_s()
        if isinstance(found, SignedIn):
            logins.succeeded(caller, now_s, code=bool(form.code))
            if found.recovery_codes:
                self._enrolments.end(form.enrolment)
                end_those_that_do_not_count(front, found.user.login, "a second factor was set up")
            return _signed_in(found, form.device if caller.device else front.devices.make(caller.login))
        if form.code and found.code != "bad_code":
            logins.code_not_looked_at(caller, now_s)
        match found.code:
            case "blocked":
                return problem(401, "blocked", "this login is blocked; ask an administrator")
            case "totp_needed":
                logins.password_was_right(caller, now_s)
                return problem(401, "totp_needed", "this login has a second factor: send its `code` too")
            case "totp_enrol":
                logins.password_was_right(caller, now_s)
                return self._enrol(front, caller.login)
            case "bad_code":
                return problem(401, "bad_code", "the code is wrong, too old, or was used before")
        return problem(401, "bad_login", "the login or the password is wrong")

    def _enrol(self, front: Front, login: str) -> web.Response:
        ticket, begun = self._enrolments.begin(login, front.now())
        return problem(
            401,
            "totp_enrol",
            "this login must have a second factor: set it up, and send its first `code` with `enrolment`",
            enrolment=ticket,
            secret=begun.secret,
            uri=uri_of(begun.secret, login, front.accounts.policy.desk),
        )


_AT_ONCE: Final = {False: bounds.LOGINS_AT_ONCE, True: bounds.KNOWN_LOGINS_AT_ONCE}


def _throttled(wait_s: float) -> web.Response:
    seconds = max(1, round(wait_s + 0.5))
    return problem(429, "throttled", f"too many failed logins; try again in {seconds} s", seconds=seconds)


def _signed_in(found: SignedIn, device: str) -> web.Response:
    user = found.user
    return json_answer(
        LoginAnswer(
            found.token, user.login, user.name, user.role, found.session.expires_at, device, tuple(found.recovery_codes)
        )
    )
