"""Wrong arguments are told in the operator's language."""

from collections.abc import Iterator

import pytest

from opconsole.cli.main import Parser
from opconsole.locale import set_language

WRONG = {
    "": "не хватает: ЧАТ, --id",
    "1 --id x --odd": "не понято: --odd",
    "1 --id": "--id: нужно значение",
    "one --id x": "ЧАТ не может быть 'one'",
    "1 --id x --lang de": "--lang не может быть 'de'; есть 'en', 'ru'",
    "1 --id x --mine --inbox": "--inbox и --mine исключают друг друга",
}


@pytest.fixture(autouse=True)
def in_russian() -> Iterator[None]:
    set_language("ru")
    yield
    set_language("en")


@pytest.mark.parametrize("line", WRONG)
def test_what_is_wrong_is_said_in_russian(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    parser = Parser(prog="opconsole")
    parser.add_argument("chat", metavar="ЧАТ", type=int)
    parser.add_argument("--id", required=True)
    parser.add_argument("--lang", choices=("en", "ru"))
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--mine", action="store_true")
    which.add_argument("--inbox", action="store_true")
    with pytest.raises(SystemExit):
        parser.parse_args(line.split())
    assert capsys.readouterr().err.startswith(f"opconsole: {WRONG[line]}. ")


def test_a_sentence_that_is_not_known_stays(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        Parser(prog="opconsole").error("something of a later Python")
    assert "something of a later Python" in capsys.readouterr().err


def test_help_is_russian_from_its_first_word_to_its_last() -> None:
    parser = Parser(prog="opconsole")
    parser.add_argument("chat", metavar="ЧАТ", help="его номер")
    lines = parser.format_help().splitlines()
    assert lines[0].startswith("вызов: opconsole")
    assert {"аргументы:", "параметры:"} <= set(lines)
    assert any("показать эту справку и выйти" in line for line in lines)
