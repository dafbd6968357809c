"""Chats put aside: chosen, typed, shown, taken back; and what the relay brings back by itself."""

from msgspec.structs import replace

from opconsole.ui.screens.picker import Picker
from opconsole.wire.cards import OperatorCard, Place, Status
from opconsole.wire.messages import Message
from opconsole.wire.staff import Done, Refused, Say, Snooze, Take
from tests.ui import scene
from tests.ui.conftest import Bench, Open
from tests.ui.fake_relay import NOW

M = 60_000
H = 60 * M
ASIDE = replace(scene.MINE[2], rev=600, place=Place.snoozed, snoozed_until=NOW + H)
"""Chat 14, until 15:53:20."""


async def put_aside(bench: Bench) -> None:
    bench.relay.say(ASIDE)
    await bench.until(lambda: bench.app.store.chats[14].place is Place.snoozed, "it is aside")


async def test_until_when_is_chosen_and_the_next_chat_comes(open_console: Open) -> None:
    async with open_console(shown=14) as bench:
        await bench.press("shift+f5")
        assert isinstance(bench.app.screen, Picker)
        assert "For 15 min" in bench.screen
        assert "15:08" in bench.screen
        await bench.press("down", "enter")
        (snooze,) = bench.relay.sent(Snooze)
        assert (snooze.chat, snooze.until) == (14, NOW + H)
        assert bench.app.store.shown == 12, "the one that needs me most"
        bench.relay.say(ASIDE, Done(id=snooze.id, chat=14))
        await bench.until(lambda: bench.toasts, "it is told")
        assert bench.toasts == ["Put aside until 15:53: Сергей. Alt+\\: undo"]


async def test_a_time_can_be_typed_where_one_chooses(open_console: Open) -> None:
    async with open_console(shown=14) as bench:
        await bench.press("shift+f5")
        await bench.type("16:30")
        assert "Until 16:30" in bench.screen
        await bench.press("enter")
        (snooze,) = bench.relay.sent(Snooze)
        assert snooze.until == NOW + 96 * M + 40_000


async def test_as_a_command(open_console: Open) -> None:
    async with open_console(shown=14) as bench:
        for text in ("snooze 30m", "snooze reply", "отложить завтра"):
            await bench.show(14)
            await bench.press("alt+semicolon")
            await bench.type(text)
            await bench.press("enter")
        untils = [each.until - NOW for each in bench.relay.sent(Snooze)]
        assert untils == [30 * M, 30 * 24 * H - 2 * M, 18 * H + 6 * M + 40_000]
        await bench.show(14)
        await bench.press("alt+semicolon")
        await bench.type("snooze whenever")
        await bench.press("enter")
        assert "When is whenever?" in bench.screen


