"""The widget's window as a person finds it: by the roles and names that a screen reader tells, and by nothing else."""

from playwright.async_api import Locator, Page, expect

EN = {
    "open": "Open the chat",
    "close": "Close the chat",
    "log": "Conversation",
    "input": "Your message",
    "send": "Send",
}
RU = {
    "open": "Открыть чат",
    "close": "Закрыть чат",
    "log": "Переписка",
    "input": "Ваше сообщение",
    "send": "Отправить",
}


def part(page: Page, name: str) -> Locator:
    """By the name that the widget's own script has for it."""
    return page.locator(f"[data-part={name}]")


class Window:
    def __init__(self, page: Page, words: dict[str, str] = EN) -> None:
        self.page = page
        self.words = words
        self.dialog = page.get_by_role("dialog")
        self.launcher = page.get_by_role("button", name=words["open"])
        self.close = self.dialog.get_by_role("button", name=words["close"])
        self.log = self.dialog.get_by_role("log", name=words["log"])
        self.input = self.dialog.get_by_role("textbox", name=words["input"])
        self.send = self.dialog.get_by_role("button", name=words["send"], exact=True)

    async def open(self) -> None:
        await self.launcher.click()
        await expect(self.dialog).to_be_visible()

    async def say(self, text: str) -> None:
        await self.input.fill(text)
        await self.input.press("Enter")

    async def shows(self, text: str) -> None:
        """The window shows these words: seen by the eye, not only there."""
        await expect(self.dialog.get_by_text(text).filter(visible=True).first).to_be_visible()

    async def hides(self, text: str) -> None:
        await expect(self.dialog.get_by_text(text).filter(visible=True)).to_have_count(0)

    def message(self, text: str) -> Locator:
        """By its words alone: what stands beside them (the time) could make `1` into `11`."""
        return self.log.locator(".message").filter(has=self.page.locator(".text", has_text=text))

    async def expect_mark(self, text: str, mark: str) -> None:
        """`Sending`, `Delivered`, `Read`."""
        await expect(self.message(text).locator(".mark")).to_have_text(mark)

    async def expect_messages(self, *texts: str) -> None:
        """These messages, these only, each once and in this order."""
        await expect(self.log.locator(".message .text")).to_have_text(list(texts))
