"""Searches and hints through the relay's own line: who is shown what, by role, and that nobody else is held up or told."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from opconsole.wire import staff
from opconsole.wire.cards import Role
from opconsole.wire.codec import decode_staff_down
from opconsole.wire.search import Found, Hinted, Hints, Search
from opconsole.wire.staff import Fetch, PageOf, Refused, StaffUp
from server_stub.desk.commands import EraseContent, VisitorSays
from server_stub.desk.settings import Settings
from server_stub.edge import bounds
from server_stub.search.index import Index
from server_stub.search.source import StoreSource
from tests.property.relay_world import RelayWorld, StaffClient, VisitorClient


class Desk(RelayWorld):
    """A desk with an index; its people are connected and online."""

    def __init__(self) -> None:
        super().__init__(settings=Settings(closed_keep_ms=60_000, reopen_ms=1_000))
        self.index = Index(None, lambda: StoreSource(self.store), rest=False)
        self.team: dict[str, StaffClient] = {}
        self.number = 0

    async def open(self) -> None:
        await self.start(self.index)
        for login, role, departments in (
            ("olga", Role.operator, ("general",)),
            ("anna", Role.operator, ("general", "sales")),
            ("boss", Role.supervisor, ()),
        ):
            self.person(login, role, departments=departments or ("general",))
            self.team[login] = StaffClient(login, role)
            self.connect(self.team[login])
        await self.settle()
        for client in self.team.values():
            self.put(client, staff.SetStatus(id=self.id(), status="online"))  # type: ignore[arg-type]
        await self.settle()

    def id(self) -> str:
        self.number += 1
        return f"c{self.number}"

    async def chat(
        self, visitor: str, text: str, *, by: str = "", answer: str = "", close: bool = False, to: str = "general"
    ) -> int:
        client = VisitorClient(visitor)
        self.connect(client)
        self.put(client, VisitorSays(self.id(), text, department=to))
        await self.settle()
        chat = self.line.state.last_chat
        if by:
            self.put(self.team[by], staff.Take(id=self.id(), chat=chat))
            await self.settle()
        if answer:
            self.put(self.team[by], staff.Say(id=self.id(), chat=chat, text=answer))
            await self.settle()
        if close:
            self.put(self.team[by], staff.Close(id=self.id(), chat=chat))
            await self.settle()
        self.disconnect(client)
        await self.settle()
        return chat

    async def ask(self, login: str, question: StaffUp) -> object:
        """The answer to a question, which must be the only frame that comes of it."""
        await self.settle()
        await self.index.caught_up()
        client = self.team[login]
        client.wire.take()
        self.put(client, question)
        await self.line.settled()
        frames = [decode_staff_down(line) for line in client.wire.take()]
        (answer,) = [frame for frame in frames if getattr(frame, "id", "") == getattr(question, "id", "?")]
        return answer

    async def found(self, login: str, text: str, **filters: object) -> list[int]:
        answer = await self.ask(login, Search(id=self.id(), text=text, **filters))  # type: ignore[arg-type]
        assert isinstance(answer, Found), answer
        assert answer.state == "ready"
        return sorted({hit.chat for hit in answer.hits})

    async def hinted(self, login: str, chat: int, text: str) -> list[str]:
        answer = await self.ask(login, Hints(id=self.id(), chat=chat, text=text))
        assert isinstance(answer, Hinted), answer
        return [hint.text for hint in answer.hints]


@pytest_asyncio.fixture
async def desk() -> AsyncIterator[Desk]:
    desk = Desk()
    await desk.open()
    yield desk
    await desk.stop()
    await desk.index.close()


async def test_an_operator_finds_what_may_be_read_and_a_supervisor_all(desk: Desk) -> None:
    waits = await desk.chat("v1", "кенгуру ждёт")
    elsewhere = await desk.chat("v2", "кенгуру в продажах", to="sales")
    mine = await desk.chat("v3", "кенгуру у Ольги", by="olga")
    colleagues = await desk.chat("v4", "кенгуру у Анны", by="anna")
    had = await desk.chat("v5", "кенгуру был у Ольги", by="olga", answer="хорошо", close=True)
    other = await desk.chat("v6", "кенгуру был у Анны", by="anna", answer="хорошо", close=True)
    assert await desk.found("olga", "кенгуру") == sorted([waits, mine, had])
    assert await desk.found("anna", "кенгуру") == sorted([waits, elsewhere, colleagues, other])
    assert await desk.found("boss", "кенгуру") == sorted([waits, elsewhere, mine, colleagues, had, other])
    assert await desk.found("boss", "кенгуру", operator="Ann") == sorted([colleagues, other])
    assert await desk.found("boss", "кенгуру", operator="nobody") == []
    assert await desk.found("olga", "кенгуру", mine=True) == sorted([mine, had])


async def test_what_the_desk_has_forgotten_is_found_and_read_by_who_had_it_and_by_nobody_else(desk: Desk) -> None:
    chat = await desk.chat("v1", "старый кенгуру", by="olga", answer="ответ про кенгуру", close=True)
    desk.now += 3_600_000
    await desk.chat("v2", "новый", by="olga", answer="ответ", close=True)
    assert chat not in desk.line.state.chats
    for login, sees in (("olga", True), ("anna", False), ("boss", True)):
        assert (chat in await desk.found(login, "кенгуру")) is sees
        answer = await desk.ask(login, Fetch(id=desk.id(), chat=chat, limit=50))
        if sees:
            assert isinstance(answer, PageOf)
            assert [message.text for message in answer.messages if message.p] == ["старый кенгуру", "ответ про кенгуру"]
        else:
            assert isinstance(answer, Refused)
            assert answer.code == "not_visible"


async def test_hints_are_of_the_team_but_not_what_one_visitor_alone_was_told(desk: Desk) -> None:
    await desk.chat("v1", "где заказ?", by="anna", answer="Ваш заказ 555 у кенгуру Ивана", close=True)
    for visitor in ("v2", "v3"):
        await desk.chat(visitor, "есть возврат?", by="anna", answer="Возврат бесплатный тридцать дней", close=True)
    chat = await desk.chat("v4", "а возврат?", by="olga")
    assert await desk.hinted("olga", chat, "возв") == ["Возврат бесплатный тридцать дней"]
    assert "Ваш заказ 555 у кенгуру Ивана" not in await desk.hinted("olga", chat, "ваш заказ")
    assert (await desk.hinted("boss", chat, "ваш заказ"))[0] == "Ваш заказ 555 у кенгуру Ивана"
    assert await desk.hinted("anna", chat, "возв") == [], "not her chat to read"
    desk.line.put(None, EraseContent("v2", (2,)))
    desk.line.put(None, EraseContent("v3", (3,)))
    assert await desk.hinted("olga", chat, "возв") == []


async def test_a_monitor_may_search_and_a_blocked_person_may_not(desk: Desk) -> None:
    await desk.chat("v1", "кенгуру")
    desk.team["eye"] = StaffClient("boss", Role.supervisor, monitor=True)
    desk.connect(desk.team["eye"])
    await desk.settle()
    assert await desk.found("eye", "кенгуру") == [1]
    session = desk.team["olga"].session
    desk.change("olga", blocked=True)
    await desk.settle()
    assert session is not None
    desk.line.put(session, Search(id="late", text="кенгуру"))
    await desk.line.settled()
    (refused,) = [decode_staff_down(line) for line in desk.team["olga"].wire.take() if b"late" in line]
    assert isinstance(refused, Refused)
    assert refused.code == "blocked"


async def test_only_a_few_questions_of_a_session_are_under_way(desk: Desk) -> None:
    await desk.chat("v1", "кенгуру")
    await desk.index.caught_up()
    client = desk.team["olga"]
    client.wire.take()
    for number in range(bounds.SEARCHES_PER_SESSION + 2):
        desk.put(client, Search(id=f"s{number}", text="кенгуру"))
    await desk.line.settled()
    frames = [decode_staff_down(line) for line in client.wire.take()]
    refused = [frame for frame in frames if isinstance(frame, Refused)]
    assert [frame.code for frame in refused] == ["search_busy"] * 2
    assert len([frame for frame in frames if isinstance(frame, Found)]) == bounds.SEARCHES_PER_SESSION
    assert await desk.found("olga", "кенгуру") == [1], "and then others may follow"


async def test_without_an_index_and_while_it_is_made_the_answer_says_so(desk: Desk) -> None:
    world = RelayWorld()
    await world.start()
    world.person("olga")
    client = StaffClient("olga", Role.operator)
    world.connect(client)
    await world.settle()
    world.put(client, Search(id="s1", text="x"))
    world.put(client, Hints(id="s2", chat=1, text="hello"))
    await world.line.settled()
    frames = [decode_staff_down(line) for line in client.wire.take()]
    assert Found(id="s1", state="off") in frames
    assert Hinted(id="s2", chat=1) in frames
    await world.stop()
    await desk.index._write(desk.index._drop)
    client = desk.team["olga"]
    client.wire.take()
    desk.put(client, Search(id="s3", text="x"))
    await desk.line.settled()
    (found,) = [decode_staff_down(line) for line in client.wire.take() if b"s3" in line]
    assert isinstance(found, Found)
    assert found.state == "building"


async def test_a_question_that_takes_long_holds_up_no_frame_of_its_own_session(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat = await desk.chat("v1", "кенгуру", by="olga")
    client = desk.team["olga"]
    client.wire.take()
    asked, go = asyncio.Event(), asyncio.Event()
    real = desk.index.find

    async def slow(*args, **kwargs):  # type: ignore[no-untyped-def]
        asked.set()
        await go.wait()
        return await real(*args, **kwargs)

    monkeypatch.setattr(desk.index, "find", slow)
    desk.put(client, Search(id="slow", text="кенгуру"))
    await asked.wait()
    desk.put(client, staff.Say(id="quick", chat=chat, text="привет"))
    while not any(b'"done"' in payload for payload in client.wire.sent):
        await asyncio.sleep(0)
    assert not any(b"slow" in payload for payload in client.wire.sent)
    go.set()
    await desk.line.settled()
    assert any(b"slow" in payload for payload in client.wire.sent)
