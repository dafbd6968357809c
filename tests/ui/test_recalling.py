"""What was sent before, in the composer again; the draft comes back at the end."""

from opconsole.wire.staff import Say
from tests.ui.conftest import Open

LAST = "Да, картой можно. Подставка в комплекте."
BEFORE = "Заказ собран и передан в доставку"


async def test_up_through_what_i_sent_in_this_chat_and_down_to_the_draft(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await bench.type("draft")
        await bench.press("ctrl+up")
        assert bench.composed == LAST
        await bench.press("ctrl+up")
        assert bench.composed.startswith(BEFORE)
        await bench.press("ctrl+down")
        assert bench.composed == LAST
        await bench.press("ctrl+down", "ctrl+down")
        assert bench.composed == "draft"


async def test_after_this_chats_words_come_those_of_the_others(open_console: Open) -> None:
    async with open_console(shown=12) as bench:
        await bench.type("said to Anna")
        await bench.press("enter", "alt+1", "ctrl+up", "ctrl+up", "ctrl+up")
        assert bench.composed.startswith("Добрый день")
        await bench.press("ctrl+up")
        assert bench.composed == "said to Anna"
        await bench.press("ctrl+up")
        assert bench.composed == "said to Anna"
        assert "You have sent nothing before that." in bench.toasts


async def test_the_draft_is_safe_while_one_looks_and_leaves(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await bench.type("draft")
        await bench.press("ctrl+up", "alt+2", "alt+1")
        assert bench.composed == "draft"
        draft = bench.app.store.drafts.get(11)
        assert draft is not None
        assert draft.text == "draft"


async def test_recalled_words_that_are_sent_leave_the_draft_where_it_was(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await bench.type("draft")
        await bench.press("ctrl+up", "enter")
        assert [say.text for say in bench.relay.sent(Say)] == [LAST]
        assert bench.composed == "draft"


async def test_recalled_words_that_are_changed_become_the_draft_and_the_old_one_can_be_recalled(
    open_console: Open,
) -> None:
    async with open_console(shown=11) as bench:
        await bench.type("draft")
        await bench.press("ctrl+up")
        await bench.type("!")
        assert bench.composed == LAST + "!"
        await bench.press("enter", "ctrl+up", "ctrl+up")
        assert bench.composed == "draft"


async def test_where_nothing_was_sent_it_says_so(open_console: Open) -> None:
    async with open_console(shown=12) as bench:
        await bench.press("ctrl+up")
        assert bench.composed == ""
        assert "You have sent nothing yet." in bench.toasts
