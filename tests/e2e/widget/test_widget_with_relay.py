"""The widget in Chromium against the real relay, with an operator at its other end: what a visitor does reaches them, and back."""

import pytest
from playwright.async_api import expect

from opconsole.wire import staff
from opconsole.wire.cards import ChatCard
from opconsole.wire.messages import Kind, Message
from tests.e2e.widget.conftest import NewPage
from tests.e2e.widget.desk import Desk
from tests.e2e.widget.window import RU, Window, part

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.asyncio(loop_scope="session"),
]

HOSTILE = (
    "<img src=x onerror=alert(1)> <script>alert(2)</script> javascript:alert(3) \u202egpj.exe http://evil.example/<b>"
)


async def test_a_conversation_there_and_back(url: str, desk: Desk, browse: NewPage) -> None:
    page = await browse(url)
    window = Window(page)
    await window.open()
    await window.say("Is the pot here?")
    await window.expect_mark("Is the pot here?", "Delivered")
    chat = await desk.chat_with("Is the pot here?")
    await expect(part(page, "queue")).to_contain_text("next in line")
    await desk.take(chat)
    await expect(window.dialog.get_by_role("heading", name="Anna")).to_be_visible()
    await desk.send(staff.Read(chat=chat, p=1))
    await window.expect_mark("Is the pot here?", "Read")
    await desk.send(staff.Typing(chat=chat))
    await expect(part(page, "status")).to_have_text("Anna is typing")
    await desk.say(chat, "It is.")
    await window.expect_messages("Is the pot here?", "It is.")
    await expect(part(page, "typing")).to_be_hidden()
    await desk.find("read", lambda f: isinstance(f, ChatCard) and f.chat == chat and f.visitor_read == 2)

    await page.reload()
    await window.expect_messages("Is the pot here?", "It is.")
    await page.goto(f"{url}/cart")
    await window.expect_messages("Is the pot here?", "It is.")
    await window.say("Thanks")
    await window.expect_messages("Is the pot here?", "It is.", "Thanks")


async def test_the_operator_sees_what_is_being_typed(url: str, desk: Desk, browse: NewPage) -> None:
    window = Window(await browse(url))
    await window.open()
    await window.say("Do you gift-wrap?")
    chat = await desk.chat_with("Do you gift-wrap?")
    await desk.take(chat)
    await window.input.press_sequentially("In red", delay=20)
    await desk.find("the peek", lambda frame: frame == staff.Peek(chat=chat, text="In red"))
    await window.input.fill("")
    await desk.find("the peek is over", lambda frame: frame == staff.Peek(chat=chat, text=""))


async def test_the_place_in_the_queue_moves(url: str, desk: Desk, browse: NewPage) -> None:
    first, second = Window(await browse(url)), Window(await browse(url))
    await first.open()
    await first.say("I was first")
    chat = await desk.chat_with("I was first")
    await second.open()
    await second.say("I was second")
    await desk.chat_with("I was second")
    await expect(part(second.page, "status")).to_have_text("You are number 2 in line")
    await desk.take(chat)
    await expect(part(second.page, "status")).to_have_text("You are next in line")


