"""A supervisor writes a department's checklist: step by step, saved whole, taken back, looked up, and kept when somebody was faster."""

import pytest
from syrupy.assertion import SnapshotAssertion

from opconsole.locale import LANGUAGES
from opconsole.ui.screens.ask_line import AskLine
from opconsole.ui.screens.checklist_form import ChecklistForm
from opconsole.ui.screens.picker import Picker
from opconsole.ui.screens.sheet import Sheet
from opconsole.wire.cards import Role
from opconsole.wire.checklists import ChecklistVersion, ChecklistVersions, Step
from opconsole.wire.staff import ChecklistHistory, Done, Refused, SetChecklist, Settings, Welcome
from tests.ui.conftest import Bench, Open
from tests.ui.fake_relay import NOW

GREET = Step(id="greet", title="Greet by name", template="hi")
NEED = Step(id="need", title="Ask what is needed", template="nosuch")
OFFER = Step(id="offer", title="Make an offer", required=True)


async def told(bench: Bench, *steps: Step, edition: int = 0) -> None:
    settings = Settings(
        checklists={"general": list(steps)} if steps else {},
        checklist_editions={"general": edition} if edition else {},
    )
    bench.relay.say(
        Welcome(
            v=1, desk="Shop", login="olga", name="Olga", role=Role.supervisor, mode="work", now=NOW, settings=settings
        )
    )
    await bench.until(lambda: bench.app.store.me.settings == settings, "the settings")


async def opened(bench: Bench) -> ChecklistForm:
    bench.app.workspace.action_run("write_checklist")
    await bench.pilot.pause()
    if isinstance(bench.app.screen, Picker):  # of several departments
        await bench.type("general")
        await bench.press("enter")
    await bench.until(lambda: isinstance(bench.app.screen, ChecklistForm), "the form")
    form = bench.app.screen
    assert isinstance(form, ChecklistForm)
    return form


async def answer(bench: Bench, text: str) -> None:
    await bench.until(lambda: isinstance(bench.app.screen, AskLine), "a line is asked for")
    line = bench.app.screen
    assert isinstance(line, AskLine)
    line._input.value = text
    await bench.press("enter")


@pytest.mark.parametrize("lang", list(LANGUAGES))
async def test_the_form(open_console: Open, picture: SnapshotAssertion, lang: str) -> None:
    async with open_console(size=(80, 24), role=Role.supervisor, lang=lang) as bench:
        await told(bench, GREET, NEED, OFFER)
        await opened(bench)
        await bench.press("down", "r")
        assert await bench.still() == picture


async def test_steps_are_added_named_required_ordered_and_removed(open_console: Open) -> None:
    async with open_console(role=Role.supervisor) as bench:
        await told(bench, GREET, NEED, OFFER, edition=7)
        form = await opened(bench)
        await bench.press("n")
        await answer(bench, "Thank them")
        await bench.press("t")
        await answer(bench, "/bye")
        await bench.press("к")  # R in the Russian layout: required
        await bench.press("shift+down", "d")
        await bench.press("home", "e")
        await answer(bench, "Say hello")
        await bench.press("down", "delete", "s")
        (saved,) = bench.relay.sent(SetChecklist)
        assert (saved.department, saved.edition, saved.reset) == ("general", 7, False)
        assert [(step.title, step.template, step.required) for step in saved.steps] == [
            ("Say hello", "hi", False),
            ("Make an offer", "", True),
            ("Thank them", "bye", True),
        ]
        assert saved.steps[0].id == "greet", "by its id a step keeps its ticks"
        assert saved.steps[2].id not in ("", "greet", "need", "offer")
        assert form.draft.changed


async def test_a_step_needs_words_and_a_code_no_spaces(open_console: Open) -> None:
    async with open_console(role=Role.supervisor) as bench:
        form = await opened(bench)
        await bench.press("n")
        await answer(bench, " ")
        assert "A step has words." in bench.screen
        await answer(bench, "Greet")
        await bench.press("t")
        await answer(bench, "two words")
        assert "A code has no spaces" in bench.screen
        await bench.press("escape", "z")
        assert form.draft.steps == []


