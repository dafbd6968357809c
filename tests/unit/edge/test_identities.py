"""A site's word for its customer: taken when this desk's key signed it, for a short time, and read as plain facts."""

import base64
import hashlib
import hmac
import json
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given
from hypothesis import strategies as st

from server_stub.desk.model import Vouched
from server_stub.edge import bounds
from server_stub.edge.identities import Identities, Identity, IdentityRefused

KEY, OLD, NAMING = "k" * 64, "o" * 64, b"n" * 32
NOW_S = 1_800_000_000
HERE = Identities([KEY, OLD], NAMING, "Acme")


def claims(**changes: Any) -> dict[str, Any]:
    made = {"sub": "4711", "exp": NOW_S + 300, "name": "Olga", "email": "olga@shop.example", "phone": "+7 900"}
    return {name: value for name, value in (made | changes).items() if value is not ...}


def signed(key: str = KEY, headers: dict[str, Any] | None = None, **changes: Any) -> str:
    return jwt.encode(claims(**changes), key, algorithm="HS256", headers=headers)


def by_hand(header: dict[str, Any], payload: Any, key: str = KEY) -> str:
    """A token that the library would not make."""

    def part(value: Any) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    signing = f"{part(header)}.{part(payload)}"
    digest = hmac.new(key.encode(), signing.encode(), hashlib.sha256).digest()
    return f"{signing}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"


def read(token: str, here: Identities = HERE) -> Identity | IdentityRefused:
    return here.read(token, NOW_S * 1000)


def taken(token: str, here: Identities = HERE) -> Identity:
    found = read(token, here)
    assert isinstance(found, Identity), found
    return found


def test_a_token_of_the_site_names_its_customer() -> None:
    found = taken(signed())
    assert found.vouched == Vouched("4711", "Olga", "olga@shop.example", "+7 900")
    assert found.until == (NOW_S + 300 + bounds.IDENTITY_SKEW_S) * 1000


def test_a_customer_is_the_same_visitor_whatever_else_changes_and_nobody_else_is() -> None:
    visitor = taken(signed()).visitor
    assert visitor == taken(signed(name="Other", exp=NOW_S + 5)).visitor
    assert visitor == taken(signed(OLD)).visitor, "the keys may change, the customer stays"
    assert visitor == taken(signed(), Identities([KEY], NAMING, "Other")).visitor
    assert visitor != taken(signed(sub="4712")).visitor
    assert visitor != taken(signed(), Identities([KEY], b"m" * 32, "Acme")).visitor
    assert "4711" not in visitor
    assert len(visitor) <= 64


@pytest.mark.parametrize("aud", ["Acme", ["Other", "Acme"], ...])
def test_an_audience_may_be_left_out_or_names_this_desk(aud: object) -> None:
    taken(signed(aud=aud))


@pytest.mark.parametrize(
    ("changes", "code", "says"),
    [
        ({"exp": NOW_S - 61}, "identity_expired", "expired"),
        ({"exp": NOW_S - 10**6}, "identity_expired", "expired"),
        ({"exp": NOW_S + bounds.IDENTITY_S + 120}, "identity", "at most"),
        ({"exp": 10**30}, "identity", "`exp`"),
        ({"exp": -5}, "identity", "`exp`"),
        ({"exp": True}, "identity", "`exp`"),
        ({"exp": ...}, "identity", "`sub` and `exp`"),
        ({"sub": ...}, "identity", "`sub` and `exp`"),
        ({"sub": ""}, "identity", "`sub`"),
        ({"sub": "x" * 129}, "identity", "`sub`"),
        ({"nbf": NOW_S + 3600}, "identity", "clock"),
        ({"iat": NOW_S + 3600}, "identity", "clock"),
        ({"aud": "Other"}, "identity", "another desk"),
        ({"aud": []}, "identity", "another desk"),
        ({"aud": {"Acme": 1}}, "identity", "another desk"),
    ],
)
def test_what_it_says_must_be_sound(changes: dict[str, Any], code: str, says: str) -> None:
    found = read(
        signed(**changes) if changes.get("exp", ...) != 10**30 else by_hand({"alg": "HS256"}, claims(**changes))
    )
    assert isinstance(found, IdentityRefused)
    assert found.code == code
    assert says in found.text


