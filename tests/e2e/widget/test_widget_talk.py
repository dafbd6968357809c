"""The widget in Chromium: a conversation as a visitor has it, on a relay that does what it should."""

import asyncio

import pytest
from playwright.async_api import expect

from opconsole.wire import visitor as wire
from tests.e2e.widget import fake_relay
from tests.e2e.widget.conftest import NewPage
from tests.e2e.widget.fake_relay import FakeRelay
from tests.e2e.widget.window import RU, Window

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.asyncio(loop_scope="session"),
]

PEEK_GAP_S = 0.3
"""As the widget's `PEEK_GAP_MS`."""
NOON_MS = 1_773_478_800_000
"""In Moscow, on 14 March 2026."""


@pytest.fixture
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is noon on the relay's clock, by which the widget tells the days: no midnight passes meanwhile."""
    monkeypatch.setattr(fake_relay, "now_ms", lambda: NOON_MS)


async def test_a_message_goes_out_and_an_answer_comes_in(relay: FakeRelay, browse: NewPage) -> None:
    window = Window(await browse(relay.url))
    await window.open()
    await window.say("Is the teapot dishwasher safe?")
    await relay.until("the message is stored", lambda: relay.people and relay.person.messages)
    await window.expect_mark("dishwasher", "Delivered")
    await expect(window.input).to_have_value("")
    await window.shows("next in line")
    await relay.take("Anna")
    await expect(window.dialog.get_by_role("heading", name="Anna")).to_be_visible()
    await relay.reply("Yes, it is.")
    await relay.show(read=1)
    await window.expect_mark("dishwasher", "Read")
    await window.expect_messages("Is the teapot dishwasher safe?", "Yes, it is.")
    await relay.until(
        "the visitor's read mark", lambda: relay.of(wire.VisitorRead) and relay.of(wire.VisitorRead)[-1].n == 2
    )


async def test_a_message_is_on_the_screen_before_the_relay_knows_it(relay: FakeRelay, browse: NewPage) -> None:
    relay.faults.closed = True
    window = Window(await browse(relay.url))
    await window.open()
    await window.say("Hello?")
    await window.expect_mark("Hello?", "Sending")
    await window.shows("will be sent when it is back")
    relay.faults.closed = False
    await window.expect_mark("Hello?", "Delivered")
    assert relay.texts == ["Hello?"]


async def test_history_is_there_after_a_reload_and_on_other_pages_of_the_shop(
    relay: FakeRelay, browse: NewPage
) -> None:
    page = await browse(relay.url)
    window = Window(page)
    await window.open()
    await window.say("one")
    await relay.until("it is stored", lambda: relay.people and relay.person.messages)
    await relay.take()
    await relay.reply("two")
    await window.expect_messages("one", "two")
    await page.reload()
    await expect(window.dialog).to_be_visible()
    await window.expect_messages("one", "two")
    await page.goto(f"{relay.url}/product/meadow-honey")
    await window.expect_messages("one", "two")
    await relay.until("a session stands", lambda: relay.live == 1)
    assert relay.hellos[-1].have == 2
    assert relay.hellos[-1].token
    assert len(relay.people) == 1
    await relay.reply("three")
    await window.expect_messages("one", "two", "three")


async def test_history_is_shown_before_there_is_a_connection(relay: FakeRelay, browse: NewPage) -> None:
    page = await browse(relay.url)
    window = Window(page)
    await window.open()
    await window.say("one")
    await window.expect_mark("one", "Delivered")
    relay.faults.closed = True
    await page.reload()
    await window.expect_messages("one")


async def test_a_closed_window_stays_closed_on_the_next_page(relay: FakeRelay, browse: NewPage) -> None:
    page = await browse(relay.url)
    window = Window(page)
    await window.open()
    await window.close.click()
    await expect(window.dialog).to_be_hidden()
    await page.goto(f"{relay.url}/cart")
    await expect(window.launcher).to_be_visible()
    await expect(window.dialog).to_be_hidden()


