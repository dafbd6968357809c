"""Links in a stranger's words: where they begin and end, and what there is to know of one before it is followed. Pure.

Only `http`, `https` and `mailto` are links here. What is recognised is what would be opened, letter by letter: nothing is completed but
the scheme of a `www.` address. Every pattern is anchored and bounded, so the time is linear in the text.
"""

import re
from collections.abc import Iterable
from typing import Final
from unicodedata import name as unicode_name
from urllib.parse import urlsplit

from msgspec import Struct

LONGEST: Final = 2048
MOST: Final = 50
"""So many links of one text are given."""

_START: Final = re.compile(
    r"(?<![\w@./:-])(?:(?P<scheme>https?)://|(?P<www>www\.)(?=\w)|(?P<mail>mailto):)", re.IGNORECASE
)
_BODY: Final = re.compile(r"[^\s<>\"«»„“”‘’`{}|\\^\u00a0\ufffd\u2400-\u2421]{1,2048}")
_AUTHORITY: Final = re.compile(
    r"(?:[\w.\-~%!$&'()*+,;=:]{1,256}@)?(?:\[[0-9A-Fa-f:.]{2,45}\]|[\w\-.]{1,253})(?::\d{1,5})?"
)
_MAIL: Final = re.compile(r"[A-Za-z0-9._%+\-]{1,64}@[\w\-]{1,63}(?:\.[\w\-]{1,63}){1,8}")
_LABEL: Final = re.compile(r"(?!-)[\w\-]{1,63}(?<!-)")
_TRAILING: Final = ".,;:!?…'*_~"
_PAIRS: Final = {")": "(", "]": "["}
_PORT: Final = re.compile(r":\d*$")
_KEPT: Final = re.compile("([ßς])")
"""Letters that IDNA 2003 makes `ss` and `σ`, and IDNA 2008, by which browsers go, keeps (UTS 46, deviations, non-transitional)."""
_LOOKALIKES: Final = frozenset("асеорхукіјѕһԁԛԝӏ")
"""Cyrillic letters that a reader takes for Latin ones."""
_SCRIPTS: Final = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE")


class Link(Struct, frozen=True):
    """`url` is what would be opened; it stands in the text from `start` to `end`."""

    url: str
    start: int
    end: int


class About(Struct, frozen=True):
    """What there is to know of a link before it is followed."""

    scheme: str
    host: str
    """In its own letters; of `mailto`, the address."""
    ascii_host: str
    """As the network knows it (punycode); the same as `host`, where there is nothing to tell. Empty: it can't be written so."""
    user: str = ""
    """What stands before the `@` of a web address: it is no part of the host, and often there to mislead."""
    port: int = 0
    """As written; 0: none is."""
    mixed: bool = False
    """Letters of several scripts in one part of the host, or letters that look like those of another script."""

    @property
    def is_plain(self) -> bool:
        """Nothing about it needs a warning."""
        return not self.user and not self.mixed and self.host == self.ascii_host


def links_in(text: str) -> list[Link]:
    """The links of a text, in their order."""
    found: list[Link] = []
    at = 0
    while len(found) < MOST and (start := _START.search(text, at)) is not None:
        at = start.end()
        link = _mail(text, start) if start["mail"] else _web(text, start)
        if link is not None:
            found.append(link)
            at = link.end
    return found


def links_of(texts: Iterable[str]) -> list[str]:
    """What the texts link to, each once, in their order."""
    return list(dict.fromkeys(link.url for text in texts for link in links_in(text)))[:MOST]


def _web(text: str, start: re.Match[str]) -> Link | None:
    after_scheme = start.start() if start["www"] else start.end()
    authority = _AUTHORITY.match(text, after_scheme)
    if authority is None:
        return None
    end = authority.end()
    if (tail := text[end : end + 1]) and tail in "/?#" and (body := _BODY.match(text, end)) is not None:
        end = body.end()
    end = _without_trailing(text, after_scheme, min(end, start.start() + LONGEST))
    url = ("https://" if start["www"] else "") + text[start.start() : end]
    return Link(url, start.start(), end) if _is_web(url) else None


