"""The order of what waits."""

from server_stub.desk.inbox import Inbox


def test_the_earliest_deadline_is_first_and_the_older_chat_among_equals() -> None:
    inbox = Inbox()
    for answer_by, chat in ((30, 1), (10, 3), (10, 2)):
        inbox.add(answer_by, chat)
    assert list(inbox) == [(10, 2), (10, 3), (30, 1)]
    assert [inbox.position(10, 2), inbox.position(10, 3), inbox.position(30, 1)] == [1, 2, 3]


def test_what_is_removed_is_gone() -> None:
    inbox = Inbox()
    inbox.add(10, 1)
    assert (10, 1) in inbox
    inbox.remove(10, 1)
    assert ((10, 1) in inbox, len(inbox)) == (False, 0)
