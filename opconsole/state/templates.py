"""Prepared replies: placeholders and how they are filled. Which template is meant is `template_book`'s, files are `template_files`'.

    Hello{?, {visitor}}! Your order {order number} leaves tomorrow.

`{visitor}` is filled from what is known (`KNOWN`); any other name, such as `{order number}`, is free: the operator is asked for it.
`{visitor|friend}` stands for `friend` where the visitor's name isn't known. `{? … }` is left out whole if a placeholder in it isn't
known (or is left empty). A *question* is asked though there is a default, which then stands in the answer's place at first:
`{order?Which order?|none}` asks *Which order?* and fills `{order}` everywhere; `{?delivery day}` asks for the delivery day and may
be left empty. `{>greeting}` puts another template in (`template_parts`). `{{` and `}}` are braces. A brace that fits none of
this is a brace: a text is never refused for it here; `strict` parsing, for files, names it.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct

from opconsole.locale import tr
from opconsole.wire.cards import ChatCard, VisitorCard
from opconsole.wire.text import clean_line

KNOWN: Final = ("visitor", "operator", "chat", "page", "desk", "greeting")
"""Names that the console fills itself. `greeting`: good morning, afternoon, evening, by the visitor's clock."""

_ALIASES: Final = {
    "посетитель": "visitor",
    "клиент": "visitor",
    "оператор": "operator",
    "чат": "chat",
    "страница": "page",
    "компания": "desk",
    "приветствие": "greeting",
}
"""The same in Russian, so that a Russian text needs no second keyboard layout."""

_HOLE: Final = re.compile(r"\{([^{}?|>\n][^{}|\n]{0,59}?)(?:\?(?=[^\s{}|])([^{}|\n]{1,120}))?(?:\|([^{}\n]{0,200}))?\}")
"""A name; after `?` (and no blank) its question; after `|` its default. (A `?` at the end of a name is the name's own.)"""
_QUESTION: Final = re.compile(r"\{\?([^\W_][^{}|\n]{0,59})(?:\|([^{}\n]{0,200}))?\}")
_INCLUDE: Final = re.compile(r"\{>[ \t]*/?([^\s/{}|]{1,32})[ \t]*\}")
_BRACE: Final = re.compile(r"[{}]")


class TemplateFault(ValueError):
    """A brace that means nothing. `at`: its offset in the text."""

    def __init__(self, message: str, at: int) -> None:
        super().__init__(message)
        self.at = at


class Hole(Struct, frozen=True):
    """A placeholder. `name` is one of `KNOWN` or a free one; `default` None: there is none."""

    name: str
    default: str | None = None
    question: str = ""
    """In what words it is asked for; empty: by its name."""
    may_be_empty: bool = False
    """Asked for, and nothing is an answer too."""

    @property
    def free(self) -> bool:
        return self.name not in KNOWN

    @property
    def asks(self) -> bool:
        """Whether the operator is asked for it though it has a default."""
        return self.may_be_empty or self.question != ""


class Include(Struct, frozen=True):
    """Here stands another template, by its code."""

    code: str


class OptionalPart(Struct, frozen=True):
    """A part that is left out if one of its holes stays empty."""

    pieces: tuple[str | Hole | Include, ...]


Piece = str | Hole | Include | OptionalPart


def parse(text: str, *, strict: bool = False) -> tuple[Piece, ...]:
    """The template's pieces in order. `strict`: raises `TemplateFault` for a brace that means nothing."""
    return tuple(_Scan(text, strict).all())


class _Scan:
    def __init__(self, text: str, strict: bool) -> None:
        self._text = text
        self._strict = strict
        self._at = 0

    def all(self) -> list[Piece]:
        pieces: list[Piece] = []
        closes = True  # once an optional part has found no end, no later one will
        for piece in self._simple(inside=False):
            if piece is not None:
                pieces.append(piece)
                continue
            begun = self._at
            inner = [each for each in self._simple(inside=True) if each is not None] if closes else []
            if closes and self._text.startswith("}", self._at):
                self._at += 1
                pieces.append(OptionalPart(tuple(inner)))
            else:
                closes = False
                self._at = begun
                pieces.append(self._stray("{?", begun - 2))
        return pieces

    def _simple(self, *, inside: bool) -> Iterator[str | Hole | Include | None]:
        """Words and holes up to the end (`inside` an optional part: its closing brace); None: an optional part begins."""
        text = self._text
        while self._at < len(text):
            at = self._at
            brace = _BRACE.search(text, at)
            if brace is None or brace.start() > at:
                self._at = brace.start() if brace is not None else len(text)
                yield text[at : self._at]
            elif inside and text[at] == "}":
                return
            elif text.startswith(("{{", "}}"), at):
                self._at = at + 2
                yield text[at]
            elif include := _INCLUDE.match(text, at):
                self._at = include.end()
                yield Include(include[1])
            elif hole := _HOLE.match(text, at):
                self._at = hole.end()
                default = hole[3].strip() if hole[3] is not None else None
                yield Hole(_name(hole[1]), default, " ".join((hole[2] or "").split()))
            elif question := _QUESTION.match(text, at):
                self._at = question.end()
                default = question[2].strip() if question[2] is not None else None
                yield Hole(_name(question[1]), default, may_be_empty=True)
            elif text.startswith("{?", at) and not inside:
                self._at = at + 2
                yield None
            else:
                self._at = at + 1
                yield self._stray(text[at], at)

    def _stray(self, brace: str, at: int) -> str:
        if self._strict:
            raise TemplateFault(tr("{brace} has no partner (a brace itself is written twice)", brace=brace), at)
        return brace


