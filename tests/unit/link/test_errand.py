from collections.abc import Callable

import pytest

from opconsole.link import errand as module
from opconsole.link.errand import WINDOW, Errand
from opconsole.link.failures import LinkTrouble, Trouble
from opconsole.state.model import Stop
from opconsole.wire.cards import Role
from opconsole.wire.staff import Bye, Done, DropTemplate, Hello, Refused, StaffDown, StaffUp, Sync, Welcome

WELCOME = Welcome(v=1, desk="d", login="anna", name="Anna", role=Role.operator, mode="work", now=1)


class Relay:
    """A connection whose other end answers each frame by a function."""

    def __init__(self, answer: Callable[[StaffUp], list[StaffDown]]) -> None:
        self._answer = answer
        self._waiting: list[StaffDown] = []
        self.most_sent = 0
        self.closed = False

    async def dial(self) -> "Relay":
        return self

    async def send(self, frames: list[StaffUp]) -> None:
        self.most_sent = max(self.most_sent, len(frames))
        self._waiting += [down for frame in frames for down in self._answer(frame)]

    async def receive(self) -> list[StaffDown]:
        if not self._waiting:
            import asyncio

            await asyncio.Event().wait()  # silence
        frames, self._waiting = self._waiting, []
        return frames

    async def close(self) -> None:
        self.closed = True


def polite(frame: StaffUp) -> list[StaffDown]:
    if isinstance(frame, Hello):
        return [WELCOME, Sync(head=7)]
    assert isinstance(frame, DropTemplate)
    if frame.template == "bad":
        return [Refused(id=frame.id, code="no_such_template", text="no")]
    return [Refused(id="another", code="x", text="not ours"), Done(id=frame.id)]


def drops(*templates: str) -> list[DropTemplate]:
    return [DropTemplate(id=f"c{number}", template=template) for number, template in enumerate(templates)]


async def test_commands_are_answered_in_their_order_and_in_windows() -> None:
    relay = Relay(polite)
    errand = await Errand.begin(relay.dial)
    assert (errand.welcome, errand.sync.head) == (WELCOME, 7)
    answers = await errand.do(drops(*["good"] * WINDOW, "bad", "good"))
    assert [type(answer) for answer in answers] == [Done] * WINDOW + [Refused, Done]
    assert [answer.id for answer in answers] == [f"c{number}" for number in range(WINDOW + 2)]
    assert relay.most_sent == WINDOW
    await errand.end()
    assert relay.closed


async def test_a_farewell_is_trouble_that_says_whether_a_new_login_helps() -> None:
    relay = Relay(lambda frame: [Bye(code="expired")])
    with pytest.raises(LinkTrouble) as caught:
        await Errand.begin(relay.dial)
    assert caught.value.stop is Stop.login
    assert relay.closed


async def test_a_refusal_of_the_session_itself_is_trouble() -> None:
    relay = Relay(lambda frame: [Refused(code="not_allowed", text="Not you.")])
    with pytest.raises(LinkTrouble, match="Not you") as caught:
        await Errand.begin(relay.dial)
    assert caught.value.trouble is Trouble.refused


async def test_silence_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SECONDS", 0.01)
    with pytest.raises(LinkTrouble) as caught:
        await Errand.begin(Relay(lambda frame: [WELCOME]).dial)
    assert caught.value.trouble is Trouble.silent
    errand = await Errand.begin(Relay(lambda frame: polite(frame) if isinstance(frame, Hello) else []).dial)
    with pytest.raises(LinkTrouble):
        await errand.do(drops("good"))
