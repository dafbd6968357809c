"""The registry: no key twice, every Alt key has a second way, every action is carried out by somebody."""

import re
from pathlib import Path

import pytest
from textual.widgets import TextArea

from opconsole.ui.actions import ACTIONS, BY_ID, LEADER, Conflict, Keymap, allowed, key_words
from opconsole.ui.app import Console
from opconsole.ui.widgets.composer import Composer
from opconsole.wire.cards import Role
from tests.ui.fake_relay import FakeRelay, console

TAKEN_BY_TERMINALS = {"ctrl+i", "ctrl+m", "ctrl+h", "ctrl+j", "ctrl+left_square_bracket"}
FOR_EDITING = {"ctrl+a", "ctrl+w", "ctrl+u", "ctrl+z", "ctrl+y", "ctrl+c", "ctrl+v"}
"""Ctrl+X is none of them: with a selection it cuts, without one it opens the editor (`ui/editing.py`). Nor is Ctrl+E, the end of the
line: End goes there too, and the search is wanted more."""


def test_no_key_belongs_to_two_actions() -> None:
    assert Keymap().conflicts == ()


def test_ids_are_unique() -> None:
    assert len(BY_ID) == len(ACTIONS)


def test_no_action_takes_a_key_that_terminals_use_for_another() -> None:
    keys = {key for action in ACTIONS for key in action.keys}
    assert not keys & TAKEN_BY_TERMINALS
    assert not keys & FOR_EDITING


def test_every_alt_key_has_a_second_way() -> None:
    keymap = Keymap()
    assert keymap.action(LEADER) == "leader"
    for action in ACTIONS:
        for key in action.keys:
            if key.startswith("alt+"):
                assert keymap.after_leader(key.removeprefix("alt+")) == action.id


def test_keys_that_the_composer_needs_are_left_to_it() -> None:
    ours = {key for action in ACTIONS for key in action.keys}
    plain = {
        key
        for binding in [*TextArea.BINDINGS, *Composer.BINDINGS]
        for key in str(getattr(binding, "key", "")).split(",")
        if re.fullmatch(r"up|down|left|right|home|end|enter|tab|backspace|delete|shift\+\w+|ctrl\+(left|right)", key)
    }
    assert plain
    assert not ours & plain


def test_own_keys_replace_the_default_ones_and_conflicts_are_told() -> None:
    keymap = Keymap({"close": ["f2"], "fly": ["f3"], "help": []})
    assert keymap.action("f2") == "close"
    assert keymap.keys("take_next") == ("ctrl+n",)
    assert keymap.conflicts == (Conflict("f2", "close", "take_next"),)
    assert keymap.unknown == ("fly",)
    assert keymap.keys("help") == ()


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("ctrl+n", "Ctrl+N"),
        ("f10", "F10"),
        ("alt+comma", "Alt+,"),
        ("pageup", "PgUp"),
        ("ctrl+end", "Ctrl+End"),
        ("alt+backslash", "Alt+\\"),
    ],
)
def test_keys_are_written_for_people(key: str, words: str) -> None:
    assert key_words(key) == words


def test_roles_include_those_below() -> None:
    action = BY_ID["close"]
    assert all(allowed(action, role) for role in Role)


def test_every_action_is_carried_out_and_nothing_else_is(tmp_path: Path) -> None:
    app: Console = console(FakeRelay(), tmp_path)
    assert set(app.workspace.handlers) == set(BY_ID)


def test_every_action_of_the_key_bar_has_a_short_name() -> None:
    from opconsole.ui.widgets.key_bar import _MOST_NEEDED

    assert all(BY_ID[name].short and BY_ID[name].keys for name in _MOST_NEEDED)
