import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from opconsole.state import days
from opconsole.state.template_files import FIELDS, Prepared, defuse, read_templates, restore, write_csv, write_toml
from opconsole.state.template_import import include_faults, plan_import, prepared_of, template_id
from opconsole.state.templates import TemplateFault, parse
from opconsole.wire.cards import TemplateCard
from opconsole.wire.staff import SaveTemplate
from opconsole.wire.text import clean_line, clean_text

TOML, CSV = Path("mine.toml"), Path("mine.csv")
HELLO = Prepared(
    code="hello", lang="en", group="Start", title="Greeting", hotkey=1, text="Hello{?, {visitor}}!\nHow can I help?"
)
BYE = Prepared(code="bye", text="Goodbye, “friend”; =1+1")


def test_both_formats_bring_back_what_was_written() -> None:
    for path, text in ((TOML, write_toml([HELLO, BYE])), (CSV, write_csv([HELLO, BYE]))):
        read = read_templates(text, path)
        assert read.problems == ()
        assert read.templates == (HELLO, BYE)


def usable(text: str) -> bool:
    try:
        parse(text, strict=True)
    except TemplateFault:
        return False
    return bool(text)


WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
LINES = WORDS.map(lambda text: clean_line(text).strip())
PREPARED = st.builds(
    Prepared,
    code=st.text(st.characters(categories=["L", "N", "P"], exclude_characters="/"), min_size=1, max_size=20)
    .map(clean_line)
    .filter(lambda code: code and not any(c.isspace() or c == "/" for c in code)),
    text=st.one_of(WORDS, st.sampled_from(["=1+1", "'=1", "''-x", "+7 900", "@all", "a\nb", '"q"', "a,b;c\td"]))
    .map(lambda text: clean_text(text).strip())
    .filter(usable),
    lang=st.sampled_from(["", "en", "ru", "pt-br"]),
    channel=st.sampled_from(["", "site", "telegram"]),
    active_from=st.sampled_from(["", "2026-12-01", "2026-12-01 08:30"]),
    active_until=st.sampled_from(["", "2026-12-31"]),
    hours=st.sampled_from(["", "mon-fri 9:00-18:00, sat 10:00-14:00"]),
    group=LINES,
    title=st.one_of(LINES, st.sampled_from(["=cmd|' /C calc'!A0", "'+1", "-"])),
    hotkey=st.integers(0, 9),
)


@given(st.lists(PREPARED, max_size=4, unique_by=lambda prepared: prepared.key))
def test_any_templates_survive_both_formats(templates: list[Prepared]) -> None:
    for path, text in ((TOML, write_toml(templates)), (CSV, write_csv(templates))):
        read = read_templates(text, path)
        assert read.problems == ()
        assert list(read.templates) == templates


@given(st.text(st.sampled_from("'=+-@\t\rab"), max_size=8))
def test_no_cell_runs_and_each_comes_back(cell: str) -> None:
    assert not defuse(cell).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert restore(defuse(cell)) == cell


def test_a_spreadsheet_sees_no_formula() -> None:
    _head, cells = csv.reader(io.StringIO(write_csv([Prepared(code="a", text="=HYPERLINK(1)")]).removeprefix("\ufeff")))
    assert cells[FIELDS.index("text")] == "'=HYPERLINK(1)"


def test_what_a_person_types_as_minus_in_a_cell_without_apostrophe_is_taken_as_it_is() -> None:
    assert read_templates("code,text\na,-5 %\n", CSV).templates == (Prepared(code="a", text="-5 %"),)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_of_any_spreadsheet_is_read(delimiter: str) -> None:
    text = f'\ufefftext{delimiter}CODE\r\n"two\r\nlines"{delimiter}/a\r\n\r\nsecond{delimiter}b\r\n'
    read = read_templates(text, CSV)
    assert read.problems == ()
    assert read.templates == (Prepared(code="a", text="two\nlines"), Prepared(code="b", text="second"))


@pytest.mark.parametrize(
    ("row", "key", "says"),
    [
        ('code = "a b"\ntext = "x"', "line 2, code", "one word"),
        (f'code = "{"a" * 33}"\ntext = "x"', "line 2, code", "32"),
        ('text = "x"', "line 2, code", "is empty"),
        ('code = "a"', "line 2, text", "is empty"),
        ('code = "a"\ntext = "{oops"', "line 2, text", "{ has no partner"),
        ('code = "a"\ntext = 5', "line 2, text", "can't be 5"),
        ('code = "a"\ntext = "x"\nhotkey = 10', "line 2, hotkey", "a number from 1 to 9"),
        ('code = "a"\ntext = "x"\nhotkey = true', "line 2, hotkey", "can't be True"),
        ('code = "a"\ntext = "x"\nlang = "russian"', "line 2, lang", '"ru"'),
        ('code = "a"\ntext = "x"\ntitel = "y"', "line 2, titel", "Did you mean title?"),
        ('code = "a"\ntext = "x"\nfrom = "soon"', "line 2, from", "a day such as 2026-12-31"),
        ('code = "a"\ntext = "x"\nuntil = 2026', "line 2, until", "can't be 2026"),
        (f'code = "a"\ntext = "{"я" * 4097}"', "line 2, text", "8192 bytes"),
        (f'code = "a"\ntext = "x"\ntitle = "{"y" * 600}"', "line 2, title", "512"),
    ],
)
def test_a_fault_names_file_line_and_field(row: str, key: str, says: str) -> None:
    read = read_templates(f"# mine\n[[template]]\n{row}\n[[template]]\ncode = 'good'\ntext = 'x'\n", TOML)
    (problem,) = read.problems
    assert (problem.file, problem.key) == (TOML, key)
    assert says in problem.text
    assert [template.code for template in read.templates] == ["good"], "the others are taken"


