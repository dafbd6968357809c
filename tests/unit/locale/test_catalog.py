"""The catalogs keep up with the sources: when one of these fails after a change of words, say `make messages` and translate."""

import ast
import importlib.util
import re
import string
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages.catalog import Catalog, Message

from opconsole.locale import LANGUAGES, choose_language, language, mark, set_language, tr, trn
from opconsole.locale import catalog as module

ROOT = Path(__file__).resolve().parents[3]
TRANSLATED = sorted(set(LANGUAGES) - {"en"})


def _messages() -> ModuleType:
    spec = importlib.util.spec_from_file_location("messages", ROOT / ".ci" / "messages.py")
    assert spec is not None
    assert spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


MESSAGES = _messages()


@pytest.fixture(scope="module")
def said() -> Catalog:
    said: Catalog = MESSAGES.sources_say()
    return said


def ids(message: Message) -> tuple[str, ...]:
    return tuple(MESSAGES.strings(message.id))


def strings(message: Message) -> tuple[str, ...]:
    return tuple(MESSAGES.strings(message.string))


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.fixture
def russian() -> Iterator[None]:
    set_language("ru")
    yield
    set_language("en")


def test_every_language_that_is_offered_has_a_catalog() -> None:
    assert set(MESSAGES.catalogs()) == set(TRANSLATED)


@pytest.mark.parametrize("lang", TRANSLATED)
def test_all_that_the_sources_say_is_translated(said: Catalog, lang: str) -> None:
    catalog = MESSAGES.read(MESSAGES.catalogs()[lang], lang)
    undone = [
        ids(message)[0]
        for message in said
        if message.id and ((have := catalog.get(message.id)) is None or have.fuzzy or not all(strings(have)))
    ]
    assert undone == []


@pytest.mark.parametrize("lang", TRANSLATED)
def test_nothing_is_translated_that_nobody_says(said: Catalog, lang: str) -> None:
    catalog = MESSAGES.read(MESSAGES.catalogs()[lang], lang)
    assert [ids(message)[0] for message in catalog if message.id and message.id not in said] == []
    assert list(catalog.obsolete) == []


@pytest.mark.parametrize("lang", TRANSLATED)
def test_translations_have_the_same_facts_and_all_plural_forms(lang: str) -> None:
    catalog = MESSAGES.read(MESSAGES.catalogs()[lang], lang)
    for message in catalog:
        if not message.id:
            continue
        allowed = set.union(*(fields(text) for text in ids(message)))
        for text in strings(message):
            assert fields(text) == allowed, text
        if message.pluralizable:
            assert len(strings(message)) == catalog.num_plurals


@pytest.mark.parametrize("lang", TRANSLATED)
def test_translations_have_the_same_edges(lang: str) -> None:
    """A space or a colon at the end is part of how words are put together."""
    for message in MESSAGES.read(MESSAGES.catalogs()[lang], lang):
        for text in strings(message) if message.id else ():
            original = ids(message)[0]
            assert (text[:1].isspace(), text[-1:].isspace()) == (original[:1].isspace(), original[-1:].isspace()), (
                original
            )
            assert text.endswith("…") == original.endswith("…"), original


def spoken() -> Iterator[tuple[str, int, str]]:
    """(file, line, msgid) of every call with a literal, as Python's own parser sees them."""
    for path in sorted((ROOT / "opconsole").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MESSAGES.KEYWORDS:
                first = node.args[0] if node.args else None
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    yield str(path.relative_to(ROOT)), node.lineno, first.value
                elif isinstance(first, ast.JoinedStr):
                    yield str(path.relative_to(ROOT)), node.lineno, "an f-string: facts are given by name"


def test_the_extraction_finds_every_text(said: Catalog) -> None:
    """It misses a call inside an f-string, and a text put together from parts."""
    known = {text for message in said if message.id for text in ids(message)}
    assert [place for place in spoken() if place[2] and place[2] not in known] == []


def test_no_text_is_said_before_a_language_is_chosen() -> None:
    """`tr` at the top of a module speaks English for ever; `mark` is for that."""
    early = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sorted((ROOT / "opconsole").rglob("*.py"))
        for statement in ast.parse(path.read_text("utf-8")).body
        if not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        for node in ast.walk(statement)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"tr", "trn"}
    ]
    assert early == []


