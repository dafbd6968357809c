"""Visitors who flood a real relay with what has no answer: it is not read faster than its rate, and nobody else waits for it."""

from collections.abc import Iterator

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
    page.socket.transport.write(PING * (bounds.PINGS_BURST + 1))
    assert await page.closed() == 1006
    await relay.close_peers()
