"""`desk.toml`: what it sets, and what a mistake in it is called."""

import tomllib
from pathlib import Path

import pytest

from opconsole.wire.cards import Role
from opconsole.wire.checklists import Step
from server_stub import deskfile
from server_stub.desk.settings import DepartmentSettings, Settings
from server_stub.deskfile import LIMITS, TIMES, DeskFile, DeskFileWrong, FileKeeping, Rates, load, parse
from server_stub.files.kinds import USUAL, media_types
from server_stub.journal.people import LoginPolicy


def test_no_file_and_an_empty_file_are_the_defaults(tmp_path: Path) -> None:
    assert load(tmp_path) == DeskFile()
    usual = Settings(file_bytes=10 * 1024 * 1024, file_types=tuple(media_types(USUAL)))
    assert DeskFile().settings == usual
    assert parse("") == DeskFile()


def test_the_example_in_the_module_s_own_words_is_understood() -> None:
    assert deskfile.__doc__ is not None
    example = "\n".join(line[4:] for line in deskfile.__doc__.splitlines() if line.startswith("    "))
    desk = parse(example)
    assert desk.name == "Acme"
    assert desk.sites == {"https://acme.example"}
    assert desk.settings.departments == {
        "sales": DepartmentSettings(
            limit=3, checklist=(Step(id="greet", title="Greet by name", required=True, template="hello"),)
        )
    }
    assert (desk.settings.tz, desk.settings.first_reply_ms) == ("Europe/Berlin", 90_000)


def test_seconds_become_milliseconds_and_may_have_a_fraction() -> None:
    assert parse("[times]\nreply = 0.25").settings.reply_ms == 250
    assert parse("[times]\nreply = 7").settings.reply_ms == 7_000


def test_a_target_of_its_own_leaves_the_others() -> None:
    targets = parse("[targets]\nsite = 20\nvk = 100").settings.targets_ms
    assert targets == {**Settings().targets_ms, "site": 20_000, "vk": 100_000}


def test_every_key_of_the_tables_is_a_setting_of_the_desk() -> None:
    fields = set(Settings.__struct_fields__)
    assert {*TIMES.values(), *LIMITS.values()} <= fields
    assert fields - {*TIMES.values(), *LIMITS.values()} == {
        "targets_ms",
        "words_warn",
        "tz",
        "departments",
        "content_keep_ms",
        "delete_any",
        "department_templates",
        "file_bytes",
        "file_types",
        "visitor_files",
    }


def test_files_are_taken_as_the_desk_says() -> None:
    desk = parse(
        '[files]\nmax_mb = 1.5\ntypes = ["png", "pdf"]\nvisitors = false\ntotal_gb = 2\nscan = ["scan", "-q", "{file}"]'
    )
    settings = desk.settings
    assert (settings.file_bytes, settings.file_types) == (1_572_864, ("image/png", "application/pdf"))
    assert not settings.visitor_files
    assert desk.files == FileKeeping(total_bytes=2 * 1024**3, scan=("scan", "-q", "{file}"))
    assert parse("[files]\nmax_mb = 0").settings.file_bytes == 0


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('types = ["svg"]', "`files.types` must be one of png, jpeg"),
        ("types = []", "for no files at all write max_mb = 0"),
        ('types = "png"', "`files.types` must be a list of types"),
        ("max_mb = 99999", "`files.max_mb` must be at most 2048"),
        ('max_mb = "1"', "`files.max_mb` must be a number of megabytes"),
        ("visitors = 1", "`files.visitors` must be true or false"),
        ('scan = "clamdscan {file}"', "`files.scan` must be a program and its arguments"),
        ('scan = ["clamdscan"]', "`files.scan` must have {file} among its arguments"),
        ('scan = ["{file}"]', "`files.scan` must have {file} among its arguments"),
        ("maxmb = 1", "`files.maxmb` is no setting; did you mean `files.max_mb`?"),
    ],
)
def test_a_mistake_about_files_is_named(text: str, sentence: str) -> None:
    with pytest.raises(ValueError) as wrong:
        parse(f"[files]\n{text}")
    assert sentence in str(wrong.value)


def test_who_may_delete_anybodys_words() -> None:
    assert parse("").settings.delete_any == "supervisor"
    assert parse('delete_any = "nobody"').settings.delete_any == "nobody"


def test_who_may_edit_a_departments_templates() -> None:
    assert parse("").settings.department_templates is Role.supervisor
    assert parse('edit_department_templates = "operator"').settings.department_templates is Role.operator


def test_a_checklist() -> None:
    text = """
    [[departments.sales.checklist]]
    id = "greet"
    title = "Greet by name"
    template = "hello"
    [[departments.sales.checklist]]
    id = "offer"
    title = "Make an offer"
    required = true
    """
    assert parse(text).settings.departments["sales"].checklist == (
        Step(id="greet", title="Greet by name", template="hello"),
        Step(id="offer", title="Make an offer", required=True),
    )


