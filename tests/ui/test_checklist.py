"""The checklist beside the chat: shown, ticked by keys in both layouts, live from colleagues, and asked about before closing."""

import pytest
from msgspec.structs import replace
from syrupy.assertion import SnapshotAssertion

from opconsole.locale import LANGUAGES
from opconsole.ui.screens.checklist import Checklist
from opconsole.wire.cards import Role, Tick
from opconsole.wire.checklists import Step
from opconsole.wire.staff import Close, Done, Refused, Settings, TickStep, Welcome
from tests.ui import scene
from tests.ui.conftest import Bench, Open
from tests.ui.fake_relay import NOW

STEPS = [
    Step(id="greet", title="Поздороваться по имени", template="hi"),
    Step(id="need", title="Выяснить, что нужно"),
    Step(id="offer", title="Предложить", required=True),
]


async def told(bench: Bench, *ticks: Tick) -> None:
    """The relay tells the settings, and the chat's card."""
    settings = Settings(checklists={"general": STEPS})
    welcome = Welcome(
        v=1, desk="Shop", login="olga", name="Olga", role=Role.operator, mode="work", now=NOW, settings=settings
    )
    card = replace(bench.app.store.chats[11], rev=bench.app.store.chats[11].rev + 1, ticks=list(ticks))
    bench.relay.say(welcome, card)
    await bench.until(lambda: bench.app.store.me.settings.checklists, "the settings")


async def opened(bench: Bench, *keys: str) -> None:
    await bench.press(*(keys or ("alt+equals_sign",)))
    await bench.until(lambda: isinstance(bench.app.screen, Checklist), "the checklist opens")


@pytest.mark.parametrize("lang", list(LANGUAGES))
@pytest.mark.parametrize("size", [(80, 24), (160, 48)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_the_checklist(open_console: Open, picture: SnapshotAssertion, size: tuple[int, int], lang: str) -> None:
    async with open_console(size=size, shown=11, lang=lang) as bench:
        await told(bench, Tick("greet", "olga", NOW - 60_000))
        await opened(bench)
        assert await bench.still() == picture


async def test_it_stands_beside_the_chat(open_console: Open) -> None:
    async with open_console(size=(160, 48), shown=11) as bench:
        await told(bench, Tick("greet", "anna", NOW))
        await bench.until(lambda: "☑ 1/3" in bench.screen, "in the head")
        assert "Checklist: 1 of 3" in bench.screen
        assert "[x]  Поздороваться" in bench.screen
        assert "[ ]* Предложить" in bench.screen


@pytest.mark.parametrize("keys", [("alt+equals_sign",), ("ctrl+g", "equals_sign")])
async def test_digits_and_the_space_bar_tick_and_untick(open_console: Open, keys: tuple[str, ...]) -> None:
    async with open_console(shown=11) as bench:
        await told(bench, Tick("greet", "olga", NOW))
        await opened(bench, *keys)
        await bench.press("space")  # the first open one is under the cursor
        await bench.press("1")
        await bench.press("9")
        ticks = bench.relay.sent(TickStep)
        assert [(tick.chat, tick.step, tick.on) for tick in ticks] == [(11, "need", True), (11, "greet", False)]
        assert "…" in next(line for line in bench.lines if "Выяснить" in line), "on its way"
        bench.relay.say(Refused(id=ticks[0].id, code="no_such_step", text="x", facts={}))
        await bench.until(lambda: "Checklist: 0 of 3" in bench.screen, "taken back")
        await bench.press("escape")
        assert not isinstance(bench.app.screen, Checklist)


async def test_what_a_colleague_ticks_is_seen_at_once(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await told(bench)
        await opened(bench)
        await told(bench, Tick("offer", "anna", NOW))
        await bench.until(lambda: "Anna" in next(line for line in bench.lines if "Предложить" in line), "by whom")


async def test_enter_puts_in_the_template_of_a_step(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await told(bench)
        await opened(bench)
        await bench.press("enter")
        assert bench.composed == "Добрый вечер, Иван Петров! Меня зовут Olga."
        await bench.press("ctrl+u")
        await opened(bench)
        await bench.press("down", "enter")
        assert [tick.step for tick in bench.relay.sent(TickStep)] == ["need"], "a step that names none is ticked"


async def test_a_required_step_that_is_open_is_asked_about_before_closing(open_console: Open) -> None:
    sync = replace(scene.sync(), chats=[replace(card, owes_since=0, rescue_at=0) for card in scene.MINE])
    async with open_console(sync, shown=11) as bench:
        await told(bench)
        await bench.press("f9")
        await bench.until(lambda: "Not ticked in the checklist: Предложить." in bench.screen, "the question")
        assert bench.relay.sent(Close) == []
        await bench.press("enter")
        assert [close.chat for close in bench.relay.sent(Close)] == [11], "it only asks"


async def test_closing_several_counts_those_whose_checklist_is_not_done(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await told(bench, Tick("offer", "olga", NOW))
        await bench.press("f7")
        bench.app.workspace.set_focus(bench.app.workspace.mine)
        await bench.press("m", "j", "m", "f9")
        await bench.until(lambda: "Close 2 chats?" in bench.screen, "the question")
        assert "In 1 of" in bench.screen
        assert "them the checklist isn't done." in bench.screen


async def test_with_all_required_steps_done_nothing_is_asked(open_console: Open) -> None:
    sync = replace(scene.sync(), chats=[replace(card, owes_since=0, rescue_at=0) for card in scene.MINE])
    async with open_console(sync, shown=11) as bench:
        await told(bench, Tick("offer", "olga", NOW))
        await bench.press("f9")
        assert [close.chat for close in bench.relay.sent(Close)] == [11]


async def test_a_department_without_a_checklist_says_so(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await bench.press("alt+equals_sign")
        assert bench.toasts == ["The department of this chat has no checklist."]


async def test_a_tick_that_is_stored_is_no_longer_on_its_way(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await told(bench)
        await opened(bench)
        await bench.press("3")
        (tick,) = bench.relay.sent(TickStep)
        card = replace(bench.app.store.chats[11], rev=99, ticks=[Tick("offer", "olga", NOW)])
        bench.relay.say(card, Done(id=tick.id, chat=11))
        await bench.until(lambda: not len(bench.app.store.outbox), "stored")
        assert "Olga" in next(line for line in bench.lines if "Предложить" in line)
