"""The settings and their defaults: one struct, one meaning each. Reading and writing the file is `file`'s."""

from typing import Literal

from msgspec import Struct, field

Lang = Literal["auto", "en", "ru"]
Keyring = Literal["auto", "file"]
KeymapName = Literal["default", "vim", "emacs"]
Motion = Literal["full", "reduced"]
SendDelay = Literal[0, 1, 2, 3, 4, 5]


class Alert(Struct, frozen=True, forbid_unknown_fields=True):
    """The three ways to tell the operator of one thing."""

    screen: bool = True
    """A line on the screen."""
    bell: bool = True
    """The terminal's bell."""
    desktop: bool = True
    """A desktop notification, when the terminal is not in focus."""


class Warnings(Struct, frozen=True, forbid_unknown_fields=True):
    rescue: Alert = Alert()
    """A chat of mine goes back to the inbox soon."""
    new_chat: Alert = Alert()
    """A chat came to the inbox."""
    message: Alert = Alert(bell=False)
    """A visitor wrote in a chat of mine that is not on the screen."""


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
    keys: dict[str, list[str]] = field(default_factory=dict)
    """Own keys of actions: the action's id and its keys, in place of the default ones. `[]`: no key."""
    macros: dict[str, Macro] = field(default_factory=dict)
    """Own commands that do several things, by name."""
