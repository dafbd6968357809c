"""Files in the widget, in Chromium against the real relay: brought by the visitor, shown, opened, saved, refused, and after a lost link."""

import asyncio
import random
import struct
import zlib
from typing import Any

import httpx
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import CDPSession, FilePayload, JSHandle, Page, Route, expect

from opconsole.wire import staff
from opconsole.wire.files import File, Ticket, Upload
from opconsole.wire.messages import Message
from tests.e2e.relay_process import PATIENCE_S
from tests.e2e.widget.conftest import LIMIT, NewPage
from tests.e2e.widget.desk import Desk
from tests.e2e.widget.test_widget_look import CONTRAST
from tests.e2e.widget.window import EN, RU, Window, part

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.asyncio(loop_scope="session"),
]

HOSTILE = '"><img src=x onerror=alert(1)>\u202egpj.<b>png'


def png(width: int, height: int, color: bytes = b"\x2a\x9d\x8f", noise: bool = False) -> bytes:
    """A picture of one colour; with `noise` one that can't be packed."""
    noisy = random.Random(1)
    lines = [b"\0" + (noisy.randbytes(3 * width) if noise else color * width) for _ in range(height)]
    chunks = {
        b"IHDR": struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0),
        b"IDAT": zlib.compress(b"".join(lines)),
        b"IEND": b"",
    }
    body = b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks.items()
    )
    return b"\x89PNG\r\n\x1a\n" + body


SMALL = png(320, 200)
HEAVY = png(300, 300, noise=True)


def file(name: str, data: bytes, kind: str = "image/png") -> FilePayload:
    return {"name": name, "mimeType": kind, "buffer": data}


async def talking(page: Page, desk: Desk, text: str, words: dict[str, str] = EN) -> tuple[Window, int]:
    """An open window with one message, and the number of its chat, which Anna holds."""
    window = Window(page, words)
    await window.open()
    await window.say(text)
    await expect(part(page, "message")).to_have_count(1)
    chat = await desk.chat_with(text)
    await desk.take(chat)
    return window, chat


async def choose(page: Page, *files: FilePayload) -> None:
    await expect(part(page, "attach")).to_be_visible()
    await part(page, "picker").set_input_files(list(files))


class Wire:
    """What lies between the page and the relay. One session, for two would undo each other's work."""

    def __init__(self, session: CDPSession) -> None:
        self._session = session

    @classmethod
    async def of(cls, page: Page) -> "Wire":
        session = await page.context.new_cdp_session(page)
        await session.send("Network.enable")
        return cls(session)

    async def carries(self, bytes_per_s: int = -1) -> None:
        """So many bytes go up in a second; -1: as many as can."""
        await self._session.send(
            "Network.emulateNetworkConditions",
            {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": bytes_per_s},
        )


async def said_file(desk: Desk, chat: int, name: str) -> File:
    message = await desk.find(
        name, lambda f: isinstance(f, Message) and f.chat == chat and f.file is not None and f.file.name == name
    )
    assert isinstance(message, Message)
    assert message.file is not None
    return message.file


async def send_file(desk: Desk, url: str, chat: int, name: str, data: bytes) -> None:
    """Anna brings a file and says it."""
    ask = Upload(id=desk.new_id(), name=name, size=len(data), chat=chat)
    await desk.send(ask)
    ticket = await desk.find("the ticket", lambda frame: isinstance(frame, Ticket) and frame.id == ask.id)
    async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE_S) as client:
        answer = await client.put(url + ticket.path, content=data)
    assert answer.status_code == 201, answer.text
    await desk.send(staff.Say(id=desk.new_id(), chat=chat, text="", file=answer.json()["file"]["id"]))


async def dropped(page: Page, name: str, kind: str, data: bytes) -> JSHandle:
    """What the browser hands over when a file is dragged or pasted."""
    return await page.evaluate_handle(
        """([name, type, bytes]) => {
            const given = new DataTransfer();
            given.items.add(new File([new Uint8Array(bytes)], name, { type }));
            return given;
        }""",
        [name, kind, list(data)],
    )


