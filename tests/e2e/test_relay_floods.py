"""Visitors who flood a real relay with what has no answer: it is not read faster than its rate, and nobody else waits for it."""

import signal
import socket
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

from opconsole.wire import staff, visitor
from server_stub.edge import bounds
from tests.bench.relay_load import client_frame
from tests.e2e.relay_process import RelayProcess, relay_process

FLOOD_BYTES = 16 * 1024 * 1024
EMPTY = b"\x80\0\0\0\0"
PING, FIRST_PART, PART = b"\x89" + EMPTY, b"\x01" + EMPTY, b"\x00" + EMPTY
TYPING = client_frame(b'{"t":"typing","text":"a"}')


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RelayProcess]:
    with relay_process(tmp_path_factory.mktemp("relay") / "data") as running:
        yield running.start()


@pytest.mark.parametrize(("first", "frame"), [(b"", TYPING), (FIRST_PART, PART)], ids=["typing", "fragments"])
async def test_a_flood_is_not_read_and_slows_nobody(relay: RelayProcess, first: bytes, frame: bytes) -> None:
    """The flooder's own socket fills, and stays so while others are served."""
    other, flooder = await relay.visitor(), await relay.visitor()
    transport = flooder.socket.transport
    transport.write(first + frame * (FLOOD_BYTES // len(frame)))
    for number in range(20):
        await other.send(visitor.VisitorSay(id=f"{len(first)}-{number}", text="Hello"))
        await other.until(staff.Done)
    assert transport.get_write_buffer_size() > FLOOD_BYTES // 4, "megabytes were taken from a visitor"
    transport.abort()
    await relay.close_peers()


async def test_a_flood_of_pings_is_cut_off(relay: RelayProcess) -> None:
    page = await relay.visitor()
    page.socket.transport.write(PING * bounds.PINGS_BURST * 3)  # more than it gains while they are read
    assert await page.closed() == 1006
    await relay.close_peers()


async def test_clients_that_leave_in_the_middle_of_the_handshake_fill_no_log(tmp_path: Path) -> None:
    request = (
        b"GET /v1/visitor HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    with relay_process(tmp_path / "data") as relay:
        relay.start()
        relay.signal(signal.SIGSTOP)  # what it finds when it goes on: a request, and that its sender has gone
        for _ in range(100):
            hasty = socket.create_connection(("127.0.0.1", relay.port))
            hasty.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # closing resets
            hasty.sendall(request)
            hasty.close()
        relay.signal(signal.SIGCONT)
        page = await relay.visitor()
        await page.send(visitor.VisitorSay(id="calm", text="Hello"))
        await page.until(staff.Done)
        await relay.close_peers()
        assert relay.stop() == (0, "")
