"""The table of subcommands. A subcommand's module is imported only when it is the one that was called.

A module of a subcommand gives

    def add_arguments(parser: argparse.ArgumentParser) -> None
    def run(arguments: argparse.Namespace) -> int       # an exit code; raises `Failed` with a sentence

and finds what was given before the subcommand (`relay`, `login`, `lang`, `theme`: None if it wasn't) in the same namespace; its
own arguments must have other names.
"""

from typing import Final, NamedTuple

from opconsole.locale import mark


class Subcommand(NamedTuple):
    name: str
    help: str
    """English; translated when it is shown."""
    module: str = ""
    """Empty: a program of the relay, started in our place with all arguments that follow."""


WORKSPACE: Final = "opconsole.cli.workspace"
"""What `opconsole` alone does."""

SUBCOMMANDS: Final = (
    Subcommand("monitor", mark("the supervisor's floor, read only"), "opconsole.cli.monitor"),
    Subcommand("plain", mark("the console line by line, for screen readers"), "opconsole.cli.plain"),
    Subcommand("web", mark("the console in a browser's tab (needs the extra `web`)"), "opconsole.cli.web"),
    Subcommand("demo", mark("a relay with visitors who chat, and the console to it"), "opconsole.cli.demo"),
    Subcommand("relay", mark("run a relay (needs the extra `relay`)")),
    Subcommand("user", mark("add, list and block the relay's users (needs the extra `relay`)")),
    Subcommand("site-key", mark("the key with which a site vouches for its customers (needs the extra `relay`)")),
    Subcommand("visitor-key", mark("change the key that signs visitors' tokens (needs the extra `relay`)")),
    Subcommand(
        "journal", mark("check the relay's journal: nothing missing, nothing changed (needs the extra `relay`)")
    ),
    Subcommand("backup", mark("copy the relay's data while it runs (needs the extra `relay`)")),
    Subcommand("export", mark("all that is held about a person (needs the extra `relay`)")),
    Subcommand("erase", mark("erase a person's content from the journal (needs the extra `relay`)")),
    Subcommand("tail", mark("what happens at the desk, one line an event (for scripts)"), "opconsole.cli.tail"),
    Subcommand("chats", mark("the chats that I see, one a line (for scripts)"), "opconsole.cli.chats"),
    Subcommand("send", mark("send words to a chat's visitor (for scripts)"), "opconsole.cli.words"),
    Subcommand("note", mark("leave a note in a chat (for scripts)"), "opconsole.cli.words"),
    Subcommand("take", mark("take a chat, or the next one (for scripts)"), "opconsole.cli.moves"),
    Subcommand("close", mark("close chats (for scripts)"), "opconsole.cli.moves"),
    Subcommand("return", mark("return chats to the inbox (for scripts)"), "opconsole.cli.moves"),
    Subcommand("snooze", mark("put a chat aside until a time (for scripts)"), "opconsole.cli.snooze"),
    Subcommand("doctor", mark("what this terminal and the relay can do, and how to mend it"), "opconsole.cli.doctor"),
    Subcommand("template", mark("import and export prepared replies"), "opconsole.cli.template"),
    Subcommand(
        "keys", mark("every key and command of the console, and what is wrong with your own"), "opconsole.cli.keys"
    ),
    Subcommand("simulate", mark("simulated visitors against any relay"), "opconsole.cli.simulate"),
    Subcommand("completion", mark("a script that completes this command line in a shell"), "opconsole.cli.completion"),
    Subcommand("protocol", mark("the protocol as a JSON Schema"), "opconsole.cli.protocol"),
    Subcommand("login", mark("log in once, for scripts and for the next start"), "opconsole.cli.sign"),
    Subcommand("logout", mark("forget the login, here and at the relay"), "opconsole.cli.logout"),
)

BY_NAME: Final = {subcommand.name: subcommand for subcommand in SUBCOMMANDS}
