"""What is told without asking: on the screen, by bell, on the desktop; each can be turned off, and a flood is held back."""

import pytest
from msgspec.structs import replace

from opconsole.settings import Alert, Settings, Warnings
from opconsole.ui import alerts
from opconsole.wire.messages import Kind, Message
from opconsole.wire.staff import Gone
from tests.ui import scene
from tests.ui.conftest import Bench, Open
from tests.ui.fake_relay import NOW


class Heard:
    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.bells = 0
        self.desktop: list[str] = []
        monkeypatch.setattr(alerts, "ring", lambda app: self._bell())
        monkeypatch.setattr(alerts, "notify", lambda app, title, body, by: self.desktop.append(body))

    def _bell(self) -> None:
        self.bells += 1


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Heard:
    return Heard(monkeypatch)


def new_chat(bench: Bench, chat: int = 30) -> None:
    bench.relay.say(scene.waiting(chat, f"Guest {chat}", "[/red] hello", 0))


async def test_a_new_chat_is_told_with_its_words(open_console: Open, heard: Heard) -> None:
    async with open_console(shown=11) as bench:
        bells = heard.bells
        bench.clock.move(5)
        new_chat(bench)
        await bench.until(lambda: "New chat: Guest 30: [/red] hello" in bench.toasts, "a toast")
        assert heard.bells == bells + 1
        assert heard.desktop == []


async def test_the_desktop_is_told_while_the_terminal_is_not_in_focus(open_console: Open, heard: Heard) -> None:
    async with open_console(shown=11) as bench:
        bench.app.app_focus = False
        new_chat(bench)
        await bench.until(lambda: heard.desktop, "a notification")
        assert heard.desktop == ["New chat: Guest 30: [/red] hello"]


async def test_each_way_can_be_turned_off(open_console: Open, heard: Heard) -> None:
    quiet = Alert(screen=False, bell=False, desktop=False)
    warnings = Warnings(rescue=quiet, new_chat=quiet, message=quiet)
    async with open_console(shown=14, settings=Settings(theme="dusk", warnings=warnings)) as bench:
        bench.app.app_focus = False
        new_chat(bench)
        await bench.until(lambda: 30 in bench.app.store.chats, "the chat has come")
        bench.app.beat()
        assert bench.toasts == []
        assert (heard.bells, heard.desktop) == (0, [])


async def test_a_flood_is_one_bell_and_one_notification(open_console: Open, heard: Heard) -> None:
    async with open_console(shown=11) as bench:
        bench.clock.move(5)
        bells = heard.bells
        bench.app.app_focus = False
        for chat in range(40, 60):
            new_chat(bench, chat)
        await bench.until(lambda: 59 in bench.app.store.chats, "all have come")
        assert heard.bells == bells + 1
        assert len(heard.desktop) == 1
        assert len(bench.toasts) == 4


async def test_a_rescue_is_warned_of_once(open_console: Open, heard: Heard) -> None:
    async with open_console(shown=14) as bench:
        bench.clock.move(25)
        bench.app.beat()
        warnings = [toast for toast in bench.toasts if toast.startswith("Reply to Иван Петров: rescue in 0:25")]
        assert len(warnings) == 1
        bells = heard.bells
        bench.clock.move(2)
        bench.app.beat()
        assert heard.bells == bells


async def test_a_message_in_another_chat_is_told_and_one_in_the_shown_chat_is_not(
    open_console: Open, heard: Heard
) -> None:
    async with open_console(shown=11) as bench:
        card = replace(
            bench.app.store.chats[14], rev=900, last=4, public=3, unread=1, words="are you there", words_by="visitor"
        )
        bench.relay.say(Message(chat=14, n=4, p=3, at=NOW, kind=Kind.say, by="visitor", text="are you there"), card)
        await bench.until(lambda: "Сергей: are you there" in bench.toasts, "a toast")
        bench.relay.say(Message(chat=11, n=12, p=9, at=NOW, kind=Kind.say, by="visitor", text="me too"))
        await bench.until(lambda: "me too" in bench.screen, "the message")
        assert not any("me too" in toast for toast in bench.toasts)


async def test_a_rescued_chat_is_told(open_console: Open, heard: Heard) -> None:
    async with open_console(shown=14) as bench:
        bench.relay.say(Gone(chat=11, rev=900, why="rescued"))
        await bench.until(lambda: any("rescued" in toast for toast in bench.toasts), "a toast")


async def test_a_click_on_a_toast_goes_to_its_chat(open_console: Open, heard: Heard) -> None:
    async with open_console(shown=14) as bench:
        bench.app.workspace.toasts.clear()
        bench.app.workspace.say("look here", "warning", 12)
        await bench.pilot.pause()
        await bench.pilot.click("#toasts")
        await bench.until(lambda: bench.app.store.shown == 12, "the chat is shown")


async def test_toasts_go_by_themselves(open_console: Open) -> None:
    async with open_console(shown=14) as bench:
        bench.app.beat()
        bench.app.workspace.say("look here")
        bench.clock.move(6)
        bench.app.beat()
        assert "look here" not in bench.toasts
        bench.clock.move(60)
        bench.app.beat()
        bench.clock.move(60)
        bench.app.beat()
        assert bench.toasts == []
        assert not bench.app.workspace.toasts.display
