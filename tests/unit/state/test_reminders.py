from itertools import pairwise

from opconsole.state.model import LinkState, Phase, Stop
from opconsole.state.reminders import LINK_PATIENCE_MS, MOST_GAP_MS, LinkWatch, Reminders
from opconsole.state.store import Store
from opconsole.wire.cards import ChatCard, Place
from opconsole.wire.staff import Refused, Say
from tests.unit.state.make import ME, chat, held, store, welcome

FIRST = 60_000


def owing(number: int, since: int, rev: int = 1) -> ChatCard:
    return held(number, rev, owes_since=since)


def told(reminders: Reminders, picture: Store, now: int, first_ms: int = FIRST, writing: int = 0) -> list[int]:
    return [card.chat for card in reminders.due(picture, now, first_ms, writing)]


def test_reminders_come_at_growing_distances() -> None:
    picture, reminders = store(owing(1, 1_000)), Reminders()
    at = [now for now in range(1_000, 4_000_000, 1_000) if told(reminders, picture, now)]
    gaps = [later - sooner for sooner, later in pairwise(at)]
    assert at[0] == 1_000 + FIRST
    assert gaps[:4] == [2 * FIRST, 4 * FIRST, 8 * FIRST, MOST_GAP_MS]
    assert set(gaps[4:]) == {MOST_GAP_MS}


def test_an_answer_ends_them_and_the_next_debt_begins_anew() -> None:
    picture, reminders = store(owing(1, 1_000)), Reminders()
    assert told(reminders, picture, 1_000) == []
    picture.apply([held(1, 2)], 2_000)
    assert told(reminders, picture, 500_000) == []
    picture.apply([owing(1, 500_000, 3)], 500_000)
    assert told(reminders, picture, 500_000) == []
    assert told(reminders, picture, 500_000 + FIRST) == [1]


def test_an_answer_on_its_way_is_an_answer_and_a_refused_one_is_none() -> None:
    picture, reminders = store(owing(1, 1_000)), Reminders()
    told(reminders, picture, 1_000)
    picture.send(Say(id="a", chat=1, text="soon"), 2_000)
    assert told(reminders, picture, 100_000) == []
    picture.apply([Refused(id="a", code="odd", text="no")], 100_000)
    told(reminders, picture, 100_000)
    assert told(reminders, picture, 100_000 + FIRST) == [1]


def test_old_debts_are_not_shouted_at_the_start() -> None:
    picture, reminders = store(owing(1, 1_000), owing(2, 2_000)), Reminders()
    assert told(reminders, picture, 9_000_000) == []
    assert told(reminders, picture, 9_000_000 + FIRST) == [1, 2]


def test_the_chat_that_i_write_in_is_not_reminded_of() -> None:
    picture, reminders = store(owing(1, 1_000), owing(2, 2_000)), Reminders()
    told(reminders, picture, 1_000)
    assert told(reminders, picture, 100_000, writing=1) == [2]
    assert told(reminders, picture, 100_000 + FIRST, writing=0) == [1]


def test_none_are_wanted_and_only_what_i_hold_counts() -> None:
    picture = store(owing(1, 1_000), chat(2, Place.snoozed, owner=ME, owes_since=1_000))
    reminders = Reminders()
    told(reminders, picture, 1_000)
    assert told(reminders, picture, 100_000, first_ms=0) == []
    told(reminders, picture, 100_000)
    assert told(reminders, picture, 100_000 + FIRST) == [1]


def test_the_relays_clock_counts() -> None:
    picture, reminders = store(owing(1, 1_000_000)), Reminders()
    picture.apply([welcome(now=1_000_000)], 5_000)
    told(reminders, picture, 5_000)
    assert told(reminders, picture, 5_000 + FIRST - 1) == []
    assert told(reminders, picture, 5_000 + FIRST) == [1]


LIVE, DOWN, TRYING, SYNCING = (LinkState(each) for each in (Phase.live, Phase.offline, Phase.connecting, Phase.syncing))


def test_a_lost_link_is_told_once_after_a_moment_and_its_return_once() -> None:
    watch = LinkWatch()
    assert [watch.look(state, now) for state, now in ((LIVE, 0), (DOWN, 1_000), (TRYING, 2_000))] == ["", "", ""]
    assert watch.look(DOWN, 1_000 + LINK_PATIENCE_MS) == "lost"
    assert [watch.look(state, 9_000) for state in (DOWN, TRYING, SYNCING)] == ["", "", ""]
    assert [watch.look(LIVE, 10_000), watch.look(LIVE, 11_000)] == ["back", ""]


def test_a_link_that_is_soon_back_was_never_lost() -> None:
    watch = LinkWatch()
    assert [watch.look(state, now) for state, now in ((LIVE, 0), (DOWN, 10), (LIVE, 2_000), (DOWN, 4_000))] == [""] * 4
    assert watch.look(DOWN, 4_000 + LINK_PATIENCE_MS) == "lost"


def test_a_link_that_never_was_and_one_that_we_closed_are_not_lost() -> None:
    watch = LinkWatch()
    assert [watch.look(DOWN, now) for now in (0, 60_000)] == ["", ""]
    watch.look(LIVE, 60_000)
    closed = LinkState(Phase.stopped, stop=Stop.closed)
    assert [watch.look(closed, now) for now in (61_000, 90_000)] == ["", ""]
