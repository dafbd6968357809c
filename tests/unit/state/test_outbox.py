import pytest
from hypothesis import given
from hypothesis import strategies as st

from opconsole.state.outbox import Outbox, OutboxDamaged
from opconsole.wire import limits
from opconsole.wire.staff import (
    AddNote,
    DeleteMessage,
    EditMessage,
    Fetch,
    History,
    Refused,
    SaveTemplate,
    Say,
    StaffCommand,
    Take,
)


def say(command_id: str, text: str = "hello", chat: int = 1) -> Say:
    return Say(id=command_id, chat=chat, text=text)


def full_of(*commands: StaffCommand) -> Outbox:
    outbox = Outbox()
    for command in commands:
        assert outbox.add(command, now=5) is None
    return outbox


def test_commands_go_out_in_order_and_once_a_connection() -> None:
    outbox = full_of(say("a"), Take(id="b", chat=2), say("c"))
    assert [command.id for command in outbox.unsent()] == ["a", "b", "c"]
    outbox.mark_sent("a")
    assert [command.id for command in outbox.unsent()] == ["b", "c"]
    outbox.link_lost()
    assert [command.id for command in outbox.unsent()] == ["a", "b", "c"]


def test_what_is_done_leaves_and_is_not_sent_again() -> None:
    outbox = full_of(say("a"), say("b"))
    assert outbox.settle("a") == say("a")
    assert outbox.settle("a") is None
    assert len(outbox) == 1
    outbox.link_lost()
    assert [command.id for command in outbox.unsent()] == ["b"]


def test_refused_words_stay_with_the_reason_and_are_not_sent_again() -> None:
    outbox = full_of(say("a", "precious"))
    outbox.mark_sent("a")
    assert outbox.refuse(Refused(id="a", code="not_yours", text="no", facts={"by": "boris"})) == say("a", "precious")
    outbox.link_lost()
    assert outbox.unsent() == []
    assert (len(outbox), outbox.failed) == (0, 1)
    (item,) = outbox.words_of(1)
    assert item.failure is not None
    assert (item.failure.code, item.failure.facts) == ("not_yours", {"by": "boris"})
    assert outbox.refuse(Refused(id="a", code="again", text="no")) is None


def test_a_refused_take_is_over() -> None:
    outbox = full_of(Take(id="a", chat=1))
    assert outbox.refuse(Refused(id="a", code="taken", text="no")) == Take(id="a", chat=1)
    assert list(outbox) == []


def test_refused_words_can_be_sent_again_as_a_new_command_at_the_end() -> None:
    outbox = full_of(say("a"), say("b"))
    outbox.refuse(Refused(id="a", code="x", text="no"))
    assert outbox.retry("a", "c", now=9) == say("c")
    assert [command.id for command in outbox.unsent()] == ["b", "c"]
    assert outbox.failed == 0
    assert outbox.retry("b", "d", now=9) is None


def test_refused_words_can_be_taken_out_and_others_cannot() -> None:
    outbox = full_of(say("a", "text"), AddNote(id="b", chat=1, text="a note"))
    outbox.refuse(Refused(id="b", code="x", text="no"))
    outbox.mark_sent("a")
    assert outbox.dismiss("a") is None
    assert outbox.dismiss("b") == "a note"
    assert [item.command.id for item in outbox] == ["a"]


def test_words_of_a_chat_are_messages_and_notes_of_that_chat() -> None:
    outbox = full_of(say("a"), Take(id="b", chat=1), AddNote(id="c", chat=1, text="n"), say("d", chat=2))
    assert [item.command.id for item in outbox.words_of(1)] == ["a", "c"]


def test_it_is_bounded_failed_words_included_and_says_so() -> None:
    outbox = Outbox(limit=2)
    outbox.add(say("a"), 0)
    outbox.refuse(Refused(id="a", code="x", text="no"))
    outbox.add(say("b"), 0)
    refused = outbox.add(say("c"), 0)
    assert refused is not None
    assert (refused.code, refused.facts) == ("outbox_full", {"limit": 2})
    assert "c" not in outbox


