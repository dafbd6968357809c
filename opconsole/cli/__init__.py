"""The command line: `opconsole` and its subcommands. Everything else is imported lazily, when a subcommand needs it."""


def main() -> int:
    """The entry point. Something is on the screen before anything heavy is imported, and garbage is not looked for until then."""
    import gc
    import sys

    gc.disable()  # a collection over what the imports make costs more than it frees; the screen freezes and enables it
    from opconsole.cli.skeleton import show_early

    show_early(sys.argv[1:])
    from opconsole.cli.main import run

    return run()
