"""The chain by itself: what is in a hash, and what the checker finds. That both backends keep it is in tests/contract/."""

import hashlib
from collections.abc import Callable, Iterator

import msgspec
import pytest

from server_stub.journal.chain import Checker, Mark, Sealed, facts, genesis, link, parse_mark, seal


def row(before: Mark, body: bytes = b'{"k":"x"}', salt: bytes = b"s" * 16) -> Sealed:
    seq = before.seq + 1
    known = (seq, 1_700_000_000_000, "message_said", 3, 2, 1, "v:anna")
    return Sealed(*known, body, salt, None, link(before.hash, facts(known) + seal(salt, body)), None)


def chained(count: int) -> Iterator[Sealed]:
    mark = genesis("main")
    for number in range(count):
        made = row(mark, b"body %d" % number, bytes([number]) * 16)
        yield made
        mark = Mark(made.seq, made.hash)


def nobody(row: Sealed) -> bool:
    raise AssertionError("nobody was asked")


def first_break(rows: list[Sealed], is_named: Callable[[Sealed], bool] = nobody) -> str:
    one_by_one, at_once = Checker(genesis("main"), is_named), Checker(genesis("main"), is_named)
    found = next((sentence for each in rows if (sentence := one_by_one.check(each))), "")
    assert at_once.check_all(rows) == (one_by_one.mark.seq, found), "the quick way finds the same"
    assert at_once.mark == one_by_one.mark
    return found


def test_a_hash_is_made_as_the_page_says_so_that_any_program_can_check_it() -> None:
    sha = hashlib.sha256
    before = sha(b"opconsole journal of main").digest()
    assert genesis("main") == (0, before)
    made = row(genesis("main"), "слова".encode())
    sealed = sha(b"s" * 16 + "слова".encode()).digest()
    known = b'[1,1700000000000,"message_said",3,2,1,"v:anna"]'
    assert made.hash == sha(before + known + sealed).digest()


def test_a_chain_that_is_whole_fits_to_its_end() -> None:
    rows = list(chained(5))
    checker = Checker(genesis("main"), nobody)
    assert [checker.check(each) for each in rows] == [""] * 5
    assert checker.mark == (5, rows[-1].hash)


@pytest.mark.parametrize("field", Sealed._fields)
def test_whatever_is_changed_in_a_record_is_found_at_that_record(field: str) -> None:
    rows = list(chained(5))
    old = getattr(rows[2], field)
    other = {int: lambda: old + 1, str: lambda: old + "x", bytes: lambda: bytes([old[0] ^ 1]) + old[1:]}
    new = b"x" * 32 if field == "seal" else 9 if field == "erased" else other[type(old)]()
    rows[2] = Sealed(**{**rows[2]._asdict(), field: new})
    assert first_break(rows, lambda row: True).startswith("record 3 ")


def test_a_record_taken_out_moved_or_put_in_is_found() -> None:
    rows = list(chained(5))
    assert first_break([*rows[:2], *rows[3:]]) == "record 3 is missing"
    assert first_break([*rows[:2], rows[3], rows[2], rows[4]]) == "record 3 is missing"
    renumbered = [each._replace(seq=number) for number, each in enumerate([*rows[:2], *rows[3:]], 1)]
    assert first_break(renumbered) == "record 3 is not what was written: its hash doesn't fit"
    put_in = [*rows[:2], row(Mark(2, rows[1].hash)), *(each._replace(seq=each.seq + 1) for each in rows[2:])]
    assert first_break(put_in) == "record 4 is not what was written: its hash doesn't fit"


def test_records_of_another_desk_do_not_fit() -> None:
    checker = Checker(genesis("other"), nobody)
    assert checker.check(row(genesis("main"))) == "record 1 is not what was written: its hash doesn't fit"


# ---------------------------------------------------------------- erased content


def erased(of: Sealed, eraser: int) -> Sealed:
    assert of.salt is not None
    return of._replace(body=b"", salt=None, seal=seal(of.salt, of.body), erased=eraser)


def test_a_chain_holds_where_content_was_erased_by_an_event_that_names_the_record() -> None:
    rows = list(chained(5))
    rows[1] = erased(rows[1], 5)
    assert first_break(rows, lambda row: (row.erased, row.seq) == (5, 2)) == ""


def test_an_erased_record_that_no_erasure_names_is_a_break() -> None:
    rows = list(chained(5))
    rows[1] = erased(rows[1], 4)
    assert first_break(rows, lambda row: False) == (
        "record 2 counts as erased by record 4, which is no erasure that names it"
    )


def test_an_erasure_is_later_than_what_it_erases() -> None:
    rows = list(chained(5))
    rows[2] = erased(rows[2], 2)
    assert first_break(rows, lambda row: True).startswith("record 3 counts as erased by record 2, which")


def test_the_facts_of_an_erased_record_are_still_held() -> None:
    rows = list(chained(5))
    rows[1] = erased(rows[1], 5)._replace(actor="v:mallory")
    assert first_break(rows, lambda row: True) == "record 2 is not what was written: its hash doesn't fit"


def test_content_taken_away_without_an_erasure_is_a_break() -> None:
    rows = list(chained(5))
    rows[1] = erased(rows[1], 5)._replace(erased=None)
    assert first_break(rows) == "record 2 has lost its salt, and no erasure is the reason"


def test_the_seal_that_stays_does_not_tell_the_content_to_who_tries_all_that_it_could_be() -> None:
    yes, no = (seal(bytes([number]) * 16, word) for number, word in enumerate((b"yes", b"no")))
    tried = {hashlib.sha256(guess).digest() for guess in (b"yes", b"no")}
    assert not tried & {yes, no}
    assert seal(b"a" * 16, b"yes") != seal(b"b" * 16, b"yes")


# ---------------------------------------------------------------- marks


def test_a_mark_is_read_as_it_is_written() -> None:
    mark = Mark(12, bytes(range(32)))
    assert str(mark) == "12:" + bytes(range(32)).hex()
    assert parse_mark(f" {mark}\n") == mark


@pytest.mark.parametrize(
    "text", ["", "12", "12:", "12:abc", ":" + "00" * 32, "-1:" + "00" * 32, "1:" + "00" * 31, "x:y"]
)
def test_what_is_no_mark_is_not_taken_for_one(text: str) -> None:
    assert parse_mark(text) is None


def test_the_facts_are_compact_json() -> None:
    known = (1, 2, "kind", 3, 4, 5, 'o:"я"')
    assert facts(known) == '[1,2,"kind",3,4,5,"o:\\"я\\""]'.encode()
    assert msgspec.json.decode(facts(known)) == list(known)
