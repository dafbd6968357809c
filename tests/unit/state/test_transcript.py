from opconsole.state.transcript import Transcript
from opconsole.wire.messages import Kind, Message
from tests.unit.state.make import log, words


def numbers(transcript: Transcript) -> list[int]:
    return [message.n for message in transcript.entries]


def filled(first: int, last: int) -> Transcript:
    transcript = Transcript()
    transcript.page(log(1, first, last))
    return transcript


def test_an_empty_transcript_has_no_first_and_no_last() -> None:
    empty = Transcript()
    assert (empty.first, empty.last, len(empty), empty.older_exist, empty.waits_from) == (0, 0, 0, False, 0)
    assert empty.at(1) is None


def test_live_entries_are_appended_and_known_ones_are_not() -> None:
    transcript = Transcript()
    assert transcript.add(words(1, 1))
    assert transcript.add(words(1, 2))
    assert not transcript.add(words(1, 2))
    assert not transcript.add(words(1, 1))
    assert numbers(transcript) == [1, 2]
    assert transcript.waits_from == 0


def test_an_appended_entry_moves_nothing() -> None:
    transcript = filled(1, 3)
    revision = transcript.revision
    transcript.add(words(1, 4))
    assert transcript.revision == revision


def test_what_comes_after_a_gap_is_put_aside_until_the_gap_is_filled() -> None:
    transcript = filled(1, 2)
    assert transcript.add(words(1, 5))
    assert transcript.add(words(1, 6))
    assert not transcript.add(words(1, 6))
    assert numbers(transcript) == [1, 2]
    assert transcript.lacks(6) == (5, 2)
    transcript.page(log(1, 3, 4))
    assert numbers(transcript) == [1, 2, 3, 4, 5, 6]
    assert transcript.lacks(6) is None


def test_a_late_live_entry_closes_the_gap_too() -> None:
    transcript = filled(1, 2)
    transcript.add(words(1, 4))
    transcript.add(words(1, 3))
    assert numbers(transcript) == [1, 2, 3, 4]
    assert transcript.waits_from == 0


def test_of_two_gaps_the_newest_entries_are_kept() -> None:
    transcript = filled(1, 1)
    transcript.add(words(1, 5))
    transcript.add(words(1, 9))
    assert transcript.waits_from == 9
    assert transcript.lacks(9) == (9, 7)


def test_a_gap_that_cannot_be_filled_is_given_up() -> None:
    transcript = filled(1, 2)
    transcript.add(words(1, 9))
    transcript.give_up_gap()
    assert numbers(transcript) == [9]
    assert transcript.older_exist


def test_an_older_page_goes_before_and_says_that_entries_moved() -> None:
    transcript = filled(6, 8)
    revision = transcript.revision
    assert list(transcript.page(log(1, 3, 5))) == []
    assert numbers(transcript) == [3, 4, 5, 6, 7, 8]
    assert transcript.revision > revision


def test_a_page_that_overlaps_adds_only_what_is_missing_at_either_end() -> None:
    transcript = filled(4, 6)
    assert [message.n for message in transcript.page(log(1, 2, 9))] == [7, 8, 9]
    assert numbers(transcript) == list(range(2, 10))


def test_an_older_page_that_does_not_touch_is_of_no_use() -> None:
    transcript = filled(8, 9)
    transcript.page(log(1, 2, 4))
    assert numbers(transcript) == [8, 9]


def test_a_newer_page_that_does_not_touch_replaces_the_run() -> None:
    transcript = filled(1, 3)
    transcript.page(log(1, 7, 9))
    assert numbers(transcript) == [7, 8, 9]
    assert transcript.older_exist


def test_of_a_page_with_a_gap_the_newest_part_counts() -> None:
    transcript = Transcript()
    transcript.page([*log(1, 1, 2), *log(1, 5, 6), words(1, 6)])
    assert numbers(transcript) == [5, 6]


def test_a_transcript_ahead_of_the_relay_is_forgotten() -> None:
    transcript = filled(1, 9)
    transcript.synced(log(1, 1, 2), last=4)
    assert numbers(transcript) == [1, 2]


