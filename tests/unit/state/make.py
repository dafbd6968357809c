"""Short ways to say cards, messages and stores in the tests of `opconsole.state`."""

from typing import Any

from opconsole.state.model import LinkState, Phase
from opconsole.state.store import Store
from opconsole.wire.cards import ChatCard, OperatorCard, Place, Role
from opconsole.wire.messages import Kind, Message
from opconsole.wire.staff import Settings, StaffDown, Sync, Welcome

ME = "anna"


def chat(number: int, place: Place = Place.inbox, rev: int = 1, **more: Any) -> ChatCard:
    return ChatCard(rev=rev, chat=number, place=place, visitor=more.pop("visitor", f"v{number}"), **more)


def held(number: int, rev: int = 1, **more: Any) -> ChatCard:
    return chat(number, Place.held, rev, owner=more.pop("owner", ME), **more)


def words(number: int, n: int, by: str = "visitor", text: str = "hello", **more: Any) -> Message:
    return Message(chat=number, n=n, p=more.pop("p", n), at=n, by=by, text=text, **more)


def note(number: int, n: int, by: str = ME, text: str = "note") -> Message:
    return Message(chat=number, n=n, at=n, kind=Kind.note, by=by, text=text)


def log(number: int, first: int, last: int) -> list[Message]:
    return [words(number, n) for n in range(first, last + 1)]


def welcome(now: int = 0, login: str = ME, **more: Any) -> Welcome:
    settings = more.pop("settings", Settings())
    mode = more.pop("mode", "work")
    role = more.pop("role", Role.operator)
    return Welcome(v=1, desk="desk", login=login, name=login.title(), role=role, mode=mode, now=now, settings=settings)


def store(*frames: StaffDown, now: int = 0, sync: Sync | None = None) -> Store:
    """A store of Anna's with a live link: welcome, sync, then these frames."""
    made = Store()
    made.set_link(LinkState(Phase.live))
    made.apply([welcome(now), sync or Sync(head=1, operators=[OperatorCard(rev=1, login=ME, limit=4)])], now)
    made.apply(frames, now)
    return made
