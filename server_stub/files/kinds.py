"""What a file is, said by its bytes: never by its name, and never by who sent it. Headers are read; nothing is decoded or unpacked.

A small table of our own rather than a library of a thousand kinds: what is not surely one of these is not taken at all, so each
rule here is as strict as its format lets it be, and none guesses. What a browser would run as a page (HTML, SVG, XML) is none of
them. The one thing in which a name counts: text that is called `.csv` is a table.

A file can be two things at once (a picture with an archive behind it); it is then the one that it begins with, and is handed out
as that, by a type that no browser second-guesses.
"""

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO, Final

from msgspec import Struct

from server_stub.files import archives, pictures


class Kind(Struct, frozen=True):
    media: str
    endings: tuple[str, ...]
    """Of names; the first is given where a name has none of them."""


KINDS: Final[dict[str, Kind]] = {
    "png": Kind("image/png", ("png",)),
    "jpeg": Kind("image/jpeg", ("jpg", "jpeg", "jpe", "jfif")),
    "gif": Kind("image/gif", ("gif",)),
    "webp": Kind("image/webp", ("webp",)),
    "pdf": Kind("application/pdf", ("pdf",)),
    "text": Kind("text/plain", ("txt", "log", "text", "md")),
    "csv": Kind("text/csv", ("csv",)),
    "zip": Kind("application/zip", ("zip",)),
    "docx": Kind("application/vnd.openxmlformats-officedocument.wordprocessingml.document", ("docx",)),
    "xlsx": Kind("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ("xlsx",)),
    "pptx": Kind("application/vnd.openxmlformats-officedocument.presentationml.presentation", ("pptx",)),
    "odt": Kind("application/vnd.oasis.opendocument.text", ("odt",)),
    "ods": Kind("application/vnd.oasis.opendocument.spreadsheet", ("ods",)),
    "mp3": Kind("audio/mpeg", ("mp3",)),
    "ogg": Kind("audio/ogg", ("ogg", "oga", "opus")),
    "m4a": Kind("audio/mp4", ("m4a",)),
    "mp4": Kind("video/mp4", ("mp4", "m4v")),
}
"""All that can be told apart, by the name that `desk.toml` has for it."""
USUAL: Final = ("png", "jpeg", "gif", "webp", "pdf", "text", "csv", "zip", "docx", "xlsx", "odt", "mp3", "ogg", "mp4")
"""What a desk takes that says nothing of it."""

HEAD_BYTES: Final = 4096
CHUNK_BYTES: Final = 256 * 1024

_PDF: Final = re.compile(rb"%PDF-[12]\.[0-9]")
_VIDEO: Final = frozenset(
    (b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"M4VP", b"dash")
)
_AUDIO: Final = frozenset((b"M4A ", b"M4B "))
_OGG_AUDIO: Final = (b"OpusHead", b"\x01vorbis", b"\x7fFLAC", b"Speex   ")
_MARKUP: Final = re.compile(
    r"<(?:!|\?|/?(?:html|head|body|svg|script|style|iframe|object|embed|table|title|img|meta|link|form|math|a|b|p|br|div|font|h[1-6])\b)",
    re.IGNORECASE,
)
"""How text begins that a browser, or a program that guesses as one does, takes for a page (WHATWG MIME Sniffing, 7.1, and more)."""
_BINARY: Final = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f]")
"""No text has these; escape sequences, which a terminal would obey, least of all."""


class Found(Struct, frozen=True):
    """What a file was found to be. `kind`: a key of `KINDS`; sizes are of pictures, in pixels."""

    kind: str
    width: int = 0
    height: int = 0

    @property
    def media(self) -> str:
        return KINDS[self.kind].media


def recognise(file: BinaryIO, size: int, name: str) -> Found | None:
    """What this file of so many bytes is; None: nothing that we know for sure. `name`: only tells tables from other text."""
    file.seek(0)
    head = file.read(HEAD_BYTES)
    if (picture := pictures.measure(file, head)) is not None:
        return Found(*picture)
    if _PDF.match(head):
        return Found("pdf")
    if head.startswith(b"PK\x03\x04"):
        kind = archives.kind_of(file, size, head)
        return Found(kind) if kind else None
    if (kind := _sound(head)) or (kind := _film(head)):
        return Found(kind)
    if _is_text(file):
        return Found("csv" if name.lower().endswith(".csv") else "text")
    return None


def kind_of_media(media: str) -> Kind | None:
    return next((kind for kind in KINDS.values() if kind.media == media), None)


def media_types(names: tuple[str, ...] | list[str]) -> list[str]:
    """Of these kinds. Raises KeyError."""
    return [KINDS[name].media for name in names]


# ---------------------------------------------------------------- sound and film


def _sound(head: bytes) -> str:
    if head.startswith(b"OggS\x00"):
        return "ogg" if any(mark in head[:64] for mark in _OGG_AUDIO) else ""
    if head.startswith(b"ID3") and len(head) > 10 and head[3] in (2, 3, 4) and max(head[6:10]) < 0x80:
        return "mp3"
    return "mp3" if _is_mpeg_frame(head) else ""


def _is_mpeg_frame(head: bytes) -> bool:
    """Whether it begins with a frame of MPEG audio, layer III, behind which another one begins."""
    length = _mpeg_frame(head, 0)
    return length > 0 and (length + 4 > len(head) or _mpeg_frame(head, length) > 0)


_KBITS: Final = {
    3: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_HERTZ: Final = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000)}


def _mpeg_frame(head: bytes, at: int) -> int:
    """Length of the frame of layer III that begins there; 0: none does."""
    if len(head) < at + 4 or head[at] != 0xFF or head[at + 1] & 0xE6 != 0xE2:
        return 0
    version = head[at + 1] >> 3 & 3
    rate, hertz = head[at + 2] >> 4, head[at + 2] >> 2 & 3
    if version not in _KBITS or not 0 < rate < 15 or hertz == 3:
        return 0
    samples = 144 if version == 3 else 72
    return samples * _KBITS[version][rate] * 1000 // _HERTZ[version][hertz] + (head[at + 2] >> 1 & 1)


def _film(head: bytes) -> str:
    if head[4:8] != b"ftyp" or not 16 <= int.from_bytes(head[:4], "big") <= 256:
        return ""
    brand = head[8:12]
    return "mp4" if brand in _VIDEO else "m4a" if brand in _AUDIO else ""


# ---------------------------------------------------------------- text


def _is_text(file: BinaryIO) -> bool:
    """Whether all of it is UTF-8 without a character that no text has, and does not begin as a page."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    beginning = ""
    try:
        for chunk in _chunks(file):
            text = decoder.decode(chunk)
            if _BINARY.search(text):
                return False
            if len(beginning) < HEAD_BYTES:
                beginning = (beginning + text).lstrip()[:HEAD_BYTES]
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return bool(beginning) and _MARKUP.match(beginning) is None


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    while chunk := file.read(CHUNK_BYTES):
        yield chunk
