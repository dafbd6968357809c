"""Whose pages may open a visitor's session."""

import pytest

from server_stub.edge.origins import is_loopback, may_embed, site_of

LOCAL, FAR = "127.0.0.1", "203.0.113.9"
SITES = frozenset({"https://shop.example"})
OWN = "https://chat.example"


@pytest.mark.parametrize(
    ("address", "site"),
    [
        ("https://Shop.Example", "https://shop.example"),
        ("https://shop.example/path?x=1", "https://shop.example"),
        ("https://shop.example:443", "https://shop.example"),
        ("http://shop.example:80/", "http://shop.example"),
        ("http://shop.example:8080", "http://shop.example:8080"),
        ("http://[::1]:80", "http://[::1]"),
        ("null", ""),
        ("", ""),
        ("file:///etc/passwd", ""),
        ("ftp://shop.example", ""),
        ("https://", ""),
        ("https://shop.example:notaport", ""),
        ("https://[broken", ""),
    ],
)
def test_a_site_is_scheme_host_and_port(address: str, site: str) -> None:
    assert site_of(address) == site


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.8.8.8", "::1", "[::1]", "::ffff:127.0.0.1", "localhost", "a.localhost"]
)
def test_loopback(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host", ["", "10.0.0.1", "203.0.113.9", "localhost.example", "::ffff:10.0.0.1", "fe80::1%eth0"]
)
def test_not_loopback(host: str) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize(
    ("origin", "address", "allowed"),
    [
        ("https://shop.example", FAR, True),
        ("https://shop.example:443", FAR, True),
        ("https://chat.example", FAR, True),
        ("https://evil.example", FAR, False),
        ("https://shop.example.evil.example", FAR, False),
        ("http://shop.example", FAR, False),
        ("https://shop.example:8443", FAR, False),
        ("null", FAR, False),
        ("null", LOCAL, False),
        ("http://localhost:3000", LOCAL, True),
        ("http://127.0.0.1:8080", LOCAL, True),
        ("http://localhost:3000", FAR, False),
        (None, LOCAL, True),
        (None, "::1", True),
        (None, FAR, False),
    ],
)
def test_who_may_embed(origin: str | None, address: str, allowed: bool) -> None:
    assert may_embed(origin, sites=SITES, own=OWN, address=address) is allowed


@pytest.mark.parametrize("origin", [None, "null", "https://evil.example"])
def test_a_star_allows_everybody(origin: str | None) -> None:
    assert may_embed(origin, sites=frozenset({"*"}), own=OWN, address=FAR)


def test_an_unknown_own_address_allows_nobody() -> None:
    assert not may_embed("null", sites=frozenset(), own="", address=FAR)
