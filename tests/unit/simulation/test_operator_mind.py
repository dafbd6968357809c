"""The scripted operator, driven by hand over the console's own store: frames in, doings out."""

from random import Random

import pytest
from msgspec import structs

from opconsole.simulation.dialogues import dialogues
from opconsole.simulation.operator_mind import (
    CloseChat,
    Doing,
    Manner,
    Note,
    Online,
    OperatorMind,
    Reply,
    SeeAll,
    TakeHead,
    TypeIn,
)
from opconsole.state.model import LinkState, Phase
from opconsole.state.store import Store
from opconsole.wire.cards import ChatCard, OperatorCard, Place, Role, Status, TemplateCard
from opconsole.wire.messages import Kind, Message
from opconsole.wire.staff import StaffDown, Sync, Welcome

MANNER = Manner(take_ms=1_000, read_ms=2_000, char_ms=10, close_ms=30_000, silence=0.0, notes=0.0)
QUESTION = "Does the kettle work on induction?"
ANSWER = "It doesn't, sorry: gas and electric only."


class Shift:
    """A store as after a sync, and a mind that looks at it. The clock is in milliseconds."""

    def __init__(self, manner: Manner = MANNER, status: Status = Status.online, seed: int = 1) -> None:
        self.store = Store()
        self.mind = OperatorMind(manner, Random(seed))
        self.store.set_link(LinkState(Phase.live))
        self.me = OperatorCard(rev=1, login="maria", name="Maria", status=status, connected=True, limit=2)
        self.feed(
            Welcome(v=1, desk="Shop", login="maria", name="Maria", role=Role.operator, mode="work", now=0),
            Sync(head=1, operators=[self.me]),
        )

    def feed(self, *frames: StaffDown, now: int = 0) -> None:
        self.store.apply(frames, now)

    def wait(self, chat: int, text: str = QUESTION) -> None:
        self.feed(
            ChatCard(rev=chat * 10, chat=chat, place=Place.inbox, visitor=f"v{chat}", answer_by=chat, owes_since=chat)
        )

    def hold(
        self, chat: int, *words: str, owes_since: int = 5, by: str = "visitor", last_at: int = 0, rev: int = 0
    ) -> None:
        card = ChatCard(
            rev=rev or chat * 10 + 1,
            chat=chat,
            place=Place.held,
            visitor=f"v{chat}",
            owner="maria",
            owes_since=owes_since,
            last=len(words),
            public=len(words),
            words_by=by,
            last_at=last_at,
        )
        self.feed(card)
        for n, text in enumerate(words, start=1):
            self.feed(Message(chat=chat, n=n, p=n, by=by, kind=Kind.say, text=text))

    def until(self, now: int) -> list[Doing]:
        """Look every 100 ms."""
        return [doing for at in range(0, now + 1, 100) for doing in self.mind.act(self.store, at)]


def test_what_waits_is_taken_after_a_moment() -> None:
    shift = Shift()
    shift.wait(1)

    assert shift.until(900) == []
    assert shift.until(1_900) == [TakeHead()]


def test_with_full_hands_nothing_is_taken_unless_greed_says_so() -> None:
    for greed, taken in ((0.0, []), (1.0, [TakeHead()])):
        shift = Shift(structs.replace(MANNER, greed=greed))
        for chat in (1, 2):
            shift.hold(chat, owes_since=0, by="maria", last_at=0)
        shift.wait(3)
        assert shift.until(1_500) == taken


def test_a_quiet_colleague_takes_less_than_the_limit_allows() -> None:
    shift = Shift(structs.replace(MANNER, holds=1))
    shift.hold(1, owes_since=0, by="maria")
    shift.wait(2)

    assert shift.until(5_000) == []


def test_words_are_read_then_answered_from_the_dialogues() -> None:
    shift = Shift()
    shift.hold(1, QUESTION)

    assert shift.until(1_900) == []
    assert shift.until(5_000) == [SeeAll(1, 1), TypeIn(1), Reply(1, ANSWER)]
    assert shift.until(20_000) == [], "nothing is said twice while the card is still on its way"


