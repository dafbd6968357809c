"""Every byte that a program writes to its terminal, taken apart by ECMA-48, and held against what this program may write.

Independent of the code under test: nothing of `opconsole` is imported, and the sets of characters come from `unicodedata`. What is
allowed is a list of exact forms; whatever is not in it is foreign. The insides of a title and of a notification are text, and are
held to the same rules as painted text.
"""

import base64
import binascii
import re
from collections.abc import Iterator
from unicodedata import category, combining

from msgspec import Struct

STRINGS = {"]": "osc", "P": "dcs", "_": "apc", "^": "pm", "X": "sos"}
C1_STRINGS = {"\x9d": "osc", "\x90": "dcs", "\x9f": "apc", "\x9e": "pm", "\x98": "sos"}

OWN_CSI = re.compile(
    "|".join(
        (
            r"[0-9;:]*m",  # colours and styles
            r"\d+;\d+H|H|2J|0?K",  # the cursor's place; erasing
            r"\?(?:25|1000|1002|1003|1004|1006|1015|1016|1049|2004|2026|2031|2048)[hl]",
            r"\?(?:2026|2048)\$p|\?996n",  # what the terminal can do, asked at the start
            r"5n",  # whether it has read what was written (`terminal.outlet`)
            r">\d+u|=\d+;\d+u|<u|>4;1m|>4m",  # keyboards
            r"22;2t|23;2t",  # the title is remembered and given back
            r"\?7[hl]",
        )
    )
)
OWN_CONTROLS = {"\x07", "\n", "\r"}
UNFINISHED = re.compile(rb"\x1b(?:\[[0-9;:?<>=$]*)?\Z")
POINTER = re.compile(r"22;[a-z-]*")
"""The mouse pointer's shape, which Textual sets."""
NOTIFIES = re.compile(
    r"9;(?P<nine>.*)|777;notify;(?P<seven>[^;]*;[^;]*)|99;i=opconsole:d=[01]:p=(?:title|body);(?P<kitty>.*)"
)
TITLE = re.compile(r"2;(?P<title>.*)")
COPIES = re.compile(r"52;c;(?P<data>[A-Za-z0-9+/=]*)")

SCRIPTS_OWN = {0x0600, 0x0601, 0x0602, 0x0603, 0x0604, 0x0605, 0x06DD, 0x070F, 0x0890, 0x0891, 0x08E2, 0x110BD, 0x110CD}
"""Format characters (Cf) that are visible parts of a script."""
HIDDEN = {0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0, *range(0x180B, 0x1810)}
"""Letters and marks that show nothing."""
MOST_MARKS = 4


class Token(Struct, frozen=True):
    """`kind`: `text`, `control`, `c1`, `esc`, `csi`, `osc`, `dcs`, `apc`, `pm`, `sos`, `bytes` (not UTF-8). `body`: without
    the introducer and the end."""

    kind: str
    body: str
    at: int

    def __str__(self) -> str:
        return f"{self.kind} {self.body[:300]!a} at {self.at}"


def tokens(data: bytes) -> Iterator[Token]:
    """The stream as text and sequences, in order. C1 controls count in their two-byte (UTF-8) form, as terminals take them."""
    text = data.decode("utf-8", "surrogateescape")
    at = 0
    while at < len(text):
        character = text[at]
        if character == "\x1b":
            token, at = _escape(text, at)
        elif character in C1_STRINGS:
            token, at = _string(text, at, at + 1, C1_STRINGS[character])
        elif character == "\x9b":
            token, at = _csi(text, at, at + 1)
        elif "\ud800" <= character <= "\udfff":
            token, at = Token("bytes", character, at), at + 1
        elif character < " " or character == "\x7f":
            token, at = Token("control", character, at), at + 1
        elif "\x80" <= character <= "\x9f":
            token, at = Token("c1", character, at), at + 1
        else:
            end = at
            while end < len(text) and not _special(text[end]):
                end += 1
            token, at = Token("text", text[at:end], at), end
        yield token


def _special(character: str) -> bool:
    return character < " " or "\x7f" <= character <= "\x9f" or "\ud800" <= character <= "\udfff"


