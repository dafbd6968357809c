"""What is typed after `:set KEY`, by the kind of the setting."""

import pytest

from opconsole.settings import Settings
from opconsole.settings.described import described
from opconsole.ui.look_acts import typed_choices, typed_value

KNOWN = {setting.key: setting for setting in described(Settings())}


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("warnings.rescue.bell", "off", False),
        ("warnings.rescue.bell", "да", True),
        ("warnings.rescue.bell", "loud", None),
        ("keymap", "vim", "vim"),
        ("keymap", "vi", None),
        ("send_delay_s", "3", 3),
        ("login", "anna", "anna"),
    ],
)
def test_a_typed_value(key: str, text: str, value: object) -> None:
    assert typed_value(KNOWN[key], text) == value


def test_every_offered_value_is_taken() -> None:
    for setting in KNOWN.values():
        for choice in typed_choices(setting):
            assert typed_value(setting, choice) is not None
