"""What a site vouches for: known from the first words on, before what anybody said, after what the team corrects; and marked as such."""

from opconsole.wire import staff
from opconsole.wire.cards import Profile
from server_stub.desk import cards, snapshot
from server_stub.desk import events as ev
from server_stub.desk.commands import VisitorHere, VisitorLeaves, VisitorSays
from server_stub.desk.erasing import without_content
from server_stub.desk.model import Vouched
from tests.unit.desk.desk_world import DeskWorld, visitor

V1 = visitor("~v1")
OLGA = Vouched("4711", "Olga", "olga@shop.example", "")


def writes(world: DeskWorld, vouched: Vouched | None = OLGA, **profile: str) -> int:
    return world.answer(V1, VisitorSays(world.cid(), "hello", Profile(**profile), vouched=vouched)).chat  # type: ignore[arg-type]


def test_who_is_vouched_for_is_known_from_the_first_words_on() -> None:
    world = DeskWorld()
    writes(world)
    card = cards.visitor_card(world.state, "~v1")
    assert (card.customer, card.name, card.email) == ("4711", "Olga", "olga@shop.example")
    assert card.vouched == ["name", "email"], "of the phone the site said nothing"
    assert cards.chat_card(world.state, 1).name == "Olga"


def test_it_goes_before_what_the_browser_says_and_what_only_the_browser_says_is_not_marked() -> None:
    world = DeskWorld()
    writes(world, name="Somebody", phone="112")
    card = cards.visitor_card(world.state, "~v1")
    assert (card.name, card.phone, card.vouched) == ("Olga", "112", ["name", "email"])


def test_nobody_is_marked_for_what_they_say_of_themselves() -> None:
    world = DeskWorld()
    writes(world, None, name="Olga", email="olga@shop.example")
    card = cards.visitor_card(world.state, "~v1")
    assert (card.name, card.customer, card.vouched) == ("Olga", "", [])


def test_what_the_team_corrects_is_no_longer_the_sites_word_and_the_site_does_not_take_it_back() -> None:
    world = DeskWorld()
    anna = world.hire("anna")
    chat = writes(world)
    world.takes(anna, chat)
    world.do(anna, staff.EditVisitor(id="e", chat=chat, name="Olga P."))
    assert world.do(V1, VisitorHere(Profile(), OLGA)) == ()
    card = cards.visitor_card(world.state, "~v1")
    assert (card.name, card.vouched) == ("Olga P.", ["email"])


def test_news_from_the_site_are_noted_once() -> None:
    world = DeskWorld()
    chat = writes(world)
    married = Vouched("4711", "Olga Smith", "olga@shop.example", "+7 900")
    events = world.do(V1, VisitorHere(Profile(), married))
    assert events == (ev.VisitorVouched("~v1", "4711", "Olga Smith", "olga@shop.example", "+7 900"),)
    assert world.do(V1, VisitorHere(Profile(), married)) == ()
    card = cards.visitor_card(world.state, "~v1")
    assert (card.name, card.vouched) == ("Olga Smith", ["name", "email", "phone"])
    assert chat in world.state.drain_touched().chats, "the chat's card has the name too"


def test_the_form_needs_no_address_that_the_site_has_given() -> None:
    world = DeskWorld()
    world.answer(V1, VisitorLeaves("f", text="call me", vouched=OLGA))
    assert cards.visitor_card(world.state, "~v1").vouched == ["name", "email"]
    refused = world.refused(visitor("v2"), VisitorLeaves("g", text="call me", vouched=Vouched("4712")))
    assert refused.code == "contact_needed"


def test_it_is_in_the_journal_and_in_a_snapshot() -> None:
    world = DeskWorld()
    writes(world)
    assert world.replayed().visitors["~v1"].vouched == OLGA
    assert snapshot.load(snapshot.dump(world.state)).visitors["~v1"].vouched == OLGA


def test_erased_nothing_of_it_is_left_but_that_it_was() -> None:
    event = ev.VisitorVouched("~v1", "4711", "Olga", "olga@shop.example", "+7 900")
    assert without_content(event, contact=True) == ev.VisitorVouched("~v1", "")
