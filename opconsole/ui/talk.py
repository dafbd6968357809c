"""What is done with the conversation itself: copying of it, scrolling it, and refused words sent again or taken back."""

from collections.abc import Callable, Coroutine
from typing import Any

from opconsole.locale import date_time, event_words, tr
from opconsole.state import selectors
from opconsole.terminal.clipboard import Copied, copy
from opconsole.ui.screens.workspace import Workspace
from opconsole.ui.shift import Shift
from opconsole.ui.widgets.entries import entry_of
from opconsole.wire.messages import Kind, Message

Start = Callable[[Coroutine[Any, Any, None]], object]
"""Let it run beside."""


def has_words(message: Message) -> bool:
    """Something was said (words, a file) that is not taken back."""
    words = bool(message.text) or message.file is not None
    return message.kind in (Kind.say, Kind.note) and words and not message.deleted_by


class Talk:
    def __init__(self, workspace: Workspace, shift: Shift, start: Start) -> None:
        self._workspace = workspace
        self._shift = shift
        self._picture = shift.store
        self._start = start
        self.upload_wish: Callable[[str, str], None] = lambda upload, wish: None
        """Of a file on its way: as `failed`."""

    def handlers(self) -> dict[str, Callable[[], None]]:
        return {
            "copy_last": self.copy_last,
            "copy_marked": self.copy_marked,
            "copy_chat": self.copy_chat,
            "newest": self._workspace.transcript.to_end,
            "oldest": self._workspace.transcript.to_start,
        }

    def copy_last(self) -> None:
        """The visitor's last message; with messages marked, those."""
        if self._workspace.transcript.selected_text():
            self.copy_marked()
            return
        entries = selectors.transcript(self._picture, self._picture.shown).entries
        said = (
            entry
            for entry in reversed(entries)
            if entry.by == "visitor" and entry.kind is Kind.say and has_words(entry)
        )
        last = next(said, None)
        self.copy_text(entry_of(last, None, "").plain_text if last is not None else "")

    def copy_marked(self) -> None:
        text = self._workspace.transcript.selected_text()
        if not text:
            self._workspace.say(tr("Nothing is marked: go to the conversation with Tab, mark with the arrows."))
            return
        self.copy_text(text)

    def copy_chat(self) -> None:
        """All that is held of the chat, a line an entry: time, name, words."""
        picture = self._picture
        card = selectors.card(picture, picture.shown)
        now = self._workspace.view.now()
        lines = []
        for message in selectors.transcript(picture, picture.shown).entries:
            if message.kind is Kind.change:
                continue
            entry = entry_of(message, card, picture.me.login)
            words = event_words(entry.text, entry.name, entry.to) if entry.kind is Kind.event else entry.plain_text
            words = entry.deleted or words
            name = "" if entry.kind is Kind.event else f"{entry.name}: "
            lines.append(f"[{date_time(entry.at, now)}] {name}{words}")
        self.copy_text("\n".join(lines))

    def failed(self, cid: str, wish: str) -> None:
        """Refused words: `retry`, `edit` (back into the composer) or `dismiss`."""
        session = self._shift.session
        if session is None:
            return
        if cid in self._picture.uploads:
            self.upload_wish(cid, wish)
            return
        if wish == "retry":
            session.retry(cid)
        elif wish == "edit":
            item = self._picture.outbox.get(cid)
            session.take_back(cid)
            if item is not None and item.file is not None:
                self._workspace.say(tr("The file that went with the words must be attached again."))
            draft = self._picture.drafts.get(self._picture.shown)
            if draft is not None:
                self._workspace.composer.put(draft.text, draft.cursor)
            self._workspace.to_composer()
        else:
            session.dismiss(cid)

    def copy_text(self, text: str) -> None:
        if not text:
            self._workspace.say(tr("There is nothing to copy."))
            return
        self._start(self._copy_and_tell(text))

    async def _copy_and_tell(self, text: str) -> None:
        sentences = {
            Copied.system: tr("Copied."),
            Copied.terminal: tr("Handed to the terminal to copy."),
            Copied.too_long: tr("Too long for this terminal's clipboard."),
        }
        self._workspace.say(sentences[await copy(self._workspace.app, text)])
