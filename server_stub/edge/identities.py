"""A site vouches for its customer: a short-lived token, signed with a key that the site and this desk share (JWT, HS256).

Whom it names is the same visitor on every device, and nobody else can become them: their id is never in a token of our own.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import jwt

from opconsole.wire import limits
from opconsole.wire.text import clean_line
from server_stub.desk.model import Vouched
from server_stub.edge import bounds
from server_stub.edge.visitor_tokens import CUSTOMER_MARK

ALGORITHM: Final = "HS256"
"""The one that is taken, whatever a token says of itself: not `none`, and nothing with a public key."""

_OPTIONS: Final[Any] = {
    "require": ["sub", "exp"],
    # The clock comes in from outside, and the audience may be left out: these are looked at here.
    "verify_exp": False,
    "verify_nbf": False,
    "verify_iat": False,
    "verify_aud": False,
    "verify_iss": False,
}


@dataclass(frozen=True, slots=True)
class Identity:
    visitor: str
    vouched: Vouched
    until: int
    """So long it counts, ms."""


@dataclass(frozen=True, slots=True)
class IdentityRefused:
    """`code`: `identity_expired` (ask the site for a new one) or `identity` (the site does something wrong; `text` says what)."""

    code: str
    text: str


class Identities:
    """`keys`: what sites may sign with, the newest first; none: no site can vouch here. `naming`: makes ids of customers; it stays
    when the keys change. `desk`: its name, which a token may give as its audience."""

    def __init__(self, keys: Sequence[str], naming: bytes, desk: str) -> None:
        self._keys = tuple(keys)
        self._naming = naming
        self._desk = desk

    def read(self, token: str, now: int) -> Identity | IdentityRefused:
        """Who it is; `now`: ms."""
        if not self._keys:
            return _wrong("this desk has no site key: make one with `opconsole site-key`")
        claims = self._claims(token)
        if claims is None:
            return _wrong("the identity is not signed with this desk's site key, by HS256, with `sub` and `exp`")
        customer, until = claims.get("sub"), _seconds(claims.get("exp"))
        if not isinstance(customer, str) or not 0 < len(customer) <= limits.CUSTOMER_CHARS:
            return _wrong(f"`sub` must be a text of 1 to {limits.CUSTOMER_CHARS} characters")
        if until is None:
            return _wrong("`exp` must be a number of seconds since 1970")
        skew, now_s = bounds.IDENTITY_SKEW_S, now / 1000
        if until + skew <= now_s:
            return IdentityRefused("identity_expired", "the identity has expired: the site must give a new one")
        if until > now_s + bounds.IDENTITY_S + skew:
            return _wrong(f"`exp` must be at most {bounds.IDENTITY_S} s ahead")
        for name in ("nbf", "iat"):
            if name in claims:
                since = _seconds(claims[name])
                if since is None or since > now_s + skew:
                    return _wrong(f"`{name}` is not a time that has come (is the site's clock right?)")
        if "aud" in claims and self._desk not in _texts(claims["aud"]):
            return _wrong("`aud` names another desk")
        vouched = Vouched(
            clean_line(customer),
            _line(claims, "name", limits.NAME_CHARS),
            _line(claims, "email", 254),
            _line(claims, "phone", 64),
        )
        return Identity(self._name(customer), vouched, round((until + skew) * 1000))

    def _claims(self, token: str) -> dict[str, Any] | None:
        """What a token says that one of our keys signed."""
        for key in self._keys:
            try:
                found = jwt.decode_complete(token, key, algorithms=[ALGORITHM], options=_OPTIONS)
            except jwt.PyJWTError:
                continue
            except (ValueError, TypeError, RecursionError):  # what a stranger can put where the library expects JSON
                return None
            header, claims = found["header"], found["payload"]
            return None if "crit" in header or "b64" in header else claims
        return None

    def _name(self, customer: str) -> str:
        """The visitor's id: always the same for a customer, and not to be guessed back from it."""
        digest = hmac.new(self._naming, customer.encode("utf-8", "surrogatepass"), hashlib.sha256).digest()
        return CUSTOMER_MARK + base64.urlsafe_b64encode(digest)[:22].decode()


def _wrong(text: str) -> IdentityRefused:
    return IdentityRefused("identity", text)


def _seconds(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 2**40:
        return None
    return float(value)


def _texts(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _line(claims: Mapping[str, Any], name: str, limit: int) -> str:
    value = claims.get(name)
    return clean_line(value).strip()[:limit] if isinstance(value, str) else ""
