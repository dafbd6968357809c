"""The checker of the runs with crashes can fail: each promise that a log or a journal breaks is found, and nothing else is."""

import ast
import json
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.crashes import checker

Line = dict[str, Any]


class Run:
    """A run that went well: a visitor and an operator in one chat. Tests spoil it."""

    def __init__(self, folder: Path) -> None:
        self.database = folder / "desk.db"
        self.logs = folder / "logs"
        self.logs.mkdir()
        self.records: list[tuple[str, int, int, int, str, Line]] = [
            ("operator_set", 0, 0, 0, "", {"login": "anna"}),
            ("chat_opened", 1, 1, 0, "v:x", {"chat": 1, "n": 1, "cid": "v1"}),
            ("message_said", 1, 2, 1, "v:x", {"n": 2, "p": 1, "text": "hello", "cid": "v1"}),
            ("chat_taken", 1, 3, 0, "o:anna", {"n": 3, "cid": "a1"}),
            ("message_said", 1, 4, 2, "o:anna", {"n": 4, "p": 2, "text": "good day", "cid": "a2"}),
            ("note_added", 1, 5, 0, "o:anna", {"n": 5, "text": "a regular", "cid": "a3"}),
            ("message_said", 1, 6, 3, "v:x", {"n": 6, "p": 3, "text": "my order", "cid": "v2"}),
        ]
        self.visitor: list[Line] = [
            {"said": "v1", "chat": 0, "text": "hello"},
            {"done": "v1", "chat": 1, "n": 1},
            {"saw": 1, "n": 1, "by": "visitor", "text": "hello"},
            {"saw": 1, "n": 2, "by": "operator", "text": "good day"},
            {"said": "v2", "chat": 0, "text": "my order"},
            {"saw": 1, "n": 3, "by": "visitor", "text": "my order"},
            {"done": "v2", "chat": 1, "n": 3},
            {"synced": 1, "head": 7, "entries": [
                {"n": 1, "by": "visitor", "text": "hello"},
                {"n": 2, "by": "operator", "text": "good day"},
                {"n": 3, "by": "visitor", "text": "my order"},
            ]},
        ]  # fmt: skip
        self.anna: list[Line] = [
            {"started": True, "outbox": [], "drafts": {}},
            {"done": "a1", "chat": 1, "n": 3},
            {"saw": 1, "n": 1, "by": "visitor", "text": ""},
            {"saw": 1, "n": 2, "by": "visitor", "text": "hello"},
            {"saw": 1, "n": 3, "by": "anna", "text": "taken"},
            {"said": "a2", "chat": 1, "text": "good day"},
            {"killed": True, "outbox": [{"id": "a2", "chat": 1, "text": "good day"}], "drafts": {"1": "half a"}},
            {"started": True, "outbox": ["a2"], "drafts": {"1": "half a"}},
            {"done": "a2", "chat": 1, "n": 4},
            {"saw": 1, "n": 4, "by": "anna", "text": "good day"},
            {"said": "a3", "chat": 1, "text": "a regular"},
            {"done": "a3", "chat": 1, "n": 5},
            {"saw": 1, "n": 5, "by": "anna", "text": "a regular"},
            {"saw": 1, "n": 6, "by": "visitor", "text": "my order"},
            {"ended": True, "head": 7, "holds": [1]},
        ]

    def judged(self) -> list[str]:
        with closing(sqlite3.connect(self.database, isolation_level=None)) as db:
            db.execute("CREATE TABLE journal (seq, kind, chat, n, p, actor, body)")
            for seq, (kind, chat, n, p, actor, body) in enumerate(self.records, 1):
                db.execute(
                    "INSERT INTO journal VALUES (?,?,?,?,?,?,?)", (seq, kind, chat, n, p, actor, json.dumps(body))
                )
        for name, lines in (("visitor-1", self.visitor), ("anna", self.anna)):
            (self.logs / f"{name}.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines))
        return checker.judge(self.database, self.logs)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return Run(tmp_path)


def test_a_run_that_went_well_is_let_pass(run: Run) -> None:
    assert run.judged() == []


def _lost(run: Run) -> None:
    del run.records[6]


def _lost_but_shown(run: Run) -> None:
    run.records[4] = ("chat_snoozed", 1, 4, 2, "o:anna", {"n": 4})


def _doubled(run: Run) -> None:
    run.records.append(("message_said", 1, 7, 4, "v:x", {"n": 7, "p": 4, "text": "hello", "cid": "v1"}))


def _taken_twice(run: Run) -> None:
    run.records.append(("chat_taken", 1, 7, 0, "o:anna", {"n": 7, "cid": "a1"}))


def _other_text(run: Run) -> None:
    run.records[2][5]["text"] = "hallo"


def _other_number(run: Run) -> None:
    run.visitor[1]["n"] = 2


def _swapped(run: Run) -> None:
    run.visitor[2], run.visitor[3] = run.visitor[3], run.visitor[2]


def _gap(run: Run) -> None:
    del run.visitor[3]


def _shown_what_is_not_stored(run: Run) -> None:
    run.visitor.insert(6, {"saw": 1, "n": 4, "by": "operator", "text": "a ghost"})


def _shown_otherwise(run: Run) -> None:
    run.visitor[3]["text"] = "good night"


def _synced_short(run: Run) -> None:
    run.visitor[7]["entries"].pop()


def _end_is_lacking(run: Run) -> None:
    del run.anna[13]


def _never_answered(run: Run) -> None:
    del run.visitor[5:7]


def _answered_twice(run: Run) -> None:
    run.visitor.insert(2, {"done": "v1", "chat": 1, "n": 3})


def _refused_and_stored(run: Run) -> None:
    run.visitor[1] = {"refused": "v1", "code": "busy"}


def _said_in_another_order(run: Run) -> None:
    run.visitor.insert(0, run.visitor.pop(4))


def _outbox_not_back(run: Run) -> None:
    run.anna[7]["outbox"] = []


def _drafts_not_back(run: Run) -> None:
    run.anna[7]["drafts"] = {}


def _did_not_come_back(run: Run) -> None:
    del run.anna[7]


def _kept_but_never_sent(run: Run) -> None:
    run.anna[6]["outbox"].append({"id": "a9", "chat": 1, "text": "later"})
    run.anna[7]["outbox"].append("a9")


def _hole_in_the_journal(run: Run) -> None:
    run.records[5] = ("operator_set", 0, 0, 0, "", {})


def _strange_line(run: Run) -> None:
    run.anna.append({"dance": 1})


def _nothing_stored(run: Run) -> None:
    run.visitor, run.anna = [], []


@pytest.mark.parametrize(
    ("spoil", "found"),
    [
        (_lost, "visitor-1: message v2 was told to be stored, and is not"),
        (_lost_but_shown, "anna: message a2 was told to be stored, and is not"),
        (_doubled, "command v1 happened more than once: records [2, 3, 8]"),
        (_taken_twice, "command a1 happened more than once: records [4, 8]"),
        (_other_text, "visitor-1: message v1 was 'hello', and is stored as 'hallo'"),
        (_other_number, "visitor-1: message v1 was told to be 1/2, and is 1/1"),
        (_swapped, "visitor-1: was shown 1/1 after 1/2"),
        (_gap, "visitor-1: was shown 1/3 after 1/1"),
        (_shown_what_is_not_stored, "visitor-1: was shown 1/4, which is not stored"),
        (_shown_otherwise, "visitor-1: was shown 1/2 as 'good night', stored is 'good day' by o:anna"),
        (_synced_short, "visitor-1: was synced chat 1 without [6]"),
        (_end_is_lacking, "anna: lacks [6] of chat 1 in its hands"),
        (_never_answered, "visitor-1: message v2 was never answered, nor was it shown"),
        (_answered_twice, "visitor-1: command v1 was answered ('done', 1, 1) and ('done', 1, 3)"),
        (_refused_and_stored, "visitor-1: message v1 was refused, and is stored"),
        (_said_in_another_order, "visitor-1: message v1 was said after v2, and stands before it"),
        (_outbox_not_back, "anna: came back with the outbox [], on the disk was ['a2']"),
        (_drafts_not_back, "anna: came back with the drafts {}, on the disk was {'1': 'half a'}"),
        (_did_not_come_back, "anna: was killed, and did not come back"),
        (_kept_but_never_sent, "anna: message a9 was never answered, nor was it shown"),
        (_hole_in_the_journal, "the journal numbers the entries of chat 1 [1, 2, 3, 4, 6]"),
        (_strange_line, "anna: wrote a line that means nothing: {'dance': 1}"),
        (_nothing_stored, "nobody was ever told that a message is stored: there was nothing to judge"),
    ],
    ids=lambda value: value.__name__.strip("_") if callable(value) else "",
)
def test_what_is_broken_is_found(run: Run, spoil: Callable[[Run], None], found: str) -> None:
    spoil(run)
    assert found in run.judged()


def test_who_was_shown_its_message_needs_no_answer(run: Run) -> None:
    """The answer died with the relay; the sync after it brought the message, so it is not sent again."""
    del run.anna[8]
    assert run.judged() == []


def test_a_line_that_a_killed_client_left_half_is_passed_over(run: Run) -> None:
    assert run.judged() == []
    with (run.logs / "anna.jsonl").open("a") as log:
        log.write('\n{"said": "a7", "cha\n{"saw": 1, "n": 7, "by": "anna", "text": "?"}\n')
    assert checker.judge(run.database, run.logs) == ["anna: was shown 1/7, which is not stored"]


def test_no_logs_are_no_proof(tmp_path: Path) -> None:
    run = Run(tmp_path)
    run.judged()
    (tmp_path / "empty").mkdir()
    assert checker.judge(run.database, tmp_path / "empty") == [f"there is no log in {tmp_path / 'empty'}"]


def test_the_checker_shares_no_code_with_what_it_judges() -> None:
    tree = ast.parse(Path(checker.__file__).read_text("utf-8"))
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        for name in (
            [each.name for each in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert imported <= sys.stdlib_module_names
