"""Filters of a list of chats, as they are typed: `anna !test channel:web owes:yes waiting>2m`. Pure: reads text, looks at cards.

    wanted = parse("owes:yes waiting>2m refund", readings)
    wanted.faults                    # what could not be understood, told at once; those terms hide nothing
    wanted.fits(card, unread, now)

All terms must hold. A plain word is looked for in the visitor's name, the last words and the chat's number, in each reading (keyboard
layout) of it; `!` turns any term round; `-f` makes the plain words fuzzy. Fields have names in English and Russian, and so have their
values; of names their beginning is enough where it is the only one.
"""

import re
from collections.abc import Callable
from enum import StrEnum
from typing import Final

from msgspec import Struct

from opconsole.locale import mark, tr
from opconsole.settings.problems import nearest
from opconsole.state.channels import CHANNEL_OF, MARKS
from opconsole.state.matching import Needle, fold
from opconsole.wire.cards import ChatCard, Place, Priority

Readings = Callable[[str], tuple[str, ...]]
"""What typed words may mean: themselves, and what they would be in another keyboard layout."""


class Field(StrEnum):
    """What a field asks. The value is its name in English."""

    name = "name"
    channel = "channel"
    department = "department"
    lang = "lang"
    owner = "owner"
    chat = "chat"
    owes = "owes"
    unread = "unread"
    online = "online"
    rescued = "rescued"
    waiting = "waiting"
    priority = "priority"
    aside = "aside"


RUSSIAN: Final = {
    "имя": Field.name, "канал": Field.channel, "отдел": Field.department, "язык": Field.lang, "оператор": Field.owner,
    "чат": Field.chat, "долг": Field.owes, "новые": Field.unread, "онлайн": Field.online, "спасён": Field.rescued,
    "ждёт": Field.waiting, "важность": Field.priority, "отложен": Field.aside,
}  # fmt: skip

HELP: Final = {
    Field.name: mark("the visitor's name"),
    Field.channel: mark("web, telegram, email…"),
    Field.department: mark("of the chat"),
    Field.lang: mark("the visitor's: ru, en…"),
    Field.owner: mark("who holds it"),
    Field.chat: mark("its number"),
    Field.owes: mark("yes or no: a reply is owed"),
    Field.unread: mark("yes, no, or how many: unread>2"),
    Field.online: mark("yes or no: the visitor is here"),
    Field.rescued: mark("yes, no, or how often: rescued>1"),
    Field.waiting: mark("how long for a word of ours: waiting>2m, waiting<30s"),
    Field.aside: mark("yes or no: put aside (snoozed)"),
    Field.priority: mark("low, normal, high, urgent: priority>normal"),
}

_YES: Final = frozenset(map(fold, ("yes", "y", "true", "on", "да", "д", "есть")))
_NO: Final = frozenset(map(fold, ("no", "n", "false", "off", "нет", "н")))
_PRIORITIES: Final = {
    "low": Priority.low, "normal": Priority.normal, "high": Priority.high, "urgent": Priority.urgent,
    "низкая": Priority.low, "обычная": Priority.normal, "высокая": Priority.high, "срочная": Priority.urgent,
}  # fmt: skip
_RANK: Final = {each: place for place, each in enumerate(Priority)}
_UNITS_MS: Final = {
    "s": 1000, "с": 1000, "m": 60_000, "м": 60_000, "min": 60_000, "мин": 60_000, "h": 3_600_000, "ч": 3_600_000, "": 60_000,
}  # fmt: skip
_TEXTS: Final = frozenset((Field.name, Field.channel, Field.department, Field.lang, Field.owner, Field.chat))
_COUNTS: Final = frozenset((Field.unread, Field.rescued))
_TERM: Final = re.compile(r"(?P<not>!?)(?P<field>[^\W\d_]+)(?P<sign>[:<>=])(?P<value>.*)\Z", re.DOTALL)
_SPAN: Final = re.compile(r"(\d{1,7})\s*([^\W\d_]*)\Z")
_FUZZY: Final = frozenset(("-f", "-а"))
"""The second is the same keys in the Russian layout."""


class Fault(Struct, frozen=True):
    """A term that says nothing, and why: a translated sentence."""

    term: str
    text: str


Test = Callable[[ChatCard, int, int, str], bool]
"""Of a card, its unread count, the relay's clock, and the card's `searched` text."""


class _Term(Struct, frozen=True):
    reverse: bool
    test: Test
    by_time: bool = False
    """Its answer changes while the card doesn't."""


