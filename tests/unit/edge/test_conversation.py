"""A session's frames on their way in: split, understood, bounded, passed on in order."""

import asyncio
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import msgspec
from msgspec import Struct

from opconsole.wire import limits
from opconsole.wire.codec import BadFrame, decode_visitor_down, decode_visitor_up
from opconsole.wire.staff import Refused
from opconsole.wire.visitor import VisitorHello, VisitorSay, VisitorTyping
from server_stub.edge import bounds
from server_stub.edge.connection import AiohttpConnection
from server_stub.edge.conversation import Conversation, refusal_of
from server_stub.edge.front import Front
from server_stub.edge.lobby import Lobby
from server_stub.edge.metrics import Metrics
from server_stub.edge.sessions import Gone, Joined, Session, VisitorSession
from server_stub.edge.throttle import Bucket
from tests.unit.edge.fake_wire import FakeWire


class Listening(FakeWire):
    """A connection that is heard as the test speaks."""

    def __init__(self) -> None:
        super().__init__()
        self.say: Callable[[str], None] = lambda text: None
        self.paused = False
        self.over = asyncio.Event()

    async def listen(self, hear: Callable[[str], None]) -> None:
        self.say = hear
        await self.over.wait()

    def pause(self) -> None:
        self.paused = True

    def resume(self) -> None:
        self.paused = False


class Taking:
    """The core loop, as far as the edge knows it."""

    def __init__(self) -> None:
        self.items: list[Struct] = []
        self.full = False
        self.waiting: list[Callable[[], None]] = []

    def put(self, session: Session | None, item: Struct) -> None:
        self.items.append(item)

    def when_room(self, go_on: Callable[[], None]) -> None:
        self.waiting.append(go_on)

    def commands(self) -> list[Struct]:
        return [item for item in self.items if not isinstance(item, Joined | Gone)]


class Talk:
    """`now_s`: the rates' clock, which stands still until the test moves it."""

    def __init__(self, bucket: Bucket | None = None) -> None:
        self.now_s = 0.0
        self.wire, self.intake, self.metrics = Listening(), Taking(), Metrics()
        self.session = VisitorSession(self.wire, "v1", bucket=bucket or Bucket(1e6, 1e6, 0.0))
        lobby = Lobby(self.metrics)
        self.lobby = lobby
        told = SimpleNamespace(intake=self.intake, lobby=lobby, metrics=self.metrics, clock_s=lambda: self.now_s)
        front = cast(Front, told)
        conversation = Conversation(
            front, cast(AiohttpConnection, self.wire), self.session, decode_visitor_up, self._accept
        )
        self.running = asyncio.ensure_future(conversation.run())

    def _accept(self, frame: Struct) -> bool:
        if isinstance(frame, VisitorHello):
            return False
        self.intake.put(self.session, frame)
        return True

    def refusals(self) -> list[Refused]:
        frames: list[Any] = [decode_visitor_down(line) for line in self.wire.sent]
        return [frame for frame in frames if isinstance(frame, Refused)]

    async def end(self) -> None:
        self.wire.over.set()
        await self.running


def say(number: int) -> str:
    return f'{{"t":"say","id":"{number}","text":"words"}}'


async def begun(bucket: Bucket | None = None) -> Talk:
    talk = Talk(bucket)
    await asyncio.sleep(0)
    return talk


async def test_a_session_joins_speaks_and_is_gone() -> None:
    talk = await begun()
    talk.wire.say(say(1))
    talk.wire.say("\n".join([say(2), say(3)]))
    assert len(talk.lobby) == 1
    await talk.end()
    assert [type(item) for item in talk.intake.items] == [Joined, VisitorSay, VisitorSay, VisitorSay, Gone]
    assert len(talk.lobby) == 0


async def test_a_bad_line_is_refused_and_its_neighbours_are_taken() -> None:
    talk = await begun()
    talk.wire.say("\n".join([say(1), '{"t":"dance","id":"x"}', say(2)]))
    assert [cast(VisitorSay, item).id for item in talk.intake.commands()] == ["1", "2"]
    assert [(refused.id, refused.code) for refused in talk.refusals()] == [("x", "bad_frame")]
    assert talk.metrics.bad_frames == 1
    await talk.end()


async def test_a_second_hello_has_no_place() -> None:
    talk = await begun()
    talk.wire.say('{"t":"hello"}')
    assert [refused.code for refused in talk.refusals()] == ["bad_frame"]
    await talk.end()


