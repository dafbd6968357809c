"""The whole link over a real socket: connect, sync, send, break, come back; nothing lost, nothing doubled."""

import json
from pathlib import Path

import pytest

from opconsole.link.backoff import Backoff
from opconsole.state import selectors
from opconsole.state.changes import Refused
from opconsole.state.model import Phase, Stop
from opconsole.wire.cards import Place
from opconsole.wire.staff import Close, Fetch, Hello, Peek, Read, Say, Take, Typing, Watch
from tests.property.store_world import ME
from tests.unit.link.fake_relay import Console, FakeRelay


async def test_it_greets_syncs_and_is_live() -> None:
    async with FakeRelay() as relay:
        relay.world.open("u")
        console = Console(relay)
        await console.session.start()
        await console.until_live()
        assert [card.chat for card in selectors.inbox(console.store)] == [1]
        assert [state.phase for state in console.links] == [Phase.connecting, Phase.syncing, Phase.live]
        assert relay.tokens == ["Bearer secret"]
        assert relay.hellos[0].mode == "work"
        await console.session.close()
        assert console.store.link.stop is Stop.closed


async def test_a_command_goes_out_and_its_effect_comes_back() -> None:
    async with FakeRelay() as relay:
        relay.world.open("u")
        console = Console(relay)
        await console.session.start()
        await console.until_live()
        console.session.send(Take(id=console.session.new_id(), chat=1))
        await console.until(lambda: 1 in console.store.mine, "the chat is mine")
        console.session.send(Say(id=console.session.new_id(), chat=1, text="hello"))
        await console.until(lambda: selectors.transcript(console.store, 1).last == 3, "my words are in the transcript")
        await console.until(lambda: not len(console.store.outbox), "all is answered")
        assert selectors.outgoing(console.store, 1) == []
        await console.session.close()


async def test_what_is_sent_without_a_link_goes_out_once_and_in_order_after_the_sync() -> None:
    async with FakeRelay() as relay:
        relay.world.open("u")
        relay.world.move(1, Place.held, ME)
        console = Console(relay)
        for number in range(5):
            console.session.send(Say(id=f"c{number}", chat=1, text=f"text {number}"))
        await console.session.start()
        await console.until_live()
        assert relay.world.said == [f"text {number}" for number in range(5)]
        assert isinstance(relay.got[0], Hello)
        assert len(relay.commands()) == 5
        syncing = [(state.done, state.total) for state in console.links if state.phase is Phase.syncing]
        assert (0, 5) in syncing
        await console.session.close()


async def test_a_link_that_breaks_before_the_answer_neither_loses_nor_doubles() -> None:
    async with FakeRelay() as relay:
        relay.world.open("u")
        relay.world.move(1, Place.held, ME)
        console = Console(relay)
        await console.session.start()
        await console.until_live()
        relay.mute = True
        for number in range(3):
            console.session.send(Say(id=f"c{number}", chat=1, text=f"text {number}"))
        await console.until(relay.commands, "a command has arrived")
        await console.until(lambda: len(relay.hellos) > 1, "the console has come back")
        relay.mute = False
        await console.until_live()
        await console.until(lambda: not len(console.store.outbox), "all is answered")
        assert relay.world.said == ["text 0", "text 1", "text 2"]
        entries = [message.text for message in selectors.transcript(console.store, 1).entries if message.by == ME]
        assert entries == ["text 0", "text 1", "text 2"]
        await console.session.close()


async def test_answers_said_twice_do_no_harm() -> None:
    async with FakeRelay() as relay:
        relay.say_twice = True
        relay.world.open("u")
        console = Console(relay)
        await console.session.start()
        await console.until_live()
        console.session.send(Take(id="a", chat=1))
        console.session.send(Say(id="b", chat=1, text="hello"))
        await console.until(lambda: not len(console.store.outbox), "all is answered")
        await console.until(lambda: selectors.transcript(console.store, 1).last == 3, "the entries are there")
        await console.session.close()


async def test_a_dropped_link_comes_back_with_one_sync_of_what_is_missing() -> None:
    async with FakeRelay() as relay:
        relay.world.open("u")
        relay.world.move(1, Place.held, ME)
        console = Console(relay)
        await console.session.start()
        await console.until_live()
        await relay.drop()
        relay.world.say(1, "visitor", "are you there?")
        await console.until(lambda: len(relay.hellos) > 1, "the console has come back")
        await console.until_live()
        assert relay.hellos[-1].have == {1: 2}
        assert selectors.transcript(console.store, 1).last == 3
        offline = next(state for state in console.links if state.phase is Phase.offline)
        assert offline.why
        assert offline.retry_at >= offline.since
        assert not any(isinstance(frame, Fetch) for frame in relay.got)
        await console.session.close()


