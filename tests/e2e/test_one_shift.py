"""The main line, with three real programs: a relay, a console in a terminal, and a visitor's Chromium on the sample shop.

The visitor writes; the operator looks into the waiting chat, sees what is being typed, takes it, answers by a template's
hotkey; the visitor reads it and writes again; the operator falls silent; the chat is rescued to the inbox.
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.e2e.pty_terminal import PtyTerminal
from tests.e2e.relay_process import PASSWORD, ROOT, RelayProcess, relay_process
from tests.e2e.widget.conftest import ARGUMENTS, CHROMIUM, need_chromium

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# Long enough that a slow machine answers in time, short enough to wait for the rescue.
SETTINGS = """
[times]
first_reply = 25
reply = 6
"""
PATIENCE_MS = 40_000


@pytest.fixture
def chromium() -> Iterator[Browser]:
    need_chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def relay(tmp_path: Path) -> Iterator[RelayProcess]:
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    with relay_process(folder, SETTINGS) as relay:
        relay.add("anna")
        yield relay.start()


def test_a_chat_from_the_shop_page_is_seen_taken_answered_and_rescued(
    relay: RelayProcess, chromium: Browser, tmp_path: Path
) -> None:
    config = tmp_path / "home" / "config"
    config.mkdir(parents=True)
    (config / "config.toml").write_text('keyring = "file"\nlang = "en"\n')
    env = {**os.environ, "OPCONSOLE_HOME": str(tmp_path / "home"), "TZ": "UTC"}
    command = [sys.executable, "-m", "opconsole", "--relay", relay.url("/").rstrip("/"), "--login", "anna"]
    page = chromium.new_context(locale="en-GB").new_page()
    page.set_default_timeout(PATIENCE_MS)
    expect.set_options(timeout=PATIENCE_MS)

    with PtyTerminal(command, columns=120, lines=36, env=env, cwd=ROOT, real=True) as console:
        # First run: the console asks for the password, and is live.
        console.wait_for("Password")
        console.type(PASSWORD)
        console.press("enter")
        console.wait_for("● live")
        assert PASSWORD not in console.text

        # The visitor writes from the shop; the chat waits in the inbox.
        page.goto(relay.url("/"))
        page.get_by_role("button", name="Open the chat").click()
        box = page.get_by_role("textbox", name="Your message")
        box.fill("Is the copper kettle in stock?")
        box.press("Enter")
        console.wait_for("inbox 1")

        # The operator looks into it and sees what is being typed, before it is sent.
        console.press("f7", "enter")
        console.wait_for(lambda screen: screen.count("Is the copper kettle in stock?") >= 1, why="the waiting chat")
        box.press_sequentially("It is for induction", delay=30)
        console.wait_for("It is for induction", why="the peek")

        # Taken; answered by the hotkey of a template; the visitor sees it and who answers.
        console.press("f3")
        console.wait_for("Anna took the chat")
        console.press("alt+z")
        log = page.get_by_role("log", name="Conversation")
        expect(log).to_contain_text("How can I help")
        expect(page.get_by_role("dialog")).to_contain_text("Anna")
        console.wait_for("✓", why="the answer's mark")

        # The visitor writes again, the operator falls silent: warned, then rescued.
        box.fill("It is for induction, please")
        box.press("Enter")
        console.wait_for("It is for induction, please", why="the second message")
        console.wait_for(lambda screen: "rescue 0:0" in screen or "reply 0:0" in screen, why="the countdown")
        console.wait_for("inbox 1", why="the rescue")
        console.wait_for("↩", why="the mark of a rescued chat")
        expect(page.get_by_role("dialog")).to_contain_text("in line")

        console.press("ctrl+q")
        assert console.wait_end() == 0

    code, said = relay.stop()
    assert (code, said) == (0, "")
