"""Files through the relay's own line: tickets by role and rule, whose a file is, what a commit does to it, and what a crash leaves."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
import pytest_asyncio

from opconsole.wire import limits, staff
from opconsole.wire.cards import Role
from opconsole.wire.codec import decode_staff_down
from opconsole.wire.files import FetchFile, Ticket, Upload
from opconsole.wire.search import Found, Search
from opconsole.wire.staff import Done, Refused
from server_stub.desk.commands import EraseContent, VisitorDeletes, VisitorSays
from server_stub.desk.settings import Settings
from server_stub.edge import bounds
from server_stub.edge.tickets import Bringing
from tests.property.relay_world import Client, RelayWorld, StaffClient, VisitorClient
from tests.unit.relay.filing_desk import MB, Desk


@pytest_asyncio.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    desk = Desk(tmp_path / "files")
    await desk.open()
    yield desk
    await desk.close()
    await desk.index.close()


# ---------------------------------------------------------------- tickets to bring


def upload(**facts: Any) -> Upload:
    return Upload(**{"id": "u", "name": "a.txt", "size": 5, **facts})


async def test_who_may_write_in_a_chat_may_bring_a_file_for_it(desk: Desk) -> None:
    for client in (desk.anna, desk.sofia):
        ticket = await desk.answer(client, upload(id=desk.id(), chat=1))
        assert isinstance(ticket, Ticket)
        assert ticket.until == desk.now + bounds.FILE_TICKET_MS
        assert desk.files.tickets.find(ticket.path) is not None
    assert await desk.refused(desk.boris, upload(id=desk.id(), chat=1)) == "not_visible"
    assert await desk.refused(desk.anna, upload(id=desk.id(), chat=7)) == "no_such_chat"
    assert await desk.refused(desk.anna, upload(id=desk.id())) == "no_such_chat"
    eye = StaffClient("sofia", Role.supervisor, monitor=True)
    desk.connect(eye)
    assert await desk.refused(eye, upload(id=desk.id(), chat=1)) == "monitor_read_only"


async def test_a_visitor_may_bring_one_before_the_first_words(desk: Desk) -> None:
    stranger = VisitorClient("new")
    desk.connect(stranger)
    ticket = await desk.answer(stranger, upload(id=desk.id()))
    assert isinstance(ticket, Ticket)
    found: Any = desk.files.tickets.find(ticket.path)
    assert (found.by, found.visitor, found.chat) == ("v:new", "new", 0)


async def test_the_desk_s_rules_are_asked_first(desk: Desk) -> None:
    refused = await desk.answer(desk.ivan, upload(size=MB + 1))
    assert (refused.code, refused.facts) == ("file_too_big", {"size": MB + 1, "limit": MB})
    desk.files.store.most_bytes = 4
    assert await desk.refused(desk.ivan, upload(id=desk.id())) == "files_full"
    desk.files.store.most_bytes = 100 * MB
    with patch.object(bounds, "UPLOAD_TICKETS", 0):
        assert await desk.refused(desk.ivan, upload(id=desk.id())) == "files_too_many"
    desk.line.state.settings = Settings(file_bytes=MB, visitor_files=False)
    assert await desk.refused(desk.ivan, upload(id=desk.id())) == "files_off"
    assert isinstance(await desk.answer(desk.anna, upload(id=desk.id(), chat=1)), Ticket)
    desk.line.state.settings = Settings()
    assert await desk.refused(desk.anna, upload(id=desk.id(), chat=1)) == "files_off"


async def test_a_session_that_is_gone_takes_its_tickets_along(desk: Desk) -> None:
    ticket = await desk.answer(desk.ivan, upload())
    desk.disconnect(desk.ivan)
    await desk.settle()
    assert desk.files.tickets.find(ticket.path) is None
    assert len(desk.files.tickets) == 0


# ---------------------------------------------------------------- saying


async def test_a_message_carries_the_file_to_both_sides_and_may_be_without_words(desk: Desk) -> None:
    file, done = await desk.says(desk.anna)
    assert [(each.text, each.file) for each in desk.seen] == [("", file)]
    await desk.settle()
    assert desk.ivan.messages[done.p].file == file
    assert desk.line.state.chats[1].words == "[a.txt]"
    theirs = await desk.brought(desk.ivan)
    await desk.answer(desk.ivan, VisitorSays(desk.id(), " ", file=theirs.id))
    await desk.settle()
    assert desk.anna.messages[1][desk.anna.chats[1].last].file == theirs
    assert desk.line.state.chats[1].words == "[a.txt]"
    assert desk.files.pending == {}


async def test_words_beside_a_file_are_the_card_s(desk: Desk) -> None:
    await desk.says(desk.anna, "See this")
    await desk.settle()
    assert desk.line.state.chats[1].words == "See this"


async def test_a_file_may_begin_a_chat(desk: Desk) -> None:
    new = VisitorClient("new")
    desk.connect(new)
    file = await desk.brought(new, visitor="new")
    done = await desk.answer(new, VisitorSays("x", "", file=file.id))
    assert (done.chat, done.n) == (2, 1)
    assert isinstance(await desk.answer(new, FetchFile(id="f", file=file.id)), Ticket)


async def test_only_its_bringer_may_send_a_file_only_there_and_only_in_time(desk: Desk) -> None:
    await desk.answer(desk.sofia, staff.SetStatus(id="on", status="online"))  # type: ignore[arg-type]
    file = await desk.brought(desk.anna, chat=1)
    theirs = await desk.brought(desk.ivan)
    for client, asked in (
        (desk.anna, staff.Say(id=desk.id(), chat=1, text="x", file=theirs.id)),
        (desk.sofia, staff.AddNote(id=desk.id(), chat=1, text="x", file=file.id)),
        (desk.ivan, VisitorSays(desk.id(), "x", file=file.id)),
        (desk.anna, staff.Say(id=desk.id(), chat=1, text="x", file="f" * 32)),
        (desk.anna, staff.Say(id=desk.id(), chat=1, text="x", file="../etc")),
    ):
        assert await desk.refused(client, asked) == "file_unknown"
    elsewhere = await desk.brought(desk.anna, chat=7)
    assert await desk.refused(desk.anna, staff.Say(id=desk.id(), chat=1, text="x", file=elsewhere.id)) == "file_unknown"
    desk.now += limits.FILE_UNUSED_MS
    assert await desk.refused(desk.anna, staff.Say(id=desk.id(), chat=1, text="x", file=file.id)) == "file_unknown"


async def test_a_file_is_said_once_and_the_same_command_again_is_answered_the_same(desk: Desk) -> None:
    file = await desk.brought(desk.anna, chat=1)
    said = staff.Say(id="same", chat=1, text="", file=file.id)
    first = await desk.answer(desk.anna, said)
    assert isinstance(first, Done)
    assert await desk.answer(desk.anna, said) == first
    assert await desk.refused(desk.anna, staff.Say(id="other", chat=1, text="", file=file.id)) == "file_used"
    theirs = await desk.brought(desk.ivan)
    again = VisitorSays("v-same", "", file=theirs.id)
    assert await desk.answer(desk.ivan, again) == await desk.answer(desk.ivan, again)


async def test_a_refused_message_leaves_its_file_to_be_sent_again(desk: Desk) -> None:
    file = await desk.brought(desk.boris, chat=1)
    assert await desk.refused(desk.boris, staff.Say(id="1", chat=1, text="", file=file.id)) == "not_yours"
    assert file.id in desk.files.pending
    mine = await desk.brought(desk.anna, chat=1)
    long = "ж" * limits.NOTE_BYTES
    assert await desk.refused(desk.anna, staff.AddNote(id="2", chat=1, text=long, file=mine.id)) == "text_too_long"
    assert isinstance(await desk.answer(desk.anna, staff.AddNote(id="3", chat=1, text="", file=mine.id)), Done)


async def test_without_a_store_there_are_no_files(tmp_path: Path) -> None:
    world = RelayWorld(settings=Settings(file_bytes=MB))
    await world.start()
    ivan = VisitorClient("ivan")
    world.connect(ivan)
    world.put(ivan, VisitorSays("1", "", file="0" * 32))
    world.put(ivan, Upload(id="2", name="a", size=1))
    world.put(ivan, FetchFile(id="3", file="0" * 32))
    await world.settle()
    assert [answer.code for answer in ivan.answers.values() if isinstance(answer, Refused)] == [
        "file_unknown",
        "files_off",
        "file_gone",
    ]
    await world.stop()


# ---------------------------------------------------------------- fetching


async def test_who_may_read_the_words_may_have_the_file(desk: Desk) -> None:
    file, _ = await desk.says(desk.anna)
    note = await desk.brought(desk.anna, chat=1)
    await desk.answer(desk.anna, staff.AddNote(id=desk.id(), chat=1, text="", file=note.id))
    other = VisitorClient("other")
    desk.connect(other)
    rights: list[tuple[Client, bool, bool]] = [
        (desk.anna, True, True),
        (desk.boris, False, False),
        (desk.sofia, True, True),
        (desk.ivan, True, False),
        (other, False, False),
    ]
    for client, public, private in rights:
        for what, may in ((file, public), (note, private)):
            answer = await desk.answer(client, FetchFile(id=desk.id(), file=what.id))
            assert isinstance(answer, Ticket) is may
            assert may or answer.code == "file_gone"
    unsaid = await desk.brought(desk.anna, chat=1)
    assert await desk.refused(desk.anna, FetchFile(id=desk.id(), file=unsaid.id)) == "file_gone"


async def test_of_a_chat_that_the_desk_forgot_who_had_it_may_and_others_may_not(desk: Desk) -> None:
    file, _ = await desk.says(desk.anna)
    await desk.answer(desk.anna, staff.Close(id="close", chat=1))
    desk.now += 3_600_000
    await desk.answer(desk.ivan, VisitorSays("later", "again"))
    await desk.answer(desk.boris, staff.Take(id="b", chat=2))
    await desk.answer(desk.boris, staff.Close(id="bc", chat=2))
    await desk.index.caught_up()
    assert 1 not in desk.line.state.chats
    assert isinstance(await desk.answer(desk.anna, FetchFile(id=desk.id(), file=file.id)), Ticket)
    assert isinstance(await desk.answer(desk.sofia, FetchFile(id=desk.id(), file=file.id)), Ticket)
    assert await desk.refused(desk.boris, FetchFile(id=desk.id(), file=file.id)) == "file_gone"


async def test_only_a_few_questions_of_a_session_are_under_way(desk: Desk) -> None:
    await desk.settle()
    desk.anna.wire.take()
    for number in range(bounds.FILES_ASKED + 2):
        desk.put(desk.anna, FetchFile(id=f"q{number}", file="0" * 32))
    await desk.line.settled()
    codes = [frame.code for line in desk.anna.wire.take() if isinstance(frame := decode_staff_down(line), Refused)]
    assert sorted(codes) == ["file_gone"] * bounds.FILES_ASKED + ["files_too_many"] * 2
    assert await desk.refused(desk.anna, FetchFile(id="later", file="0" * 32)) == "file_gone"


# ---------------------------------------------------------------- after the commit


async def test_a_file_that_was_said_is_written_down_as_said(desk: Desk) -> None:
    file, done = await desk.says(desk.anna)
    assert desk.lies() == {file.id, f"{file.id}.json"}
    kept = desk.files.store.find(file.id)
    assert kept is not None
    assert (kept.chat, kept.n, kept.note, kept.visitor) == (1, done.n, False, "ivan")


async def test_deleted_words_take_it_away(desk: Desk) -> None:
    file, done = await desk.says(desk.anna, "see")
    await desk.answer(desk.anna, staff.EditMessage(id="e", chat=1, n=done.n, text="other"))
    assert desk.lies() == {file.id, f"{file.id}.json"}
    await desk.answer(desk.sofia, staff.DeleteMessage(id="d", chat=1, n=done.n))
    assert desk.lies() == set()
    await desk.settle()
    assert desk.ivan.messages[done.p].file is None
    theirs = await desk.brought(desk.ivan)
    said = await desk.answer(desk.ivan, VisitorSays("v", "", file=theirs.id))
    await desk.answer(desk.ivan, VisitorDeletes("vd", 1, said.n))
    assert desk.lies() == set()


async def test_who_is_erased_has_no_file_left_not_even_one_that_was_never_sent(desk: Desk) -> None:
    await desk.says(desk.anna)
    await desk.brought(desk.ivan)
    other = await desk.brought(VisitorClient("other"), visitor="other")
    await desk.answer(desk.anna, staff.Close(id="close", chat=1))
    coming = await desk.answer(desk.anna, upload(id="u9", chat=1))
    ticket = desk.files.tickets.find(coming.path)
    desk.line.put(None, EraseContent("ivan", (1,)))
    await desk.line.settled()
    assert desk.lies() == {other.id, f"{other.id}.new"}
    assert isinstance(ticket, Bringing)
    assert desk.files.tickets.is_void(ticket)


async def test_what_nobody_sent_is_forgotten_in_time(desk: Desk) -> None:
    late = await desk.brought(desk.anna, chat=1)
    desk.now += limits.FILE_UNUSED_MS - 1
    await desk.line.filing.sweep(desk.now)
    assert late.id in desk.lies()
    fresh = await desk.brought(desk.anna, chat=1)
    desk.now += 1
    await desk.line.filing.sweep(desk.now)
    assert desk.lies() == {fresh.id, f"{fresh.id}.new"}
    assert list(desk.files.pending) == [fresh.id]


async def test_a_disk_that_can_t_remove_is_asked_again(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    file, done = await desk.says(desk.anna)
    store = desk.files.store

    def broken(file: str) -> None:
        raise OSError(5, "Input/output error")

    with patch.object(store, "drop", broken):
        await desk.answer(desk.anna, staff.DeleteMessage(id="d", chat=1, n=done.n))
    assert file.id in desk.lies()
    assert "can't be removed now" in caplog.text
    running = asyncio.create_task(desk.line.filing.run(desk.line._journal, lambda: desk.now))
    async with asyncio.timeout(20):
        while desk.lies():
            await asyncio.sleep(0.01)
    running.cancel()


async def test_a_restart_finds_what_was_brought_and_what_was_said_meanwhile(desk: Desk) -> None:
    brought = await desk.brought(desk.anna, chat=1)
    with patch.object(desk.files.store, "said", lambda kept: None):  # as if the crash came before it was written down
        said, _ = await desk.says(desk.anna)
        note = await desk.brought(desk.anna, chat=1)
        await desk.answer(desk.anna, staff.AddNote(id="n", chat=1, text="", file=note.id))
        gone, done = await desk.says(desk.anna)
    with patch.object(desk.files.store, "drop", lambda file: None):
        await desk.answer(desk.anna, staff.DeleteMessage(id="d", chat=1, n=done.n))
    desk.store.gone[gone.id] = None  # as if it came before that was done, too
    await desk.stop()
    desk.files.close()
    await desk.restart()
    assert list(desk.files.pending) == [brought.id]
    assert desk.lies() == {
        *(each.id for each in (brought, said, note)),
        f"{brought.id}.new",
        f"{said.id}.json",
        f"{note.id}.json",
    }
    found = desk.files.store.find(note.id)
    assert found is not None
    assert found.note
    desk.connect(desk.anna)
    assert isinstance(await desk.answer(desk.anna, staff.Say(id="s", chat=1, text="", file=brought.id)), Done)


async def test_a_file_is_found_by_its_name(desk: Desk) -> None:
    _, done = await desk.says(desk.anna, "вот оно")
    await desk.index.caught_up()
    for text in ("a.txt", "вот txt"):
        found = await desk.answer(desk.sofia, Search(id=desk.id(), text=text))
        assert isinstance(found, Found)
        assert [(hit.n, hit.snippet) for hit in found.hits] == [(done.n, "вот оно [a.txt]")]
    await desk.answer(desk.anna, staff.EditMessage(id="e", chat=1, n=done.n, text="другое"))
    await desk.index.caught_up()
    found = await desk.answer(desk.sofia, Search(id=desk.id(), text="a.txt"))
    assert [hit.snippet for hit in found.hits] == ["другое [a.txt]"]
    await desk.answer(desk.anna, staff.DeleteMessage(id="d", chat=1, n=done.n))
    await desk.index.caught_up()
    found = await desk.answer(desk.sofia, Search(id=desk.id(), text="a.txt"))
    assert found.hits == []


async def test_a_file_that_is_said_while_others_are_forgotten_stays(desk: Desk) -> None:
    first, second = await desk.brought(desk.ivan), await desk.brought(desk.ivan)
    store, drop = desk.files.store, desk.files.store.drop

    def said_meanwhile(file: str) -> None:
        desk.files.pending.pop(second.id, None)
        drop(file)

    with patch.object(store, "drop", said_meanwhile):
        await desk.line.filing.remove(desk.line._journal, ["ivan"])
    assert first.id not in desk.lies()
    assert second.id in desk.lies()
    third, fourth = await desk.brought(desk.ivan), await desk.brought(desk.ivan)

    def said_too(file: str) -> None:
        desk.files.pending.pop(fourth.id, None)
        drop(file)

    with patch.object(store, "drop", said_too):
        await desk.line.filing.sweep(desk.now + limits.FILE_UNUSED_MS)
    assert third.id not in desk.lies()
    assert fourth.id in desk.lies()


async def test_what_was_erased_before_a_crash_can_t_be_named_after_it(desk: Desk) -> None:
    with patch.object(desk.files.store, "said", lambda kept: None):  # as if the crash came before it was written down
        file, _ = await desk.says(desk.anna)
    await desk.answer(desk.anna, staff.Close(id="close", chat=1))
    with patch.object(desk.files.store, "drop", lambda file: None):
        desk.line.put(None, EraseContent("ivan", (1,)))
        await desk.line.settled()
    desk.store.gone[file.id] = None  # as if it came before that was done, too
    await desk.stop()
    desk.files.close()
    await desk.restart()
    assert desk.lies() == set()
    assert desk.files.pending == {}
