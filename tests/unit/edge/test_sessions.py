"""A session's stream: frames whose transcripts are yet to be read hold back all that comes after them."""

import asyncio

from opconsole.wire.cards import Role
from server_stub.edge import bounds
from server_stub.edge.sessions import Later, StaffSession
from tests.unit.edge.fake_wire import FakeWire, operator, visitor


def reading(gate: asyncio.Event, payload: bytes) -> Later:
    async def later() -> bytes:
        await gate.wait()
        return payload

    return later


async def test_frames_go_out_at_once_when_nothing_is_being_read() -> None:
    session, wire = operator()
    session.deliver(b"one")
    session.deliver(b"two")
    assert wire.sent == [b"one", b"two"]


async def test_what_comes_while_a_transcript_is_read_waits_for_it() -> None:
    session, wire = operator()
    first, second = asyncio.Event(), asyncio.Event()
    assert session.deliver_later(reading(first, b"sync"))
    session.deliver(b"live 1")
    assert not session.deliver_later(reading(second, b"page")), "somebody works on it already"
    session.deliver(b"live 2")
    work = asyncio.ensure_future(session.catch_up())
    await asyncio.sleep(0)
    assert wire.sent == []
    first.set()
    second.set()
    await work
    assert wire.sent == [b"sync", b"live 1", b"page", b"live 2"]
    session.deliver(b"live 3")
    assert wire.sent[-1] == b"live 3"


async def test_a_reading_that_brings_nothing_sends_nothing() -> None:
    session, wire = operator()
    gate = asyncio.Event()
    gate.set()
    session.deliver_later(reading(gate, b""))
    await session.catch_up()
    assert wire.sent == []


async def test_too_much_held_back_ends_the_session() -> None:
    session, wire = operator()
    session.deliver_later(reading(asyncio.Event(), b"never"))
    session.deliver(b"x" * bounds.HELD_BYTES)
    assert not wire.aborted
    session.deliver(b"x")
    assert (wire.aborted, wire.slow) == (True, True)


async def test_too_many_pages_asked_for_at_once_end_the_session() -> None:
    session, wire = operator()
    for _ in range(bounds.HELD_READS):
        session.deliver_later(reading(asyncio.Event(), b"never"))
    assert not wire.aborted
    session.deliver_later(reading(asyncio.Event(), b"never"))
    assert (wire.aborted, wire.slow) == (True, True)


async def test_nothing_more_is_read_for_a_session_that_is_gone() -> None:
    session, wire = operator()
    gate = asyncio.Event()
    read: list[bytes] = []

    async def second() -> bytes:
        read.append(b"second")
        return b"second"

    session.deliver_later(reading(gate, b"first"))
    session.deliver_later(second)
    work = asyncio.ensure_future(session.catch_up())
    await asyncio.sleep(0)
    session.ending = True
    gate.set()
    await work
    assert read == []
    session.deliver(b"later")
    assert wire.sent[-1] == b"later", "nothing is held back any more"


def test_a_bye_goes_before_what_is_held_back() -> None:
    session, wire = operator()
    session.deliver_later(reading(asyncio.Event(), b"never"))
    session.deliver(b"waits")
    session.say_bye("blocked", "out")
    assert wire.sent == [b'{"t":"bye","code":"blocked","text":"out"}']
    assert session.ending


def test_kinds_of_sessions() -> None:
    console, monitor, page = operator()[0], operator(mode="monitor")[0], visitor()[0]
    assert [each.kind for each in (console, monitor, page)] == ["operator", "monitor", "visitor"]
    assert [each.actor.key for each in (console, monitor, page)] == ["o:anna", "o:anna", "v:v1"]
    assert (monitor.actor.monitor, console.actor.monitor) == (True, False)
    script = operator(mode="script")[0]
    assert (script.kind, script.actor.key, script.actor.monitor) == ("script", "o:anna", False)
    assert [each.counts for each in (console, monitor, script, page)] == [True, False, False, True]
    assert StaffSession(FakeWire(), "sofia", Role.supervisor).actor.role is Role.supervisor
