"""`opconsole export` and `opconsole erase`: what is held about a person, given to them, and taken out of the journal.

Erasing works beside a running relay, which does it (only one program ever appends to the journal), and without one, in its place.
"""

import argparse
import asyncio
import getpass
import os
import shutil
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import msgspec

from server_stub.desk import events as ev
from server_stub.desk.actors import DESK
from server_stub.desk.commands import EraseContent
from server_stub.desk.decide import decide
from server_stub.desk.events import Record
from server_stub.desk.evolve import apply
from server_stub.desk.outcome import Refusal
from server_stub.desk.transcript import message_of
from server_stub.files.store import Store
from server_stub.journal.api import JournalError
from server_stub.journal.contacts import Contact, Contacts
from server_stub.journal.errands import EraseWish, Errands
from server_stub.journal.folder import DataFolder, FolderUnusable, open_folder
from server_stub.journal.lock import AlreadyRunning, RelayLock, holder, tell_relay
from server_stub.journal.sqlite import SqliteJournal
from server_stub.search.index import follow_at_once
from server_stub.search.source import JournalSource
from server_stub.starting import restore

_NEW_FILE: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL
PATIENCE_S: Final = 30.0
LOOK_S: Final = 0.1


class Refused(Exception):
    """It can't be done; a sentence."""


def run(args: argparse.Namespace) -> int:
    """Do `export` or `erase` as the parsed command line says; the exit code."""
    try:
        folder = open_folder(args.data)
        if not folder.database.exists():
            raise Refused(f"there is no journal in {folder.path}")
        return (_export if args.command == "export" else _erase)(folder, args)
    except (Refused, FolderUnusable, JournalError, AlreadyRunning) as error:
        sys.stderr.write(f"opconsole {args.command}: {error}\n")
        return 1


def _one(contacts: Contacts, wanted: str) -> Contact:
    found = contacts.find(wanted)
    if not found:
        raise Refused(
            "nobody is known by that; give an id, an e-mail, a phone, a whole name, the site's own id of a customer, or a chat as #12"
        )
    if len(found) > 1:
        lines = "\n".join(f"  {each.line()}" for each in found[:20])
        raise Refused(f"that could be any of {len(found)} contacts; give the id of one:\n{lines}")
    return found[0]


# ---------------------------------------------------------------- export