class Filter(Struct, frozen=True):
    text: str
    """As typed."""
    terms: tuple[_Term, ...] = ()
    faults: tuple[Fault, ...] = ()

    @property
    def by_time(self) -> bool:
        return any(term.by_time for term in self.terms)

    def __bool__(self) -> bool:
        """Whether it may hide anything."""
        return bool(self.terms)

    def fits(self, card: ChatCard, unread: int, now: int, text: str | None = None) -> bool:
        """`text`: the card's `searched`, from who keeps it."""
        text = searched(card) if text is None else text
        for term in self.terms:  # noqa: SIM110  of ten thousand chats a generator would cost as much again
            if term.test(card, unread, now, text) is term.reverse:
                return False
        return True


NOTHING: Final = Filter("")


def searched(card: ChatCard) -> str:
    """What plain words are looked for in, folded: making it costs more than looking."""
    return fold(f"{_shown_name(card)} {card.chat}\n{card.words}")


def parse(text: str, readings: Readings) -> Filter:
    """Never fails: what is not understood is a fault, and hides nothing."""
    tokens = text.split()
    fuzzy = any(token.casefold() in _FUZZY for token in tokens)
    terms: list[_Term] = []
    faults: list[Fault] = []
    for token in tokens:
        if token.casefold() in _FUZZY:
            continue
        match = _TERM.match(token)
        if match is not None and not _is_address(token):
            term = _field_term(match, token, readings)
        else:
            reverse = token.startswith("!")
            word = token[1:] if reverse else token
            if word in ("", "-"):  # the beginning of `!word` or of `-f`, while it is typed
                continue
            term = _Term(reverse, _words_test(word, readings, fuzzy=fuzzy))
        if isinstance(term, Fault):
            faults.append(term)
        else:
            terms.append(term)
    return Filter(text, tuple(terms), tuple(faults))


def _shown_name(card: ChatCard) -> str:
    """What stands in the list is what is looked for, also where there is no name."""
    return card.name or tr("Visitor {chat}", chat=card.chat)


def field_of(name: str, readings: Readings) -> Field | None:
    """The field of this name, or of a beginning that only one has; in either language and either keyboard layout."""
    names = {fold(each): each for each in Field} | {fold(word): each for word, each in RUSSIAN.items()}
    for reading in readings(name):
        begun = fold(reading)
        if begun in names:
            return names[begun]
        meant = {each for word, each in names.items() if word.startswith(begun)} if len(begun) > 1 else set()
        if len(meant) == 1:
            return meant.pop()
    return None


def pressing(card: ChatCard, now: int, warn_ms: int) -> bool:
    """A chat that nobody should lose sight of: alarmed, rescued, of high priority, late in the inbox, or mine and near its rescue."""
    if card.alarm or card.priority in (Priority.high, Priority.urgent):
        return True
    if card.place is Place.inbox:
        return card.rescues > 0 or 0 < card.answer_by <= now
    return 0 < card.rescue_at <= now + warn_ms


# ---------------------------------------------------------------- inside


def _is_address(token: str) -> bool:
    return "://" in token


def _words_test(word: str, readings: Readings, *, fuzzy: bool) -> Test:
    if fuzzy:
        needle = Needle(readings(word))
        return lambda card, unread, now, text: needle.score(*text.split("\n", 1)) > 0
    wanted = tuple(fold(each) for each in readings(word))
    if len(wanted) == 1:
        return lambda card, unread, now, text: wanted[0] in text
    return lambda card, unread, now, text: any(each in text for each in wanted)


def _field_term(match: re.Match[str], token: str, readings: Readings) -> "_Term | Fault":
    field = field_of(match["field"], readings)
    if field is None:
        return Fault(token, _unknown(match["field"]))
    sign, value, reverse = match["sign"], match["value"], bool(match["not"])
    if not value:
        return Fault(token, tr("{field}: {help}", field=field.value, help=tr(HELP[field])))
    if field is Field.waiting:
        return _waiting(token, sign, value, reverse)
    if field is Field.priority:
        return _priority(token, sign, value, reverse, readings)
    if field in _TEXTS:
        if sign not in ":=":
            return Fault(token, tr("{field} is compared with a colon: {field}:{value}", field=field.value, value=value))
        return _Term(reverse, _text_test(field, value, exact=sign == "=", readings=readings))
    yes = _yes_or_no(value, readings)
    if yes is not None and sign in ":=":
        return _Term(reverse is yes, _FLAGS[field])  # not-yes is no
    if field in _COUNTS and value.isdecimal() and len(value) < 10:
        return _Term(reverse, _compared(sign, int(value), _NUMBERS[field]))
    return Fault(token, tr("{field} can't be {value}: {help}", field=field.value, value=value, help=tr(HELP[field])))


