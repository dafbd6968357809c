"""The relay's log: whatever a stranger's words are, they can't act, and can't look like a line of the relay's own."""

import io
import logging

import pytest

from server_stub.logs import MESSAGE_CHARS, HarmlessFormatter

FORGED = "relay: CRITICAL server_stub.line: the core loop failed"


def logged(message: str, *values: object, error: BaseException | None = None) -> list[str]:
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(HarmlessFormatter())
    info = (type(error), error, error.__traceback__) if error is not None else None
    handler.emit(logging.LogRecord("here", logging.WARNING, __file__, 1, message, values, info))
    return out.getvalue().rstrip("\n").split("\n")


@pytest.mark.parametrize("gap", ["\n", "\r", "\r\n", "\u2028", "\x85", "\x0b", "\x0c", "\x1b[1A\x1b[2K", "\x9b1A"])
def test_a_stranger_s_words_stay_on_their_line_and_can_not_act(gap: str) -> None:
    lines = logged("%s %s failed", "GET", f"/x{gap}{FORGED}")
    assert len(lines) == 1
    assert lines[0].startswith("relay: WARNING here: GET /x")
    assert "".join(lines).isprintable()


@pytest.mark.parametrize("gap", ["\n", "\r", "\x1b]0;title\x07\n"])
def test_an_exception_s_words_are_set_in_below_it(gap: str) -> None:
    try:
        raise ValueError(f"wrong{gap}{FORGED}")
    except ValueError as caught:
        lines = logged("a request failed", error=caught)
    assert lines[0] == "relay: WARNING here: a request failed"
    assert lines[1].strip() == "Traceback (most recent call last):"
    assert all(line.startswith("    ") for line in lines[1:])
    assert all(line.isprintable() for line in lines)


def test_a_long_message_is_cut() -> None:
    assert len(logged("%s", "x" * 100_000)[0]) < MESSAGE_CHARS + 100