async def test_pictures_go_both_ways_open_large_and_are_saved(url: str, desk: Desk, browse: NewPage) -> None:
    page = await browse(url, fresh=True)
    window, chat = await talking(page, desk, "the lamp is broken")
    wire = await Wire.of(page)
    await wire.carries(100_000)
    await window.input.fill("half a sent")
    await choose(page, file("lamp.png", HEAVY))
    bar = part(page, "progress")
    await expect(bar).to_have_accessible_name("Sending the file lamp.png")
    await expect(window.log.get_by_text("PNG · 264 kB")).to_be_visible()
    await page.wait_for_function("bar => bar.value > 0.05 && bar.value < 1", arg=await bar.element_handle(), polling=20)
    await wire.carries()
    found = await said_file(desk, chat, "lamp.png")
    assert (found.type, found.size, found.width, found.height) == ("image/png", len(HEAVY), 300, 300)
    await expect(bar).to_be_hidden()
    await expect(part(page, "message").last.locator(".mark")).to_have_text("Delivered")
    await expect(window.input).to_have_value("half a sent")
    assert await page.evaluate("!document.querySelector('opconsole-chat').shadowRoot.querySelector('[src^=blob]')")

    await send_file(desk, url, chat, "new lamp.png", SMALL)
    picture = window.log.get_by_role("button", name="Picture new lamp.png: show it large")
    await expect(picture.get_by_role("img", name="new lamp.png")).to_be_visible()
    box = await picture.bounding_box()
    assert box is not None
    assert (round(box["width"]), round(box["height"])) == (240, 150)
    await picture.focus()
    await page.keyboard.press("Enter")
    large = part(page, "large")
    await expect(large.get_by_role("img", name="new lamp.png")).to_be_visible()
    async with page.expect_download() as download:
        await part(page, "large-download").click()
    saved = await download.value
    assert saved.suggested_filename == "new lamp.png"
    assert (await saved.path()).read_bytes() == SMALL
    await page.keyboard.press("Escape")
    await expect(large).to_be_hidden()
    await expect(picture).to_be_focused()
    await expect(window.dialog).to_be_visible()

    lost: list[str] = []

    async def lose(route: Route) -> None:
        lost.append(route.request.url)
        await route.fulfill(status=404)

    await page.route("**/v1/files/*", lose, times=1)  # a ticket that counts no more: another is asked for
    await page.reload()
    await expect(window.log.get_by_role("img", name="lamp.png")).to_have_count(2)
    assert len(lost) == 1
    message = await desk.find("Anna's", lambda f: isinstance(f, Message) and f.file and f.file.name == "new lamp.png")
    await picture.click()
    await expect(large).to_be_visible()
    await desk.send(staff.DeleteMessage(id=desk.new_id(), chat=chat, n=message.n))
    await expect(large).to_be_hidden()
    await expect(part(page, "message").last.locator(".text")).to_have_text("Message deleted")
    await expect(picture).to_have_count(0)