async def test_what_is_not_saved_is_asked_about_before_it_goes(open_console: Open) -> None:
    async with open_console(role=Role.supervisor) as bench:
        await told(bench, GREET)
        await opened(bench)
        await bench.press("r", "escape")
        assert "Throw your changes away?" in bench.screen
        await bench.press("escape")
        assert isinstance(bench.app.screen, ChecklistForm)
        await bench.press("escape", "enter")
        assert not isinstance(bench.app.screen, ChecklistForm)
        assert bench.relay.sent(SetChecklist) == []


async def test_a_saved_one_is_taken_back_unless_somebody_wrote_since(open_console: Open) -> None:
    async with open_console(role=Role.supervisor) as bench:
        await told(bench, GREET)
        form = await opened(bench)
        await bench.press("r", "s")
        (saved,) = bench.relay.sent(SetChecklist)
        bench.relay.say(Done(id=saved.id))
        await bench.until(lambda: bench.toasts, "it is told")
        assert bench.toasts == ["The checklist of general is saved. Alt+\\: undo"]
        await told(bench, *form.draft.steps, edition=9)
        await bench.press("alt+backslash")
        assert bench.relay.sent(SetChecklist)[-1].reset, "it was the file's before"
        await opened(bench)
        await bench.press("r", "s")
        await told(bench, OFFER, edition=12)
        await bench.press("alt+backslash")
        assert bench.toasts[-1] == "The checklist of general was written anew since."


async def test_when_somebody_was_faster_mine_is_offered_again_over_theirs(open_console: Open) -> None:
    async with open_console(role=Role.supervisor) as bench:
        await told(bench, GREET)
        await opened(bench)
        await bench.press("r", "s")
        (saved,) = bench.relay.sent(SetChecklist)
        await told(bench, OFFER, edition=9)
        bench.relay.say(
            Refused(id=saved.id, code="checklist_conflict", text="conflict", facts={"name": "Anna", "ago_s": 5})
        )
        await bench.until(lambda: isinstance(bench.app.screen, ChecklistForm), "the form again")
        assert "Anna wrote this checklist anew 5 s ago" in bench.screen
        assert "Greet by name" in bench.screen
        await bench.press("s")
        assert [(each.edition, each.steps) for each in bench.relay.sent(SetChecklist)[1:]] == [(9, saved.steps)]


async def test_the_history_is_shown_and_the_file_counts_again(open_console: Open) -> None:
    async with open_console(size=(100, 30), role=Role.supervisor) as bench:
        await told(bench, GREET, edition=9)
        await opened(bench)
        await bench.press("h")
        (asked,) = bench.relay.sent(ChecklistHistory)
        versions = [
            ChecklistVersion(edition=5, at=NOW - 60_000, by="anna", steps=[OFFER]),
            ChecklistVersion(edition=7, at=NOW - 50_000, by="anna", reset=True),
            ChecklistVersion(edition=9, at=NOW, by="olga", steps=[GREET]),
        ]
        bench.relay.say(ChecklistVersions(id=asked.id, department="general", versions=versions))
        await bench.until(lambda: isinstance(bench.app.screen, Sheet), "the history")
        assert "Olga wrote" in bench.screen
        assert "took the steps of the desk's file" in bench.screen
        assert "Make an offer  required" in bench.screen
        await bench.press("escape", "f", "enter")
        assert [each.reset for each in bench.relay.sent(SetChecklist)] == [True]


async def test_operators_write_none(open_console: Open) -> None:
    async with open_console() as bench:
        bench.app.workspace.action_run("write_checklist")
        await bench.pilot.pause()
        assert bench.toasts == ["Your role may not do this."]
