"""Refusals are sentences."""

import ast
import re
from pathlib import Path

import pytest

import server_stub.desk
from server_stub.desk.refusals import TEXTS, refuse

DESK = Path(server_stub.desk.__file__).parent
CALLS = [
    node
    for path in DESK.rglob("*.py")
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "refuse"
]


@pytest.mark.parametrize("code", TEXTS)
def test_every_refusal_is_one_or_more_whole_sentences(code: str) -> None:
    assert re.fullmatch(r"[A-Z{].*[.]", TEXTS[code])
    assert re.fullmatch(r"[a-z_]+", code)


def test_a_refusal_needs_its_facts() -> None:
    with pytest.raises(KeyError):
        refuse("limit", held=3)


def test_every_refusal_that_is_given_is_in_the_table_with_all_its_facts() -> None:
    assert len(CALLS) > 30
    for call in CALLS:
        codes = [str(node.value) for node in ast.walk(call.args[0]) if isinstance(node, ast.Constant)]
        given = {keyword.arg for keyword in call.keywords}
        for code in codes:
            if code in TEXTS:
                assert set(re.findall(r"{(\w+)", TEXTS[code])) <= given, code
        assert any(code in TEXTS for code in codes), ast.dump(call)
