"""Sets of keys, chords, own keys, and the help of the moment: the keys shown are the keys that work."""

import json

import pytest
from syrupy.assertion import SnapshotAssertion
from textual.binding import Binding
from textual.widgets import TextArea

from opconsole.cli.main import run
from opconsole.locale import LANGUAGES, set_language
from opconsole.settings import Settings, config_file
from opconsole.ui.actions import BY_ID, Conflict, Keymap
from opconsole.ui.help_here import help_here
from opconsole.ui.places import KEYS, Place
from opconsole.ui.presets import MOTIONS, PRESETS
from opconsole.ui.screens.key_probe import KeyProbe, meaning
from opconsole.ui.screens.sheet import Sheet
from opconsole.wire.staff import Close, Say, TakeNext
from tests.ui.conftest import Open

presets = pytest.mark.parametrize("name", list(PRESETS))


@presets
def test_no_set_of_keys_has_conflicts_in_itself(name: str) -> None:
    assert Keymap(preset=name).conflicts == ()


@presets
def test_a_set_names_only_what_there_is(name: str) -> None:
    preset = PRESETS[name]
    assert set(preset.keys) <= set(BY_ID)
    assert set(preset.places.values()) <= set(MOTIONS) | set(BY_ID)
    actions = {binding.action for binding in TextArea.BINDINGS if isinstance(binding, Binding)} | {"paste", "undo"}
    assert set(preset.editing.values()) <= actions


@presets
def test_no_action_is_without_any_way_in_a_set_that_has_one_by_default(name: str) -> None:
    keymap = Keymap(preset=name)
    lost = [action.id for action in BY_ID.values() if action.keys and not keymap.keys(action.id)]
    assert set(lost) <= {"send_2"} if name != "vim" else all(each.startswith("send_") for each in lost)
    assert all(keymap.after_leader(BY_ID[each].keys[0]) for each in lost)


def test_a_chord_and_its_beginning_cannot_both_be_keys() -> None:
    keymap = Keymap({"close": ["ctrl+b k"], "help": ["ctrl+b"], "quit": ["ctrl+b k l"]})
    assert keymap.action("ctrl+b k") == "close"
    assert set(keymap.conflicts) == {Conflict("ctrl+b", "close", "help"), Conflict("ctrl+b k l", "close", "quit")}
    assert keymap.chords("ctrl+b") == {"k": "close"}


def test_own_keys_come_before_macros_and_both_before_a_set() -> None:
    keymap = Keymap({"close": ["ctrl+x b"]}, "emacs", {"bye": ["ctrl+x b"], "hi": ["f2"]})
    assert keymap.action("ctrl+x b") == "close"
    assert keymap.action("f2") == "macro:hi"
    assert {conflict.second for conflict in keymap.conflicts} == {"macro:bye", "switcher", "take_next"}


def test_a_key_that_is_none_is_told() -> None:
    keymap = Keymap({"close": ["ctrl+nonsense", "Ctrl-B"]})
    assert keymap.odd == [("close", "ctrl+nonsense")]
    assert keymap.keys("close") == ("ctrl+b",)


async def test_vim_keys_in_the_lists_and_in_the_conversation(open_console: Open) -> None:
    async with open_console(size=(120, 24), shown=11, settings=Settings(theme="dusk", keymap="vim")) as bench:
        inbox, talk = bench.app.workspace.inbox, bench.app.workspace.transcript
        await bench.press("f7")
        await bench.until(lambda: inbox.has_focus, "the keys are in the inbox")
        await bench.type("G")
        assert inbox.cursor == 4
        await bench.type("g")
        assert inbox.cursor == 0
        await bench.type("о")  # j in the Russian layout
        assert inbox.cursor == 1
        await bench.type("П")  # G
        assert inbox.cursor == 4
        await bench.press("ctrl+b")
        assert inbox.cursor == 0
        await bench.type("i")
        assert bench.app.workspace.composer.has_focus
        await bench.press("escape", "escape", "escape")  # as those hands do
        assert talk.has_focus
        await bench.type("gg")
        assert not talk.at_end
        await bench.type("G")
        assert talk.at_end
        await bench.type("kK")
        assert talk.selected_text().count("\n") == 1
        await bench.press("backslash", "3")
        assert bench.app.store.shown == 14


async def test_in_the_vim_set_o_opens_what_the_marked_message_holds(open_console: Open) -> None:
    async with open_console(shown=11, settings=Settings(theme="dusk", keymap="vim")) as bench:
        bench.app.workspace.set_focus(bench.app.workspace.transcript)
        await bench.type("k")
        await bench.type("o")
        assert (
            any("holds no file and no link" in text for text in bench.toasts)
            or bench.app.screen is not bench.app.workspace
        )


