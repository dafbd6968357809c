"""Words that are held back, over a real socket: they go when their time is over, when one leaves, and never before they may."""

from collections.abc import Callable
from pathlib import Path

from opconsole.wire.cards import Place
from opconsole.wire.staff import Say
from tests.property.store_world import ME
from tests.unit.link.fake_relay import Console, FakeRelay


async def test_held_words_go_when_their_time_is_over_and_not_before() -> None:
    async with FakeRelay() as relay:
        relay.world.open("u")
        relay.world.move(1, Place.held, ME)
        timers: list[tuple[float, Callable[[], None]]] = []
        console = Console(relay)
        await console.session.start()
        await console.until_live()
        console.session._later = lambda seconds, call: timers.append((seconds, call))
        console.session.send(Say(id="a", chat=1, text="one"), hold_ms=3_000)
        console.session.send(Say(id="b", chat=1, text="two"), hold_ms=3_000)
        console.session.take_back("b")
        ((seconds, let_go), (_, too_late)) = [timer for timer in timers if timer[0] >= 1]
        assert seconds == 3
        assert relay.commands() == []
        too_late()
        let_go()
        console.session._later = None
        await console.until(lambda: not len(console.store.outbox), "all is answered")
        assert relay.world.said == ["one"]
        draft = console.store.drafts.get(1)
        assert draft is not None
        assert draft.text == "two"
        await console.session.close()


async def test_leaving_sends_what_is_held() -> None:
    async with FakeRelay() as relay:
        relay.world.open("u")
        relay.world.move(1, Place.held, ME)
        console = Console(relay)
        await console.session.start()
        await console.until_live()
        console.session.send(Say(id="a", chat=1, text="bye"), hold_ms=60_000)
        await console.session.close()
        assert relay.world.said == ["bye"]


async def test_without_a_link_leaving_keeps_what_was_held_as_words_to_send(tmp_path: Path) -> None:
    async with FakeRelay() as relay:
        relay.refuse = (503, b"")
        console = Console(relay, state_dir=tmp_path)
        await console.session.start()
        console.session.send(Say(id="a", chat=1, text="bye"), hold_ms=60_000)
        await console.session.close()
        relay.refuse = None
        relay.world.open("u")
        relay.world.move(1, Place.held, ME)
        again = Console(relay, state_dir=tmp_path)
        await again.session.start()
        await again.until_live()
        await again.until(lambda: relay.world.said == ["bye"], "the words have arrived")
        await again.session.close()


async def test_held_words_outlast_a_lost_link_and_can_still_be_taken_back() -> None:
    async with FakeRelay() as relay:
        relay.world.open("u")
        relay.world.move(1, Place.held, ME)
        console = Console(relay)
        await console.session.start()
        await console.until_live()
        console.session.send(Say(id="a", chat=1, text="one"), hold_ms=60_000)
        await relay.drop()
        await console.until(lambda: len(relay.hellos) > 1, "the console has come back")
        await console.until_live()
        assert relay.commands() == []
        console.session.take_back("a")
        assert not len(console.store.outbox)
        await console.session.close()
        assert relay.world.said == []
