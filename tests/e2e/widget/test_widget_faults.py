"""Nothing lost, nothing doubled: the widget against a relay that loses answers, breaks links, repeats itself and restarts."""

import pytest
from playwright.async_api import expect

from opconsole.wire import visitor as wire
from tests.e2e.widget.conftest import NewPage
from tests.e2e.widget.fake_relay import FakeRelay, goodbye
from tests.e2e.widget.window import Window

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.asyncio(loop_scope="session"),
]


async def begun(relay: FakeRelay, browse: NewPage) -> Window:
    """A visitor whose chat an operator holds."""
    window = Window(await browse(relay.url))
    await window.open()
    await window.say("begin")
    await window.expect_mark("begin", "Delivered")
    await relay.take()
    return window


async def test_a_stored_message_whose_answer_is_lost_is_there_once(relay: FakeRelay, browse: NewPage) -> None:
    window = await begun(relay, browse)
    relay.faults.lost_answers = 3
    for text in ("one", "two", "three"):
        await window.say(text)
    await window.expect_mark("three", "Delivered")
    await window.expect_messages("begin", "one", "two", "three")
    assert relay.texts == ["begin", "one", "two", "three"]


async def test_a_link_that_swallows_commands_is_noticed(relay: FakeRelay, browse: NewPage) -> None:
    window = await begun(relay, browse)
    relay.faults.ignored = 2
    await window.say("one")
    await window.say("two")
    await relay.until("all is stored", lambda: len(relay.texts) == 3)
    await window.expect_messages("begin", "one", "two")
    assert relay.texts == ["begin", "one", "two"]
    assert len(relay.hellos) >= 2


async def test_a_command_without_an_answer_is_said_again_and_happens_once(relay: FakeRelay, browse: NewPage) -> None:
    window = await begun(relay, browse)
    relay.faults.unanswered = 1
    await window.say("one")
    await window.expect_mark("one", "Delivered")
    assert relay.texts == ["begin", "one"]
    await window.expect_messages("begin", "one")


async def test_frames_that_come_twice_are_shown_once(relay: FakeRelay, browse: NewPage) -> None:
    relay.faults.doubled = True
    window = await begun(relay, browse)
    await window.say("one")
    await relay.reply("two")
    await window.say("three")
    await window.expect_mark("three", "Delivered")
    await window.expect_messages("begin", "one", "two", "three")


async def test_a_message_may_come_before_its_answer(relay: FakeRelay, browse: NewPage) -> None:
    relay.faults.message_first = True
    window = await begun(relay, browse)
    await window.say("one")
    await window.expect_mark("one", "Delivered")
    await window.expect_messages("begin", "one")


async def test_a_message_that_was_not_delivered_is_missed_and_asked_for(relay: FakeRelay, browse: NewPage) -> None:
    window = await begun(relay, browse)
    relay.faults.lost_messages = 1
    await relay.reply("lost on the way")
    await relay.reply("delivered")
    await window.expect_messages("begin", "lost on the way", "delivered")
    assert relay.hellos[-1].have == 1


async def test_the_card_alone_tells_that_a_message_is_missing(relay: FakeRelay, browse: NewPage) -> None:
    window = await begun(relay, browse)
    relay.faults.lost_messages = 1
    await relay.reply("lost on the way")
    await relay.show(last=2)
    await window.expect_messages("begin", "lost on the way")


async def test_words_written_while_the_relay_is_down_go_out_in_order(relay: FakeRelay, browse: NewPage) -> None:
    window = await begun(relay, browse)
    relay.faults.closed = True
    await relay.cut()
    texts = [f"offline {number}" for number in range(12)]
    for text in texts:
        await window.say(text)
    await window.expect_messages("begin", *texts)
    await window.shows("No connection")
    relay.faults.closed = False
    await window.page.evaluate("window.dispatchEvent(new Event('online'))")
    await relay.until("all is stored", lambda: len(relay.texts) == 13)
    assert relay.texts == ["begin", *texts]
    await window.expect_mark("offline 11", "Delivered")
    await window.hides("No connection")


async def test_words_written_while_the_relay_is_down_survive_the_page(relay: FakeRelay, browse: NewPage) -> None:
    window = await begun(relay, browse)
    relay.faults.closed = True
    await relay.cut()
    await window.say("before the reload")
    await window.expect_mark("before the reload", "Sending")
    await window.page.goto(f"{relay.url}/cart")
    await window.expect_mark("before the reload", "Sending")
    relay.faults.closed = False
    await window.page.evaluate("window.dispatchEvent(new Event('online'))")
    await window.expect_mark("before the reload", "Delivered")
    assert relay.texts == ["begin", "before the reload"]


async def test_a_browser_without_network_waits_and_comes_back(relay: FakeRelay, browse: NewPage) -> None:
    window = await begun(relay, browse)
    await window.page.context.set_offline(True)
    await window.shows("No connection")
    await window.say("written offline")
    await window.expect_mark("written offline", "Sending")
    await window.page.context.set_offline(False)
    await window.expect_mark("written offline", "Delivered")
    assert relay.texts == ["begin", "written offline"]


async def test_what_an_operator_says_meanwhile_is_there_afterwards(relay: FakeRelay, browse: NewPage) -> None:
    window = await begun(relay, browse)
    relay.faults.closed = True
    await relay.cut()
    await relay.reply("while you were away")
    relay.faults.closed = False
    await window.expect_messages("begin", "while you were away")
    assert relay.hellos[-1].have == 1


