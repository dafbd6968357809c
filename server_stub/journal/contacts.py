"""Contacts as the journal has them: who they are, which chats are theirs, and every record about them. Read only.

It reads the whole journal, once a question: erasing and exporting are rare, and no index of people is kept for them.
"""

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from msgspec import Struct, field

from server_stub.desk import events as ev
from server_stub.desk.erasing import belongs_to
from server_stub.desk.events import EventUnreadable, Record, decode_event
from server_stub.journal import schema
from server_stub.journal.api import DESK, JournalUnusable

_PEOPLE: Final = (
    "SELECT seq, at, actor, body FROM journal WHERE desk = ? "
    "AND kind IN ('chat_opened', 'visitor_seen', 'visitor_edited', 'visitor_vouched') ORDER BY seq"
)
_ALL: Final = "SELECT seq, at, actor, body FROM journal WHERE desk = ? AND (chat > 0 OR actor = ?) ORDER BY seq"
_ERASED: Final = "SELECT seq, at, actor, body FROM journal WHERE desk = ? AND kind = 'content_erased' AND seq > ?"
_LAST_OF_CHATS: Final = "SELECT chat, max(at) FROM journal WHERE desk = ? AND chat > 0 GROUP BY chat"
_LAST_OF_VISITORS: Final = (
    "SELECT substr(actor, 3), max(at) FROM journal WHERE desk = ? AND actor GLOB 'v:*' GROUP BY actor"
)
_CHAT: Final = re.compile(r"[#№](\d{1,15})")


class Contact(Struct, kw_only=True):
    """A visitor, with all that they were ever called."""

    visitor: str
    names: list[str] = field(default_factory=list)
    """The last one is the one that counts; so with the others."""
    emails: list[str] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)
    customers: list[str] = field(default_factory=list)
    """The site's own ids of this customer."""
    chats: list[int] = field(default_factory=list)

    def line(self) -> str:
        """For a person who must choose."""
        known = [each[-1] for each in (self.names, self.emails, self.phones) if each]
        chats = f"{len(self.chats)} chat{'' if len(self.chats) == 1 else 's'}"
        return "  ".join([self.visitor, *known, chats])


class Contacts:
    """Opens the journal's file for reading, beside a relay that may be writing it. A context manager."""

    def __init__(self, path: Path, desk: str = DESK) -> None:
        self._path = path
        self._desk = desk
        try:
            self._db = schema.connect(path, read_only=True)
        except sqlite3.Error as error:
            raise JournalUnusable(schema.sentence(error, path)) from error

    def __enter__(self) -> "Contacts":
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def find(self, wanted: str) -> list[Contact]:
        """Who is meant: by id, e-mail, phone or name (whole, whatever the case), the site's own id of a customer, or a chat (`#12`).

        Of those who were erased nothing but the id is left to be found by."""
        wanted = wanted.strip()
        everybody = self.everybody()
        if wanted in everybody:
            return [everybody[wanted]]
        chat = _CHAT.fullmatch(wanted)
        if chat is not None:
            return [each for each in everybody.values() if int(chat[1]) in each.chats]
        text, digits = wanted.casefold(), _digits(wanted)
        return [each for each in everybody.values() if _is_called(each, text, digits)]

    def everybody(self) -> dict[str, Contact]:
        """All contacts by id, in the order in which they came."""
        found: dict[str, Contact] = {}
        for record in self._records(_PEOPLE, self._desk):
            event: Any = record.event
            contact = found.setdefault(event.visitor, Contact(visitor=event.visitor))
            if isinstance(event, ev.ChatOpened):
                contact.chats.append(event.chat)
                continue
            if isinstance(event, ev.VisitorVouched) and event.customer and event.customer not in contact.customers:
                contact.customers.append(event.customer)
            facts = event.profile if isinstance(event, ev.VisitorSeen) else event
            for known, fact in (
                (contact.names, facts.name),
                (contact.emails, facts.email),
                (contact.phones, facts.phone),
            ):
                if fact:
                    if fact in known:
                        known.remove(fact)
                    known.append(fact)
        return found

    def records(self, contact: Contact) -> Iterator[Record]:
        """Everything that is held about a contact, in order."""
        about = ev.ContentErased(contact.visitor, tuple(contact.chats))
        for record in self._records(_ALL, self._desk, f"v:{contact.visitor}"):
            if belongs_to(record, about):
                yield record

    def erasures(self, after: int = 0) -> Iterator[Record]:
        """The records of erasing, after number `after`."""
        yield from self._records(_ERASED, self._desk, after)

    def outlived(self, before: int) -> tuple[list[Contact], list[int]]:
        """Contacts about whom nothing was recorded since that time (ms), and the others' chats in which nothing was; those
        that are erased already left out."""
        last_of_chat: dict[int, int] = dict(self._rows(_LAST_OF_CHATS))
        last_of_visitor: dict[str, int] = dict(self._rows(_LAST_OF_VISITORS))
        forgotten: dict[str, int] = {}
        erased: set[int] = set()
        for record in self.erasures():
            event: Any = record.event
            erased.update(event.chats)
            if event.visitor:
                forgotten[event.visitor] = record.at
        contacts: list[Contact] = []
        chats: list[int] = []
        for contact in self.everybody().values():
            lasts = [last_of_chat.get(chat, 0) for chat in contact.chats]
            last = max(last_of_visitor.get(contact.visitor, 0), *lasts, 0)
            if last >= before:
                chats += [chat for chat in contact.chats if last_of_chat.get(chat, 0) < before and chat not in erased]
            elif last > forgotten.get(contact.visitor, -1):
                contacts.append(contact)
        return contacts, sorted(chats)

    def head(self) -> int:
        row = self._db.execute("SELECT max(seq) FROM journal WHERE desk = ?", (self._desk,)).fetchone()
        return int(row[0] or 0)

    def _rows(self, query: str) -> list[Any]:
        try:
            return self._db.execute(query, (self._desk,)).fetchall()
        except sqlite3.Error as error:
            raise JournalUnusable(schema.sentence(error, self._path)) from error

    def _records(self, query: str, *values: str | int) -> Iterator[Record]:
        try:
            for seq, at, actor, body in self._db.execute(query, values):
                yield Record(seq, at, actor, decode_event(body))
        except EventUnreadable as error:
            raise JournalUnusable(
                f"{self._path}: a record can't be understood ({error}); see: opconsole journal verify"
            ) from error
        except sqlite3.Error as error:
            raise JournalUnusable(schema.sentence(error, self._path)) from error


def _is_called(contact: Contact, text: str, digits: str) -> bool:
    names = (each.casefold() for each in (*contact.names, *contact.emails, *contact.customers))
    return text in names or (len(digits) >= 5 and any(_digits(each) == digits for each in contact.phones))


def _digits(text: str) -> str:
    """A phone's digits; empty: it is none."""
    return re.sub(r"[\s()+.-]", "", text) if re.fullmatch(r"[\d\s()+.-]+", text) else ""
