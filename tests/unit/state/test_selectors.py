from opconsole.state import selectors
from opconsole.state.model import LinkState
from opconsole.state.selectors import Load, OutgoingState, UnderWay
from opconsole.wire.cards import OperatorCard, Place, Status, VisitorCard
from opconsole.wire.messages import Kind
from opconsole.wire.staff import DeleteMessage, Done, EditMessage, Refused
from tests.unit.state.make import ME, chat, held, note, store, welcome, words


def chats(found: object) -> int:
    return getattr(found, "chat", 0)


def test_the_relays_time_is_ours_corrected() -> None:
    picture = store()
    picture.apply([welcome(now=10_000)], 4_000)
    assert selectors.relay_now(picture, 5_000) == 11_000


def test_my_chats_are_found_by_number() -> None:
    picture = store(held(5), held(6), chat(7))
    assert [(row.number, row.card.chat) for row in selectors.mine(picture)] == [(1, 5), (2, 6)]
    assert chats(selectors.by_number(picture, 2)) == 6
    assert selectors.by_number(picture, 3) is None
    assert selectors.is_mine(picture, 5)
    assert not selectors.is_mine(picture, 7)


def test_snoozed_chats_are_mine_but_take_no_place() -> None:
    picture = store(held(1), chat(2, Place.snoozed, owner=ME), OperatorCard(rev=2, login=ME, limit=2))
    assert len(selectors.mine(picture)) == 2
    assert selectors.my_load(picture) == Load(1, 2)
    assert not selectors.my_load(picture).full
    picture.apply([held(3)], 1)
    assert selectors.my_load(picture).full


def test_the_most_urgent_is_nearest_its_rescue_then_owes_longest_then_has_the_oldest_new_words() -> None:
    picture = store(held(1, unread=1, last_at=9), held(2, unread=1, last_at=5), held(3))
    assert selectors.nearest_rescue(picture) is None
    assert chats(selectors.most_urgent(picture)) == 2
    picture.apply([held(3, 2, owes_since=7), held(1, 2, owes_since=8)], 1)
    assert chats(selectors.most_urgent(picture)) == 3
    picture.apply([held(1, 3, owes_since=8, rescue_at=90), held(2, 3, owes_since=9, rescue_at=80)], 1)
    assert chats(selectors.most_urgent(picture)) == chats(selectors.nearest_rescue(picture)) == 2
    assert selectors.most_urgent(store(held(1))) is None


def test_a_snoozed_chat_is_never_urgent() -> None:
    assert selectors.most_urgent(store(chat(1, Place.snoozed, owner=ME, rescue_at=5, owes_since=1))) is None


def test_next_unread_goes_on_after_the_present_chat_and_around() -> None:
    picture = store(held(1, unread=1), held(2), held(3, unread=2))
    assert chats(selectors.next_unread(picture)) == 1
    assert chats(selectors.next_unread(picture, after=1)) == 3
    assert chats(selectors.next_unread(picture, after=3)) == 1
    assert chats(selectors.next_unread(picture, after=99)) == 1
    assert selectors.next_unread(store(held(1, unread=1)), after=1) is None


def test_the_oldest_is_not_always_the_head_of_the_inbox() -> None:
    picture = store(chat(1, answer_by=300, waiting_since=5), chat(2, answer_by=60, waiting_since=9))
    assert chats(selectors.inbox(picture)[0]) == 2
    assert chats(selectors.oldest_waiting(picture)) == 1
    assert selectors.waiting(picture) == 2
    assert selectors.inbox_index(picture, 1) == 1


def test_owing_is_not_being_unread() -> None:
    picture = store(held(1, owes_since=5), held(2, unread=1))
    assert selectors.owes(picture.chats[1])
    assert not selectors.unread(picture, picture.chats[1])
    assert not selectors.owes(picture.chats[2])
    assert selectors.unread(picture, picture.chats[2]) == 1


def test_read_marks_are_public_numbers() -> None:
    card = held(1, visitor_read=2)
    assert selectors.read_by_visitor(card, words(1, 5, p=2))
    assert not selectors.read_by_visitor(card, words(1, 6, p=3))
    assert not selectors.read_by_visitor(card, words(1, 7, p=0))


def test_who_writes_is_found_by_the_chat() -> None:
    picture = store(chat(1), VisitorCard(rev=1, visitor="v1", name="Oleg"))
    found = selectors.visitor(picture, 1)
    assert found is not None
    assert found.name == "Oleg"
    assert selectors.visitor(picture, 2) is None


def test_without_a_card_of_mine_i_am_offline() -> None:
    picture = store()
    assert selectors.my_status(picture) is Status.offline
    picture.apply([OperatorCard(rev=2, login=ME, status=Status.busy)], 1)
    assert selectors.my_status(picture) is Status.busy


def test_my_last_words_are_a_message_or_note_of_mine_that_is_not_deleted() -> None:
    picture = store(held(1, last=3, public=2), words(1, 1, "visitor"), words(1, 2, ME, "mine"), note(1, 3, "boris"))
    mine = selectors.my_last_words(picture, 1)
    assert mine is not None
    assert mine.text == "mine"
    picture.apply([note(1, 4)], 0)
    assert getattr(selectors.my_last_words(picture, 1), "n", 0) == 4
    gone = words(1, 5, ME, "", p=0, kind=Kind.change, of=4, version=1, deleted_by=ME)
    picture.apply([gone], 0)
    assert getattr(selectors.my_last_words(picture, 1), "n", 0) == 2
    assert selectors.my_last_words(picture, 7) is None


def test_a_change_under_way_is_known_until_it_is_answered_or_its_entry_comes() -> None:
    picture = store(held(1, last=2, public=2), words(1, 1, ME), words(1, 2, ME))
    changes = picture.send(EditMessage(id="e", chat=1, n=1, text="other"), 0)
    assert changes.chats == {1}
    picture.send(DeleteMessage(id="d", chat=1, n=2), 0)
    sending = OutgoingState.sending
    assert selectors.changes_under_way(picture, 1) == {1: UnderWay("other", sending), 2: UnderWay(None, sending)}
    picture.set_link(LinkState())
    assert selectors.changes_under_way(picture, 1)[1].state is OutgoingState.waiting
    entry = words(1, 3, ME, "other", kind=Kind.change, of=1, of_p=1, version=1, cid="e")
    assert picture.apply([entry], 0).chats == {1}
    assert selectors.changes_under_way(picture, 1) == {2: UnderWay(None, OutgoingState.waiting)}
    assert selectors.transcript(picture, 1).entries[0].text == "other"
    assert picture.apply([Done(id="d", chat=1, n=4, p=4)], 0).chats == {1}
    assert selectors.changes_under_way(picture, 1) == {}


def test_a_refused_change_is_none_any_more() -> None:
    picture = store(held(1, last=1, public=1), words(1, 1, ME))
    picture.send(EditMessage(id="e", chat=1, n=1, text="other"), 0)
    changes = picture.apply([Refused(id="e", code="change_late", text="Late.")], 0)
    assert changes.chats == {1}
    assert selectors.changes_under_way(picture, 1) == {}
    assert selectors.outgoing(picture, 1) == []
