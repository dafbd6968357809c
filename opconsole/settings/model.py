"""The settings and their defaults: one struct, one meaning each. Reading and writing the file is `file`'s."""

from typing import Annotated, Final, Literal

from msgspec import Meta, Struct, field

Lang = Literal["auto", "en", "ru"]
Keyring = Literal["auto", "file"]
KeymapName = Literal["default", "vim", "emacs"]
NotifyBy = Literal["auto", "osc9", "osc777", "osc99", "program", "none"]
Motion = Literal["full", "reduced"]
Pictures = Literal["auto", "kitty", "sixel", "blocks", "off"]
SendDelay = Literal[0, 1, 2, 3, 4, 5]
When = bool | Literal["focused", "elsewhere", "away", "present", "unfocused", "always"]
"""In which states of the operator: `true` is where the way makes sense (see `Alert`), `false` nowhere; `present` is focused or
elsewhere, `unfocused` elsewhere or away."""


class Alert(Struct, frozen=True, forbid_unknown_fields=True):
    """The ways to tell the operator of one thing, each with the states in which it is taken."""

    screen: When = True
    """A line on the screen. `true`: always."""
    bell: When = True
    """The terminal's bell. `true`: present."""
    desktop: When = True
    """A desktop notification. `true`: unfocused."""
    title: When = True
    """A mark in the window's title until somebody looks. `true`: unfocused."""
    sound: When = True
    """The command `sound`. `true`: present."""


_SILENT: Final = Alert(bell=False, sound=False)


class Warnings(Struct, frozen=True, forbid_unknown_fields=True):
    rescue: Alert = Alert()
    """A chat of mine goes back to the inbox soon."""
    rescued: Alert = Alert()
    """A chat of mine has gone back."""
    new_chat: Alert = Alert()
    """A chat came to the inbox."""
    given: Alert = Alert()
    """A chat became mine without my asking."""
    message: Alert = _SILENT
    """A visitor wrote in a chat of mine that is not on the screen."""
    here: Alert = Alert(screen=False, bell=False, sound=False)
    """A visitor wrote in the chat on the screen while I look elsewhere."""
    note: Alert = _SILENT
    """A colleague wrote a note in a chat of mine."""
    mention: Alert = Alert()
    """And named me in it: `@login`."""
    remind: Alert = Alert()
    """I owe a reply, still."""
    link: Alert = Alert()
    """The link to the relay is lost, or back."""


class Macro(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Several commands in a row, by one name and key."""

    do: list[str]
    """Commands of the `:` language, in their order."""
    key: str = ""
    """Its key or chord; empty: none, it is run by its name."""
    title: str = ""
    """For the help; empty: the commands themselves."""


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What `config.toml` may hold. Every key has a default; the file may be absent."""

    relay: str = ""
    """Address of the relay, such as `https://desk.example`. Empty: ask."""
    login: str = ""
    """Login at the relay. Empty: ask."""
    lang: Lang = "auto"
    """Language of the console; `auto`: what LC_ALL, LC_MESSAGES or LANG says."""
    theme: str = "dusk"
    """Name of a theme (its file's name without `.toml`)."""
    keyring: Keyring = "auto"
    """Where the login's token is kept: `auto` is the system's keyring, or a file of mine alone where there is none."""
    motion: Motion = "full"
    """`reduced`: nothing moves by itself but what changes; countdowns are told in steps, nothing blinks or slides."""
    screen_reader: bool = False
    """`opconsole` opens line by line (as `opconsole plain`), to be read aloud."""
    hints: bool = True
    """While I type a reply, past answers that fit it are shown."""
    warnings: Warnings = Warnings()
    """What to warn of, and how."""
    keymap: KeymapName = "default"
    """A set of keys for hands that know another program; own keys come before it."""
    send_delay_s: SendDelay = 0
    """So many seconds a message waits after Enter, and can be taken back: Esc or Up. 0: it goes at once."""
    spelling: bool = True
    """Mark misspelt words, where there are dictionaries."""
    pictures: Pictures = "auto"
    """How pictures are shown; `auto`: as this terminal does it."""
    downloads: str = ""
    """Folder into which files of chats are saved. Empty: the system's own for that."""
    notify_text: bool = True
    """Whether desktop notifications say who wrote what. False: only that something happened."""
    notify_by: NotifyBy = "auto"
    """How desktop notifications are shown; `auto`: as this terminal does it."""
    sound: list[str] = field(default_factory=list)
    """A command and its arguments that makes a sound; run without a shell. `[]`: none."""
    remind_s: Annotated[int, Meta(ge=0, le=3600)] = 60
    """Seconds after which I am reminded of a reply that I owe, then at growing distances; 0: never."""
    quiet_rescue: bool = True
    """Warnings of a coming rescue come through a do-not-disturb."""
    keys: dict[str, list[str]] = field(default_factory=dict)
    """Own keys of actions: the action's id and its keys, in place of the default ones. `[]`: no key."""
    macros: dict[str, Macro] = field(default_factory=dict)
    """Own commands that do several things, by name."""
