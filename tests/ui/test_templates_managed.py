"""Templates managed in the console: made, edited, removed and brought back, shared, looked back on, and two editors of one."""

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from syrupy.assertion import SnapshotAssertion
from textual import events

from opconsole.locale import LANGUAGES
from opconsole.ui.screens.template_conflict import TemplateConflict
from opconsole.ui.screens.template_form import TemplateForm
from opconsole.ui.screens.template_manager import TemplateManager
from opconsole.wire.cards import OperatorCard, Role, TemplateCard
from opconsole.wire.staff import Done, DropTemplate, Refused, SaveTemplate, Sync, TemplateHistory, TemplateVersions
from opconsole.wire.templates import TemplateVersion
from tests.ui import scene
from tests.ui.conftest import Bench, Open
from tests.ui.fake_relay import NOW

DAY = 86_400_000


def card(code: str, text: str = "Hello!", **more: Any) -> TemplateCard:
    fields: dict[str, Any] = {
        "rev": 5,
        "template": code,
        "code": code,
        "edition": 5,
        "by": "anna",
        "at": NOW - DAY,
    } | more
    return TemplateCard(text=text, **fields)


def desk(*more: TemplateCard) -> Sync:
    operators = [
        replace(each, departments=["general"] if each.login == "olga" else ["general", "sales"])
        for each in scene.OPERATORS
    ]
    cards = [
        card("hi", "{greeting}{?, {visitor}}! {>who}", title="Приветствие", group="Общие", hotkey=1, lang="ru", used=41),
        card("who", "Меня зовут {operator}.", group="Общие", lang="ru", owner="olga"),
        card("sale", "Сегодня всё дешевле.", title="Распродажа", group="Общие/Сезон", department="general", active_from=NOW + 9 * DAY),
        card("old", "Скидка 10 %.", group="Общие/Сезон", channel="telegram", active_until=NOW - DAY),
        card("bye", "Всего доброго!", title="Прощание", owner="olga", used=1),
        *more,
    ]  # fmt: skip
    return replace(scene.sync(), operators=operators, templates=cards)


async def manage(bench: Bench, template: str = "") -> TemplateManager:
    bench.app.workspace.action_run("manage_templates")
    await bench.until(lambda: isinstance(bench.app.screen, TemplateManager), "the management opens")
    screen = bench.app.screen
    assert isinstance(screen, TemplateManager)
    if template:
        screen.point_at(template)
        await bench.pilot.pause()
    return screen


async def form(bench: Bench, key: str) -> TemplateForm:
    await bench.press(key)
    await bench.until(lambda: isinstance(bench.app.screen, TemplateForm), "the form opens")
    screen = bench.app.screen
    assert isinstance(screen, TemplateForm)
    return screen


def settled(bench: Bench, save: SaveTemplate, **more: Any) -> None:
    """The relay has stored it, and shows it to all."""
    shown = TemplateCard(
        rev=50, template=save.template, code=save.code, title=save.title or save.code, text=save.text, group=save.group,
        owner="olga" if save.mine else "", department=save.department, edition=50, by="olga", at=NOW, **more,
    )  # fmt: skip
    bench.relay.say(shown, Done(id=save.id, at=NOW))


