"""The starter set keeps the promises of the engine that reads it, and is as short as a chat."""

from pathlib import Path

import pytest

from opconsole.state.template_book import TemplateBook
from opconsole.state.template_files import Prepared, read_templates
from opconsole.state.template_import import plan_import
from opconsole.state.templates import KNOWN, holes
from opconsole.wire.cards import TemplateCard
from server_stub.seeding import starter_templates

FILE = Path(__file__).resolve().parents[3] / "server_stub" / "starter" / "templates.toml"
READ = read_templates(FILE.read_text("utf-8"), FILE)
BY_LANG = {lang: [template for template in READ.templates if template.lang == lang] for lang in ("en", "ru")}


def test_it_is_without_fault() -> None:
    assert READ.problems == ()


def test_the_relay_reads_the_same_and_none_collides() -> None:
    starters = starter_templates()
    assert len(starters) == len(READ.templates)
    assert len({save.template for save in starters}) == len(starters)
    cards = [
        TemplateCard(
            rev=1,
            template=s.template,
            code=s.code,
            lang=s.lang,
            group=s.group,
            title=s.title,
            hotkey=s.hotkey,
            text=s.text,
        )
        for s in starters
    ]
    plan = plan_import(READ.templates, cards, owner="", command_id=lambda: "c")
    assert (plan.add, plan.change) == ((), ())


def test_both_languages_say_the_same_things() -> None:
    assert len(BY_LANG["en"]) >= 25
    assert [(t.code, t.hotkey) for t in BY_LANG["en"]] == [(t.code, t.hotkey) for t in BY_LANG["ru"]]
    assert [len(holes(t.text)) for t in BY_LANG["en"]] == [len(holes(t.text)) for t in BY_LANG["ru"]]


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_nine_favourites_stand_on_nine_keys(lang: str) -> None:
    cards = [
        TemplateCard(rev=1, template=str(n), code=t.code, lang=t.lang, hotkey=t.hotkey, text=t.text)
        for n, t in enumerate(READ.templates)
    ]
    favourites = TemplateBook(cards, own_lang="en").favourites(lang)
    assert list(favourites) == list(range(1, 10))
    assert {card.lang for card in favourites.values()} == {lang}


@pytest.mark.parametrize("template", READ.templates, ids=lambda template: f"{template.lang}-{template.code}")
def test_a_starter_is_short_and_plain(template: Prepared) -> None:
    assert len(template.text.replace("{?", "").replace("}", "").split()) <= 15
    assert template.title
    assert template.group
    assert template.text[0].isupper() or template.text.startswith("{greeting}")
    assert template.text[-1] in ".?!"
    cyrillic = any("а" <= letter <= "я" for letter in template.text.lower())
    assert cyrillic == (template.lang == "ru")
    assert all(hole.name in KNOWN or not hole.name.isascii() or template.lang == "en" for hole in holes(template.text))
