"""Contacts found in the journal, and their content taken out of the file itself."""

from pathlib import Path

import pytest

from opconsole.wire.cards import Profile
from server_stub.contacts import held_about
from server_stub.desk import events as ev
from server_stub.desk import snapshot
from server_stub.desk.actors import DESK
from server_stub.desk.commands import EraseContent, VisitorSays
from server_stub.desk.model import Vouched
from server_stub.journal.contacts import Contact, Contacts
from server_stub.journal.sqlite import SqliteJournal
from server_stub.starting import restore
from tests.unit.desk.desk_world import DeskWorld, visitor
from tests.unit.desk.ended_chat import ended_world


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "desk.db"


@pytest.fixture
async def world(path: Path) -> DeskWorld:
    """Ivan's closed chat and Petr's open one, stored in a file; `world.journal` is what is stored."""
    world = ended_world()
    journal = await SqliteJournal.open(path)
    await journal.append(world.journal, 0)
    await journal.save_snapshot(journal.head, snapshot.dump(world.state))
    await journal.close()
    return world


def found(path: Path, wanted: str) -> list[str]:
    with Contacts(path) as contacts:
        return [each.visitor for each in contacts.find(wanted)]


@pytest.mark.parametrize(
    "wanted", ["ivan", "ivan@example.com", "IVAN@Example.com", "ivan petrov", "#1", "№1", " Ivan Petrov "]
)
def test_a_contact_is_found_by_any_of_their_names(path: Path, world: DeskWorld, wanted: str) -> None:
    assert found(path, wanted) == ["ivan"]


async def test_a_customer_is_found_by_the_sites_own_id(path: Path) -> None:
    world = DeskWorld()
    world.do(visitor("v1"), VisitorSays("c1", "hello", Profile(), vouched=Vouched("shop-4711", "Olga", "", "")))
    journal = await SqliteJournal.open(path)
    await journal.append(world.journal, 0)
    await journal.close()
    assert found(path, "SHOP-4711") == ["v1"]
    with Contacts(path) as contacts:
        (olga,) = contacts.find("v1")
        assert held_about(olga, contacts.records(olga))["customers"] == ["shop-4711"]


@pytest.mark.parametrize("wanted", ["iv", "example.com", "#3", "", "nobody", "wombat"])
def test_a_part_of_a_name_is_nobody(path: Path, world: DeskWorld, wanted: str) -> None:
    assert found(path, wanted) == []


def test_everything_about_a_contact_is_found_and_nothing_about_others(path: Path, world: DeskWorld) -> None:
    with Contacts(path) as contacts:
        (ivan,) = contacts.find("ivan")
        records = list(contacts.records(ivan))
    text = b"\n".join(ev.encode_event(record.event) for record in records).decode()
    for word in ("wombat", "secret note", "secret thanks", "https://shop.example/secret", "192.0.2.7"):
        assert word in text
    assert "good day" not in text
    assert len(records) == sum(b"secret" in ev.encode_event(each.event) for each in world.journal) + sum(
        b"secret" not in ev.encode_event(each.event) and (ev.chat_of(each.event) == 1 or each.actor == "v:ivan")
        for each in world.journal
    )


async def test_what_was_erased_is_not_in_the_files_any_more(path: Path, world: DeskWorld) -> None:
    journal = await SqliteJournal.open(path)
    before = len(world.journal)
    world.do(DESK, EraseContent("ivan", (1,), "boss"))
    await journal.append(world.journal[before:], before)
    assert await journal.load_snapshot() is None
    state = await restore(journal)
    assert snapshot.dump(state) == snapshot.dump(world.state)
    transcript = await journal.transcript(1, limit=100)
    assert [each.text for each in transcript if each.kind.value != "event"] == ["", "", ""]
    await journal.close()
    bytes_left = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert b"good day" in bytes_left
    for word in (b"wombat", b"secret note", b"secret thanks", b"secret Ivan", b"Ivan Petrov", b"ivan@example.com"):
        assert word not in bytes_left


async def test_the_files_are_clean_while_somebody_reads_too(path: Path, world: DeskWorld) -> None:
    journal = await SqliteJournal.open(path)
    with Contacts(path) as contacts:
        contacts.head()  # another program, such as an export, has the file open
        before = len(world.journal)
        world.do(DESK, EraseContent("ivan", (1,), "boss"))
        await journal.append(world.journal[before:], before)
        bytes_left = b"".join(file.read_bytes() for file in path.parent.iterdir())
        assert b"wombat" not in bytes_left
    await journal.close()


async def test_old_content_is_found_by_contact_and_by_chat(path: Path, world: DeskWorld) -> None:
    last = max(each.at for each in world.journal)
    with Contacts(path) as contacts:
        assert contacts.outlived(0) == ([], [])
        contacts_due, chats_due = contacts.outlived(last + 1)
    assert [each.visitor for each in contacts_due] == ["ivan", "petr"]
    assert chats_due == []


async def test_what_is_erased_already_is_not_found_again(path: Path, world: DeskWorld) -> None:
    journal = await SqliteJournal.open(path)
    before = len(world.journal)
    world.do(DESK, EraseContent("ivan", (1,)))
    await journal.append(world.journal[before:], before)
    await journal.close()
    with Contacts(path) as contacts:
        due, chats = contacts.outlived(world.now + 1)
    assert [each.visitor for each in due] == ["petr"]
    assert chats == []


def test_a_contact_is_told_from_others_in_one_line() -> None:
    contact = Contact(visitor="abc", names=["Old", "New"], phones=["+7 900"], chats=[1])
    assert contact.line() == "abc  New  +7 900  1 chat"