async def test_signals_are_sent_when_live_and_dropped_when_not() -> None:
    async with FakeRelay() as relay:
        relay.world.open("u")
        relay.world.move(1, Place.held, ME)
        console = Console(relay)
        console.session.typed(1)
        await console.session.start()
        await console.until_live()
        console.session.typed(1)  # told already, though nobody heard: repeated in some seconds
        console.session.stopped_typing()
        console.session.typed(1)
        console.session.have_read(1, 1)
        console.session.have_read(1, 1)
        await console.until(lambda: Read(chat=1, p=1) in relay.got, "the read mark has arrived")
        signals = [frame for frame in relay.got if isinstance(frame, Typing | Read)]
        assert signals == [Typing(chat=1, on=False), Typing(chat=1), Read(chat=1, p=1)]
        await console.session.close()


async def test_read_marks_of_a_broken_link_are_sent_again() -> None:
    async with FakeRelay() as relay:
        relay.world.open("u")
        relay.world.move(1, Place.held, ME)
        console = Console(relay, backoff=Backoff(first_ms=3_600_000, longest_ms=3_600_000), dice=lambda: 0.9)
        await console.session.start()
        await console.until_live()
        await relay.drop()
        await console.until_phase(Phase.offline)
        console.session.have_read(1, 1)
        console.session.retry_now()
        await console.until(lambda: Read(chat=1, p=1) in relay.got, "the mark arrives with the next link")
        await console.session.close()


async def test_a_chat_on_the_screen_that_is_not_mine_is_watched_on_every_link() -> None:
    async with FakeRelay() as relay:
        relay.world.open("u")
        relay.world.open("v")
        relay.world.move(2, Place.held, ME)
        console = Console(relay)
        console.session.show(1)
        await console.session.start()
        await console.until(lambda: Watch(chat=1) in relay.got, "it is watched")
        console.session.show(2)
        await console.until(lambda: Watch(chat=0) in relay.got, "mine need not be watched")
        console.session.show(1)
        await relay.drop()
        await console.until(lambda: len(relay.hellos) > 1, "the console has come back")
        await console.until(lambda: isinstance(relay.got[-1], Watch), "it is watched again")
        await console.session.close()


async def test_what_happens_to_the_chat_on_the_screen_changes_whether_it_is_watched() -> None:
    async with FakeRelay() as relay:
        relay.world.open("u")
        relay.world.move(1, Place.held, ME)
        console = Console(relay)
        await console.session.start()
        await console.until_live()
        console.session.show(1)
        await relay.say(relay.world.move(1, Place.inbox, rescued=True, why="rescued"))
        await console.until(lambda: Watch(chat=1, have=2) in relay.got, "it is watched, now that it isn't mine")
        await relay.say(relay.world.move(1, Place.closed, why="closed"))
        await console.until(lambda: Watch(chat=0) in relay.got, "it is gone")
        await console.session.close()


async def test_older_entries_come_when_asked_for_and_not_without_a_link() -> None:
    async with FakeRelay() as relay:
        relay.world.open("u")
        for number in range(20):
            relay.world.say(1, "visitor", f"{number}")
        relay.world.move(1, Place.held, ME)
        console = Console(relay)
        assert not console.session.older(1)
        await console.session.start()
        await console.until_live()
        assert selectors.transcript(console.store, 1).first > 1
        assert console.session.older(1)
        assert not console.session.older(1)
        await console.until(lambda: selectors.transcript(console.store, 1).first == 1, "the first entry is there")
        with pytest.raises(TypeError):
            console.session.send(Fetch(id="f", chat=1))
        await console.session.close()


async def test_a_refusal_reaches_the_screen() -> None:
    async with FakeRelay() as relay:
        console = Console(relay)
        await console.session.start()
        await console.until_live()
        console.session.send(Take(id="a", chat=99))
        await console.until(lambda: not len(console.store.outbox), "it is answered")
        refusals = [notice for changes in console.changes for notice in changes.notices if isinstance(notice, Refused)]
        assert [refusal.code for refusal in refusals] == ["not_yours"]
        await console.session.close()


