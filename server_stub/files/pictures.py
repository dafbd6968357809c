"""How large a picture is, by its header: nothing is decoded. A header that is cut off, or says nonsense, is no picture.

A photo that lies on its side by its EXIF is told as it is shown: upright.
"""

from typing import BinaryIO, Final, Literal

Measured = tuple[str, int, int]
"""The kind (as in `kinds.KINDS`), width and height."""

_SEGMENTS: Final = 500
"""Of a JPEG's segments, so many are passed over in search of the one with its size."""
_EXIF_BYTES: Final = 4096
_EXIF_TAGS: Final = 100
"""So much of what a camera says is looked at."""
_NO_SIZE: Final = frozenset((0xC4, 0xC8, 0xCC))
"""Of the markers C0 to CF, those that start no frame."""


def measure(file: BinaryIO, head: bytes) -> Measured | None:
    """`head`: what it begins with, some hundred bytes. None: it is no whole header of a picture that we know."""
    found: Measured | None = None
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        if len(head) >= 33 and head[8:16] == b"\x00\x00\x00\rIHDR":
            found = ("png", int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big"))
    elif head[:6] in (b"GIF87a", b"GIF89a"):
        if len(head) >= 13:
            found = ("gif", int.from_bytes(head[6:8], "little"), int.from_bytes(head[8:10], "little"))
    elif head.startswith(b"\xff\xd8\xff"):
        found = _jpeg(file)
    elif head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        found = _webp(head)
    return found if found is not None and 0 < found[1] < 2**31 and 0 < found[2] < 2**31 else None


def _jpeg(file: BinaryIO) -> Measured | None:
    at = 2
    turned = False
    for _ in range(_SEGMENTS):
        file.seek(at)
        segment = file.read(9)
        if len(segment) < 4 or segment[0] != 0xFF:
            return None
        marker = segment[1]
        if marker == 0xFF:  # a fill byte
            at += 1
            continue
        length = int.from_bytes(segment[2:4], "big")
        if 0xC0 <= marker <= 0xCF and marker not in _NO_SIZE:
            if len(segment) < 9 or length < 8:
                return None
            width, height = int.from_bytes(segment[7:9], "big"), int.from_bytes(segment[5:7], "big")
            return ("jpeg", height, width) if turned else ("jpeg", width, height)
        if length < 2 or marker in (0xD8, 0xD9, 0xDA):  # an end, or pixels, before any size
            return None
        if marker == 0xE1 and segment[4:8] == b"Exif":
            file.seek(at + 10)
            turned = _is_turned(file.read(min(length, _EXIF_BYTES)))
        at += 2 + length
    return None


def _is_turned(exif: bytes) -> bool:
    """Whether the orientation (tag 0x0112 of the first directory) says that width and height change places."""
    order: Literal["little", "big"] = "little" if exif.startswith(b"II") else "big"

    def number(at: int, size: int) -> int:
        return int.from_bytes(exif[at : at + size], order)

    at = number(4, 4)
    for _ in range(min(number(at, 2), _EXIF_TAGS)):
        if number(at + 2, 2) == 0x0112:
            return 5 <= number(at + 10, 2) <= 8
        at += 12
    return False


def _webp(head: bytes) -> Measured | None:
    if len(head) < 30:
        return None
    chunk = head[12:16]
    if chunk == b"VP8 " and head[23:26] == b"\x9d\x01\x2a":
        return "webp", int.from_bytes(head[26:28], "little") & 0x3FFF, int.from_bytes(head[28:30], "little") & 0x3FFF
    if chunk == b"VP8L" and head[20] == 0x2F:
        bits = int.from_bytes(head[21:25], "little")
        return "webp", (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if chunk == b"VP8X":
        return "webp", int.from_bytes(head[24:27], "little") + 1, int.from_bytes(head[27:30], "little") + 1
    return None
