"""The `:` line: every action by its name, arguments, completion, history, help; in both layouts and languages."""

import pytest
from syrupy.assertion import SnapshotAssertion
from textual import events

from opconsole.locale import LANGUAGES
from opconsole.settings import load_settings
from opconsole.ui.actions import ACTIONS
from opconsole.ui.commands import NO_COMMANDS, command_name
from opconsole.ui.screens.command_line import CommandLine
from opconsole.wire.cards import Role, Status
from opconsole.wire.staff import Close, SetStatus, TakeNext, Transfer
from tests.ui.conftest import Bench, Open


async def command(bench: Bench, text: str) -> None:
    await bench.press("alt+semicolon")
    await bench.type(text)
    await bench.press("enter")


def line(bench: Bench) -> str:
    screen = bench.app.screen
    return screen.text if isinstance(screen, CommandLine) else ""


async def test_every_action_is_a_command_that_its_name_finds(open_console: Open) -> None:
    async with open_console(role=Role.admin) as bench:
        commands = bench.app.controllers.hands.commanding.commands
        for action in ACTIONS:
            if action.id not in NO_COMMANDS:
                found = commands.find(command_name(action))
                assert found is not None
                assert found.name == command_name(action)


async def test_every_action_is_found_by_its_title_in_either_language(open_console: Open) -> None:
    from opconsole.locale import tr_in

    async with open_console(role=Role.admin) as bench:
        commands = bench.app.controllers.hands.commanding.commands
        for lang in LANGUAGES:
            for action in ACTIONS:
                if action.id not in NO_COMMANDS and not action.number:
                    title = tr_in(lang, action.title)
                    names = [each.word for each in commands._names(title)]
                    assert command_name(action) in names, title


async def test_a_command_runs_by_name_beginning_other_layout_and_russian_word(open_console: Open) -> None:
    async with open_console(shown=14) as bench:
        for number, text in enumerate(("close", "clos", "сдщыу", "закрыть", "  close  "), start=1):
            await bench.show(14)
            await command(bench, text)
            assert [close.chat for close in bench.relay.sent(Close)] == [14] * number, text


async def test_a_colon_opens_it_in_lists_and_in_the_conversation_but_not_while_writing(open_console: Open) -> None:
    async with open_console(shown=14) as bench:
        await bench.type(":")
        assert bench.composed == ":"
        await bench.press("f7")
        await bench.until(lambda: bench.app.workspace.inbox.has_focus, "the keys are in the inbox")
        await bench.type("Ж")  # the same key in the Russian layout
        assert isinstance(bench.app.screen, CommandLine)
        await bench.press("escape")
        bench.app.workspace.set_focus(bench.app.workspace.transcript)
        await bench.type(":")
        assert isinstance(bench.app.screen, CommandLine)