@pytest.mark.parametrize(
    ("steps", "sentence"),
    [
        ("checklist = 3", "`departments.sales.checklist` must be a list of steps"),
        ("checklist = ['greet']", "write [[departments.sales.checklist]] before each"),
        ("checklist = [{title = 'x'}]", "(step 1): `id` must be a text"),
        ("checklist = [{id = 'a'}]", "(step 1): `title` must be a text"),
        ("checklist = [{id = 'a', title = 'x', requird = true}]", "did you mean"),
        ("checklist = [{id = 'a', title = 'x', required = 1}]", "`required` must be true or false, not 1"),
        ("checklist = [{id = 'a', title = 'x'}, {id = 'a', title = 'y'}]", "(step 2): `id` is 'a' again"),
        (f"checklist = [{{id = '{'a' * 40}', title = 'x'}}]", "has 40 characters; at most 36"),
        (f"checklist = [{', '.join(['{}'] * 31)}]", "has 31 steps; at most 30"),
        ("chats = 1\nedit = 1", "`departments.sales.edit` is no setting"),
    ],
)
def test_a_mistake_in_a_checklist_is_named(steps: str, sentence: str) -> None:
    with pytest.raises(ValueError) as wrong:
        parse(f"[departments.sales]\n{steps}")
    assert sentence in str(wrong.value)


def test_rates() -> None:
    assert parse("[rates]\nvisitor_frames_burst = 7").rates == Rates(visitor_frames_burst=7.0)


def test_sites_are_normal_and_a_star_is_anybody() -> None:
    assert parse('sites = ["https://Shop.example:443/x", "*"]').sites == {"https://shop.example", "*"}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("nam = 'x'", "`nam` is no setting; did you mean `name`?"),
        ("[time]\nreply = 1", "`time` is no setting; did you mean `times`?"),
        ("[times]\nrepply = 1", "`times.repply` is no setting; did you mean `times.reply`?"),
        ("[limits]\nchat = 1", "did you mean `limits.chats`?"),
        (
            "[departments.sales]\nchat = 1",
            "`departments.sales.chat` is no setting; did you mean `departments.sales.chats`?",
        ),
        ('delete_any = "boss"', "`delete_any` must be one of supervisor, admin, nobody, not 'boss'"),
        (
            "edit_department_templates = 'boss'",
            "`edit_department_templates` must be one of operator, supervisor, admin, not 'boss'",
        ),
        ("delete_any = 1", "`delete_any` must be one of supervisor, admin, nobody, not 1"),
        ("[rates]\nframes = 1", "`rates.frames` is no setting"),
        ("[times]\nreply = '3 min'", "`times.reply` must be a number of seconds, not '3 min'"),
        ("[times]\nreply = -1", "`times.reply` must be a number of seconds, not -1"),
        ("[times]\nreply = true", "`times.reply` must be a number of seconds, not True"),
        ("[times]\nreply = nan", "`times.reply` must be a number of seconds, not nan"),
        ("[times]\nreply = inf", "`times.reply` must be a number of seconds, not inf"),
        ("[limits]\nchats = 1.5", "`limits.chats` must be a whole number, not 1.5"),
        ("[rates]\nvisitor_frames_per_s = 0", "`rates.visitor_frames_per_s` must be more than 0"),
        ("times = 3", "`times` must be a table: write [times]"),
        ("[departments]\nsales = 3", "`departments.sales` must be a table"),
        ("sites = 'x'", "`sites` must be a list"),
        ("sites = ['shop.example']", "'shop.example' is no site's address"),
        ("sites = [3]", "3 is no site's address"),
        ("name = ''", "`name` must be a text"),
        ("tz = 3", "`tz` must be a text"),
    ],
)
def test_a_mistake_is_named(text: str, sentence: str) -> None:
    with pytest.raises(ValueError) as wrong:
        parse(text)
    assert sentence in str(wrong.value)


def test_what_is_no_toml_is_told_with_its_line() -> None:
    with pytest.raises(tomllib.TOMLDecodeError):
        parse("a =")


@pytest.mark.parametrize("content", [b"nam = 1", b"a =", b"\xff"])
def test_every_mistake_names_the_file(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "desk.toml").write_bytes(content)
    with pytest.raises(DeskFileWrong, match=r"desk\.toml"):
        load(tmp_path)


@pytest.mark.parametrize("value", ['"short"', "12345678901234567890", '"with a\\nnewline in it"', "[]"])
def test_a_metrics_token_that_is_none_is_refused_and_not_repeated(value: str) -> None:
    with pytest.raises(ValueError, match="metrics_token") as refused:
        parse(f"metrics_token = {value}")
    assert value.strip('"')[:5] not in str(refused.value)


def test_the_settings_as_a_whole_hide_the_metrics_token() -> None:
    read = parse('metrics_token = "0123456789abcdef"')
    assert read.metrics_token == "0123456789abcdef"
    assert "0123456789abcdef" not in repr(read)


def test_the_teams_logins_are_settings_too() -> None:
    logins = parse('name = "Acme"\n[logins]\nidle = 3600\nmost = 86400\nrequire_totp = true').logins
    assert (logins.idle_ms, logins.most_ms, logins.require_totp, logins.desk) == (3_600_000, 86_400_000, True, "Acme")
    assert parse("").logins == LoginPolicy()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("require_totp = 1", "must be true or false"),
        ("idle = 5", "`logins.idle` must be at least 60 s"),
        ("most = 0", "`logins.most` must be at least 60 s"),
        ("idle = true", "`logins.idle` must be a number of seconds"),
        ("totp = true", "did you mean"),
    ],
)
def test_a_mistake_about_logins_is_named(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        parse(f"[logins]\n{text}")
