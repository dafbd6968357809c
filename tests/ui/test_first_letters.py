"""Letters typed while the keys are in the conversation: who types a text thinks that they write, and is right."""

import pytest
from textual import events

from opconsole.settings import Settings
from opconsole.ui.app import Console
from opconsole.ui.places import Place
from opconsole.wire.staff import DeleteMessage, Refused, Say
from tests.ui import scene
from tests.ui.conftest import Bench, Open


def in_talk(bench: Bench) -> Console:
    bench.app.workspace.set_focus(bench.app.workspace.transcript)
    return bench.app


@pytest.mark.parametrize(
    "text",
    [
        "привет",
        "я сейчас посмотрю",
        "что вы делаете?",
        "уже еду",
        "хорошо",
        "Будет сделано",
        "10 минут",
        "/h",
        "ok",
        "xerox",
    ],
)
async def test_a_text_typed_in_the_conversation_stands_in_the_composer(open_console: Open, text: str) -> None:
    """Not one letter of it does anything else: nothing is undone, edited or deleted, and no other chat comes."""
    async with open_console(shown=11) as bench:
        app = in_talk(bench)
        await bench.type(text)
        assert bench.composed == text
        assert app.workspace.focused is app.workspace.composer
        assert app.screen is app.workspace
        assert app.store.shown == 11
        assert not bench.toasts
        assert not app.controllers.writing.asks


async def test_letters_act_on_a_marked_message_and_the_key_bar_says_so(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        app = in_talk(bench)
        await bench.pilot.pause()
        assert app.workspace.place is Place.UNMARKED
        assert "write" in bench.lines[-1]
        assert "edit" not in bench.lines[-1]
        await bench.press("up")
        assert app.workspace.place == Place.TALK.value
        assert "edit" in bench.lines[-1]
        await bench.type("P")  # begins a text here too: a letter with no meaning
        assert bench.composed == "P"


async def test_a_letter_that_answers_no_question_is_a_no(open_console: Open) -> None:
    """`что вы делаете` on a marked message: Ч is X, and asks; the Д of the text must not be its yes."""
    sync = scene.sync()
    async with open_console(sync, shown=11) as bench:
        app = in_talk(bench)
        mine = next(each.n for each in reversed(sync.messages) if each.by == "olga" and each.p)
        app.workspace.transcript.chosen = (mine, mine)
        await bench.type("что вы делаете")
        await bench.press("enter")
        assert not bench.relay.sent(DeleteMessage)
        assert bench.composed == "" or "делаете" in bench.composed


async def test_in_the_vim_set_the_conversation_is_the_place_for_commands(open_console: Open) -> None:
    async with open_console(shown=11, settings=Settings(keymap="vim")) as bench:
        app = in_talk(bench)
        await bench.type("pq")
        assert app.workspace.focused is app.workspace.transcript
        await bench.type("iпривет")
        assert bench.composed == "привет"


@pytest.mark.parametrize("place", ["transcript", "inbox"])
async def test_what_is_pasted_where_nothing_is_typed_goes_to_the_composer(open_console: Open, place: str) -> None:
    async with open_console(shown=11) as bench:
        workspace = bench.app.workspace
        workspace.set_focus(workspace.transcript if place == "transcript" else workspace.inbox)
        await bench.pilot.pause()
        bench.app.post_message(events.Paste("as I said"))
        await bench.pilot.pause()
        assert bench.composed == "as I said"
        assert workspace.focused is workspace.composer


async def test_tab_is_carried_out_before_the_next_key(open_console: Open) -> None:
    """In one burst (a slow link, a macro of the terminal): the letter after it is a letter of the pane where it leads."""
    async with open_console(shown=11) as bench:
        for key in ("tab", "up", "e"):
            bench.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await bench.pilot.pause()
        assert bench.app.controllers.writing.asks or bench.toasts, "E was asked of the marked message"
        assert not bench.composed.endswith("e") or bench.app.controllers.writing.asks


async def test_refused_words_need_no_mark_because_the_line_under_them_names_their_letters(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await bench.type("Hello")
        await bench.press("enter")
        (say,) = bench.relay.sent(Say)
        bench.relay.say(Refused(id=say.id, code="not_yours", text="no"))
        await bench.until(bench.app.workspace.transcript.failed_cid, "it is refused")
        await bench.press("tab", "r")
        assert len(bench.relay.sent(Say)) == 2
        assert bench.composed == ""
        await bench.type("why")
        assert bench.composed == "why"
