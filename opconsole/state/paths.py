"""Files' paths as people and terminals write them: typed with `~`, quoted for a shell, or dropped on the window as `file://`. Pure: whether
there is such a file others look.
"""

import re
from typing import Final
from urllib.parse import unquote, urlsplit

MOST: Final = 20
"""So many files are dropped at once, at most."""
_LONGEST: Final = 8192
_BEGINS: Final = re.compile(r"\s*(?:file://|['\"]?(?:~?/|file://)|['\"]?[A-Za-z]:[\\/])")
_TOKEN: Final = re.compile(r"'([^']*)'|\"((?:[^\"\\]|\\.)*)\"|((?:[^\s'\"\\]|\\.)+)", re.DOTALL)


def pasted_paths(text: str) -> list[list[str]]:
    """What files a pasted text may name, the likeliest reading first: as one path, one a line, or several as a shell reads them. Empty: it
    is no path. Only whole paths count (`/…`, `~/…`, `file://…`): a word that happens to be a file's name is a word."""
    text = text.strip()
    if not text or len(text) > _LONGEST or not _BEGINS.match(text):
        return []
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    readings = [[typed_path(line) for line in lines], _as_shell(text)]
    found: list[list[str]] = []
    for reading in readings:
        if reading and len(reading) <= MOST and all(map(_is_whole, reading)) and reading not in found:
            found.append(reading)
    return found


def typed_path(text: str) -> str:
    """The path that is meant by one typed or dropped: without its quotes, backslashes before spaces, and `file://`."""
    text = text.strip()
    if text.startswith("file:"):
        return _of_url(text)
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"" and text[0] not in text[1:-1]:
        inner = text[1:-1]
        return _of_url(inner) if inner.startswith("file:") else inner
    return re.sub(r"\\([ '\"()&\[\];!$`\\])", r"\1", text)


def _as_shell(text: str) -> list[str]:
    """Words as a shell would read them, without expanding anything; empty: it has none but these."""
    found: list[str] = []
    at = 0
    word = ""
    while at < len(text):
        if text[at].isspace():
            if word:
                found.append(word)
            word, at = "", at + 1
            continue
        token = _TOKEN.match(text, at)
        if token is None:
            return []
        single, double, plain = token.groups()
        piece = single if single is not None else re.sub(r"\\(.)", r"\1", double if double is not None else plain)
        word, at = word + piece, token.end()
    if word:
        found.append(word)
    return [_of_url(each) if each.startswith("file:") else each for each in found]


def _is_whole(path: str) -> bool:
    return path.startswith(("/", "~/")) or re.match(r"[A-Za-z]:[\\/]", path) is not None


def _of_url(url: str) -> str:
    """The path of a `file:` URL of this machine; empty: it is of another, or none at all."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    if parts.netloc not in ("", "localhost") or "%00" in parts.path:
        return ""
    return unquote(parts.path, errors="surrogateescape")


def common_beginning(words: list[str]) -> str:
    """The longest beginning that all share; empty: they share none, or there are none."""
    if not words:
        return ""
    first, last = min(words), max(words)
    size = 0
    while size < min(len(first), len(last)) and first[size] == last[size]:
        size += 1
    return first[:size]


def split_typed(text: str) -> tuple[str, str]:
    """A path that is being typed: its folder as typed (with the last slash), and the beginning of the name."""
    folder, slash, begun = text.rpartition("/")
    return folder + slash, begun


def free_names(name: str) -> list[str]:
    """Names for a file to be saved under, the wished one first: `photo.png`, `photo (1).png`, …"""
    stem, dot, ending = name.rpartition(".")
    if not dot or not stem:
        stem, ending = name, ""
    tail = f".{ending}" if ending else ""
    return [name, *(f"{stem} ({number}){tail}" for number in range(1, 1000))]
