"""The settings for people: what each is called and does, what it may be, what it is now, and where that comes from."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

import msgspec
from msgspec import Struct

from opconsole.locale import mark, tr
from opconsole.settings.file import line_of
from opconsole.settings.folders import config_file
from opconsole.settings.model import Settings

Kind = Literal["switch", "choice", "text", "number", "list", "table"]
"""A `table` is of the user's own making (keys, …): only its size is told."""


class Source(Struct, frozen=True):
    """Where a value comes from. `where`: the file's line, the variable, the option; empty for a default."""

    kind: Literal["default", "file", "environment", "command"]
    where: str = ""

    @property
    def words(self) -> str:
        return tr("by default") if self.kind == "default" else self.where


DEFAULT: Final = Source("default")


class Setting(Struct, frozen=True):
    """One setting as it is now. `choices`: of a choice, what it may be (texts or numbers). `now`: a change of it counts at once, not from
    the next start."""

    key: str
    kind: Kind
    value: Any
    default: Any
    source: Source
    choices: tuple[Any, ...] = ()
    now: bool = True

    @property
    def title(self) -> str:
        if warning := _warning(self.key):
            return f"{tr(EVENTS[warning[0]][0])}: {tr(WAYS[warning[1]])}"
        return tr(TITLES[self.key][0]) if self.key in TITLES else self.key

    @property
    def help(self) -> str:
        if warning := _warning(self.key):
            return tr(EVENTS[warning[0]][1])
        return tr(TITLES[self.key][1]) if self.key in TITLES else ""

    @property
    def words(self) -> str:
        """The value as it is shown."""
        if isinstance(self.value, bool):
            return choice_words(self.value)
        if self.kind == "table":
            return str(len(self.value)) if self.value else tr("none")
        if self.kind == "list":
            return ", ".join(self.value) or tr("none")
        if self.value == "":
            return tr("the system's own") if self.key == "downloads" else tr("ask")
        return str(self.value)


def choice_words(value: Any) -> str:
    """One of the values that a setting may have, as it is shown."""
    return (tr("on") if value else tr("off")) if isinstance(value, bool) else str(value)


TITLES: Final[Mapping[str, tuple[str, str]]] = {
    "relay": (mark("Relay"), mark("Address of the relay, such as https://desk.example. Empty: it is asked for.")),
    "login": (mark("Login"), mark("Your login at the relay. Empty: it is asked for.")),
    "lang": (mark("Language"), mark("auto: as LC_ALL, LC_MESSAGES or LANG say.")),
    "theme": (mark("Theme"), mark("Colours. Enter opens the list; the screen shows each as you move through it.")),
    "keyring": (
        mark("Where the login is kept"),
        mark("auto: in the system's keyring, or a file of yours alone where there is none. file: always in the file."),
    ),
    "motion": (mark("Motion"), mark("reduced: nothing blinks or slides, and countdowns move in steps.")),
    "screen_reader": (
        mark("Line by line"),
        mark("The console opens as plain lines, to be read aloud by a screen reader (opconsole plain)."),
    ),
    "notify_text": (mark("Notifications tell who wrote what"), mark("Off: they say only that something happened.")),
    "notify_by": (mark("How notifications are shown"), mark("auto: as this terminal does it.")),
    "sound": (mark("Sound"), mark("A command and its arguments, with commas between them; run without a shell.")),
    "remind_s": (
        mark("Seconds to the first reminder"),
        mark("You are reminded of a reply that you owe, then at growing distances. 0: never."),
    ),
    "quiet_rescue": (
        mark("Rescues come through"),
        mark("Coming rescues are told also while you don't want to be disturbed."),
    ),
    "keymap": (mark("Set of keys"), mark("For hands that know another program; own keys come before it.")),
    "hints": (mark("Hints"), mark("While you type a reply, past answers that fit it are shown.")),
    "send_delay_s": (
        mark("Seconds to take a message back"),
        mark("So long a message waits after Enter before it is sent. 0: it goes at once."),
    ),
    "spelling": (mark("Spelling"), mark("Misspelt words are marked, where there are dictionaries.")),
    "pictures": (
        mark("Pictures"),
        mark("How they are drawn; auto: as this terminal does it. off: files are only saved and opened elsewhere."),
    ),
    "downloads": (
        mark("Downloads"),
        mark("Folder into which files of chats are saved. Empty: the system's own for that."),
    ),
    "macros": (mark("Macros"), mark("In the file's tables [macros.NAME]: several commands in a row.")),
    "keys": (mark("Own keys"), mark("In the file's table [keys]: the action's id and its keys.")),
}
"""By key: what it is called, and one sentence of what it does. Message ids."""