async def test_while_a_reply_is_owed_nothing_is_put_aside(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await bench.press("shift+f5")
        assert bench.toasts == ["The visitor has waited for a reply for 2 min. Answer first, then snooze."]
        await bench.type("They come tomorrow")
        await bench.press("enter", "shift+f5")
        assert isinstance(bench.app.screen, Picker), "an answer on its way is one"


async def test_a_chat_that_is_aside_says_until_when_and_takes_no_place(open_console: Open) -> None:
    async with open_console(size=(160, 48), shown=14) as bench:
        await put_aside(bench)
        assert "☾ 15:53" in bench.screen
        assert "aside until 15:53" in bench.screen
        assert "Aside until 15:53 · Enter wakes and sends" in bench.screen
        assert "My chats" in bench.screen
        assert "2/4" in bench.screen


async def test_it_is_taken_back_by_undo(open_console: Open) -> None:
    async with open_console(shown=14) as bench:
        await bench.press("shift+f5", "enter")
        (snooze,) = bench.relay.sent(Snooze)
        bench.relay.say(ASIDE, Done(id=snooze.id, chat=14))
        await bench.until(lambda: bench.toasts, "it is told")
        await bench.press("alt+backslash")
        (take,) = bench.relay.sent(Take)
        assert (take.chat, bench.app.store.shown) == (14, 14)
        bench.relay.say(replace(ASIDE, rev=601, place=Place.held, snoozed_until=0), Done(id=take.id, chat=14))
        await bench.until(lambda: "The chat with Сергей is awake." in bench.toasts, "it is told")
        assert not any("put aside, is back" in toast for toast in bench.toasts), "it was my own doing"


async def test_the_same_key_wakes_it_where_there_is_room(open_console: Open) -> None:
    async with open_console(shown=14) as bench:
        await put_aside(bench)
        await bench.press("shift+f5")
        assert [take.chat for take in bench.relay.sent(Take)] == [14]
        bench.relay.say(
            OperatorCard(rev=900, login="olga", name="Olga", status=Status.online, held=2, limit=2, connected=True)
        )
        await bench.until(lambda: "2/2" in bench.screen, "no room")
        await bench.press("shift+f5")
        assert bench.toasts[-1] == "You hold 2 of 2 chats: close or return one first."
        assert len(bench.relay.sent(Take)) == 1


async def test_a_reply_wakes_it_first(open_console: Open) -> None:
    async with open_console(shown=14) as bench:
        await put_aside(bench)
        await bench.type("I have news")
        await bench.press("enter")
        sent = [each for each in bench.relay.up if isinstance(each, Take | Say)]
        assert [type(each) for each in sent] == [Take, Say]


async def test_a_letter_puts_the_chat_under_the_cursor_aside(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        bench.app.workspace.set_focus(bench.app.workspace.mine)
        await bench.until(lambda: bench.app.workspace.mine.has_focus, "the keys are in my chats")
        await bench.press("end", "ы")  # S in the Russian layout
        await bench.press("enter")
        assert [each.chat for each in bench.relay.sent(Snooze)] == [14]


async def test_several_are_put_aside_and_a_refusal_is_counted(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        bench.app.workspace.set_focus(bench.app.workspace.mine)
        await bench.until(lambda: bench.app.workspace.mine.has_focus, "the keys are in my chats")
        await bench.press("end", "shift+up", "shift+f5", "enter")
        first, second = bench.relay.sent(Snooze)
        bench.relay.say(
            Done(id=first.id, chat=first.chat),
            Refused(id=second.id, code="owes_reply", text="owes", facts={"ago_s": 160}),
        )
        await bench.until(lambda: bench.toasts, "it is told")
        assert "1 was refused: The visitor has waited for a reply for 2 min." in bench.toasts[-1]


async def test_it_is_told_when_a_chat_wakes_by_itself(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await put_aside(bench)
        bench.relay.say(replace(ASIDE, rev=601, place=Place.held, snoozed_until=0))
        await bench.until(lambda: bench.toasts, "it is told")
        assert bench.toasts == ["The chat with Сергей, which you had put aside, is back"]


async def test_one_that_wakes_where_there_is_no_room_is_told_to_wait_in_the_inbox(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await put_aside(bench)
        bench.relay.say(
            replace(ASIDE, rev=601, place=Place.inbox, snoozed_until=0, owner="", waiting_since=NOW, answer_by=NOW + M)
        )
        await bench.until(lambda: bench.toasts, "it is told")
        assert bench.toasts == ["The chat with Сергей, which you had put aside, waits in the inbox"]


async def test_words_of_its_visitor_are_told_as_in_any_chat(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await put_aside(bench)
        card = replace(
            ASIDE, rev=601, place=Place.held, snoozed_until=0, words="Hello again", words_by="visitor", last=4, public=3,
            unread=1, owes_since=NOW, rescue_at=NOW + 3 * M,
        )  # fmt: skip
        bench.relay.say(card, Message(chat=14, n=4, p=3, at=NOW, by="visitor", text="Hello again"))
        await bench.until(lambda: any("Hello again" in toast for toast in bench.toasts), "they are told")