async def test_what_was_typed_and_not_sent_is_kept(relay: FakeRelay, browse: NewPage) -> None:
    page = await browse(relay.url)
    window = Window(page)
    await window.open()
    await window.input.fill("I wanted to ask")
    await page.goto(f"{relay.url}/cart")
    await expect(window.input).to_have_value("I wanted to ask")


async def test_all_tabs_of_a_visitor_agree(relay: FakeRelay, browse: NewPage) -> None:
    page = await browse(relay.url)
    first = Window(page)
    await first.open()
    await first.say("from the first tab")
    await first.expect_mark("first tab", "Delivered")
    other = await page.context.new_page()
    await other.goto(f"{relay.url}/cart")
    second = Window(other)
    await second.open()
    await second.expect_messages("from the first tab")
    await relay.until("both tabs are connected", lambda: relay.live == 2)
    await second.say("from the second tab")
    await second.expect_mark("second tab", "Delivered")
    await relay.take()
    await relay.reply("to both")
    for window in (first, second):
        await window.expect_messages("from the first tab", "from the second tab", "to both")
    assert len(relay.people) == 1
    assert relay.texts.count("from the second tab") == 1


async def test_the_operator_sees_what_is_being_typed_but_not_every_letter(relay: FakeRelay, browse: NewPage) -> None:
    window = Window(await browse(relay.url))
    await window.open()
    await window.say("Hello")
    await window.expect_mark("Hello", "Delivered")
    await relay.take()
    began = asyncio.get_running_loop().time()
    await window.input.press_sequentially("How much is the kettle", delay=20)
    await relay.until(
        "the whole peek is told",
        lambda: any(each.text == "How much is the kettle" for each in relay.of(wire.VisitorTyping)),
    )
    elapsed_s = asyncio.get_running_loop().time() - began
    assert len(relay.of(wire.VisitorTyping)) <= 2 + elapsed_s / PEEK_GAP_S
    await window.input.fill("")
    await relay.until("the empty peek is told", lambda: relay.of(wire.VisitorTyping)[-1].text == "")


async def test_typing_marks_and_places_in_the_queue_are_told(relay: FakeRelay, browse: NewPage) -> None:
    window = Window(await browse(relay.url))
    await window.open()
    await window.say("Hello")
    await window.expect_mark("Hello", "Delivered")
    await relay.show(position=3)
    await window.shows("You are number 3 in line")
    await relay.show(position=1)
    await window.shows("You are next in line")
    await relay.take("Anna")
    await relay.send(wire.OperatorTyping(on=True))
    await window.shows("Anna is typing")
    await relay.reply("Here I am")
    await window.hides("Anna is typing")


async def test_nobody_is_told_to_be_typing_while_the_link_is_down(relay: FakeRelay, browse: NewPage) -> None:
    window = Window(await browse(relay.url))
    await window.open()
    await window.say("Hello")
    await window.expect_mark("Hello", "Delivered")
    await relay.take("Anna")
    await relay.send(wire.OperatorTyping(on=True))
    await window.shows("Anna is typing")
    relay.faults.closed = True
    await relay.cut()
    await window.shows("No connection")
    await window.hides("Anna is typing")


async def test_news_are_counted_while_the_window_is_closed(relay: FakeRelay, browse: NewPage) -> None:
    page = await browse(relay.url)
    window = Window(page)
    await window.open()
    await window.say("Hello")
    await window.expect_mark("Hello", "Delivered")
    await window.input.press("Escape")
    await expect(window.dialog).to_be_hidden()
    await relay.take()
    await relay.reply("One")
    await relay.reply("Two")
    await expect(page.get_by_role("button", name="2 unread messages")).to_be_visible()
    assert not relay.of(wire.VisitorRead) or relay.of(wire.VisitorRead)[-1].n < 2
    await page.reload()
    await page.get_by_role("button", name="2 unread messages").click()
    await window.expect_messages("Hello", "One", "Two")
    await relay.until("all is read", lambda: relay.of(wire.VisitorRead) and relay.of(wire.VisitorRead)[-1].n == 3)
    await window.close.click()
    await expect(window.launcher).to_have_accessible_name("Open the chat")


