"""The workspace by keys: taking, going, closing, what each width shows."""

import pytest
from msgspec.structs import replace
from textual import events

from opconsole.wire.cards import Place, Status
from opconsole.wire.staff import (
    Close,
    Done,
    Gone,
    Read,
    Refused,
    Return,
    Say,
    SetStatus,
    Sync,
    Take,
    TakeNext,
    Transfer,
    Watch,
)
from tests.ui import scene
from tests.ui.conftest import Open
from tests.ui.fake_relay import NOW


def taken_card(chat: int = 19):  # type: ignore[no-untyped-def]
    card = next(card for card in scene.INBOX if card.chat == chat)
    return replace(
        card,
        rev=500,
        place=Place.held,
        owner="olga",
        owner_name="Olga",
        taken_at=NOW,
        rescue_at=NOW + 90_000,
        answer_by=0,
    )


async def test_take_next_sends_one_command_and_shows_the_chat_that_comes(open_console: Open) -> None:
    async with open_console() as bench:
        await bench.press("f2")
        (take,) = bench.relay.sent(TakeNext)
        bench.relay.say(taken_card(), Done(id=take.id, chat=19))
        await bench.until(lambda: bench.app.store.shown == 19, "the taken chat is on the screen")
        assert "Пётр" in bench.lines[1]


async def test_a_take_that_was_too_late_is_told_and_shows_nothing(open_console: Open) -> None:
    async with open_console() as bench:
        await bench.press("ctrl+n")
        (take,) = bench.relay.sent(TakeNext)
        bench.relay.say(Refused(id=take.id, code="odd", text="Ivan has just taken it."))
        await bench.until(lambda: "Ivan has just taken it." in bench.toasts, "the refusal is told")
        assert bench.app.store.shown == 12


async def test_a_waiting_chat_is_read_before_it_is_taken(open_console: Open) -> None:
    async with open_console() as bench:
        await bench.press("f7")
        await bench.until(lambda: bench.app.workspace.inbox.has_focus, "the keys are in the inbox")
        await bench.press("down", "enter")
        assert bench.app.store.shown == 21
        assert bench.relay.sent(Watch)[-1].chat == 21
        assert "waiting: you only read" in bench.screen
        await bench.press("f3")
        assert [take.chat for take in bench.relay.sent(Take)] == [21]


async def test_at_the_limit_no_take_is_sent_and_the_reason_is_told(open_console: Open) -> None:
    full = [replace(card, held=4) if card.login == "olga" else card for card in scene.OPERATORS]
    mine = [*scene.MINE, scene.held(15, "Four", "x")]
    async with open_console(Sync(head=1, chats=[*scene.INBOX, *mine], operators=full)) as bench:
        await bench.press("f2")
        assert bench.relay.sent(TakeNext) == []
        assert "You hold 4 of 4 chats" in bench.toasts[0]


@pytest.mark.parametrize("keys", [("alt+2",), ("ctrl+g", "2")])
async def test_chats_by_number_also_without_alt(open_console: Open, keys: tuple[str, ...]) -> None:
    async with open_console(shown=11) as bench:
        await bench.press(*keys)
        assert bench.app.store.shown == 12
        assert bench.app.workspace.composer.has_focus


