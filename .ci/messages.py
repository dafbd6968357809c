"""The catalogs of translations: finds what the sources say, brings it into each catalog, compiles. `make messages`.

Translations that exist stay; a new text comes in empty, a changed one marked fuzzy; tests/unit/locale fails until each is done.
"""

import io
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "opconsole" / "locale"
KEYWORDS = {"tr": None, "trn": (1, 2), "mark": None}
NEEDED = ("Language:", "Plural-Forms:", "MIME-Version:", "Content-")
"""The headers that are kept: the others would differ in every run, or say nothing."""


def sources_say() -> Catalog:
    """Every text in the sources that is to be translated."""
    catalog = Catalog(project="opconsole", charset="utf-8")
    found = extract_from_dir(
        ROOT / "opconsole", [("**.py", "python")], keywords=KEYWORDS, comment_tags=("For translators:",)
    )
    for file, _line, msgid, comments, context in sorted(found, key=lambda item: (item[0], item[1])):
        catalog.add(msgid, locations=[(f"opconsole/{file}", 1)], auto_comments=comments, context=context)
    return catalog


def catalogs() -> dict[str, Path]:
    """Language to its catalog's file."""
    return {path.parts[-3]: path for path in sorted(LOCALE.glob("*/LC_MESSAGES/opconsole.po"))}


def read(path: Path, lang: str) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=lang)


def update(path: Path, lang: str, said: Catalog) -> Catalog:
    catalog = read(path, lang)
    catalog.update(said)
    catalog.obsolete.clear()
    text = io.BytesIO()
    write_po(text, catalog, width=120, sort_by_file=True, include_lineno=False)
    header, blank, entries = text.getvalue().decode().partition("\n\n")
    kept = [
        line for line in header.splitlines() if line[0] != '"' or line.startswith(tuple(f'"{name}' for name in NEEDED))
    ]
    path.write_text("\n".join(kept) + blank + entries.rstrip() + "\n", "utf-8")
    with path.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalog)
    return catalog


def main() -> int:
    said = sources_say()
    for lang, path in catalogs().items():
        catalog = update(path, lang, said)
        undone = [
            message.id for message in catalog if message.id and (message.fuzzy or not all(strings(message.string)))
        ]
        print(f"{lang}: {len(catalog)} texts, {len(undone)} to translate")
    return 0


def strings(string: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (string or "",) if string is None or isinstance(string, str) else tuple(string)


if __name__ == "__main__":
    sys.exit(main())
