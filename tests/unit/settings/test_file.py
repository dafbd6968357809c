import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opconsole.locale import language, set_language
from opconsole.settings import Settings, load_settings, save_setting
from opconsole.settings.file import change_text, forget_text, line_of

WRITTEN = """\
# my console
relay = "https://desk.example"   # the new one
lang = "ru"

[warnings.rescue]
bell = false  # the night shift sleeps

[keys]
take_next = "f5"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def test_without_a_file_all_is_default(file: Path) -> None:
    loaded = load_settings(file)
    assert loaded.settings == Settings()
    assert loaded.problems == ()


def test_what_is_written_is_read(file: Path) -> None:
    file.write_text(WRITTEN)
    loaded = load_settings(file)
    assert loaded.problems == ()
    assert loaded.settings.relay == "https://desk.example"
    assert not loaded.settings.warnings.rescue.bell
    assert loaded.settings.warnings.rescue.screen
    assert loaded.settings.keys == {"take_next": ["f5"]}


@pytest.mark.parametrize(
    ("text", "key", "says"),
    [
        ('thema = "x"', "thema", "Did you mean theme?"),
        ('lang = "rus"', "lang", "can't be 'rus'. Did you mean ru?"),
        ("login = 5", "login", "can't be 5. It must be a text in quotes."),
        ("[warnings.rescue]\nbel = true", "warnings.rescue.bel", "Did you mean bell?"),
        ("[warnings.rescue]\nbell = 1", "warnings.rescue.bell", "It must be true or false."),
        (
            '[warnings.rescue]\nbell = "elswhere"',
            "warnings.rescue.bell",
            "can't be 'elswhere'. Did you mean elsewhere?",
        ),
        ('sound = "play it"', "sound", "It must be a list of texts in quotes."),
        ('notify_by = "osc8"', "notify_by", "Did you mean osc9?"),
        ("remind_s = -1", "remind_s", "can't be -1. It must be a whole number from 0 to 3600."),
        ("warnings = true", "warnings", "must be a table: [warnings]"),
        ("[keys]\nclose = 3", "keys.close", "a key or a list of keys"),
        ("zzzz = 1", "zzzz", "Known here: relay, login"),
        ("relay = ", "", "is not TOML"),
    ],
)
def test_a_fault_names_file_key_and_the_way_out(file: Path, text: str, key: str, says: str) -> None:
    file.write_text(text)
    (problem,) = load_settings(file).problems
    assert problem.key == key
    assert says in problem.text
    assert str(problem).startswith(f"{file}: {key}")


def test_a_bad_key_gets_its_default_and_the_others_hold(file: Path) -> None:
    file.write_text('lang = 7\nlogin = "anna"\n[warnings.message]\nbell = "yes"\ndesktop = false\n')
    loaded = load_settings(file)
    assert [problem.key for problem in loaded.problems] == ["lang", "warnings.message.bell"]
    assert loaded.settings.lang == "auto"
    assert loaded.settings.login == "anna"
    assert not loaded.settings.warnings.message.desktop
    assert not loaded.settings.warnings.message.bell, "the default of this very alert, not of alerts in general"


def test_a_file_that_is_not_text_is_a_problem_not_a_crash(file: Path) -> None:
    file.write_bytes(b"\xff\xfe\x00")
    assert [problem.key for problem in load_settings(file).problems] == [""]


def test_a_folder_in_its_place_is_a_problem_not_a_crash(file: Path) -> None:
    file.mkdir()
    assert "can't be read" in load_settings(file).problems[0].text


def test_the_settings_language_is_spoken_from_then_on(file: Path) -> None:
    file.write_text('lang = "ru"\n')
    try:
        load_settings(file, speak=True)
        assert language() == "ru"
    finally:
        set_language("en")


def test_a_change_keeps_comments_order_and_the_other_keys(file: Path) -> None:
    file.write_text(WRITTEN)
    assert save_setting("relay", "https://other.example", file).relay == "https://other.example"
    save_setting("warnings.rescue.bell", True, file)
    save_setting("warnings.rescue.desktop", False, file)
    save_setting("theme", "paper", file)
    text = file.read_text()
    assert 'relay = "https://other.example"   # the new one\n' in text
    assert "bell = true  # the night shift sleeps\n" in text
    assert (
        text.index("# my console")
        < text.index("theme")
        < text.index("[warnings.rescue]")
        < text.index("desktop = false")
    )
    assert load_settings(file).settings.keys == {"take_next": ["f5"]}


def test_a_change_makes_the_file_and_its_folder(tmp_path: Path) -> None:
    file = tmp_path / "new" / "config.toml"
    save_setting("warnings.new_chat.bell", False, file)
    assert not load_settings(file).settings.warnings.new_chat.bell
    assert os.listdir(file.parent) == ["config.toml"]


def test_a_change_keeps_the_files_mode_and_a_link(tmp_path: Path) -> None:
    real, link = tmp_path / "real.toml", tmp_path / "config.toml"
    real.write_text('login = "anna"\n')
    real.chmod(0o600)
    link.symlink_to(real)
    save_setting("login", "boris", link)
    assert link.is_symlink()
    assert 'login = "boris"' in real.read_text()
    assert stat.S_IMODE(real.stat().st_mode) == 0o600


@pytest.mark.parametrize(("key", "value"), [("nothing", "x"), ("lang", "fr"), ("warnings.rescue.bell", "x"), ("", "x")])
def test_what_would_not_be_read_is_not_written(file: Path, key: str, value: str) -> None:
    with pytest.raises(ValueError, match=key or ":"):
        save_setting(key, value, file)
    assert not file.exists()


def test_a_file_that_is_not_toml_is_left_alone(file: Path) -> None:
    file.write_text("relay = ")
    with pytest.raises(ValueError):
        save_setting("login", "anna", file)
    assert file.read_text() == "relay = "


@pytest.mark.parametrize(
    "text",
    [
        "warnings = {rescue = {bell = false}}\n",
        "warnings.rescue.bell = false\n",
        '"warnings" . rescue.bell = false\nlogin = "a"\n',
        'login = """\n[warnings.rescue]\nbell = 1\n"""\n',
        "[ warnings . rescue ] # here\n\n# nothing yet\n",
    ],
)
def test_unusual_ways_of_writing_are_changed_rightly_too(text: str) -> None:
    import tomllib

    before, after = tomllib.loads(text), tomllib.loads(change_text(text, ["warnings", "rescue", "bell"], True))
    before.setdefault("warnings", {}).setdefault("rescue", {})["bell"] = True
    assert after == before


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_any_text_survives_a_change(value: str) -> None:
    import tomllib

    text = change_text(WRITTEN, ["login"], value)
    assert tomllib.loads(text)["login"] == value
    assert tomllib.loads(change_text(text, ["login"], "x"))["login"] == "x"


def test_settings_are_light_at_import() -> None:
    code = (
        "import sys, opconsole.settings; "
        "print([m for m in ('platformdirs', 'tomllib', 'tomli_w', 'gettext', 'difflib', 'textual', 'babel') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_what_a_file_says_is_clean_and_its_faults_too(file: Path) -> None:
    file.write_text('login = "a\\u001b[6nb"\n"x\\u009b" = 1\n[keys]\nhelp = ["\\u202ef1"]\n', "utf-8")
    loaded = load_settings(file)
    assert loaded.settings.login == "a␛[6nb"
    assert loaded.settings.keys == {"help": ["\ufffdf1"]}
    assert all(str(problem).isprintable() for problem in loaded.problems)
    assert loaded.problems


@pytest.mark.parametrize(
    ("text", "names", "left"),
    [
        (WRITTEN, ["lang"], WRITTEN.replace('lang = "ru"\n', "")),
        (WRITTEN, ["warnings", "rescue", "bell"], None),
        (WRITTEN, ["theme"], WRITTEN),
        (
            "warnings.rescue.bell = false  # night\ntheme = 'x'  # kept\n",
            ["warnings", "rescue", "bell"],
            "theme = 'x'  # kept\n",
        ),
        ("warnings = { rescue = { bell = false, screen = true } } # all\n", ["warnings", "rescue", "bell"], None),
    ],
)
def test_a_forgotten_setting_leaves_everything_else(text: str, names: list[str], left: str | None) -> None:
    import tomllib

    out = forget_text(text, names)
    if left is not None:
        assert out == left
    data = tomllib.loads(text)
    table = data
    for name in names[:-1]:
        table = table[name]
    table.pop(names[-1], None)
    found = tomllib.loads(out)
    assert {key: value for key, value in found.items() if value} == {
        key: value for key, value in _without_empty(data).items() if value
    }
    for comment in ("# my console", "# the new one", "# kept", "# all"):
        assert (comment in out) == (comment in text)


def _without_empty(data: dict[str, object]) -> dict[str, object]:
    cleaned = {key: _without_empty(value) if isinstance(value, dict) else value for key, value in data.items()}
    return {key: value for key, value in cleaned.items() if value != {}}


@pytest.mark.parametrize(
    "text",
    [
        "# top\nwarnings = { rescue = { bell = true } }  # inline\ntheme = 'x'  # mine\n",
        "# top\nwarnings.rescue.bell = true  # dotted\n# end\n",
        '# top\n[warnings]\n# in it\nrescue = { bell = true, screen = false }\n[keys]\nclose = [\n  "f5",  # five\n]\n',
    ],
)
def test_comments_stay_however_the_file_is_written(text: str) -> None:
    import tomllib

    out = change_text(text, ["warnings", "rescue", "bell"], False)
    assert tomllib.loads(out)["warnings"]["rescue"]["bell"] is False
    assert [line.partition("#")[2] for line in out.splitlines() if "#" in line] == [
        line.partition("#")[2] for line in text.splitlines() if "#" in line
    ]


@pytest.mark.parametrize(
    ("names", "line"), [(["relay"], 2), (["lang"], 3), (["warnings", "rescue", "bell"], 6), (["theme"], 0)]
)
def test_the_line_of_a_setting_is_found(names: list[str], line: int) -> None:
    assert line_of(WRITTEN, names) == line