async def test_a_relay_that_forgot_the_visitor_gets_a_new_one_and_the_unsent_words(
    relay: FakeRelay, browse: NewPage
) -> None:
    window = await begun(relay, browse)
    relay.faults.closed = True
    await relay.cut()
    await window.say("still here")
    relay.people.clear()
    relay.tokens.clear()
    relay.faults.closed = False
    await relay.until("the words are stored", lambda: relay.people and relay.person.messages)
    await window.expect_messages("still here")
    assert relay.texts == ["still here"]


async def test_a_transcript_that_is_shorter_than_ours_replaces_it(relay: FakeRelay, browse: NewPage) -> None:
    window = await begun(relay, browse)
    await relay.reply("one")
    await relay.reply("two")
    await window.expect_messages("begin", "one", "two")
    relay.person.messages[1:] = [wire.VisitorMessage(chat=1, n=2, at=1, by="operator", name="Anna", text="another two")]
    relay.person.card.last = 2
    await relay.cut()
    await window.expect_messages("begin", "another two")


async def test_a_long_absence_brings_the_newest_messages_only(relay: FakeRelay, browse: NewPage) -> None:
    window = await begun(relay, browse)
    relay.faults.closed = True
    await relay.cut()
    person = relay.person
    for n in range(2, 302):
        person.messages.append(wire.VisitorMessage(chat=1, n=n, at=n, by="operator", name="Anna", text=f"number {n}"))
    person.card.last = 301
    del person.messages[:101]
    relay.faults.closed = False
    await expect(window.log.locator(".message .text").last).to_have_text("number 301")
    await expect(window.log.locator(".message .text").first).to_have_text("number 102")
    await expect(window.log.locator(".message")).to_have_count(200)


async def test_another_chat_replaces_the_one_before(relay: FakeRelay, browse: NewPage) -> None:
    window = await begun(relay, browse)
    person = relay.person
    person.messages.clear()
    person.card = wire.VisitorChat(chat=0)
    relay.chats = 4
    await window.say("a new beginning")
    await window.expect_messages("a new beginning")
    await window.expect_mark("a new beginning", "Delivered")
    assert person.card.chat == 5


async def test_two_new_tabs_at_once_are_one_visitor(relay: FakeRelay, browse: NewPage) -> None:
    page = await browse(relay.url)
    other = await page.context.new_page()
    await other.goto(f"{relay.url}/cart")
    first, second = Window(page), Window(other)
    await first.open()
    await second.open()
    await first.input.fill("from the first")
    await second.input.fill("from the second")
    await first.send.click()
    await second.send.click()
    for window in (first, second):
        await expect(window.log.locator(".message .text")).to_have_count(2)
        await window.expect_mark("from the first", "Delivered")
        await window.expect_mark("from the second", "Delivered")
    spoken = [person for person in relay.people.values() if person.messages]
    assert len(spoken) == 1
    assert sorted(message.text for message in spoken[0].messages) == ["from the first", "from the second"]


async def test_a_tab_that_is_gone_leaves_its_words_to_the_others(relay: FakeRelay, browse: NewPage) -> None:
    window = await begun(relay, browse)
    other = await window.page.context.new_page()
    await other.goto(f"{relay.url}/cart")
    await relay.until("both tabs are connected", lambda: relay.live == 2)
    relay.faults.closed = True
    await relay.cut()
    second = Window(other)
    await second.open()
    await second.say("from a tab that closes")
    await window.expect_mark("from a tab that closes", "Sending")
    await other.close()
    relay.faults.closed = False
    await window.expect_mark("from a tab that closes", "Delivered")
    assert relay.texts == ["begin", "from a tab that closes"]


@pytest.mark.parametrize(
    ("code", "sentence"),
    [("blocked", "The chat is not available."), ("version", "Please reload the page.")],
)
async def test_a_farewell_for_good_is_not_answered_by_coming_back(
    relay: FakeRelay, browse: NewPage, code: str, sentence: str
) -> None:
    window = await begun(relay, browse)
    hellos = len(relay.hellos)
    await goodbye(relay, code)
    await window.shows(sentence)
    await relay.cut()
    await relay.until("the session is over", lambda: relay.live == 0)
    await window.page.evaluate("window.dispatchEvent(new Event('online'))")
    await window.shows(sentence)
    assert len(relay.hellos) == hellos


async def test_a_relay_that_stops_is_found_again(relay: FakeRelay, browse: NewPage) -> None:
    window = await begun(relay, browse)
    await goodbye(relay, "stopping")
    await relay.cut()
    await relay.until("the widget is back", lambda: relay.live == 1)
    await relay.reply("after the restart")
    await window.expect_messages("begin", "after the restart")


async def test_rubbish_on_the_line_does_no_harm(relay: FakeRelay, browse: NewPage) -> None:
    window = await begun(relay, browse)
    for rubbish in (
        "",
        "{",
        "null",
        "[]",
        '{"t":"tomorrow","x":1}',
        '{"t":"done"}',
        '{"t":"refused","code":"x","text":"y"}',
        "\n\n",
    ):
        await relay.person.sockets[0].send_str(rubbish)
    await relay.reply("still fine")
    await window.expect_messages("begin", "still fine")
    await window.say("indeed")
    await window.expect_mark("indeed", "Delivered")
