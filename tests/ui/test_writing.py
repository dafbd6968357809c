"""The composer: sending, drafts, notes, templates, completion, what is not sent."""

from msgspec.structs import replace

from opconsole.wire.cards import TemplateCard
from opconsole.wire.messages import Kind, Message
from opconsole.wire.staff import AddNote, Done, Refused, Say, Sync, Typing
from tests.ui import scene
from tests.ui.conftest import Bench, Open
from tests.ui.fake_relay import NOW


def said(bench: Bench) -> list[str]:
    return [say.text for say in bench.relay.sent(Say)]


async def test_enter_sends_and_the_words_are_shown_at_once(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await bench.type("tomorrow")
        await bench.press("enter")
        assert said(bench) == ["tomorrow"]
        assert bench.composed == ""
        assert "tomorrow" in bench.screen
        (say,) = bench.relay.sent(Say)
        bench.relay.say(
            Message(chat=11, n=12, p=9, at=NOW, kind=Kind.say, by="olga", name="Olga", text="tomorrow", cid=say.id),
            Done(id=say.id, chat=11, n=12, p=9, at=NOW),
        )
        await bench.until(lambda: any("tomorrow" in line and "✓" in line for line in bench.lines), "stored mark")


async def test_new_lines_by_alt_enter_ctrl_j_and_the_leader(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await bench.type("a")
        await bench.press("alt+enter")
        await bench.type("b")
        await bench.press("ctrl+j")
        await bench.type("c")
        await bench.press("ctrl+g", "enter")
        await bench.type("d")
        assert bench.composed == "a\nb\nc\nd"
        assert bench.app.workspace.composer.size.height == 4
        await bench.press("enter")
        assert said(bench) == ["a\nb\nc\nd"]
        assert bench.app.workspace.composer.size.height == 1


async def test_each_chat_keeps_its_draft(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await bench.type("for one")
        await bench.press("alt+2")
        assert bench.composed == ""
        await bench.type("for two")
        await bench.press("alt+1")
        assert bench.composed == "for one"
        await bench.press("alt+2")
        assert bench.composed == "for two"


async def test_long_messages_are_warned_of(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await bench.type("one two three")
        assert "3 words" in bench.screen
        await bench.type(" a b c d e f g h")
        assert "! 11 words, better under 10" in bench.screen


async def test_typing_is_told_once_and_its_end_too(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await bench.type("abc")
        assert bench.relay.sent(Typing) == [Typing(chat=11, on=True)]
        await bench.press("enter")
        assert bench.relay.sent(Typing)[-1] == Typing(chat=11, on=False)


async def test_a_note_is_not_a_reply(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await bench.press("alt+j")
        await bench.type("call back")
        assert "only the team sees it" in bench.screen
        await bench.press("enter")
        assert [note.text for note in bench.relay.sent(AddNote)] == ["call back"]
        assert said(bench) == []
        assert bench.relay.sent(Typing) == []


async def test_a_favourite_is_inserted_by_one_key_and_sent_by_another(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await bench.press("alt+q")
        assert bench.composed == "Добрый вечер, Иван Петров! Меня зовут Olga."
        await bench.press("ctrl+u", "alt+x")
        assert said(bench) == ["Одну минуту, уточняю."]


async def test_what_is_made_from_a_template_names_it_and_what_follows_does_not(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await bench.press("alt+w")
        await bench.type(" Please.")
        await bench.press("enter")
        await bench.type("by hand")
        await bench.press("enter", "alt+w", "ctrl+u")
        await bench.type("by hand again")
        await bench.press("enter")
        assert [say.template for say in bench.relay.sent(Say)] == ["t2", "", ""]


async def test_a_question_is_asked_in_its_own_words_with_its_default_in_place(open_console: Open) -> None:
    text = "Order {order?Which order?|none}{?, on {?day}}. {>bye}"
    more = TemplateCard(rev=1, template="t9", code="ask", title="Ask", text=text, lang="ru")
    sync = replace(scene.sync(), templates=[*scene.TEMPLATES, more])
    async with open_console(sync, shown=11) as bench:
        await bench.type("/ask")
        await bench.press("enter")
        assert "Ask · Which order?" in bench.screen
        assert bench.composed == "none"
        await bench.press("ctrl+u", "enter")
        assert "Ask · day?" in bench.screen
        await bench.press("enter")
        assert bench.composed == "Order none. Спасибо за обращение! Хорошего дня."


async def test_a_template_that_can_not_be_put_together_says_why(open_console: Open) -> None:
    more = TemplateCard(rev=1, template="t9", code="loop", text="{>loop}", hotkey=9, lang="ru")
    sync = replace(scene.sync(), templates=[*scene.TEMPLATES, more])
    async with open_console(sync, shown=11) as bench:
        await bench.press("alt+o")
        assert bench.toasts == ["/loop would stand within itself: /loop → /loop."]
        assert bench.composed == ""


async def test_the_chats_channel_chooses_among_a_templates_texts(open_console: Open) -> None:
    more = [
        TemplateCard(rev=1, template="a", code="link", text="Click here", lang="ru"),
        TemplateCard(rev=1, template="b", code="link", text="t.me/shop", lang="ru", channel="telegram"),
    ]
    sync = replace(scene.sync(), templates=more)
    async with open_console(sync, shown=21) as bench:
        await bench.type("/link")
        await bench.press("enter")
        assert bench.composed == "t.me/shop"


async def test_a_favourite_that_is_not_there_is_told(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await bench.press("ctrl+g", "o")
        assert "There is no favourite template 9." in bench.toasts


async def test_a_code_is_completed(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await bench.type("/re")
        assert "Возврат" in bench.screen
        await bench.press("tab")
        assert bench.composed == "Деньги вернутся на карту в течение 5 дней."
        assert not bench.app.workspace.choices.display


async def test_an_escape_closes_the_completion_and_enter_sends_what_was_typed(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await bench.type("/re")
        await bench.press("escape")
        assert not bench.app.workspace.choices.display
        await bench.press("enter")
        assert said(bench) == ["/re"]


async def test_free_placeholders_are_asked_for_in_turn(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await bench.type("draft ")
        await bench.type("/order")
        await bench.press("enter")
        assert "номер заказа?" in bench.screen
        await bench.type("10482")
        await bench.press("enter")
        assert "день?" in bench.screen
        await bench.type("завтра")
        await bench.press("enter")
        assert bench.composed == "draft Заказ 10482 приедет завтра."
        assert said(bench) == []


async def test_an_empty_answer_is_not_taken(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await bench.type("/order")
        await bench.press("enter", "enter")
        assert "номер заказа?" in bench.screen
        assert "Write what belongs there, or press Esc to give up." in bench.toasts


async def test_giving_up_a_question_brings_the_draft_back(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await bench.type("draft /order")
        await bench.press("enter")
        await bench.type("10482")
        await bench.press("escape")
        assert bench.composed == "draft "
        assert "?" not in bench.lines[-3]


async def test_a_text_with_an_unfilled_placeholder_is_not_sent(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await bench.type("Order {номер заказа} is ready")
        await bench.press("enter")
        assert said(bench) == []
        assert "Not sent: {номер заказа} is not filled in." in bench.toasts
        assert bench.composed.startswith("Order")


async def test_braces_that_are_no_placeholder_are_sent(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await bench.type("use {x: 1}")
        await bench.press("enter")
        assert said(bench) == ["use {x: 1}"]


async def test_templates_are_found_and_sent_from_the_search(open_console: Open) -> None:
    async with open_console(shown=11, size=(160, 48)) as bench:
        await bench.press("f4")
        assert "Одну минуту, уточняю." in bench.screen or "Общие" in bench.screen
        await bench.type("djpdhfn")  # "возврат" in the Latin layout
        assert "Деньги вернутся" in bench.screen
        await bench.press("ctrl+s")
        assert said(bench) == ["Деньги вернутся на карту в течение 5 дней."]


async def test_a_digit_picks_a_favourite_in_the_search(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await bench.press("ctrl+t", "2")
        assert bench.composed == "Одну минуту, уточняю."


async def test_refused_words_stay_and_can_be_edited(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await bench.type("hello")
        await bench.press("enter")
        (say,) = bench.relay.sent(Say)
        bench.relay.say(Refused(id=say.id, code="odd", text="The chat is closed."))
        await bench.until(lambda: "Not sent: The chat is closed." in bench.screen, "the failure is shown in its place")
        bench.app.workspace.transcript.focus()
        await bench.press("e")
        assert bench.composed == "hello"
        assert "Not sent" not in bench.screen


async def test_nothing_is_sent_to_a_chat_that_is_not_mine(open_console: Open) -> None:
    async with open_console(shown=21) as bench:
        await bench.type("hello")
        await bench.press("enter")
        assert said(bench) == []
        assert "This chat isn't yours: take it to reply." in bench.toasts
        assert bench.composed == "hello"
        assert bench.relay.sent(Typing) == []


async def test_what_is_begun_before_there_is_a_chat_goes_on_in_the_first_one(open_console: Open) -> None:
    async with open_console(Sync(head=1)) as bench:
        await bench.type("Good ev")
        await bench.press("enter")
        assert "No chat is on the screen." in bench.toasts
        bench.relay.say(scene.MINE[2])
        await bench.until(lambda: bench.app.store.shown == 14, "the chat is shown")
        await bench.type("ening")
        await bench.press("enter")
        assert [(say.chat, say.text) for say in bench.relay.sent(Say)] == [(14, "Good evening")]


async def test_what_is_written_while_offline_waits_and_says_so(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        bench.relay.go_down()
        await bench.until(lambda: not bench.app.store.link.is_live, "the link is down")
        await bench.type("later")
        await bench.press("enter")
        assert "1 unsent" in bench.screen
        assert any("later" in line and "◌" in line for line in bench.lines)


async def test_a_paste_of_controls_is_only_text(open_console: Open) -> None:
    from textual import events

    async with open_console(shown=11) as bench:
        bench.app.workspace.composer.post_message(events.Paste("a\x1b]52;c;x\x07b\r\nc"))
        await bench.pilot.pause()
        assert "\x1b" not in bench.composed
        assert bench.composed.endswith("c")
