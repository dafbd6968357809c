"""What every journal does, whatever it is kept in."""

import asyncio

import pytest

from opconsole.wire.messages import Message
from server_stub.desk.events import Event, MessageDeleted, MessageEdited, Record, VisitorEdited
from server_stub.journal.api import READ_BATCH, HeadMoved, Journal, JournalFailed
from tests.contract.conftest import Place
from tests.contract.records import conversation, entries, records, said, statuses


async def everything(journal: Journal, after: int = 0) -> list[Record]:
    return [record async for batch in journal.read(after) for record in batch]


async def test_single_records_are_found_by_their_numbers(journal: Journal) -> None:
    batch = statuses(0, 5)
    await journal.append(batch, 0)
    assert await journal.records([4, 2, 9, 0]) == [batch[3], batch[1]]
    assert await journal.records([]) == []


# ---------------------------------------------------------------- append and read


async def test_a_new_journal_is_empty(journal: Journal) -> None:
    assert journal.head == 0
    assert await everything(journal) == []
    assert await journal.transcript(1, limit=10) == []
    assert await journal.load_snapshot() is None


async def test_what_was_appended_is_read_back_in_order(journal: Journal) -> None:
    first = records(
        0, said(1, 1, 1, "Здравствуйте \"'\\ \n 👋🏽"), VisitorEdited(visitor="anna", name="Anna", email=None)
    )
    second = statuses(2, 3)
    await journal.append(first, 0)
    await journal.append(second, 2)
    assert journal.head == 5
    assert await everything(journal) == first + second
    assert await everything(journal, after=3) == second[1:]
    assert await everything(journal, after=5) == []


@pytest.mark.parametrize("count", [1, 2, 5, 97, 1024, 1025, 2500])
async def test_a_batch_of_any_size_is_appended_whole(journal: Journal, count: int) -> None:
    batch = statuses(0, count)
    await journal.append(batch, 0)
    assert journal.head == count
    assert await everything(journal) == batch


async def test_a_long_journal_is_read_in_batches_without_a_gap(journal: Journal) -> None:
    head = 0
    while head <= 2 * READ_BATCH:
        await journal.append(statuses(head, 1000), head)
        head += 1000
    batches = [batch async for batch in journal.read(7)]
    assert [len(batch) for batch in batches] == [READ_BATCH, READ_BATCH, head - 7 - 2 * READ_BATCH]
    assert [record.seq for batch in batches for record in batch] == list(range(8, head + 1))


async def test_nothing_is_appended_by_an_empty_batch(journal: Journal) -> None:
    await journal.append([], 0)
    assert journal.head == 0
    with pytest.raises(HeadMoved):
        await journal.append([], 1)


async def test_events_may_be_changed_by_their_owner_after_the_append_without_changing_the_journal(
    journal: Journal,
) -> None:
    batch = records(0, said(1, 1, 1, "as it was"))
    pending = asyncio.ensure_future(journal.append(batch, 0))
    await asyncio.sleep(0)
    batch[0].event.text = "changed"  # type: ignore[union-attr]
    await pending
    (kept,) = await everything(journal)
    assert kept.event == said(1, 1, 1, "as it was")
    assert [message.text for message in await journal.transcript(1, limit=5)] == ["as it was"]


async def test_records_with_numbers_that_do_not_continue_the_head_are_an_error_of_the_program(journal: Journal) -> None:
    with pytest.raises(ValueError, match="record 2 stands where 1 must"):
        await journal.append(statuses(1, 1), 0)
    one, two, three = statuses(0, 3)
    with pytest.raises(ValueError, match="record 3 stands where 2 must"):
        await journal.append([one, three, two], 0)
    assert journal.head == 0
    assert await everything(journal) == []


# ---------------------------------------------------------------- the head


async def test_an_append_that_expects_another_head_is_refused_whole(journal: Journal) -> None:
    await journal.append(statuses(0, 4), 0)
    for wrong in (0, 3, 5):
        with pytest.raises(HeadMoved) as refused:
            await journal.append(statuses(wrong, 2), wrong)
        assert (refused.value.expected, refused.value.head) == (wrong, 4)
    assert journal.head == 4
    assert len(await everything(journal)) == 4
    await journal.append(statuses(4, 1), 4)
    assert journal.head == 5


async def test_a_second_writer_can_never_fork_the_journal(place: Place) -> None:
    early, late = await place.open(), await place.open()
    first = statuses(0, 3)
    await early.append(first, 0)
    with pytest.raises(HeadMoved) as refused:
        await late.append(records(0, said(9, 1, 1)), 0)
    assert (refused.value.expected, refused.value.head) == (0, 3)
    assert await everything(late) == await everything(early) == first
    assert await late.transcript(9, limit=5) == []


async def test_a_late_writer_learns_the_head_and_may_go_on_from_there(place: Place) -> None:
    early, late = await place.open(), await place.open()
    await early.append(statuses(0, 1500), 0)
    with pytest.raises(HeadMoved):
        await late.append(statuses(0, 2000), 0)
    assert late.head == 1500
    await late.append(statuses(1500, 1), 1500)
    with pytest.raises(HeadMoved):
        await early.append(statuses(1500, 1), 1500)
    assert [record.seq for record in await everything(early)] == list(range(1, 1502))