def test_an_operator_who_looks_something_up_says_both() -> None:
    shift = Shift()
    shift.hold(1, "my parcel is late. 20418")

    replies = [doing.text for doing in shift.until(20_000) if isinstance(doing, Reply)]
    assert replies == ["Hello! Let me look up 20418.", "It left the depot this morning and arrives tomorrow."]


def test_the_last_words_that_are_understood_are_answered() -> None:
    shift = Shift()
    shift.hold(1, "Hi, it's me again", f"Forgot to ask:\n{QUESTION}")

    assert Reply(1, ANSWER) in shift.until(9_000)


@pytest.mark.parametrize(("words", "lang"), [("Thanks!", "en"), ("Спасибо!", "ru")])
def test_thanks_are_answered_kindly(words: str, lang: str) -> None:
    shift = Shift()
    shift.hold(1, words)

    (reply,) = [doing for doing in shift.until(9_000) if isinstance(doing, Reply)]
    assert reply.text in dialogues("ru" if lang == "ru" else "en").closing


def test_words_in_no_scenario_get_a_template_of_their_language_or_a_phrase() -> None:
    shift = Shift()
    shift.feed(
        TemplateCard(rev=1, template="t1", code="wait", text="Секунду…", lang="ru"),
        TemplateCard(rev=1, template="t2", code="hi", text="Здравствуйте, {visitor}!", lang="ru"),
        TemplateCard(rev=1, template="t3", code="hold", text="One second…", lang="en"),
    )
    shift.hold(1, "Как пройти в библиотеку?")
    shift.hold(2, "Where is the library?", owes_since=6)

    texts = {doing.chat: doing.text for doing in shift.until(9_000) if isinstance(doing, Reply)}
    assert texts == {1: "Секунду…", 2: "One second…"}


def test_a_silent_operator_lets_the_chat_be_rescued() -> None:
    shift = Shift(structs.replace(MANNER, silence=1.0))
    shift.hold(1, QUESTION)

    assert shift.until(60_000) == []


def test_new_words_after_an_answer_are_answered_again() -> None:
    shift = Shift()
    shift.hold(1, QUESTION)
    shift.until(5_000)
    shift.feed(
        Message(chat=1, n=2, p=2, by="maria", text=ANSWER),
        Message(chat=1, n=3, p=3, by="visitor", text="hm. I'll think about it"),
    )
    shift.hold(1, owes_since=77, rev=99)

    assert [doing for doing in shift.until(20_000) if isinstance(doing, Reply)]


def test_an_answered_chat_in_which_nobody_writes_is_closed_once() -> None:
    shift = Shift()
    shift.hold(1, owes_since=0, by="maria", last_at=0)

    assert shift.until(29_900) == []
    assert shift.until(60_000) == [CloseChat(1)]


def test_a_chat_whose_visitor_had_the_last_word_is_not_closed() -> None:
    shift = Shift()
    shift.hold(1, owes_since=0, by="visitor", last_at=0)

    assert shift.until(90_000) == []


def test_some_note_what_they_learned() -> None:
    shift = Shift(structs.replace(MANNER, notes=1.0))
    shift.hold(1, QUESTION)

    assert isinstance(shift.until(9_000)[-1], Note)


def test_an_operator_who_is_away_comes_online_first() -> None:
    shift = Shift(status=Status.away)
    shift.wait(1)

    assert shift.until(5_000) == [Online()]


def test_without_a_link_nothing_is_done() -> None:
    shift = Shift()
    shift.wait(1)
    shift.store.set_link(LinkState(Phase.offline))

    assert shift.until(5_000) == []


def test_a_quicker_manner_has_the_same_temper() -> None:
    quick = MANNER.quicker(10)

    assert (quick.take_ms, quick.read_ms, quick.char_ms, quick.close_ms) == (100, 200, 1, 3_000)
    assert (quick.silence, quick.greed, quick.holds) == (MANNER.silence, MANNER.greed, MANNER.holds)
