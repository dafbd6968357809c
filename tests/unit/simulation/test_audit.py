"""The judgement on a shift: each way in which a relay can be wrong is found, and a good one is acquitted."""

from msgspec import structs

from opconsole.simulation.audit import Times, judge, times_of
from opconsole.simulation.ledger import Ledger, Seen
from opconsole.wire.messages import Kind, Message
from opconsole.wire.staff import Refused


def event(n: int, code: str, by: str = "") -> Message:
    return Message(chat=1, n=n, kind=Kind.event, by=by, text=code)


ASKED = Message(chat=1, n=2, p=1, by="visitor", text="Hello?", cid="a")
ANSWERED = Message(chat=1, n=5, p=2, by="maria", name="Maria", text="Hi!", cid="m")
TRANSCRIPT = [
    event(1, "opened"),
    ASKED,
    event(3, "taken", "maria"),
    Message(chat=1, n=4, kind=Kind.note, by="maria", text="polite"),
    ANSWERED,
]


def anna(*seen: Seen) -> Ledger:
    """A visitor who asked, was acknowledged, and at the end synced what is given (by default: all)."""
    ledger = Ledger("anna")
    ledger.said("a", "Hello?", 0)
    ledger.done("a", 1, 1, 5_000)
    ledger.compare(1, seen or (Seen(1, "Hello?", "a", "visitor"), Seen(2, "Hi!", "", "operator")))
    return ledger


def maria() -> Ledger:
    ledger = Ledger("maria")
    ledger.said("m", "Hi!", 0, chat=1)
    ledger.done("m", 1, 2, 7_000)
    return ledger


def test_a_good_shift_is_counted_and_nothing_is_wrong_with_it() -> None:
    verdict = judge([anna()], [maria()], {1: TRANSCRIPT})

    assert verdict.problems == []
    assert structs.asdict(verdict.messages) == {
        "sent": 2,
        "stored": 2,
        "refused": 0,
        "delivered": 2,
        "lost": 0,
        "doubled": 0,
    }
    assert (verdict.chats.opened, verdict.chats.answered, verdict.chats.rescued, verdict.chats.abandoned) == (
        1,
        1,
        0,
        0,
    )


def test_an_acknowledged_message_that_the_team_cannot_read_is_lost() -> None:
    verdict = judge([anna()], [], {1: [event(1, "opened")]})

    assert verdict.messages.lost == 1
    assert "message a was stored as 1/1, and isn't there" in verdict.problems[0]


def test_a_message_that_is_stored_with_other_words_is_lost() -> None:
    changed = structs.replace(ASKED, text="Hullo?")

    assert judge([anna()], [maria()], {1: [TRANSCRIPT[0], changed, *TRANSCRIPT[2:]]}).messages.lost >= 1


def test_a_message_that_stands_twice_is_doubled_in_whichever_chat() -> None:
    again = structs.replace(ASKED, chat=2, n=1)

    verdict = judge([anna()], [maria()], {1: TRANSCRIPT, 2: [again]})

    assert verdict.messages.doubled == 1
    assert verdict.problems == ["anna: message a stands 2 times"]


def test_a_visitor_who_lacks_a_reply_has_lost_it() -> None:
    verdict = judge([anna(Seen(1, "Hello?", "a", "visitor"))], [maria()], {1: TRANSCRIPT})

    assert verdict.messages.lost == 1
    assert verdict.messages.delivered == 1
    assert "anna: lacks 1/2" in verdict.problems


def test_a_visitor_who_reads_other_words_than_the_team_is_a_problem() -> None:
    seen = (Seen(1, "Hello?", "a", "visitor"), Seen(2, "Go away!", "", "operator"))

    assert judge([anna(*seen)], [maria()], {1: TRANSCRIPT}).problems == ["anna: 1/2 is not what the team reads"]


def test_a_gap_in_a_transcript_is_a_problem() -> None:
    assert "chat 1 has a gap" in judge([anna()], [maria()], {1: [*TRANSCRIPT[:3], TRANSCRIPT[4]]}).problems


def test_a_refused_message_that_stands_in_a_chat_is_a_problem() -> None:
    ledger = maria()
    ledger.said("late", "Sorry", 0, chat=1)
    ledger.refused(Refused(id="late", code="not_yours", text="…"))
    sneaked = Message(chat=1, n=6, p=3, by="maria", text="Sorry", cid="late")

    assert judge([], [ledger], {1: TRANSCRIPT}).messages.refused == 1
    assert "was refused, and stands in chat 1" in judge([], [ledger], {1: [*TRANSCRIPT, sneaked]}).problems[0]


def test_what_was_never_answered_is_neither_lost_nor_stored() -> None:
    ledger = anna()
    ledger.said("b", "And?", 9)

    verdict = judge([ledger], [maria()], {1: TRANSCRIPT})

    assert (verdict.messages.sent, verdict.messages.stored, verdict.messages.lost) == (3, 2, 0)


def test_the_ledgers_own_complaints_count() -> None:
    ledger = anna()
    ledger.saw(1, Seen(9, "?", "", "operator"))

    assert judge([ledger], [maria()], {1: TRANSCRIPT}).problems[0] == "anna: chat 1 goes from 2 to 9"


def test_rescues_refusals_and_abandoned_chats_are_counted() -> None:
    busy = Ledger("ivan")
    busy.refused(Refused(id="x", code="limit", text="…"))
    left = [event(1, "opened"), ASKED, event(3, "closed")]
    ended = [event(1, "opened"), ASKED, event(3, "closed", "visitor")]
    closed_by_operator = [event(1, "opened"), ASKED, event(3, "closed", "maria")]
    rescued = [*TRANSCRIPT, event(6, "rescued"), event(7, "taken", "ivan"), event(8, "rescued"), event(9, "reopened")]

    chats = judge([], [busy], {1: rescued, 2: left, 3: ended, 4: closed_by_operator}).chats

    assert (chats.rescued, chats.refused_by_limit, chats.abandoned) == (2, 1, 2)
    assert (chats.opened, chats.answered, chats.closed, chats.reopened) == (4, 1, 3, 1)


def test_a_shift_in_which_nothing_happened_proves_nothing() -> None:
    assert judge([], [], {}).problems == ["nothing was stored: there was no shift to judge"]


def test_what_happened_after_the_shift_is_not_counted() -> None:
    late = [event(1, "opened"), ASKED, structs.replace(event(3, "closed"), at=9_000)]

    assert judge([], [], {1: late}, ended_at=8_000).chats.abandoned == 0
    assert judge([], [], {1: late}, ended_at=9_000).chats.abandoned == 1


def test_times_are_percentiles_in_milliseconds() -> None:
    assert times_of([]) == Times(0.0, 0.0)
    assert times_of(us * 1000 for us in range(1, 101)) == Times(50.0, 99.0)
