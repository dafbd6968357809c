"""A visitor's token can be made by the desk alone."""

import string

from hypothesis import given
from hypothesis import strategies as st
from itsdangerous import URLSafeSerializer

from server_stub.edge.visitor_tokens import VisitorTokens, new_visitor

SECRET = b"s" * 32


def test_a_token_names_its_visitor() -> None:
    tokens = VisitorTokens([SECRET])
    assert tokens.visitor_of(tokens.make("v-1")) == "v-1"
    assert VisitorTokens([SECRET]).visitor_of(tokens.make("v-1")) == "v-1", "after a restart as well"


def test_another_desk_s_token_is_worth_nothing() -> None:
    assert VisitorTokens([b"t" * 32]).visitor_of(VisitorTokens([SECRET]).make("v-1")) == ""


@given(st.data())
def test_a_token_changed_anywhere_is_worth_nothing(data: st.DataObject) -> None:
    tokens = VisitorTokens([SECRET])
    token = tokens.make("somebody")
    at = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.sampled_from(string.ascii_letters + string.digits + "-_."))
    forged = token[:at] + other + token[at + 1 :]
    # the last character of the signature carries unused bits: another spelling of the same signature is still it
    assert forged == token or tokens.visitor_of(forged) == "" or at == len(token) - 1


@given(st.text(max_size=60))
def test_nonsense_is_worth_nothing(text: str) -> None:
    assert VisitorTokens([SECRET]).visitor_of(text) == ""


def test_a_token_of_something_else_is_worth_nothing() -> None:
    tokens = VisitorTokens([SECRET])
    assert tokens.visitor_of(tokens.make("x" * 65)) == ""
    assert tokens.visitor_of(tokens.make("")) == ""


def test_new_visitors_are_never_the_same() -> None:
    assert len({new_visitor() for _ in range(1000)}) == 1000


def test_a_new_key_signs_and_tokens_of_the_one_before_are_still_good_until_it_is_retired() -> None:
    new, old = b"n" * 32, SECRET
    token = VisitorTokens([old]).make("v-1")
    both = VisitorTokens([new, old])
    assert both.visitor_of(token) == "v-1"
    renewed = both.make("v-1")
    alone = VisitorTokens([new])
    assert (alone.visitor_of(renewed), alone.visitor_of(token)) == ("v-1", "")


def test_a_tokens_signature_has_256_bits_and_one_from_before_is_still_taken() -> None:
    signature = VisitorTokens([SECRET]).make("v-1").rpartition(".")[2]
    assert len(signature) == 43
    before = URLSafeSerializer(SECRET, salt="opconsole visitor").dumps("v-1")
    assert VisitorTokens([SECRET]).visitor_of(str(before)) == "v-1"


def test_nobody_becomes_a_sites_customer_by_a_token_of_ours() -> None:
    tokens = VisitorTokens([SECRET])
    assert tokens.visitor_of(tokens.make("~customer")) == ""
