"""All live sessions: counted, pinged, ended."""

import asyncio

from server_stub.edge import bounds
from server_stub.edge.lobby import TURNS, Lobby
from server_stub.edge.metrics import Metrics
from tests.unit.edge.fake_wire import operator, visitor


def test_sessions_are_counted_by_kind() -> None:
    metrics = Metrics()
    lobby = Lobby(metrics)
    console, page = operator()[0], visitor()[0]
    lobby.enter(console)
    lobby.enter(page)
    assert (len(lobby), metrics.sessions) == (2, {"operator": 1, "visitor": 1})
    lobby.leave(page)
    lobby.leave(page)
    assert (len(lobby), metrics.sessions["visitor"]) == (1, 0)
    assert lobby.of("o:anna") == [console]
    assert lobby.of("v:v1") == []


async def test_one_too_many_of_a_person_replaces_the_oldest() -> None:
    lobby = Lobby(Metrics())
    sessions = [operator() for _ in range(bounds.SESSIONS_PER_LOGIN + 1)]
    for session, _ in sessions:
        lobby.enter(session)
    await asyncio.sleep(0)
    assert [wire.closed for _, wire in sessions] == [(1008, "replaced")] + [None] * bounds.SESSIONS_PER_LOGIN
    assert b'"replaced"' in sessions[0][1].sent[0]


def beat(lobby: Lobby) -> None:
    """A whole one: everybody has had their turn."""
    for turn in range(TURNS):
        lobby.beat(turn)


async def test_scripts_of_a_person_are_counted_by_themselves() -> None:
    metrics = Metrics()
    lobby = Lobby(metrics)
    consoles = [operator() for _ in range(bounds.SESSIONS_PER_LOGIN)]
    scripts = [operator(mode="script") for _ in range(bounds.SCRIPTS_PER_LOGIN + 1)]
    for session, _ in (*consoles, *scripts):
        lobby.enter(session)
    await asyncio.sleep(0)
    assert [wire.closed for _, wire in consoles] == [None] * len(consoles)
    assert [wire.closed is not None for _, wire in scripts] == [True] + [False] * bounds.SCRIPTS_PER_LOGIN
    assert metrics.sessions["script"] == len(scripts)
    assert len(lobby.of("o:anna")) == len(consoles) + len(scripts), "who is blocked loses them all"


def test_who_is_silent_is_pinged_and_who_does_not_answer_is_cut_off() -> None:
    lobby = Lobby(Metrics())
    (alive, alive_wire), (dead, dead_wire), (busy, busy_wire) = operator("a"), operator("d"), operator("b")
    for session in (alive, dead, busy):
        lobby.enter(session)
    beat(lobby)
    assert [wire.pings for wire in (alive_wire, dead_wire, busy_wire)] == [0, 0, 0], "all were heard since they came"
    busy_wire.heard = True
    beat(lobby)
    assert [wire.pings for wire in (alive_wire, dead_wire, busy_wire)] == [1, 1, 0]
    alive_wire.heard = busy_wire.heard = True
    beat(lobby)
    assert [wire.aborted for wire in (alive_wire, dead_wire, busy_wire)] == [False, True, False]
    beat(lobby)
    assert alive_wire.pings == 2, "silent again, pinged again"


def test_a_crowd_is_not_pinged_all_at_once() -> None:
    lobby = Lobby(Metrics())
    crowd = [visitor(f"v{number}") for number in range(3 * TURNS)]
    for session, _ in crowd:
        lobby.enter(session)
    beat(lobby)
    lobby.beat(7)
    assert sum(wire.pings for _, wire in crowd) == 3
    for session, _ in crowd[:TURNS]:  # who leaves moves nobody else's turn
        lobby.leave(session)
    for turn in range(8, TURNS):
        lobby.beat(turn)
    assert not any(wire.aborted for _, wire in crowd)
    assert [wire.pings for _, wire in crowd] == [0] * 7 + [1] + [0] * (TURNS - 8) + 2 * ([0] * 7 + [1] * (TURNS - 7))


async def test_a_stop_tells_everyone_and_waits_for_them() -> None:
    lobby = Lobby(Metrics())
    sessions = [operator(f"op{n}") for n in range(3)]
    for session, _ in sessions:
        lobby.enter(session)
    await lobby.end_all("stopping", "the relay is stopping")
    assert not lobby.open
    assert all(wire.closed == (1012, "stopping") for _, wire in sessions)
    assert all(b'"code":"stopping"' in wire.sent[0] for _, wire in sessions)


async def test_a_session_is_told_once() -> None:
    lobby = Lobby(Metrics())
    session, wire = operator()
    lobby.enter(session)
    lobby.end(session, "blocked", "out", 1008)
    await lobby.end_all("stopping", "the relay is stopping")
    assert len(wire.sent) == 1
    assert wire.closed == (1008, "blocked")


async def test_sessions_whose_token_counts_no_more_are_ended() -> None:
    lobby = Lobby(Metrics())
    (good, good_wire), (bad, bad_wire) = operator("a", token="good"), operator("b", token="bad")
    page, page_wire = visitor()
    for session in (good, bad, page):
        lobby.enter(session)
    lobby.check_tokens(lambda token: token == "good")
    await asyncio.sleep(0)
    assert [wire.closed for wire in (good_wire, bad_wire, page_wire)] == [None, (1008, "expired"), None]


def test_slow_sessions_are_counted_when_they_are_gone() -> None:
    metrics = Metrics()
    lobby = Lobby(metrics)
    session, wire = operator()
    lobby.enter(session)
    wire.slow = True
    lobby.leave(session)
    assert metrics.cut_off == 1


async def test_a_customers_session_ends_when_the_sites_word_has_run_out() -> None:
    lobby = Lobby(Metrics())
    (vouched, wire), (anonymous, other) = visitor("~olga"), visitor("v1")
    vouched.until = 1_000
    for session in (vouched, anonymous):
        lobby.enter(session)
    lobby.check_identities(1_000)
    assert not vouched.ending
    lobby.check_identities(1_001)
    await asyncio.sleep(0)
    assert wire.closed == (1008, "identity_expired")
    assert (anonymous.ending, other.closed) == (False, None)
