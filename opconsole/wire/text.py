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
* of more than four combining marks in a row ("Zalgo", in any script), four stay: the rest cost a renderer seconds. The same for
  spacing marks (eight with the others: Burmese stacks seven), for Hangul's zero-width letters, and for skin tones (one).

Long words and long texts are ordinary text here: who draws them wraps and cuts. A text longer than any that the protocol allows is
cut by `cut_long`, with a mark, when a frame is decoded.
"""

import re
from typing import Any, Final
from unicodedata import category, normalize

INVISIBLE: Final = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0"
    "\ufff0-\ufffb\ud800-\udfff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
"""Characters of a regular expression's class: what reorders, hides, or shows nothing."""
_HOSTILE: Final = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f{INVISIBLE}]")
_PICT: Final = "\u2190-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff"
_LONE_ZWJ: Final = re.compile(f"(?<![\ufe0f{_PICT}])\u200d|\u200d(?![{_PICT}])")
_MARKS_KEPT: Final = 4
_ALL_MARKS_KEPT: Final = 8
"""Of combining and spacing marks in one row."""
_MAYBE_MARK: Final = "[^\\w\\s!-~\u2010-\u20cf\u2100-\u2bff\U0001f000-\U0001faff]"
"""Every combining mark (Mn, Me) is in this class, and few other characters are."""
_RUN: Final = re.compile(f"{_MAYBE_MARK}{{{_MARKS_KEPT + 1},}}")
_JAMO: Final = "\u1161-\u11ff\ud7b0-\ud7fb"
_TONES: Final = "\U0001f3fb-\U0001f3ff"
_PILE: Final = re.compile(f"([{_JAMO}]{{{_MARKS_KEPT}}})[{_JAMO}]+|([{_TONES}])[{_TONES}]+")
_PICTURES: Final = {code: chr(0x2400 + code) for code in range(32)} | {0x7F: "\u2421"}
_REPLACEMENT: Final = "\ufffd"

_PLAIN: Final = re.compile("[ -\\[\\]-~\u00a1-\u00ac\u00ae-\u02ff\u0370-\u0482\u048a-\u052f\u2010-\u2027\u2116]*")
_SUSPECT: Final = re.compile(
    f"[\x00-\x1f\x7f-\x9f\u200d{INVISIBLE}\\\\]|{_MAYBE_MARK}{{{_MARKS_KEPT + 1}}}"
    f"|[{_JAMO}]{{{_MARKS_KEPT + 1}}}|[{_TONES}]{{2}}"
)
LONGEST_TEXT_CHARS: Final = 32 * 1024
"""No text of the protocol is so long (`limits.TEXT_BYTES`, with every tab as four spaces)."""
LONGEST_LINE_CHARS: Final = 4 * 1024
_CUT: Final = "…"


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
    marks = all_marks = 0
    for character in match[0]:
        kind = category(character)
        marks = marks + 1 if kind in ("Mn", "Me", "Cn") else 0  # unassigned ones may be marks of a newer Unicode
        all_marks = all_marks + 1 if marks or kind == "Mc" else 0
        if marks <= _MARKS_KEPT and all_marks <= _ALL_MARKS_KEPT:
            kept.append(character)
    return "".join(kept)


def few_marks(text: str) -> str:
    """The text without unreasonable piles of what takes no room of its own."""
    return _PILE.sub(lambda match: match[1] or match[2], _RUN.sub(_few_marks, text))


def clean_text(text: str) -> str:
    """Text of several lines (a message, a note): tab becomes four spaces at most, newline stays, the rest is made visible."""
    if text.isascii() and text.isprintable():
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n").expandtabs(4)
    text = _HOSTILE.sub(_visible, text)
    if "\u200d" in text:
        text = _LONE_ZWJ.sub("", text)
    return few_marks(text)


def clean_line(text: str) -> str:
    """Text of one line (a name, a title, an address): as `clean_text`, and newlines become spaces."""
    if text.isascii() and text.isprintable():
        return text
    return clean_text(text).replace("\n", " ")


_NOT_IN_NAMES: Final = re.compile('[\x00-\x1f\x7f\u2400-\u2421\ufffd<>:"|?*]')
_RESERVED: Final = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?=\.|$)", re.IGNORECASE)
"""Names of devices on Windows, with any ending."""
LONGEST_NAME_BYTES: Final = 200
"""Of a file's name in UTF-8: file systems take 255, and whoever keeps it may have to add something."""


def clean_file_name(name: str, limit_chars: int = 120) -> str:
    """What a stranger calls a file, as a name that does no harm on any system, on a screen or to a shell: its last part only, clean
    as a line, and nothing hidden, reserved or too long. Never empty."""
    name = clean_line(normalize("NFC", cut_long(name, LONGEST_LINE_CHARS)))
    name = re.split(r"[/\\\u2044\u2215\u29f8\uff0f\uff3c]", name.rstrip("/\\ "))[-1]
    name = " ".join(_NOT_IN_NAMES.sub("_", name).split()).lstrip(". ").rstrip(". ")
    if name.startswith(("-", "~")):
        name = "_" + name[1:]  # a program would take it for an option, or a home
    if _RESERVED.match(name):
        name = "_" + name
    return shorten_file_name(name, limit_chars) or "file"


def shorten_file_name(name: str, limit_chars: int = 120) -> str:
    """The name with its ending, cut before it where it is too long for a file system or a screen."""
    stem, dot, ending = name.rpartition(".")
    if not stem or len(ending) > 16:
        stem, dot, ending = name, "", ""
    room = LONGEST_NAME_BYTES - len(ending.encode()) - 1
    stem = stem[: limit_chars - len(ending) - 1].encode()[:room].decode("utf-8", "ignore")
    return (stem.rstrip(". ") + dot + ending) if stem else ""


def clean_data(value: Any) -> Any:
    """Data of a file (TOML, JSON) with every string in it a clean line, keys too."""
    if isinstance(value, str):
        return clean_line(value)
    if isinstance(value, list):
        return [clean_data(item) for item in value]
    if isinstance(value, dict):
        return {clean_data(key): clean_data(item) for key, item in value.items()}
    return value


def cut_long(text: str, limit_chars: int) -> str:
    """The text, or as much of it as the limit allows, and a mark that there was more."""
    return text if len(text) <= limit_chars else text[: limit_chars - 1] + _CUT


def fits_bytes(text: str, limit_bytes: int) -> bool:
    """Whether the text's UTF-8 is at most `limit_bytes` long, without encoding in the usual short case."""
    return len(text) * 4 <= limit_bytes or len(text.encode("utf-8", "surrogatepass")) <= limit_bytes
