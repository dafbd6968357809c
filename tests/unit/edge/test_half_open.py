"""Connections that are no websockets yet are bounded; the oldest goes."""

from server_stub.edge.half_open import HalfOpen


class Link:
    def __init__(self) -> None:
        self.cut = False

    def cut_off(self) -> None:
        self.cut = True


def test_one_too_many_costs_the_oldest() -> None:
    half_open = HalfOpen(most=3)
    links = [Link() for _ in range(5)]
    for link in links:
        half_open.enter(link)
    assert [link.cut for link in links] == [True, True, False, False, False]
    assert len(half_open) == 3


def test_who_has_become_a_websocket_does_not_count() -> None:
    half_open = HalfOpen(most=2)
    links = [Link() for _ in range(6)]
    for link in links:
        half_open.enter(link)
        half_open.leave(link)
        half_open.leave(link)
    assert not any(link.cut for link in links)
    assert len(half_open) == 0
