"""What a visitor is typing is seen by whoever begins to read the chat, not only by who read it before."""

from opconsole.wire import staff
from opconsole.wire.cards import Role
from opconsole.wire.codec import decode_staff_down
from opconsole.wire.visitor import VisitorTyping
from server_stub.desk.commands import VisitorSays
from tests.property.relay_world import RelayWorld, StaffClient, VisitorClient


async def world_with_a_typing_visitor() -> tuple[RelayWorld, StaffClient]:
    world = RelayWorld()
    await world.start()
    world.person("anna", Role.operator)
    anna, visitor = StaffClient("anna", Role.operator), VisitorClient("v1")
    world.connect(anna)
    world.connect(visitor)
    world.put(visitor, VisitorSays(id="m1", text="hello", profile=None))
    await world.settle()
    world.put(visitor, VisitorTyping(text="where is my ord"))
    world.line.wake()
    await world.line.settled(flush=True)
    assert peeks(anna) == []
    return world, anna


def peeks(client: StaffClient) -> list[str]:
    frames = [decode_staff_down(line) for line in client.wire.take()]
    return [frame.text for frame in frames if isinstance(frame, staff.Peek)]


async def test_who_takes_a_chat_sees_what_is_being_typed() -> None:
    world, anna = await world_with_a_typing_visitor()
    world.put(anna, staff.Take(id="t1", chat=1))
    await world.line.settled(flush=True)
    assert peeks(anna) == ["where is my ord"]
    await world.stop()


async def test_who_takes_the_next_chat_sees_what_is_being_typed() -> None:
    world, anna = await world_with_a_typing_visitor()
    world.put(anna, staff.TakeNext(id="t1"))
    await world.line.settled(flush=True)
    assert peeks(anna) == ["where is my ord"]
    await world.stop()


async def test_who_looks_into_a_waiting_chat_sees_what_is_being_typed() -> None:
    world, anna = await world_with_a_typing_visitor()
    world.put(anna, staff.Watch(chat=1))
    await world.line.settled(flush=True)
    assert peeks(anna) == ["where is my ord"]
    await world.stop()
