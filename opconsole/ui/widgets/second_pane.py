"""The second conversation: another chat of mine beside the one that the keys go to. It is read here, and scrolled with the mouse;
to write in it one goes there (a click, or the command), and then it is the first.
"""

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message

from opconsole.locale import tr
from opconsole.state import selectors
from opconsole.ui.cells import cut, width
from opconsole.ui.ink import Ink
from opconsole.ui.view import View
from opconsole.ui.widgets.bars import Bar
from opconsole.ui.widgets.chat_list import due_part
from opconsole.ui.widgets.line import Part
from opconsole.ui.widgets.transcript import Transcript
from opconsole.ui.words import FLAG, channel_mark, chat_name

_LEAST_NAME = 8


class SecondTranscript(Transcript, can_focus=False):
    """No cursor and no marks: keys never come here."""

    def on_click(self, event: events.Click) -> None:
        if event.y == self.cells.height - 1 and not self.at_end:
            self.to_end()
        elif self.run.chat:
            self.post_message(SecondPane.Wanted(self.run.chat))


class SecondHead(Bar):
    def __init__(self, view: View, *, id: str | None = None) -> None:
        super().__init__(view, id=id)
        self.chat = 0

    def parts(self, ink: Ink) -> list[Part]:
        picture = self.view.picture
        card = selectors.card(picture, self.chat) if self.chat else None
        if card is None:
            return [(" " + tr("No second chat: choose one"), ink.muted)]
        number = picture.mine.number(card.chat)
        left: list[Part] = [(" ", ink.text), (f"{number} " if number else "", ink.accent)]
        unread = selectors.unread(picture, card)
        right: list[Part] = [(f"  №{card.chat} · {channel_mark(card.channel)}", ink.muted)]
        right += [(f"  {FLAG}", ink.warning)] if selectors.flagged(picture, card.chat) else []
        right += [(f"  ●{unread}", ink.unread)] if unread else []
        words, style = due_part(card, self.view, ink)
        right.append((f"  {words}", style))
        room = self.cells.width - sum(width(text) for text, _ in [*left, *right]) - 1
        return [*left, (cut(chat_name(card), max(_LEAST_NAME, room)), ink.visitor), *right]

    def on_click(self) -> None:
        self.post_message(SecondPane.Wanted(self.chat))


class SecondPane(Vertical):
    BLANK = True  # wholly covered by what is in it

    class Wanted(Message):
        """The operator wants to write in this chat (0: wants another one here)."""

        def __init__(self, chat: int) -> None:
            super().__init__()
            self.chat = chat

    def __init__(self, view: View) -> None:
        super().__init__(id="second")
        self.head = SecondHead(view, id="second-head")
        self.transcript = SecondTranscript(view, id="second-transcript")

    def compose(self) -> ComposeResult:
        yield self.head
        yield self.transcript

    def open(self, chat: int) -> None:
        self.head.chat = chat
        self.transcript.open(chat)
        self.head.repaint_changed()
