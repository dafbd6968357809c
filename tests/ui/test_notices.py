"""The ladder on a running console: states, notes, reminders, the link, do not disturb, the title, and what a notification may say."""

from collections.abc import Callable, Sequence

import pytest
from msgspec.structs import replace

from opconsole.settings import Alert, Settings, Warnings
from opconsole.terminal.sound import Sound
from opconsole.wire.cards import Status
from opconsole.wire.messages import Kind, Message
from tests.ui import scene
from tests.ui.conftest import Bench, Open
from tests.ui.fake_relay import NOW
from tests.ui.test_alerts import Heard, new_chat


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Heard:
    return Heard(monkeypatch)


@pytest.fixture
def sounds(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Sequence[str], str]]:
    played: list[tuple[Sequence[str], str]] = []

    def play(sound: Sound, command: Sequence[str], event: str) -> bool:
        played.append((command, event))
        return True

    monkeypatch.setattr(Sound, "play", play)
    return played


def note(chat: int, n: int, text: str, by: str = "ivan") -> Message:
    return Message(chat=chat, n=n, at=NOW, kind=Kind.note, by=by, name="Иван", text=text)


def says(bench: Bench, chat: int, text: str) -> None:
    card = bench.app.store.chats[chat]
    new = replace(card, rev=card.rev + 900, last=card.last + 1, public=card.public + 1, unread=1, words=text)
    bench.relay.say(Message(chat=chat, n=new.last, p=new.public, at=NOW, kind=Kind.say, by="visitor", text=text), new)


async def test_a_colleagues_note_is_told_and_a_call_in_it_louder(open_console: Open, heard: Heard) -> None:
    async with open_console(shown=11) as bench:
        bench.clock.move(5)
        bells = heard.bells
        bench.relay.say(note(14, 4, "call him back"))
        await bench.until(lambda: "Иван Сидоров, a note on Сергей: call him back" in bench.toasts, "the note is told")
        assert heard.bells == bells
        bench.relay.say(note(11, 12, "seen here"))
        await bench.until(lambda: "seen here" in bench.screen, "the note")
        assert not any("seen here" in toast for toast in bench.toasts)
        bench.relay.say(note(11, 13, "what do you think, @Olga?"))
        await bench.until(lambda: any("calls you" in toast for toast in bench.toasts), "the call is told")
        assert heard.bells == bells + 1


async def test_my_own_note_from_another_console_is_not_told(open_console: Open, heard: Heard) -> None:
    async with open_console(shown=11) as bench:
        bench.relay.say(note(14, 4, "mine", by="olga"))
        says(bench, 12, "later")
        await bench.until(lambda: any("later" in toast for toast in bench.toasts), "what came after it")
        assert not any("mine" in toast for toast in bench.toasts)


async def test_words_in_the_open_chat_call_who_looks_elsewhere(open_console: Open, heard: Heard) -> None:
    async with open_console(shown=14) as bench:
        bench.app.app_focus = False
        says(bench, 14, "hello?")
        await bench.until(lambda: heard.desktop == ["Сергей: hello?"], "a notification")
        assert bench.app.controllers.alerts.badge
        assert not any("hello?" in toast for toast in bench.toasts)
        await bench.press("left")
        assert not bench.app.controllers.alerts.badge


async def test_a_notification_says_nothing_of_anybody_where_it_must_not(open_console: Open, heard: Heard) -> None:
    settings = Settings(theme="dusk", notify_text=False)
    async with open_console(shown=11, settings=settings) as bench:
        bench.app.app_focus = False
        new_chat(bench)
        await bench.until(lambda: heard.desktop, "a notification")
        tells: list[Callable[[], None]] = [
            lambda: says(bench, 14, "secret words"),
            lambda: bench.relay.say(note(14, 5, "secret @olga")),
            lambda: bench.relay.say(scene.held(31, "Secret", "secret words")),
        ]
        for count, tell in enumerate(tells, start=2):
            bench.clock.move(6)
            tell()
            await bench.until(lambda: len(heard.desktop) == count, "the next")  # noqa: B023  waited for at once
        bench.clock.move(6)
        bench.app.beat()  # the rescue of 11 and 12 is near
        assert heard.desktop[:4] == ["New chat", "A visitor wrote", "A colleague calls you", "A chat was given to you"]
        assert not any(name in "".join(heard.desktop) for name in ("Guest", "ecret", "Сергей", "Anna", "Иван"))


async def test_away_there_is_no_bell_and_the_desktop_is_told(open_console: Open, heard: Heard) -> None:
    away = [replace(card, status=Status.away) if card.login == "olga" else card for card in scene.OPERATORS]
    async with open_console(replace(scene.sync(), operators=away), shown=11) as bench:
        new_chat(bench)
        await bench.until(lambda: heard.desktop, "a notification, though the terminal has the focus")
        assert heard.bells == 0


