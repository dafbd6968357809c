"""Files in words: how large they are, and what they are. By these words alone they are told apart; there is no picture for them."""

from collections.abc import Mapping
from typing import Final

from opconsole.locale.catalog import mark, tr, trn

_KB: Final = 1024
_SORTS: Final[Mapping[str, str]] = {
    "image/png": mark("PNG picture"),
    "image/jpeg": mark("JPEG picture"),
    "image/gif": mark("GIF picture"),
    "image/webp": mark("WebP picture"),
    "application/pdf": mark("PDF document"),
    "application/zip": mark("ZIP archive"),
    "text/plain": mark("text"),
    "text/csv": mark("CSV table"),
    "application/msword": mark("Word document"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": mark("Word document"),
    "application/vnd.oasis.opendocument.text": mark("text document"),
    "application/vnd.ms-excel": mark("Excel table"),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": mark("Excel table"),
    "application/vnd.oasis.opendocument.spreadsheet": mark("table"),
}
_FAMILIES: Final[Mapping[str, str]] = {
    "image": mark("picture"),
    "audio": mark("sound"),
    "video": mark("video"),
    "text": mark("text"),
}


def size_words(size_bytes: int) -> str:
    """`214 KB`; of less than ten, one decimal: `1.4 MB`."""
    if size_bytes < _KB:
        return trn("{n} byte", "{n} bytes", size_bytes)
    for unit, words in ((_KB**3, mark("{n} GB")), (_KB**2, mark("{n} MB"))):
        if size_bytes >= unit:
            return tr(words, n=_amount(size_bytes / unit))
    return tr("{n} KB", n=max(1, round(size_bytes / _KB)))


def _amount(number: float) -> str:
    if number >= 9.95:
        return str(round(number))
    # For translators: what stands between 1 and 4 in 1.4
    return f"{number:.1f}".replace(".", tr("."))


def sort_words(media_type: str) -> str:
    """What a file is, by its media type; one that has no words here is told as it is."""
    if (words := _SORTS.get(media_type)) is not None:
        return tr(words)
    family = media_type.partition("/")[0]
    return tr(_FAMILIES[family]) if family in _FAMILIES else media_type or tr("file")


def file_facts(media_type: str, size_bytes: int, width: int = 0, height: int = 0) -> str:
    """`PNG picture, 214 KB, 1280×960`: what is known of it, the name aside. `size_bytes` 0: not known."""
    facts = [sort_words(media_type)]
    if size_bytes:
        facts.append(size_words(size_bytes))
    if width and height:
        facts.append(f"{width}×{height}")
    return ", ".join(facts)


def file_words(name: str, media_type: str, size_bytes: int) -> str:
    """A file within a line of plain text: `[photo.png: PNG picture, 214 KB]`."""
    return f"[{name or tr('file')}: {file_facts(media_type, size_bytes)}]"