def _mail(text: str, start: re.Match[str]) -> Link | None:
    """An address alone: what may follow it (a subject, a file to attach) is for no stranger to fill in."""
    address = _MAIL.match(text, start.end())
    if address is None:
        return None
    end = _without_trailing(text, start.end(), address.end())
    return Link(f"mailto:{text[start.end() : end]}", start.start(), end)


def _without_trailing(text: str, start: int, end: int) -> int:
    """The sentence's own signs at the end are none of the link's; nor is a bracket that was opened before it."""
    while end > start:
        last = text[end - 1]
        if last in _TRAILING or (
            last in _PAIRS and text.count(last, start, end) > text.count(_PAIRS[last], start, end)
        ):
            end -= 1
        else:
            break
    return end


def _is_web(url: str) -> bool:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if port == 0 or not host:
        return False
    if ":" in host:
        return "[" in parts.netloc
    labels = host.removesuffix(".").split(".")
    return all(_LABEL.fullmatch(label) and "_" not in label[-1] for label in labels) and (
        len(labels) > 1 or labels[0] == "localhost"
    )


def about(url: str) -> About:
    """Of a link that `links_in` has found."""
    if url.startswith("mailto:"):
        address = url.removeprefix("mailto:")
        host = address.rpartition("@")[2]
        own, network = _both(host)
        before = address[: len(address) - len(host)]
        return About("mailto", before + own, before + network if network else "", mixed=_mixed(own))
    parts = urlsplit(url)
    user, _, place = parts.netloc.rpartition("@")
    host = parts.hostname or ""
    if ":" not in host:
        host = _PORT.sub(
            "", place
        )  # `hostname` is in small letters already, and makes another letter of a Σ at the end
    own, network = _both(host)
    return About(parts.scheme.lower(), own, network, user, parts.port or 0, _mixed(own))


def _both(host: str) -> tuple[str, str]:
    """In its own letters, and as the network knows it."""
    host = re.sub("[A-Z]+", lambda found: found[0].lower(), host)
    if host.isascii() and "xn--" not in host:
        return host, host
    try:
        network = ".".join(map(_for_network, host.split(".")))
        return ".".join(map(_in_letters, network.split("."))), network
    except UnicodeError:
        return host, host if host.isascii() else ""


def _for_network(label: str) -> str:
    """By IDNA 2003, which the standard library has, but for the letters that it makes others of and browsers don't. Raises UnicodeError."""
    if not _KEPT.search(label):
        return label.encode("idna").decode("ascii") if label else ""
    from encodings.idna import nameprep  # nobody's start waits for its tables

    pieces = [piece if _KEPT.fullmatch(piece) else nameprep(piece) for piece in _KEPT.split(label)]
    return "xn--" + "".join(pieces).encode("punycode").decode("ascii")


def _in_letters(label: str) -> str:
    """Of what `_for_network` gives. Raises UnicodeError."""
    if label.startswith("xn--") and _KEPT.search(letters := label[4:].encode("ascii").decode("punycode")):
        if _for_network(letters) != label:
            raise UnicodeError("it says the same in another way")
        return letters
    return label.encode("ascii").decode("idna") if label else ""


def _mixed(host: str) -> bool:
    labels = host.split(".")
    if any(len(_scripts(label)) > 1 for label in labels):
        return True
    letters = [[each for each in label if each.isalpha()] for label in labels[:-1]]
    looks_latin = any(own and not all(map(str.isascii, own)) and set(own) <= _LOOKALIKES for own in letters)
    return looks_latin and labels[-1].isascii()


def _scripts(label: str) -> set[str]:
    found = set()
    for character in label:
        if character.isalpha():
            script = unicode_name(character, "").partition(" ")[0]
            found.add(script if script in _SCRIPTS else "OTHER")
    return found
