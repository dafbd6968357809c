"""The templates that one operator has, put in order: the right variant of each, by code, by hotkey, for completion, in groups.

One code may have several *variants*: by scope (personal, a department's, the desk's), by language and by channel. What a screen shows is
one variant a code, chosen for the visitor. What decides, in this order:

1. whether it is offered now (`active_from`, `active_until`, `hours`);
2. the visitor's language, else no language, else the operator's own, else whatever there is;
3. the chat's channel, else no channel, else another one;
4. personal before the department's before the desk's.

So the words are the visitor's first, and a channel's own text is never taken at the cost of the language. Search is in `template_search`.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final, Literal

from opconsole.state import days
from opconsole.state.template_parts import Lookup
from opconsole.wire import weekly
from opconsole.wire.cards import TemplateCard

HOTKEYS: Final = range(1, 10)

RECHECK_MS: Final = 3_600_000
"""Hours of the week are looked at anew at least so often: clocks are put forward and back."""

Dormant = Literal["", "early", "over", "hours"]


def dormant(card: TemplateCard, now: int, zone: str = "UTC") -> Dormant:
    """Why the template isn't offered at this time (ms): its first day is yet to come, its last is over, or it is not its day or hour (in
    `zone`, the desk's). Empty: it is offered."""
    if now < card.active_from:
        return "early"
    if 0 < card.active_until <= now:
        return "over"
    if card.hours and not weekly.holds(_windows(card.hours), days.minute_of_week(now, zone)):
        return "hours"
    return ""


@lru_cache(maxsize=512)
def _windows(hours: str) -> tuple[weekly.Window, ...]:
    """Hours that we don't understand (another relay's) hide nothing."""
    try:
        return weekly.read(hours)
    except ValueError:
        return ()


