"""Who is shown what of a batch, how often, and in which order. That nothing is missing is `test_live_equals_synced`'s."""

from opconsole.wire import staff
from opconsole.wire.cards import ChatCard, OperatorCard, Role, Status
from opconsole.wire.checklists import Step
from opconsole.wire.codec import decode_staff_down
from opconsole.wire.messages import Message
from server_stub.desk.commands import SettingsSet, VisitorEnds, VisitorSays
from server_stub.desk.settings import DepartmentSettings, Settings
from server_stub.edge import bounds
from tests.property.relay_world import StaffClient
from tests.unit.relay.conftest import Floor


def frames(client: StaffClient) -> list[object]:
    """What is on the wire, without applying it."""
    return [decode_staff_down(line) for payload in client.wire.sent for line in payload.split(b"\n")]


async def quietly(floor: Floor) -> None:
    """Decided and sent, without flushing what may wait; nobody has read it."""
    await floor.line.settled()


async def test_a_chat_that_changed_ten_times_in_a_batch_is_one_card(floor: Floor) -> None:
    page = await floor.visitor("v1")
    for number in range(10):
        floor.put(page, VisitorSays(str(number), f"words {number}"))
    await quietly(floor)
    cards = [frame for frame in frames(floor.anna) if isinstance(frame, ChatCard)]
    assert [card.words for card in cards] == ["words 9"]


async def test_the_frames_of_a_batch_are_one_message_and_shared_where_they_are_the_same(floor: Floor) -> None:
    floor.now += bounds.FLOOR_GAP_MS * 5
    page = await floor.visitor("v1")
    floor.put(page, VisitorSays("more", "words"))
    await quietly(floor)
    assert len(floor.anna.wire.sent) == len(floor.boris.wire.sent) == 1
    assert floor.anna.wire.sent[0] is floor.boris.wire.sent[0]


async def test_messages_go_to_the_owner_and_to_who_watches(floor: Floor) -> None:
    page = await floor.visitor("v1")
    floor.put(floor.anna, staff.Take(id="t", chat=1))
    floor.put(floor.sofia, staff.Watch(chat=1))
    await floor.settle()
    floor.put(page, VisitorSays("more", "to anna"))
    await quietly(floor)
    for client, count in ((floor.anna, 1), (floor.sofia, 1), (floor.boris, 0)):
        assert len([frame for frame in frames(client) if isinstance(frame, Message)]) == count
    await floor.settle()
    floor.put(floor.sofia, staff.Watch(chat=0))
    floor.put(page, VisitorSays("again", "to anna alone"))
    await quietly(floor)
    assert not [frame for frame in frames(floor.sofia) if isinstance(frame, Message)]


async def test_who_loses_sight_of_a_chat_is_told_why_and_by_whom(floor: Floor) -> None:
    await floor.visitor("v1")
    floor.put(floor.anna, staff.Take(id="t", chat=1))
    await quietly(floor)
    gone = [frame for frame in frames(floor.boris) if isinstance(frame, staff.Gone)]
    assert [(frame.chat, frame.why, frame.by) for frame in gone] == [(1, "taken", "anna")]
    assert not [frame for frame in frames(floor.sofia) if isinstance(frame, staff.Gone)], "a supervisor sees it still"


async def test_what_is_gone_leaves_before_what_comes(floor: Floor) -> None:
    """With its last chat a client forgets a visitor, whose card may come again with another chat in the same batch."""
    page = await floor.visitor("v1")
    floor.put(floor.anna, staff.Take(id="t", chat=1))
    await floor.settle()
    floor.put(page, VisitorEnds("e"))
    other = VisitorSays("o", "By mail", channel="email")
    floor.put(page, other)
    await quietly(floor)
    kinds = [type(frame) for frame in frames(floor.anna)]
    assert kinds.index(staff.Gone) < kinds.index(ChatCard)


async def test_the_team_s_cards_are_not_sent_more_often_than_needed(floor: Floor) -> None:
    floor.now += bounds.FLOOR_GAP_MS
    floor.put(floor.anna, staff.SetStatus(id="1", status=Status.busy))
    await quietly(floor)
    assert any(isinstance(frame, OperatorCard) for frame in frames(floor.boris)), "the first goes out at once"
    await floor.settle()
    for number in range(2, 6):
        status = Status.away if number % 2 else Status.online
        floor.put(floor.anna, staff.SetStatus(id=str(number), status=status))
        await quietly(floor)
    assert not [frame for frame in frames(floor.boris) if isinstance(frame, OperatorCard)]
    floor.now += bounds.FLOOR_GAP_MS
    floor.line.wake()
    await quietly(floor)
    cards = [frame for frame in frames(floor.boris) if isinstance(frame, OperatorCard)]
    assert [(card.login, card.status) for card in cards] == [("anna", Status.away)]


async def test_places_in_the_queue_are_told_when_they_change_and_not_more_often_than_needed(floor: Floor) -> None:
    pages = [await floor.visitor(f"v{number}") for number in range(1, 4)]
    assert [page.chat.position for page in pages] == [1, 2, 3]
    floor.now += bounds.POSITIONS_GAP_MS
    floor.line.wake()
    await quietly(floor)
    floor.put(floor.anna, staff.TakeNext(id="t1"))
    await quietly(floor)
    floor.put(floor.boris, staff.TakeNext(id="t2"))
    await quietly(floor)
    pages[2].catch_up()
    assert pages[2].chat.position == 2, "told of the first change, not yet of the second"
    floor.now += bounds.POSITIONS_GAP_MS
    floor.line.wake()
    await quietly(floor)
    pages[2].catch_up()
    assert pages[2].chat.position == 1


