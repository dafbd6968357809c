"""Macros: steps in order, each after the one before is done; stopped at the first that can't be; faults told at their line."""

from pathlib import Path

from msgspec.structs import replace

from opconsole.settings import Macro, Settings, load_settings
from opconsole.ui.macros import check
from opconsole.wire.cards import Place
from opconsole.wire.staff import Close, Done, Refused, Say, TakeNext
from tests.ui import scene
from tests.ui.conftest import Bench, Open
from tests.ui.fake_relay import NOW


def having(*steps: str, key: str = "f4", **more: Macro) -> Settings:
    return Settings(theme="dusk", macros={"bye": Macro(do=list(steps), key=key), **more})


def stopped(bench: Bench) -> str:
    return next((text for text in bench.toasts if "stopped" in text), "")


async def test_several_things_by_one_key_and_by_name(open_console: Open) -> None:
    async with open_console(shown=14, settings=having("send 3", "close")) as bench:
        await bench.press("f4")
        assert [say.text for say in bench.relay.sent(Say)] == ["Спасибо за обращение! Хорошего дня."]
        assert [close.chat for close in bench.relay.sent(Close)] == [14]
    async with open_console(shown=14, settings=having("close", key="")) as bench:
        await bench.press("alt+semicolon")
        await bench.type("bye")
        await bench.press("enter")
        assert [close.chat for close in bench.relay.sent(Close)] == [14]


async def test_it_stops_at_the_first_step_that_cannot_be_done_and_says_why(open_console: Open) -> None:
    async with open_console(shown=21, settings=having("send 3", "close", "chat 1")) as bench:
        await bench.press("f4")
        assert stopped(bench) == "The macro bye stopped at :send 3: The chat on the screen isn't yours."
        assert bench.relay.sent(Say) == []
        assert bench.app.store.shown == 21


async def test_a_step_that_only_tells_why_not_stops_it_too(open_console: Open) -> None:
    async with open_console(shown=14, settings=having("insert 9", "close")) as bench:
        await bench.press("f4")
        assert "There is no favourite template 9." in stopped(bench)
        assert bench.relay.sent(Close) == []


async def test_it_waits_for_the_answer_to_a_question(open_console: Open) -> None:
    async with open_console(shown=11, settings=having("close", "chat 3")) as bench:
        await bench.press("f4")
        assert bench.app.store.shown == 11
        await bench.press("enter")
        await bench.until(lambda: bench.app.store.shown == 14, "the second step")
        assert [close.chat for close in bench.relay.sent(Close)] == [11]


async def test_the_answer_no_stops_it(open_console: Open) -> None:
    async with open_console(shown=11, settings=having("close", "chat 3")) as bench:
        await bench.press("f4", "escape")
        await bench.until(lambda: "answered no" in stopped(bench), "it is told")
        assert bench.relay.sent(Close) == []
        assert bench.app.store.shown == 11


async def test_it_waits_for_a_templates_placeholders(open_console: Open) -> None:
    async with open_console(shown=14, settings=having("template order", "chat 1")) as bench:
        await bench.press("f4")
        await bench.type("77")
        await bench.press("enter")
        assert bench.app.store.shown == 14
        await bench.type("завтра")
        await bench.press("enter")
        assert bench.app.store.shown == 11
        await bench.show(14)
        assert bench.composed == "Заказ 77 приедет завтра."


async def test_a_placeholder_given_up_stops_it(open_console: Open) -> None:
    async with open_console(shown=14, settings=having("template order", "chat 1")) as bench:
        await bench.press("f4", "escape")
        assert "answered no" in stopped(bench)
        assert bench.app.store.shown == 14


async def test_what_follows_a_take_is_done_in_the_chat_that_came(open_console: Open) -> None:
    async with open_console(shown=14, settings=having("take-next", "send 2")) as bench:
        await bench.press("f4")
        (take,) = bench.relay.sent(TakeNext)
        assert bench.relay.sent(Say) == []
        card = next(card for card in scene.INBOX if card.chat == 19)
        bench.relay.say(
            replace(card, rev=500, place=Place.held, owner="olga", taken_at=NOW, answer_by=0), Done(id=take.id, chat=19)
        )
        await bench.until(lambda: bench.relay.sent(Say), "the second step")
        assert [say.chat for say in bench.relay.sent(Say)] == [19]


async def test_a_take_that_was_refused_stops_it_before_anything_is_sent(open_console: Open) -> None:
    async with open_console(shown=14, settings=having("take-next", "send 2")) as bench:
        await bench.press("f4")
        (take,) = bench.relay.sent(TakeNext)
        bench.relay.say(Refused(id=take.id, code="inbox_empty", text="x"))
        await bench.until(lambda: "the chat did not come" in stopped(bench), "it is told")
        assert bench.relay.sent(Say) == []


async def test_a_macro_cannot_begin_another(open_console: Open) -> None:
    settings = having("other", other=Macro(do=["close"]))
    async with open_console(shown=14, settings=settings) as bench:
        assert any("a macro can't begin another one" in text for text in bench.toasts)
        await bench.press("f4")
        assert bench.relay.sent(Close) == []


async def test_faults_are_told_at_their_line(open_console: Open, tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('theme = "dusk"\n\n[macros.bye]\nkey = "f4"\ndo = [\n  "send 3",\n  "clsoe",\n]\n')
    macros = load_settings(file).settings.macros
    async with open_console() as bench:
        (problem,) = check(macros, bench.app.controllers.hands.commanding.commands, file)
        assert problem.key == "line 7, macros.bye.do"
        assert "Did you mean close?" in problem.text


def test_a_macro_that_cannot_be_read_is_a_problem_and_the_others_hold(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(
        '[macros.good]\ndo = ["close"]\n[macros.empty]\n[macros.odd]\ndo = "close"\n[macros."a b"]\ndo = ["close"]\n'
        '[macros.more]\ndo = ["close"]\nkeyy = "f4"\n'
    )
    loaded = load_settings(file)
    assert list(loaded.settings.macros) == ["good"]
    assert [problem.key for problem in loaded.problems] == [
        "macros.empty.do",
        "macros.odd",
        "macros.a b",
        "macros.more.keyy",
    ]