EVENTS: Final[Mapping[str, tuple[str, str]]] = {
    "rescue": (mark("Rescue near"), mark("A chat of yours goes back to the inbox soon.")),
    "rescued": (mark("Rescued"), mark("A chat of yours has gone back to the inbox.")),
    "new_chat": (mark("New chat"), mark("A chat came to the inbox.")),
    "given": (mark("Chat given"), mark("A chat became yours without your asking.")),
    "message": (mark("Message"), mark("A visitor wrote in another chat of yours.")),
    "here": (mark("Message here"), mark("A visitor wrote in the chat on the screen while you look elsewhere.")),
    "note": (mark("Note"), mark("A colleague wrote a note in a chat of yours.")),
    "mention": (mark("Call"), mark("A colleague calls you in a note by @login.")),
    "remind": (mark("Reminder"), mark("You still owe a reply.")),
    "link": (mark("Link"), mark("The link to the relay is lost, or back.")),
}
"""Of `warnings`: what each event is called, and when it is."""

WAYS: Final[Mapping[str, str]] = {
    "screen": mark("on the screen"),
    "bell": mark("bell"),
    "desktop": mark("desktop"),
    "title": mark("window's title"),
    "sound": mark("sound"),
}

NEXT_START: Final = frozenset({"relay", "login", "keyring", "screen_reader", "keys", "macros"})
"""What counts from the next start on."""


def _warning(key: str) -> tuple[str, str] | None:
    """Event and way of a key such as `warnings.rescue.bell`."""
    top, _, rest = key.partition(".")
    event, _, way = rest.partition(".")
    return (event, way) if top == "warnings" and event in EVENTS and way in WAYS else None


def described(
    settings: Settings,
    *,
    file: Path | None = None,
    given: Mapping[str, str] | None = None,
    environment: Mapping[str, str] | None = None,
) -> list[Setting]:
    """Every setting, in the order of the model. `given`: by key, the option of the command line that set it, with its value after `=`."""
    file = file or config_file()
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        text = ""
    found = []
    for key, field_type, value, default in _leaves(settings, Settings(), ""):
        kind, choices = _kind(key, field_type)
        source = _source(key, value, default, text, file, given or {}, environment or {})
        if given and key in given:
            value = given[key].partition("=")[2]
        found.append(Setting(key, kind, value, default, source, choices, key not in NEXT_START))
    return found


def _leaves(now: Struct, default: Struct, at: str) -> Iterator[tuple[str, Any, Any, Any]]:
    for field in msgspec.structs.fields(now):
        value, usual = getattr(now, field.name), getattr(default, field.name)
        if isinstance(value, Struct):
            yield from _leaves(value, usual, f"{at}{field.name}.")
        else:
            yield f"{at}{field.name}", field.type, value, usual


def _kind(key: str, field_type: Any) -> tuple[Kind, tuple[Any, ...]]:
    if key == "theme":
        from opconsole.settings.palette import theme_files

        return "choice", tuple(theme_files())
    if get_origin(field_type) is Annotated:
        return _kind(key, get_args(field_type)[0])
    if get_origin(field_type) in (Union, UnionType):  # `bool | Literal[…]`: on, off, or in some states only
        parts = get_args(field_type)
        named = [choice for part in parts if get_origin(part) is Literal for choice in get_args(part)]
        return "choice", (*((True, False) if bool in parts else ()), *named)
    if field_type is bool:
        return "switch", ()
    if field_type is str:
        return "text", ()
    if field_type in (int, float):
        return "number", ()
    if get_origin(field_type) is Literal:
        return "choice", get_args(field_type)
    return ("table" if get_origin(field_type) is dict else "list"), ()


def _source(
    key: str, value: Any, default: Any, text: str, file: Path, given: Mapping[str, str], environment: Mapping[str, str]
) -> Source:
    if key in given:
        return Source("command", given[key].partition("=")[0])
    if key == "theme" and "NO_COLOR" in environment:
        return Source("environment", "NO_COLOR")
    names = key.split(".")
    line = line_of(text, names) or (_table_line(text, key) if value else 0)
    if line:
        if key != "lang" or value != "auto":
            return Source("file", f"{file.name}:{line}")
    elif value != default:
        return Source("file", file.name)
    if key == "lang":
        for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
            if environment.get(name):
                return Source("environment", f"{name}={environment[name]}"[:40])
    return DEFAULT


def _table_line(text: str, key: str) -> int:
    """The line of a whole table's heading."""
    for number, line in enumerate(text.splitlines(), 1):
        if line.replace(" ", "").startswith(f"[{key}]"):
            return number
    return 0
