"""Tickets: unguessable, bounded in number and time, and over with the session that asked."""

from typing import Any, cast
from unittest.mock import patch

import pytest

from opconsole.wire.files import File
from server_stub.edge import bounds
from server_stub.edge.tickets import PATH, Allowance, Bringing, Fetching, Tickets
from server_stub.files.store import Kept

FILE = File(id="0" * 32, name="a.txt", size=5, type="text/plain")
KEPT = Kept(file=FILE, sha256="", by="v:v1", visitor="v1")


class Clock:
    def __init__(self) -> None:
        self.ms = 1_000_000

    def tickets(self) -> Tickets:
        return Tickets(lambda: self.ms, lambda: self.ms / 1000)


class Session:
    ending = False


@pytest.fixture
def clock() -> Clock:
    return Clock()


def bring(tickets: Tickets, session: Any, by: str = "v:v1") -> Bringing | None:
    return tickets.to_bring(session, by=by, visitor="v1", chat=0, name="a", size=5, types=())


def test_a_ticket_is_found_by_its_path_until_its_time_is_over(clock: Clock) -> None:
    tickets, session = clock.tickets(), Session()
    ticket = bring(tickets, session)
    assert ticket is not None
    assert len(ticket.path) >= len(PATH) + 32
    assert tickets.find(ticket.path) is ticket
    assert tickets.find(PATH) is None
    clock.ms = ticket.until
    assert tickets.find(ticket.path) is None
    tickets.sweep()
    assert len(tickets) == 0


def test_no_two_are_alike(clock: Clock) -> None:
    tickets, session = clock.tickets(), Session()
    assert len({tickets.to_fetch(session, KEPT).path for _ in range(50)}) == 50


def test_a_session_that_ends_ends_its_tickets(clock: Clock) -> None:
    tickets, mine, other = clock.tickets(), Session(), Session()
    ticket, stays = bring(tickets, mine), tickets.to_fetch(other, KEPT)
    fetching = tickets.to_fetch(mine, KEPT)
    assert ticket is not None
    mine.ending = True
    assert tickets.find(ticket.path) is None, "as soon as it is ending"
    tickets.end(mine)
    tickets.end(mine)
    assert [tickets.find(each.path) for each in (ticket, fetching, stays)] == [None, None, stays]
    assert len(tickets) == 1


def test_so_many_files_may_be_about_to_come_and_what_came_counts_no_more(clock: Clock) -> None:
    tickets, session = clock.tickets(), Session()
    asked = [bring(tickets, session) for _ in range(bounds.UPLOAD_TICKETS)]
    assert None not in asked
    assert bring(tickets, session) is None
    assert bring(tickets, session, "v:v2") is not None
    first = cast(Bringing, asked[0])
    tickets.came(first, FILE)
    tickets.came(first, FILE)
    assert (first.state, first.file) == ("here", FILE)
    assert bring(tickets, session) is not None
    assert bring(tickets, session) is None
    tickets.end(session)
    assert bring(tickets, session) is not None, "those of a session that is over do not count"


def test_a_ticket_that_ran_out_while_its_file_came_is_counted_once(clock: Clock) -> None:
    tickets, session = clock.tickets(), Session()
    ticket = bring(tickets, session)
    assert ticket is not None
    ticket.state = "coming"
    clock.ms = ticket.until
    tickets.sweep()
    tickets.came(ticket, FILE)
    assert tickets._bringing == {}


def test_a_visitor_may_ask_so_often_and_later_again(clock: Clock) -> None:
    tickets = clock.tickets()

    def ask() -> bool:
        session = Session()
        given = bring(tickets, session) is not None
        tickets.end(session)
        return given

    assert [ask() for _ in range(bounds.UPLOADS_BURST + 1)] == [True] * bounds.UPLOADS_BURST + [False]
    clock.ms += 60_000
    assert ask()


def test_a_session_holds_so_many_to_fetch_and_then_its_oldest_goes(clock: Clock) -> None:
    tickets, session = clock.tickets(), Session()
    with patch.object(bounds, "FETCH_TICKETS", 2):
        first, second, third = (tickets.to_fetch(session, KEPT) for _ in range(3))
    assert [tickets.find(each.path) for each in (first, second, third)] == [None, second, third]


def test_there_are_so_many_in_all(clock: Clock) -> None:
    tickets = clock.tickets()
    with patch.object(bounds, "TICKETS", 3):
        made = [tickets.to_fetch(Session(), KEPT) for _ in range(6)]
        tickets.sweep()
    assert [tickets.find(each.path) is not None for each in made] == [False] * 3 + [True] * 3
    assert all(isinstance(each, Fetching) for each in made)


def test_an_allowance_is_used_up_and_regained() -> None:
    allowance = Allowance(86_400)
    assert allowance.take("v1", 0.0, 86_000)
    assert not allowance.take("v1", 0.0, 401)
    assert allowance.take("v2", 0.0, 401)
    assert allowance.take("v1", 1.0, 401)
