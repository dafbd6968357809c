"""Reads the arguments and calls one subcommand. Light at import: no subcommand's needs are imported before it is chosen."""


def run(argv: list[str] | None = None) -> int:
    raise SystemExit("opconsole: nothing here yet")
