"""What is remembered of each entry: 16 bytes that come back as they were."""

from server_stub.desk import entries
from server_stub.desk.entries import Entry
from server_stub.desk.model import Chat


def chat_of(*said: tuple[int, str, bool]) -> Chat:
    chat = Chat(chat=1, visitor="v1", channel="site", department="general")
    for at, by, public in said:
        chat.last += 1
        chat.public += public
        entries.add(chat, at, by, public=public)
    return chat


TALK = ((100, "", False), (101, "visitor", True), (102, "anna", False), (103, "anna", True), (104, "", True))


def test_an_entry_is_found_by_its_number_and_by_its_public_one() -> None:
    chat = chat_of(*TALK)
    assert [entries.find(chat, n) for n in range(1, 6)] == [
        Entry(1, 0, 100, "", 0, False),
        Entry(2, 1, 101, "visitor", 0, False),
        Entry(3, 0, 102, "anna", 0, False),
        Entry(4, 2, 103, "anna", 0, False),
        Entry(5, 3, 104, "", 0, False),
    ]
    assert [entries.find_public(chat, p) for p in (1, 2, 3)] == [entries.find(chat, n) for n in (2, 4, 5)]


def test_numbers_that_there_are_not_find_nothing() -> None:
    chat = chat_of(*TALK)
    assert [entries.find(chat, n) for n in (-1, 0, 6, 2**53)] == [None] * 4
    assert [entries.find_public(chat, p) for p in (-1, 0, 4, 2**53)] == [None] * 4
    assert entries.find(chat_of(), 1) is None


def test_changes_are_counted_and_a_deletion_is_seen() -> None:
    chat = chat_of(*TALK)
    for _ in range(300):
        entries.note_change(chat, 2, deleted=False)
    entries.note_change(chat, 4, deleted=True)
    assert entries.find(chat, 2) == Entry(2, 1, 101, "visitor", 300, False)
    assert entries.find(chat, 4) == Entry(4, 2, 103, "anna", 1, True)
    assert entries.find(chat, 3) == Entry(3, 0, 102, "anna", 0, False)


def test_the_most_versions_have_room_beside_a_deletion() -> None:
    chat = chat_of((1_800_000_000_000, "visitor", True))
    for _ in range(entries.MOST_VERSIONS):
        entries.note_change(chat, 1, deleted=False)
    entries.note_change(chat, 1, deleted=True)
    assert entries.find(chat, 1) == Entry(1, 1, 1_800_000_000_000, "visitor", entries.MOST_VERSIONS + 1, True)


def test_a_long_chat_of_many_people_is_kept() -> None:
    chat = chat_of(*((n, f"operator {n % 300}", n % 3 == 0) for n in range(1, 3001)))
    assert entries.find_public(chat, 1000) == Entry(3000, 1000, 3000, "operator 0", 0, False)
    assert entries.find(chat, 2999) == Entry(2999, 0, 2999, "operator 299", 0, False)