async def test_a_second_append_may_be_given_before_the_first_is_done(journal: Journal) -> None:
    one = asyncio.ensure_future(journal.append(statuses(0, 5), 0))
    two = asyncio.ensure_future(journal.append(statuses(5, 5), 5))
    await asyncio.gather(one, two)
    assert journal.head == 10
    assert len(await everything(journal)) == 10


async def test_an_append_whose_caller_was_cancelled_is_whole_or_absent(journal: Journal) -> None:
    task = asyncio.ensure_future(journal.append(statuses(0, 50), 0))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await journal.save_snapshot(0, b"")  # it waits its turn behind the append
    assert len(await everything(journal)) == journal.head
    assert journal.head in (0, 50)
    await journal.append(statuses(journal.head, 1), journal.head)


# ---------------------------------------------------------------- transcripts


async def test_a_transcript_has_the_entries_of_its_chat_only(journal: Journal) -> None:
    one, two = conversation(0, 1, 12), conversation(12, 2, 5)
    await journal.append(one + two, 0)
    await journal.append(statuses(17, 2), 17)
    assert await journal.transcript(1, limit=100) == entries(one)
    assert await journal.transcript(2, limit=100) == entries(two)
    assert await journal.transcript(3, limit=100) == []


@pytest.mark.parametrize(
    ("after", "before", "limit", "numbers"),
    [
        (0, 0, 3, [18, 19, 20]),
        (17, 0, 100, [18, 19, 20]),
        (20, 0, 100, []),
        (0, 5, 100, [1, 2, 3, 4]),
        (0, 5, 2, [3, 4]),
        (9, 12, 100, [10, 11]),
        (9, 10, 100, []),
        (0, 1, 100, []),
    ],
)
async def test_a_page_is_the_newest_entries_of_an_open_interval(
    journal: Journal, after: int, before: int, limit: int, numbers: list[int]
) -> None:
    await journal.append(conversation(0, 1, 20), 0)
    page = await journal.transcript(1, after=after, before=before, limit=limit)
    assert [message.n for message in page] == numbers


async def test_a_visitors_page_has_public_entries_and_counts_public_numbers(journal: Journal) -> None:
    await journal.append(conversation(0, 1, 20), 0)
    everything_public = await journal.transcript(1, limit=100, public_only=True)
    assert [message.p for message in everything_public] == list(range(1, 14))
    assert all(message.kind == "say" for message in everything_public)
    page = await journal.transcript(1, after=4, before=9, limit=3, public_only=True)
    assert [message.p for message in page] == [6, 7, 8]


async def test_entries_of_a_chat_that_lie_far_apart_in_the_journal_are_found(journal: Journal) -> None:
    await journal.append(records(0, said(7, 1, 1)), 0)
    await journal.append(statuses(1, 3000), 1)
    await journal.append(records(3001, said(7, 2, 2)), 3001)
    assert [message.n for message in await journal.transcript(7, limit=10)] == [1, 2]


# ---------------------------------------------------------------- snapshots


async def test_the_newest_snapshot_is_loaded_and_the_one_before_it_is_kept(journal: Journal) -> None:
    await journal.append(statuses(0, 10), 0)
    for seq in (3, 10, 7):
        await journal.save_snapshot(seq, b"\x00state of %d" % seq)
    assert await journal.load_snapshot() == (10, b"\x00state of 10")
    assert await journal.load_snapshot(before=10) == (7, b"\x00state of 7")
    assert await journal.load_snapshot(before=7) is None


async def test_a_snapshot_of_the_same_record_replaces_the_earlier_one(journal: Journal) -> None:
    await journal.append(statuses(0, 1), 0)
    await journal.save_snapshot(1, b"old")
    await journal.save_snapshot(1, b"new")
    assert await journal.load_snapshot() == (1, b"new")
    assert await journal.load_snapshot(before=1) is None


async def test_a_snapshot_ahead_of_the_journal_is_an_error_of_the_program(journal: Journal) -> None:
    await journal.append(statuses(0, 2), 0)
    with pytest.raises(ValueError, match="snapshot of record 3"):
        await journal.save_snapshot(3, b"")


async def test_a_snapshot_may_be_given_while_its_record_is_being_committed(journal: Journal) -> None:
    append = asyncio.ensure_future(journal.append(statuses(0, 100), 0))
    await asyncio.sleep(0)
    await journal.save_snapshot(100, b"state")
    await append
    assert await journal.load_snapshot() == (100, b"state")


# ---------------------------------------------------------------- words that were changed


def changes(after: int, *events: Event) -> list[Record]:
    return [Record(after + i, 1_700_000_100_000 + i, "o:bob", event) for i, event in enumerate(events, 1)]