async def test_many_bad_lines_end_it() -> None:
    talk = await begun()
    for _ in range(bounds.BAD_FRAMES + 5):
        talk.wire.say("nonsense")
    await asyncio.sleep(0)
    assert talk.wire.closed == (1008, "")
    assert talk.metrics.bad_frames == bounds.BAD_FRAMES
    talk.wire.say(say(1))
    assert talk.intake.commands() == [], "nothing is taken from a session that is being closed"
    await talk.end()


async def test_more_lines_in_one_message_than_may_be_are_one_bad_line() -> None:
    talk = await begun()
    talk.wire.say("\n".join(say(n) for n in range(bounds.FRAMES_PER_MESSAGE + 2)))
    assert len(talk.intake.commands()) == bounds.FRAMES_PER_MESSAGE
    assert len(talk.refusals()) == 1
    await talk.end()


async def test_beyond_its_rate_commands_wait_and_signals_are_dropped() -> None:
    talk = await begun(Bucket(per_s=50, burst=2, now_s=0.0))
    for number in range(4):
        talk.wire.say(say(number))
    talk.wire.say('{"t":"typing","text":"he"}')
    talk.wire.say(say(4))
    assert len(talk.intake.commands()) == 2
    assert talk.wire.paused
    async with asyncio.timeout(20):
        while len(talk.intake.commands()) < 5:
            talk.now_s += 0.02
            await asyncio.sleep(0.005)
    assert [cast(VisitorSay, item).id for item in talk.intake.commands()] == ["0", "1", "2", "3", "4"]
    assert not any(isinstance(item, VisitorTyping) for item in talk.intake.items)
    await talk.end()


async def test_a_flood_of_signals_is_read_no_faster_than_it_may_cost() -> None:
    """They are dropped, but to see that they are signals they must be understood, which costs the relay's time."""
    talk = await begun(Bucket(per_s=1, burst=2, now_s=0.0))
    typing = '{"t":"typing","text":"' + "x" * 1000 + '","more":"' + "y" * 30_000 + '"}'
    said = 0
    while not talk.wire.paused and said < 1000:
        talk.wire.say(typing)
        said += 1
    assert said < 20
    assert len(talk.intake.commands()) == 2
    await talk.end()


async def test_the_largest_line_of_all_is_understood_in_the_end() -> None:
    talk = await begun(Bucket(per_s=1, burst=1, now_s=0.0))
    talk.wire.say('{"t":"say","id":"1","text":"words","more":"' + "y" * (limits.STAFF_FRAME_BYTES - 60) + '"}')
    assert len(talk.intake.commands()) == 1
    await talk.end()


async def test_when_the_core_loop_is_full_nothing_is_read_until_there_is_room() -> None:
    talk = await begun()
    talk.intake.full = True
    talk.wire.say(say(1))
    talk.wire.say("\n".join([say(2), say(3)]))
    assert (talk.intake.commands(), talk.wire.paused) == ([], True)
    assert len(talk.intake.waiting) == 1
    talk.intake.full = False
    talk.intake.waiting.pop()()
    assert [cast(VisitorSay, item).id for item in talk.intake.commands()] == ["1", "2", "3"]
    assert not talk.wire.paused
    await talk.end()


async def test_what_waited_when_the_session_ended_is_not_taken_afterwards() -> None:
    talk = await begun()
    talk.intake.full = True
    talk.wire.say(say(1))
    await talk.end()
    talk.intake.full = False
    talk.intake.waiting.pop()()
    assert isinstance(talk.intake.items[-1], Gone)


def test_a_refusal_gives_the_id_back_where_it_can_be_read() -> None:
    bad = BadFrame("why")
    assert refusal_of('{"t":"x","id":"abc","more":[1]}', bad).id == "abc"
    assert refusal_of('{"t":"x","id":7}', bad).id == ""
    assert refusal_of("{", bad).id == ""
    assert refusal_of("[" * 10_000, bad).id == ""
    assert len(refusal_of(msgspec.json.encode({"id": "y" * 99}).decode(), bad).id) == 36


async def test_too_many_signals_are_lost_and_their_sender_is_not_heard_for_a_moment() -> None:
    talk = await begun(Bucket(200.0, 2, 0.0))
    for number in range(5):
        talk.wire.say(f'{{"t":"typing","text":"{number}"}}')
    assert [type(item) for item in talk.intake.commands()] == [VisitorTyping] * 2
    assert talk.wire.paused
    async with asyncio.timeout(20):
        while talk.wire.paused:
            await asyncio.sleep(0.001)
    talk.now_s += 1
    talk.wire.say(say(1))
    assert isinstance(talk.intake.commands()[-1], VisitorSay)
    await talk.end()
