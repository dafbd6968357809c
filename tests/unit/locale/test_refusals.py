import re
from collections.abc import Iterator

import pytest

from opconsole.locale import refusal_text, set_language
from opconsole.locale.refusals import SENTENCES
from server_stub.desk.refusals import TEXTS

TO_VISITORS = {"inbox_full", "forms_full", "contact_needed", "no_chat", "not_rateable"}
TO_NOBODY = {"unknown_command", "template_scope", "bad_settings", "bad_operator", "erase_open", "erase_recent"}
"""What no console of ours can bring about."""


def names(sentence: str) -> set[str]:
    return set(re.findall(r"\{(\w+)", sentence))


@pytest.fixture
def russian() -> Iterator[None]:
    set_language("ru")
    yield
    set_language("en")


def test_every_refusal_that_an_operator_can_get_has_our_own_words() -> None:
    assert set(TEXTS) - TO_VISITORS - TO_NOBODY <= set(SENTENCES)


@pytest.mark.parametrize("code", sorted(set(SENTENCES) & set(TEXTS)))
def test_our_words_need_no_fact_that_the_relay_does_not_send(code: str) -> None:
    sent = names(TEXTS[code])
    assert names(SENTENCES[code]) <= sent | ({"ago"} if "ago_s" in sent else set()) | (
        {"time"} if "limit_s" in sent else set()
    )


def test_a_refusal_is_said_with_its_facts() -> None:
    facts: dict[str, str | int] = {"name": "Olga", "ago_s": 130}
    assert refusal_text("taken", facts, "x") == "Olga took this chat 2 min ago. Take another."


@pytest.mark.usefixtures("russian")
def test_words_of_ours_among_the_facts_are_translated_and_names_are_not() -> None:
    said = refusal_text("colleague_absent", {"name": "busy", "status": "busy"}, "x")
    assert said.startswith("busy ")
    assert "(busy)" not in said


@pytest.mark.parametrize(("code", "facts"), [("never_heard_of", {}), ("taken", {}), ("limit", {"held": 4})])
def test_what_we_can_not_say_is_said_in_the_relays_words(code: str, facts: dict[str, str | int]) -> None:
    assert refusal_text(code, facts, "The relay's words.") == "The relay's words."


def test_facts_are_never_read_as_a_format() -> None:
    assert refusal_text("already_theirs", {"name": "{login}{0.x}"}, "x") == "{login}{0.x} has this chat already."
