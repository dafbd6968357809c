"""The templates that one operator has, put in order: the right language of each, by code, by hotkey, for completion, in groups.

One code may have several *variants*: per language a shared one and a personal one. What a screen shows is one variant a code, chosen
for the visitor: their language, else one without a language, else the operator's own language, else whatever there is; of two
in one language the personal one. Search is in `template_search`.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from opconsole.wire.cards import TemplateCard

HOTKEYS: Final = range(1, 10)


class TemplateBook:
    """Make a new one whenever a template changed; questions of it are then cheap."""

    def __init__(self, templates: Iterable[TemplateCard], own_lang: str) -> None:
        """`own_lang`: the language in which the operator's console speaks."""
        self._own_lang = own_lang
        self._variants: dict[str, list[TemplateCard]] = {}
        for card in sorted(templates, key=lambda card: card.template):
            self._variants.setdefault(card.code.casefold(), []).append(card)
        self._chosen: dict[str, list[TemplateCard]] = {}

    def __len__(self) -> int:
        """How many codes there are."""
        return len(self._variants)

    def all(self, visitor_lang: str) -> Sequence[TemplateCard]:
        """One variant of each code, by group and code; favourites first within their group."""
        lang = _primary(visitor_lang)
        chosen = self._chosen.get(lang)
        if chosen is None:
            chosen = [self._choose(variants, lang) for variants in self._variants.values()]
            chosen.sort(key=lambda card: (card.group.casefold(), card.hotkey or 10, card.code.casefold()))
            self._chosen[lang] = chosen
        return chosen

    def groups(self, visitor_lang: str) -> dict[str, list[TemplateCard]]:
        found: dict[str, list[TemplateCard]] = {}
        for card in self.all(visitor_lang):
            found.setdefault(card.group, []).append(card)
        return found

    def by_code(self, code: str, visitor_lang: str) -> TemplateCard | None:
        variants = self._variants.get(code.removeprefix("/").casefold())
        return self._choose(variants, _primary(visitor_lang)) if variants else None

    def by_hotkey(self, number: int, visitor_lang: str) -> TemplateCard | None:
        """The favourite at this number. Where several codes claim it: in the best language, the personal one, the first code."""
        claiming = [card for card in self.all(visitor_lang) if card.hotkey == number]
        lang = _primary(visitor_lang)
        return min(claiming, key=lambda card: (*self._rank(card, lang), card.code.casefold()), default=None)

    def favourites(self, visitor_lang: str) -> dict[int, TemplateCard]:
        found = {number: self.by_hotkey(number, visitor_lang) for number in HOTKEYS}
        return {number: card for number, card in found.items() if card is not None}

    def completions(self, begun: str, visitor_lang: str, limit: int = 8) -> list[TemplateCard]:
        """What `/beg` may become: codes that begin so, the shortest first; then those in whose title a word begins so."""
        begun = begun.removeprefix("/").casefold()
        by_code = [card for card in self.all(visitor_lang) if card.code.casefold().startswith(begun)]
        by_code.sort(
            key=lambda card: (
                (len(card.code), card.code.casefold()) if begun else (card.hotkey or 10, card.code.casefold())
            )
        )
        if len(by_code) < limit and begun:
            codes = {card.code for card in by_code}
            by_code += [
                card
                for card in self.all(visitor_lang)
                if card.code not in codes and any(word.startswith(begun) for word in card.title.casefold().split())
            ]
        return by_code[:limit]

    def _choose(self, variants: list[TemplateCard], lang: str) -> TemplateCard:
        return min(variants, key=lambda card: self._rank(card, lang))

    def _rank(self, card: TemplateCard, lang: str) -> tuple[int, bool]:
        written = _primary(card.lang)
        if written == lang and lang:
            order = 0
        elif not written:
            order = 1
        else:
            order = 2 if written == self._own_lang else 3
        return order, not card.owner


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
