"""`opconsole protocol`: the protocol as a JSON Schema, and the generated tables of `docs/protocol.md`."""

import argparse
import json
from pathlib import Path
from typing import Final

from opconsole.cli.errors import Failed
from opconsole.locale import tr

SIDES: Final = ("staff-up", "staff-down", "visitor-up", "visitor-down")
"""As in `opconsole.wire.schema`, which is only imported to do the work."""
ALL: Final = "all"

BEGIN: Final = "<!-- generated from the types by `opconsole protocol --update docs/protocol.md`; don't edit below -->\n"
END: Final = "<!-- end of what is generated -->\n"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--side",
        choices=(*SIDES, ALL),
        default=ALL,
        help=tr("frames of one direction (up: to the relay); all: an object with the four"),
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--page", action="store_true", help=tr("the tables of docs/protocol.md instead, as Markdown"))
    what.add_argument(
        "--update", metavar="FILE", type=Path, help=tr("put the tables into this page, between its marks")
    )


def run(arguments: argparse.Namespace) -> int:
    from opconsole.wire import schema

    if arguments.page:
        print(schema.page(), end="")
    elif arguments.update is not None:
        _update(arguments.update, schema.page())
    elif arguments.side == ALL:
        _print_json({side: schema.json_schema(side) for side in SIDES})
    else:
        _print_json(schema.json_schema(arguments.side))
    return 0


def _print_json(value: object) -> None:
    print(json.dumps(value, indent=2, ensure_ascii=False))


def _update(file: Path, tables: str) -> None:
    try:
        page = file.read_text("utf-8")
    except (OSError, UnicodeError) as error:
        raise Failed(tr("{file} can't be read: {why}", file=file, why=error)) from None
    updated = replaced(page, tables)
    if updated is None:
        raise Failed(tr("{file} has no marks between which the tables belong", file=file))
    if updated != page:
        file.write_text(updated, "utf-8")


def replaced(page: str, tables: str) -> str | None:
    """The page with these tables between its marks; None: it has no marks."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    return f"{before}{begin}\n{tables}\n{end}{after}" if begin and end else None
