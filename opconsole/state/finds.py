"""What one copies out of a conversation into other programs: phone numbers, e-mail addresses, order numbers.

Every pattern is anchored at a place where the find must begin and bounded in length, so the time is linear in the text, whatever a
stranger writes.
"""

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from msgspec import Struct


class Sort(StrEnum):
    phone = "phone"
    email = "email"
    order = "order"


class Find(Struct, frozen=True):
    sort: Sort
    text: str
    """As it stands there; of an order only the number."""


MOST: Final = 50
"""So many finds are given; a chat that holds more is a list of something else."""
_LOCAL: Final = r"[A-Za-z0-9_%+\-]"
_LABEL: Final = r"[A-Za-z0-9\u00a1-\u024f\u0400-\u04ff](?:[A-Za-z0-9\u00a1-\u024f\u0400-\u04ff\-]{0,61}[A-Za-z0-9\u00a1-\u024f\u0400-\u04ff])?"
_EMAIL: Final = re.compile(
    rf"(?<![\w.%+\-]){_LOCAL}{{1,64}}(?:\.{_LOCAL}{{1,64}}){{0,5}}@{_LABEL}(?:\.{_LABEL}){{1,5}}(?![\w@])"
)
_PHONE: Final = re.compile(
    r"(?<![\w+\-.,/@#№])(?:\+ ?)?\(?\d(?:[ \u00a0().\-\u2010-\u2013]{0,3}\d){5,14}(?![\w@]|[\-/.,]\d)"
)
_DATE: Final = re.compile(r"\d{4}[\-.]\d{1,2}[\-.]\d{1,2}|\d{1,2}[\-.]\d{1,2}[\-.]\d{2,4}(?!\d)")
_WORD: Final = (
    r"(?:order|invoice|parcel|ticket|tracking|заказ[а-яё]{0,3}|счет[а-яё]{0,3}|счёт[а-яё]{0,3}|номер[а-яё]{0,3}|отправлени[а-яё]{1,3}|"
    r"накладн[а-яё]{1,3}|трек[а-яё\-]{0,10})"
)
_ORDER: Final = re.compile(
    rf"(?:(?<!\w){_WORD}\W{{0,3}}(?:(?:number|no|num|nr|номер[а-яё]{{0,3}}|id|is|was|заказа|под номером)\W{{1,3}}){{0,2}}|[#№]\s{{0,2}}|(?<!\w)No\. ?)"
    r"([A-ZА-ЯЁ]{0,6}[\-/]?\d[A-ZА-ЯЁ0-9]{0,20}(?:[\-/][A-ZА-ЯЁ0-9]{1,20}){0,4})(?!\w)",
    re.IGNORECASE,
)
_BARE: Final = re.compile(r"(?<![\w+\-.,/:@#№=&?(])\d{5,9}(?![\w@]|[\-/.,:]\d)")


def finds(texts: Iterable[str]) -> list[Find]:
    """Of all texts, in their order, each once."""
    found: dict[tuple[Sort, str], Find] = {}
    for text in texts:
        for find in _finds_in(text):
            found.setdefault((find.sort, find.text.casefold()), find)
            if len(found) >= MOST:
                return list(found.values())
    return list(found.values())


def _finds_in(text: str) -> list[Find]:
    """Of one text, in the order of their places. An order's number is no phone, and a phone no order."""
    placed: list[tuple[int, Find]] = []
    taken: list[range] = []

    def take(match: re.Match[str], sort: Sort, group: int = 0) -> None:
        span = range(match.start(group), match.end(group))
        if not any(other.start < span.stop and span.start < other.stop for other in taken):
            taken.append(span)
            placed.append((span.start, Find(sort, match[group].strip())))

    for pattern, sort in ((_EMAIL, Sort.email), (_ORDER, Sort.order), (_PHONE, Sort.phone), (_BARE, Sort.order)):
        for match in pattern.finditer(text):
            if sort is Sort.phone and not _is_phone(match[0]):
                continue
            if len(taken) >= MOST:
                break
            take(match, sort, 1 if pattern is _ORDER else 0)
    return [find for _, find in sorted(placed, key=lambda each: each[0])]


def _is_phone(text: str) -> bool:
    """A number with a plus, or written in groups, or as long as only phone numbers are."""
    if _DATE.match(text.lstrip("(")):
        return False
    digits = sum(character.isdigit() for character in text)
    if text.startswith("+"):
        return 8 <= digits <= 15
    grouped = any(character in "()- \u00a0\u2010\u2011\u2012\u2013" for character in text.strip())
    return 10 <= digits <= 15 or (grouped and 7 <= digits <= 15 and "-" in text)
