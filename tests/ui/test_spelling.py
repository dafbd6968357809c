"""Spelling marks in the composer, with hunspell itself and two small dictionaries."""

from pathlib import Path

import pytest

from opconsole.settings import Settings, data_dir, load_settings
from tests.ui.conftest import Bench, Open
from tests.unit.spelling import small_dictionaries

ON = Settings(theme="dusk")


@pytest.fixture(autouse=True)
def dictionaries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("opconsole.ui.spelling.REST_S", 0.01)
    small_dictionaries.write(data_dir() / "dictionaries", "en_US", "ru_RU")


def marked(bench: Bench) -> list[str]:
    """The words that are underlined on the screen."""
    composer = bench.app.workspace.composer
    strips = composer.render_lines(composer.size.region)
    return [text for strip in strips for text, style, _ in strip if style is not None and style.underline]


async def test_misspelt_words_of_both_languages_are_underlined(open_console: Open) -> None:
    async with open_console(shown=11, settings=ON) as bench:
        await bench.type("Hello wrld, првет заказ")
        await bench.until(lambda: marked(bench) == ["wrld", "првет"], "they are marked")
        assert "No misspelt" not in bench.screen


async def test_the_word_that_is_being_typed_is_not_marked_before_the_typing_rests(
    open_console: Open,
) -> None:
    async with open_console(shown=11, settings=ON) as bench:
        await bench.type("wrld")
        await bench.until(lambda: marked(bench) == ["wrld"], "the typing rested")
        await bench.type(" wrld")
        bench.app.controllers.composing.spelling._typing = True
        bench.app.workspace.composer.marks_changed()
        assert marked(bench) == ["wrld"], "of the two only the first"


async def test_a_suggestion_takes_the_words_place(open_console: Open) -> None:
    async with open_console(shown=11, settings=ON) as bench:
        await bench.type("Hello wrld again")
        bench.app.workspace.action_run("spelling_suggest")
        await bench.until(lambda: "Instead of “again”" in bench.screen, "the suggestions")
        await bench.press("escape")
        bench.app.workspace.composer.move_cursor((0, 8))
        bench.app.workspace.action_run("spelling_suggest")
        await bench.until(lambda: "Instead of “wrld”" in bench.screen, "the suggestions")
        await bench.press("enter")
        assert bench.composed == "Hello world again"


async def test_an_own_word_is_kept_and_not_marked_any_more(open_console: Open) -> None:
    async with open_console(shown=11, settings=ON) as bench:
        await bench.type("opconsole")
        bench.app.workspace.action_run("spelling_add")
        await bench.until(lambda: "“opconsole” is in your dictionary now." in bench.toasts, "it is told")
        assert marked(bench) == []
        assert (data_dir() / "my-words.txt").read_text() == "opconsole\n"


async def test_a_missing_dictionary_is_told_once_with_the_way_to_get_it(open_console: Open) -> None:
    for name in ("ru_RU.aff", "ru_RU.dic"):
        (data_dir() / "dictionaries" / name).unlink()
    async with open_console(shown=11, settings=ON) as bench:
        if bench.app.controllers.composing.spelling._speller is None and Path("/usr/share/hunspell/ru_RU.dic").exists():
            pytest.skip("this machine has a Russian dictionary")
        await bench.type("првет ")
        told = "No Russian dictionary for spelling marks: install hunspell-ru"
        await bench.until(lambda: any(told in text for text in bench.toasts), "it is told")
        await bench.type("заказ ")
        await bench.pilot.pause(0.1)
        assert sum(told in text for text in bench.toasts) == 1
        assert str(data_dir()) not in " ".join(bench.toasts), "that folder is gone with the console"
        assert marked(bench) == []


async def test_the_folder_for_dictionaries_is_told_where_it_stays(
    open_console: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", "/elsewhere")
    for name in ("ru_RU.aff", "ru_RU.dic"):
        (data_dir() / "dictionaries" / name).unlink()
    async with open_console(shown=11, settings=ON) as bench:
        if Path("/usr/share/hunspell/ru_RU.dic").exists():
            pytest.skip("this machine has a Russian dictionary")
        await bench.type("првет ")
        place = f"Or put ru_RU.aff and ru_RU.dic into {data_dir() / 'dictionaries'}."
        await bench.until(lambda: any(place in text for text in bench.toasts), "it is told")


async def test_it_is_off_by_a_setting_and_then_no_process_is_there(open_console: Open) -> None:
    async with open_console(shown=11, settings=ON) as bench:
        await bench.type("wrld ")
        await bench.until(lambda: marked(bench) == ["wrld"], "it is marked")
        bench.app.workspace.action_run("spelling")
        await bench.pilot.pause()
        assert marked(bench) == []
        assert load_settings().settings.spelling is False
        speller = bench.app.controllers.composing.spelling._speller
        assert speller is not None
        await bench.until(lambda: speller._process is None, "the process has ended")


async def test_that_there_is_nothing_to_spell_with_is_told_once(
    open_console: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("opconsole.spelling.dictionaries.has_binding", lambda: False)
    told = "No spelling marks: hunspell is missing (pip install chunspell)."
    async with open_console(shown=11, settings=ON) as bench:
        await bench.type("helo ")
        await bench.until(lambda: told in bench.toasts, "it is told")
        await bench.type("agan ")
        assert bench.toasts.count(told) == 1