async def test_files_chosen_and_stopped_dropped_and_pasted(url: str, desk: Desk, browse: NewPage) -> None:
    page = await browse(url, fresh=True)
    window, chat = await talking(page, desk, "two files")
    wire = await Wire.of(page)
    await wire.carries(5_000)
    await choose(page, file("first.png", HEAVY), file("second.txt", b"plain words\n", "text/plain"))
    await expect(part(page, "message")).to_have_count(3)
    await expect(window.log.get_by_text("TXT · 12 bytes · waiting")).to_be_visible()
    asked: list[str] = []

    async def stay(dialog: Any) -> None:
        asked.append(dialog.type)
        await dialog.dismiss()

    page.once("dialog", stay)
    await page.close(run_before_unload=True)
    await page.wait_for_function("true")
    await window.log.get_by_role("button", name="Don't send first.png").click()
    await wire.carries()
    await said_file(desk, chat, "second.txt")
    await expect(part(page, "message")).to_have_count(2)
    await expect(window.input).to_be_focused()
    assert asked == ["beforeunload"]
    async with page.expect_download() as download:
        await window.log.get_by_role("button", name="Download second.txt").click()
    assert (await (await download.value).path()).read_bytes() == b"plain words\n"
    given = await dropped(page, "dropped.png", "image/png", SMALL)
    drag = """(log, dataTransfer) => setInterval(() => log.dispatchEvent(
        new DragEvent("dragover", { dataTransfer, bubbles: true, composed: true, cancelable: true })), 100)"""
    hand = await window.log.evaluate(drag, given)
    await window.shows("Drop files to send them")
    await page.evaluate("clearInterval", hand)
    await window.log.dispatch_event("drop", {"dataTransfer": given})
    await window.hides("Drop files to send them")
    await said_file(desk, chat, "dropped.png")
    paste = """(input, given) => input.dispatchEvent(
        new ClipboardEvent("paste", { clipboardData: given, bubbles: true, cancelable: true }))"""
    given = await dropped(page, "image.png", "image/png", SMALL)
    await window.input.evaluate(paste, given)
    await window.shows("Send “image.png” (")
    await expect(part(page, "paste-yes")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(window.input).to_be_focused()
    await expect(window.dialog).to_be_visible()
    await window.hides("Send “image.png” (")
    await window.input.evaluate(paste, given)
    await page.keyboard.press("Enter")
    await said_file(desk, chat, "image.png")
    await expect(part(page, "message")).to_have_count(4)
    await page.route("**/v1/files/*", lambda route: route.fulfill(status=404))
    await window.log.get_by_role("button", name="Download second.txt").click()
    await window.shows("The file is no longer there.")
    await expect(window.log.get_by_role("button", name="Download second.txt")).to_have_count(0)


async def test_what_cannot_be_sent_is_said_and_a_name_is_text(url: str, desk: Desk, browse: NewPage) -> None:
    page = await browse(url, fresh=True)
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    window, chat = await talking(page, desk, "odd files")
    await choose(
        page, file("big.png", bytes(LIMIT + 1)), file("empty.png", b""), file("a.svg", b"<svg/>", "image/svg+xml")
    )
    await window.shows("“big.png” takes 1,048,577 bytes. Files of up to 1,048,576 bytes can be sent.")
    await window.shows("“empty.png” is empty.")
    await window.shows("“a.svg” is of a kind that can't be sent.")
    await expect(part(page, "message")).to_have_count(1)
    await choose(page, file("picture.png", b"<html><script>alert(1)</script>"))
    await window.shows("Not sent. Files of this kind can't be sent.")
    failed = part(page, "message").last
    await expect(failed.get_by_role("button", name="Try again")).to_have_count(0)
    await failed.get_by_role("button", name="Delete").click()
    await expect(part(page, "message")).to_have_count(1)
    await choose(page, file(HOSTILE, SMALL))
    await expect(part(page, "message").last.locator(".mark")).to_have_text("Delivered")
    sent = await desk.find("it", lambda f: isinstance(f, Message) and f.chat == chat and f.file is not None)
    await send_file(desk, url, chat, HOSTILE + ".txt", b"words")
    await expect(part(page, "message")).to_have_count(3)
    assert await window.log.locator("img:not([alt]), img[src=x], b, [onerror]").count() == 0
    await expect(window.log.get_by_role("button", name=sent.file.name)).to_be_visible()
    assert dialogs == []


class Cable:
    """A way to the relay that can be cut: all that is under way breaks, and nothing gets through until it is mended."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._ends: list[asyncio.StreamWriter] = []
        self.cut_now = False

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.cut_now:
            writer.transport.abort()
            return
        there, back = await asyncio.open_connection("127.0.0.1", self._port)
        self._ends += [writer, back]
        await asyncio.gather(self._pass(reader, back), self._pass(there, writer))

    @staticmethod
    async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while piece := await reader.read(65536):
                writer.write(piece)
                await writer.drain()
        except ConnectionError:
            pass
        writer.close()

    def cut(self) -> None:
        self.cut_now = True
        for end in self._ends:
            end.transport.abort()
        self._ends.clear()


async def test_a_lost_link_does_not_lose_a_file_or_send_it_twice(url: str, desk: Desk, browse: NewPage) -> None:
    cable = Cable(int(url.rsplit(":", 1)[1]))
    async with await asyncio.start_server(cable.serve, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        page = await browse(f"http://127.0.0.1:{port}", fresh=True)
        window, chat = await talking(page, desk, "from the train")
        wire = await Wire.of(page)
        await wire.carries(50_000)
        await choose(page, file("view.png", HEAVY))
        await page.wait_for_function(
            "bar => bar.value > 0", arg=await part(page, "progress").element_handle(), polling=20
        )
        cable.cut()
        await expect(window.log.get_by_text("waiting")).to_be_visible()
        await wire.carries()
        cable.cut_now = False
        await said_file(desk, chat, "view.png")
        await expect(part(page, "message").last.locator(".mark")).to_have_text("Delivered")
        await expect(part(page, "message")).to_have_count(2)


async def test_another_site_under_the_policy_that_docs_promise(url: str, desk: Desk, browse: NewPage) -> None:
    host = url.removeprefix("http://")
    policy = (
        f"default-src 'none'; script-src {url}; connect-src ws://{host} {url}; img-src {url} data:; "
        "style-src 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )

    async def elsewhere(_: web.Request) -> web.Response:
        html = (
            '<!doctype html><meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">'
            f'<title>Elsewhere</title><script src="{url}/widget.js" data-lang="ru"></script>'
        )
        return web.Response(text=html, content_type="text/html", headers={"Content-Security-Policy": policy})

    app = web.Application()
    app.router.add_get("/", elsewhere)
    async with TestServer(app) as site:
        page = await browse(str(site.make_url("/")), phone=True, dark=True, fresh=True)
        window, chat = await talking(page, desk, "с другого сайта", RU)
        await choose(page, file("чайник.png", SMALL), file("счёт.txt", b"42", "text/plain"))
        await said_file(desk, chat, "счёт.txt")
        await send_file(desk, url, chat, "ответ.png", SMALL)
        await expect(window.log.get_by_role("img", name="ответ.png")).to_be_visible()
        await expect(window.log.get_by_text("TXT · 2 байта")).to_be_visible()
        for name in ("attach", "send", "download"):
            box = await part(page, name).filter(visible=True).first.bounding_box()
            assert box is not None
            assert box["width"] >= 44
            assert box["height"] >= 44
        assert await window.dialog.evaluate(CONTRAST) == []
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
