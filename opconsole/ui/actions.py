"""The one registry of actions: what an operator can do, and by which keys. From it come the keymap, the help, the key bar and the palette.

Who carries an action out stands elsewhere (`ui/desk.py`, `screens/workspace.py`): by the action's id. Nothing here knows a widget.

The plan of the keys: F-keys and Ctrl+letter first (not I, M, H, J, `[`, which terminals take for others). With Alt the rows of the
keyboard have a meaning each: digits go to chat 1–9, the row Q…O inserts favourite template 1–9, the row Z….  inserts and sends it, the row
A…L acts. **Ctrl+G is Alt for those who have none**: Ctrl+G, then the key, is Alt with that key; so every Alt key has a second way.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

from msgspec import Struct

from opconsole.locale import mark, tr
from opconsole.terminal.layouts import twins
from opconsole.ui.key_names import normal
from opconsole.ui.key_names import words as key_words
from opconsole.ui.presets import PRESETS, Preset
from opconsole.wire.cards import Role

__all__ = ["ACTIONS", "BY_ID", "Action", "Conflict", "Group", "Keymap", "Needs", "allowed", "both_layouts", "key_words"]

LEADER: Final = "ctrl+g"
"""Then the key: as Alt with it."""
INSERT_ROW: Final = ("q", "w", "e", "r", "t", "y", "u", "i", "o")
SEND_ROW: Final = ("z", "x", "c", "v", "b", "n", "m", "comma", "full_stop")


class Group(StrEnum):
    """Where the help lists an action. The value is the heading's message id."""

    CHATS = mark("Chats")
    TALK = mark("Conversation")
    TEMPLATES = mark("Templates")
    SCREEN = mark("Screen")
    LINK = mark("Link and settings")


class Needs(StrEnum):
    """What must be there for an action to make sense now; where it isn't, the operator is told so in a sentence."""

    NOTHING = "nothing"
    SHOWN = "shown"
    """A chat is on the screen."""
    MINE = "mine"
    """The chat on the screen is mine."""
    WAITING = "waiting"
    """A waiting chat is on the screen, or under the inbox's cursor."""


class Action(Struct, frozen=True):
    id: str
    title: str
    """Message id: `tr(action.title, n=action.number)`."""
    group: Group
    keys: tuple[str, ...] = ()
    needs: Needs = Needs.NOTHING
    role: Role = Role.operator
    """The least role that has it."""
    short: str = ""
    """For the key bar (message id); empty: it isn't there."""
    number: int = 0
    """Of a numbered action (chat 3, template 3): which."""

    @property
    def words(self) -> str:
        """Its name in the language in use."""
        return tr(self.title, n=self.number) if self.number else tr(self.title)


def _numbered(stem: str, title: str, group: Group, keys: Iterable[str], needs: Needs = Needs.NOTHING) -> list[Action]:
    return [
        Action(f"{stem}_{number}", title, group, (f"alt+{key}",), needs, number=number)
        for number, key in enumerate(keys, start=1)
    ]