async def talk_with_changes(journal: Journal) -> None:
    """Entries 1–9 of chat 1 (see `conversation`); then 2 is edited twice, the note 3 edited, 4 deleted, and more is said."""
    await journal.append(conversation(0, 1, 9), 0)
    await journal.append(conversation(9, 2, 9), 9)
    await journal.append(
        changes(
            18,
            MessageEdited(1, 10, 2, 1, "second words", 7, 2, "Bob"),
            MessageEdited(1, 11, 3, 1, "another note", name="Bob"),
            MessageEdited(1, 12, 2, 2, "third words", 8, 2, "Bob"),
            MessageDeleted(1, 13, 4, 1, 9, 3, "Bob"),
            said(1, 14, 10, "the end"),
        ),
        18,
    )


def words(messages: list[Message]) -> list[tuple[int, str, int, str]]:
    return [(each.n, each.text, each.version, each.deleted_by) for each in messages]


async def test_words_are_given_as_they_are_now_and_so_are_their_changes(journal: Journal) -> None:
    await talk_with_changes(journal)
    assert words(await journal.transcript(1, limit=100)) == [
        (1, "words 1", 0, ""),
        (2, "third words", 2, ""),
        (3, "another note", 1, ""),
        (4, "", 1, "bob"),
        (5, "words 5", 0, ""),
        (6, "note 6", 0, ""),
        (7, "words 7", 0, ""),
        (8, "words 8", 0, ""),
        (9, "note 9", 0, ""),
        (10, "third words", 2, ""),
        (11, "another note", 1, ""),
        (12, "third words", 2, ""),
        (13, "", 1, "bob"),
        (14, "the end", 0, ""),
    ]


async def test_entries_alone_are_as_they_are_now_though_their_change_is_not_asked_for(journal: Journal) -> None:
    await talk_with_changes(journal)
    assert words(await journal.transcript(1, before=5, limit=3)) == [
        (2, "third words", 2, ""),
        (3, "another note", 1, ""),
        (4, "", 1, "bob"),
    ]
    assert words(await journal.transcript(1, before=12, limit=2)) == [
        (10, "third words", 2, ""),
        (11, "another note", 1, ""),
    ]


async def test_a_visitor_s_log_is_as_it_is_now_too(journal: Journal) -> None:
    await talk_with_changes(journal)
    public = await journal.transcript(1, before=4, limit=2, public_only=True)
    assert [(each.p, each.text, each.deleted_by) for each in public] == [(2, "third words", ""), (3, "", "bob")]
    public = await journal.transcript(1, after=6, limit=10, public_only=True)
    assert [(each.p, each.of_p, each.text) for each in public] == [
        (7, 2, "third words"),
        (8, 2, "third words"),
        (9, 3, ""),
        (10, 0, "the end"),
    ]


async def test_another_chat_knows_nothing_of_it(journal: Journal) -> None:
    await talk_with_changes(journal)
    assert await journal.transcript(2, limit=100) == entries(conversation(9, 2, 9))


async def test_every_version_stays(journal: Journal) -> None:
    await talk_with_changes(journal)
    assert words(await journal.versions(1, 2)) == [
        (2, "words 2", 0, ""),
        (10, "second words", 1, ""),
        (12, "third words", 2, ""),
    ]
    assert words(await journal.versions(1, 4)) == [(4, "words 4", 0, ""), (13, "", 1, "bob")]
    assert words(await journal.versions(1, 5)) == [(5, "words 5", 0, "")]
    assert await journal.versions(1, 99) == []
    assert await journal.versions(7, 1) == []


# ---------------------------------------------------------------- closing and opening again


async def test_all_is_there_when_it_is_opened_again(place: Place) -> None:
    journal = await place.open()
    kept = conversation(0, 1, 30)
    await journal.append(kept, 0)
    await journal.save_snapshot(30, b"state")
    await journal.close()
    journal = await place.open()
    assert journal.head == 30
    assert await everything(journal) == kept
    assert await journal.transcript(1, limit=100) == entries(kept)
    assert await journal.load_snapshot() == (30, b"state")
    await journal.append(statuses(30, 1), 30)
    assert journal.head == 31


async def test_a_close_finishes_what_was_begun(place: Place) -> None:
    journal = await place.open()
    append = asyncio.ensure_future(journal.append(statuses(0, 100), 0))
    await asyncio.sleep(0)
    await journal.close()
    await append
    assert (await place.open()).head == 100


async def test_a_closed_journal_refuses_everything_but_another_close(place: Place) -> None:
    journal = await place.open()
    await journal.close()
    await journal.close()
    with pytest.raises(JournalFailed, match="closed"):
        await journal.append(statuses(0, 1), 0)
    with pytest.raises(JournalFailed, match="closed"):
        await everything(journal)
    with pytest.raises(JournalFailed, match="closed"):
        await journal.transcript(1, limit=1)
    with pytest.raises(JournalFailed, match="closed"):
        await journal.save_snapshot(0, b"")
    with pytest.raises(JournalFailed, match="closed"):
        await journal.load_snapshot()
