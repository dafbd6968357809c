"""The bytes of files that go out over HTTP: how they are dressed, whole and in parts, to whom so many; and the figures of it all."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from unittest.mock import patch

import httpx
import pytest

from server_stub.edge import bounds
from server_stub.edge.files import disposition
from server_stub.edge.tickets import PATH
from tests.unit.edge.file_door import SITE, Door, code
from tests.unit.files.making import png


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[Door]:
    made = Door(tmp_path)
    async with made.open():
        yield made


async def test_what_goes_out_is_a_download_that_can_do_nothing(door: Door) -> None:
    answer = await door.client.get(door.fetching(await door.kept(b"hello", 'Счёт "45".txt')))
    assert answer.content == b"hello"
    headers = answer.headers
    assert headers["Content-Type"] == "text/plain; charset=utf-8"
    assert headers["Content-Length"] == "5"
    assert headers["Content-Disposition"].startswith("attachment; filename=\"____ _45_.txt\"; filename*=UTF-8''%D0%A1")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'; sandbox"
    assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert headers["Cache-Control"] == "private, no-store"
    assert headers["Accept-Ranges"] == "bytes"


async def test_a_part_of_a_file_is_had_as_films_are_looked_at(door: Door) -> None:
    content = bytes(range(256)).hex().encode() * 1_000
    path = door.fetching(await door.kept(content))
    whole = await door.client.get(path)
    tag = whole.headers["ETag"]
    part = await door.client.get(path, headers={"Range": "bytes=300001-300010"})
    assert (part.status_code, part.content) == (206, content[300_001:300_011])
    assert part.headers["Content-Range"] == f"bytes 300001-300010/{len(content)}"
    assert part.headers["Content-Length"] == "10"
    for name in ("Content-Disposition", "Content-Security-Policy", "X-Content-Type-Options", "Content-Type", "ETag"):
        assert part.headers[name] == whole.headers[name]
    again = await door.client.get(path, headers={"Range": "bytes=-5", "If-Range": tag})
    assert (again.status_code, again.content) == (206, content[-5:])
    other = await door.client.get(path, headers={"Range": "bytes=-5", "If-Range": '"other"', "Origin": SITE})
    assert (other.status_code, other.content) == (200, content)
    assert "Content-Range" in other.headers["Access-Control-Expose-Headers"]
    beyond = await door.client.get(path, headers={"Range": f"bytes={len(content)}-"})
    assert code(beyond) == (416, "no_such_part")
    assert beyond.headers["Content-Range"] == f"bytes */{len(content)}"


async def test_the_head_of_a_file_tells_what_it_is_and_sends_none_of_it(door: Door) -> None:
    path = door.fetching(await door.kept(b"hello"))
    head = await door.client.head(path)
    assert (head.status_code, head.content, head.headers["Content-Length"]) == (200, b"", "5")
    assert (await door.client.head(path, headers={"Range": "bytes=1-2"})).headers["Content-Length"] == "2"
    assert (await door.client.get(path)).content == b"hello"
    assert (await door.client.head(f"{PATH}guessed")).status_code == 404


async def test_a_picture_is_handed_out_as_one(door: Door) -> None:
    answer = await door.client.get(door.fetching(await door.kept(png(), "a.png")))
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.content == png()


async def test_a_file_that_is_gone_is_told_so(door: Door) -> None:
    file = await door.kept()
    path = door.fetching(file)
    door.store.drop(file.id)
    assert code(await door.client.get(path)) == (404, "no_ticket")


async def test_so_many_go_out_at_once(door: Door) -> None:
    file = await door.kept()
    with patch.object(bounds, "DOWNLOADS", 0):
        assert code(await door.client.get(door.fetching(file))) == (429, "too_many")
    assert (await door.client.get(door.fetching(file))).status_code == 200


async def test_who_does_not_read_is_cut_off(door: Door) -> None:
    file = await door.kept(b"0123456789abcdef" * 1_000_000)
    with patch.object(bounds, "UPLOAD_PAUSE_S", 0.1):
        reader, writer = await door.wire()
        writer.write(f"GET {door.fetching(file)} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        async with asyncio.timeout(20):
            while door.files.figures().going == 0:
                await asyncio.sleep(0.01)
            while door.files.figures().going > 0:
                await asyncio.sleep(0.05)
        writer.close()
    del reader


async def test_a_file_that_is_shorter_than_it_was_is_no_whole_answer(door: Door) -> None:
    file = await door.kept()
    (door.store._root / file.id[:2] / file.id).write_bytes(b"he")
    with pytest.raises(httpx.RemoteProtocolError):
        await door.client.get(door.fetching(file))


async def test_the_figures_tell_what_came_what_went_and_what_did_not(door: Door) -> None:
    door.front.metrics.files.now = door.files.figures
    file = await door.kept(b"hello")
    path, waiting = door.fetching(file), door.ticket(5, by="o:anna")
    await door.client.get(path)
    await door.client.get(path, headers={"Range": "bytes=1-2"})
    await door.client.head(path)
    await door.bring(b"<svg onload=alert(1)>")
    await door.put(f"{PATH}guessed", b"hello")
    text = door.front.metrics.text().decode()
    for line in (
        'opconsole_files_brought_total{who="visitor"} 1.0',
        'opconsole_files_brought_bytes_total{who="visitor"} 5.0',
        'opconsole_files_fetched_total{who="visitor"} 2.0',
        'opconsole_files_fetched_bytes_total{who="visitor"} 7.0',
        'opconsole_files_refused_total{code="file_type"} 1.0',
        'opconsole_files_refused_total{code="no_ticket"} 1.0',
        "opconsole_files_kept_bytes 5.0",
        "opconsole_files_unsaid 1.0",
        'opconsole_files_under_way{way="in"} 0.0',
        'opconsole_file_tickets{kind="bring"} 3.0',
        'opconsole_file_tickets{kind="fetch"} 1.0',
    ):
        assert f"\n{line}\n" in text, text
    door.now = waiting.until
    assert 'opconsole_file_tickets{kind="bring"} 0.0' in door.front.metrics.text().decode()


def names() -> Iterator[tuple[str, str]]:
    yield "a.txt", "attachment; filename=\"a.txt\"; filename*=UTF-8''a.txt"
    yield "a%b;c.txt", "attachment; filename=\"a_b;c.txt\"; filename*=UTF-8''a%25b%3Bc.txt"
    yield "я.txt", "attachment; filename=\"_.txt\"; filename*=UTF-8''%D1%8F.txt"


@pytest.mark.parametrize(("name", "header"), list(names()))
def test_a_name_in_a_header_is_quoted(name: str, header: str) -> None:
    assert disposition(name) == header
