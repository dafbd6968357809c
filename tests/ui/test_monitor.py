"""The supervisor's floor: what it shows at each width, reading a chat live, and that it can do nothing else."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from syrupy.assertion import SnapshotAssertion
from textual.pilot import Pilot

from opconsole.link.backoff import Backoff
from opconsole.link.failures import LinkTrouble, Trouble
from opconsole.link.session import Ready, Session
from opconsole.link.tokens import Tokens
from opconsole.locale import set_language
from opconsole.settings import Settings
from opconsole.ui.actions import ACTIONS, BY_ID
from opconsole.ui.monitor_app import MonitorApp
from opconsole.ui.screens import monitor as module
from opconsole.wire.cards import DeskCard, OperatorCard, Role, Status
from opconsole.wire.files import FetchFile
from opconsole.wire.messages import Message
from opconsole.wire.search import Search
from opconsole.wire.staff import Fetch, Gone, Hello, History, PageOf, StaffCommand, Sync, Version, Versions, Watch
from tests.ui import scene
from tests.ui.fake_relay import NOW, Clock, FakeRelay, _NoLogin, until
from tests.ui.file_relay import FileRelay

S = 1000
OTHERS = [
    scene.held(31, "Кузнецова Дарья", "Подскажите, есть ли доставка в Тюмень?", owner="ivan", owner_name="Иван Сидоров",
               owes_since=NOW - 80 * S, rescue_at=NOW + 10 * S, unread=1),
    scene.held(32, "Tom", "great, thank you", owner="ivan", owner_name="Иван Сидоров", words_by="ivan"),
]  # fmt: skip
TEAM = [
    replace(scene.OPERATORS[0], rescues_today=2),
    OperatorCard(rev=1, login="ivan", name="Иван Сидоров", status=Status.online, connected=True, held=4, limit=4),
    OperatorCard(rev=1, login="anna", name="Anna", status=Status.away, reason="lunch", connected=True, role=Role.supervisor),
    scene.OPERATORS[3],
]  # fmt: skip


def sync() -> Sync:
    alarmed = [replace(card, alarm=card.chat == 19) for card in scene.INBOX]
    return Sync(
        head=100,
        chats=[*alarmed, *scene.MINE, *OTHERS],
        operators=TEAM,
        desk=DeskCard(
            rev=1,
            waiting=5,
            held=5,
            opened_today=41,
            taken_today=36,
            rescues_today=3,
            abandoned_today=2,
            closed_today=31,
        ),
    )


class Floor:
    def __init__(self, app: MonitorApp, pilot: Pilot[Any], relay: FakeRelay, clock: Clock) -> None:
        self.app = app
        self.pilot = pilot
        self.relay = relay
        self.clock = clock

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def until(self, condition: Callable[[], object], what: str) -> None:
        await until(self.pilot, condition, what)

    @property
    def lines(self) -> list[str]:
        strips = self.app.screen._compositor.render_strips()
        return [strip.text.rstrip() for strip in strips[: self.app.size.height]]

    @property
    def screen(self) -> str:
        return "\n".join(self.lines) + "\n"

    async def read(self, chat: int) -> None:
        self.app.monitor.read(chat)
        await self.until(lambda: [w.chat for w in self.relay.sent(Watch)][-1:] == [chat], "the chat is watched")
        self.relay.say(PageOf(chat=chat, messages=scene.talk(chat)))
        await self.until(lambda: "Отлично" in self.screen, "the chat is on the screen")


@asynccontextmanager
async def monitor(
    folder: Path, size: tuple[int, int] = (120, 36), frames: Sync | None = None, settings: Settings | None = None
) -> AsyncIterator[Floor]:
    relay, clock = FakeRelay(frames or sync(), Role.supervisor), Clock()
    numbers = iter(range(1, 1000))

    def session(ready: Ready) -> Session:
        return Session(
            ready,
            app.store,
            mode="monitor",
            on_changes=app.changed,
            on_note=app.monitor.say,
            clock=clock,
            dial=relay.dial,
            backoff=Backoff(),
            dice=lambda: 0.5,
            new_id=lambda: f"c{next(numbers)}",
        )

    app = MonitorApp(
        _NoLogin(Tokens(folder, "file"), folder), settings or Settings(theme="dusk"), clock=clock, make_session=session
    )
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: app.store.link.is_live, "the link is live")
        if settings is None:
            app.monitor.toasts.clear()
        await pilot.pause()
        yield Floor(app, pilot, relay, clock)


SIZES = [(80, 24), (120, 36), (160, 48), (200, 50)]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("reading", [False, True], ids=["floor", "reading"])
async def test_the_floor_looks_like_this(
    tmp_path: Path, picture: SnapshotAssertion, size: tuple[int, int], reading: bool
) -> None:
    async with monitor(tmp_path, size) as floor:
        if reading:
            await floor.read(11)
        assert floor.screen == picture


async def test_the_floor_speaks_russian(tmp_path: Path, picture: SnapshotAssertion) -> None:
    set_language("ru")
    async with monitor(tmp_path, (120, 24)) as floor:
        assert floor.screen == picture


async def test_it_greets_as_a_monitor(tmp_path: Path) -> None:
    async with monitor(tmp_path) as floor:
        (hello,) = floor.relay.sent(Hello)
        assert hello.mode == "monitor"


async def test_a_chat_is_read_live_and_the_reading_follows_the_cursor(tmp_path: Path) -> None:
    async with monitor(tmp_path) as floor:
        await floor.press("enter")
        first = floor.app.store.inbox.cards[0].chat
        await floor.until(lambda: [w.chat for w in floor.relay.sent(Watch)] == [first], "the first chat is watched")
        floor.relay.say(Message(chat=first, n=1, p=1, at=NOW, by="visitor", name="Пётр", text="ещё жду"))
        await floor.until(lambda: "ещё жду" in floor.screen, "what comes live is shown")
        await floor.press("down", "down")
        third = floor.app.store.inbox.cards[2].chat
        await floor.until(lambda: floor.relay.sent(Watch)[-1].chat == third, "the reading has followed")
        await floor.press("escape")
        await floor.until(lambda: floor.relay.sent(Watch)[-1].chat == 0, "nothing is watched any more")
        assert not floor.app.monitor.is_reading


async def test_a_chat_that_is_taken_while_it_is_read_stays_readable(tmp_path: Path) -> None:
    async with monitor(tmp_path) as floor:
        await floor.read(21)
        taken = replace(scene.held(21, "Мария Климова", "…", owner="ivan", owner_name="Иван Сидоров"), rev=500)
        floor.relay.say(taken)
        await floor.until(lambda: len(floor.app.monitor.held.cards()) == 6, "it is in hands")
        assert "Отлично" in floor.screen
        floor.relay.say(Gone(chat=21, rev=600, why="closed"))
        await floor.until(lambda: len(floor.app.monitor.held.cards()) == 5, "it is closed")
        assert "Отлично" in floor.screen


async def test_ages_grow_by_themselves(tmp_path: Path) -> None:
    async with monitor(tmp_path) as floor:
        assert "5:40" in floor.screen
        floor.clock.move(60)
        floor.app.monitor.tick()
        await floor.pilot.pause()
        assert "6:40" in floor.screen
        assert "5:40" not in floor.screen


async def test_urgency_is_told_by_signs_not_only_by_colour(tmp_path: Path) -> None:
    async with monitor(tmp_path, (160, 48)) as floor:
        rows = {
            name: next(line for line in floor.lines if name in line)
            for name in ("Пётр", "Мария", "Visitor 22", "Кузнецова")
        }
        assert "!!" in rows["Пётр"]
        assert "! " in rows["Мария"]
        assert "!0:10" in rows["Кузнецова"]
        floor.clock.move(40)
        floor.app.monitor.tick()
        await floor.pilot.pause()
        assert "▴" in next(line for line in floor.lines if "Jürgen" in line)


async def test_a_chat_that_everybody_let_go_is_told_once(tmp_path: Path) -> None:
    async with monitor(tmp_path) as floor:
        card = next(card for card in scene.INBOX if card.chat == 22)
        floor.relay.say(replace(card, rev=700, alarm=True))
        await floor.until(lambda: floor.app.monitor.toasts.texts, "it is told")
        assert floor.app.monitor.toasts.texts == ["Everybody has let Visitor 22 go"]
        floor.app.monitor.toasts.clear()
        floor.relay.say(replace(card, rev=701, alarm=True, words="hello??"))
        await floor.until(lambda: "hello??" in floor.screen, "the card has come again")
        assert floor.app.monitor.toasts.texts == []


async def test_of_one_operator_the_chats_alone_can_be_seen(tmp_path: Path) -> None:
    async with monitor(tmp_path) as floor:
        floor.app.monitor.seats.focus()
        floor.app.monitor.seats.point_at("ivan")
        await floor.press("enter")
        assert [card.chat for card in floor.app.monitor.held.cards()] == [31, 32]
        assert "In the hands of Иван Сидоров" in floor.screen
        await floor.press("escape")
        assert len(floor.app.monitor.held.cards()) == 5


async def test_no_key_of_an_action_sends_a_command(tmp_path: Path) -> None:
    async with monitor(tmp_path) as floor:
        await floor.read(11)
        keys = {key for action in ACTIONS for key in action.keys} - {"ctrl+q"}
        for key in (*sorted(keys), "t", "r", "e", "x", "1", "space", "m", "z", "asterisk", "enter"):
            await floor.pilot.press(key)
            while floor.app.screen is not floor.app.monitor:
                await floor.pilot.press("escape")
        await floor.press("escape", "escape")
        commands = [
            frame
            for frame in floor.relay.up
            if isinstance(frame, StaffCommand) and not isinstance(frame, Fetch | Search | History)
        ]
        assert commands == []
        assert not len(floor.app.store.outbox)


def test_the_monitors_actions_are_of_the_registry_and_none_is_of_the_desk() -> None:
    assert set(module.ACTIONS) <= set(BY_ID)
    assert {"take_next", "take_this", "close", "return", "transfer", "note", "status"}.isdisjoint(module.ACTIONS)


async def test_the_link_is_always_told(tmp_path: Path) -> None:
    async with monitor(tmp_path) as floor:
        assert "live" in floor.lines[0]
        floor.relay.refuse = LinkTrouble(Trouble.unreachable, "Nothing answers.")
        floor.relay.drop()
        await floor.until(lambda: "offline since 14:53" in floor.lines[0], "the loss is told")
        assert "The link was lost." in floor.lines[0]
        assert "Пётр" in floor.screen, "what was known stays"


async def test_help_tells_keys_and_marks(tmp_path: Path) -> None:
    async with monitor(tmp_path) as floor:
        await floor.press("f1")
        await floor.until(lambda: "everybody has let this chat go" in floor.screen, "the help")
        await floor.press("escape")
        await floor.until(lambda: "everybody has let this chat go" not in floor.screen, "the help is gone")


async def test_looks_and_language_change_at_run_time_and_are_kept(tmp_path: Path) -> None:
    async with monitor(tmp_path) as floor:
        await floor.press("c", "down", "enter")
        kept = floor.app.view.inks.palette.name
        assert kept != "dusk"
        assert f'theme = "{kept}"' in (tmp_path / "config" / "config.toml").read_text()
        await floor.press("l")
        assert "Обзор: только чтение" in floor.lines[0]
        assert 'lang = "ru"' in (tmp_path / "config" / "config.toml").read_text()


async def test_a_key_for_an_action_that_is_none_is_told_with_the_nearest_name(tmp_path: Path) -> None:
    async with monitor(tmp_path, settings=Settings(theme="dusk", keys={"hlep": ["f5"]})) as floor:
        assert any("keys.hlep" in text and "Did you mean help?" in text for text in floor.app.monitor.toasts.texts)


async def test_rows_move_by_letters_in_both_layouts(tmp_path: Path) -> None:
    async with monitor(tmp_path) as floor:
        await floor.press("j", "о")
        assert floor.app.monitor.waiting.cursor == 2
        await floor.press("k", "л")
        assert floor.app.monitor.waiting.cursor == 0


async def test_an_empty_desk_says_so(tmp_path: Path) -> None:
    async with monitor(tmp_path, frames=Sync(head=1)) as floor:
        assert "Nobody waits." in floor.screen
        assert "No chats in hands." in floor.screen


async def test_a_monitor_sees_what_a_message_was_before(tmp_path: Path) -> None:
    async with monitor(tmp_path, size=(160, 48)) as floor:
        await floor.read(31)
        floor.app.monitor.transcript.focus()
        await floor.press("up", "h")
        (asked,) = floor.relay.sent(History)
        assert asked.chat == 31
        version = Version(at=NOW, by="visitor", text="what it was")
        floor.relay.say(Versions(id=asked.id, chat=31, n=asked.n, versions=[version]))
        await floor.until(lambda: "what it was" in floor.screen, "the history")


async def test_files_and_links_are_opened_here_too_and_nothing_is_changed_by_that(tmp_path: Path) -> None:
    async with FileRelay() as files, monitor(tmp_path, size=(160, 48)) as floor:
        file = files.keep("a.txt", b"hello", type="text/plain")
        floor.relay.files = files
        await floor.read(31)
        floor.relay.say(Message(chat=31, n=12, p=9, at=NOW, by="visitor", text="https://shop.example/", file=file))
        await floor.until(lambda: "▤ a.txt" in floor.screen, "the file is there")
        session = floor.app.shift.session
        assert session is not None
        session.ready = Ready(files.address, "olga", "token")
        floor.app.monitor.transcript.focus()
        await floor.press("up", "o")
        assert "Files and links" in floor.screen
        await floor.press("enter", "enter")
        await floor.until((tmp_path / "downloads" / "a.txt").exists, "it is saved")
        assert not [
            frame
            for frame in floor.relay.up
            if isinstance(frame, StaffCommand) and not isinstance(frame, FetchFile | Fetch)
        ]