def _name(written: str) -> str:
    name = " ".join(written.split())
    return _ALIASES.get(name.lower(), name.lower() if name.lower() in KNOWN else name)


def holes(text: str) -> tuple[Hole, ...]:
    """The placeholders in order, each name once: as it is where it asks, else as it stands first."""
    found: dict[str, Hole] = {}
    for piece in parse(text):
        for each in piece.pieces if isinstance(piece, OptionalPart) else (piece,):
            if isinstance(each, Hole) and (each.name not in found or (each.asks and not found[each.name].asks)):
                found[each.name] = each
    return tuple(found.values())


class Filled(Struct, frozen=True):
    text: str


class Missing(Struct, frozen=True):
    """The template can't be sent yet: these names are to be asked for, in this order."""

    names: tuple[str, ...]


def fill(text: str, facts: Mapping[str, str], answers: Mapping[str, str] | None = None) -> Filled | Missing:
    """The reply as the visitor will read it, or what is missing. `answers`: what the operator gave for the missing names; an empty
    answer leaves its optional part out, and stands for nothing elsewhere."""
    given = answers if answers is not None else {}
    words: list[str] = []
    missing: dict[str, None] = {}
    for piece in parse(text):
        if isinstance(piece, OptionalPart):
            words.append(_fill_optional(piece, facts, given, missing))
        elif isinstance(piece, Hole):
            words.append(_fill_hole(piece, facts, given, missing) or "")
        elif isinstance(piece, Include):
            words.append(_as_written(piece))
        else:
            words.append(piece)
    return Missing(tuple(missing)) if missing else Filled("".join(words))


def _fill_optional(
    part: OptionalPart, facts: Mapping[str, str], given: Mapping[str, str], missing: dict[str, None]
) -> str:
    words = []
    for piece in part.pieces:
        if not isinstance(piece, Hole):
            words.append(piece if isinstance(piece, str) else _as_written(piece))
            continue
        unasked: dict[str, None] = {}
        word = _fill_hole(piece, facts, given, unasked)
        if piece.free or piece.asks:
            missing.update(unasked)
        if not word:
            return ""
        words.append(word)
    return "".join(words)


def _fill_hole(hole: Hole, facts: Mapping[str, str], given: Mapping[str, str], missing: dict[str, None]) -> str | None:
    word = given.get(hole.name) or facts.get(hole.name)
    if word:
        return word
    if hole.name not in given and (hole.asks or hole.default is None):
        missing[hole.name] = None
    return hole.default


def _as_written(include: Include) -> str:
    return f"{{>{include.code}}}"


def must_be_answered(text: str, name: str) -> bool:
    """Whether the text makes no sense without this name: it stands outside the optional parts, without a default, and doesn't say
    that it may be left empty."""
    return any(
        isinstance(piece, Hole) and piece.name == name and not piece.default and not piece.may_be_empty
        for piece in parse(text)
    )


def unfilled(text: str, template: str) -> tuple[str, ...]:
    """Names of the template's placeholders that still stand in a text that was made from it: such a text is not sent."""
    names = {hole.name for hole in holes(template)}
    return tuple(hole.name for hole in holes(text) if hole.name in names)


def included(text: str) -> tuple[str, ...]:
    """Codes of the templates that it puts in, in order."""
    pieces = (each for piece in parse(text) for each in (piece.pieces if isinstance(piece, OptionalPart) else (piece,)))
    return tuple(each.code for each in pieces if isinstance(each, Include))


def facts_of(
    card: ChatCard | None,
    visitor: VisitorCard | None,
    *,
    operator: str,
    desk: str,
    lang: str = "",
    hour: int | None = None,
) -> dict[str, str]:
    """What is known for `fill`. `lang`: the template's (empty: the visitor's). `hour`: of the visitor's clock, None where their time
    zone isn't known."""
    name = (visitor.name if visitor is not None else "") or (card.name if card is not None else "")
    page = visitor.profile.page if visitor is not None else None
    return {
        "visitor": clean_line(name).strip(),
        "operator": operator,
        "chat": str(card.chat) if card is not None else "",
        "page": clean_line(page.title or page.url).strip() if page is not None else "",
        "desk": desk,
        "greeting": _greeting(hour, lang or language_of(card, visitor)),
    }


_GREETINGS: Final = {
    "en": ("Good morning", "Good afternoon", "Good evening", "Hello"),
    "ru": ("Доброе утро", "Добрый день", "Добрый вечер", "Здравствуйте"),
}


def _greeting(hour: int | None, lang: str) -> str:
    morning, day, evening, any_time = _GREETINGS.get(lang[:2], _GREETINGS["en"])
    if hour is None or hour < 5:
        return any_time
    return morning if hour < 12 else day if hour < 18 else evening


def language_of(card: ChatCard | None, visitor: VisitorCard | None) -> str:
    """The language that the visitor writes in, or has in the browser; empty: unknown."""
    return (card.lang if card is not None else "") or (visitor.profile.lang if visitor is not None else "")
