"""Which files no message carries any more: noted by the commit that took them away, on every backend, until they are removed."""

import pytest

from opconsole.wire.files import File
from server_stub.desk.events import ContentErased, Event, MessageDeleted, MessageEdited, MessageSaid, NoteAdded
from server_stub.journal.api import Journal
from tests.contract.conftest import Place
from tests.contract.records import records


def file(number: int) -> File:
    return File(id=f"{number:032x}", name="a.txt", size=5, type="text/plain")


def said(n: int, number: int = 0, chat: int = 1) -> MessageSaid:
    carried = file(number) if number else None
    return MessageSaid(chat=chat, n=n, p=n, by="visitor", text="", file=carried, sha256="00" if carried else "")


async def append(journal: Journal, *events: Event) -> None:
    await journal.append(records(journal.head, *events), journal.head)


async def test_a_deleted_message_s_file_is_noted_until_it_is_removed(place: Place) -> None:
    journal = await place.open()
    await append(journal, said(1, 1), said(2, 2), said(3))
    await append(journal, MessageEdited(chat=1, n=4, of=1, version=1, text="other words", p=4, of_p=1))
    assert await journal.gone_files() == []
    await append(journal, MessageDeleted(chat=1, n=5, of=1, version=2, p=5, of_p=1))
    await append(journal, MessageDeleted(chat=1, n=6, of=3, version=1, p=6, of_p=3))
    assert await journal.gone_files() == [file(1).id]
    again = await place.open()
    assert await again.gone_files() == [file(1).id]
    await again.files_removed([file(1).id, file(9).id])
    assert await again.gone_files() == []


async def test_a_message_that_is_said_and_deleted_in_one_commit(journal: Journal) -> None:
    await append(journal, said(1, 1), MessageDeleted(chat=1, n=2, of=1, version=1, p=2, of_p=1))
    assert await journal.gone_files() == [file(1).id]


@pytest.mark.parametrize(("visitor", "notes"), [("olga", True), ("", False)])
async def test_erased_content_takes_its_files_along(journal: Journal, visitor: str, notes: bool) -> None:
    note = NoteAdded(chat=1, n=2, text="", name="Bob", file=file(2), sha256="00")
    await append(journal, said(1, 1), note, said(1, 3, chat=2))
    await append(journal, ContentErased(visitor, (1,)))
    assert await journal.gone_files() == ([file(1).id, file(2).id] if notes else [file(1).id])
    kept = await journal.transcript(1, limit=10)
    assert [entry.file for entry in kept] == [None, None if notes else file(2)]
    assert [entry.file for entry in await journal.transcript(2, limit=10)] == [file(3)]


async def test_a_deleted_message_is_given_again_without_its_file_and_an_edited_one_with_it(journal: Journal) -> None:
    await append(journal, said(1, 1), said(2, 2))
    await append(journal, MessageEdited(chat=1, n=3, of=1, version=1, text="words", p=3, of_p=1))
    await append(journal, MessageDeleted(chat=1, n=4, of=2, version=1, p=4, of_p=2))
    first, second, *_ = await journal.transcript(1, limit=10)
    assert (first.text, first.file) == ("words", file(1))
    assert (second.text, second.file) == ("", None)