async def test_escape_and_a_letter_in_one_read_send_nothing_in_the_vim_set(open_console: Open) -> None:
    """tmux waits half a second by default, and makes Alt+Z of Esc and Z: in the default set that key sends a template."""
    async with open_console(shown=11, settings=Settings(theme="dusk", keymap="vim")) as bench:
        await bench.press("alt+z")
        assert bench.relay.sent(Say) == []
        await bench.press("ctrl+g", "z")
        assert len(bench.relay.sent(Say)) == 1


async def test_emacs_keys_in_the_composer_and_in_the_lists(open_console: Open) -> None:
    async with open_console(shown=14, settings=Settings(theme="dusk", keymap="emacs")) as bench:
        await bench.type("one two")
        await bench.press("alt+b", "ctrl+k")
        assert bench.composed == "one "
        await bench.press("ctrl+b", "ctrl+d", "ctrl+a", "ctrl+f")
        await bench.type("_")
        assert bench.composed == "o_ne"
        await bench.press("f7")
        await bench.until(lambda: bench.app.workspace.inbox.has_focus, "the keys are in the inbox")
        await bench.press("ctrl+n", "ctrl+n", "ctrl+p")
        assert bench.app.workspace.inbox.cursor == 1
        assert bench.relay.sent(TakeNext) == []


async def test_a_chord_shows_what_may_follow_and_is_given_up(open_console: Open) -> None:
    async with open_console(shown=14, settings=Settings(theme="dusk", keymap="emacs")) as bench:
        await bench.press("ctrl+x")
        assert "Ctrl+X" in bench.lines[-1]
        assert "Go to" in bench.lines[-1]
        await bench.press("escape")
        await bench.type("k")
        assert bench.composed == "k"
        await bench.press("ctrl+x")
        await bench.type("л")  # k in the Russian layout
        assert [close.chat for close in bench.relay.sent(Close)] == [14]
        await bench.press("ctrl+x")
        await bench.type("q")
        assert "Ctrl+X Q does nothing." in bench.toasts


async def test_conflicts_and_odd_keys_are_told_at_the_start(open_console: Open) -> None:
    settings = Settings(theme="dusk", keys={"close": ["f2"], "help": ["ctrl+nonsense"]})
    async with open_console(settings=settings) as bench:
        told = " ".join(bench.toasts)
        assert "The key F2 is wanted twice: close has it, take_next goes without." in told
        assert 'there is no key "ctrl+nonsense"' in told


# ---------------------------------------------------------------- help of the moment


@pytest.mark.parametrize("sign", ["?", ","])
async def test_the_keys_here_and_now(open_console: Open, sign: str) -> None:
    async with open_console(size=(120, 80), shown=11) as bench:
        bench.app.workspace.set_focus(bench.app.workspace.transcript)
        await bench.type(sign)
        assert isinstance(bench.app.screen, Sheet)
        for words in (
            "Here: the conversation",
            "mark several",
            "yours, a reply is owed",
            "Close the chat",
            "F9, Alt+D",
        ):
            assert words in bench.screen
        assert "take the chat under the cursor" not in bench.screen


async def test_what_makes_no_sense_now_is_not_offered(open_console: Open) -> None:
    async with open_console(shown=21) as bench:
        why_not = bench.app.controllers.hands.commanding.why_not
        words = [right for _, right in help_here(Place.INBOX, bench.app.store, bench.app.keymap, why_not)]
        assert "Take this chat" in words
        assert "Close the chat" not in words
        assert any("waits, you only read" in each for each in words)


