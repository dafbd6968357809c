"""The bytes of files over HTTP: what is taken and what is not, from whom, how slowly; and what goes out, and how it is dressed."""

import asyncio
import errno
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from unittest.mock import patch

import msgspec
import pytest

from opconsole.wire.files import Uploaded
from server_stub.edge import bounds
from server_stub.edge.throttle import Throttle
from server_stub.edge.tickets import PATH, Allowance
from tests.unit.edge.file_door import SITE, Door, code, status_of
from tests.unit.files.making import png


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[Door]:
    made = Door(tmp_path)
    async with made.open():
        yield made


# ---------------------------------------------------------------- what is taken


async def test_a_file_is_told_by_its_bytes_and_known_to_whom_it_belongs(door: Door) -> None:
    content = png(640, 480)
    answer = await door.bring(content, "../holiday.exe")
    file = msgspec.json.decode(answer.content, type=Uploaded).file
    assert answer.status_code == 201
    assert (file.name, file.size, file.type) == ("holiday.exe.png", len(content), "image/png")
    assert (file.width, file.height) == (640, 480)
    kept = door.files.pending[file.id]
    assert (kept.by, kept.visitor, kept.at, kept.head) == ("v:v1", "v1", door.now, 41)
    assert door.lies() == [file.id, f"{file.id}.new"]


async def test_the_same_again_is_answered_the_same_and_kept_once(door: Door) -> None:
    ticket = door.ticket(5)
    first, again = await door.put(ticket.path, b"hello"), await door.put(ticket.path, b"hello")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert len(door.lies()) == 2


async def test_a_large_file_comes_whole(door: Door) -> None:
    content = b"0123456789abcdef" * 60_000
    file = await door.kept(content)
    answer = await door.client.get(door.fetching(file))
    assert answer.content == content


@pytest.mark.parametrize(
    ("content", "name"),
    [(b"<svg onload=alert(1)>", "a.png"), (b"MZ\x90\0", "a.txt"), (b"\x89PNG\r\n\x1a\n cut", "a.png")],
)
async def test_what_is_no_type_of_the_desks_is_not_taken(door: Door, content: bytes, name: str) -> None:
    assert code(await door.bring(content, name)) == (415, "file_type")
    assert door.lies() == []
    assert door.files.pending == {}


async def test_what_is_not_in_the_list_is_not_taken_and_named(door: Door) -> None:
    answer = await door.bring(b"hello", types=("image/png",))
    assert code(answer) == (415, "file_type")
    assert answer.json()["facts"] == {"type": "text/plain"}


async def test_more_than_was_announced_nothing_and_of_no_known_length_is_not_taken(door: Door) -> None:
    assert code(await door.put(door.ticket(4).path, b"hello")) == (413, "file_too_big")
    assert code(await door.put(door.ticket(4).path, b"")) == (413, "file_too_big")
    assert (await door.put(door.ticket(9).path, b"hello")).status_code == 201

    async def pieces() -> AsyncIterator[bytes]:
        yield b"hello"

    answer = await door.client.put(door.ticket(5).path, content=pieces())
    assert code(answer) == (411, "file_too_big")


async def test_a_size_that_is_a_lie_is_no_trouble(door: Door) -> None:
    with patch.object(bounds, "BODY_S", 0.05):
        reader, writer = await door.begins(door.ticket(5).path, 10**15, b"hello")
        assert await status_of(reader) == 413
    writer.close()
    assert door.lies() == []


# ---------------------------------------------------------------- tickets


async def test_without_a_ticket_that_counts_nothing_comes_and_nothing_goes(door: Door) -> None:
    mine, fetching = door.ticket(5), door.fetching(await door.kept())
    assert code(await door.put(f"{PATH}guessed", b"hello")) == (404, "no_ticket")
    assert code(await door.put(fetching, b"hello")) == (404, "no_ticket")
    assert code(await door.client.get(mine.path)) == (404, "no_ticket")
    assert code(await door.client.get(f"{PATH}guessed")) == (404, "no_ticket")
    door.session.ending = True
    assert code(await door.put(mine.path, b"hello")) == (404, "no_ticket")
    assert code(await door.client.get(fetching)) == (404, "no_ticket")
    door.session.ending = False
    door.now = mine.until
    assert code(await door.put(mine.path, b"hello")) == (404, "no_ticket")


