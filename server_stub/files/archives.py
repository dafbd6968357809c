"""What an archive is: a document of an office, or simply a ZIP. By the names in its directory; nothing is unpacked, so what an
archive would unpack to is nobody's trouble here.

Written for hostile files: a bounded part of the directory is read, and no number in it is believed before it is compared.
"""

from collections.abc import Iterator
from struct import Struct as Layout
from typing import BinaryIO, Final

_END: Final = Layout("<4s4H2LH")
"""The end of the directory: mark, disk, disk of the directory, entries here, entries, bytes, offset, comment's length."""
_ENTRY: Final = Layout("<4s6H3L5H2L")
_TAIL_BYTES: Final = _END.size + 0xFFFF
_DIRECTORY_BYTES: Final = 1024 * 1024
"""So much of a directory is looked at."""
_ODF: Final = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
}
_OOXML: Final = {b"word/document.xml": "docx", b"xl/workbook.xml": "xlsx", b"ppt/presentation.xml": "pptx"}
_MACROS: Final = b"vbaproject.bin"


def kind_of(file: BinaryIO, size: int, head: bytes) -> str:
    """The kind, as in `kinds.KINDS`; empty: it is no whole archive. A document with macros is only a ZIP: no program opens it by
    itself under that name."""
    directory = _directory(file, size)
    if directory is None:
        return ""
    names = list(_names(directory[:_DIRECTORY_BYTES]))
    if len(directory) > _DIRECTORY_BYTES:  # what stands beyond may be macros: no office's document has so many parts
        return "zip"
    if not names or any(name.lower().endswith(_MACROS) for name in names):
        return "zip"
    if (
        head[30:38] == b"mimetype" and head[8:10] == b"\x00\x00"
    ):  # the first entry, and stored as it is (ODF 1.3, 2, 3.3)
        length = int.from_bytes(head[18:22], "little")
        extra = int.from_bytes(head[28:30], "little")
        return _ODF.get(head[38 + extra : 38 + extra + length], "zip")
    if b"[Content_Types].xml" in names:
        return next((kind for name, kind in _OOXML.items() if name in names), "zip")
    return "zip"


def _directory(file: BinaryIO, size: int) -> bytes | None:
    file.seek(max(0, size - _TAIL_BYTES))
    tail = file.read(_TAIL_BYTES)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < _END.size:
        return None
    *_, length, offset, comment = _END.unpack_from(tail, at)
    if at + _END.size + comment > len(tail) or offset + length > size:
        return None
    file.seek(offset)
    return file.read(min(length, _DIRECTORY_BYTES + 1))


def _names(directory: bytes) -> Iterator[bytes]:
    at = 0
    while at + _ENTRY.size <= len(directory):
        mark, *_, name, extra, comment, _disk, _internal, _external, _offset = _ENTRY.unpack_from(directory, at)
        if mark != b"PK\x01\x02":
            return
        at += _ENTRY.size
        yield directory[at : at + name]
        at += name + extra + comment
