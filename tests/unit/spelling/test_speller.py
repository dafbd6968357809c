"""The process that spells: two languages at once, what it does not answer, and its end."""

import os
import sys
from pathlib import Path

import pytest

from opconsole.spelling.dictionaries import folders, found_in, has_binding
from opconsole.spelling.own_words import OwnWords
from opconsole.spelling.speller import Speller, in_one_script
from opconsole.spelling.words import Script, Word, words_of
from tests.unit.spelling import small_dictionaries


@pytest.fixture
def place(tmp_path: Path) -> Path:
    small_dictionaries.write(tmp_path, "en_US", "ru_RU")
    return tmp_path


def wrong(speller: Speller, text: str) -> list[str]:
    return [word.text for word in words_of(text) if speller.is_wrong(word)]


async def test_both_languages_are_checked_in_one_text_and_suggestions_made(place: Path) -> None:
    speller = Speller(found_in([place]))
    text = "Hello wrld, Првет: заказ, Mосква"
    assert wrong(speller, text) == ["Mосква"], "nothing has been asked yet"
    assert await speller.learn(words_of(text))
    assert wrong(speller, text) == ["wrld", "Првет", "Mосква"]
    assert "world" in await speller.suggest(words_of("wrld")[0])
    assert "Привет" in await speller.suggest(words_of("Првет")[0])
    process = speller._process
    assert process is not None
    await speller.close()
    assert process.returncode is not None


async def test_a_language_without_a_dictionary_has_no_misspelt_words(tmp_path: Path) -> None:
    small_dictionaries.write(tmp_path, "en_US")
    speller = Speller(found_in([tmp_path]))
    assert await speller.learn(words_of("првет wrld 'ёжик"))
    assert wrong(speller, "првет wrld") == ["wrld"]
    assert speller.scripts() == {Script.latin}
    await speller.close()


async def test_letters_that_the_dictionarys_encoding_lacks_are_not_called_wrong(place: Path) -> None:
    speller = Speller(found_in([place]))
    assert await speller.learn(words_of("ґєїљ"))
    assert wrong(speller, "ґєїљ") == []
    await speller.close()


@pytest.mark.parametrize(
    "program",
    ["raise SystemExit", "print('nonsense', flush=True); input()", "import threading; threading.Event().wait(60)"],
)
async def test_a_process_that_does_not_answer_is_given_up_on(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    monkeypatch.setattr("opconsole.spelling.speller.PATIENCE_S", 0.2)
    speller = Speller({Script.latin: Path("x")}, (sys.executable, "-S", "-c", program))
    word = Word(0, 5, "hello", Script.latin)
    assert not await speller.learn([word])
    assert not speller.is_wrong(word)
    assert await speller.suggest(word) == []
    assert speller._process is None


async def test_a_killed_process_is_started_anew(place: Path) -> None:
    speller = Speller(found_in([place]))
    await speller.learn(words_of("hello"))
    process = speller._process
    assert process is not None
    process.kill()
    await process.wait()
    assert not await speller.learn(words_of("wrld"))
    assert await speller.learn(words_of("wrld"))
    assert wrong(speller, "wrld") == ["wrld"]
    await speller.close()


def test_dictionaries_are_found_in_order_and_only_whole(tmp_path: Path) -> None:
    own, system = tmp_path / "own", tmp_path / "system"
    small_dictionaries.write(own, "en_GB")
    small_dictionaries.write(system, "en_US", "ru_RU")
    (own / "ru_RU.aff").write_text("SET UTF-8\n")
    assert found_in([own, system, tmp_path / "none"]) == {
        Script.latin: own / "en_GB", Script.cyrillic: system / "ru_RU",
    }  # fmt: skip
    assert folders(own, {"DICPATH": f"/a{os.pathsep}/b"})[:3] == [own, Path("/a"), Path("/b")]


def test_english_comes_with_the_binding() -> None:
    assert has_binding()
    assert Script.latin in found_in(folders(Path("none"), {}))


def test_a_word_of_two_scripts_is_put_into_one() -> None:
    assert in_one_script("Mосква") == ["Москва"]
    assert in_one_script("сode") == ["code"]
    assert in_one_script("qя") == []


def test_own_words_are_a_file_that_people_can_edit(tmp_path: Path) -> None:
    own = OwnWords(tmp_path / "sub" / "words.txt")
    own.load()
    own.add("opconsole")
    own.add("opconsole")
    assert own.file.read_text() == "opconsole\n"
    own.file.write_text("# mine\nчайник\n\nopconsole\n" + "x" * 100 + "\n")
    again = OwnWords(own.file)
    again.load()
    assert "opconsole" in again
    assert "Opconsole" in again
    assert "# mine" not in again
    assert "x" * 100 not in again
