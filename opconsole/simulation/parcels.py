"""Files that simulated visitors bring along: small ones, made anew each time of nothing but numbers and a few words. And how one is brought."""

import struct
import zlib
from collections.abc import Awaitable, Callable
from random import Random
from typing import Final

import msgspec
from msgspec import Struct

from opconsole.link.address import is_loopback
from opconsole.wire.files import Ticket, Upload, Uploaded
from opconsole.wire.staff import Refused

WIDTH: Final = 96
HEIGHT: Final = 64
BRING_SECONDS: Final = 20.0


class Parcel(Struct, frozen=True):
    name: str
    content: bytes


def parcel(dice: Random) -> Parcel:
    """A picture, or less often a text."""
    number = dice.randrange(100, 10_000)
    if dice.random() < 0.7:
        return Parcel(f"IMG_{number:04}.png", _picture(dice))
    lines = [f"{dice.randrange(1, 9)} × {dice.choice(_GOODS)}  {dice.randrange(5, 900)}.00" for _ in range(4)]
    return Parcel(f"order-{number}.txt", "\n".join([f"Order {number}", *lines, ""]).encode())


_GOODS: Final = ("desk lamp", "kettle", "bookshelf", "armchair", "rug", "clock")


def _picture(dice: Random) -> bytes:
    """A lamp of one colour before a wall of another, more or less: PNG, three bytes a pixel."""
    wall, lamp = ([dice.randrange(60, 240) for _ in range(3)] for _ in range(2))
    at, high = dice.randrange(24, WIDTH - 24), dice.randrange(16, 28)
    rows = bytearray()
    for y in range(HEIGHT):
        half = (y - 8) * 14 // high + 4 if 8 <= y < 8 + high else 1 if y < HEIGHT - 8 else 10
        rows.append(0)  # this row is stored as it is
        for x in range(WIDTH):
            colour = (
                lamp if y >= 8 and abs(x - at) <= half else [part * (HEIGHT * 2 - y) // (HEIGHT * 2) for part in wall]
            )
            rows += bytes(colour)
    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(bytes(rows), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, body) for kind, body in parts)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


async def bring(relay: str, what: Parcel, id: str, ask: Callable[[Upload], Awaitable[Ticket | Refused | None]]) -> str:
    """By the way that any client goes: a ticket, a `PUT`; the file's id. Empty: it was not taken, or did not come."""
    import httpx

    ticket = await ask(Upload(id=id, name=what.name, size=len(what.content)))
    if not isinstance(ticket, Ticket):
        return ""
    try:
        async with httpx.AsyncClient(trust_env=not is_loopback(relay), timeout=BRING_SECONDS) as client:
            answer = await client.put(relay.rstrip("/") + ticket.path, content=what.content)
        return msgspec.json.decode(answer.content, type=Uploaded).file.id if answer.status_code == 201 else ""
    except (httpx.HTTPError, msgspec.MsgspecError):
        return ""
