"""Sets of keys for hands that know another program: `keymap = "vim"` in the settings. Data only.

A preset changes keys of actions, and says which plain keys move in the lists and in the conversation, and which edit in the composer. Own
keys (`[keys]`) come before it. A key with a space is a chord: `ctrl+x b` is Ctrl+X, then B.
"""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct


class Preset(Struct, frozen=True):
    keys: Mapping[str, tuple[str, ...]] = {}
    """Of actions, in place of their default ones."""
    places: Mapping[str, str] = {}
    """In lists and in the conversation, where nothing is typed: the key, and a motion (`MOTIONS`) or an action."""
    editing: Mapping[str, str] = {}
    """In the composer: the key, and Textual's action of a text area."""
    leave_to_talk: bool = False
    """Escape in the composer goes to the conversation, when there is nothing else to end."""


MOTIONS: Final = (
    "down", "up", "half_down", "half_up", "page_down", "page_up", "top", "bottom", "open", "write", "more_down", "more_up",
)  # fmt: skip
FLOOR_MOTIONS: Final = tuple(each for each in MOTIONS if each != "write")
"""On the supervisor's floor nothing is written."""

_VIM: Final = Preset(
    keys={f"send_{number}": () for number in range(1, 10)},  # Esc and X, typed quickly, is Alt+X to many a tmux: nothing goes out by it
    places={
        "j": "down", "k": "up", "ctrl+d": "half_down", "ctrl+u": "half_up", "ctrl+f": "page_down", "ctrl+b": "page_up",
        "g": "top", "G": "bottom", "J": "more_down", "K": "more_up", "l": "open", "o": "open", "i": "write", "a": "write",
        "y": "copy_marked", "backslash": "leader",
    },
    leave_to_talk=True,
)  # fmt: skip

_EMACS: Final = Preset(
    keys={
        "take_next": ("f2",),
        "commands": ("f10",),
        "retry_link": ("f12",),
        "switcher": ("ctrl+x b",),
        "command_line": ("alt+x", "alt+semicolon"),
        "send_2": (),
        "close": ("f9", "ctrl+x k"),
        "lists": ("f7", "ctrl+l", "ctrl+x o"),
        "quit": ("ctrl+q", "ctrl+x ctrl+c"),
        "external_editor": ("ctrl+x ctrl+e",),
    },
    places={
        "ctrl+n": "down", "ctrl+p": "up", "ctrl+v": "page_down", "alt+v": "page_up",
        "alt+less_than_sign": "top", "alt+greater_than_sign": "bottom",
    },
    editing={
        "ctrl+n": "cursor_down", "ctrl+p": "cursor_up", "ctrl+f": "cursor_right", "ctrl+b": "cursor_left",
        "alt+f": "cursor_word_right", "alt+b": "cursor_word_left", "ctrl+d": "delete_right",
        "alt+d": "delete_word_right", "ctrl+k": "delete_to_end_of_line_or_delete_line", "alt+backspace": "delete_word_left",
        "ctrl+y": "paste", "ctrl+underscore": "undo",
    },
)  # fmt: skip

PRESETS: Final[Mapping[str, Preset]] = {"default": Preset(), "vim": _VIM, "emacs": _EMACS}
"""By the names that the setting `keymap` may have."""
