"""What can be taken back, in which order, and what is said where it can't."""

from opconsole.wire.cards import Priority, Status
from opconsole.wire.staff import Close, Done, Refused, Reopen, SetPriority, SetStatus
from tests.ui.conftest import Bench, Open


async def done(bench: Bench, kind: type[Close | Reopen | SetStatus | SetPriority]) -> None:
    """The relay does the last command of this kind."""
    command = bench.relay.sent(kind)[-1]
    bench.relay.say(Done(id=command.id, chat=getattr(command, "chat", 0)))
    await bench.until(lambda: command.id not in bench.app.store.outbox, "it is done")


async def test_nothing_done_nothing_to_take_back(open_console: Open) -> None:
    async with open_console() as bench:
        await bench.press("alt+backslash")
        assert bench.toasts == ["There is nothing to take back."]


async def test_my_status_comes_back(open_console: Open) -> None:
    async with open_console() as bench:
        await bench.press("ctrl+s")
        await bench.type("lun")
        await bench.press("enter")
        await done(bench, SetStatus)
        assert bench.toasts == ["Your status: away: lunch. Alt+\\: undo"]
        await bench.press("alt+backslash")
        back = bench.relay.sent(SetStatus)[-1]
        assert (back.status, back.reason) == (Status.online, "")
        await done(bench, SetStatus)
        assert bench.toasts[-1] == "Your status: online."


async def test_a_chats_priority_comes_back(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        bench.app.workspace.action_run("priority")
        await bench.pilot.pause()
        await bench.type("high")
        await bench.press("enter")
        assert [each.priority for each in bench.relay.sent(SetPriority)] == [Priority.high]
        await done(bench, SetPriority)
        await bench.press("alt+backslash")
        assert [each.priority for each in bench.relay.sent(SetPriority)] == [Priority.high, Priority.normal]


async def test_the_last_deed_is_taken_back_first(open_console: Open) -> None:
    async with open_console(shown=14) as bench:
        await bench.press("alt+p", "alt+d")
        await done(bench, Close)
        await bench.press("alt+backslash")
        assert [each.chat for each in bench.relay.sent(Reopen)] == [14]
        await bench.press("alt+backslash")
        assert bench.app.store.marks.flagged == {}


async def test_what_was_refused_did_not_happen_and_is_not_taken_back(open_console: Open) -> None:
    async with open_console(shown=14) as bench:
        await bench.press("alt+p", "alt+d")
        (close,) = bench.relay.sent(Close)
        bench.relay.say(Refused(id=close.id, code="odd", text="It can't be closed."))
        await bench.until(lambda: "It can't be closed." in bench.toasts, "the refusal is told")
        await bench.press("alt+backslash")
        assert bench.relay.sent(Reopen) == []
        assert bench.app.store.marks.flagged == {}


async def test_what_was_taken_back_no_longer_offers_its_key(open_console: Open) -> None:
    async with open_console(shown=14) as bench:
        await bench.press("alt+p")
        assert bench.toasts == ["Flagged Сергей. Alt+\\: undo"]
        await bench.press("alt+backslash")
        assert bench.toasts == ["No flag on Сергей any more."]
