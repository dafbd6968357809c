import argparse
from pathlib import Path

import pytest

from server_stub.__main__ import address, arguments, limit


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("127.0.0.1:8765", ("127.0.0.1", 8765)),
        ("localhost:0", ("localhost", 0)),
        ("[::1]:8765", ("::1", 8765)),
        ("relay.acme.example:65535", ("relay.acme.example", 65535)),
    ],
)
def test_an_address_is_a_host_and_a_port(text: str, meant: tuple[str, int]) -> None:
    assert address(text) == meant


@pytest.mark.parametrize(
    "text", ["", "8765", ":8765", "localhost", "localhost:", "localhost:http", "localhost:65536", "::1:8765", "[]:1"]
)
def test_what_is_no_address_is_refused_with_the_form_that_is(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match=r"HOST:PORT|\[ADDRESS\]:PORT"):
        address(text)


def test_a_limit_is_a_number_or_the_desks() -> None:
    assert limit("4") == 4
    assert limit("desk") == "desk"
    with pytest.raises(argparse.ArgumentTypeError, match="neither a number"):
        limit("-1")


def test_the_relay_listens_on_this_machine_only_and_keeps_its_data_with_the_user_unless_told_otherwise() -> None:
    args = arguments(["relay"])
    assert (args.command, args.listen, args.data) == ("relay", ("127.0.0.1", 8765), None)
    args = arguments(["relay", "--listen", "[::1]:0", "--data", "here"])
    assert (args.listen, args.data) == (("::1", 0), Path("here"))
