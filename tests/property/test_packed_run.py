"""A packed run is a list of messages in everything but its memory."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from opconsole.state.packed import PackedRun
from opconsole.state.transcript import Transcript
from opconsole.wire.files import File
from opconsole.wire.messages import Kind, Message
from tests.unit.state.make import log

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
MESSAGES = st.builds(
    Message,
    chat=st.just(7),
    n=st.integers(1, 2**40),
    p=st.integers(0, 2**40),
    at=st.integers(0, 2**45),
    kind=st.sampled_from(Kind),
    by=st.sampled_from(["visitor", "anna", ""]),
    name=TEXTS,
    text=TEXTS,
    file=st.none() | st.builds(File, name=TEXTS, size=st.integers(0, 2**40)),
    version=st.integers(0, 3),
)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("append"), st.lists(MESSAGES, max_size=12)),
        st.tuples(st.just("before"), st.lists(MESSAGES, max_size=12)),
        st.tuples(st.just("replace"), st.tuples(st.integers(0, 10**6), MESSAGES)),
    ),
    max_size=25,
)


@given(STEPS, st.integers(1, 5), st.integers(0, 6))
def test_it_holds_what_a_list_holds(steps: list[tuple[str, Any]], block: int, open: int) -> None:
    run, model = PackedRun(block, open), list[Message]()
    for name, given_ in steps:
        if name == "append":
            model += given_
            for message in given_:
                run.append(message)
        elif name == "before":
            model[:0] = given_
            run.put_before(given_)
        elif model:
            index, message = given_[0] % len(model), given_[1]
            model[index] = run[index] = message
        assert len(run) == len(model)
        assert [run[index] for index in range(len(run))] == model
        assert [run[index - len(run)] for index in range(len(run))] == model
    assert list(run) == model
    assert list(reversed(run)) == model[::-1]
    assert run[1:-1:2] == model[1:-1:2]
    for index in (len(model), -len(model) - 1):
        try:
            run[index]
        except IndexError:
            continue
        raise AssertionError(index)


@given(st.integers(0, 5000), st.integers(1, 900))
def test_a_long_transcript_that_is_read_upwards_is_whole(last: int, page: int) -> None:
    transcript = Transcript()
    transcript.page(log(1, max(1, last - 30), last))
    while transcript.older_exist:
        transcript.page(log(1, max(1, transcript.first - page), transcript.first - 1))
    assert [message.n for message in transcript.entries] == list(range(1, last + 1))
    for n in {1, last // 2, last} & set(range(1, last + 1)):
        found = transcript.at(n)
        assert found is not None
        assert found.n == n