# ---------------------------------------------------------------- speaking


def test_english_needs_no_catalog() -> None:
    set_language("en")
    assert tr("{name} took the chat", name="Olga") == "Olga took the chat"
    assert trn("{n} chat waits", "{n} chats wait", 1) == "1 chat waits"
    assert trn("{n} chat waits", "{n} chats wait", 0) == "0 chats wait"
    assert mark("x") == "x"


@pytest.mark.usefixtures("russian")
@pytest.mark.parametrize(
    ("n", "text"),
    [
        (0, "0 чатов ждут"),
        (1, "1 чат ждёт"),
        (2, "2 чата ждут"),
        (5, "5 чатов ждут"),
        (11, "11 чатов ждут"),
        (21, "21 чат ждёт"),
        (22, "22 чата ждут"),
        (112, "112 чатов ждут"),
    ],
)
def test_russian_numbers_have_their_forms(n: int, text: str) -> None:
    assert trn("{n} chat waits", "{n} chats wait", n) == text


@pytest.mark.usefixtures("russian")
def test_what_is_not_in_the_catalog_is_said_in_english() -> None:
    assert tr("never {heard} of", heard="x") == "never x of"
    assert tr("") == ""


def test_names_are_facts_not_formats() -> None:
    assert tr("{name} took the chat", name="{chat.__class__}") == "{chat.__class__} took the chat"


@pytest.mark.usefixtures("russian")
def test_a_faulty_translation_says_the_english(monkeypatch: pytest.MonkeyPatch) -> None:
    class Faulty:
        def gettext(self, msgid: str) -> str:
            return "{nobody}"

    monkeypatch.setattr(module, "_catalog", Faulty())
    assert tr("{name} took the chat", name="Olga") == "Olga took the chat"


def test_a_language_without_a_catalog_is_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(module.LANGUAGES, "xx", "X")
    assert set_language("xx") == "en"
    assert set_language("../../etc") == "en"
    assert language() == "en"


@pytest.mark.parametrize(
    ("setting", "environment", "lang"),
    [
        ("auto", {"LANG": "ru_RU.UTF-8"}, "ru"),
        ("auto", {"LANG": "ru_RU.UTF-8", "LC_ALL": "C"}, "en"),
        ("auto", {"LANG": "C", "LC_MESSAGES": "ru_RU"}, "ru"),
        ("auto", {"LANG": "ru_RU.UTF-8", "LC_ALL": ""}, "ru"),
        ("auto", {"LANG": "de_DE.UTF-8"}, "en"),
        ("auto", {}, "en"),
        ("ru", {"LANG": "en_US"}, "ru"),
        ("en", {"LANG": "ru_RU"}, "en"),
        ("nonsense", {}, "en"),
    ],
)
def test_the_language_follows_the_setting_then_the_system(setting: str, environment: dict[str, str], lang: str) -> None:
    assert choose_language(setting, environment) == lang


def test_speaking_english_imports_no_library() -> None:
    code = "import sys; from opconsole.locale import tr; tr('x'); print([m for m in ('gettext', 'babel') if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert run.stdout.strip() == "[]"


def test_the_compiled_catalogs_are_those_of_the_texts() -> None:
    """Compiled at installation: after a change of a .po, `make messages` (or any `make`) compiles anew."""
    for lang, path in MESSAGES.catalogs().items():
        assert set_language(lang) == lang
        try:
            for message in MESSAGES.read(path, lang):
                if message.id and not message.pluralizable and not message.fuzzy:
                    assert tr(message.id) == message.string
        finally:
            set_language("en")


def test_the_words_of_a_stranger_are_no_part_of_a_msgid(said: Catalog) -> None:
    positional = [ids(message)[0] for message in said if message.id and re.search(r"\{\}|\{\d", ids(message)[0])]
    assert positional == []
