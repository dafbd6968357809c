"""The keys of the hot list, my marks and undo as terminals send them: legacy and the kitty protocol, in both layouts."""

import pytest

from opconsole.terminal.keyboard import Keyboard
from opconsole.ui.actions import Keymap

SENT = {
    "to_rescue": ["\x1ba", "\x1bф", "\x1b[1092::97;3u", "\x1b[15~"],
    "back": ["\x1b0", "\x1b[48;3u", "\x1b[27;3;48~"],
    "flag": ["\x1bp", "\x1bз", "\x1b[112;3u", "\x1b[1079::112;3u", "\x1b[1079;3u"],
    "read_all": ["\x1b-", "\x1b[45;3u", "\x1b[27;3;45~"],
    "undo": ["\x1b\\", "\x1b[92;3u", "\x1b[27;3;92~"],
}


@pytest.mark.parametrize(("action", "sent"), [(action, sent) for action, each in SENT.items() for sent in each])
def test_bytes_are_the_action(action: str, sent: str) -> None:
    (key,) = Keyboard().feed(sent)
    assert Keymap().action(getattr(key, "key", "")) == action