ACTIONS: Final[tuple[Action, ...]] = (
    Action("take_next", mark("Take the next chat"), Group.CHATS, ("f2", "ctrl+n"), short=mark("Take next")),
    Action("take_this", mark("Take this chat"), Group.CHATS, ("f3", "ctrl+o"), Needs.WAITING, short=mark("Take this")),
    Action(
        "to_rescue",
        mark("Go to the chat that needs me most, then to the next"),
        Group.CHATS,
        ("f5", "alt+a"),
        short=mark("Urgent"),
    ),
    Action("back", mark("Go back to where I was"), Group.CHATS, ("alt+0",)),
    Action("next_unread", mark("Go to the next unread chat"), Group.CHATS, ("f6", "ctrl+r"), short=mark("Unread")),
    Action("close", mark("Close the chat"), Group.CHATS, ("f9", "alt+d"), Needs.MINE, short=mark("Close")),
    Action("return", mark("Return the chat to the inbox"), Group.CHATS, ("alt+h",), Needs.MINE),
    Action("transfer", mark("Transfer the chat to a colleague"), Group.CHATS, ("alt+g",), Needs.MINE),
    Action("snooze", mark("Put the chat aside until a time, or wake it"), Group.CHATS, ("shift+f5",), Needs.MINE),
    *_numbered("chat", mark("Go to chat {n}"), Group.CHATS, "123456789"),
    Action("flag", mark("Flag the chat for myself, or take the flag away"), Group.CHATS, ("alt+p",), Needs.SHOWN),
    Action("read_all", mark("Mark all my chats as read"), Group.CHATS, ("alt+minus",)),
    Action("undo", mark("Take back what I did last"), Group.CHATS, ("alt+backslash",)),
    Action("priority", mark("Change the chat's priority"), Group.CHATS, (), Needs.SHOWN),
    Action("mark_chat", mark("Mark a chat in the list, to act on several"), Group.CHATS),
    Action("mark_invert", mark("Turn the marks of the list round"), Group.CHATS),
    Action("mark_none", mark("Take all marks in the lists away"), Group.CHATS),
    Action("note", mark("Write a note (the visitor doesn't see it)"), Group.TALK, ("alt+j",), Needs.SHOWN),
    Action("recall_older", mark("Write again what I sent before"), Group.TALK, ("ctrl+up",), Needs.SHOWN),
    Action("recall_newer", mark("Back towards what I was writing"), Group.TALK, ("ctrl+down",), Needs.SHOWN),
    Action("external_editor", mark("Write in my own editor ($VISUAL, $EDITOR)"), Group.TALK, ("ctrl+x",), Needs.SHOWN),
    Action("attach", mark("Attach a file (:attach PATH)"), Group.TALK, (), Needs.SHOWN),
    Action("attach_clipboard", mark("Attach the picture in the clipboard"), Group.TALK, (), Needs.SHOWN),
    Action("attach_cancel", mark("Cancel the file that is being sent"), Group.TALK, (), Needs.SHOWN),
    Action("open", mark("Open a file or a link of the marked message, or of the chat"), Group.TALK, (), Needs.SHOWN),
    Action("quote", mark("Quote the marked message, or the visitor's last"), Group.TALK, (), Needs.SHOWN),
    Action("take_back", mark("Take back a message that is not sent yet"), Group.TALK, (), Needs.SHOWN),
    Action("spelling_suggest", mark("Suggestions for the misspelt word"), Group.TALK, ("ctrl+space",), Needs.SHOWN),
    Action("spelling_add", mark("Add the misspelt word to my dictionary"), Group.TALK, (), Needs.SHOWN),
    Action("edit_last", mark("Edit my last message, or the marked one"), Group.TALK, (), Needs.SHOWN),
    Action("delete_last", mark("Delete my last message, or the marked one"), Group.TALK, (), Needs.SHOWN),
    Action(
        "history",
        mark("What the marked message was before"),
        Group.TALK,
        (),
        Needs.SHOWN,
        role=Role.supervisor,
    ),
    Action("copy_last", mark("Copy the visitor's last message"), Group.TALK, ("alt+k",), Needs.SHOWN),
    Action("copy_marked", mark("Copy the marked messages"), Group.TALK, ("alt+s",), Needs.SHOWN),
    Action("copy_chat", mark("Copy the whole chat"), Group.TALK, (), Needs.SHOWN),
    Action("save_answer", mark("Save my last answer, or the marked one, as a template"), Group.TALK, (), Needs.SHOWN),
    Action("hint", mark("Take a hint from past answers; again: the next one"), Group.TALK, ("alt+up",), Needs.MINE),
    Action("hint_back", mark("The hint before, or back to my own words"), Group.TALK, ("alt+down",), Needs.MINE),
    Action("copy_chat_markdown", mark("Copy the whole chat as Markdown"), Group.TALK, (), Needs.SHOWN),
    Action("copy_found", mark("Copy a phone, an e-mail or an order number of the chat"), Group.TALK, (), Needs.SHOWN),
    Action("newest", mark("Go to the newest message"), Group.TALK, ("ctrl+end",), Needs.SHOWN),
    Action("oldest", mark("Go to the oldest message"), Group.TALK, ("ctrl+home",), Needs.SHOWN),
    Action("templates", mark("Search the templates"), Group.TEMPLATES, ("f4", "ctrl+t"), short=mark("Templates")),
    Action("manage_templates", mark("Manage the templates"), Group.TEMPLATES),
    Action("checklist", mark("The checklist of the chat"), Group.TEMPLATES, ("alt+equals_sign",), Needs.SHOWN),
    Action("write_checklist", mark("Write the checklist of a department"), Group.TEMPLATES, role=Role.supervisor),
    *_numbered("insert", mark("Insert favourite template {n}"), Group.TEMPLATES, INSERT_ROW, Needs.MINE),
    *_numbered("send", mark("Insert favourite template {n} and send"), Group.TEMPLATES, SEND_ROW, Needs.MINE),
    Action("lists", mark("Go to the lists of chats, and back"), Group.SCREEN, ("f7", "ctrl+l"), short=mark("Lists")),
    Action(
        "search",
        mark("Search everything that was said"),
        Group.SCREEN,
        ("ctrl+e", "alt+apostrophe"),
        short=mark("Search"),
    ),
    Action("visitor", mark("Show or hide the visitor"), Group.SCREEN, ("f8", "alt+f"), short=mark("Visitor")),
    Action(
        "switcher",
        mark("Go to anything: chats, people, commands, templates, settings"),
        Group.SCREEN,
        ("ctrl+k",),
        short=mark("Go to"),
    ),
    Action("command_line", mark("Type a command"), Group.SCREEN, ("alt+semicolon",), short=mark("Command")),
    Action("filter", mark("Filter the list of chats"), Group.SCREEN, ()),
    Action("redraw", mark("Draw the screen anew"), Group.SCREEN),
    Action("zoom", mark("Show one pane alone, and all again"), Group.SCREEN, ("shift+f11",)),
    Action("focus_mode", mark("Focus mode: only the conversation"), Group.SCREEN, ("f11", "shift+f9")),
    Action("narrower", mark("Make the lists (or the visitor) narrower"), Group.SCREEN, ("shift+f7",)),
    Action("wider", mark("Make the lists (or the visitor) wider"), Group.SCREEN, ("shift+f8",)),
    Action("mine_taller", mark("Make my chats taller"), Group.SCREEN),
    Action("mine_lower", mark("Make my chats lower"), Group.SCREEN),
    Action("split", mark("Two chats side by side: on or off"), Group.SCREEN),
    Action("split_other", mark("Go to the chat beside this one"), Group.SCREEN),
    Action("split_pick", mark("Choose the chat beside"), Group.SCREEN),
    Action("second_wider", mark("Make the chat beside wider"), Group.SCREEN),
    Action("second_narrower", mark("Make the chat beside narrower"), Group.SCREEN),
    Action("layout_reset", mark("Reset the sizes and modes of the panes"), Group.SCREEN),
    Action("commands", mark("All commands"), Group.SCREEN, ("f10", "ctrl+p"), short=mark("Commands")),
    Action("help", mark("Help"), Group.SCREEN, ("f1",), short=mark("Help")),
    Action("keys_here", mark("The keys that work here and now"), Group.SCREEN),
    Action("key_probe", mark("What does a key do? Press it"), Group.SCREEN),
    Action("leader", mark("Alt for those who have none: then the key"), Group.SCREEN, (LEADER,)),
    Action("settings", mark("Settings"), Group.LINK),
    Action("language", mark("Switch the language"), Group.SCREEN),
    Action("theme", mark("Choose a theme"), Group.SCREEN),
    Action("status", mark("Change my status"), Group.LINK, ("ctrl+s", "alt+l")),
    Action("sessions", mark("Show my logins, and end one"), Group.LINK),
    Action("retry_link", mark("Connect to the relay now"), Group.LINK, ("f12", "ctrl+f"), short=mark("Connect now")),
    Action("dnd", mark("Do not disturb, for a time"), Group.LINK),
    Action("notify_try", mark("Try out bell, notification and sound"), Group.LINK),
    Action("hints_toggle", mark("Hints from past answers: on or off"), Group.LINK),
    Action("mute_rescue", mark("Sound for coming rescues: on or off"), Group.LINK),
    Action("mute_new_chat", mark("Sound for new chats: on or off"), Group.LINK),
    Action("mute_message", mark("Sound for messages in other chats: on or off"), Group.LINK),
    Action("send_delay", mark("Time to take back a message after Enter"), Group.LINK),
    Action("spelling", mark("Marks under misspelt words: on or off"), Group.LINK),
    Action("quit", mark("Leave the console"), Group.LINK, ("ctrl+q",), short=mark("Leave")),
)
"""In the order of the help, the palette and the key bar."""