async def test_messages_are_changed_there_and_back(url: str, desk: Desk, browse: NewPage) -> None:
    page = await browse(url)
    window = Window(page)
    await window.open()
    await window.say("I want 2 pots")
    chat = await desk.chat_with("I want 2 pots")
    await desk.take(chat)
    await desk.say(chat, "Gladly.")
    await window.expect_messages("I want 2 pots", "Gladly.")
    await window.message("2 pots").hover()
    await window.message("2 pots").get_by_role("button", name="Edit or delete").click()
    await window.message("2 pots").get_by_role("button", name="Edit", exact=True).click()
    await window.say("I want 20 pots")
    edited = await desk.find("the edit", lambda f: isinstance(f, Message) and f.chat == chat and f.of == 2)
    assert (edited.kind, edited.text, edited.version) == (Kind.change, "I want 20 pots", 1)
    await desk.send(staff.EditMessage(id=desk.new_id(), chat=chat, n=4, text="Gladly!"))
    await window.expect_messages("I want 20 pots", "Gladly!")
    await desk.send(staff.DeleteMessage(id=desk.new_id(), chat=chat, n=4))
    await window.expect_messages("I want 20 pots", "Message deleted")
    await page.reload()
    await window.expect_messages("I want 20 pots", "Message deleted")
    fresh = Window(await page.context.new_page())
    await page.evaluate("localStorage.removeItem(Object.keys(localStorage).find((key) => key.endsWith('chat')))")
    await fresh.page.goto(url)
    await fresh.open()
    await fresh.expect_messages("I want 20 pots", "Message deleted")


async def test_an_ended_chat_is_rated_with_the_keyboard_alone(url: str, desk: Desk, browse: NewPage) -> None:
    page = await browse(url)
    window = Window(page)
    await window.launcher.focus()
    await page.keyboard.press("Enter")
    await expect(window.input).to_be_focused()
    await page.keyboard.type("Bye")
    await page.keyboard.press("Enter")
    chat = await desk.chat_with("Bye")
    await desk.take(chat)
    await desk.say(chat, "Good bye.")
    await window.shows("Good bye.")
    await part(page, "end").focus()
    await page.keyboard.press("Enter")
    await expect(part(page, "end-no")).to_be_focused()
    await page.keyboard.press("Shift+Tab")
    await page.keyboard.press("Enter")
    await window.shows("How did we do?")
    await window.dialog.get_by_role("radio").first.focus()
    await page.keyboard.press("Space")
    for _ in range(3):
        await page.keyboard.press("ArrowRight")
    await expect(window.dialog.get_by_role("radio", name="4 of 5")).to_be_checked()
    await page.keyboard.press("Tab")
    await page.keyboard.type("Quick")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await window.shows("You gave us 4 of 5.")
    await page.keyboard.press("Escape")
    await expect(window.launcher).to_be_focused()
    await page.reload()
    await window.open()
    await window.shows("You gave us 4 of 5.")


async def test_russian(url: str, desk: Desk, browse: NewPage) -> None:
    window = Window(await browse(f"{url}/?lang=ru"), RU)
    await window.open()
    await window.say("Есть чайник?")
    await window.expect_mark("Есть чайник?", "Доставлено")
    await desk.take(await desk.chat_with("Есть чайник?"))
    await window.shows("Оператор")


async def test_hostile_words_are_words(url: str, desk: Desk, browse: NewPage) -> None:
    """`browse` also fails on any breach of the page's policy."""
    page = await browse(url, phone=True)
    window = Window(page)
    await window.open()
    await window.say(HOSTILE)
    shown = HOSTILE.replace("\u202e", "\ufffd")
    await window.expect_mark("onerror", "Delivered")
    chat = await desk.chat_with(shown)
    await desk.take(chat)
    await desk.say(chat, "x" * 3000 + " https://shop.example/a?b=1&c=2.")
    link = window.log.get_by_role("link", name="shop.example")
    await expect(link).to_have_attribute("href", "https://shop.example/a?b=1&c=2")
    await expect(link).to_have_attribute("rel", "noopener noreferrer nofollow ugc")
    await expect(link).to_have_attribute("target", "_blank")
    assert await window.log.locator("img, script, b").count() == 0
    hrefs = [await each.get_attribute("href") for each in await window.log.locator("a").all()]
    assert all(href and href.startswith(("http://", "https://")) for href in hrefs)
    width = await page.evaluate("() => [document.documentElement.scrollWidth, innerWidth]")
    assert width[0] <= width[1]
    log_width = await window.log.evaluate("(log) => [log.scrollWidth, log.clientWidth]")
    assert log_width[0] <= log_width[1]
