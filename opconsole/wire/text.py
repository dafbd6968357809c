"""Text hygiene: a stranger's text becomes text that can only be read.

Applied to every string that comes from outside, when a frame is decoded, on both sides. A terminal (and, less so, a browser
or a spreadsheet) *acts* on some characters; those are replaced by visible marks, never silently dropped, so an operator
sees that something was there (but for the last two below, which hide nothing).

What is replaced, and why:
* C0 (but tab and newline), DEL and C1: they start control sequences (ECMA-48);
* bidirectional embeddings, overrides and isolates, and invisible format characters (Unicode TR 36, "Trojan Source"): they
  reorder or hide text;
* lone surrogates: they can't be encoded, and kill whoever tries;
* a zero-width joiner between anything but pictographs is taken out: terminals and Rich disagree about its width, which
  breaks columns;
* of more than four combining marks in a row ("Zalgo", in any script), four stay: the rest cost a renderer seconds.
"""

import re
from typing import Final
from unicodedata import category

_INVISIBLE: Final = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0"
    "\ufff0-\ufffb\ud800-\udfff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_HOSTILE: Final = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f{_INVISIBLE}]")
_PICT: Final = "\u2190-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff"
_LONE_ZWJ: Final = re.compile(f"(?<![\ufe0f{_PICT}])\u200d|\u200d(?![{_PICT}])")
_MARKS_KEPT: Final = 4
_MAYBE_MARK: Final = "[^\\w\\s!-~\u2010-\u20cf\u2100-\u2bff\U0001f000-\U0001faff]"
"""Every combining mark (Mn, Me) is in this class, and few other characters are."""
_RUN: Final = re.compile(f"{_MAYBE_MARK}{{{_MARKS_KEPT + 1},}}")
_PICTURES: Final = {code: chr(0x2400 + code) for code in range(32)} | {0x7F: "\u2421"}
_REPLACEMENT: Final = "\ufffd"

_PLAIN: Final = re.compile("[ -\\[\\]-~\u00a1-\u00ac\u00ae-\u02ff\u0370-\u0482\u048a-\u052f\u2010-\u2027\u2116]*")
_SUSPECT: Final = re.compile(f"[\x00-\x1f\x7f-\x9f\u200d{_INVISIBLE}\\\\]|{_MAYBE_MARK}{{{_MARKS_KEPT + 1}}}")


def may_be_hostile(json_text: str) -> bool:
    """Whether cleaning could change any string of a frame, given its JSON text (a backslash may hide an escape).

    False spares the walk over its strings. The first test is one pass over a single character class: a third of the cost
    of the search, and true of nearly all Latin and Cyrillic frames.
    """
    return _PLAIN.fullmatch(json_text) is None and _SUSPECT.search(json_text) is not None


def _visible(match: re.Match[str]) -> str:
    return _PICTURES.get(ord(match[0]), _REPLACEMENT)


def _few_marks(match: re.Match[str]) -> str:
    kept = []
    marks = 0
    for character in match[0]:
        marks = marks + 1 if category(character) in ("Mn", "Me") else 0
        if marks <= _MARKS_KEPT:
            kept.append(character)
    return "".join(kept)


def clean_text(text: str) -> str:
    """Text of several lines (a message, a note): tab becomes four spaces at most, newline stays, the rest is made visible."""
    if text.isascii() and text.isprintable():
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n").expandtabs(4)
    text = _HOSTILE.sub(_visible, text)
    if "\u200d" in text:
        text = _LONE_ZWJ.sub("", text)
    return _RUN.sub(_few_marks, text)


def clean_line(text: str) -> str:
    """Text of one line (a name, a title, an address): as `clean_text`, and newlines become spaces."""
    if text.isascii() and text.isprintable():
        return text
    return clean_text(text).replace("\n", " ")


def fits_bytes(text: str, limit_bytes: int) -> bool:
    """Whether the text's UTF-8 is at most `limit_bytes` long, without encoding in the usual short case."""
    return len(text) * 4 <= limit_bytes or len(text.encode("utf-8", "surrogatepass")) <= limit_bytes