@pytest.mark.parametrize("lang", list(LANGUAGES))
@pytest.mark.parametrize("size", [(80, 24), (160, 48)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_the_management(open_console: Open, picture: SnapshotAssertion, size: tuple[int, int], lang: str) -> None:
    async with open_console(desk(), size=size, shown=11, lang=lang) as bench:
        await manage(bench, "hi")
        assert await bench.still() == picture


@pytest.mark.parametrize("lang", list(LANGUAGES))
async def test_the_form(open_console: Open, picture: SnapshotAssertion, lang: str) -> None:
    async with open_console(desk(), size=(80, 24), shown=11, role=Role.supervisor, lang=lang) as bench:
        await manage(bench, "sale")
        await form(bench, "e")
        assert await bench.still() == picture


async def test_f4_twice_opens_the_management_at_the_template_under_the_cursor(open_console: Open) -> None:
    async with open_console(desk(), shown=11) as bench:
        await bench.press("f4")
        await bench.until(lambda: "F4 manages" in bench.screen, "the list")
        await bench.type("bye")
        await bench.press("f4")
        await bench.until(lambda: isinstance(bench.app.screen, TemplateManager), "the management opens")
        await bench.until(lambda: "Всего доброго!" in bench.screen, "its preview")


async def test_what_is_not_offered_today_is_dimmed_with_its_day_and_not_inserted(open_console: Open) -> None:
    async with open_console(desk(), shown=11) as bench:
        await bench.press("f4")
        await bench.type("sale")
        await bench.until(lambda: "from 23 Mar" in bench.screen, "why not")
        await bench.press("enter")
        assert bench.composed == ""
        await bench.press("escape")
        await bench.type("/sale")
        assert not bench.app.workspace.choices.display


async def test_a_template_is_made(open_console: Open) -> None:
    async with open_console(desk(), shown=11) as bench:
        await manage(bench, "bye")
        screen = await form(bench, "n")
        await bench.type("thanks")
        await bench.press("tab")
        await bench.type("Thanks")
        screen.query_one("#text").focus()
        await bench.type("Thank you, {visitor|friend}!")
        assert "Thank you, Иван Петров!" in bench.screen, "as the visitor reads it"
        await bench.press("ctrl+s")
        (save,) = bench.relay.sent(SaveTemplate)
        assert (save.code, save.title, save.mine, save.edition) == ("thanks", "Thanks", True, 0)
        settled(bench, save)
        await bench.until(lambda: isinstance(bench.app.screen, TemplateManager), "the form closes")
        assert "/thanks is saved." in bench.screen


async def test_a_fault_is_named_before_anything_is_sent(open_console: Open) -> None:
    async with open_console(desk(), shown=11) as bench:
        await manage(bench, "who")
        screen = await form(bench, "e")
        await bench.type("{>hi}")
        await bench.press("ctrl+s")
        assert "/who would stand within itself: /who → /hi → /who." in bench.screen
        assert bench.relay.sent(SaveTemplate) == []
        await bench.press("escape")
        assert screen.is_current
        assert "Esc again" in bench.screen
        await bench.press("escape")
        assert not screen.is_current


async def test_what_a_colleague_saved_meanwhile_is_shown_and_the_operator_decides(open_console: Open) -> None:
    async with open_console(desk(card("ours", "Old words")), shown=11, role=Role.supervisor) as bench:
        await manage(bench, "ours")
        await form(bench, "e")
        await bench.type(" of mine")
        await bench.press("ctrl+s")
        (save,) = bench.relay.sent(SaveTemplate)
        assert save.edition == 5
        theirs = card("ours", "Words of Anna's", rev=9, edition=9, at=NOW)
        refused = Refused(id=save.id, code="conflict", text="x", facts={"name": "Anna", "ago_s": 5})
        bench.relay.say(theirs, refused)
        await bench.until(lambda: isinstance(bench.app.screen, TemplateConflict), "both are shown")
        assert "Old words of mine" in bench.screen
        assert "Words of Anna's" in bench.screen
        assert bench.toasts == []
        await bench.press("ь")  # M, in the Russian layout
        await bench.until(lambda: len(bench.relay.sent(SaveTemplate)) == 2, "saved over it")
        again = bench.relay.sent(SaveTemplate)[-1]
        assert (again.edition, again.text) == (9, "Old words of mine")


@pytest.mark.parametrize(("key", "copies"), [("t", False), ("c", True)])
async def test_theirs_is_kept_or_mine_becomes_a_copy(open_console: Open, key: str, copies: bool) -> None:
    async with open_console(desk(card("ours", "Old words")), shown=11, role=Role.supervisor) as bench:
        await manage(bench, "ours")
        first = await form(bench, "e")
        await bench.type("!")
        await bench.press("ctrl+s")
        (save,) = bench.relay.sent(SaveTemplate)
        bench.relay.say(
            card("ours", "Anna's", rev=9, edition=9),
            Refused(id=save.id, code="conflict", text="x", facts={"name": "Anna", "ago_s": 5}),
        )
        await bench.until(lambda: isinstance(bench.app.screen, TemplateConflict), "both are shown")
        await bench.press(key)
        await bench.until(lambda: not first.is_running and bench.app.screen is not first, "the form closes")
        screen = bench.app.screen
        assert isinstance(screen, TemplateForm) is copies
        if isinstance(screen, TemplateForm):
            assert (screen.draft.code, screen.draft.text, screen.draft.edition) == ("ours-2", "Old words!", 0)


async def test_a_template_is_removed_after_a_question_and_brought_back(open_console: Open) -> None:
    async with open_console(desk(), shown=11) as bench:
        await manage(bench, "bye")
        await bench.press("d")
        await bench.until(lambda: "Remove the template /bye?" in bench.screen, "the question")
        await bench.press("enter")
        assert [(drop.template, drop.edition) for drop in bench.relay.sent(DropTemplate)] == [("bye", 5)]
        await bench.press("z")
        (save,) = bench.relay.sent(SaveTemplate)
        assert (save.template, save.text, save.mine, save.edition) == ("bye", "Всего доброго!", True, 0)
        await bench.press("z")
        assert "Nothing was removed here." in bench.screen


async def test_operators_share_nothing_and_edit_the_desks_as_a_copy(open_console: Open) -> None:
    async with open_console(desk(), shown=11) as bench:
        await manage(bench, "bye")
        await bench.press("s")
        assert "There is nobody with whom you may share it." in bench.screen
        screen = await manage(bench, "old")
        await bench.press("d")
        assert "Only supervisors may do that" in bench.screen
        del screen
        copy = await form(bench, "e")
        assert (copy.draft.code, copy.draft.edition, copy.draft.scope.owner) == ("old-2", 0, "olga")


async def test_a_supervisor_shares_their_own_with_a_department(open_console: Open) -> None:
    async with open_console(desk(), shown=11, role=Role.supervisor) as bench:
        await manage(bench, "bye")
        await bench.press("s")
        await bench.until(lambda: "Share /bye with" in bench.screen, "with whom")
        await bench.type("sales")
        await bench.press("enter")
        (save,) = bench.relay.sent(SaveTemplate)
        assert (save.template, save.mine, save.department, save.edition) == ("bye", False, "sales", 5)


async def test_every_edition_is_shown_and_one_is_brought_into_the_form(open_console: Open) -> None:
    async with open_console(desk(), shown=11) as bench:
        await manage(bench, "bye")
        await bench.press("h")
        (asked,) = bench.relay.sent(TemplateHistory)
        versions = [
            TemplateVersion(edition=3, at=NOW - 2 * DAY, by="olga", code="bye", title="bye", text="First words", owner="olga"),
            TemplateVersion(edition=4, at=NOW - DAY, by="olga", dropped=True),
            TemplateVersion(edition=5, at=NOW - DAY, by="olga", code="bye", title="bye", text="Всего доброго!", owner="olga"),
        ]  # fmt: skip
        bench.relay.say(TemplateVersions(id=asked.id, template="bye", versions=versions))
        await bench.until(lambda: "History of the template" in bench.screen, "the history")
        await bench.press("down", "enter")  # one that was removed then: nothing to bring back
        await bench.press("down", "enter")
        await bench.until(lambda: isinstance(bench.app.screen, TemplateForm), "the form opens")
        screen = bench.app.screen
        assert isinstance(screen, TemplateForm)
        assert (screen.draft.text, screen.draft.edition, screen.draft.template) == ("First words", 5, "bye")


async def test_folders_close_and_open_and_words_are_looked_for(open_console: Open) -> None:
    async with open_console(desk(), shown=11) as bench:
        screen = await manage(bench, "sale")
        await bench.press("left", "space")
        assert "/sale" not in bench.screen
        await bench.press("space")
        assert "/sale" in bench.screen
        for sign in ("slash", "full_stop"):  # the same key in the Russian layout
            await bench.press(sign)
            await bench.type("дешевле")
            assert "/hi" not in bench.screen
            await bench.press("escape")
            assert screen.is_current
            assert "/hi" in bench.screen


async def test_templates_go_into_a_file_and_come_back(open_console: Open, tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    async with open_console(desk(), shown=11) as bench:
        screen = await manage(bench)
        await bench.press("x")
        await bench.until(lambda: "Export which templates?" in bench.screen, "whose")
        await bench.press("down", "enter")
        await bench.until(lambda: "Write them into which file?" in bench.screen, "the file's name")
        await bench.press("ctrl+u")
        await bench.type("mine.txt")
        await bench.press("enter")
        assert "ends with .toml or .csv" in bench.screen
        await bench.press("ctrl+u")
        await bench.type(str(file))
        await bench.press("enter")
        await bench.until(lambda: "2 templates written" in screen.said, "written")
        file.write_text(file.read_text("utf-8").replace("Всего доброго", "Удачи"), "utf-8")
        await bench.press("i")
        await bench.until(lambda: "Read templates from which file?" in bench.screen, "the file's name")
        await bench.press("ctrl+u")
        await bench.type(str(file))
        await bench.press("enter")
        await bench.until(lambda: "Import: 0 new, 1 changed, 1 the same already." in bench.screen, "the question")
        await bench.press("enter")
        await bench.until(lambda: bench.relay.sent(SaveTemplate), "saved")
        (save,) = bench.relay.sent(SaveTemplate)
        assert (save.template, save.text, save.mine) == ("bye", "Удачи!", True)


async def test_without_a_link_what_was_written_waits_for_it(open_console: Open) -> None:
    async with open_console(desk(), shown=11) as bench:
        screen = await manage(bench, "bye")
        await form(bench, "e")
        await bench.type(" !")
        bench.relay.go_down()
        await bench.until(lambda: not bench.app.store.link.is_live, "the link is gone")
        await bench.press("ctrl+s")
        await bench.until(lambda: screen.is_current, "the form closes")
        assert "Saved as soon as there is a link again." in screen.said
        assert len(bench.app.store.outbox) == 1


def test_operators_of_the_scene_have_departments() -> None:
    assert all(isinstance(each, OperatorCard) and each.departments for each in desk().operators)


async def test_what_is_too_long_for_the_title_is_said_below(open_console: Open) -> None:
    async with open_console(desk(), size=(80, 24), shown=11) as bench:
        screen = await manage(bench, "sale")
        screen.say("31 templates written to ~/desk/prepared/replies/of/our/shop/in/two/languages/november-2026.toml")
        await bench.until(lambda: "november-2026.toml" in bench.screen, "all of it")
        assert "N new" not in bench.screen
        await bench.press("down")
        await bench.until(lambda: "N new" in bench.screen, "the keys again")


async def test_letters_after_a_tab_are_written_where_it_led(open_console: Open) -> None:
    async with open_console(desk(), shown=11) as bench:
        await manage(bench, "sale")
        await bench.press("n")
        await bench.until(lambda: isinstance(bench.app.screen, TemplateForm), "the form")
        for key in ("a", "b", "tab", "c"):  # in one burst
            bench.app.post_message(events.Key(key, key if len(key) == 1 else "\t"))
        await bench.pilot.pause()
        form = bench.app.screen
        assert isinstance(form, TemplateForm)
        assert (form.written().code, form.written().title) == ("ab", "c")