def test_entries_are_found_by_number() -> None:
    transcript = filled(4, 6)
    found = transcript.at(5)
    assert found is not None
    assert found.n == 5
    assert transcript.at(3) is None
    assert transcript.at(7) is None


def test_an_empty_transcript_lacks_at_most_one_sync_of_entries_and_a_begun_one_a_page() -> None:
    assert Transcript().lacks(0) is None
    assert Transcript().lacks(3) == (4, 3)
    assert Transcript().lacks(9_999) == (10_000, 200)
    assert filled(1, 2).lacks(9_999) == (10_000, 500)


# ---------------------------------------------------------------- words that are changed


def change(n: int, of: int, text: str, version: int) -> Message:
    gone = "" if text else "anna"
    return words(
        1, n, "anna", text, kind=Kind.change, of=of, of_p=of, version=version, deleted_by=gone, deleted_name=gone
    )


def texts(transcript: Transcript) -> list[tuple[str, int]]:
    return [(message.text, message.version) for message in transcript.entries]


def test_a_change_is_applied_to_its_entry_and_is_spent() -> None:
    transcript = filled(1, 3)
    revision = transcript.revision
    assert transcript.add(change(4, 2, "other", 1))
    assert texts(transcript) == [("hello", 0), ("other", 1), ("hello", 0), ("", 0)]
    assert (transcript.revision, transcript.edits, transcript.changes) == (revision, 1, 1)
    transcript.add(change(5, 2, "", 2))
    assert transcript.entries[1].deleted_by == "anna"
    assert texts(transcript)[1] == ("", 2)


def test_an_entry_that_rests_packed_is_changed_like_others_and_only_once() -> None:
    transcript = filled(1, 3000)
    transcript.add(change(3001, 2, "other", 1))
    transcript.add(change(3002, 2, "other again", 1))
    assert texts(transcript)[:3] == [("hello", 0), ("other", 1), ("hello", 0)]
    assert (transcript.edits, transcript.changes, len(transcript)) == (1, 2, 3002)


def test_an_older_change_that_comes_late_changes_nothing() -> None:
    transcript = filled(1, 3)
    transcript.add(change(4, 2, "newest", 3))
    transcript.add(change(5, 2, "older", 2))
    assert texts(transcript)[1] == ("newest", 3)
    assert transcript.edits == 1


def test_a_change_of_an_entry_that_is_not_held_is_only_kept() -> None:
    transcript = filled(5, 7)
    transcript.add(change(8, 2, "other", 1))
    assert texts(transcript) == [("hello", 0)] * 3 + [("", 0)]
    transcript.page([words(1, 1), words(1, 2, "anna", "other", version=1), words(1, 3), words(1, 4)])
    assert texts(transcript)[1] == ("other", 1)


def test_a_change_after_a_gap_waits_for_the_gap_to_be_filled() -> None:
    transcript = filled(1, 2)
    transcript.add(change(4, 1, "other", 1))
    assert texts(transcript) == [("hello", 0)] * 2
    transcript.page(log(1, 3, 3))
    assert texts(transcript) == [("other", 1), ("hello", 0), ("hello", 0), ("", 0)]


def test_what_lies_before_a_gap_that_is_not_filled_is_dropped_for_its_change_may_lie_in_it() -> None:
    transcript = filled(1, 100)
    transcript.synced(log(1, 301, 500), 500)
    assert (transcript.first, transcript.last, transcript.changes) == (301, 500, 0)
    transcript = filled(1, 100)
    transcript.add(words(1, 103))
    transcript.give_up_gap()
    assert (transcript.first, transcript.last) == (103, 103)


def test_a_page_that_overlaps_brings_the_changes_that_were_missed() -> None:
    transcript = filled(1, 5)
    page = [*log(1, 3, 5), change(6, 1, "other", 1), words(1, 7)]
    assert [message.n for message in transcript.page(page)] == [6, 7]
    assert texts(transcript)[0] == ("other", 1)


def test_changes_are_counted_through_older_pages_and_resets() -> None:
    transcript = filled(10, 12)
    transcript.page([*log(1, 7, 8), change(9, 3, "x", 1)])
    assert transcript.changes == 1
    transcript.synced([], 2)
    assert (transcript.changes, len(transcript)) == (0, 0)
