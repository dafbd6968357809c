"""The keyring and the relay: is a login kept, where, does it count; is the relay there, how far, how much its clock differs."""

import asyncio
import time
from collections.abc import Iterator
from typing import Any, Final

from opconsole import __version__
from opconsole.cli.doctor.finding import Finding, Level
from opconsole.link.address import BadAddress, is_loopback, normal
from opconsole.link.connection import dialer
from opconsole.link.errand import Errand
from opconsole.link.failures import LinkTrouble, Trouble
from opconsole.link.login import LoginFailed, own_sessions
from opconsole.link.session import Ready
from opconsole.link.sign_in import SignIn
from opconsole.link.tokens import Tokens
from opconsole.locale import date, span, tr
from opconsole.settings import Settings, data_dir
from opconsole.state.model import Stop
from opconsole.wire import limits

KEYRING_S: Final = 5.0
"""A keyring may ask its user something, or hang with its desktop."""
ROUNDS: Final = 4
SLOW_MS: Final = 300
CLOCK_MS: Final = 2_000
EXPIRES_MS: Final = 3 * 24 * 3600 * 1000


def keyring(settings: Settings) -> Iterator[Finding]:
    tokens = Tokens(data_dir(), settings.keyring)
    if settings.keyring == "file":
        yield _kept(tr("Logins are kept in {file}, as config.toml says.", file=tokens.path), value="file")
        return
    name = _in_time(tokens.backend)
    if name is None:
        yield _kept(
            tr("The keyring does not answer."),
            Level.warning,
            tr('Unlock it, or keep logins in a file: keyring = "file" in config.toml'),
        )
    elif name:
        yield _kept(tr("Logins are kept in the keyring ({name}).", name=name), value=name)
    else:
        yield _kept(
            tr("There is no keyring here: logins are kept in {file}, readable by you alone.", file=tokens.path),
            Level.note,
            tr("On a desktop: GNOME Keyring or KWallet. On a server the file is all right."),
            "file",
        )


def _in_time(work: Any) -> Any:
    """The work's result, or None if it takes too long; whatever hangs is left behind, and ends with the program."""
    import threading

    result: list[Any] = []
    thread = threading.Thread(target=lambda: result.append(work()), name="keyring", daemon=True)
    thread.start()
    thread.join(KEYRING_S)
    return result[0] if result else None


def _kept(text: str, level: Level = Level.ok, mend: str = "", value: str = "") -> Finding:
    return Finding(area="keyring", name="keyring", level=level, text=text, mend=mend, value=value)


# ---------------------------------------------------------------- the relay


def _one(name: str, text: str, level: Level = Level.ok, mend: str = "", value: str = "") -> Finding:
    return Finding(area="relay", name=name, level=level, text=text, mend=mend, value=value)


async def relay(settings: Settings, given_relay: str | None, given_login: str | None) -> list[Finding]:
    sign_in = SignIn.of(settings, given_relay, given_login)
    step = await sign_in.begin()
    if step.relay and not isinstance(step, Ready) and step.field == "relay" and step.message:
        return [
            _one("address", step.message, Level.fault, tr("Mend relay in config.toml, or give --relay"), step.relay)
        ]
    try:
        address = normal(step.relay)
    except BadAddress as bad:
        return [_one("address", str(bad), Level.fault, tr("Mend relay in config.toml, or give --relay"), step.relay)]
    found = await _reach(address)
    if found[-1].level is Level.fault:
        return found
    if isinstance(step, Ready):
        return found + await _greet(step)
    return [*found, _one("login", tr("Nobody is logged in here."), Level.note, tr("Log in: opconsole login"))]


async def _reach(address: str) -> list[Finding]:
    """Is it there, over which TLS, and how far away."""
    from opconsole.link.login import reach

    answered = await reach(address, "/healthz", ROUNDS)
    if isinstance(answered, LoginFailed):
        mend = tr(
            "Is the address right, the relay running, and this machine on the network? Try: curl {address}/healthz",
            address=address,
        )
        return [_one("reach", answered.text, Level.fault, mend, address)]
    status, times_ms = answered
    if status not in (200, 503):
        mend = tr("Mend relay in config.toml, or give --relay")
        return [
            _one(
                "reach", tr("At {relay} answers a web server, but no relay.", relay=address), Level.fault, mend, address
            )
        ]
    if status == 503:
        return [
            _one(
                "reach",
                tr("{relay} is stopping, or can't store anything.", relay=address),
                Level.fault,
                tr("Ask who runs it."),
                address,
            )
        ]
    found = [_one("reach", tr("{relay} is there.", relay=address), value=address)]
    if address.startswith("https:"):
        found += await asyncio.to_thread(_certificate, address)
    elif not is_loopback(address):
        found.append(
            _one(
                "tls",
                tr("Words go to the relay unencrypted."),
                Level.warning,
                tr("Use https:// (docs/security.md says how the relay gets it)."),
            )
        )
    nearest = min(times_ms)
    text = tr("{ms} ms there and back", ms=nearest)
    slow = nearest > SLOW_MS
    mend = tr("The console stays quick; what others do comes later.") if slow else ""
    found.append(_one("distance", text, Level.note if slow else Level.ok, mend, str(nearest)))
    return found