def _unknown(name: str) -> str:
    known = [*Field, *RUSSIAN]
    meant = nearest(name.casefold(), known)
    if meant:
        return tr("There is no field {name}. Did you mean {meant}?", name=name, meant=meant)
    return tr("There is no field {name}. Fields: {names}.", name=name, names=", ".join(each.value for each in Field))


def _yes_or_no(value: str, readings: Readings) -> bool | None:
    for reading in readings(value):
        if fold(reading) in _YES:
            return True
        if fold(reading) in _NO:
            return False
    return None


_FLAGS: Final[dict[Field, Test]] = {
    Field.owes: lambda card, unread, now, text: card.owes_since > 0,
    Field.unread: lambda card, unread, now, text: unread > 0,
    Field.online: lambda card, unread, now, text: card.online,
    Field.rescued: lambda card, unread, now, text: card.rescues > 0,
    Field.aside: lambda card, unread, now, text: card.place is Place.snoozed,
}
_NUMBERS: Final[dict[Field, Callable[[ChatCard, int], int]]] = {
    Field.unread: lambda card, unread: unread,
    Field.rescued: lambda card, unread: card.rescues,
}


def _compared(sign: str, limit: int, number: Callable[[ChatCard, int], int]) -> Test:
    if sign == ">":
        return lambda card, unread, now, text: number(card, unread) > limit
    if sign == "<":
        return lambda card, unread, now, text: number(card, unread) < limit
    return lambda card, unread, now, text: number(card, unread) == limit


def _waiting(token: str, sign: str, value: str, reverse: bool) -> "_Term | Fault":
    match = _SPAN.match(value)
    unit = _UNITS_MS.get(match[2].casefold()) if match is not None else None
    if match is None or unit is None or sign == "=":
        return Fault(token, tr("{field}: {help}", field=Field.waiting.value, help=tr(HELP[Field.waiting])))
    limit_ms = int(match[1]) * unit

    def longer(card: ChatCard, unread: int, now: int, text: str) -> bool:
        since = (card.waiting_since if card.place is Place.inbox else 0) or card.owes_since
        return since > 0 and now - since > limit_ms

    def shorter(card: ChatCard, unread: int, now: int, text: str) -> bool:
        since = (card.waiting_since if card.place is Place.inbox else 0) or card.owes_since
        return since > 0 and now - since < limit_ms

    return _Term(reverse, shorter if sign == "<" else longer, by_time=True)


def _priority(token: str, sign: str, value: str, reverse: bool, readings: Readings) -> "_Term | Fault":
    words = {fold(word): each for word, each in _PRIORITIES.items()}
    for reading in readings(value):
        begun = fold(reading)
        meant = {each for word, each in words.items() if word.startswith(begun)}
        if len(meant) == 1:
            rank = _RANK[meant.pop()]
            return _Term(reverse, _compared(sign, rank, lambda card, unread: _RANK[card.priority]))
    return Fault(
        token,
        tr("{field} can't be {value}: {help}", field=Field.priority.value, value=value, help=tr(HELP[Field.priority])),
    )


def _text_test(field: Field, value: str, *, exact: bool, readings: Readings) -> Test:
    """`:` asks for a part of it (of a language or a number: its beginning), `=` for all of it."""
    wanted = tuple(dict.fromkeys(fold(each) for each in (value, *readings(value))))
    of = _TEXT_OF[field]
    if field is Field.channel:
        wanted += tuple(CHANNEL_OF[each] for each in wanted if each in CHANNEL_OF)
    if exact:
        return lambda card, unread, now, text: any(fold(each) in wanted for each in of(card))
    if field in (Field.lang, Field.chat, Field.channel):
        return lambda card, unread, now, text: fold(of(card)[0]).startswith(wanted)
    return lambda card, unread, now, text: any(part in fold(each) for each in of(card) for part in wanted)


_TEXT_OF: Final[dict[Field, Callable[[ChatCard], tuple[str, ...]]]] = {
    Field.name: lambda card: (_shown_name(card),),
    Field.channel: lambda card: (card.channel, MARKS.get(card.channel, "")),
    Field.department: lambda card: (card.department,),
    Field.lang: lambda card: (card.lang,),
    Field.owner: lambda card: (card.owner, card.owner_name),
    Field.chat: lambda card: (str(card.chat),),
}