async def test_the_visitor_ends_the_chat_after_a_question_and_rates_it(relay: FakeRelay, browse: NewPage) -> None:
    page = await browse(relay.url)
    window = Window(page)
    await window.open()
    await window.say("Hello")
    await window.expect_mark("Hello", "Delivered")
    await relay.take()
    await relay.reply("Hi")
    end = window.dialog.get_by_role("button", name="End the chat")
    await end.click()
    await window.dialog.get_by_role("button", name="Keep chatting").click()
    assert relay.of(wire.VisitorEnd) == []
    await end.click()
    await window.dialog.get_by_role("button", name="End it").click()
    await relay.until("the chat has ended", lambda: relay.person.card.state == "closed")
    group = window.dialog.get_by_role("radiogroup", name="How did we do?")
    await group.get_by_role("radio", name="1 of 5: Very bad").focus()
    await page.keyboard.press("Space")
    for _ in range(3):
        await page.keyboard.press("ArrowRight")
    await expect(group.get_by_role("radio", name="4 of 5: Good")).to_be_checked()
    await page.keyboard.press("Tab")
    await page.keyboard.type("quick & kind")
    await window.dialog.get_by_role("button", name="Send the rating").click()
    await relay.until("the rating is stored", lambda: relay.person.card.rating == 4)
    rated = relay.of(wire.VisitorRate)
    assert [(each.score, each.text) for each in rated] == [(4, "quick & kind")]
    await window.shows("Thank you!")
    await page.reload()
    await window.shows("You gave us 4 of 5.")


async def test_words_after_the_end_go_on_with_the_chat(relay: FakeRelay, browse: NewPage) -> None:
    window = Window(await browse(relay.url))
    await window.open()
    await window.say("Hello")
    await window.expect_mark("Hello", "Delivered")
    await relay.show(state="closed", operator="Anna")
    await window.shows("The chat has ended")
    await window.say("One more thing")
    await window.expect_mark("One more thing", "Delivered")
    await window.shows("next in line")


async def test_when_too_many_wait_the_visitor_leaves_a_message(relay: FakeRelay, browse: NewPage) -> None:
    window = Window(await browse(relay.url))
    relay.faults.refusals = [("inbox_full", "All operators are busy.")]
    await window.open()
    await window.say("Where is my parcel?")
    form = window.dialog
    words = form.get_by_role("textbox", name="Message", exact=True)
    leave = form.get_by_role("button", name="Leave us a message instead")
    await expect(words.or_(leave).first).to_be_visible()
    if not await words.is_visible():
        await leave.click()
    await expect(words).to_have_value("Where is my parcel?")
    await form.get_by_role("textbox", name="Name").fill("Olga")
    await form.get_by_role("button", name="Send", exact=True).click()
    await expect(form.get_by_role("alert").filter(has_text="e-mail")).to_be_visible()
    assert relay.of(wire.VisitorForm) == []
    await form.get_by_role("textbox", name="E-mail").fill("olga@example.org")
    await form.get_by_role("button", name="Send", exact=True).click()
    await relay.until("the form has come", lambda: relay.of(wire.VisitorForm))
    left = relay.of(wire.VisitorForm)[0]
    assert (left.name, left.email, left.text) == ("Olga", "olga@example.org", "Where is my parcel?")
    await window.shows("We have your message")
    await form.get_by_role("button", name="Back to the chat").click()
    await window.expect_messages("Where is my parcel?")


async def test_a_refused_message_says_why_and_can_be_sent_again(relay: FakeRelay, browse: NewPage) -> None:
    window = Window(await browse(relay.url))
    relay.faults.refusals = [("some_new_code", "The desk is asleep.")]
    await window.open()
    await window.say("Hello")
    await expect(window.message("Hello")).to_contain_text("The desk is asleep.")
    await window.dialog.get_by_role("button", name="Try again").click()
    await window.expect_mark("Hello", "Delivered")
    await window.expect_messages("Hello")
    assert relay.texts == ["Hello"]


