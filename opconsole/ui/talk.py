"""What is done with the conversation itself: copying of it, and refused words sent again or taken back."""

from collections.abc import Callable

from opconsole.locale import date_time, event_words, tr
from opconsole.state import selectors
from opconsole.ui.controller import Controller, Handlers
from opconsole.ui.copying import Copying
from opconsole.ui.screens.workspace import Workspace
from opconsole.ui.shift import Shift
from opconsole.ui.widgets.entries import entry_of
from opconsole.wire.messages import Kind, Message


def has_words(message: Message) -> bool:
    """Something was said (words, a file) that is not taken back."""
    words = bool(message.text) or message.file is not None
    return message.kind in (Kind.say, Kind.note) and words and not message.deleted_by


class Talk(Controller):
    def __init__(self, workspace: Workspace, shift: Shift, copying: Copying) -> None:
        self._workspace = workspace
        self._shift = shift
        self._picture = shift.store
        self._copying = copying
        self.upload_wish: Callable[[str, str], None] = lambda upload, wish: None
        """Of a file on its way: as `failed`."""

    def handlers(self) -> Handlers:
        return {
            "copy_last": self.copy_last,
            "copy_chat": self.copy_chat,
        }

    def copy_last(self) -> None:
        """The visitor's last message; with messages marked, those."""
        if self._workspace.transcript.selected_text():
            self._copying.copy_marked()
            return
        entries = selectors.transcript(self._picture, self._picture.shown).entries
        said = (
            entry
            for entry in reversed(entries)
            if entry.by == "visitor" and entry.kind is Kind.say and has_words(entry)
        )
        last = next(said, None)
        self._copying.copy_text(entry_of(last, None, "").plain_text if last is not None else "")

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
        self._copying.copy_text("\n".join(lines))

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
