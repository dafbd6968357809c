"""`opconsole export` and `opconsole erase`: what is held about a person, given to them, and taken out of the journal.

Erasing works beside a running relay, which does it (only one program ever appends to the journal), and without one, in its place.
"""

import argparse
import asyncio
import getpass
import os
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
from server_stub.journal.api import JournalError
from server_stub.journal.contacts import Contact, Contacts
from server_stub.journal.errands import EraseWish, Errands
from server_stub.journal.folder import DataFolder, FolderUnusable, open_folder
from server_stub.journal.lock import AlreadyRunning, RelayLock, holder, tell_relay
from server_stub.journal.sqlite import SqliteJournal
from server_stub.search.index import follow_at_once
from server_stub.search.source import JournalSource
from server_stub.starting import restore

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
    return 0


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
            entry = {"kind": message.kind.value, "by": message.by, "name": message.name, "text": message.text}
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
            asyncio.run(erase_here(folder.database, contact, by))
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


async def erase_here(database: Path, contact: Contact, by: str) -> None:
    """In the place of a relay; the caller holds its lock. Raises Refused, JournalError."""
    journal = await SqliteJournal.open(database)
    try:
        state = await restore(journal)
        outcome = decide(state, DESK, EraseContent(contact.visitor, tuple(contact.chats), by), now := _now_ms())
        if isinstance(outcome, Refusal):
            raise Refused(outcome.text)
        await journal.append(apply(state, DESK, outcome, now), journal.head)
    finally:
        await journal.close()


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
