"""The words of a text that can be misspelt, each of one script. Pure, linear in the text."""

import re
from enum import StrEnum
from typing import Final

from msgspec import Struct


class Script(StrEnum):
    latin = "latin"
    cyrillic = "cyrillic"
    mixed = "mixed"
    """Letters of both in one word, which look alike: always a slip (`Mосква` with a Latin M)."""


class Word(Struct, frozen=True, gc=False):
    start: int
    end: int
    text: str
    """As a dictionary has it: with straight apostrophes."""
    script: Script


LONGEST: Final = 40
"""No word of a dictionary is longer."""
_SKIPPED: Final = re.compile(
    r"(?:(?<!\S)(?:https?://|www\.|/|:)\S+"  # addresses, template codes, emoji names
    r"|(?<!\S)[^\s@]{1,80}@\S+"  # e-mail addresses
    r"|\{[^{}\n]{0,200}\}"  # placeholders
    r"|^>.*$)",  # what is quoted is not mine to spell
    re.MULTILINE,
)
_TOKEN: Final = re.compile(r"\w+(?:['’\-.]\w+)*")
_PART: Final = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
_LATIN: Final = re.compile(r"[A-Za-z\u00c0-\u024f'’\-]+")
_CYRILLIC: Final = re.compile(r"[\u0400-\u052f'’\-]+")
_BOTH: Final = re.compile(r"[A-Za-z\u0400-\u052f'’\-]+")
_ACRONYM_LETTERS: Final = 6


def words_of(text: str) -> list[Word]:
    """In order. Not among them: addresses, codes, placeholders, quoted lines, what has a digit in it, acronyms, single letters."""
    if _SKIPPED.search(text):
        text = _SKIPPED.sub(lambda match: " " * len(match[0]), text)
    found: list[Word] = []
    for token in _TOKEN.finditer(text):
        if any(character.isdigit() or character == "_" for character in token[0]):
            continue
        for part in _PART.finditer(text, token.start(), token.end()):
            found += _split(part.start(), part[0])
    return found


def _split(start: int, text: str) -> list[Word]:
    """A word; of one with a hyphen between two scripts (`usb-кабель`) the parts."""
    script = _script(text)
    if script is Script.mixed and "-" in text:
        found, at = [], start
        for part in text.split("-"):
            found += _split(at, part) if part else []
            at += len(part) + 1
        return found
    acronym = text.isupper() and len(text) <= _ACRONYM_LETTERS
    if script is None or len(text) < 2 or len(text) > LONGEST or acronym:
        return []
    return [Word(start, start + len(text), text.replace("’", "'"), script)]


def _script(text: str) -> Script | None:
    """None: of another script, of which there is no dictionary here."""
    if _LATIN.fullmatch(text):
        return Script.latin
    if _CYRILLIC.fullmatch(text):
        return Script.cyrillic
    return Script.mixed if _BOTH.fullmatch(text) else None