def _escape(text: str, at: int) -> tuple[Token, int]:
    follows = text[at + 1 : at + 2]
    if follows == "[":
        return _csi(text, at, at + 2)
    if follows in STRINGS and follows:
        return _string(text, at, at + 2, STRINGS[follows])
    end = at + 1
    while end < len(text) and " " <= text[end] <= "/":
        end += 1
    return Token("esc", text[at + 1 : end + 1], at), end + 1


def _csi(text: str, at: int, start: int) -> tuple[Token, int]:
    end = start
    while end < len(text) and " " <= text[end] <= "?":
        end += 1
    kind = "csi" if text[at] == "\x1b" else "c1"
    return Token(kind, text[start : end + 1], at), end + 1


def _string(text: str, at: int, start: int, kind: str) -> tuple[Token, int]:
    end = start
    while end < len(text) and text[end] not in "\x07\x9c" and text[end : end + 2] != "\x1b\\":
        end += 1
    body = text[start:end]
    return Token(kind if text[at] == "\x1b" else "c1", body, at), end + (2 if text[end : end + 2] == "\x1b\\" else 1)


def _whole(data: bytes) -> bytes:
    """Without a sequence or a character of which only the beginning has been read yet."""
    data = UNFINISHED.sub(b"", data)
    for cut in (1, 2, 3):
        if data[-cut : -cut + 1 or None] >= b"\xc0":
            return data[:-cut] if _is_begun(data[-cut:]) else data
    return data


def _is_begun(end: bytes) -> bool:
    """Whether this is the beginning of a character, and not a whole one."""
    lead = end[0]
    return len(end) < (2 if lead < 0xE0 else 3 if lead < 0xF0 else 4)


def foreign(data: bytes, *, copied: bool = False) -> list[str]:
    """What of the stream is not the program's own. `copied`: the operator has copied something, so OSC 52 may come, with clean text."""
    found = []
    for token in tokens(_whole(data)):
        fault = _fault(token, copied)
        if fault:
            found.append(f"{fault}: {token}")
    return found


def copies(data: bytes) -> list[str]:
    """The texts that were put into the clipboard."""
    found = [COPIES.fullmatch(token.body) for token in tokens(data) if token.kind == "osc"]
    return [base64.b64decode(match["data"]).decode() for match in found if match]


def notifications(data: bytes) -> list[str]:
    """The bodies of all notifications, of whichever dialect."""
    return [token.body for token in tokens(data) if token.kind == "osc" and NOTIFIES.fullmatch(token.body)]


def _fault(token: Token, copied: bool) -> str:
    match token.kind:
        case "text":
            return harm(token.body)
        case "control":
            return "" if token.body in OWN_CONTROLS else "a control character"
        case "csi":
            return "" if OWN_CSI.fullmatch(token.body) else "not one of our sequences"
        case "osc":
            return _osc_fault(token.body, copied)
    return "not one of our sequences"


def _osc_fault(body: str, copied: bool) -> str:
    if POINTER.fullmatch(body):
        return ""
    if match := TITLE.fullmatch(body):
        return harm(match["title"])
    if match := COPIES.fullmatch(body):
        try:
            text = base64.b64decode(match["data"], validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            return "the clipboard is set to what is no text"
        return harm(text.replace("\n", "")) if copied else "the clipboard is set to what nobody copied"
    if match := NOTIFIES.fullmatch(body):
        return harm("".join(group for group in match.groups() if group))
    return "not one of our sequences"


def harm(text: str) -> str:
    """Why a terminal or a reader should not get this text; empty: it is only text."""
    marks = 0
    for at, character in enumerate(text):
        kind = category(character)
        point = ord(character)
        marks = marks + 1 if kind in ("Mn", "Me") or combining(character) else 0
        if marks > MOST_MARKS:
            return "a heap of combining marks"
        if point == 0x200D:
            if not (_pictograph(text[at - 1 : at]) and _pictograph(text[at + 1 : at + 2])):
                return "a joiner between letters"
        elif kind == "Cf" and point not in SCRIPTS_OWN and not 0x13430 <= point <= 0x1345F:
            return f"an invisible character U+{point:04X}"
        elif kind in ("Cc", "Cs", "Zl", "Zp") or point in HIDDEN:
            return f"a character U+{point:04X} that acts or hides"
    return ""


def _pictograph(character: str) -> bool:
    return bool(character) and (category(character) in ("So", "Sk", "Sm") or character == "\ufe0f")
