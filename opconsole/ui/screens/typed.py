"""Screens over the workspace that take their keys at once, most of them to type a line. The app hands them their keys one by one (`StaffApp.take_key`), from the moment they are
opened: of a burst of keys (a slow link, a fast hand) each reaches what it was meant for, though the screen isn't drawn yet."""

from typing import ClassVar

from textual import events

from opconsole.ui.screens.over import Over


class TypedScreen(Over[None]):
    AUTO_FOCUS: ClassVar[str | None] = None

    def take_key(self, event: events.Key) -> bool:
        """Carry it out. False: it means nothing here, and goes Textual's way."""
        raise NotImplementedError

    def take_paste(self, text: str) -> None:
        """Words that were pasted."""

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        self.take_paste(event.text)
