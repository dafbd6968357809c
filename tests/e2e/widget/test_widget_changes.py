"""The widget in Chromium: messages that are edited and deleted, by the visitor and by the other side."""

from functools import partial

import pytest
from playwright.async_api import Locator, expect

from opconsole.wire import visitor as wire
from tests.e2e.widget.conftest import NewPage
from tests.e2e.widget.fake_relay import FakeRelay
from tests.e2e.widget.window import EN, RU, Window

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.asyncio(loop_scope="session"),
]


async def talking(relay: FakeRelay, browse: NewPage, *texts: str, words: dict[str, str] = EN) -> Window:
    """A window with these messages of the visitor's, and then an answer."""
    page = await browse(relay.url, locale="ru-RU" if words is RU else "en-GB")
    window = Window(page, words)
    await window.open()
    for count, text in enumerate(texts, 1):
        await window.say(text)
        await relay.until("it is stored", partial(_stored, relay, count))
    await relay.take()
    await relay.reply("an answer")
    await window.expect_messages(*texts, "an answer")
    return window


def _stored(relay: FakeRelay, count: int) -> bool:
    return bool(relay.people) and len(relay.person.messages) == count


def more(window: Window, text: str) -> Locator:
    return window.message(text).get_by_role("button", name="Edit or delete")


async def test_a_visitor_edits_their_message_and_what_they_were_writing_stays(
    relay: FakeRelay, browse: NewPage
) -> None:
    window = await talking(relay, browse, "I want 2 lamps")
    await window.input.fill("and one m")
    await window.message("2 lamps").hover()
    await more(window, "2 lamps").click()
    await window.message("2 lamps").get_by_role("button", name="Edit", exact=True).click()
    await window.shows("You are editing your message")
    await expect(window.input).to_have_value("I want 2 lamps")
    await expect(window.input).to_be_focused()
    await window.say("I want 20 lamps")
    await window.expect_messages("I want 20 lamps", "an answer")
    await relay.until("the edit", lambda: relay.of(wire.VisitorEdit))
    (edit,) = relay.of(wire.VisitorEdit)
    assert (edit.chat, edit.n, edit.text) == (1, 1, "I want 20 lamps")
    await window.expect_mark("20 lamps", "Delivered")
    await expect(window.message("20 lamps").locator(".edited")).to_be_visible()
    await window.hides("You are editing your message")
    await expect(window.input).to_have_value("and one m")
    assert relay.texts == ["I want 20 lamps", "an answer", "I want 20 lamps"]


async def test_all_of_it_can_be_done_by_keyboard(relay: FakeRelay, browse: NewPage) -> None:
    window = await talking(relay, browse, "one", "two")
    await more(window, "two").focus()
    await window.page.keyboard.press("Enter")
    await expect(more(window, "two")).to_have_attribute("aria-expanded", "true")
    await window.page.keyboard.press("Tab")
    await expect(window.message("two").get_by_role("button", name="Edit", exact=True)).to_be_focused()
    await window.page.keyboard.press("Escape")
    await expect(more(window, "two")).to_be_focused()
    await expect(window.dialog).to_be_visible()
    await window.page.keyboard.press("Enter")
    await window.page.keyboard.press("Tab")
    await window.page.keyboard.press("Enter")
    await expect(window.input).to_have_value("two")
    await window.page.keyboard.press("Escape")
    await expect(window.input).to_have_value("")
    await expect(window.dialog).to_be_visible()
    await more(window, "two").focus()
    await window.page.keyboard.press("Enter")
    await window.page.keyboard.press("Tab")
    await window.page.keyboard.press("Tab")
    await window.page.keyboard.press("Enter")
    await window.expect_messages("one", "Message deleted", "an answer")
    await relay.until("the deletion", lambda: relay.of(wire.VisitorDelete))
    assert relay.of(wire.VisitorEdit) == []
    assert (relay.of(wire.VisitorDelete)[0].chat, relay.of(wire.VisitorDelete)[0].n) == (1, 2)


async def test_what_the_other_side_changes_is_seen_live_and_after_a_reload(relay: FakeRelay, browse: NewPage) -> None:
    window = await talking(relay, browse, "my card is a joker")
    await relay.reply("a second answer")
    await relay.change(2, "a better answer")
    await window.expect_messages("my card is a joker", "a better answer", "a second answer")
    await relay.change(1)
    await window.expect_messages("Message deleted", "a better answer", "a second answer")
    await expect(window.dialog.get_by_role("button", name="Edit or delete")).to_have_count(0)
    await window.page.reload()
    await window.expect_messages("Message deleted", "a better answer", "a second answer")
    assert "joker" not in await window.page.evaluate("JSON.stringify(localStorage)")
    fresh = await window.page.context.new_page()
    await fresh.goto(relay.url)
    other = Window(fresh)
    await other.open()
    await other.expect_messages("Message deleted", "a better answer", "a second answer")


async def test_what_was_changed_while_the_page_was_away_is_seen_when_it_is_back(
    relay: FakeRelay, browse: NewPage
) -> None:
    window = await talking(relay, browse, "one")
    relay.faults.closed = True
    await relay.cut()
    await relay.change(2)
    await relay.change(1, "other", by="visitor")
    relay.faults.closed = False
    await window.expect_messages("other", "Message deleted")


