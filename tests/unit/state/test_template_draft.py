"""A template while it is edited, in folders, and whose it may be."""

import pytest
from msgspec.structs import replace

from opconsole.state.model import Me
from opconsole.state.picture import Picture
from opconsole.state.template_draft import LINES, Draft, card_of, differences, draft_of, fault_of, save_of
from opconsole.state.template_folders import Folder, Leaf, may_edit, my_scopes, rows_of
from opconsole.state.template_import import Scope
from opconsole.wire.cards import OperatorCard, Role, TemplateCard
from opconsole.wire.staff import Settings

CARD = TemplateCard(
    rev=9, template="t1", code="hi", title="hi", text="Hello!", group="Start", lang="en", hotkey=1, department="sales",
    channel="telegram", active_from=1_796_083_200_000, active_until=1_796_169_600_000, edition=9, by="anna",
    hours="mon-fri 9:00-18:00",
)  # fmt: skip
GOOD = Draft(template="t1", code="hi", text="Hello, {visitor}!", scope=Scope(owner="anna"))


def test_a_card_that_is_saved_unchanged_is_the_same() -> None:
    draft = draft_of(CARD, "UTC", "t1", 9)
    assert (draft.title, draft.active_from, draft.active_until) == ("", "2026-12-01", "2026-12-01")
    save = save_of(draft, "UTC", "c1")
    assert (save.edition, save.mine, save.department) == (9, False, "sales")
    for name in (
        "code",
        "text",
        "group",
        "lang",
        "channel",
        "hotkey",
        "active_from",
        "active_until",
        "hours",
        "template",
    ):
        assert getattr(save, name) == getattr(CARD, name), name


def test_what_is_written_is_cleaned() -> None:
    lines = dict.fromkeys(LINES, "") | {"code": " /hi\x1b ", "lang": "EN_us", "title": "a\nb"}
    draft = GOOD.with_lines(lines, " two\nlines \x07", GOOD.scope)
    assert (draft.code, draft.lang, draft.title, draft.text) == ("hi␛", "en-us", "a b", "two\nlines ␇")


@pytest.mark.parametrize(
    ("change", "field", "says"),
    [
        ({}, "", ""),
        ({"code": ""}, "code", "one word"),
        ({"code": "a b"}, "code", "one word"),
        ({"code": "x" * 33}, "code", "32"),
        ({"title": "x" * 600}, "title", "512"),
        ({"group": "x" * 99}, "group", "80"),
        ({"lang": "english"}, "lang", "“en”"),
        ({"hotkey": "12"}, "hotkey", "1 to 9"),
        ({"active_from": "soon"}, "active_from", "2026-12-31"),
        ({"active_from": "2026-12-02", "active_until": "2026-12-01"}, "active_until", "before it begins"),
        ({"hours": "always"}, "hours", "mon-fri"),
        ({"text": ""}, "text", "no text"),
        ({"text": "я" * 5000}, "text", "8192"),
        ({"text": "{oops"}, "text", "no partner"),
        ({"text": "{>hi}"}, "text", "within itself"),
        ({"text": "{>other}"}, "text", "/hi → /other → /hi"),
        ({"text": "{>none}"}, "text", "no template /none"),
    ],
)
def test_the_first_fault_is_named_with_its_field(change: dict[str, str], field: str, says: str) -> None:
    others = [TemplateCard(rev=1, template="t2", code="other", text="{>hi}")]
    found, sentence = fault_of(replace(GOOD, **change), others, "UTC")
    assert found == field
    assert says in sentence


def test_two_drafts_are_told_apart_field_by_field() -> None:
    theirs = replace(GOOD, text="Good day!", title="Greeting", scope=Scope(department="sales"))
    assert differences(GOOD, theirs) == [
        ("scope", "anna", "sales"),
        ("title", "", "Greeting"),
        ("text", "Hello, {visitor}!", "Good day!"),
    ]
    assert differences(GOOD, GOOD) == []
    assert card_of(theirs).department == "sales"


# ---------------------------------------------------------------- folders


def card(code: str, group: str = "", **more: object) -> TemplateCard:
    return TemplateCard(rev=1, template=code, code=code, group=group, text="x", **more)  # type: ignore[arg-type]


def shown(closed: set[str]) -> list[str]:
    cards = [card("loose"), card("b", "Start"), card("a", "Start"), card("x", "start/Deep / Deeper"), card("z", "End")]
    return [
        ("  " * row.depth) + (f"{row.name} {row.count}" if isinstance(row, Folder) else row.card.code)
        for row in rows_of(cards, closed)
    ]


def test_templates_stand_in_folders_and_what_is_in_none_comes_last() -> None:
    assert shown(set()) == [
        "End 1", "  z",
        "Start 2", "  a", "  b",
        "start 1", "  Deep 1", "    Deeper 1", "      x",
        "loose",
    ]  # fmt: skip


def test_a_closed_folder_hides_what_is_in_it() -> None:
    assert shown({"Start", "start/Deep"}) == ["End 1", "  z", "Start 2", "start 1", "  Deep 1", "loose"]


def test_every_template_has_its_row_once() -> None:
    rows = rows_of([card("a", lang="en"), replace(card("a", lang="ru"), template="t2")])
    assert [row.card.lang for row in rows if isinstance(row, Leaf)] == ["en", "ru"]


# ---------------------------------------------------------------- whose


def picture(role: Role, least: Role = Role.supervisor) -> Picture:
    found = Picture()
    found.me = Me(login="anna", role=role, settings=Settings(department_templates=least))
    found.operators = {
        "anna": OperatorCard(rev=1, login="anna", departments=["general"]),
        "kim": OperatorCard(rev=1, login="kim", departments=["sales"]),
    }
    return found


@pytest.mark.parametrize(
    ("role", "least", "scopes"),
    [
        (Role.operator, Role.supervisor, ["anna"]),
        (Role.operator, Role.operator, ["anna", "general"]),
        (Role.supervisor, Role.supervisor, ["anna", "general", "sales", ""]),
        (Role.supervisor, Role.admin, ["anna", ""]),
        (Role.admin, Role.admin, ["anna", "general", "sales", ""]),
    ],
)
def test_whose_templates_one_may_edit(role: Role, least: Role, scopes: list[str]) -> None:
    assert [scope.owner or scope.department for scope in my_scopes(picture(role, least))] == scopes
    assert not may_edit(picture(role, least), Scope(owner="kim"))
