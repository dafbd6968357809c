"""Chats let go, one or several, and taken back."""

from collections.abc import Sequence

from msgspec.structs import replace

from opconsole.wire.cards import Place, Role
from opconsole.wire.staff import Close, Done, Gone, Refused, Reopen, Return, StaffCommand, Take, Transfer
from tests.ui import scene
from tests.ui.conftest import Bench, Open
from tests.ui.fake_relay import NOW


async def answer(bench: Bench, commands: Sequence[StaffCommand]) -> None:
    """The relay does these."""
    bench.relay.say(*(Done(id=each.id, chat=getattr(each, "chat", 0)) for each in commands))
    await bench.until(lambda: all(each.id not in bench.app.store.outbox for each in commands), "they are done")


async def mark_mine(bench: Bench, *keys: str) -> None:
    """The keys go to my chats (11, 12, 14), and mark some."""
    bench.app.workspace.set_focus(bench.app.workspace.mine)
    await bench.until(lambda: bench.app.workspace.mine.has_focus, "the keys are in my chats")
    await bench.press("home", *keys)


async def test_a_closed_chat_is_opened_again_and_comes_to_the_screen(open_console: Open) -> None:
    async with open_console(shown=14) as bench:
        await bench.press("f9")
        bench.relay.say(Gone(chat=14, rev=900, why="closed"))
        await answer(bench, bench.relay.sent(Close))
        assert bench.toasts == ["Closed the chat with Сергей. Alt+\\: undo"]
        await bench.press("alt+backslash")
        (reopen,) = bench.relay.sent(Reopen)
        bench.relay.say(replace(scene.MINE[2], rev=901), Done(id=reopen.id, chat=14))
        await bench.until(lambda: bench.app.store.shown == 14, "the chat is on the screen again")
        assert bench.toasts[-1] == "The chat with Сергей is open again. The visitor saw that it had ended."


async def test_a_chat_closed_too_long_ago_stays_closed(open_console: Open) -> None:
    async with open_console(shown=14) as bench:
        await bench.press("f9")
        await answer(bench, bench.relay.sent(Close))
        bench.clock.move(30 * 60)
        await bench.press("alt+backslash")
        assert bench.toasts[-1] == "Closed more than 30 min ago: the chat can't be opened again."
        assert bench.relay.sent(Reopen) == []


async def test_a_full_limit_leaves_the_closed_chat_to_be_opened_later(open_console: Open) -> None:
    async with open_console(shown=14) as bench:
        await bench.press("f9")
        await answer(bench, bench.relay.sent(Close))
        await bench.press("alt+backslash")
        (reopen,) = bench.relay.sent(Reopen)
        bench.relay.say(Refused(id=reopen.id, code="limit", text="full", facts={"held": 4, "limit": 4}))
        await bench.until(lambda: any("Your limit is full" in toast for toast in bench.toasts), "the refusal is told")
        await bench.press("alt+backslash")
        assert [each.chat for each in bench.relay.sent(Reopen)] == [14, 14]


async def test_a_returned_chat_is_taken_again_unless_somebody_has_it(open_console: Open) -> None:
    async with open_console(shown=14) as bench:
        await bench.press("alt+h")
        await answer(bench, bench.relay.sent(Return))
        assert bench.toasts == ["Returned the chat with Сергей. Alt+\\: undo"]
        await bench.press("alt+backslash")
        (take,) = bench.relay.sent(Take)
        assert take.chat == 14
        bench.relay.say(
            Refused(id=take.id, code="taken", text="x", facts={"name": "Ivan", "login": "ivan", "chat": 14, "ago_s": 2})
        )
        await bench.until(lambda: any("Ivan took this chat" in toast for toast in bench.toasts), "who has it is told")


async def given_to_anna(bench: Bench) -> None:
    await bench.press("alt+g")
    await bench.type("anna")
    await bench.press("enter")
    await answer(bench, bench.relay.sent(Transfer))
    bench.relay.say(Gone(chat=14, rev=900, why="transferred", by="Anna"))
    await bench.until(lambda: 14 not in bench.app.store.mine, "it is Anna's")


async def test_what_a_colleague_has_an_operator_cannot_take_back(open_console: Open) -> None:
    async with open_console(shown=14) as bench:
        await given_to_anna(bench)
        assert bench.toasts == ["Anna has the chat with Сергей now. Alt+\\: undo"]
        await bench.press("alt+backslash")
        assert bench.toasts[-1] == "Only Anna can give the chat with Сергей back: ask there."
        assert len(bench.relay.sent(Transfer)) == 1


async def test_what_is_still_on_its_way_can_be_taken_back_later(open_console: Open) -> None:
    async with open_console(shown=14, role=Role.supervisor) as bench:
        await bench.press("alt+g")
        await bench.type("anna")
        await bench.press("enter", "alt+backslash")
        assert bench.toasts[-1].startswith("It is still on its way to Anna")
        await answer(bench, bench.relay.sent(Transfer))
        bench.relay.say(Gone(chat=14, rev=900, why="transferred", by="Anna"))
        await bench.until(lambda: 14 not in bench.app.store.mine, "it is Anna's")
        await bench.press("alt+backslash")
        assert [each.to for each in bench.relay.sent(Transfer)] == ["anna", "olga"]