async def test_a_sound_is_the_users_command_with_the_events_name(
    open_console: Open, heard: Heard, sounds: list[tuple[Sequence[str], str]]
) -> None:
    settings = Settings(theme="dusk", sound=["play", "it"], warnings=Warnings(new_chat=Alert(sound="focused")))
    async with open_console(shown=11, settings=settings) as bench:
        sounds.clear()
        bench.clock.move(5)
        new_chat(bench)
        await bench.until(lambda: sounds, "a sound")
        assert sounds == [(["play", "it"], "new_chat")]
        bench.app.app_focus = False
        bench.clock.move(5)
        new_chat(bench, 31)
        await bench.until(lambda: any("Guest 31" in toast for toast in bench.toasts), "the next chat")
        assert len(sounds) == 1


async def test_a_reply_that_is_owed_is_reminded_of_until_it_is_sent(open_console: Open, heard: Heard) -> None:
    card = replace(scene.MINE[2], owes_since=NOW, rescue_at=0, words_by="visitor")
    settings = Settings(theme="dusk", remind_s=30)
    async with open_console(replace(scene.sync(), chats=[card]), shown=14, settings=settings) as bench:

        def after(seconds: float) -> list[str]:
            bench.app.workspace.toasts.clear()
            bench.clock.move(seconds)
            bench.app.beat()
            return bench.toasts

        assert after(0) == []
        assert after(30) == ["Сергей has been waiting for your reply for 0:30"]
        assert after(30) == []
        assert after(30) == ["Сергей has been waiting for your reply for 1:30"]
        await bench.type("soon")
        await bench.press("enter")
        assert after(600) == []


async def test_a_lost_link_is_told_and_its_return(open_console: Open, heard: Heard) -> None:
    async with open_console(shown=11) as bench:
        bench.app.beat()
        bench.relay.drop()
        await bench.until(lambda: not bench.app.store.link.is_live, "the link is gone")
        bench.app.beat()
        assert not any("lost" in toast for toast in bench.toasts)
        bench.clock.move(4)
        bench.app.beat()
        assert any("The link to the relay is lost." in toast for toast in bench.toasts)
        await bench.press("f12")
        await bench.until(lambda: any("is back" in toast for toast in bench.toasts), "its return")


async def test_do_not_disturb_holds_back_all_but_rescues_until_its_time(open_console: Open, heard: Heard) -> None:
    async with open_console(size=(160, 36), shown=14) as bench:
        bench.app.workspace.action_run("dnd")
        await bench.pilot.pause()
        await bench.press("enter")
        assert "quiet until 15:08" in bench.lines[0]
        bench.app.workspace.toasts.clear()
        bells = heard.bells
        bench.clock.move(5)
        new_chat(bench)
        await bench.until(lambda: 30 in bench.app.store.chats, "the chat has come")
        assert (bench.toasts, heard.bells) == ([], bells)
        bench.clock.move(20)
        bench.app.beat()
        assert any("rescue in" in toast for toast in bench.toasts)
        bench.clock.move(15 * 60)
        bench.app.beat()
        assert "You can be disturbed again." in bench.toasts
        assert "quiet" not in bench.lines[0]


async def test_do_not_disturb_can_hold_back_rescues_and_be_ended(open_console: Open, heard: Heard) -> None:
    async with open_console(size=(160, 36), shown=14, settings=Settings(theme="dusk", quiet_rescue=False)) as bench:
        bench.app.controllers.quiet.be_quiet(60_000)
        bench.app.workspace.toasts.clear()
        bench.clock.move(25)
        bench.app.beat()
        assert not any("rescue in" in toast for toast in bench.toasts)
        bench.app.workspace.action_run("dnd")
        await bench.pilot.pause()
        await bench.press("enter")
        assert "quiet" not in bench.lines[0]


async def test_what_reaches_me_can_be_tried_out(
    open_console: Open, heard: Heard, sounds: list[tuple[Sequence[str], str]]
) -> None:
    async with open_console(shown=11, settings=Settings(theme="dusk", sound=["play"])) as bench:
        bells = heard.bells
        bench.app.workspace.action_run("notify_try")
        assert heard.bells == bells + 1
        assert heard.desktop[-1] == "This is how opconsole calls you."
        assert (["play"], "try") in sounds


async def test_a_sound_that_can_not_be_played_is_told_once(open_console: Open, heard: Heard) -> None:
    async with open_console(shown=11) as bench:
        bench.app.controllers.alerts._sound.problem = "no such file"
        bench.app.beat()
        bench.app.workspace.toasts.clear()
        bench.app.beat()
        assert not any("no such file" in toast for toast in bench.toasts)