class TemplateBook:
    """Make a new one whenever a template changed, and at `good_until`; questions of it are then cheap."""

    def __init__(self, templates: Iterable[TemplateCard], own_lang: str, now: int = 0, zone: str = "UTC") -> None:
        """`own_lang`: the language in which the operator's console speaks. `zone`: the desk's."""
        self._own_lang = own_lang
        self._now = now
        self._zone = zone
        self._variants: dict[str, list[TemplateCard]] = {}
        changes: list[int] = []
        for card in sorted(templates, key=lambda card: card.template):
            self._variants.setdefault(card.code.casefold(), []).append(card)
            changes += [at for at in (card.active_from, card.active_until) if at > now]
            if card.hours:
                minutes = weekly.next_change(_windows(card.hours), days.minute_of_week(now, zone))
                changes += [min(now - now % 60_000 + minutes * 60_000, now + RECHECK_MS)] if minutes else []
        self.good_until = min(changes, default=0)
        """When a template begins or ends next, ms; 0: never."""
        self._chosen: dict[tuple[str, str], list[TemplateCard]] = {}

    def __len__(self) -> int:
        """How many codes there are."""
        return len(self._variants)

    def all(self, visitor_lang: str, channel: str = "") -> Sequence[TemplateCard]:
        """One variant of each code, by group and code; favourites first within their group. Also what isn't offered today."""
        key = (_primary(visitor_lang), channel.casefold())
        chosen = self._chosen.get(key)
        if chosen is None:
            chosen = [self._choose(variants, *key) for variants in self._variants.values()]
            chosen.sort(key=lambda card: (card.group.casefold(), card.hotkey or 10, card.code.casefold()))
            self._chosen[key] = chosen
        return chosen

    def offered(self, visitor_lang: str, channel: str = "") -> Sequence[TemplateCard]:
        """As `all`, without what isn't offered today."""
        return [card for card in self.all(visitor_lang, channel) if not dormant(card, self._now, self._zone)]

    def groups(self, visitor_lang: str) -> dict[str, list[TemplateCard]]:
        found: dict[str, list[TemplateCard]] = {}
        for card in self.all(visitor_lang):
            found.setdefault(card.group, []).append(card)
        return found

    def by_code(self, code: str, visitor_lang: str, channel: str = "") -> TemplateCard | None:
        """The variant that is offered; None: there is none today."""
        variants = self._variants.get(code.removeprefix("/").casefold())
        found = self._choose(variants, _primary(visitor_lang), channel.casefold()) if variants else None
        return found if found is not None and not dormant(found, self._now, self._zone) else None

    def parts(self, visitor_lang: str, channel: str = "") -> Lookup:
        """For `template_parts.expand`. A text that is put in need not be offered itself."""

        def text(code: str) -> str | None:
            variants = self._variants.get(code.casefold())
            return self._choose(variants, _primary(visitor_lang), channel.casefold()).text if variants else None

        return text

    def by_hotkey(self, number: int, visitor_lang: str, channel: str = "") -> TemplateCard | None:
        """The favourite at this number. Where several codes claim it: in the best language, the personal one, the first code."""
        claiming = [card for card in self.offered(visitor_lang, channel) if card.hotkey == number]
        lang = _primary(visitor_lang)
        return min(
            claiming, key=lambda card: (*self._rank(card, lang, channel.casefold()), card.code.casefold()), default=None
        )

    def favourites(self, visitor_lang: str) -> dict[int, TemplateCard]:
        found = {number: self.by_hotkey(number, visitor_lang) for number in HOTKEYS}
        return {number: card for number, card in found.items() if card is not None}

    def used(self, code: str) -> int:
        """How often the template was sent, by whichever variant."""
        return sum(card.used for card in self._variants.get(code.casefold(), ()))

    def completions(self, begun: str, visitor_lang: str, limit: int = 8, channel: str = "") -> list[TemplateCard]:
        """What `/beg` may become: codes that begin so, the very code first, then what is used most, then the shortest; then those in
        whose title a word begins so. For nothing begun: favourites first."""
        begun = begun.removeprefix("/").casefold()
        offered = self.offered(visitor_lang, channel)
        by_code = [card for card in offered if card.code.casefold().startswith(begun)]

        def place(card: TemplateCard) -> tuple[int, int, int, str]:
            code, used = card.code.casefold(), -self.used(card.code)
            return (code != begun, used, len(code), code) if begun else (card.hotkey or 10, used, 0, code)

        by_code.sort(key=place)
        if len(by_code) < limit and begun:
            codes = {card.code for card in by_code}
            by_code += [
                card
                for card in offered
                if card.code not in codes and any(word.startswith(begun) for word in card.title.casefold().split())
            ]
        return by_code[:limit]

    def _choose(self, variants: list[TemplateCard], lang: str, channel: str) -> TemplateCard:
        return min(variants, key=lambda card: self._rank(card, lang, channel))

    def _rank(self, card: TemplateCard, lang: str, channel: str) -> tuple[bool, int, int, int]:
        written = _primary(card.lang)
        if written == lang and lang:
            order = 0
        elif not written:
            order = 1
        else:
            order = 2 if written == self._own_lang else 3
        own = card.channel.casefold()
        by_channel = 0 if own == channel else 1 if not own else 2
        scope = 0 if card.owner else 1 if card.department else 2
        return bool(dormant(card, self._now, self._zone)), order, by_channel, scope


def _primary(lang: str) -> str:
    """`ru` of `ru-RU`."""
    return lang.replace("_", "-").partition("-")[0].lower()


def code_being_typed(text: str, cursor: int) -> str | None:
    """The `/code` that ends at the cursor, without its slash; None: none is being typed. The slash must begin a word, so that an
    address or a date opens nothing."""
    start = cursor
    while start > 0 and not text[start - 1].isspace() and text[start - 1] != "/":
        start -= 1
    if start == 0 or text[start - 1] != "/":
        return None
    slash = start - 1
    return text[start:cursor] if slash == 0 or text[slash - 1].isspace() else None
