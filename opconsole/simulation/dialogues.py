"""What simulated people say: scenarios and small talk from `texts/`, one file a language. Data and look-ups, no behaviour."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final, Literal

import msgspec
from msgspec import Struct

FOLDER: Final = Path(__file__).parent / "texts"
LANGUAGES: Final = ("en", "ru")

Language = Literal["en", "ru"]


class Turn(Struct, frozen=True, forbid_unknown_fields=True):
    """The operator's `answer`, and what the visitor may write next; nothing: the operator goes on with the next turn."""

    answer: str
    next: tuple[str, ...] = ()


class Scenario(Struct, frozen=True, forbid_unknown_fields=True):
    topic: str
    page: str
    """Path of the page on which the visitor begins to write."""
    opening: tuple[str, ...]
    turns: tuple[Turn, ...]


class Dialogues(Struct, frozen=True, forbid_unknown_fields=True):
    """All that is said in one language."""

    nudges: tuple[str, ...]
    """Of a visitor who waits."""
    thanks: tuple[str, ...]
    again: tuple[str, ...]
    """First words of somebody who is back."""
    praise: tuple[str, ...]
    blame: tuple[str, ...]
    contacts: tuple[str, ...]
    """In the offline form."""
    holding: tuple[str, ...]
    """Of an operator who looks something up."""
    fallback: tuple[str, ...]
    """Of an operator to words that are in no scenario."""
    closing: tuple[str, ...]
    names: tuple[str, ...]
    titles: Mapping[str, str]
    """Of the shop's pages, by path."""
    scenario: tuple[Scenario, ...]


@cache
def dialogues(lang: Language) -> Dialogues:
    data = tomllib.loads((FOLDER / f"{lang}.toml").read_text("utf-8"))
    return msgspec.convert(data, Dialogues)


@cache
def _answers() -> Mapping[str, tuple[str, ...]]:
    """For every line of a scenario, what the operator says to it."""
    found: dict[str, tuple[str, ...]] = {}
    for lang in LANGUAGES:
        for scenario in dialogues(lang).scenario:
            lines: tuple[str, ...] = tuple(part for line in scenario.opening for part in (line, *line.split("\n")))
            burst: list[str] = []
            for turn in scenario.turns:
                burst.append(turn.answer)
                if turn.next or turn is scenario.turns[-1]:
                    found |= {line: tuple(burst) for line in lines}
                    lines, burst = turn.next, []
    return found


def answers_to(line: str) -> tuple[str, ...]:
    """What a good operator says to these words of a visitor, one message after another; empty: they are in no scenario."""
    return _answers().get(line, ())


def language_of(text: str) -> Language:
    """The language of a visitor's words, by their letters."""
    return "ru" if any("а" <= letter <= "я" or letter == "ё" for letter in text.lower()) else "en"
