"""The command line: `opconsole` and its subcommands. Everything else is imported lazily, when a subcommand needs it."""


def main() -> int:
    from opconsole.cli.main import run

    return run()