BY_ID: Final[Mapping[str, Action]] = {action.id: action for action in ACTIONS}

_ORDER: Final = (Role.operator, Role.supervisor, Role.admin)


def allowed(action: Action, role: Role) -> bool:
    return _ORDER.index(role) >= _ORDER.index(action.role)


class Conflict(Struct, frozen=True):
    """One key that two actions want. The first in the registry has it."""

    key: str
    first: str
    second: str


MACRO: Final = "macro:"
"""Ids of the user's macros begin so."""


class Keymap:
    """Which key does what: the user's own keys and macros first, then the preset's, then the default ones.

    A key with a space is a chord; its beginning can't be a key of another action."""

    def __init__(
        self,
        own: Mapping[str, Iterable[str]] | None = None,
        preset: str = "default",
        macros: Mapping[str, Iterable[str]] | None = None,
    ) -> None:
        self.use(own, preset, macros)

    def use(
        self,
        own: Mapping[str, Iterable[str]] | None = None,
        preset: str = "default",
        macros: Mapping[str, Iterable[str]] | None = None,
    ) -> None:
        """From now on. `own`: keys by action; `macros`: the keys of each, by its name."""
        own = own or {}
        self.preset: Preset = PRESETS.get(preset, PRESETS["default"])
        self.preset_name = preset if preset in PRESETS else "default"
        self.unknown = tuple(sorted(set(own) - set(BY_ID)))
        """Ids in the user's keys that no action has."""
        self.macros = tuple(macros or {})
        """Names of the user's macros, those without a key too."""
        self.odd: list[tuple[str, str]] = []
        """Own keys (action, key) that no terminal sends: a name that is mistaken."""
        self._keys: dict[str, tuple[str, ...]] = {}
        self._action_of: dict[str, str] = {}
        self._prefixes: set[str] = set()
        self._after_leader = {
            key: action.id
            for action in ACTIONS
            if action.id not in own and self.preset.keys.get(action.id) == ()
            for key in action.keys
        }
        """Keys that the preset takes away, because they come by mistake there: after Ctrl+G they are meant."""
        conflicts: list[Conflict] = []
        wanted: list[tuple[str, Iterable[str]]] = [
            (action.id, self._named(action.id, own[action.id])) for action in ACTIONS if action.id in own
        ]
        wanted += [(MACRO + name, self._named(MACRO + name, keys)) for name, keys in (macros or {}).items()]
        rest = [action for action in ACTIONS if action.id not in own]
        rest.sort(key=lambda action: action.id not in self.preset.keys)
        wanted += [(action.id, self.preset.keys.get(action.id, action.keys)) for action in rest]
        for id_, keys in wanted:
            kept: list[str] = []
            for key in keys:
                if taken := self._taken(key):
                    conflicts.append(Conflict(key, taken, id_))
                else:
                    self._bind(key, id_)
                    kept.append(key)
            self._keys[id_] = tuple(kept)
        self.conflicts = tuple(conflicts)

    def _named(self, id_: str, keys: Iterable[str]) -> list[str]:
        named: list[str] = []
        for written in keys:
            key = normal(written)
            if key:
                named.append(key)
            else:
                self.odd.append((id_, written))
        return named

    def _taken(self, key: str) -> str:
        """Which action has this key, a beginning of it, or a chord that begins with it; empty: none."""
        steps = key.split(" ")
        for size in range(1, len(steps) + 1):
            if found := self._action_of.get(" ".join(steps[:size])):
                return found
        if key in self._prefixes:
            return next(id_ for bound, id_ in self._action_of.items() if bound.startswith(key + " "))
        return ""

    def _bind(self, key: str, id_: str) -> None:
        self._action_of[key] = id_
        steps = key.split(" ")
        self._prefixes.update(" ".join(steps[:size]) for size in range(1, len(steps)))

    def keys(self, action_id: str) -> tuple[str, ...]:
        return self._keys.get(action_id, ())

    def action(self, key: str) -> str:
        """Empty: this key does nothing of ours."""
        return self._action_of.get(key, "")

    def begins_chord(self, key: str) -> bool:
        return key in self._prefixes

    def chords(self, begun: str) -> dict[str, str]:
        """What may follow a chord's beginning: the next key, and the action (empty: more keys follow)."""
        found: dict[str, str] = {}
        for key, id_ in self._action_of.items():
            if key.startswith(begun + " "):
                step, _, more = key.removeprefix(begun + " ").partition(" ")
                found[step] = "" if more else id_
        return found

    def after_leader(self, key: str) -> str:
        """The action of a key that came after Ctrl+G."""
        key = key if key.startswith("alt+") else f"alt+{key}"
        return self.action(key) or self._after_leader.get(key, "")

    def hint(self, action_id: str, ways: int = 1) -> str:
        """The action's keys as they are written for people: `F2`, `F2, Ctrl+N`."""
        return ", ".join(key_words(key) for key in self.keys(action_id)[:ways])


def both_layouts(*keys: str) -> str:
    """Keys for one Textual binding: with the letters that stand on the same keys in the Russian layout."""
    return ",".join([*keys, *(twin for key in keys for twin in twins(key))])
