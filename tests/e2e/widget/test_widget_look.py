"""The widget for eyes, hands and ears: hostile texts, a phone, the keyboard alone, the accessibility tree, contrast, a site's colours."""

import json
import re

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Page, expect

from opconsole.wire import visitor as wire
from tests.e2e.widget.conftest import NewPage
from tests.e2e.widget.fake_relay import TAG, FakeRelay
from tests.e2e.widget.window import Window

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.asyncio(loop_scope="session"),
]

HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    '"><svg/onload=alert(1)>',
    "{{7*7}} ${7*7} <b>bold</b> &lt;i&gt; [link](javascript:alert(1))",
    "javascript:alert(1) data:text/html,<script>alert(1)</script>",
    "\u202eevil\u202c \u2066isolated\u2069 \u200bnothing",
    "שלום עולם, and English again",
    "z\u0351\u0352\u0353\u0354\u0355\u0356\u0357" * 20,
    "W" * 3000,
    "line one\nline two\n\n\nline five",
]

REORDERING = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Seen, not obeyed."""


async def held(relay: FakeRelay, page: Page) -> Window:
    window = Window(page)
    await window.open()
    await window.say("begin")
    await window.expect_mark("begin", "Delivered")
    await relay.take()
    return window


async def test_hostile_texts_are_shown_as_text(relay: FakeRelay, browse: NewPage) -> None:
    page = await browse(relay.url, fresh=True)
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    window = await held(relay, page)
    for text in HOSTILE:
        await relay.reply(text, name="<u>Anna</u>\u202e")
    await relay.show(operator="<img src=x>")
    await window.say("<marquee>my own")
    await window.expect_mark("<marquee>my own", "Delivered")
    shown = await window.log.locator(".message .text").all_text_contents()
    assert shown == ["begin", *(REORDERING.sub("\ufffd", text) for text in HOSTILE), "<marquee>my own"]
    assert await window.dialog.locator("img, script, iframe, marquee, b, u").count() == 0
    assert await window.dialog.locator("[onerror], [onload], a[href^='javascript'], a[href^='data']").count() == 0
    await expect(window.dialog.get_by_role("heading", name="<img src=x>")).to_be_visible()
    await page.reload()
    await expect(window.log.locator(".message .text")).to_have_count(len(HOSTILE) + 2)
    assert dialogs == []


async def test_addresses_become_links_that_tell_where_they_lead(relay: FakeRelay, browse: NewPage) -> None:
    window = await held(relay, await browse(relay.url))
    await relay.reply(
        "See https://shop.example/a?b=c&d=(e). Or (http://shop.example/x), not https://bank.example@evil.example/ "
        "nor ftp://x.example nor https://"
    )
    links = window.log.get_by_role("link")
    await expect(links).to_have_count(2)
    found = await links.evaluate_all("links => links.map((a) => [a.getAttribute('href'), a.rel, a.target])")
    rel = "noopener noreferrer nofollow ugc"
    assert found == [
        ["https://shop.example/a?b=c&d=(e)", rel, "_blank"],
        ["http://shop.example/x", rel, "_blank"],
    ]


async def test_nothing_overflows_at_phone_width(relay: FakeRelay, browse: NewPage) -> None:
    page = await browse(relay.url, phone=True)
    window = await held(relay, page)
    await relay.reply("W" * 400)
    await relay.reply("https://shop.example/" + "long-" * 60)
    await expect(window.log.locator(".message")).to_have_count(3)
    box = await window.dialog.bounding_box()
    assert box == {"x": 0, "y": 0, "width": 390, "height": 780}
    for part in (window.dialog, window.log, window.log.locator("..")):
        wide, room = await part.evaluate("node => [node.scrollWidth, node.clientWidth]")
        assert wide <= room
    for part in (window.input, window.send, window.close):
        box = await part.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
        assert box["y"] + box["height"] <= 780
        # A thumb needs room (WCAG 2.5.8 asks for 24).
        assert box["height"] >= 32
    # A smaller input makes iOS zoom the page.
    assert await window.input.evaluate("node => parseFloat(getComputedStyle(node).fontSize)") >= 16
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("path", ["/", "/product/copper-kettle?lang=ru", "/cart"])
async def test_the_shop_fits_a_phone(relay: FakeRelay, browse: NewPage, path: str) -> None:
    page = await browse(relay.url + path, phone=True)
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390


async def test_a_chat_by_keyboard_alone(relay: FakeRelay, browse: NewPage) -> None:
    page = await browse(relay.url)
    window = Window(page)
    await expect(window.launcher).to_be_visible()
    for _ in range(40):
        await page.keyboard.press("Tab")
        if await window.launcher.evaluate("node => node === node.getRootNode().activeElement"):
            break
    await expect(window.launcher).to_be_focused()
    assert await window.launcher.evaluate("node => getComputedStyle(node).outlineStyle") != "none"
    await page.keyboard.press("Enter")
    await expect(window.input).to_be_focused()
    await page.keyboard.type("first line")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("second line")
    await page.keyboard.press("Enter")
    await relay.until("the message is stored", lambda: relay.people and relay.person.messages)
    assert relay.texts == ["first line\nsecond line"]
    await relay.take()
    await relay.reply("Hello")
    await expect(window.log.locator(".message")).to_have_count(2)
    end = window.dialog.get_by_role("button", name="End the chat")
    for _ in range(10):
        await page.keyboard.press("Shift+Tab")
        if await end.evaluate("node => node === node.getRootNode().activeElement"):
            break
    await page.keyboard.press("Enter")
    await expect(window.dialog.get_by_role("button", name="Keep chatting")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(window.dialog).to_be_visible()
    await expect(end).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(window.dialog).to_be_hidden()
    await expect(window.launcher).to_be_focused()


async def test_keys_typed_into_the_chat_are_not_the_sites_shortcuts(relay: FakeRelay, browse: NewPage) -> None:
    page = await browse(relay.url)
    await page.evaluate("window.keys = []; document.addEventListener('keydown', (event) => keys.push(event.key))")
    window = Window(page)
    await window.open()
    await page.keyboard.type("jk/")
    await expect(window.input).to_have_value("jk/")
    assert await page.evaluate("keys") == []


async def test_the_sheet_of_a_phone_keeps_the_focus(relay: FakeRelay, browse: NewPage) -> None:
    page = await browse(relay.url, phone=True)
    window = await held(relay, page)
    await expect(window.dialog).to_have_attribute("aria-modal", "true")
    for _ in range(12):
        await page.keyboard.press("Tab")
        assert await page.evaluate("document.activeElement.tagName") == "OPCONSOLE-CHAT"


async def test_the_accessibility_tree(relay: FakeRelay, browse: NewPage) -> None:
    window = await held(relay, await browse(relay.url))
    await relay.reply("Hello!")
    await relay.show(read=1)
    await window.expect_mark("begin", "Read")
    await expect(window.dialog).to_match_aria_snapshot(
        """
        - dialog "Chat with us":
          - banner:
            - heading "Anna" [level=2]
            - paragraph: Operator
            - button "End the chat"
            - button "Close the chat"
          - group "Conversation":
            - log "Conversation":
              - text: "You: begin"
              - time
              - text: "Read Anna: Hello!"
              - time
          - textbox "Your message"
          - button "Send" [disabled]
        """
    )
    await expect(window.log).to_have_attribute("aria-live", "polite")


async def test_news_are_said_to_who_cannot_see_them(relay: FakeRelay, browse: NewPage) -> None:
    page = await browse(relay.url)
    window = await held(relay, page)
    voice = page.get_by_role("status").filter(has_text=re.compile("."))
    await expect(voice.filter(has_text="Anna is with you")).to_have_count(1)
    await window.close.click()
    await relay.reply("Are you there?")
    await expect(voice.filter(has_text="Anna says: Are you there?")).to_have_count(1)


# Colours as they are painted: the text's own over the nearest painted background, by WCAG 2.1's formula.
CONTRAST = """
(root) => {
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const paint = (colours) => {
    context.clearRect(0, 0, 1, 1);
    for (const colour of colours) { context.fillStyle = colour; context.fillRect(0, 0, 1, 1); }
    return Array.from(context.getImageData(0, 0, 1, 1).data).slice(0, 3);
  };
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map((v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const found = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.data.trim();
    const node = walker.currentNode.parentElement;
    if (!text || node.closest(".sr") || !node.checkVisibility() || node.closest("button:disabled")) continue;
    const below = [];
    for (let each = node; each; each = each.parentElement) below.unshift(getComputedStyle(each).backgroundColor);
    const back = luminance(paint(below));
    const front = luminance(paint([...below, getComputedStyle(node).color]));
    const ratio = (Math.max(back, front) + 0.05) / (Math.min(back, front) + 0.05);
    if (ratio < 4.5) found.push([text, Math.round(ratio * 100) / 100]);
  }
  return found;
}
"""


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
async def test_all_text_has_enough_contrast(relay: FakeRelay, browse: NewPage, dark: bool) -> None:
    window = await held(relay, await browse(relay.url, dark=dark))
    await relay.reply("See https://shop.example/")
    relay.faults.refusals = [("inbox_full", "busy")]
    await window.say("refused")
    await window.shows("Not sent")
    assert await window.dialog.evaluate(CONTRAST) == []
    await relay.show(state="closed")
    await window.dialog.get_by_role("radio", name="4 of 5").check(force=True)
    await window.shows("Send the rating")
    assert await window.dialog.evaluate(CONTRAST) == []
    await window.dialog.get_by_role("button", name="Leave us a message instead").click()
    await window.dialog.get_by_role("button", name="Send", exact=True).click()
    await window.shows("Leave an e-mail or a phone")
    assert await window.dialog.evaluate(CONTRAST) == []


def tagged(**data: str) -> str:
    """The tag with these attributes."""
    return TAG.replace(" async", " async" + "".join(f' data-{name}="{value}"' for name, value in data.items()))


@pytest.mark.parametrize(
    "color",
    [
        "#ffd400",
        "#777",
        *(pytest.param(each, marks=pytest.mark.whole) for each in ("black", "white", "rebeccapurple", "rgb(0 120 90)")),
    ],
)
async def test_a_sites_own_colour_stays_readable(relay: FakeRelay, browse: NewPage, color: str) -> None:
    relay.tag = tagged(color=color)
    window = await held(relay, await browse(relay.url))
    await relay.show(state="closed")
    await relay.reply("Goodbye")
    await window.dialog.get_by_role("radio", name="5 of 5").check(force=True)
    assert await window.dialog.evaluate(CONTRAST) == []


async def test_the_tag_says_where_how_and_in_which_language(relay: FakeRelay, browse: NewPage) -> None:
    relay.tag = tagged(lang="ru", position="left", title="Чайная лавка", color="url(x)", peek="off")
    page = await browse(relay.url)
    launcher = page.get_by_role("button", name="Открыть чат")
    box = await launcher.bounding_box()
    assert box is not None
    assert box["x"] < 100
    await launcher.click()
    await expect(page.get_by_role("dialog", name="Чайная лавка")).to_be_visible()
    field = page.get_by_role("textbox", name="Ваше сообщение")
    await field.fill("Привет")
    await field.press("Enter")
    await relay.until("the message is stored", lambda: relay.people and relay.person.messages)
    await relay.take()
    await field.fill("not shown to anybody yet")
    await field.press("Enter")
    await relay.until("the second message is stored", lambda: len(relay.texts) == 2)
    assert [each.text for each in relay.of(wire.VisitorTyping) if each.text] == []


async def test_two_tags_make_one_widget(relay: FakeRelay, browse: NewPage) -> None:
    relay.tag = TAG.replace(" async", "") + TAG.replace("widget.js", "widget.js?again").replace(" async", "")
    page = await browse(relay.url)
    await expect(Window(page).launcher).to_be_visible()
    await expect(page.locator("opconsole-chat")).to_have_count(1)


async def test_the_site_can_open_close_and_introduce_its_customer(relay: FakeRelay, browse: NewPage) -> None:
    page = await browse(relay.url)
    window = Window(page)
    await expect(window.launcher).to_be_visible()
    await page.evaluate("opconsole.identify({name: 'Olga', email: 'olga@example.org', phone: 5, role: 'admin'})")
    await page.evaluate("opconsole.open()")
    await expect(window.dialog).to_be_visible()
    await relay.until("the greeting", lambda: relay.hellos)
    profile = relay.hellos[-1].profile
    assert (profile.name, profile.email, profile.phone) == ("Olga", "olga@example.org", "")
    await page.evaluate("opconsole.identify({name: 'Olga P.'})")
    await relay.until("it is said again", lambda: relay.hellos[-1].profile.name == "Olga P.")
    await page.evaluate("opconsole.close()")
    await expect(window.dialog).to_be_hidden()


async def test_another_site_with_the_strictest_policy_that_docs_promise(relay: FakeRelay, browse: NewPage) -> None:
    host = relay.url.removeprefix("http://")
    policy = (
        f"default-src 'none'; script-src {relay.url}; connect-src ws://{host}; style-src 'none'; img-src data:; "
        "font-src 'none'; frame-src 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )

    async def page_of_the_site(request: web.Request) -> web.Response:
        html = f'<!doctype html><link rel="icon" href="data:,"><title>Elsewhere</title><script src="{relay.url}/widget.js"></script><p>Hello'
        return web.Response(text=html, content_type="text/html", headers={"Content-Security-Policy": policy})

    site = web.Application()
    site.router.add_get("/", page_of_the_site)
    async with TestServer(site) as server:
        page = await browse(str(server.make_url("/")))
        window = await held(relay, page)
        await relay.reply("From another origin")
        await window.expect_messages("begin", "From another origin")
        box = await window.dialog.bounding_box()
        assert box is not None
        assert box["width"] < 500, "the style was not applied"
        assert relay.hellos[-1].profile.page.title == "Elsewhere"


async def test_a_site_that_forbids_storage_still_has_a_chat(relay: FakeRelay, browse: NewPage) -> None:
    page = await browse(relay.url, fresh=True)
    forbid = "Object.defineProperty(window, {0}, {{ get() {{ throw new DOMException('no', 'SecurityError'); }} }});"
    script = "".join(forbid.format(json.dumps(name)) for name in ("localStorage", "sessionStorage"))
    await page.add_init_script(script)
    await page.reload()
    window = await held(relay, page)
    await relay.reply("It works")
    await window.expect_messages("begin", "It works")
