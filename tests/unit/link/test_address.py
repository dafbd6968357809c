import pytest

from opconsole.link.address import BadAddress, is_loopback, normal, websocket


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("desk.example", "https://desk.example"),
        (" desk.example:8765/ ", "https://desk.example:8765"),
        ("localhost:8765", "http://localhost:8765"),
        ("127.0.0.1", "http://127.0.0.1"),
        ("[::1]:8765", "http://[::1]:8765"),
        ("http://desk.example/chat/", "http://desk.example/chat"),
        ("wss://desk.example", "https://desk.example"),
        ("ws://127.0.0.1:8765", "http://127.0.0.1:8765"),
        ("HTTPS://Desk.Example", "https://desk.example"),
    ],
)
def test_what_people_type_becomes_one_form(typed: str, expected: str) -> None:
    assert normal(typed) == expected
    assert normal(expected) == expected


@pytest.mark.parametrize(
    "typed",
    ["", "  ", "ftp://desk.example", "http://", "http://desk:port", "https://user:pw@desk", "desk/?q=1", "two words"],
)
def test_what_is_no_address_is_refused_with_a_sentence(typed: str) -> None:
    with pytest.raises(BadAddress, match=r"\.$"):
        normal(typed)


def test_a_password_in_an_address_is_not_repeated() -> None:
    with pytest.raises(BadAddress) as refused:
        normal("https://anna:hunter2@desk.example")
    assert "hunter2" not in str(refused.value)


def test_the_websocket_keeps_scheme_and_path() -> None:
    assert websocket("http://127.0.0.1:8765") == "ws://127.0.0.1:8765/v1/operator"
    assert websocket("https://desk.example/chat") == "wss://desk.example/chat/v1/operator"


def test_loopback_is_this_machine_only() -> None:
    assert is_loopback("http://127.0.0.1:1")
    assert is_loopback("http://[::1]:1")
    assert is_loopback("http://localhost")
    assert not is_loopback("http://localhost.example")
    assert not is_loopback("http://10.0.0.1")


@pytest.mark.parametrize("typed", ["http://a\x1b[6n", "desk.example\u202e", "http://\x9b/", "de\u200bsk"])
def test_an_address_with_characters_that_act_or_hide_is_none(typed: str) -> None:
    with pytest.raises(BadAddress) as bad:
        normal(typed)
    assert str(bad.value).isprintable()