async def test_what_the_colleague_returned_is_taken_out_of_the_inbox(open_console: Open) -> None:
    async with open_console(shown=14) as bench:
        await given_to_anna(bench)
        bench.relay.say(replace(scene.MINE[2], rev=901, place=Place.inbox, owner="", waiting_since=NOW, answer_by=NOW))
        await bench.until(lambda: 14 in bench.app.store.inbox, "it waits")
        await bench.press("alt+backslash")
        assert [take.chat for take in bench.relay.sent(Take)] == [14]


async def test_a_supervisor_takes_a_given_chat_back(open_console: Open) -> None:
    async with open_console(shown=14, role=Role.supervisor) as bench:
        await given_to_anna(bench)
        await bench.press("alt+backslash")
        assert [(each.chat, each.to) for each in bench.relay.sent(Transfer)] == [(14, "anna"), (14, "olga")]


async def test_several_are_closed_after_a_question_that_counts(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await mark_mine(bench, "m", "down", "m", "f9")  # 11 owes, 14 doesn't
        assert "Close 2 chats? In 1 of them you owe a reply." in " ".join(bench.screen.split())
        await bench.press("escape")
        assert bench.relay.sent(Close) == []
        await bench.press("f9", "enter")
        closed = bench.relay.sent(Close)
        assert [each.chat for each in closed] == [11, 14]
        assert bench.app.store.shown == 12
        await answer(bench, closed)
        assert bench.toasts == ["Closed 2 chats. Z: undo"]
        await bench.press("z")
        again = bench.relay.sent(Reopen)
        assert [each.chat for each in again] == [11, 14]
        await answer(bench, again)
        assert bench.toasts[-1] == "2 chats are open again. The visitors saw that they had ended."


async def test_of_several_the_refused_ones_are_counted_in_one_sentence_and_not_taken_back(open_console: Open) -> None:
    async with open_console(shown=12) as bench:
        await mark_mine(bench, "asterisk", "alt+h", "enter")
        back = bench.relay.sent(Return)
        assert [each.chat for each in back] == [11, 12, 14]
        bench.relay.say(
            Done(id=back[0].id, chat=11),
            Refused(id=back[1].id, code="not_yours", text="x", facts={"name": "Ivan", "chat": 12}),
        )
        await bench.until(lambda: back[1].id not in bench.app.store.outbox, "it is refused")
        assert bench.toasts == []
        bench.relay.say(Done(id=back[2].id, chat=14))
        await bench.until(lambda: bench.toasts, "it is told")
        assert bench.toasts == ["Returned 2 chats. 1 was refused: Ivan has chat 12, not you. Z: undo"]
        await bench.press("alt+backslash")
        assert [take.chat for take in bench.relay.sent(Take)] == [11, 14]


async def test_several_go_to_a_colleague_and_the_room_there_is_told(open_console: Open) -> None:
    few = [replace(card, held=3) if card.login == "anna" else card for card in scene.OPERATORS]
    async with open_console(replace(scene.sync(), operators=few), shown=12) as bench:
        await mark_mine(bench, "m", "m", "alt+g")
        assert "Give 2 chats to" in bench.screen
        await bench.type("anna")
        await bench.press("enter")
        assert "Give 2 chats to Anna? Anna has room for 1." in " ".join(bench.screen.split())
        await bench.press("enter")
        assert [(each.chat, each.to) for each in bench.relay.sent(Transfer)] == [(11, "anna"), (12, "anna")]


async def test_marked_chats_that_are_not_mine_stay(open_console: Open) -> None:
    async with open_console(shown=12) as bench:
        bench.app.store.mark([21, 14], True)
        await mark_mine(bench, "f9")
        assert "Close 1 chat? 1 marked chat isn't yours" in bench.screen
        await bench.press("enter")
        assert [each.chat for each in bench.relay.sent(Close)] == [14]
        await bench.press("alt+h")
        assert bench.toasts[-1] == "None of the marked chats is yours."
        assert bench.app.store.marks.marked == {21}


async def test_with_the_keys_in_my_chats_the_one_under_the_cursor_is_meant(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await mark_mine(bench, "end", "f9")
        assert [each.chat for each in bench.relay.sent(Close)] == [14]
        assert bench.app.store.shown == 11


async def test_a_waiting_chat_is_not_mine_to_let_go(open_console: Open) -> None:
    async with open_console(shown=21) as bench:
        await bench.press("f9", "alt+h", "alt+g")
        assert bench.toasts == ["The chat on the screen isn't yours."]
        assert bench.relay.sent(Close) == []


async def test_who_has_just_answered_is_not_told_that_the_visitor_waits_for_a_reply(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        assert bench.app.store.chats[11].owes_since
        await bench.type("Tomorrow.")
        await bench.press("enter", "f9")  # before the relay has stored the words
        assert [each.chat for each in bench.relay.sent(Close)] == [11]
