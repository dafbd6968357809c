"""Hints while one types: asked for after a pause, dropped when they are late, one key to take one, and never in the way of Enter."""

import pytest
from syrupy.assertion import SnapshotAssertion

from opconsole.locale import LANGUAGES
from opconsole.settings import Settings
from opconsole.wire.cards import TemplateCard
from opconsole.wire.search import Hint, Hinted, Hints
from opconsole.wire.staff import Refused, SaveTemplate, Say
from tests.ui.conftest import Bench, Open
from tests.ui.fake_relay import NOW

FOUND = [
    Hint(text="Картой можно платить при получении.", said=14, by="olga", name="Olga", at=NOW, rating=5, mine=True),
    Hint(text="Картой — да.\nИли наличными, курьеру.", by="anna", name="Anna", at=NOW),
    Hint(text="Карту не принимаем [@click=app.quit]x[/]", by="kim", name="Kim", at=NOW, said=2),
]


@pytest.fixture(autouse=True)
def no_pause_ends_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("opconsole.ui.hinting.PAUSE_S", 60.0)


async def asked(bench: Bench, text: str) -> Hints:
    """Type; the pause is over; the question."""
    before = len(bench.relay.sent(Hints))
    await bench.type(text)
    bench.app.controllers.hinting.ask()
    await bench.until(lambda: len(bench.relay.sent(Hints)) > before, "hints are asked for")
    return bench.relay.sent(Hints)[-1]


async def hinted(bench: Bench, question: Hints, hints: list[Hint] = FOUND) -> None:
    bench.relay.say(Hinted(id=question.id, chat=question.chat, hints=hints))
    await bench.until(lambda: bench.app.controllers.hinting._under_way is None, "they have come")


def shown(bench: Bench) -> bool:
    return bench.app.workspace.hints.display


@pytest.mark.parametrize("lang", list(LANGUAGES))
async def test_hints_over_the_composer(open_console: Open, picture: SnapshotAssertion, lang: str) -> None:
    async with open_console(size=(80, 24), shown=11, lang=lang) as bench:
        question = await asked(bench, "Карт")
        assert (question.chat, question.text) == (11, "Карт")
        await hinted(bench, question)
        assert await bench.still() == picture