async def test_a_refused_message_can_be_deleted(relay: FakeRelay, browse: NewPage) -> None:
    page = await browse(relay.url)
    window = Window(page)
    relay.faults.refusals = [("text_too_long", "The text is too long.")]
    await window.open()
    await window.say("Hello")
    await expect(window.message("Hello")).to_contain_text("The message is too long.")
    await window.dialog.get_by_role("button", name="Delete").click()
    await window.expect_messages()
    await page.reload()
    await expect(window.input).to_be_visible()
    await window.expect_messages()


async def test_the_profile_tells_where_the_visitor_came_from(relay: FakeRelay, browse: NewPage) -> None:
    page = await browse(f"{relay.url}/product/speckled-cups?utm_source=mail&utm_campaign=tea&q=blue+cups")
    window = Window(page)
    await window.open()
    await window.say("Hello")
    await window.expect_mark("Hello", "Delivered")
    profile = relay.hellos[-1].profile
    assert profile.page.url.endswith("/product/speckled-cups?utm_source=mail&utm_campaign=tea&q=blue+cups")
    assert profile.page.title == "Speckled cups · Copper Fern"
    assert profile.landing == profile.page.url
    assert profile.utm == {"source": "mail", "campaign": "tea"}
    assert profile.query == "blue cups"
    assert (profile.lang, profile.tz, profile.screen, profile.visits) == ("en-GB", "Europe/Moscow", "1100x800", 1)
    await page.goto(f"{relay.url}/cart")
    await relay.until("the next page is told", lambda: relay.hellos[-1].profile.page.url.endswith("/cart"))
    assert relay.hellos[-1].profile.landing == profile.landing
    assert relay.hellos[-1].profile.visits == 1


async def test_pages_of_a_single_page_site_are_told(relay: FakeRelay, browse: NewPage) -> None:
    page = await browse(relay.url)
    window = Window(page)
    await window.open()
    await window.say("Hello")
    await window.expect_mark("Hello", "Delivered")
    await page.evaluate("history.pushState({}, '', '/somewhere#else'); document.title = 'Elsewhere'")
    await relay.until("the page is told", lambda: relay.of(wire.VisitorPage))
    assert relay.of(wire.VisitorPage)[-1].url.endswith("/somewhere#else")
    assert relay.of(wire.VisitorPage)[-1].title == "Elsewhere"


@pytest.mark.usefixtures("noon")
async def test_russian(relay: FakeRelay, browse: NewPage) -> None:
    window = Window(await browse(f"{relay.url}/?lang=ru"), RU)
    await window.open()
    await window.say("Привет")
    await window.expect_mark("Привет", "Доставлено")
    await relay.show(position=2)
    await window.shows("Вы 2-й в очереди")
    await relay.take("Анна")
    await expect(window.dialog.get_by_role("heading", name="Анна")).to_be_visible()
    await relay.send(wire.OperatorTyping(on=True))
    await window.shows("Анна печатает")
    await expect(window.log).to_contain_text("Сегодня")


@pytest.mark.usefixtures("noon")
async def test_days_are_told_apart(relay: FakeRelay, browse: NewPage) -> None:
    window = Window(await browse(relay.url))
    await window.open()
    await window.say("today")
    await window.expect_mark("today", "Delivered")
    relay.person.messages[:] = [
        wire.VisitorMessage(
            chat=1,
            n=n,
            at=NOON_MS - days * 86_400_000,
            by="operator",
            name="Anna",
            text=f"{days} days ago",
        )
        for n, days in enumerate((400, 1, 0), 1)
    ]
    relay.person.card.chat = 1
    relay.person.card.last = 3
    await window.page.evaluate("localStorage.clear()")
    relay.tokens[""] = relay.person.visitor
    await window.page.reload()
    await window.expect_messages("400 days ago", "1 days ago", "0 days ago")
    await expect(window.log.locator(".day")).to_have_count(3)
    await expect(window.log).to_contain_text("Yesterday")
    await expect(window.log).to_contain_text("Today")