async def test_what_is_not_answered_is_on_the_disk_and_goes_out_at_the_next_start(tmp_path: Path) -> None:
    async with FakeRelay() as relay:
        relay.world.open("u")
        relay.world.move(1, Place.held, ME)
        await relay.stop()
        console = Console(relay, state_dir=tmp_path)
        await console.session.start()
        console.session.send(Say(id="c1", chat=1, text="precious"))
        console.session.draft(1, "begun", 3)
        await console.session.close()
        await relay.listen()
        again = Console(relay, state_dir=tmp_path)
        await again.session.start()
        await again.until_live()
        assert relay.world.said == ["precious"]
        draft = again.store.drafts.get(1)
        assert draft is not None
        assert (draft.text, draft.cursor) == ("begun", 3)
        await again.session.close()
        files = {path.name for path in tmp_path.rglob("*.json")}
        assert files == {"outbox.json", "drafts.json"}
        (outbox,) = tmp_path.rglob("outbox.json")
        assert json.loads(outbox.read_text()) == {"v": 1, "items": []}


async def test_a_command_is_on_the_disk_before_it_is_on_the_wire(tmp_path: Path) -> None:
    async with FakeRelay() as relay:
        relay.world.open("u")
        seen: list[bool] = []
        decide = relay.world.command

        def spy(command: object) -> object:
            seen.append(any(b'"c1"' in path.read_bytes() for path in tmp_path.rglob("outbox.json")))
            return decide(command)  # type: ignore[arg-type]

        relay.world.command = spy  # type: ignore[method-assign,assignment]
        console = Console(relay, state_dir=tmp_path)
        await console.session.start()
        await console.until_live()
        console.session.send(Take(id="c1", chat=1))
        await console.until(lambda: seen, "the command has arrived")
        assert seen == [True]
        await console.session.close()


async def test_a_disk_that_cannot_be_written_is_told_once_and_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "desks").write_text("a file where a folder should be")
    async with FakeRelay() as relay:
        relay.world.open("u")
        console = Console(relay, state_dir=tmp_path)
        await console.session.start()
        await console.until_live()
        console.session.send(Take(id="c1", chat=1))
        console.session.send(Close(id="c2", chat=1))
        await console.until(lambda: not len(console.store.outbox), "it works all the same")
        assert len(console.notes) == 1
        await console.session.close()


async def test_closing_gives_the_last_words_a_moment_to_be_answered() -> None:
    async with FakeRelay() as relay:
        relay.world.open("u")
        relay.world.move(1, Place.held, ME)
        console = Console(relay)
        await console.session.start()
        await console.until_live()
        console.session.send(Say(id="c1", chat=1, text="bye"))
        await console.session.close()
        assert relay.world.said == ["bye"]
        assert len(console.store.outbox) == 0


async def test_a_fault_in_applying_frames_brings_a_fresh_sync(monkeypatch: pytest.MonkeyPatch) -> None:
    async with FakeRelay() as relay:
        relay.world.open("u")
        console = Console(relay)
        await console.session.start()
        await console.until_live()
        apply = console.store.apply
        monkeypatch.setattr(console.store, "apply", lambda frames, now: 1 / 0)
        await relay.say([Peek(chat=1, text="poison")])
        await console.until(lambda: len(relay.hellos) > 1, "it starts afresh")
        monkeypatch.setattr(console.store, "apply", apply)
        await console.until(lambda: console.store.link.is_live and 1 in console.store.chats, "all is well again")
        await console.session.close()


async def test_a_fault_of_the_screen_does_not_end_the_link(monkeypatch: pytest.MonkeyPatch) -> None:
    async with FakeRelay() as relay:
        console = Console(relay)
        monkeypatch.setattr(console.session, "_show_changes", lambda changes: 1 / 0)
        await console.session.start()
        await console.until_live()
        relay.world.open("u")
        await relay.drop()
        await console.until(lambda: 1 in console.store.chats, "it has come back")
        await console.session.close()


async def test_no_secret_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    async with FakeRelay() as relay:
        console = Console(relay, token="hush-hush")
        await console.session.start()
        await console.until_live()
        await relay.drop()
        await console.until(lambda: len(relay.hellos) > 1, "it has come back")
        await console.session.close()
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("opconsole")]
    assert ours
    assert not any("hush-hush" in message for message in ours)


def test_a_token_is_not_shown_by_accident() -> None:
    from opconsole.link.login import LoggedIn
    from opconsole.link.session import Ready

    assert "secret" not in repr(Ready("http://x", "anna", "secret"))
    assert "secret" not in repr(LoggedIn("secret", "anna"))
