"""What goes wrong below a request is logged, unless it is only that the client has gone."""

import logging
from typing import Any, cast

import pytest

from server_stub.edge.serving import PlainHandler


def told(error: Exception, caplog: pytest.LogCaptureFixture) -> list[str]:
    with caplog.at_level(logging.DEBUG):
        answer = PlainHandler.handle_error(cast(Any, None), cast(Any, None), 500, error)
    assert answer.status == 500
    return [record.getMessage() for record in caplog.records]


def test_a_fault_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    assert told(RuntimeError("a fault"), caplog) == ["a request failed"]


def test_a_client_that_left_in_the_middle_of_the_handshake_is_not(caplog: pytest.LogCaptureFixture) -> None:
    """Otherwise whoever opens and closes connections fills the relay's log, a traceback each."""
    assert told(ConnectionResetError("Cannot write to closing transport"), caplog) == []