async def test_a_question_mark_is_written_where_one_writes(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await bench.type("?")
        assert bench.composed == "?"


async def test_the_last_line_shows_the_keys_of_the_place(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        assert "Take next" in bench.lines[-1]
        await bench.press("f7")
        await bench.until(lambda: bench.app.workspace.inbox.has_focus, "the keys are in the inbox")
        assert " T take" in bench.lines[-1]
        await bench.type("/")
        assert "-f fuzzy" in bench.lines[-1]
        await bench.press("escape")
        bench.app.workspace.set_focus(bench.app.workspace.transcript)
        await bench.pilot.pause()
        assert "↑ ↓ mark" in bench.lines[-1]


async def test_a_key_of_the_place_in_the_last_line_can_be_clicked(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await bench.press("f7")
        await bench.until(lambda: bench.app.workspace.inbox.has_focus, "the keys are in the inbox")
        at = bench.lines[-1].index("? keys")
        await bench.pilot.click("#keys", offset=(at, 0))
        assert isinstance(bench.app.screen, Sheet)


def test_every_place_has_keys_and_every_click_does_an_action() -> None:
    assert set(KEYS) == set(Place)
    assert all(not here.action or here.action in BY_ID for keys in KEYS.values() for here in keys)


# ---------------------------------------------------------------- press a key


@pytest.mark.parametrize(
    ("key", "character", "says"),
    [
        ("ctrl+k", None, "Go to anything"),
        ("ctrl+л", None, "Go to anything"),
        ("f9", None, "Close the chat"),
        ("alt+w", None, "Insert favourite template 2"),
        ("x", "x", "it is a letter to write"),
        ("x", "x", "delete the marked message"),
        ("x", "x", "Insert favourite template 2 and send"),
        ("ч", "ч", "delete the marked message"),
        ("f24", None, "nothing"),
    ],
)
def test_what_a_key_does(key: str, character: str | None, says: str) -> None:
    assert any(says in right for _, right in meaning(key, character, Keymap()))


def test_in_russian_a_key_that_does_nothing_is_not_said_to_cancel() -> None:
    set_language("ru")
    assert ("Везде", "ничего") in meaning("f24", None, Keymap())


def test_a_chords_beginning_is_told_with_what_follows() -> None:
    told = [right for _, right in meaning("ctrl+x", None, Keymap(preset="emacs"))]
    assert any("begins a chord: then B" in right for right in told)


async def test_every_key_is_told_and_escape_twice_closes(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        bench.app.workspace.action_run("key_probe")
        await bench.pilot.pause()
        await bench.press("ctrl+q")
        assert bench.app.is_running
        assert "Leave the console" in bench.screen
        await bench.press("escape")
        assert "Esc twice closes" in bench.screen
        await bench.press("escape")
        assert not isinstance(bench.app.screen, KeyProbe)


async def test_all_that_a_key_does_stands_there_on_a_narrow_screen_too(open_console: Open) -> None:
    async with open_console(size=(60, 24), shown=11, lang="ru") as bench:
        bench.app.workspace.action_run("key_probe")
        await bench.pilot.pause()
        await bench.type("x")
        told = meaning("x", "x", bench.app.keymap)
        await bench.until(lambda: told[-1][1].split()[-1] in bench.screen, "the last line of it")


@pytest.mark.parametrize("lang", list(LANGUAGES))
async def test_what_they_look_like(open_console: Open, picture: SnapshotAssertion, lang: str) -> None:
    async with open_console(size=(80, 24), shown=11, lang=lang) as bench:
        bench.app.workspace.set_focus(bench.app.workspace.transcript)
        await bench.type("?")
        assert await bench.still() == picture(name=f"keys here {lang}")
        await bench.press("escape")
        bench.app.workspace.action_run("key_probe")
        await bench.press("ctrl+k")
        assert await bench.still() == picture(name=f"press a key {lang}")


# ---------------------------------------------------------------- opconsole keys


def test_the_table_names_every_action_and_fails_on_conflicts(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--lang", "en", "keys"]) == 0
    table = capsys.readouterr().out
    for action in BY_ID.values():
        assert action.words in table
    config_file().parent.mkdir(parents=True, exist_ok=True)
    config_file().write_text('[keys]\nclose = "f2"\nfly = "f3"\n')
    assert run(["--lang", "en", "keys", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert next(each for each in told["actions"] if each["id"] == "close")["keys"] == ["f2"]
    assert len(told["problems"]) == 2


def test_the_table_of_another_set(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--lang", "en", "keys", "--keymap", "emacs", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["keymap"] == "emacs"
    assert told["editing"]["ctrl+f"] == "cursor_right"


async def test_on_the_smallest_screen_no_word_of_the_last_line_is_cut(open_console: Open) -> None:
    async with open_console(size=(80, 24), shown=14, lang="ru") as bench:
        await bench.press("f7")
        await bench.until(lambda: bench.app.workspace.inbox.has_focus, "the keys are in the inbox")
        await bench.until(lambda: "Esc назад" in bench.lines[-1], "the way out")
        assert "…" not in bench.lines[-1]


@pytest.mark.parametrize("lang", list(LANGUAGES))
async def test_what_may_follow_a_first_key_stands_whole_on_the_smallest_screen(open_console: Open, lang: str) -> None:
    settings = Settings(theme="dusk", keymap="emacs", spelling=False)
    async with open_console(size=(80, 24), shown=14, settings=settings, lang=lang) as bench:
        await bench.press("ctrl+g")
        last = bench.app.workspace.keys.parts(bench.app.workspace.keys.ink())[-1][0]
        assert bench.lines[-1].endswith(last.rstrip())
        await bench.press("escape", "ctrl+x")
        assert all(f" {key} " in bench.lines[-1] for key in ("B", "K", "O", "Ctrl+C", "Ctrl+E"))
        await bench.press("escape", "ctrl+g", "f3")
        assert "Ctrl+G F3" in bench.toasts[-1]