def _export(folder: DataFolder, args: argparse.Namespace) -> int:
    with Contacts(folder.database) as contacts:
        contact = _one(contacts, args.contact)
        held = held_about(contact, contacts.records(contact))
    text = msgspec.json.format(msgspec.json.encode(held), indent=2) + b"\n"
    if args.out is None:
        sys.stdout.buffer.write(text)
        return 0
    try:
        file = os.open(args.out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise Refused(f"{args.out} can't be made: {error.strerror}") from None
    with os.fdopen(file, "wb") as out:
        out.write(text)
    sys.stdout.write(f"all that is held about {contact.visitor} is in {args.out} (only you may read it)\n")
    if files := list(_files_in(held)):
        to = args.out.with_name(f"{args.out.name}.files")
        copied = _copy_files(folder, files, to)
        sys.stdout.write(f"the files of these chats: {copied} in {to}{_missing(len(files) - copied)}\n")
    return 0


def _files_in(held: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Id and name of each."""
    for chat in held["chats"]:
        for entry in chat["entries"]:
            if "file" in entry:
                yield entry["file"]["id"], entry["file"]["name"]


def _copy_files(folder: DataFolder, files: list[tuple[str, str]], to: Path) -> int:
    """Copy them there, for their owner alone to read; how many there were still."""
    store = Store(folder.files, most_bytes=0, spare_bytes=0)
    copied = 0
    try:
        to.mkdir(mode=0o700)
        for file, name in files:
            source = store.open(file)
            if source is None:
                continue
            with source, os.fdopen(os.open(to / f"{file[:8]}-{name}", _NEW_FILE, 0o600), "wb") as out:
                shutil.copyfileobj(source, out, 1024 * 1024)
            copied += 1
    except OSError as error:
        raise Refused(f"{error.filename or to} can't be made: {error.strerror}") from None
    return copied


def _missing(count: int) -> str:
    return f"; {count} were deleted" if count else ""


def held_about(contact: Contact, records: Iterator[Record]) -> dict[str, Any]:
    """Everything, in words that a person understands: who they are, their chats entry by entry, and what else was recorded."""
    chats: dict[int, list[dict[str, Any]]] = {number: [] for number in contact.chats}
    others: list[dict[str, Any]] = []
    for record in records:
        event = record.event
        chat = ev.chat_of(event)
        if chat and isinstance(event, ev.MessageSaid | ev.NoteAdded):
            message = message_of(record)
            assert message is not None
            entry: dict[str, Any] = {
                "kind": message.kind.value,
                "by": message.by,
                "name": message.name,
                "text": message.text,
            }
            if event.file is not None:
                entry["file"] = {**msgspec.to_builtins(event.file), "sha256": event.sha256}
        else:
            entry = {
                key: value for key, value in msgspec.to_builtins(event).items() if key not in ("cid", "chat", "n", "p")
            }
        chats.get(chat, others).append({"at": _iso(record.at), **entry})
    return {
        "contact": contact.visitor,
        "exported_at": _iso(_now_ms()),
        "names": contact.names,
        "emails": contact.emails,
        "phones": contact.phones,
        "customers": contact.customers,
        "chats": [{"chat": number, "entries": entries} for number, entries in chats.items()],
        "other_records": others,
    }


def _iso(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds")


# ---------------------------------------------------------------- erase


def _erase(folder: DataFolder, args: argparse.Namespace) -> int:
    with Contacts(folder.database) as contacts:
        contact = _one(contacts, args.contact)
        if not args.yes:
            _confirm(contact)
        head = contacts.head()
    by = args.by or getpass.getuser()
    if holder(folder.lock):
        _ask_relay(folder, EraseWish(contact.visitor, by))
    else:
        with RelayLock.acquire(folder.lock):
            asyncio.run(erase_here(folder, contact, by))
            follow_at_once(folder.search, JournalSource(folder.database))
    with Contacts(folder.database) as contacts:
        done = next((each for each in contacts.erasures(head) if _is_of(each, contact)), None)
    if done is None:
        raise Refused("the journal does not say that it was done; look at the relay's log")
    sys.stdout.write(
        f"erased: {contact.visitor}, {len(contact.chats)} chats; recorded as {done.seq}. Counts and times stay.\n"
        "Backups made before hold the content still: delete them, or erase again after restoring one.\n"
    )
    return 0


def _is_of(record: Record, contact: Contact) -> bool:
    return isinstance(record.event, ev.ContentErased) and record.event.visitor == contact.visitor


def _confirm(contact: Contact) -> None:
    if not sys.stdin.isatty():
        raise Refused("say --yes: what is erased can't be brought back")
    sys.stderr.write(
        f"  {contact.line()}\nNames, messages, notes and pages will be overwritten, and can't be brought back.\n"
    )
    if input("Erase? Type yes: ").strip().lower() != "yes":
        raise Refused("nothing was erased")


def _ask_relay(folder: DataFolder, wish: EraseWish) -> None:
    errands = Errands(folder.database)
    errand = errands.ask(wish)
    tell_relay(folder.lock)
    give_up = time.monotonic() + PATIENCE_S
    while (answer := errands.answer(errand)) is not None:
        if answer.refused:
            errands.drop(errand)
            raise Refused(answer.refused)
        if time.monotonic() > give_up:
            raise Refused("the relay has not done it yet; the wish is kept, and it will when it can")
        time.sleep(LOOK_S)


async def erase_here(folder: DataFolder, contact: Contact, by: str) -> None:
    """In the place of a relay; the caller holds its lock. Raises Refused, JournalError, OSError."""
    journal = await SqliteJournal.open(folder.database)
    try:
        state = await restore(journal)
        outcome = decide(state, DESK, EraseContent(contact.visitor, tuple(contact.chats), by), now := _now_ms())
        if isinstance(outcome, Refusal):
            raise Refused(outcome.text)
        await journal.append(apply(state, DESK, outcome, now), journal.head)
        store = Store(folder.files, most_bytes=0, spare_bytes=0)
        brought = [kept.file.id for kept in store.start() if kept.visitor == contact.visitor]
        gone = await journal.gone_files()
        try:
            for each in (*brought, *gone):
                store.drop(each)
        except OSError as error:
            raise Refused(f"erased in the journal, but {error.filename} can't be removed: {error.strerror}") from None
        await journal.files_removed(gone)
    finally:
        await journal.close()


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
