"""Between Enter and the relay: the time to take words back, and the question when somebody else has spoken."""

import pytest

from opconsole.link.failures import LinkTrouble, Trouble
from opconsole.settings import Settings, load_settings
from opconsole.wire.messages import Kind, Message
from opconsole.wire.staff import AddNote, Close, Say
from tests.ui.conftest import Bench, Open
from tests.ui.fake_relay import NOW

SLOW = Settings(theme="dusk", spelling=False, send_delay_s=3)


def said(bench: Bench) -> list[str]:
    return [say.text for say in bench.relay.sent(Say)]


def let_go(bench: Bench) -> None:
    """The time is over, without waiting for it."""
    session = bench.app.shift.session
    assert session is not None
    for item in bench.app.store.outbox.held():
        session.let_go(item.command.id)


def from_kim(n: int = 12, p: int = 9, text: str = "I look into it", by: str = "kim") -> Message:
    return Message(chat=11, n=n, p=p, at=NOW, kind=Kind.say, by=by, name="Kim", text=text, cid="elsewhere")


# ---------------------------------------------------------------- the time to take back


async def test_a_message_stands_with_its_countdown_and_goes_when_it_is_over(open_console: Open) -> None:
    async with open_console(shown=11, settings=SLOW) as bench:
        await bench.type("tomorrow")
        await bench.press("enter")
        assert said(bench) == []
        assert "Goes out in 0:03 · Esc takes it back" in bench.screen
        assert any("tomorrow" in line and "◔" in line for line in bench.lines)
        bench.clock.move(1.5)
        bench.app.beat()
        await bench.pilot.pause()
        assert "Goes out in 0:02" in bench.screen
        let_go(bench)
        await bench.until(lambda: said(bench) == ["tomorrow"], "it has gone out")
        assert "Goes out" not in bench.screen


@pytest.mark.parametrize("key", ["escape", "up"])
async def test_esc_and_up_take_it_back_and_nothing_was_sent(open_console: Open, key: str) -> None:
    async with open_console(shown=11, settings=SLOW) as bench:
        await bench.type("tomorow")
        await bench.press("enter", key)
        assert bench.composed == "tomorow"
        assert "Taken back before it was sent. The visitor saw only that you were typing." in bench.toasts
        assert not len(bench.app.store.outbox)
        assert said(bench) == []


async def test_undo_takes_held_words_back_before_anything_else(open_console: Open) -> None:
    async with open_console(shown=11, settings=SLOW) as bench:
        await bench.type("tomorow")
        await bench.press("enter")
        bench.app.workspace.inbox.focus()
        await bench.press("z")
        assert bench.composed == "tomorow"
        assert not len(bench.app.store.outbox)


async def test_words_begun_since_follow_what_is_taken_back(open_console: Open) -> None:
    async with open_console(shown=11, settings=SLOW) as bench:
        await bench.type("one")
        await bench.press("enter")
        await bench.type("two")
        await bench.press("escape")
        assert bench.composed == "one\ntwo"


async def test_several_are_taken_back_one_by_one(open_console: Open) -> None:
    async with open_console(shown=11, settings=SLOW) as bench:
        for text in ("one", "two"):
            await bench.type(text)
            await bench.press("enter")
        await bench.press("escape")
        assert bench.composed == "two"
        await bench.press("escape")
        assert bench.composed == "one\ntwo"
        assert not len(bench.app.store.outbox)


async def test_leaving_the_chat_takes_nothing_back_and_closing_it_sends_first(open_console: Open) -> None:
    async with open_console(shown=14, settings=SLOW) as bench:
        await bench.type("bye")
        await bench.press("enter", "alt+2", "escape")
        assert [item.command for item in bench.app.store.outbox.held()] != []
        await bench.press("alt+3", "f9")
        await bench.until(lambda: bench.relay.sent(Close), "the close has gone out")
        words = [frame for frame in bench.relay.up if isinstance(frame, Say | Close)]
        assert [type(frame) for frame in words] == [Say, Close]


async def test_a_note_waits_too_and_comes_back_as_a_note(open_console: Open) -> None:
    async with open_console(shown=11, settings=SLOW) as bench:
        await bench.press("alt+j")
        await bench.type("call back")
        await bench.press("enter", "escape")
        assert bench.composed == "call back"
        assert "only the team sees it" in bench.screen
        assert bench.relay.sent(AddNote) == []


async def test_the_time_is_chosen_from_a_list_and_kept(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        bench.app.workspace.action_run("send_delay")
        await bench.pilot.pause()
        await bench.type("3")
        await bench.press("enter")
        assert load_settings().settings.send_delay_s == 3
        await bench.type("slow now")
        await bench.press("enter")
        assert said(bench) == []


async def test_words_that_wait_for_a_link_stand_in_order_and_can_be_taken_back(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        bench.relay.refuse = LinkTrouble(Trouble.unreachable, "Nothing listens.")
        bench.relay.drop()
        await bench.until(lambda: not bench.app.store.link.is_live, "the link is down")
        for text in ("first", "second"):
            await bench.type(text)
            await bench.press("enter")
        assert "To Иван Петров · ◌ 2 messages wait for the link, in this order" in bench.screen
        assert bench.screen.index("first") < bench.screen.index("second")
        bench.app.workspace.action_run("take_back")
        await bench.pilot.pause()
        assert bench.composed == "second"
        assert "1 message waits for the link" in bench.screen
        assert "Taken back: there was no link, and it was never sent." in bench.toasts


# ---------------------------------------------------------------- somebody else has spoken


async def test_enter_asks_once_when_a_colleague_has_answered_meanwhile(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await bench.type("I look into")
        bench.relay.say(from_kim())
        await bench.until(lambda: "Kim" in bench.screen, "Kim's words are there")
        bench.clock.move(4)
        await bench.press("enter")
        assert "Answered 4 s ago by Kim: “I look into it”" in bench.screen
        assert "That came after you began to write." in bench.screen
        await bench.press("escape")
        assert said(bench) == []
        assert bench.composed == "I look into"
        await bench.press("enter")
        assert said(bench) == ["I look into"], "once is enough"


async def test_a_yes_sends_mine_too(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await bench.type("Hello")
        bench.relay.say(from_kim(), from_kim(13, 10, "from my other desk", by="olga"))
        await bench.until(lambda: "other desk" in bench.screen, "the words are there")
        await bench.press("enter")
        assert "You answered 0 s ago from another console:" in bench.screen
        assert "(and 1 message before it)" in bench.screen
        await bench.press("enter")
        assert said(bench) == ["Hello"]
        assert bench.composed == ""


async def test_nothing_is_asked_when_their_words_were_there_before_mine(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        bench.relay.say(from_kim())
        await bench.until(lambda: "Kim" in bench.screen, "Kim's words are there")
        await bench.type("Hello")
        await bench.press("enter")
        assert said(bench) == ["Hello"]


async def test_a_note_is_not_asked_about_and_a_visitor_who_writes_neither(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await bench.type("Hello")
        bench.relay.say(from_kim(by="visitor", text="and?"))
        await bench.until(lambda: "and?" in bench.screen, "the visitor's words are there")
        await bench.press("enter")
        assert said(bench) == ["Hello"]
        await bench.type("note")
        bench.relay.say(from_kim(13, 10))
        await bench.until(lambda: "Kim" in bench.screen, "Kim's words are there")
        await bench.press("alt+j", "enter")
        assert [note.text for note in bench.relay.sent(AddNote)] == ["note"]