async def test_a_second_upload_with_the_ticket_of_one_that_is_under_way_is_refused(door: Door) -> None:
    ticket = door.ticket(5)
    reader, writer = await door.begins(ticket.path, 5, b"he")
    async with asyncio.timeout(20):
        while ticket.state != "coming":
            await asyncio.sleep(0.01)
    assert code(await door.put(ticket.path, b"hello")) == (409, "file_coming")
    writer.write(b"llo")
    assert await status_of(reader) == 201
    writer.close()


async def test_a_file_of_somebody_who_is_erased_while_it_comes_is_not_kept(door: Door) -> None:
    ticket, other = door.ticket(5), door.ticket(5)
    reader, writer = await door.begins(ticket.path, 5, b"he")
    async with asyncio.timeout(10):
        while ticket.state != "coming":
            await asyncio.sleep(0.01)
    door.files.tickets.erase(["v1"])
    writer.write(b"llo")
    assert await status_of(reader) == 404
    writer.close()
    assert code(await door.put(other.path, b"hello")) == (404, "no_ticket")
    assert (door.lies(), door.files.pending) == ([], {})
    door.now += 1
    assert (await door.bring(b"hello")).status_code == 201  # who comes again is somebody new


# ---------------------------------------------------------------- links that are bad, and hostile


async def test_an_upload_that_breaks_off_leaves_nothing_and_may_be_tried_again(door: Door) -> None:
    ticket = door.ticket(5)
    _, writer = await door.begins(ticket.path, 5, b"he")
    async with asyncio.timeout(20):
        while not door.lies():
            await asyncio.sleep(0.01)
    writer.transport.abort()
    await door.lies_nothing()
    async with asyncio.timeout(20):
        while ticket.state != "new":
            await asyncio.sleep(0.01)
    assert (await door.put(ticket.path, b"hello")).status_code == 201


async def test_a_slow_link_has_its_time_and_a_silent_one_has_not(door: Door) -> None:
    reader, writer = await door.begins(door.ticket(5).path, 5, b"h")
    for size, piece in enumerate((b"e", b"l", b"l", b"o"), 1):
        await door.has_come(size)
        door.ahead_s += bounds.UPLOAD_PAUSE_S / 5
        writer.write(piece)
    assert await status_of(reader) == 201
    writer.close()
    with patch.object(bounds, "UPLOAD_PAUSE_S", 0.05):
        reader, writer = await door.begins(door.ticket(5).path, 5, b"he")
        assert await status_of(reader) == 408
        writer.close()


async def test_a_link_that_dribbles_is_broken_off(door: Door) -> None:
    reader, writer = await door.begins(door.ticket(50_000).path, 50_000, b"h")
    async with asyncio.timeout(20):
        while not door.lies():
            await asyncio.sleep(0.01)
    door.ahead_s = bounds.UPLOAD_PAUSE_S + 10
    writer.write(b"e")
    assert await status_of(reader) == 408
    writer.close()
    await door.lies_nothing()


async def test_while_visitors_crowd_who_dribbles_makes_room_and_the_team_is_waited_for(door: Door) -> None:
    with patch.object(bounds, "UPLOADS", 1):
        for by, status in (("v:v1", 408), ("o:anna", 201)):
            door.ahead_s = 0
            reader, writer = await door.begins(door.ticket(50_000, by=by).path, 50_000, b"h" * 49_000)
            async with asyncio.timeout(10):
                while not door.files.figures().coming:
                    await asyncio.sleep(0.01)
            door.ahead_s = bounds.UPLOAD_PAUSE_S + 10
            writer.write(b"h" * 1_000)
            assert await status_of(reader) == status
            writer.close()