@pytest.mark.parametrize(
    ("text", "path", "key", "says"),
    [
        ("code = ", TOML, "", "is not TOML"),
        ("templat = 1", TOML, "templat", "Did you mean template?"),
        ("template = 1", TOML, "template", "[[template]]"),
        ("code,txt\na,b\n", CSV, "line 1", "Did you mean text?"),
        ('code,text\na,"b', CSV, "line 2", "is not CSV"),
        ("code,text\na,x\nb,\n", CSV, "line 3, text", "is empty"),
        ('code,text\na,"x\ny"\nb,\n', CSV, "line 4, text", "is empty"),
        ("code,text,lang\na,x,en\nA,y,en\n", CSV, "line 3, code", "see line 2"),
    ],
)
def test_a_fault_of_the_file_is_named(text: str, path: Path, key: str, says: str) -> None:
    problems = read_templates(text, path).problems
    assert problems[0].key == key
    assert says in problems[0].text


def test_another_ending_is_refused() -> None:
    with pytest.raises(ValueError, match=r"\.toml or \.csv"):
        read_templates("", Path("x.yaml"))


def test_hostile_characters_are_cleaned_on_the_way_in() -> None:
    (template,) = read_templates('code,text\na,"x\x1b[31my"\n', CSV).templates
    assert template.text == "x\u241b[31my"


# ---------------------------------------------------------------- what an import will do


def stored(prepared: Prepared, owner: str = "", template: str = "t1") -> TemplateCard:
    names = ("code", "lang", "channel", "group", "title", "hotkey", "text")
    return TemplateCard(
        rev=1,
        template=template,
        owner=owner,
        active_from=days.begins(prepared.active_from, "UTC"),
        active_until=days.ends(prepared.active_until, "UTC"),
        **{name: getattr(prepared, name) for name in names},
    )


def ids() -> str:
    return "c1"


def test_new_changed_and_equal_templates_are_told_apart() -> None:
    old_bye = stored(Prepared(code="BYE", text="Bye"), template="t2")
    plan = plan_import([HELLO, BYE, Prepared(code="new", text="x")], [stored(HELLO), old_bye], owner="", command_id=ids)
    assert plan.same == (HELLO,)
    assert [(save.template, save.code, save.text) for save in plan.change] == [("t2", "bye", BYE.text)]
    assert [save.code for save in plan.add] == ["new"]


def test_days_are_those_of_the_desk_and_variants_of_a_channel_are_templates_of_their_own() -> None:
    sale = Prepared(code="sale", text="x", channel="telegram", active_from="2026-12-01", active_until="2026-12-31")
    (save,) = plan_import([sale], [stored(replace(sale, channel=""))], zone="Europe/Moscow", command_id=ids).add
    assert (save.active_until - save.active_from) == 31 * 24 * 3_600_000
    assert save.active_from == days.begins("2026-12-01", "UTC") - 3 * 3_600_000
    assert plan_import([sale], [stored(sale)], command_id=ids).same == (sale,)


def test_a_department_has_templates_of_its_own() -> None:
    plan = plan_import([HELLO], [stored(HELLO)], department="sales", command_id=ids)
    (save,) = plan.add
    assert (save.mine, save.department) == (False, "sales")
    assert save.template != template_id("", HELLO)


def test_what_could_not_be_put_together_afterwards_is_found_before() -> None:
    a, b = Prepared(code="a", text="{>b}"), Prepared(code="b", text="{>a}")
    plan = plan_import([a, b, HELLO], [], command_id=ids)
    assert sorted(save.code for save, _ in include_faults(plan, [])) == ["a", "b"]
    plan = plan_import([Prepared(code="c", text="{>hello}")], [stored(HELLO)], command_id=ids)
    assert include_faults(plan, [stored(HELLO)]) == []


def test_toml_has_days_of_its_own() -> None:
    (read,) = read_templates(
        "[[template]]\ncode='a'\ntext='x'\nfrom=2026-12-01\nuntil=2026-12-31 18:00:00\n", TOML
    ).templates
    assert (read.active_from, read.active_until) == ("2026-12-01", "2026-12-31 18:00")


def test_a_personal_template_never_changes_a_shared_one() -> None:
    plan = plan_import([HELLO], [stored(HELLO)], owner="anna", command_id=ids)
    (save,) = plan.add
    assert save.mine
    assert save.template != "t1"


def test_a_template_has_the_same_new_id_each_time_and_each_owner_another() -> None:
    assert template_id("", HELLO) == template_id("", HELLO)
    assert len({template_id("", HELLO), template_id("anna", HELLO), template_id("", BYE)}) == 3
    assert len(template_id("anna", HELLO)) <= 36


def test_an_export_of_what_was_imported_is_equal() -> None:
    (save,) = plan_import([HELLO], [], owner="", command_id=ids).add
    assert isinstance(save, SaveTemplate)
    assert prepared_of(stored(HELLO)) == HELLO


def test_a_title_that_only_repeats_the_code_is_none() -> None:
    bare = Prepared(code="hi", text="x")
    titled = Prepared(code="hi", text="x", title="hi")
    assert prepared_of(stored(titled)) == bare
    for wanted in (bare, titled):
        assert plan_import([wanted], [stored(titled)], owner="", command_id=ids).same == (wanted,)