def _certificate(address: str) -> list[Finding]:
    import socket
    import ssl
    from urllib.parse import urlsplit

    from opconsole.link.tls import context_for, why_not

    parts = urlsplit(address)
    host = parts.hostname or ""
    try:
        with (
            socket.create_connection((host, parts.port or 443), timeout=5) as plain,
            context_for(address).wrap_socket(plain, server_hostname=host) as secure,
        ):
            version, certificate = secure.version() or "", secure.getpeercert() or {}
    except OSError as error:
        text = why_not(address, error)
        return (
            [_one("tls", text, Level.fault, tr("Trust its authority with --ca FILE, or have the certificate mended."))]
            if text
            else []
        )
    ends = int(ssl.cert_time_to_seconds(str(certificate["notAfter"])) * 1000) if "notAfter" in certificate else 0
    now = time.time_ns() // 1_000_000
    text = tr("{version}; the certificate counts until {date}", version=version, date=date(ends, now) if ends else "?")
    soon = bool(ends) and ends - now < 14 * 24 * 3600 * 1000
    return [_one("tls", text, Level.warning if soon else Level.ok, tr("Have it renewed.") if soon else "", version)]


async def _greet(ready: Ready) -> list[Finding]:
    """Does the login count, do we speak one protocol, do the clocks agree."""
    try:
        errand = await Errand.begin(dialer(ready.relay, ready.token))
    except LinkTrouble as trouble:
        if trouble.stop is Stop.login:
            return [
                _one(
                    "login",
                    tr("The login of {login} has expired.", login=ready.login),
                    Level.fault,
                    tr("Log in: opconsole login"),
                )
            ]
        if trouble.stop is Stop.version or trouble.trouble is Trouble.protocol:
            text = tr("{why} This console speaks version {version}.", why=trouble.text, version=limits.PROTOCOL_VERSION)
            return [
                _one("version", text, Level.fault, tr("Update the older of the two: pip install --upgrade opconsole"))
            ]
        return [_one("login", trouble.text, Level.fault, tr("Ask an admin of the desk."))]
    await errand.end()
    welcome = errand.welcome
    who = tr(
        "{login} is logged in at {desk} as {role}.", login=welcome.login, desk=welcome.desk, role=tr(welcome.role.value)
    )
    speaks = tr(
        "The relay speaks version {version} of the protocol, as this console does ({console}).",
        version=welcome.v,
        console=__version__,
    )
    return [
        _one("login", who, value=welcome.login),
        *await _expiry(ready),
        _one("version", speaks, value=str(welcome.v)),
        _clock(welcome.now - errand.arrived_at),
    ]


async def _expiry(ready: Ready) -> list[Finding]:
    sessions = await own_sessions(ready.relay, ready.token)
    if isinstance(sessions, LoginFailed):
        return []
    now = time.time_ns() // 1_000_000
    current = next((each for each in sessions if each.current), None)
    if current is None:
        return []
    left_ms = current.expires_at - now
    text = tr("It counts for {time} if it isn't used.", time=span(max(0, left_ms)))
    soon = left_ms < EXPIRES_MS
    return [
        _one(
            "expiry",
            text,
            Level.note if soon else Level.ok,
            tr("Log in: opconsole login") if soon else "",
            str(current.expires_at),
        )
    ]


def _clock(skew_ms: int) -> Finding:
    """`skew_ms`: the relay's clock minus ours; as old as the way here."""
    if abs(skew_ms) <= CLOCK_MS:
        return _one("clock", tr("The clocks agree."), value=str(skew_ms))
    ahead = tr("This machine's clock is {time} behind the relay's.", time=span(skew_ms))
    behind = tr("This machine's clock is {time} ahead of the relay's.", time=span(-skew_ms))
    return _one(
        "clock",
        ahead if skew_ms > 0 else behind,
        Level.warning,
        tr("The console corrects for it; logins with codes may fail. Set it by the network: timedatectl set-ntp true"),
        str(skew_ms),
    )
