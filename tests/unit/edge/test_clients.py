"""Whose request it is: the peer's, or whoever a trusted proxy says; and what counts as one address."""

from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server_stub.edge.clients import UNKNOWN, Client, Crowd, Proxies, address_of, network_of

LOCAL = Proxies([ip_network("127.0.0.0/8"), ip_network("::1/128")])
CHAIN = Proxies([ip_network("10.0.0.0/8"), ip_network("2001:db8:f::/48")])
FOR, PROTO = "X-Forwarded-For", "X-Forwarded-Proto"


def test_without_proxies_no_header_is_believed_not_even_from_the_machine_itself() -> None:
    spoofed = {FOR: "203.0.113.9", PROTO: "https", "Forwarded": "for=203.0.113.9;proto=https"}
    assert Proxies().client("127.0.0.1", "http", spoofed) == Client("127.0.0.1", "http")


@pytest.mark.parametrize("peer", ["198.51.100.7", "11.0.0.1", "2001:db8::1", "fe80::1%eth0"])
def test_a_peer_that_is_no_trusted_proxy_speaks_for_itself_only(peer: str) -> None:
    found = CHAIN.client(peer, "http", {FOR: "203.0.113.9", PROTO: "https"})
    assert found == Client(str(address_of(peer)), "http")


@pytest.mark.parametrize(
    ("proxies", "peer", "headers", "address"),
    [
        (LOCAL, "127.0.0.1", {FOR: "203.0.113.9"}, "203.0.113.9"),
        (LOCAL, "::1", {FOR: "2001:db8::9"}, "2001:db8::9"),
        (LOCAL, "::ffff:127.0.0.1", {FOR: "203.0.113.9"}, "203.0.113.9"),
        (LOCAL, "127.0.0.1", {FOR: "6.6.6.6, 203.0.113.9"}, "203.0.113.9"),  # what the client wrote itself stands left
        (CHAIN, "10.0.0.1", {FOR: "6.6.6.6, 203.0.113.9, 10.0.0.2"}, "203.0.113.9"),
        (CHAIN, "10.0.0.1", {FOR: "203.0.113.9:4711"}, "203.0.113.9"),
        (CHAIN, "10.0.0.1", {FOR: "[2001:db8::9]:4711,10.9.9.9"}, "2001:db8::9"),
        (CHAIN, "2001:db8:f::1", {FOR: "::ffff:203.0.113.9"}, "203.0.113.9"),
        (CHAIN, "10.0.0.1", {"Forwarded": 'for=6.6.6.6, For="[2001:db8::9]:99";proto=https'}, "2001:db8::9"),
        (CHAIN, "10.0.0.1", {"Forwarded": "for=6.6.6.6", FOR: "203.0.113.9"}, "203.0.113.9"),
    ],
)
def test_a_trusted_proxys_word_is_the_rightmost_address_that_is_not_trusted(
    proxies: Proxies, peer: str, headers: dict[str, str], address: str
) -> None:
    assert proxies.client(peer, "http", headers).address == address


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {FOR: ""},
        {FOR: "unknown"},
        {FOR: "203.0.113.9, _hidden"},
        {FOR: "10.0.0.5"},
        {"Forwarded": "proto=https"},
        {"Forwarded": "for=_secret"},
        {FOR: "127.0.0.1"},
        {FOR: "::1"},
        {FOR: "203.0.113.9, ::ffff:127.0.0.1"},
    ],
)
def test_who_comes_through_a_proxy_is_never_taken_for_the_machine_itself_or_for_the_proxy(
    headers: dict[str, str],
) -> None:
    assert CHAIN.client("10.0.0.1", "http", headers).address == UNKNOWN
    local = LOCAL.client("127.0.0.1", "http", headers).address
    assert not (address_of(local) and address_of(local).is_loopback)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("headers", "scheme"),
    [
        ({PROTO: "https"}, "https"),
        ({PROTO: "http, HTTPS"}, "https"),
        ({PROTO: "javascript"}, "http"),
        ({}, "http"),
        ({"Forwarded": "for=203.0.113.9;proto=https"}, "https"),
    ],
)
def test_the_scheme_is_what_the_nearest_proxy_says(headers: dict[str, str], scheme: str) -> None:
    assert LOCAL.client("127.0.0.1", "http", headers).scheme == scheme


@given(st.text(max_size=300), st.text(max_size=300))
def test_no_header_breaks_it(forwarded_for: str, forwarded: str) -> None:
    for headers in ({FOR: forwarded_for}, {"Forwarded": forwarded}):
        found = LOCAL.client("127.0.0.1", "http", headers)
        assert found.address == UNKNOWN or address_of(found.address) is not None


def test_a_network_of_ipv6_counts_as_one_address() -> None:
    assert network_of("2001:db8:1:2::1") == network_of("2001:db8:1:2:ffff::9") == "2001:db8:1:2::/64"
    assert network_of("2001:db8:1:3::1") != network_of("2001:db8:1:2::1")
    assert network_of("::ffff:192.0.2.1") == network_of("192.0.2.1") == "192.0.2.1"
    assert network_of(UNKNOWN) == UNKNOWN
    assert network_of("") == ""


def test_a_crowd_is_as_large_as_it_may_be_and_who_leaves_makes_room() -> None:
    crowd = Crowd(2)
    first, second = crowd.enter("2001:db8::1"), crowd.enter("2001:db8::2")
    assert first == second == "2001:db8::/64"
    assert crowd.enter("2001:db8::3") is None
    assert crowd.enter("2001:db8:0:1::3") is not None, "another network has its own room"
    crowd.leave(first or "")
    assert crowd.enter("2001:db8::3") is not None


def test_the_machine_itself_is_not_counted_and_nothing_is_remembered_of_who_has_left() -> None:
    crowd = Crowd(1)
    assert [crowd.enter(each) for each in ("127.0.0.1", "127.0.0.1", "::1", "::ffff:127.0.0.1")] == [""] * 4
    network = crowd.enter("192.0.2.1")
    assert len(crowd) == 1
    crowd.leave(network or "")
    assert len(crowd) == 0
