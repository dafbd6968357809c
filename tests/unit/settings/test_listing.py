"""The settings one by one: their values as they are typed, and what each takes."""

import pytest

from opconsole.settings import Settings
from opconsole.settings.listing import PARTS, entries, typed_value

KNOWN = {entry.key: entry for entry in entries(Settings())}


def test_all_that_hold_one_value_are_listed() -> None:
    assert {"theme", "lang", "keymap", "warnings.rescue.bell"} <= set(KNOWN)
    assert "keys" not in KNOWN
    assert "macros" not in KNOWN


def test_every_part_has_a_name_for_people() -> None:
    assert {part for key in KNOWN for part in key.split(".")} <= set(PARTS)


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("warnings.rescue.bell", "off", False),
        ("warnings.rescue.bell", "да", True),
        ("warnings.rescue.bell", "loud", None),
        ("keymap", "vim", "vim"),
        ("keymap", "vi", None),
        ("login", "anna", "anna"),
    ],
)
def test_a_typed_value(key: str, text: str, value: object) -> None:
    assert typed_value(KNOWN[key], text) == value


def test_values_are_said_as_they_are_typed() -> None:
    for entry in KNOWN.values():
        if entry.choices:
            assert typed_value(entry, entry.words) == entry.value
