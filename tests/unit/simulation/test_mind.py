"""The simulated visitor's behaviour, driven by hand: no clock, no socket."""

from random import Random

import pytest
from msgspec import structs

from opconsole.simulation.mind import Act, Arrive, End, Go, Leaf, Leave, Look, Mind, Mood, Peek, Rate, Say
from opconsole.simulation.people import Person, person

BASE = structs.replace(
    person("tests", 0, "http://shop.example"),
    lines=("Where is my order?", "And when will it come?"),
    more=(),
    thanks="Thanks!",
    nudges=("Hello?",),
    splits=False,
    ends=False,
    score=0,
    flaky=0.0,
    char_ms=100,
    think_ms=2_000,
    browse_ms=5_000,
    nudge_ms=30_000,
    patience_ms=90_000,
    stay_ms=10_000,
    back_ms=60_000,
)


class Steady(Random):
    """Dice that never fall on anything unusual: no second thoughts while typing, no wandering."""

    def random(self) -> float:
        return 0.99


class Life:
    """A mind with its clock: `until` lets time pass and collects the acts."""

    def __init__(self, dice: Random | None = None, **habits: object) -> None:
        self.person: Person = structs.replace(BASE, **habits)
        self.mind = Mind(self.person, dice or Steady(), 0)
        self.now = 0
        self.acts: list[tuple[int, Act]] = []

    def until(self, now: int) -> None:
        while (due_at := self.mind.due_at) is not None and due_at <= now:
            self.now = due_at
            self.acts += [(due_at, act) for act in self.mind.act(due_at)]
        self.now = now

    def answer(self, n: int, text: str = "It is on its way.") -> None:
        self.mind.operator_said(self.now, n, text)

    def all(self, kind: type[Act]) -> list[Act]:
        return [act for _, act in self.acts if isinstance(act, kind)]

    def said(self) -> list[str]:
        return [act.text for _, act in self.acts if isinstance(act, Say)]


def test_a_visitor_arrives_looks_around_types_and_asks() -> None:
    life = Life()
    life.until(10_000)

    assert life.acts[0] == (0, Arrive())
    assert life.said() == ["Where is my order?"]
    assert life.acts[-1][0] == 5_000 + 100 * len("Where is my order?")
    assert life.mind.present


def test_what_is_typed_is_seen_growing_before_it_is_sent() -> None:
    life = Life()
    life.until(10_000)

    peeks = [act.text for act in life.all(Peek) if isinstance(act, Peek)]
    assert peeks == ["Wher", "Where is", "Where is my ", "Where is my orde"]


def test_second_thoughts_are_wiped_out_and_written_anew() -> None:
    class Doubting(Steady):
        def random(self) -> float:
            return 0.1

    life = Life(dice=Doubting())
    life.until(20_000)

    peeks = [act.text for act in life.all(Peek) if isinstance(act, Peek)]
    assert peeks.count("") == 1
    assert life.said() == ["Where is my order?"]


def test_an_answer_is_read_then_answered_with_the_next_question() -> None:
    life = Life()
    life.until(10_000)
    life.answer(2)
    life.until(11_000)
    assert life.all(Look) == [Look(2)]

    life.until(20_000)

    assert life.said() == ["Where is my order?", "And when will it come?"]


def test_several_messages_of_an_operator_are_answered_once() -> None:
    life = Life()
    life.until(10_000)
    life.answer(2)
    life.answer(3, "One moment.")
    life.until(20_000)

    assert life.all(Look) == [Look(2), Look(3)]
    assert len(life.said()) == 2


def test_a_content_visitor_thanks_stays_a_while_and_leaves() -> None:
    life = Life()
    life.until(10_000)
    life.answer(2)
    life.until(20_000)
    life.answer(4)
    life.until(60_000)

    assert life.said() == ["Where is my order?", "And when will it come?", "Thanks!"]
    assert life.acts[-1][1] == Leave()
    assert life.mind.mood is Mood.content
    assert life.mind.finished
    assert life.all(Rate) == life.all(End) == []


