"""Signing in, step by step, without a screen: which relay, which login, is there a token, what did the relay say.

    sign_in = SignIn.of(settings, relay=args.relay, login=args.login)
    step = await sign_in.begin()            # Ready, or Ask: show its fields
    while isinstance(step, Ask):
        step = await sign_in.submit(relay, login, password, code)
    if isinstance(step, NewCodes):          # a second factor was set up: show its recovery codes, this once
        step = step.ready
    Session(step, ...)

The same flow serves the login screen and the plain prompts of a pipe.
"""

import asyncio
import os
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from opconsole.link.address import DEFAULT_RELAY, BadAddress, normal
from opconsole.link.login import CodeWanted, LoginFailed, log_in, log_out
from opconsole.link.private_file import write_private
from opconsole.link.session import Ready
from opconsole.link.tokens import Kept, Tokens
from opconsole.locale import tr
from opconsole.settings import Settings, data_dir, state_dir
from opconsole.wire.codec import clean_struct
from opconsole.wire.text import clean_line

_LAST: Final = "last.json"


RELAY_OF_TAB: Final = "OPCONSOLE_TAB_RELAY"
"""Variable of a browser's tab: the one relay that it is for."""


class Ask(Struct, frozen=True):
    """What must be asked for. `relay`, `login`: what to fill in beforehand. `message`: what was wrong, translated; or empty."""

    relay: str = DEFAULT_RELAY
    login: str = ""
    message: str = ""
    field: str = "password"
    """Which field to stand in: `relay`, `login` or `password`; or `code`: the password was right, and a code must come with it."""
    secret: str = ""
    uri: str = ""
    """With `code`: there is no second factor yet; this goes into an authenticator app, and its first code back."""

    @property
    def secret_words(self) -> str:
        """The secret as it is read and typed: in groups of four."""
        return " ".join(self.secret[at : at + 4] for at in range(0, len(self.secret), 4))

    def __repr__(self) -> str:
        return f"Ask(relay={self.relay!r}, login={self.login!r}, message={self.message!r}, field={self.field!r})"


class NewCodes(Struct, frozen=True):
    """Logged in, with a new second factor: its recovery codes are known now and never again."""

    ready: Ready
    codes: tuple[str, ...]

    def __repr__(self) -> str:
        return f"NewCodes({self.ready!r}, …)"


Step = Ready | Ask | NewCodes


class Last(Struct):
    """The last relay and login."""

    relay: str = ""
    login: str = ""


