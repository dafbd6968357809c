"""The settings screen: every setting, where its value comes from, changed in place; and themes that are shown before they are taken."""

from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from opconsole.settings import Settings, load_settings
from opconsole.settings.described import described
from opconsole.ui.preferences import Preferences
from opconsole.ui.screens.settings import SettingsScreen
from tests.ui.conftest import Bench, Open


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("OPCONSOLE_HOME", str(tmp_path))
    file = tmp_path / "config" / "config.toml"
    file.parent.mkdir(exist_ok=True)
    file.write_text('# mine\nlogin = "anna"  # short for Annabel\n')
    return file


async def opened(bench: Bench) -> SettingsScreen:
    bench.app.workspace.action_run("settings")
    await bench.pilot.pause()
    screen = bench.app.screen
    assert isinstance(screen, SettingsScreen)
    return screen


def point(screen: SettingsScreen, key: str) -> None:
    screen.rows.move_to(screen.rows.index_of(key))


async def test_every_setting_is_there_and_a_switch_is_turned_in_the_file(open_console: Open, config: Path) -> None:
    async with open_console() as bench:
        screen = await opened(bench)
        assert [each.key for each in screen.rows.settings] == [each.key for each in described(Settings())]
        point(screen, "warnings.rescue.bell")
        await bench.press("enter")
        assert load_settings().settings.warnings.rescue.bell is False
        assert bench.app.controllers.preferences.settings.warnings.rescue.bell is False
        assert "config.toml:5" in bench.screen
        assert config.read_text().startswith('# mine\nlogin = "anna"  # short for Annabel\n')
        await bench.press("delete")
        assert load_settings().settings.warnings.rescue.bell is True
        assert config.read_text().strip() == '# mine\nlogin = "anna"  # short for Annabel'
        await bench.press("escape")
        assert bench.app.screen is bench.app.workspace


async def test_a_wrong_value_is_said_while_it_is_typed_and_not_kept(open_console: Open, config: Path) -> None:
    async with open_console() as bench:
        screen = await opened(bench)
        point(screen, "relay")
        await bench.press("enter")
        await bench.type("ftp://x")
        assert "✗ The relay's address begins with http:// or https://" in bench.screen
        await bench.press("enter")
        assert load_settings().settings.relay == ""
        for _ in "ftp://x":
            await bench.press("backspace")
        await bench.type("desk.example")
        assert "✗" not in bench.screen.split("Settings")[1]
        await bench.press("enter")
        assert load_settings().settings.relay == "desk.example"
        assert "From the next start on." in bench.screen


async def test_a_choice_is_turned_both_ways_and_the_language_changes_at_once(open_console: Open, config: Path) -> None:
    async with open_console() as bench:
        screen = await opened(bench)
        point(screen, "lang")
        await bench.press("left")
        assert load_settings().settings.lang == "ru"
        assert "Настройки" in bench.screen
        await bench.press("right")
        assert load_settings().settings.lang == "auto"


async def test_themes_are_shown_as_the_cursor_moves_and_escape_brings_the_old_one_back(
    open_console: Open, config: Path
) -> None:
    async with open_console(shown=11) as bench:
        before = bench.app.view.inks.palette.name
        bench.app.workspace.action_run("theme")
        await bench.pilot.pause()
        assert bench.app.view.inks.palette.name == before, "the list begins with the one that is on"
        await bench.press("down")
        shown = bench.app.view.inks.palette.name
        assert shown != before
        assert bench.app.theme == shown
        await bench.press("escape")
        assert bench.app.view.inks.palette.name == before == bench.app.theme
        assert "theme" not in config.read_text()


async def test_a_theme_that_is_taken_is_kept(open_console: Open, config: Path) -> None:
    async with open_console(shown=11) as bench:
        screen = await opened(bench)
        point(screen, "theme")
        await bench.press("enter")
        await bench.pilot.pause()
        await bench.press("down", "enter")
        taken = bench.app.view.inks.palette.name
        assert load_settings().settings.theme == taken
        assert taken in bench.screen


async def test_a_file_that_is_no_toml_is_told_and_not_touched(open_console: Open, config: Path) -> None:
    config.write_text("relay = \n")
    async with open_console() as bench:
        screen = await opened(bench)
        point(screen, "warnings.message.desktop")
        await bench.press("enter")
        assert "✗ The setting could not be kept" in bench.screen
        assert config.read_text() == "relay = \n"


async def test_reduced_motion_moves_countdowns_in_steps(open_console: Open, config: Path) -> None:
    async with open_console(shown=11) as bench:
        screen = await opened(bench)
        point(screen, "motion")
        await bench.press("enter", "escape")
        assert bench.app.animation_level == "none"
        ticks: list[int] = []
        bench.app.workspace.tick = lambda: ticks.append(1)  # type: ignore[method-assign]
        for _ in range(20):
            bench.app.beat()
        assert len(ticks) == 2


# ---------------------------------------------------------------- where a value comes from


def test_each_value_says_where_it_comes_from(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(
        '# mine\ntheme = "dark"\n\n[warnings.rescue]\nbell = false\n\n[warnings]\nmessage = { bell = true }\n\n[keys]\nclose = "f5"\n'
    )
    given = {"relay": "--relay=https://x.example"}
    rows = {
        each.key: each
        for each in described(load_settings(file).settings, file=file, given=given, environment={"LANG": "ru_RU.UTF-8"})
    }
    where = {key: each.source.where for key, each in rows.items() if each.source.kind != "default"}
    assert where == {
        "relay": "--relay",
        "theme": "config.toml:2",
        "lang": "LANG=ru_RU.UTF-8",
        "warnings.rescue.bell": "config.toml:5",
        "warnings.message.screen": "config.toml:8",
        "warnings.message.bell": "config.toml:8",
        "warnings.message.desktop": "config.toml:8",
        "warnings.message.title": "config.toml:8",
        "warnings.message.sound": "config.toml:8",
        "keys": "config.toml:10",
    }
    assert rows["relay"].value == "https://x.example"


def test_every_setting_has_a_name_and_a_sentence() -> None:
    """A new setting gets its two lines in `opconsole/settings/described.py`."""
    assert [each.key for each in described(Settings()) if not each.help or each.title == each.key] == []


@pytest.mark.parametrize(("lang", "size"), [("en", (80, 24)), ("ru", (120, 36))])
async def test_how_the_screen_looks(
    open_console: Open,
    config: Path,
    picture: SnapshotAssertion,
    monkeypatch: pytest.MonkeyPatch,
    lang: str,
    size: tuple[int, int],
) -> None:
    monkeypatch.setattr(Preferences, "file", "~/.config/opconsole/config.toml")
    monkeypatch.setenv("LANG", "C.UTF-8")
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    config.write_text('theme = "dawn"\n\n[warnings.rescue]\nbell = false\n')
    async with open_console(size=size, lang=lang, settings=load_settings().settings) as bench:
        screen = await opened(bench)
        point(screen, "warnings.rescue.bell")
        assert await bench.still() == picture


async def test_what_a_choice_may_be_is_said_in_the_words_of_the_screen(open_console: Open) -> None:
    async with open_console(size=(80, 24)) as bench:
        bench.app.workspace.action_run("settings")
        await bench.until(lambda: "Rescue near: on the screen" in bench.screen, "the whole name of a setting")
        screen = bench.app.screen
        assert isinstance(screen, SettingsScreen)
        screen.rows.move_to(
            next(at for at, each in enumerate(screen.rows.settings) if each.key == "warnings.rescue.bell")
        )
        await bench.until(lambda: "One of: on, off, focused" in " ".join(bench.screen.split()), "what it may be")