def test_clocks_may_differ_a_little() -> None:
    for name, at in (("exp", -30), ("iat", 30), ("nbf", 30), ("exp", bounds.IDENTITY_S + 30)):
        taken(jwt.encode(claims(**{name: NOW_S + at}), KEY, algorithm="HS256"))


def rsa_public_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    form = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(*form).decode()


FORGED = {
    "another key": signed("x" * 64),
    "no algorithm": jwt.encode(claims(), "", algorithm="none"),
    "no algorithm, in capitals": by_hand({"alg": "NONE"}, claims()).rpartition(".")[0] + ".",
    "another algorithm, our key": jwt.encode(claims(), KEY, algorithm="HS512"),
    "a signature by HS256 that says RS256": by_hand({"alg": "RS256"}, claims()),
    "no signature": signed().rpartition(".")[0] + ".",
    "no algorithm named": by_hand({}, claims()),
    "a critical header": by_hand({"alg": "HS256", "crit": ["exp"], "exp": 1}, claims()),
    "a payload that is no object": by_hand({"alg": "HS256"}, [1, 2]),
    "a payload that is nothing": by_hand({"alg": "HS256"}, None),
    "a subject that is a number": by_hand({"alg": "HS256"}, claims(sub=4711)),
    "a subject that is a list": by_hand({"alg": "HS256"}, claims(sub=["4711"])),
    "four parts": signed() + ".x",
    "nothing": ".",
    "two dots": "..",
}


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_token_is_not_taken(name: str) -> None:
    found = read(FORGED[name])
    assert isinstance(found, IdentityRefused)
    assert found.code == "identity"
    assert KEY not in found.text


def test_a_public_key_is_no_secret() -> None:
    """A desk whose "key" is a public key, and a token that was signed with that text: the library itself refuses."""
    public = rsa_public_key()
    assert isinstance(
        read(by_hand({"alg": "HS256"}, claims(), public), Identities([public], NAMING, "Acme")), IdentityRefused
    )


@given(st.data())
def test_a_token_changed_anywhere_is_not_taken(data: st.DataObject) -> None:
    token = signed()
    at = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.sampled_from("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."))
    changed = token[:at] + other + token[at + 1 :]
    # the last character carries unused bits: another spelling of the same signature is still it
    assert changed == token or at == len(token) - 1 or isinstance(read(changed), IdentityRefused)


@given(st.text(max_size=200))
def test_nonsense_is_not_taken(text: str) -> None:
    assert isinstance(read(text), IdentityRefused)


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists, max_leaves=5))
def test_whatever_stands_in_a_claim_it_is_a_refusal_or_a_plain_fact(value: Any) -> None:
    for name in ("sub", "exp", "nbf", "iat", "aud", "name", "email", "phone"):
        found = read(by_hand({"alg": "HS256"}, claims(**{name: value})))
        assert isinstance(found, Identity | IdentityRefused)


def test_names_are_cleaned_and_cut_like_all_that_comes_from_outside() -> None:
    found = taken(signed(sub="a\x1b]0;x", name="O\u202elga\n" + "x" * 200, email=["no text"], phone=None)).vouched
    assert found.customer == "a␛]0;x"
    assert found.name.startswith("O\ufffdlga ")
    assert len(found.name) == 80
    assert (found.email, found.phone) == ("", "")


def test_without_a_key_no_site_can_vouch() -> None:
    found = read(signed(), Identities([], NAMING, "Acme"))
    assert isinstance(found, IdentityRefused)
    assert "opconsole site-key" in found.text
