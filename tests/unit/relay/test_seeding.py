"""The starter templates, as commands of the desk."""

from pathlib import Path

import pytest

from opconsole.wire import limits
from opconsole.wire.codec import decode_staff_up, encode
from server_stub.desk.actors import DESK
from server_stub.desk.decide import decide
from server_stub.desk.evolve import apply
from server_stub.desk.model import State
from server_stub.desk.outcome import Decision
from server_stub.seeding import starter_templates


def test_every_packaged_template_is_one_that_the_desk_takes() -> None:
    state = State()
    starters = starter_templates()
    assert len(starters) >= 10
    for starter in starters:
        outcome = decide(state, DESK, starter, 1_000)
        assert isinstance(outcome, Decision), f"{starter.code}: {outcome}"
        apply(state, DESK, outcome, 1_000)
    assert len(state.templates) == len(starters)
    assert all(template.owner == "" for template in state.templates.values())


def test_their_ids_are_fit_for_a_console_to_edit_them() -> None:
    starters = starter_templates()
    assert len({starter.template for starter in starters}) == len(starters)
    for starter in starters:
        assert decode_staff_up(encode(starter)) == starter
        assert len(starter.template) <= limits.ID_CHARS


def test_there_may_be_none(tmp_path: Path) -> None:
    assert starter_templates(tmp_path / "absent.toml") == []


def test_an_unknown_key_is_a_mistake(tmp_path: Path) -> None:
    path = tmp_path / "templates.toml"
    path.write_text('[[template]]\ncode = "a"\ntext = "b"\ncolour = "red"\n')
    with pytest.raises(ValueError, match="colour"):
        starter_templates(path)
