"""The texts of the simulation: complete, in both languages, and fit to be sent."""

import pytest

from opconsole.simulation.dialogues import LANGUAGES, Language, answers_to, dialogues, language_of
from opconsole.wire.text import clean_text

each_language = pytest.mark.parametrize("lang", LANGUAGES)


@each_language
def test_there_are_dozens_of_scenarios_on_many_topics(lang: Language) -> None:
    scenarios = dialogues(lang).scenario

    assert len(scenarios) >= 20
    assert len({scenario.topic for scenario in scenarios}) >= 8


@each_language
def test_every_line_that_a_visitor_may_write_has_an_answer(lang: Language) -> None:
    for scenario in dialogues(lang).scenario:
        lines = [*scenario.opening, *(line for turn in scenario.turns[:-1] for line in turn.next)]
        assert [line for line in lines if not answers_to(line)] == []


def test_an_operator_goes_on_where_the_visitor_has_nothing_to_say() -> None:
    assert answers_to("Hello, where is my order 20418?") == (
        "Hello! Let me look up 20418.",
        "It left the depot this morning and arrives tomorrow.",
    )
    assert answers_to("what is the meaning of life?") == ()


@each_language
def test_every_page_has_a_title_and_exists_in_the_other_language(lang: Language) -> None:
    said = dialogues(lang)

    assert {scenario.page for scenario in said.scenario} <= set(said.titles)
    assert set(said.titles) == set(dialogues("en").titles)


@each_language
def test_texts_are_written_in_their_language_and_come_through_clean(lang: Language) -> None:
    said = dialogues(lang)
    answers = [turn.answer for scenario in said.scenario for turn in scenario.turns]
    spoken = [*answers, *said.nudges, *said.thanks, *said.closing, *said.holding, *said.fallback]

    assert {language_of(text) for text in spoken} == {lang}
    assert [text for text in spoken if clean_text(text) != text or not text.strip()] == []
    assert all(len(text.split()) <= 15 for text in answers), "answers in a chat are short"
