from opconsole.state.floor import floor
from opconsole.wire.cards import DeskCard, OperatorCard, Status
from tests.unit.state.make import chat, held, store


def test_the_floor_shows_who_waits_who_works_and_who_owes() -> None:
    picture = store(
        chat(1, answer_by=200, waiting_since=5, alarm=True),
        chat(2, answer_by=100, waiting_since=9),
        held(3, owner="boris", owes_since=70),
        held(4, owner="boris", owes_since=60, rescue_at=500),
        held(5, owner="olga"),
        OperatorCard(rev=2, login="boris", name="Boris", status=Status.busy, connected=True),
        OperatorCard(rev=2, login="olga", name="Olga", status=Status.online, connected=True),
        OperatorCard(rev=2, login="zoe", name="Zoe", status=Status.online, connected=False),
        OperatorCard(rev=2, login="eve", name="Eve", blocked=True),
        DeskCard(rev=2, rescues_today=4),
    )
    seen = floor(picture)
    assert [card.chat for card in seen.waiting] == [2, 1]
    assert seen.oldest_waiting_since == 5
    assert [card.chat for card in seen.held] == [4, 3, 5]
    assert [(seat.card.login, seat.working, seat.oldest_owed) for seat in seen.seats] == [
        ("boris", True, 60),
        ("olga", True, 0),
        ("anna", False, 0),
        ("zoe", False, 0),
    ]
    assert seen.oldest_owed_since == 60
    assert seen.alarms == 1
    assert seen.desk.rescues_today == 4


def test_an_empty_floor_has_no_ages() -> None:
    seen = floor(store())
    assert (list(seen.waiting), seen.oldest_waiting_since, seen.oldest_owed_since, seen.alarms) == ([], 0, 0, 0)
