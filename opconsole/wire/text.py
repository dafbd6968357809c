"""Text hygiene: a stranger's text becomes text that can only be read.

Applied to every string that comes from outside, when a frame is decoded, on both sides. A terminal (and, less so, a browser
or a spreadsheet) *acts* on some characters; those are replaced by visible marks, never silently dropped, so an operator
sees that something was there.

What is replaced, and why:
* C0 (but tab and newline), DEL and C1: they start control sequences (ECMA-48);
* bidirectional embeddings, overrides and isolates, and invisible format characters (Unicode TR 36, "Trojan Source"): they
  reorder or hide text;
* lone surrogates: they can't be encoded, and kill whoever tries;
* a zero-width joiner between anything but pictographs: terminals and Rich disagree about its width, which breaks columns;
* more than four combining marks in a row ("Zalgo"): they cost a renderer seconds.
"""

import re
from typing import Final

_HOSTILE: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200c\u200e\u200f"
    "\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\ud800-\udfff\U000e0000-\U000e0fff]"
)
_PICT: Final = "\u2190-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff"
_LONE_ZWJ: Final = re.compile(f"(?<![\ufe0f{_PICT}])\u200d|\u200d(?![{_PICT}])")
_MARK: Final = "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_MARKS: Final = re.compile(f"([{_MARK}]{{4}})[{_MARK}]+")
_PICTURES: Final = {code: chr(0x2400 + code) for code in range(32)} | {0x7F: "\u2421"}
_REPLACEMENT: Final = "\ufffd"

_PLAIN: Final = re.compile("[ -\\[\\]-~\u00a1-\u00ac\u00ae-\u02ff\u0370-\u0482\u048a-\u052f\u2010-\u2027\u2116]*")
_SUSPECT: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    f"\u3164\ufeff\uffa0\ufff0-\ufffb\ud800-\udfff\U000e0000-\U000e0fff\\\\]|[{_MARK}]{{5}}"
)


def may_be_hostile(json_text: str) -> bool:
    """Whether cleaning could change any string of a frame, given its JSON text (a backslash may hide an escape).

    False spares the walk over its strings. The first test is one pass over a single character class: a third of the cost
    of the search, and true of nearly all Latin and Cyrillic frames.
    """
    return _PLAIN.fullmatch(json_text) is None and _SUSPECT.search(json_text) is not None


def _visible(match: re.Match[str]) -> str:
    return _PICTURES.get(ord(match[0]), _REPLACEMENT)


def clean_text(text: str) -> str:
    """Text of several lines (a message, a note): tab becomes four spaces at most, newline stays, the rest is made visible."""
    if text.isascii() and text.isprintable():
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n").expandtabs(4)
    text = _HOSTILE.sub(_visible, text)
    if "\u200d" in text:
        text = _LONE_ZWJ.sub("", text)
    return _MARKS.sub(r"\1", text)


def clean_line(text: str) -> str:
    """Text of one line (a name, a title, an address): as `clean_text`, and newlines become spaces."""
    if text.isascii() and text.isprintable():
        return text
    return clean_text(text).replace("\n", " ")


def fits_bytes(text: str, limit_bytes: int) -> bool:
    """Whether the text's UTF-8 is at most `limit_bytes` long, without encoding in the usual short case."""
    return len(text) * 4 <= limit_bytes or len(text.encode("utf-8", "surrogatepass")) <= limit_bytes
