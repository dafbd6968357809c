"""A desk with a chat that has everything personal in it, closed, and another's beside it."""

from opconsole.wire import staff
from opconsole.wire.cards import Page, Profile
from server_stub.desk.actors import Actor
from server_stub.desk.commands import VisitorEnds, VisitorMoved, VisitorRates, VisitorSays
from tests.unit.desk.desk_world import DeskWorld, visitor

ANNA = Actor("operator", "anna")
IVAN = visitor("ivan")
PETR = visitor("petr")
PROFILE = Profile(
    name="Ivan Petrov", email="ivan@example.com", page=Page("https://shop.example/?me=ivan", "Ivan's cart")
)


def ended_world() -> DeskWorld:
    """Ivan's chat with everything personal in it, closed; Petr's beside it."""
    world = DeskWorld()
    world.hire("anna")
    world.do(IVAN, VisitorSays("c1", "my secret is a wombat", PROFILE, address="192.0.2.7"))
    world.do(PETR, VisitorSays("c2", "good day", Profile(name="Petr")))
    world.do(IVAN, VisitorMoved(Page("https://shop.example/secret", "secret")))
    world.do(ANNA, staff.Take(id="t1", chat=1))
    world.do(ANNA, staff.Say(id="s1", chat=1, text="hello, secret Ivan"))
    world.do(ANNA, staff.AddNote(id="n1", chat=1, text="a secret note"))
    world.do(ANNA, staff.EditVisitor(id="e1", chat=1, phone="+7 900 secret"))
    world.do(IVAN, VisitorRates("r1", 5, "secret thanks"))
    world.do(IVAN, VisitorEnds("x1"))
    return world