async def test_a_change_before_a_gap_leaves_nothing_stale(relay: FakeRelay, browse: NewPage) -> None:
    """The page holds a message; its deletion lies among those that a sync no longer brings."""
    window = await talking(relay, browse, "the secret")
    relay.faults.closed = True
    await relay.cut()
    await relay.change(1)
    for number in range(210):
        await relay.reply(f"word {number}")
    relay.sync_messages = 200
    relay.faults.closed = False
    await expect(window.message("word 209")).to_be_visible()
    await expect(window.message("the secret")).to_have_count(0)
    await expect(window.log.locator(".message")).to_have_count(200)


async def test_a_change_without_a_connection_is_shown_and_goes_out_once(relay: FakeRelay, browse: NewPage) -> None:
    window = await talking(relay, browse, "one")
    relay.faults.closed = True
    await relay.cut()
    await window.shows("No connection")
    await window.message("one").hover()
    await more(window, "one").click()
    await window.message("one").get_by_role("button", name="Edit", exact=True).click()
    await window.say("one, or two")
    await window.expect_mark("one, or two", "Sending")
    relay.faults.lost_answers = 1
    relay.faults.closed = False
    await window.expect_mark("one, or two", "Delivered")
    assert relay.texts == ["one, or two", "an answer", "one, or two"]
    assert len({edit.id for edit in relay.of(wire.VisitorEdit)}) == 1
    await window.page.reload()
    await window.expect_messages("one, or two", "an answer")


@pytest.mark.parametrize("message_first", [False, True])
@pytest.mark.parametrize("doubled", [False, True])
async def test_in_whatever_order_answer_and_change_come(
    relay: FakeRelay, browse: NewPage, message_first: bool, doubled: bool
) -> None:
    relay.faults.message_first, relay.faults.doubled = message_first, doubled
    window = await talking(relay, browse, "one")
    await window.message("one").hover()
    await more(window, "one").click()
    await window.message("one").get_by_role("button", name="Delete", exact=True).click()
    await window.expect_messages("Message deleted", "an answer")
    await relay.until("the deletion", lambda: relay.of(wire.VisitorDelete))
    await window.expect_mark("Message deleted", "Delivered")
    assert len(relay.of(wire.VisitorDelete)) == 1


async def test_a_refused_change_leaves_the_message_as_it_was_and_says_why(relay: FakeRelay, browse: NewPage) -> None:
    window = await talking(relay, browse, "one")
    relay.faults.refusals.append(("change_late", "Too late."))
    await window.message("one").hover()
    await more(window, "one").click()
    await window.message("one").get_by_role("button", name="Delete", exact=True).click()
    await window.shows("Not changed. It was sent too long ago.")
    await window.expect_messages("one", "an answer")
    await window.message("one").get_by_role("button", name="Dismiss").click()
    await window.hides("Not changed")


async def test_after_its_time_a_message_can_no_longer_be_changed(relay: FakeRelay, browse: NewPage) -> None:
    relay.change_ms = 2_500
    window = await talking(relay, browse, "one")
    await expect(more(window, "one")).to_have_count(0)


async def test_a_desk_without_changes_offers_none(relay: FakeRelay, browse: NewPage) -> None:
    relay.change_ms = 0
    window = await talking(relay, browse, "one")
    await expect(more(window, "one")).to_have_count(0)


async def test_nobody_elses_message_can_be_changed(relay: FakeRelay, browse: NewPage) -> None:
    window = await talking(relay, browse, "one")
    await expect(more(window, "one")).to_have_count(1)
    await expect(more(window, "an answer")).to_have_count(0)


async def test_hostile_words_of_a_change_stay_words(relay: FakeRelay, browse: NewPage) -> None:
    window = await talking(relay, browse, "one")
    hostile = "<img src=x onerror=alert(1)> <b>bold</b>"
    await relay.change(2, hostile)
    await window.expect_messages("one", hostile)
    await expect(window.log.locator("img, b")).to_have_count(0)


async def test_a_screen_reader_is_told_of_changes(relay: FakeRelay, browse: NewPage) -> None:
    window = await talking(relay, browse, "one")
    await relay.change(2, "a better answer")
    await expect(window.page.locator("opconsole-chat .frame > .sr")).to_have_text("edited: a better answer")
    await relay.change(2)
    await expect(window.page.locator("opconsole-chat .frame > .sr")).to_have_text("Message deleted")


async def test_a_change_is_no_unread_message(relay: FakeRelay, browse: NewPage) -> None:
    window = await talking(relay, browse, "one")
    await window.close.click()
    await relay.change(2, "a better answer")
    await relay.reply("news")
    await expect(window.page.get_by_role("button", name="1 unread message")).to_be_visible()
    await relay.change(4)
    await expect(window.page.get_by_role("button", name="unread")).to_have_count(0)


async def test_on_a_phone_the_button_is_there_without_a_mouse(relay: FakeRelay, browse: NewPage) -> None:
    window = Window(await browse(relay.url, phone=True))
    await window.open()
    await window.say("one")
    await window.expect_mark("one", "Delivered")
    await more(window, "one").tap()
    await window.message("one").get_by_role("button", name="Delete", exact=True).tap()
    await window.expect_messages("Message deleted")


async def test_russian_words(relay: FakeRelay, browse: NewPage) -> None:
    window = await talking(relay, browse, "раз", words=RU)
    await window.message("раз").hover()
    await window.message("раз").get_by_role("button", name="Изменить или удалить").click()
    await window.message("раз").get_by_role("button", name="Изменить", exact=True).click()
    await window.shows("Вы изменяете своё сообщение")
    await window.say("два")
    await window.shows("изменено")
