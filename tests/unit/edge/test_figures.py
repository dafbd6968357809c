"""Who may see the relay's figures."""

import pytest
from multidict import CIMultiDict

from server_stub.edge.figures import PROXY_MARKS, may_see_figures

TOKEN = "a-long-enough-token"


def seen(address: str = "127.0.0.1", host: str = "127.0.0.1:8765", **headers: str) -> bool:
    marks = CIMultiDict({name.replace("_", "-"): value for name, value in headers.items()})
    return may_see_figures("", "", address=address, host=host, headers=marks)


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("127.0.0.1", "127.0.0.1:8765"),
        ("::1", "[::1]:8765"),
        ("127.0.0.1", "localhost:8765"),
        ("127.8.8.8", "localhost"),
    ],
)
def test_a_program_on_the_machine_sees_them(address: str, host: str) -> None:
    assert seen(address, host)


@pytest.mark.parametrize("address", ["192.0.2.7", "10.0.0.1", "", "2001:db8::1", "::ffff:192.0.2.7"])
def test_another_machine_does_not(address: str) -> None:
    assert not seen(address)


@pytest.mark.parametrize(
    "host", ["desk.example", "evil.example:8765", "", "127.0.0.1.evil.example", "[::1", "192.0.2.7"]
)
def test_a_page_whose_name_was_pointed_at_the_machine_does_not(host: str) -> None:
    assert not seen(host=host)


@pytest.mark.parametrize("mark", PROXY_MARKS)
@pytest.mark.parametrize("case", [str.lower, str.upper])
def test_what_came_through_a_proxy_does_not(mark: str, case: type[str]) -> None:
    assert not seen(**{case(mark).replace("-", "_"): "127.0.0.1"})


def test_behind_a_proxy_without_a_token_nobody_does() -> None:
    assert not may_see_figures("", "", address="127.0.0.1", host="localhost:8765", headers={}, proxied=True)
    assert may_see_figures(TOKEN, TOKEN, address="127.0.0.1", host="localhost:8765", headers={}, proxied=True)


@pytest.mark.parametrize("address", ["127.0.0.1", "192.0.2.7"])
@pytest.mark.parametrize(("token", "sees"), [(TOKEN, True), ("", False), (TOKEN + "x", False), ("\udc80", False)])
def test_with_a_token_it_is_the_token_that_counts(address: str, token: str, sees: bool) -> None:
    assert may_see_figures(TOKEN, token, address=address, host="desk.example", headers={"Via": "1.1 x"}) is sees