async def test_so_many_are_under_way_at_once(door: Door) -> None:
    with patch.object(bounds, "UPLOADS_PER_ADDRESS", 1):
        ticket = door.ticket(5)
        _, writer = await door.begins(ticket.path, 5, b"he")
        async with asyncio.timeout(20):
            while ticket.state != "coming":
                await asyncio.sleep(0.01)
        # Another address (the one that the trusted proxy says) is another matter.
        assert (await door.bring(b"hello")).status_code == 201
        local = await door.put(door.ticket(5).path, b"hello", X_Forwarded_For="127.0.0.1, 198.51.100.9")
        assert local.status_code == 201
        with patch.object(bounds, "UPLOADS", 1):
            answer = await door.bring(b"hello")
        assert code(answer) == (429, "too_many")
        assert answer.headers["Retry-After"] == "10"
        writer.close()


async def test_no_stranger_takes_the_teams_places_nor_does_an_office_take_its_own(door: Door) -> None:
    with patch.object(bounds, "UPLOADS_PER_ADDRESS", 1), patch.object(bounds, "UPLOADS", 1):
        ticket = door.ticket(5)
        _, writer = await door.begins(ticket.path, 5, b"he")
        async with asyncio.timeout(10):
            while ticket.state != "coming":
                await asyncio.sleep(0.01)
        assert code(await door.bring(b"hello")) == (429, "too_many")
        assert (await door.bring(b"hello", by="o:anna")).status_code == 201
        writer.close()
    with patch.object(bounds, "UPLOADS_PER_ADDRESS", 1):
        ticket = door.ticket(5, by="o:anna")
        _, writer = await door.begins(ticket.path, 5, b"he")
        async with asyncio.timeout(10):
            while ticket.state != "coming":
                await asyncio.sleep(0.01)
        # Both come from one address, as all of an office does.
        local = await door.put(door.ticket(5, by="o:boris").path, b"hello", X_Forwarded_For="127.0.0.1")
        assert local.status_code == 201
        mine = await door.put(door.ticket(5, by="o:anna").path, b"hello", X_Forwarded_For="127.0.0.1")
        assert code(mine) == (429, "too_many")
        writer.close()


async def test_what_a_bad_link_broke_off_was_not_brought(door: Door) -> None:
    door.files.visitors_a_day = Allowance(8)
    door.files.addresses_a_day = Allowance(8)
    ticket = door.ticket(5)
    for _ in range(3):
        _, writer = await door.begins(ticket.path, 5, b"he")
        async with asyncio.timeout(10):
            while ticket.state != "coming":
                await asyncio.sleep(0.01)
        writer.transport.abort()
        async with asyncio.timeout(10):
            while door.files.figures().coming:
                await asyncio.sleep(0.01)
    assert (await door.put(ticket.path, b"hello", X_Forwarded_For="127.0.0.1")).status_code == 201
    assert code(await door.bring(b"hello")) == (429, "too_many")


async def test_who_has_brought_enough_uses_up_nothing_of_the_neighbours(door: Door) -> None:
    door.files.visitors_a_day = Allowance(8)
    door.files.addresses_a_day = Allowance(16)
    assert (await door.bring(b"hello")).status_code == 201
    for _ in range(5):
        assert code(await door.bring(b"hello")) == (429, "too_many")
    assert (await door.bring(b"hello", by="v:v2")).status_code == 201


async def test_visitors_may_bring_so_many_bytes_a_day_and_so_often_from_one_address(door: Door) -> None:
    door.files.visitors_a_day = Allowance(8)
    assert (await door.bring(b"hello")).status_code == 201
    assert code(await door.bring(b"hello")) == (429, "too_many")
    assert (await door.bring(b"hello", by="v:v2")).status_code == 201
    assert (await door.bring(b"hello", by="o:anna")).status_code == 201
    door.files.addresses_a_day = Allowance(8)
    assert (await door.bring(b"hello", by="v:v3")).status_code == 201
    assert code(await door.bring(b"hello", by="v:v4")) == (429, "too_many")
    door.files.addresses_a_day = Allowance(1000)
    door.files.addresses = Throttle(1, 1)
    assert (await door.bring(b"hello", by="v:v5")).status_code == 201
    assert code(await door.bring(b"hello", by="v:v6")) == (429, "too_many")
    assert (await door.bring(b"hello", by="o:anna")).status_code == 201