class SignIn:
    """`kept`: after a login, where the token was put. `only`: no other relay than this, whatever is asked for; empty: any."""

    def __init__(self, tokens: Tokens, state: Path, relay: str = "", login: str = "", *, only: str = "") -> None:
        self._tokens = tokens
        self._state = state
        self._only = only
        self._relay = only or clean_line(relay)
        self._login = clean_line(login)
        self.kept: Kept | None = None
        self.to_file = False
        """The settings say that logins are kept in a file: that is then nothing to tell."""
        self._enrolling: tuple[str, str, CodeWanted] | None = None
        """A second factor that is being set up: at which relay, for whom, and what was said of it."""

    @classmethod
    def of(cls, settings: Settings, relay: str | None = None, login: str | None = None) -> "SignIn":
        """From the settings, over which what was given on the command line goes."""
        state = state_dir()
        last = read_last(state)
        relay = relay or settings.relay or last.relay
        login = login or settings.login or (last.login if relay == last.relay else "")
        made = cls(Tokens(data_dir(), settings.keyring), state, relay, login, only=os.environ.get(RELAY_OF_TAB, ""))
        made.to_file = settings.keyring == "file"
        return made

    @property
    def note(self) -> str:
        """Where the token was put, if that is worth a word to the operator."""
        if self.kept is Kept.file and not self.to_file:
            return tr(
                "There is no keyring here: the login is kept in {file}, readable by you alone.", file=self._tokens.path
            )
        if self.kept is Kept.nowhere:
            return tr("The login could not be kept: you will be asked for the password again.")
        return ""

    async def begin(self, message: str = "") -> Ready | Ask:
        """With the token of an earlier login, or what to ask for."""
        try:
            relay = normal(self._relay or DEFAULT_RELAY)
        except BadAddress as bad:
            return Ask(self._relay, self._login, str(bad), "relay")
        if not self._login:
            return Ask(relay, "", message, "login" if self._relay else "relay")
        token = await asyncio.to_thread(self._tokens.get, relay, self._login)
        return Ready(relay, self._login, token) if token else Ask(relay, self._login, message)

    async def submit(self, relay: str, login: str, password: str, code: str = "") -> Step:
        """What the operator filled in: a token, or the form again with what was wrong, or with a code to ask for."""
        login = login.strip()
        try:
            address = normal(relay)
        except BadAddress as bad:
            return Ask(relay, login, str(bad), "relay")
        if self._only and address != self._only:
            return Ask(self._only, login, tr("This tab is for {relay} alone.", relay=self._only), "login")
        if not login:
            return Ask(address, "", tr("Who are you? The login is missing."), "login")
        if not password:
            return Ask(address, login, tr("The password is missing."))
        begun = self._begun(address, login)
        device = await asyncio.to_thread(self._tokens.device, address, login)
        got = await log_in(
            address, login, password, code=code.strip(), enrolment=begun.enrolment if begun else "", device=device
        )
        if isinstance(got, CodeWanted):
            return self._ask_code(address, login, got, begun)
        if isinstance(got, LoginFailed):
            field = "relay" if got.code in ("unreachable", "no_relay") else "password"
            if got.code == "throttled" and code:
                return Ask(address, login, got.text, "code", begun.secret if begun else "", begun.uri if begun else "")
            return Ask(address, login, got.text, field)
        self._relay, self._login, self._enrolling = address, got.login, None
        self.kept = await asyncio.to_thread(self._tokens.put, address, got.login, got.token)
        if got.device and got.device != device:
            await asyncio.to_thread(self._tokens.keep_device, address, got.login, got.device)
        await asyncio.to_thread(write_last, self._state, Last(address, got.login))
        ready = Ready(address, got.login, got.token)
        return NewCodes(ready, got.recovery_codes) if got.recovery_codes else ready

    def _begun(self, relay: str, login: str) -> CodeWanted | None:
        """The second factor that this login is setting up."""
        found = self._enrolling
        return found[2] if found is not None and found[:2] == (relay, login) else None

    def _ask_code(self, relay: str, login: str, wanted: CodeWanted, begun: CodeWanted | None) -> Ask:
        text = wanted.text
        if wanted.secret:
            if begun is not None:
                text = tr("That took too long. Here is a new secret.")
            self._enrolling, begun = (relay, login, wanted), wanted
        return Ask(relay, login, text, "code", begun.secret if begun else "", begun.uri if begun else "")

    async def expired(self, ready: Ready) -> Ask:
        """The relay no longer knows the token: forget it, and what to ask for."""
        await asyncio.to_thread(self._tokens.drop, ready.relay, ready.login)
        return Ask(ready.relay, ready.login, tr("The session has expired: log in again."))

    async def sign_out(self) -> tuple[bool, str]:
        """Forget the token here and at the relay. Whether there was one, and a sentence if the relay could not be told."""
        step = await self.begin()
        if isinstance(step, Ask):
            return False, ""
        await asyncio.to_thread(self._tokens.drop, step.relay, step.login)
        failed = await log_out(step.relay, step.token)
        return True, failed.text if failed is not None else ""


def read_last(state: Path) -> Last:
    try:
        return clean_struct(msgspec.json.decode((state / _LAST).read_bytes(), type=Last))
    except (OSError, msgspec.MsgspecError, UnicodeError):
        return Last()


def write_last(state: Path, last: Last) -> None:
    """A convenience: that it can't be written is no reason to complain."""
    try:
        write_private(state / _LAST, msgspec.json.encode(last), durable=False)
    except OSError:
        pass