async def test_a_key_takes_one_again_the_next_one_and_then_my_own_words(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await hinted(bench, await asked(bench, "Карт"))
        for expected in (*(hint.text for hint in FOUND), "Карт", FOUND[0].text):
            await bench.press("alt+up")
            assert bench.composed == expected
        await bench.press("alt+down")
        assert bench.composed == "Карт"
        await bench.press("alt+down")
        assert bench.composed == FOUND[2].text
        await bench.press("ctrl+g", "up", "ctrl+g", "up")
        assert bench.composed == FOUND[0].text
        await bench.type(" Да!")
        await bench.press("enter")
        (say,) = bench.relay.sent(Say)
        assert say.text == "Картой можно платить при получении. Да!"
        assert not shown(bench)
        assert len(bench.relay.sent(Hints)) == 1, "what a hint puts there asks for no other"


async def test_enter_sends_what_i_wrote_whatever_is_shown_and_takes_the_hints_away(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await hinted(bench, await asked(bench, "Карт"))
        assert shown(bench)
        await bench.press("enter")
        assert [say.text for say in bench.relay.sent(Say)] == ["Карт"]
        assert not shown(bench)


async def test_late_hints_are_dropped_and_the_newest_words_are_asked_for_once(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        first = await asked(bench, "Карт")
        await bench.type("ой")
        bench.app.controllers.hinting.ask()
        await bench.type(" мож")
        bench.app.controllers.hinting.ask()
        assert len(bench.relay.sent(Hints)) == 1
        bench.relay.say(Hinted(id=first.id, chat=11, hints=FOUND))
        await bench.until(lambda: len(bench.relay.sent(Hints)) == 2, "the newest words are asked for")
        assert not shown(bench)
        assert bench.relay.sent(Hints)[-1].text == "Картой мож"
        await bench.type("х")
        await hinted(bench, bench.relay.sent(Hints)[-1])
        assert not shown(bench), "other words stand there now"


async def test_escape_another_chat_and_a_cleared_line_take_them_away(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await hinted(bench, await asked(bench, "Карт"))
        await bench.press("escape")
        assert not shown(bench)
        assert bench.composed == "Карт"
        await hinted(bench, await asked(bench, "ы"))
        assert shown(bench)
        await bench.show(12)
        assert not shown(bench)
        await bench.show(11)
        await hinted(bench, await asked(bench, "!"))
        await bench.press("ctrl+u")
        assert not shown(bench)


async def test_none_are_asked_for_in_notes_codes_foreign_chats_or_when_they_are_off(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await bench.type("/wai")
        bench.app.controllers.hinting.ask()
        await bench.press("escape", "ctrl+u", "alt+j")
        await bench.type("заметка")
        bench.app.controllers.hinting.ask()
        await bench.press("escape")
        await bench.show(21)
        await bench.type("не мой чат")
        bench.app.controllers.hinting.ask()
        await bench.show(11)
        bench.app.workspace.action_run("hints_toggle")
        await bench.type("выключено")
        bench.app.controllers.hinting.ask()
        assert bench.relay.sent(Hints) == []
        await bench.press("alt+up")
        assert any("There is no hint" in toast for toast in bench.toasts)
        bench.app.workspace.action_run("hints_toggle")
        await asked(bench, "но")


async def test_a_setting_turns_them_off(open_console: Open) -> None:
    async with open_console(shown=11, settings=Settings(theme="dusk", hints=False)) as bench:
        await bench.type("Карт")
        bench.app.controllers.hinting.ask()
        assert bench.relay.sent(Hints) == []


async def test_a_relay_that_knows_no_hints_is_asked_once_and_nobody_is_bothered(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        question = await asked(bench, "Карт")
        bench.relay.say(Refused(id=question.id, code="bad_frame", text="unknown"))
        await bench.until(lambda: bench.app.controllers.hinting._refused, "it is understood")
        await bench.type("ой")
        bench.app.controllers.hinting.ask()
        assert len(bench.relay.sent(Hints)) == 1
        assert bench.toasts == []


async def test_a_lost_link_takes_them_away_and_they_come_again_with_it(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await hinted(bench, await asked(bench, "Карт"))
        bench.relay.drop()
        await bench.until(lambda: not bench.app.store.link.is_live, "the link is gone")
        assert not shown(bench)
        await bench.press("f12")
        await bench.until(lambda: bench.app.store.link.is_live, "it is back")
        await hinted(bench, await asked(bench, "ы"))
        assert shown(bench)


async def test_a_click_takes_one(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await hinted(bench, await asked(bench, "Карт"))
        await bench.pilot.click("#hints", offset=(5, 1))
        assert bench.composed == FOUND[1].text


# ---------------------------------------------------------------- an answer becomes a template


async def test_my_last_answer_becomes_a_template_of_mine(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        bench.app.workspace.action_run("save_answer")
        await bench.until(lambda: "its /code?" in bench.screen, "the question")
        for wrong, why in (("a b", "no spaces"), ("x" * 40, "32 characters at most")):
            await bench.type(wrong)
            await bench.press("enter")
            assert any(why in toast for toast in bench.toasts)
            await bench.press("ctrl+u")
        await bench.type("/card")
        await bench.press("enter")
        (save,) = bench.relay.sent(SaveTemplate)
        assert (save.code, save.text, save.mine) == ("card", "Да, картой можно. Подставка в комплекте.", True)
        card = TemplateCard(
            rev=900, template=save.template, code="card", title=save.title, text=save.text, owner="olga"
        )
        bench.relay.say(card)
        await bench.until(lambda: "Saved. /card inserts it." in bench.toasts, "it is saved")
        bench.app.workspace.action_run("save_answer")
        await bench.type("CARD")
        await bench.press("enter")
        assert any("You have a template /card already" in toast for toast in bench.toasts)
        assert len(bench.relay.sent(SaveTemplate)) == 1


async def test_a_marked_message_of_the_team_becomes_one_and_a_visitors_does_not(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        bench.app.workspace.transcript.focus()
        await bench.press("up")
        bench.app.workspace.action_run("save_answer")
        assert bench.toasts == ["Mark a message of the team: that becomes the template."]
        await bench.press("up", "up")
        bench.app.workspace.action_run("save_answer")
        await bench.until(lambda: "its /code?" in bench.screen, "the question")
        await bench.press("escape")
        assert bench.relay.sent(SaveTemplate) == []


async def test_without_an_answer_of_mine_there_is_nothing_to_keep(open_console: Open) -> None:
    async with open_console(shown=12) as bench:
        bench.app.workspace.action_run("save_answer")
        assert bench.toasts == ["You have written nothing here that could become a template."]