def test_what_the_relay_would_not_understand_is_not_taken() -> None:
    outbox = Outbox()
    long = outbox.add(say("a", "ж" * (limits.TEXT_BYTES // 2 + 1)), 0)
    assert long is not None
    assert long.code == "text_too_long"
    assert outbox.add(say("b", "ж" * (limits.TEXT_BYTES // 2)), 0) is None
    note = outbox.add(AddNote(id="c", chat=1, text="x" * (limits.NOTE_BYTES + 1)), 0)
    assert note is not None
    assert note.code == "text_too_long"
    invalid = outbox.add(SaveTemplate(id="d", template="t", code="two words"), 0)
    assert invalid is not None
    assert invalid.code == "invalid"


def test_an_id_is_used_once_and_questions_are_not_kept() -> None:
    outbox = full_of(say("a"))
    with pytest.raises(ValueError, match="id"):
        outbox.add(say("a"), 0)
    with pytest.raises(TypeError, match="question"):
        outbox.add(Fetch(id="f", chat=1), 0)
    with pytest.raises(TypeError, match="question"):
        outbox.add(History(id="h", chat=1, n=2), 0)


def test_the_revision_tells_what_must_go_to_disk() -> None:
    outbox = Outbox()
    seen = [outbox.revision]
    outbox.add(say("a"), 0)
    seen.append(outbox.revision)
    outbox.mark_sent("a")
    assert outbox.revision == seen[-1]
    outbox.refuse(Refused(id="a", code="x", text="no"))
    seen.append(outbox.revision)
    outbox.dismiss("a")
    seen.append(outbox.revision)
    assert seen == sorted(set(seen))


def test_it_comes_back_from_its_bytes_before_what_was_given_since() -> None:
    outbox = full_of(say("a", "текст\nв две строки"), Take(id="b", chat=7))
    outbox.refuse(Refused(id="a", code="x", text="no", facts={"n": 1}))
    again = full_of(say("new"))
    again.load(outbox.dump())
    assert [item.command.id for item in again] == ["a", "b", "new"]
    assert list(again)[:2] == list(outbox)
    assert (len(again), again.failed) == (2, 1)


@given(st.binary(max_size=200))
def test_damaged_bytes_are_refused_and_change_nothing(blob: bytes) -> None:
    outbox = full_of(say("a"))
    try:
        outbox.load(blob)
    except OutboxDamaged:
        assert [item.command.id for item in outbox] == ["a"]


def test_bytes_of_another_format_are_refused() -> None:
    with pytest.raises(OutboxDamaged, match="format 2"):
        Outbox().load(b'{"v":2,"items":[]}')


def test_changes_under_way_are_known_by_chat_and_a_refused_one_goes() -> None:
    outbox = full_of(
        EditMessage(id="e", chat=1, n=4, text="other"),
        DeleteMessage(id="d", chat=1, n=5),
        DeleteMessage(id="o", chat=2, n=1),
    )
    assert [each.id for each in outbox.changes_of(1)] == ["e", "d"]
    assert outbox.words_of(1) == []
    assert outbox.refuse(Refused(id="e", code="change_late", text="Late.")) is not None
    assert [each.id for each in outbox.changes_of(1)] == ["d"]
    again = Outbox()
    again.load(outbox.dump())
    assert [each.id for each in again.changes_of(1)] == ["d"]


def test_words_of_an_edit_are_held_to_the_bound_of_messages() -> None:
    problem = Outbox().add(EditMessage(id="e", chat=1, n=4, text="ы" * limits.TEXT_BYTES), 0)
    assert problem is not None
    assert problem.code == "text_too_long"


def test_what_stood_on_the_disk_is_as_clean_as_what_comes_over_the_link() -> None:
    blob = full_of(say("a", "x\x1b]52;c;eA==\x07\ny")).dump()
    outbox = Outbox()
    outbox.load(blob)
    assert [command.text for command in outbox.unsent() if isinstance(command, Say)] == ["x␛]52;c;eA==␇\ny"]
