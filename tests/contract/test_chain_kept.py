"""Every journal keeps the chain: each record's hash goes over the record before it, whoever wrote that."""

import asyncio

import pytest

from server_stub.journal.api import HeadMoved, Journal
from server_stub.journal.chain import Checker, genesis
from tests.contract.conftest import Place
from tests.contract.records import conversation, records, said, statuses


def checked(place: Place) -> Checker:
    """A checker that has gone along all that is stored, and found it whole."""
    checker = Checker(genesis("main"), lambda row: False)
    assert [sentence for row in place.sealed() if (sentence := checker.check(row))] == []
    return checker


async def test_a_new_journal_stands_at_the_desks_genesis(journal: Journal) -> None:
    assert journal.mark == genesis("main")


@pytest.mark.parametrize("sizes", [[1], [1, 1, 1], [5, 1, 97], [1023, 1024, 1025], [2500, 3]], ids=str)
async def test_batches_of_any_size_make_one_chain_and_the_mark_is_its_end(place: Place, sizes: list[int]) -> None:
    journal = await place.open()
    for size in sizes:
        await journal.append(conversation(journal.head, journal.head + 1, size), journal.head)
    assert checked(place).mark == journal.mark
    assert journal.mark.seq == journal.head == sum(sizes)


async def test_how_the_records_were_batched_does_not_show_in_the_chain(place: Place, journal: Journal) -> None:
    await journal.append(statuses(0, 40), 0)
    hashes = [row.hash for row in place.sealed()]
    assert len(set(hashes)) == 40
    assert checked(place).mark.hash == hashes[-1]


async def test_every_record_has_a_salt_of_its_own(place: Place) -> None:
    journal = await place.open()
    await journal.append(records(0, *(said(1, n, n, "the same words") for n in range(1, 50))), 0)
    salts = [row.salt for row in place.sealed()]
    assert len(set(salts)) == 49
    assert {len(salt or b"") for salt in salts} == {16}


async def test_appends_given_before_the_first_is_done_are_chained_in_their_order(place: Place) -> None:
    journal = await place.open()
    await asyncio.gather(*(journal.append(statuses(head, 5), head) for head in range(0, 50, 5)))
    assert checked(place).mark == journal.mark
    assert journal.head == 50


async def test_the_chain_goes_on_after_the_journal_was_opened_again(place: Place) -> None:
    journal = await place.open()
    await journal.append(statuses(0, 7), 0)
    mark = journal.mark
    await journal.close()
    journal = await place.open()
    assert journal.mark == mark
    await journal.append(statuses(7, 3), 7)
    assert checked(place).mark == journal.mark


async def test_a_late_writer_goes_on_with_the_chain_of_the_early_one(place: Place) -> None:
    early, late = await place.open(), await place.open()
    await early.append(statuses(0, 5), 0)
    with pytest.raises(HeadMoved):
        await late.append(conversation(0, 1, 9), 0)
    assert late.mark == early.mark
    await late.append(statuses(5, 5), 5)
    assert checked(place).mark == late.mark


async def test_a_refused_append_leaves_the_mark_where_it_was(place: Place) -> None:
    journal = await place.open()
    await journal.append(statuses(0, 5), 0)
    mark = journal.mark
    with pytest.raises(HeadMoved):
        await journal.append(statuses(4, 5), 4)
    assert journal.mark == mark
    await journal.append(statuses(5, 5), 5)
    assert checked(place).mark == journal.mark
