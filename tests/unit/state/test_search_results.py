"""What a search has brought: one question at a time, pages, stale answers, a lost link, and what was erased meanwhile."""

from opconsole.state.search_query import Asked
from opconsole.state.search_results import Phase, Results
from opconsole.wire.search import Found, Hit, Search
from opconsole.wire.staff import Refused

KETTLE = Asked("kettle")
IRON = Asked("iron")


def hits(*numbers: int) -> list[Hit]:
    return [Hit(chat=number, n=1) for number in numbers]


def chats(results: Results) -> list[int]:
    return [hit.chat for hit in results.hits]


def test_a_search_is_asked_and_answered() -> None:
    results = Results()
    question = results.want(KETTLE, "a")
    assert question == Search(id="a", text="kettle")
    assert results.phase is Phase.searching
    assert results.take(Found(id="a", hits=hits(3, 2)), "b") is None
    assert (results.phase, chats(results)) == (Phase.done, [3, 2])
    assert results.more("c") is None


def test_what_is_typed_meanwhile_is_asked_when_the_answer_has_come_and_that_one_is_dropped() -> None:
    results = Results()
    results.want(Asked("k"), "a")
    assert results.want(Asked("ke"), "b") is None
    assert results.want(KETTLE, "c") is None
    question = results.take(Found(id="a", hits=hits(9)), "d")
    assert question is not None
    assert (question.id, question.text) == ("d", "kettle")
    assert results.hits == []
    results.take(Found(id="d", hits=hits(1)), "e")
    assert chats(results) == [1]


def test_the_next_page_goes_below_and_another_search_begins_anew() -> None:
    results = Results()
    results.want(KETTLE, "a")
    results.take(Found(id="a", hits=hits(5, 4), next=40), "b")
    question = results.more("c")
    assert question is not None
    assert question.before == 40
    assert results.more("d") is None, "one at a time"
    results.take(Found(id="c", hits=hits(3)), "e")
    assert chats(results) == [5, 4, 3]
    results.want(IRON, "f")
    results.take(Found(id="f", hits=hits(1)), "g")
    assert chats(results) == [1]


def test_where_nothing_was_found_yet_it_goes_on_looking_by_itself() -> None:
    results = Results()
    results.want(KETTLE, "a")
    question = results.take(Found(id="a", next=500), "b")
    assert question is not None
    assert (question.id, question.before, results.phase) == ("b", 500, Phase.searching)
    results.take(Found(id="b", hits=hits(1)), "c")
    assert (results.phase, chats(results)) == (Phase.done, [1])


def test_answers_to_others_and_answers_after_the_field_was_cleared_change_nothing() -> None:
    results = Results()
    results.want(KETTLE, "a")
    assert results.take(Found(id="z", hits=hits(1)), "b") is None
    assert results.want(Asked(), "c") is None
    assert results.take(Found(id="a", hits=hits(1)), "d") is None
    assert (results.hits, results.phase) == ([], Phase.idle)


def test_a_refusal_is_kept_and_a_lost_link_is_told() -> None:
    results = Results()
    results.want(KETTLE, "a")
    results.take(Refused(id="a", code="search_busy", text="Busy."), "b")
    assert results.refused is not None
    results.want(IRON, "c")
    results.link_lost()
    assert results.phase is Phase.offline
    assert results.free
    assert results.want(IRON, "d") is not None


def test_what_was_erased_goes_from_the_results() -> None:
    results = Results()
    results.want(KETTLE, "a")
    results.take(Found(id="a", hits=hits(5, 4, 5)), "b")
    results.erased(5)
    assert chats(results) == [4]
