"""A customer who is signed in at the site: their own conversation, nothing left of it when they sign out, and a new word when the old
has run out."""

import jwt
import pytest
from playwright.async_api import Page, expect

from opconsole.wire.staff import Bye
from tests.e2e.widget.conftest import NewPage
from tests.e2e.widget.fake_relay import TAG, FakeRelay
from tests.e2e.widget.window import Window

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="session"),
]

KEY = "k" * 64


def word(sub: str, number: int = 1) -> str:
    return jwt.encode({"sub": sub, "exp": 2_000_000_000 + number, "name": "Олга"}, KEY, algorithm="HS256")


def tag(identity: str) -> str:
    return TAG.replace(" async", f' data-identity="{identity}" async')


async def kept(page: Page) -> str:
    """All that the page has stored in the browser."""
    return str(await page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])"))


async def test_a_customer_comes_by_the_sites_word_and_has_one_conversation_in_every_browser(
    relay: FakeRelay, browse: NewPage
) -> None:
    relay.tag = tag(word("olga"))
    first = Window(await browse(relay.url))
    await first.open()
    await first.say("I am Olga")
    await first.expect_mark("I am Olga", "Delivered")
    assert (relay.hellos[0].token, relay.hellos[0].identity) == ("", word("olga"))
    second = Window(await browse(relay.url))
    await second.open()
    await second.expect_messages("I am Olga")
    await first.page.reload()
    await first.expect_messages("I am Olga")
    assert set(relay.people) == {"olga"}


async def test_a_page_without_the_word_after_one_with_it_begins_anew_and_nothing_is_left(
    relay: FakeRelay, browse: NewPage
) -> None:
    relay.tag = tag(word("olga"))
    page = await browse(relay.url)
    window = Window(page)
    await window.open()
    await window.say("my secret")
    await window.expect_mark("my secret", "Delivered")
    await window.input.fill("half a secret")
    relay.tag = TAG
    await page.reload()
    await window.hides("secret")
    await expect(window.input).to_have_value("")
    assert "secret" not in await kept(page)
    await window.say("I am nobody")
    await window.expect_messages("I am nobody")
    assert set(relay.people) == {"olga", "visitor-2"}


async def test_another_customer_at_the_same_machine_sees_nothing_of_the_one_before(
    relay: FakeRelay, browse: NewPage
) -> None:
    relay.tag = tag(word("olga"))
    page = await browse(relay.url)
    window = Window(page)
    await window.open()
    await window.say("my secret")
    await window.expect_mark("my secret", "Delivered")
    relay.tag = tag(word("boris"))
    await page.reload()
    await window.say("I am Boris")
    await window.expect_messages("I am Boris")
    assert "secret" not in await kept(page)
    assert [len(relay.people[name].messages) for name in ("olga", "boris")] == [1, 1]


async def test_what_was_said_before_signing_in_stays_a_strangers_and_does_not_come_back(
    relay: FakeRelay, browse: NewPage
) -> None:
    page = await browse(relay.url)
    window = Window(page)
    await window.open()
    await window.say("before signing in")
    await window.expect_mark("before signing in", "Delivered")
    other = Window(await page.context.new_page())
    await other.page.goto(relay.url)
    await other.open()
    await other.expect_messages("before signing in")

    await page.evaluate("token => opconsole.identify(token)", word("olga"))
    await window.hides("before signing in")
    await window.say("after")
    await window.expect_messages("after")
    assert [message.text for message in relay.people["olga"].messages] == ["after"]
    await other.hides("before signing in")
    await page.evaluate("opconsole.forget()")
    await window.hides("after")
    await page.reload()
    await window.say("anew")
    await window.expect_messages("anew")
    said = {name: [message.text for message in person.messages] for name, person in relay.people.items()}
    assert (said.pop("visitor-1"), said.pop("olga")) == (["before signing in"], ["after"])
    assert [text for texts in said.values() for text in texts] == ["anew"]


async def test_signing_out_in_one_tab_clears_the_others(relay: FakeRelay, browse: NewPage) -> None:
    relay.tag = tag(word("olga"))
    page = await browse(relay.url)
    window = Window(page)
    await window.open()
    await window.say("my secret")
    await window.expect_mark("my secret", "Delivered")
    other = Window(await page.context.new_page())
    await other.page.goto(relay.url)
    await other.open()
    await other.expect_messages("my secret")
    await page.evaluate("opconsole.forget()")
    for each in (window, other):
        await each.hides("my secret")
        assert "secret" not in await kept(each.page)
    await relay.until("both have gone", lambda: not relay.people["olga"].sockets)


async def test_when_the_word_has_run_out_the_page_is_asked_and_the_conversation_goes_on(
    relay: FakeRelay, browse: NewPage
) -> None:
    relay.tag = tag(word("olga"))
    page = await browse(relay.url)
    window = Window(page)
    await window.open()
    await window.say("hello")
    await window.expect_mark("hello", "Delivered")
    await page.evaluate(
        "token => addEventListener('opconsole-identity-expired', () => opconsole.identify(token))", word("olga", 2)
    )
    await relay.send(Bye(code="identity_expired"))
    await relay.until("a new word", lambda: len(relay.hellos) == 2)
    assert relay.hellos[1].identity == word("olga", 2)
    await window.say("and on")
    await window.expect_messages("hello", "and on")


async def test_a_page_that_gives_no_new_word_says_what_to_do_and_does_not_knock_in_vain(
    relay: FakeRelay, browse: NewPage
) -> None:
    relay.tag = tag(word("olga"))
    page = await browse(relay.url)
    window = Window(page)
    relay.identity_refused = "identity_expired"
    await page.evaluate(
        "token => addEventListener('opconsole-identity-expired', () => opconsole.identify(token))", word("olga")
    )
    await window.open()
    await window.shows("Please reload the page to go on.")
    assert len(relay.hellos) == 1