def test_some_end_the_chat_and_rate_it() -> None:
    life = Life(lines=("Where is my order?",), ends=True, score=5, praise="Quick")
    life.until(10_000)
    life.answer(2)
    life.until(60_000)

    assert [act for _, act in life.acts[-3:]] == [End(), Rate(5, "Quick"), Leave()]


def test_who_waits_asks_again_and_leaves_without_an_answer() -> None:
    life = Life()
    life.until(300_000)

    assert life.said() == ["Where is my order?", "Hello?"]
    assert life.mind.mood is Mood.fed_up
    assert not life.mind.answered
    asked_at, left_at = next(at for at, act in life.acts if isinstance(act, Say)), life.acts[-1][0]
    assert left_at == asked_at + 90_000 + 10_000
    assert life.mind.finished


def test_who_was_answered_and_then_forgotten_says_so_in_the_rating() -> None:
    life = Life(blame="I waited and waited")
    life.until(10_000)
    life.answer(2)
    life.until(300_000)

    assert Rate(1, "I waited and waited") in life.all(Rate)


def test_an_answer_in_time_calms_the_impatient() -> None:
    life = Life()
    life.until(90_000)
    life.answer(3)
    life.until(110_000)

    assert life.mind.mood is Mood.asking
    assert life.mind.present


def test_some_come_back_with_another_question() -> None:
    life = Life(lines=("Where is my order?",), more=("It's me again\nDo you have honey?",), splits=True)
    life.until(10_000)
    life.answer(2)
    life.until(200_000)

    assert life.said()[:4] == ["Where is my order?", "Thanks!", "It's me again", "Do you have honey?"]
    assert len(life.all(Arrive)) == 2


def test_a_closed_chat_sends_the_content_away_sooner() -> None:
    life = Life(lines=("Where is my order?",), ends=True, score=4)
    life.until(10_000)
    life.answer(2)
    life.until(14_000)
    life.mind.closed(life.now)
    life.until(60_000)

    assert life.all(End) == [], "what is closed need not be ended"
    assert life.all(Rate) == [Rate(4, life.person.praise)]
    assert life.mind.finished


@pytest.mark.parametrize("roll", [0.1, 0.9])
def test_a_chat_closed_too_early_is_reopened_by_some(roll: float) -> None:
    class Dice(Steady):
        rolls = [roll]

        def random(self) -> float:
            return self.rolls.pop() if self.rolls else 0.99

    life = Life()
    life.until(10_000)
    life.answer(2)
    life.mind._dice = Dice()
    life.mind.closed(life.now)
    life.until(30_000)

    assert (len(life.said()) == 2) == (roll < 0.5)


def test_who_is_refused_leaves_the_form() -> None:
    life = Life(name="Anna", email="anna@example.com")
    life.until(10_000)
    life.mind.refused(life.now)
    life.until(60_000)

    assert life.all(Leaf) == [Leaf("Anna", "anna@example.com", "Where is my order?")]
    assert life.mind.finished


def test_a_flaky_link_breaks_while_messages_are_on_their_way() -> None:
    life = Life(dice=Random(1), flaky=1.0)
    life.until(20_000)

    assert all(act.cut for act in life.all(Say) if isinstance(act, Say))


@pytest.mark.parametrize("number", range(60))
def test_every_life_ends_answered_or_not(number: int) -> None:
    for answered in (True, False):
        life = Life.__new__(Life)
        life.person = person("lives", number, "http://shop.example")
        life.mind, life.now, life.acts = Mind(life.person, Random(number), 0), 0, []
        n = 0
        for now in range(0, 3_600_000, 5_000):
            before = len(life.said())
            life.until(now)
            if answered and len(life.said()) > before and life.mind.present:
                n += 1
                life.answer(n)

        assert life.mind.finished
        assert life.said()
        assert all(act.page in life.person.pages for act in life.all(Go) if isinstance(act, Go))
        assert life.mind.answered == answered
