"""The catalog in use: one language for the whole process, as a process has one screen."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from gettext import GNUTranslations

LANGUAGES: Final = {"en": "English", "ru": "Русский"}
"""What the console speaks, each under its own name."""

_language: str = "en"
_catalog: GNUTranslations | None = None
_others: dict[str, GNUTranslations | None] = {}
"""Catalogs of languages that were asked for beside the one in use."""


def tr(msgid: str, /, **facts: object) -> str:
    """The message in the language in use, with its `{facts}` filled in."""
    text = msgid if _catalog is None or not msgid else _catalog.gettext(msgid)
    return _fill(text, msgid, facts) if facts else text


def trn(singular: str, plural: str, n: int, /, **facts: object) -> str:
    """As `tr`, in the form that the number asks for. `{n}` is the number."""
    one = singular if n == 1 else plural
    text = one if _catalog is None else _catalog.ngettext(singular, plural, n)
    return _fill(text, one, {"n": n, **facts})


def tr_in(lang: str, msgid: str, /, **facts: object) -> str:
    """As `tr`, in a language that need not be the one in use: things are found by their names in both."""
    catalog = _catalog if lang == _language else _kept(lang)
    text = msgid if catalog is None or not msgid else catalog.gettext(msgid)
    return _fill(text, msgid, facts) if facts else text


def mark(msgid: str) -> str:
    """The text itself; the extraction finds it. For tables that are made before the language is known."""
    return msgid


def language() -> str:
    return _language


def set_language(lang: str) -> str:
    """Speak this language from now on; returns the one in effect (English, where the catalog is missing)."""
    global _language, _catalog
    _language, _catalog = "en", None
    if lang in LANGUAGES and lang != "en" and (catalog := _load(lang)) is not None:
        _language, _catalog = lang, catalog
    return _language


def choose_language(setting: str, environment: Mapping[str, str] = os.environ) -> str:
    """The language that a setting means; `auto`: as POSIX does, the first that is set of LC_ALL, LC_MESSAGES, LANG."""
    if setting in LANGUAGES:
        return setting
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environment.get(name):
            code = value[:2].lower()
            return code if code in LANGUAGES else "en"
    return "en"


def _kept(lang: str) -> GNUTranslations | None:
    if lang == "en" or lang not in LANGUAGES:
        return None
    if lang not in _others:
        _others[lang] = _load(lang)
    return _others[lang]


def _load(lang: str) -> GNUTranslations | None:
    from gettext import GNUTranslations

    compiled = Path(__file__).parent / lang / "LC_MESSAGES" / "opconsole.mo"
    try:
        with compiled.open("rb") as file:
            return GNUTranslations(file)
    except OSError:
        return None


def _fill(text: str, msgid: str, facts: dict[str, Any]) -> str:
    try:
        return text.format_map(facts)
    except (KeyError, IndexError, ValueError):
        return msgid.format_map(facts)  # a faulty translation must not end a shift; a test finds it first
