"""`opconsole journal`: what the journal is worth as evidence, from a shell. It only reads; the relay may be at work meanwhile.

    opconsole journal head       the head as SEQ:HASH, to be kept where nobody who can write the journal can write
    opconsole journal verify     whether all of it holds, and whether what was kept is still in it

The checks are `journal.verifying`; here are only the words in and out, and the bar that shows how far it is.
"""

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from server_stub.files.store import look_at_file
from server_stub.journal import verifying
from server_stub.journal.api import JournalError
from server_stub.journal.folder import FolderUnusable, find_folder
from server_stub.journal.verifying import JournalBroken, Progress, Report


def run(args: argparse.Namespace) -> int:
    """Do one action of the parsed command line. 0: done, it holds; 1: it doesn't, or it can't be read."""
    try:
        folder = find_folder(args.data)
        path = folder.database
        if args.action == "head":
            sys.stdout.write(f"{verifying.head(path)}\n")
            return 0
        with bar("checking the journal") as progress:
            look_at = partial(look_at_file, folder.files)
            report = verifying.verify(path, expect=args.expect or (), look_at=look_at, progress=progress)
    except JournalBroken as broken:
        sys.stderr.write(f"opconsole journal: it does not hold: {broken}\n")
        return 1
    except (FolderUnusable, JournalError) as error:
        sys.stderr.write(f"opconsole journal: {error}\n")
        return 1
    sys.stdout.write("\n".join(sentences(report)) + "\n")
    for wrong in report.files_wrong:
        sys.stderr.write(f"opconsole journal: {wrong}\n")
    return 1 if report.files_wrong else 0


def sentences(report: Report) -> list[str]:
    """A journal that holds, in words."""
    count = report.head.seq
    said = [f"The journal holds: {count:,} record{'' if count == 1 else 's'}, none missing, none changed."]
    if report.erased:
        said.append(f"Of {report.erased:,} the content was erased, each by an erasure that stands in the journal.")
    if report.snapshots:
        said.append(f"Snapshots that equal the replay: {report.snapshots}.")
    if report.files:
        said.append(f"Files that messages carry, each as it was: {report.files:,}.")
    return [*said, *report.notes, f"Head: {report.head}"]


@contextmanager
def bar(title: str) -> Iterator[Progress]:
    """A progress bar on the terminal; where standard error is none, nothing."""
    if not sys.stderr.isatty():
        yield lambda done, of: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task(title, total=None)
        yield lambda done, of: bars.update(task, completed=done, total=of)