# ---------------------------------------------------------------- disks and scanners


async def test_without_room_it_is_refused_and_nothing_is_left(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    door.store.most_bytes = 4
    assert code(await door.bring(b"hello")) == (507, "files_full")
    door.store.most_bytes = 1000
    door.store._spare_bytes = 2**62
    assert code(await door.bring(b"hello")) == (507, "files_full")
    door.store._spare_bytes = 0

    def full(fd: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        assert code(await door.bring(b"hello")) == (507, "files_full")
    assert door.lies() == []
    assert (await door.bring(b"hello")).status_code == 201


async def test_a_disk_that_fails_is_an_error_in_the_log_and_no_file(
    door: Door, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(fd: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", broken)
        assert code(await door.bring(b"hello")) == (500, "internal")
    assert door.lies() == []
    assert "failed" in caplog.text


@pytest.mark.parametrize(
    ("verdict", "answer"),
    [(0, (201, "")), (1, (422, "file_infected")), (2, (503, "file_unscanned"))],
)
async def test_the_scanner_has_the_last_word(door: Door, verdict: int, answer: tuple[int, str]) -> None:
    door.files.scanner.argv = (sys.executable, "-S", "-c", f"raise SystemExit({verdict})", "{file}")
    assert code(await door.bring(b"hello")) == answer
    assert len(door.lies()) == (2 if verdict == 0 else 0)


async def test_a_relay_that_stops_takes_no_more(door: Door) -> None:
    ticket = door.ticket(5)
    door.front.lobby.open = False
    assert code(await door.put(ticket.path, b"hello")) == (503, "stopping")


async def test_a_relay_without_files_has_no_tickets(door: Door) -> None:
    ticket = door.ticket(5)
    door.front.files = None
    assert code(await door.put(ticket.path, b"hello")) == (404, "no_ticket")
    assert code(await door.client.get(ticket.path)) == (404, "no_ticket")


# ---------------------------------------------------------------- pages


async def test_a_page_of_a_site_may_and_another_may_not(door: Door) -> None:
    content = b"hello"
    mine = {"Origin": SITE}
    asked = await door.client.options(door.ticket(5).path, headers={**mine, "Access-Control-Request-Method": "PUT"})
    assert asked.status_code == 204
    assert asked.headers["Access-Control-Allow-Origin"] == SITE
    assert asked.headers["Access-Control-Allow-Methods"] == "GET, HEAD, PUT"
    answer = await door.put(door.ticket(5).path, content, **mine)
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (201, SITE)
    file = msgspec.json.decode(answer.content, type=Uploaded).file
    fetched = await door.client.get(door.fetching(file), headers=mine)
    assert (fetched.status_code, fetched.headers["Access-Control-Allow-Origin"]) == (200, SITE)
    assert "Content-Disposition" in fetched.headers["Access-Control-Expose-Headers"]
    refused = await door.put(PATH + "none", content, **mine)
    assert (refused.status_code, refused.headers["Access-Control-Allow-Origin"]) == (404, SITE)
    for foreign in ("https://evil.example", "null", "http://localhost:8000"):
        headers = {"Origin": foreign}
        for got in (
            await door.client.options(door.ticket(5).path, headers=headers),
            await door.put(door.ticket(5).path, content, **headers),
            await door.client.get(door.fetching(file), headers=headers),
        ):
            assert code(got) == (403, "origin")
            assert "Access-Control-Allow-Origin" not in got.headers
        door.files.tickets.end(door.session)
    assert "Access-Control-Allow-Credentials" not in fetched.headers


async def test_other_routes_are_as_closed_to_foreign_pages_as_before(door: Door) -> None:
    answer = await door.client.post("/v1/logout", headers={"Origin": SITE})
    assert code(answer) == (403, "origin")