async def test_arguments(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await command(bench, "transfer anna")
        assert [(each.chat, each.to) for each in bench.relay.sent(Transfer)] == [(11, "anna")]
        await command(bench, "status away lunch time")
        assert [(each.status, each.reason) for each in bench.relay.sent(SetStatus)] == [(Status.away, "lunch time")]
        await command(bench, "chat 3")
        assert bench.app.store.shown == 14
        await command(bench, "chat 21")
        assert bench.app.store.shown == 21
        await command(bench, "lang ru")
        assert "Мои чаты" in bench.screen
        await command(bench, "theme light")
        assert load_settings().settings.theme == "light"
        await command(bench, "set warnings.message.bell on")
        assert load_settings().settings.warnings.message.bell
        await command(bench, "set keymap vim")
        assert bench.app.keymap.preset_name == "vim"


async def test_a_status_is_typed_as_the_console_calls_it(open_console: Open) -> None:
    async with open_console(shown=11, lang="ru") as bench:
        for text in ("status перерыв обед дома", "cnfnec gththsd j,tl", "status не в сети", "status занята"):
            await command(bench, text)
        given = [(each.status, each.reason) for each in bench.relay.sent(SetStatus)]
        assert given == [(Status.away, "обед дома"), (Status.away, "j,tl"), (Status.offline, ""), (Status.busy, "")]


WRONG = {
    "clsoe": "Did you mean close?",
    "transfer nobody": "There is no colleague nobody.",
    "transfer kim": "Kim can't take it now: not connected.",
    "chat 999": "There is no chat 999 that you may see.",
    "chat": "Which one?",
    "set warnings.rescue.bell loud": "It may be: on, off,",
    "set nothing": "There is no setting nothing.",
    "theme nonesuch": "There is no theme nonesuch.",
    "status lazy": "There is no status lazy.",
    "close now": ":close takes nothing after it.",
    "insert 12": "Which one?",
    "filter chanel:web": "Did you mean channel?",
    "help nothingness": "There is no command nothingness.",
}


async def test_what_cannot_be_done_comes_back_with_its_reason(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        for text, why in WRONG.items():
            bench.app.controllers.hands.commanding.run(text)
            await bench.pilot.pause()
            assert line(bench) == text
            assert why in bench.screen, text
            await bench.press("escape")


async def test_what_needs_my_chat_says_so(open_console: Open) -> None:
    async with open_console(shown=21) as bench:
        await command(bench, "close")
        assert "The chat on the screen isn't yours." in bench.screen
        assert bench.relay.sent(Close) == []


async def test_tab_completes_and_goes_round(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await bench.press("alt+semicolon")
        await bench.type("transf")
        await bench.press("tab")
        assert line(bench) == "transfer "
        await bench.type("an")
        await bench.press("tab")
        assert line(bench).startswith("transfer an")
        await bench.press("ctrl+u")
        await bench.type("status ")
        await bench.press("tab")
        first = line(bench)
        await bench.press("tab")
        assert line(bench) not in (first, "status ")
        await bench.press("shift+tab")
        assert line(bench) == first


async def test_a_chat_of_nobody_known_is_offered_by_a_name_all_the_same(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        bench.app.controllers.hands.commanding.open("chat #22")
        await bench.pilot.pause()
        assert "Visitor 22" in bench.screen


async def test_enter_on_a_word_that_is_no_command_shows_what_it_means_first(open_console: Open) -> None:
    async with open_console(shown=14) as bench:
        await command(bench, "inbox")
        assert line(bench)
        assert bench.app.controllers.hands.commanding.commands.find(line(bench).split()[0]) is not None
        assert bench.relay.sent(Close) == []


async def test_history_by_arrows_of_what_begins_so(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await command(bench, "chat 2")
        await command(bench, "chat 3")
        await command(bench, "filter anna")
        await bench.press("alt+semicolon", "up")
        assert line(bench) == "filter anna"
        await bench.press("ctrl+u")
        await bench.type("ch")
        await bench.press("up", "up")
        assert line(bench) == "chat 2"
        await bench.press("down", "down")
        assert line(bench) == "ch"


async def test_a_burst_of_keys_after_a_command_is_written_where_the_command_led(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        keys = [
            ("alt+semicolon", None),
            *((each, each) for each in "chat 3"),
            ("enter", "\r"),
            *((each, each) for each in "hi"),
        ]
        for key, character in keys:
            bench.app.post_message(events.Key(key, character))
        await bench.until(lambda: bench.composed == "hi", "what followed is in the composer")
        assert bench.app.store.shown == 14


async def test_help_of_a_command(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await command(bench, "help transfer")
        for words in (":transfer [LOGIN]", "Transfer the chat to a colleague", "Alt+G", ":give"):
            assert words in bench.screen
        await bench.press("escape")
        assert ":transfer [LOGIN]" not in bench.screen


async def test_a_command_of_another_role_is_not_there(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        assert bench.app.controllers.hands.commanding.commands.find("history") is None


async def test_nothing_of_the_workspace_happens_behind_the_line(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await bench.press("alt+semicolon", "f2", "f9")
        assert bench.relay.sent(TakeNext) == []
        assert isinstance(bench.app.screen, CommandLine)


@pytest.mark.parametrize("lang", list(LANGUAGES))
async def test_what_it_looks_like(open_console: Open, picture: SnapshotAssertion, lang: str) -> None:
    async with open_console(size=(80, 24), shown=11, lang=lang) as bench:
        await bench.press("alt+semicolon")
        await bench.type("status aw")
        assert await bench.still() == picture