async def test_a_departments_template_is_for_who_works_there_and_moves_with_what_it_says(floor: Floor) -> None:
    floor.person("boris", departments=("sales",))
    boris = StaffClient("boris", Role.operator)
    floor.connect(boris)
    await floor.settle()

    def save(name: str, department: str) -> staff.SaveTemplate:
        return staff.SaveTemplate(id=name, template="t", code="hi", text="Hello", mine=False, department=department)

    def who() -> list[str]:
        return [client.login for client in (floor.anna, boris, floor.sofia) if "t" in client.templates]

    for number, (department, seen) in enumerate(
        (
            ("sales", ["boris", "sofia"]),
            ("general", ["anna", "sofia"]),
            ("", ["anna", "boris", "sofia"]),
            ("sales", ["boris", "sofia"]),
        )
    ):
        floor.put(floor.sofia, save(f"s{number}", department))
        await floor.settle()
        assert who() == seen, department


async def test_uses_are_told_by_small_frames_not_more_often_than_needed(floor: Floor) -> None:
    floor.put(floor.sofia, staff.SaveTemplate(id="s", template="t", code="hi", text="Hello", mine=False))
    await floor.visitor("v1")
    floor.put(floor.anna, staff.Take(id="t", chat=1))
    await floor.settle()
    for number in range(5):
        floor.put(floor.anna, staff.Say(id=f"w{number}", chat=1, text="Hello", template="t"))
        await quietly(floor)
    floor.now += bounds.FLOOR_GAP_MS
    floor.line.wake()
    await quietly(floor)
    told = [frame.used for frame in frames(floor.boris) if isinstance(frame, staff.TemplateUsed)]
    assert told[-1] == 5
    assert len(told) <= 2
    floor.boris.catch_up()
    assert floor.boris.templates["t"].used == 5


async def test_who_may_see_a_template_may_look_back_on_it(floor: Floor) -> None:
    for number, text in enumerate(("one", "two")):
        floor.put(floor.anna, staff.SaveTemplate(id=f"s{number}", template="t", code="hi", text=text))
    floor.put(floor.anna, staff.DropTemplate(id="d", template="t"))
    floor.put(floor.anna, staff.TemplateHistory(id="h", template="t"))
    floor.put(floor.sofia, staff.TemplateHistory(id="h", template="t"))
    floor.put(floor.anna, staff.TemplateHistory(id="none", template="none"))
    await floor.settle()
    (history,) = floor.anna.editions
    assert [(version.text, version.dropped, version.by) for version in history.versions] == [
        ("one", False, "anna"),
        ("two", False, "anna"),
        ("", True, "anna"),
    ]
    assert [client.answers[name].code for client, name in ((floor.sofia, "h"), (floor.anna, "none"))] == [  # type: ignore[union-attr]
        "no_such_template",
        "no_such_template",
    ]


async def test_a_tick_is_on_the_card_of_everybody_who_sees_the_chat(floor: Floor) -> None:
    steps = (Step(id="greet", title="Greet"),)
    floor.line.put(None, SettingsSet(Settings(departments={"general": DepartmentSettings(checklist=steps)})))
    await floor.visitor("v1")
    floor.put(floor.anna, staff.Take(id="t", chat=1))
    floor.put(floor.anna, staff.TickStep(id="k", chat=1, step="greet"))
    await floor.settle()
    for client in (floor.anna, floor.sofia):
        assert [(tick.step, tick.by) for tick in client.chats[1].ticks] == [("greet", "anna")]


async def test_a_personal_template_is_its_owner_s_alone(floor: Floor) -> None:
    floor.put(floor.anna, staff.SaveTemplate(id="1", template="mine", code="hi", text="Hello", mine=True))
    floor.put(floor.sofia, staff.SaveTemplate(id="2", template="ours", code="bye", text="Bye", mine=False))
    await floor.settle()
    assert set(floor.anna.templates) == {"mine", "ours"}
    assert set(floor.boris.templates) == set(floor.sofia.templates) == {"ours"}


async def test_a_checklist_that_is_written_reaches_everybody_and_supervisors_may_look_back_on_it(floor: Floor) -> None:
    step = Step(id="greet", title="Greet")
    floor.put(floor.sofia, staff.SetChecklist(id="s", department="general", steps=[step]))
    await quietly(floor)
    told = [frame for frame in frames(floor.anna) if isinstance(frame, staff.Welcome)]
    assert told[-1].settings.checklists == {"general": [step]}
    for client in (floor.sofia, floor.anna):
        floor.put(client, staff.ChecklistHistory(id="h", department="general"))
    await quietly(floor)
    (history,) = [frame for frame in frames(floor.sofia) if isinstance(frame, staff.ChecklistVersions)]
    assert [(version.by, version.steps) for version in history.versions] == [("sofia", [step])]
    (refused,) = [frame for frame in frames(floor.anna) if isinstance(frame, staff.Refused)]
    assert refused.code == "not_allowed"
