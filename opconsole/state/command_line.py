"""The text of the `:` command line, taken apart: words, quotes, and the word at the cursor. Pure; what the words mean others know.

A word with spaces stands in quotes, single or double; a quote inside a word is a character like another (`d'Artagnan`). A quote that was
not closed goes to the end.
"""

from collections.abc import Iterable

from msgspec import Struct

QUOTES = "\"'"


class Word(Struct, frozen=True):
    text: str
    """Without its quotes."""
    start: int
    end: int
    """Offsets in the line, with the quotes; `end` is after it."""


def split(line: str) -> list[Word]:
    words: list[Word] = []
    at, size = 0, len(line)
    while at < size:
        if line[at].isspace():
            at += 1
            continue
        start = at
        if line[at] in QUOTES:
            close = line.find(line[at], at + 1)
            close = size if close < 0 else close
            words.append(Word(line[at + 1 : close], start, min(size, close + 1)))
            at = close + 1
            continue
        while at < size and not line[at].isspace():
            at += 1
        words.append(Word(line[start:at], start, at))
    return words


def quoted(word: str) -> str:
    """The word as it must stand in a line, to be read as one again."""
    if word and not any(character.isspace() for character in word) and word[0] not in QUOTES:
        return word
    quote = '"' if '"' not in word else "'"
    return f"{quote}{word.replace(quote, '')}{quote}"


def joined(words: Iterable[str]) -> str:
    return " ".join(quoted(word) for word in words)


class Spot(Struct, frozen=True):
    """Where the cursor is: which word is being typed, and which stand before it."""

    before: list[str]
    begun: str
    start: int
    """Where the word begins; a completion replaces from here to the cursor."""
    number: int
    """0: the command's name."""


def spot(line: str, cursor: int) -> Spot:
    words = split(line[:cursor])
    if words and words[-1].end == cursor and (cursor == 0 or not line[cursor - 1].isspace() or _open(line[:cursor])):
        last = words.pop()
        return Spot([word.text for word in words], last.text, last.start, len(words))
    return Spot([word.text for word in words], "", cursor, len(words))


def completed(line: str, cursor: int, word: str, *, more: bool) -> tuple[str, int]:
    """The line and the cursor with the word at the cursor replaced. `more`: a space follows it."""
    at = spot(line, cursor)
    tail = line[cursor:]
    text = quoted(word) + (" " if more and not tail.startswith(" ") else "")
    return line[: at.start] + text + tail, at.start + len(text)


def _open(line: str) -> bool:
    """A quote was opened and not closed: what follows a space is still of its word."""
    words = split(line)
    return (
        bool(words)
        and line[words[-1].start] in QUOTES
        and not (words[-1].end - words[-1].start >= 2 and line[words[-1].end - 1] == line[words[-1].start])
    )
