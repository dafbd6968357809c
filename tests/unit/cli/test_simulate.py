"""How `opconsole simulate` reads its arguments and tells what came of it. It is run as a program in `tests/e2e/test_demo.py`."""

import argparse

import pytest

from opconsole.cli import simulate
from opconsole.cli.main import build_parser, run
from opconsole.simulation.crowd import Tally

TALLY = Tally(here=3, visitors=5, chats=4, answered=2, sent=20, stored=19, seen=7, reconnects=1)


def parsed(*arguments: str) -> argparse.Namespace:
    return build_parser("simulate", simulate).parse_args(["simulate", *arguments])


def test_the_relay_may_be_given_before_or_after_the_subcommand() -> None:
    parser = build_parser("simulate", simulate)

    assert parser.parse_args(["--relay", "a:1", "simulate"]).relay == "a:1"
    assert parser.parse_args(["simulate", "--relay", "a:1"]).relay == "a:1"
    assert parser.parse_args(["simulate"]).relay is None


@pytest.mark.parametrize(
    "arguments", [("--visitors", "0"), ("--visitors", "x"), ("--seconds", "0"), ("--pace", "-1"), ("--pace", "nan")]
)
def test_senseless_numbers_are_refused(arguments: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parsed(*arguments)
    assert arguments[0] in capsys.readouterr().err


def test_how_it_goes_is_one_line() -> None:
    assert simulate.line(TALLY) == (
        "3 here, 5 in all · 4 chats, 2 answered · 20 sent, 19 stored, 7 replies seen · 1 reconnects, 0 refused, 0 problems"
    )


def test_the_summary_is_a_column_of_numbers() -> None:
    rows = [line.rsplit(None, 1) for line in simulate.summary(TALLY).splitlines()]

    assert ["messages sent", "20"] in rows
    assert ["lost", "0"] in rows
    assert len({len(line) for line in simulate.summary(TALLY).splitlines()}) == 1


def test_an_address_that_is_none_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--lang", "en", "simulate", "--relay", "ftp://x"]) == 2
    assert "begins with http" in capsys.readouterr().err
