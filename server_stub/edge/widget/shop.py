"""The sample shop: a few server-made pages that carry the widget by its one tag, so a developer sees at once how it is used.

The wares and the words are data (`shop.toml`), the markup is in `pages/`. Everything that goes into markup is escaped here.
"""

import html
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Final, Literal

import msgspec

FOLDER: Final = Path(__file__).parent
LANGUAGES: Final = ("en", "ru")

Language = Literal["en", "ru"]


@dataclass(frozen=True, slots=True)
class Visit:
    lang: Language
    origin: str
    """The relay's address as the visitor's browser knows it; goes into the tag that is shown for copying."""
    path: str


class Words(msgspec.Struct, frozen=True):
    name: str
    tagline: str
    text: str
    details: list[str]


class Product(msgspec.Struct, frozen=True):
    slug: str
    euros: int
    en: Words
    ru: Words

    def words(self, lang: Language) -> Words:
        return self.ru if lang == "ru" else self.en


class Catalog(msgspec.Struct, frozen=True):
    words: dict[str, dict[str, str]]
    product: list[Product]


def price(euros: int, lang: Language) -> str:
    """The same form as `Intl.NumberFormat` gives to the cart's total."""
    return f"{euros}\u00a0€" if lang == "ru" else f"€{euros}"


class Shop:
    """Makes the pages. Holds the catalogue and the templates; each page is a function of the `Visit` alone."""

    def __init__(self, catalog: Catalog, templates: Mapping[str, Template]) -> None:
        self._words = catalog.words
        self._products = {product.slug: product for product in catalog.product}
        self._templates = templates

    def home(self, visit: Visit) -> str:
        cards = "".join(self._part("card", visit, **self._fields(p, visit.lang)) for p in self._products.values())
        return self._page(visit, self._words[visit.lang]["home_title"], self._part("home", visit, cards=_Markup(cards)))

    def product(self, visit: Visit, slug: str) -> str | None:
        """None: there is no such product."""
        product = self._products.get(slug)
        if product is None:
            return None
        details = "".join(f"<li>{html.escape(line)}</li>" for line in product.words(visit.lang).details)
        fields = self._fields(product, visit.lang)
        return self._page(visit, fields["name"], self._part("product", visit, details=_Markup(details), **fields))

    def cart(self, visit: Visit) -> str:
        rows = "".join(self._part("cart_row", visit, **self._fields(p, visit.lang)) for p in self._products.values())
        return self._page(visit, self._words[visit.lang]["cart"], self._part("cart", visit, rows=_Markup(rows)))

    def missing(self, visit: Visit) -> str:
        return self._page(visit, self._words[visit.lang]["missing_title"], self._part("missing", visit))

    def _fields(self, product: Product, lang: Language) -> dict[str, str]:
        words = product.words(lang)
        return {
            "slug": product.slug,
            "euros": str(product.euros),
            "price": price(product.euros, lang),
            "name": words.name,
            "tagline": words.tagline,
            "text": words.text,
        }

    def _page(self, visit: Visit, title: str, content: str) -> str:
        other = "en" if visit.lang == "ru" else "ru"
        return self._part(
            "page",
            visit,
            title=title,
            content=_Markup(content),
            tag=f'<script src="{visit.origin}/widget.js" async></script>',
            path=visit.path,
            other=other,
            other_name=self._words[other]["language"],
        )

    def _part(self, part: str, visit: Visit, /, **values: str) -> str:
        fields = {**self._words[visit.lang], "lang": visit.lang, **values}
        escaped = {k: v if isinstance(v, _Markup) else html.escape(v) for k, v in fields.items()}
        return self._templates[part].substitute(escaped)


class _Markup(str):
    """Markup that was made here, of escaped text."""


def load_shop(folder: Path = FOLDER) -> Shop:
    catalog = msgspec.toml.decode((folder / "shop.toml").read_bytes(), type=Catalog)
    templates = {path.stem: Template(path.read_text("utf-8")) for path in sorted((folder / "pages").glob("*.html"))}
    return Shop(catalog, templates)