async def test_digits_go_to_a_chat_where_nothing_is_typed(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await bench.press("f7", "3")
        assert bench.app.store.shown == 14


async def test_lists_move_by_letters_in_both_layouts(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await bench.press("f7")
        await bench.until(lambda: bench.app.workspace.inbox.has_focus, "the keys are in the inbox")
        assert bench.app.workspace.inbox.chat == 19
        await bench.type("jо")  # the second is Cyrillic, on the same key
        assert bench.app.workspace.inbox.chat == 22
        await bench.type("л")
        assert bench.app.workspace.inbox.chat == 21
        await bench.type("е")  # on the key of T
        assert [take.chat for take in bench.relay.sent(Take)] == [21]


async def test_a_click_on_a_chat_shows_it_and_the_keys_stay_in_the_composer(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await bench.pilot.click("#mine", offset=(8, 3))
        await bench.until(lambda: bench.app.store.shown == 12, "the chat is shown")
        await bench.pilot.click("#transcript")
        await bench.type("x")
        assert bench.composed == "x"


async def test_to_the_chat_nearest_its_rescue_and_to_the_next_unread(open_console: Open) -> None:
    async with open_console(shown=14) as bench:
        await bench.press("f5")
        assert bench.app.store.shown == 12
        await bench.press("alt+3", "f6")
        assert bench.app.store.shown == 11


async def test_what_is_on_the_screen_is_read(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await bench.until(lambda: bench.relay.sent(Read), "a read mark")
        assert bench.relay.sent(Read)[-1] == Read(chat=11, p=8)


async def test_nothing_is_read_while_nobody_looks(open_console: Open) -> None:
    async with open_console() as bench:
        bench.app.app_focus = False
        await bench.show(11)
        assert bench.relay.sent(Read) == []


async def test_closing_asks_when_the_visitor_is_owed_a_reply(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await bench.press("f9")
        assert "Close all the" in bench.screen
        await bench.press("escape")
        assert bench.relay.sent(Close) == []
        await bench.press("f9", "enter")
        assert [close.chat for close in bench.relay.sent(Close)] == [11]


async def test_closing_asks_nothing_when_nothing_is_owed_and_goes_to_the_most_urgent(open_console: Open) -> None:
    async with open_console(shown=14) as bench:
        await bench.press("alt+d")
        assert [close.chat for close in bench.relay.sent(Close)] == [14]
        assert bench.app.store.shown == 12


async def test_a_chat_goes_back_to_the_inbox(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await bench.press("alt+h")
        assert [back.chat for back in bench.relay.sent(Return)] == [11]


async def test_a_chat_is_given_to_a_colleague_who_has_room(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await bench.press("alt+g")
        assert "Anna" in bench.screen
        assert "full: 4/4" in bench.screen
        await bench.type("anna")
        await bench.press("enter")
        (transfer,) = bench.relay.sent(Transfer)
        assert (transfer.chat, transfer.to, transfer.override) == (11, "anna", False)


async def test_a_colleague_who_is_full_cannot_be_picked(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await bench.press("alt+g")
        await bench.type("иван")
        await bench.press("enter")
        assert bench.relay.sent(Transfer) == []


async def test_the_status_is_changed_with_a_reason(open_console: Open) -> None:
    async with open_console() as bench:
        await bench.press("ctrl+s")
        await bench.type("lun")
        await bench.press("enter")
        (status,) = bench.relay.sent(SetStatus)
        assert (status.status, status.reason) == (Status.away, "lunch")


async def test_the_palette_finds_an_action_typed_in_the_other_layout(open_console: Open) -> None:
    async with open_console(shown=14) as bench:
        await bench.press("f10")
        await bench.type("сдщыу")  # "close" on the same keys
        await bench.press("enter")
        assert [close.chat for close in bench.relay.sent(Close)] == [14]


async def test_a_chat_that_went_away_stays_readable_but_not_writable(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await bench.type("half a reply")
        bench.relay.say(Gone(chat=11, rev=900, why="taken", by="Ivan"))
        await bench.until(lambda: 11 not in bench.app.store.chats, "the chat is gone")
        assert "taken by Ivan" in bench.screen
        assert "Подставка в комплекте" in bench.screen
        assert bench.composed == "half a reply"
        await bench.press("enter")
        assert bench.relay.sent(Say) == []


async def test_help_lists_every_key(open_console: Open) -> None:
    async with open_console(size=(120, 90)) as bench:
        await bench.press("f1")
        for words in ("Take the next chat", "F2, Ctrl+N", "Alt+1 … 9", "Alt+Q … O", "Ctrl+G"):
            assert words in bench.screen
        await bench.press("escape")
        assert "Take the next chat" not in bench.screen


@pytest.mark.parametrize(
    ("size", "lists", "visitor", "tabs"),
    [((80, 24), False, False, True), ((120, 36), True, False, False), ((160, 48), True, True, False)],
)
async def test_each_width_shows_the_panes_that_it_has_room_for(
    open_console: Open, size: tuple[int, int], lists: bool, visitor: bool, tabs: bool
) -> None:
    async with open_console(size=size, shown=11) as bench:
        workspace = bench.app.workspace
        assert bool(workspace.inbox.size.width) == lists
        assert bool(workspace.visitor.size.width) == visitor
        assert bool(workspace.tabs.size.width) == tabs


async def test_on_a_small_screen_the_panes_come_and_go_by_key(open_console: Open) -> None:
    async with open_console(size=(80, 24), shown=11) as bench:
        await bench.press("f7")
        await bench.until(lambda: bench.app.workspace.inbox.has_focus, "the keys are in the inbox")
        assert "Jürgen" in bench.screen
        await bench.press("escape")
        assert "Jürgen" not in bench.screen
        await bench.press("f8")
        assert "petrov@example.com" in bench.screen
        await bench.press("f8")
        assert "petrov@example.com" not in bench.screen


async def test_the_link_is_always_on_the_screen(open_console: Open) -> None:
    async with open_console() as bench:
        assert "● live" in bench.lines[0]
        bench.relay.go_down()
        await bench.until(lambda: "offline since 14:53" in bench.lines[0], "offline is told")
        assert "next try in" in bench.lines[0]
        bench.relay.come_back()
        await bench.press("f12")
        await bench.until(lambda: "● live" in bench.lines[0], "live again")


async def test_countdowns_move_and_only_their_rows_are_painted(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        assert "reply 0:50" in bench.screen
        bench.clock.move(10)
        bench.app.beat()
        await bench.pilot.pause()
        assert "reply 0:40" in bench.screen
        painted = bench.app.workspace.transcript._repaint_regions
        assert not painted


async def test_after_the_first_sync_the_most_urgent_of_my_chats_is_there(open_console: Open) -> None:
    async with open_console() as bench:
        assert bench.app.store.shown == 12
        assert bench.app.workspace.composer.has_focus


async def test_leaving_asks_while_chats_are_held(open_console: Open) -> None:
    async with open_console() as bench:
        await bench.press("ctrl+q")
        assert bench.app.is_running
        assert "You hold 3 chats" in bench.screen
        await bench.press("escape")
        assert "You hold 3 chats" not in bench.screen


async def test_a_screen_over_the_workspace_is_closed_once_however_often_escape_comes(open_console: Open) -> None:
    async with open_console(shown=14) as bench:
        for opens in ("f1", "f10", "f9", "ctrl+k", "alt+semicolon"):
            for key in (opens, "escape", "escape", "escape"):  # in one burst: without the pilot's wait after each key
                bench.app.post_message(events.Key(key, None))
            await bench.pilot.pause()
            await bench.until(lambda: len(bench.app.screen_stack) == 2, "the workspace alone")
        assert bench.app.is_running


async def test_whoever_is_not_online_sees_it_on_the_smallest_screen_too(open_console: Open) -> None:
    async with open_console(size=(60, 20), shown=11) as bench:
        bench.relay.say(replace(scene.OPERATORS[0], rev=900, status=Status.away))
        await bench.until(lambda: "away" in bench.lines[0], "my status")
        assert "rescue" in bench.lines[0]
