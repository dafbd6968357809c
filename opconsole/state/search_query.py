"""What is typed into the search: words for the relay, and filters such as `from:2026-11-01 op:anna rating:>3 visitor:ivan mine:`.

Filters are known by their English and their Russian names, whatever language the console speaks. Pure: whoever calls says when a day
begins.
"""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

from msgspec import Struct

from opconsole.wire import limits
from opconsole.wire.search import Search

Midnight = Callable[[date], int]
"""When a day begins, UTC milliseconds."""

NAMES: Final = {
    "from": "from", "since": "from", "от": "from", "с": "from",
    "to": "to", "until": "to", "до": "to", "по": "to",
    "on": "on", "день": "on",
    "op": "operator", "operator": "operator", "by": "operator", "оп": "operator", "оператор": "operator",
    "visitor": "visitor", "who": "visitor", "посетитель": "visitor", "кто": "visitor",
    "channel": "channel", "канал": "channel",
    "rating": "rating", "оценка": "rating",
    "mine": "mine", "мои": "mine",
}  # fmt: skip
"""What a filter may be called, and which it is."""
_FILTER: Final = re.compile(r'(?<!\S)(\w+):(?:"([^"]*)"?|(\S*))')
_ISO: Final = re.compile(r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?")
_DOTTED: Final = re.compile(r"(\d{1,2})\.(\d{1,2})(?:\.(\d{2}|\d{4}))?")
_AGO: Final = re.compile(r"(\d{1,4})(?:d|д)")
_DAYS: Final = {"today": 0, "сегодня": 0, "yesterday": 1, "вчера": 1}
_RATING: Final = re.compile(r"(>=|<=|>|<|=)?([1-5])(?:-([1-5]))?")


class Asked(Struct, frozen=True):
    text: str = ""
    visitor: str = ""
    operator: str = ""
    channel: str = ""
    since: int = 0
    until: int = 0
    least: int = 0
    most: int = 0
    mine: bool = False
    wrong: tuple[str, str] | None = None
    """A filter's name and value that can't be understood; then nothing is asked."""

    @property
    def is_empty(self) -> bool:
        return self == Asked()

    def question(self, question_id: str, before: int = 0) -> Search:
        return Search(
            id=question_id,
            text=self.text[: limits.QUERY_CHARS],
            visitor=self.visitor[: limits.LINE_CHARS],
            operator=self.operator[: limits.NAME_CHARS],
            channel=self.channel[: limits.NAME_CHARS],
            since=self.since,
            until=self.until,
            least=self.least,
            most=self.most,
            mine=self.mine,
            before=before,
        )


def parse(typed: str, today: date, midnight: Midnight) -> Asked:
    """What is meant. A word with a colon that is no filter's name is a word."""
    found: dict[str, str] = {}
    names: dict[str, str] = {}

    def take(match: re.Match[str]) -> str:
        name = NAMES.get(match[1].casefold())
        if name is None:
            return match[0]
        found[name] = match[2] if match[2] is not None else match[3]
        names[name] = match[1]
        return ""

    text = _FILTER.sub(take, typed).lstrip()
    since = until = least = most = 0
    for name in ("from", "to", "on"):
        value = found.get(name, "")
        span = days(value, today) if value else None
        if value and span is None:
            return Asked(wrong=(names[name], value))
        if span is None:
            continue
        first, after = span
        if name != "to":
            since = midnight(first)
        if name != "from":
            until = midnight(after)
    if value := found.get("rating", ""):
        stars = ratings(value)
        if stars is None:
            return Asked(wrong=(names["rating"], value))
        least, most = stars
    mine = "mine" in found and found["mine"].casefold() not in ("no", "нет", "0")
    return Asked(
        text if text.strip() else "",
        found.get("visitor", "").strip(),
        found.get("operator", "").strip(),
        found.get("channel", "").strip(),
        max(0, since),
        max(0, until),
        least,
        most,
        mine,
    )


def days(value: str, today: date) -> tuple[date, date] | None:
    """The day or month that is meant, and the day after it; None: it can't be understood."""
    value = value.casefold()
    if value in _DAYS:
        return _one(today - timedelta(days=_DAYS[value]))
    try:
        if match := _AGO.fullmatch(value):
            return _one(today - timedelta(days=int(match[1])))
        if match := _ISO.fullmatch(value):
            year, month = int(match[1]), int(match[2])
            if match[3]:
                return _one(date(year, month, int(match[3])))
            return date(year, month, 1), date(year + month // 12, month % 12 + 1, 1)
        if match := _DOTTED.fullmatch(value):
            year = int(match[3]) if match[3] else today.year
            day = date(year + 2000 if year < 100 else year, int(match[2]), int(match[1]))
            return _one(day if match[3] or day <= today else day.replace(year=day.year - 1))
    except (ValueError, OverflowError):
        return None
    return None


def ratings(value: str) -> tuple[int, int] | None:
    """`>3`, `<=2`, `4`, `2-4` as the least and the most; None: it can't be understood."""
    match = _RATING.fullmatch(value)
    if match is None or (match[1] and match[3]):
        return None
    stars = int(match[2])
    match match[1]:
        case ">":
            found = (stars + 1, 5)
        case ">=":
            found = (stars, 5)
        case "<":
            found = (1, stars - 1)
        case "<=":
            found = (1, stars)
        case _:
            found = (stars, int(match[3] or stars))
    return found if found[0] <= found[1] else None


def _one(day: date) -> tuple[date, date]:
    return day, day + timedelta(days=1)
