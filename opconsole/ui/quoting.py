"""Words of the chat that go elsewhere: quoted in a reply, copied as a document, or a number or an address out of them."""

from typing import Final

from opconsole.locale import date_time, event_words, tr
from opconsole.state import selectors
from opconsole.ui.cells import cut
from opconsole.ui.copying import Copying
from opconsole.ui.screens.workspace import Workspace
from opconsole.ui.shift import Shift
from opconsole.ui.talk import has_words
from opconsole.ui.widgets.entries import entry_of
from opconsole.ui.words import chat_name
from opconsole.ui.writing import Writing
from opconsole.wire.messages import Kind, Message

QUOTE_CELLS: Final = 80
_MARKDOWN: Final = frozenset("\\`*_{}[]()<>#+-.!|~")


class Quoting:
    def __init__(self, workspace: Workspace, shift: Shift, writing: Writing, copying: Copying) -> None:
        self._workspace = workspace
        self._picture = shift.store
        self._writing = writing
        self._copying = copying

    # ------------------------------------------------------------ quoting

    def quote(self) -> None:
        """A short line of the marked message before what is being written. The visitor sees it as it stands here: plain text."""
        if self._writing.asks:
            return
        message = self._meant()
        if message is None:
            self._workspace.say(tr("There is nothing here to quote."))
            return
        composer = self._workspace.composer
        text = message.text or (message.file.name if message.file is not None else "")
        line = "> " + cut(" ".join(text.split()), QUOTE_CELLS) + "\n"
        self._workspace.transcript.unmark()
        cursor = composer.cursor_offset
        self._writing.set_text(line + composer.text, len(line) + cursor)
        self._workspace.to_composer()

    def _meant(self) -> Message | None:
        """The marked message, or the visitor's last words."""
        if self._workspace.transcript.marked:
            found = self._workspace.marked_message
            return found if found is not None and has_words(found) else None
        entries = selectors.transcript(self._picture, self._picture.shown).entries
        said = (entry for entry in reversed(entries) if entry.by == "visitor" and has_words(entry))
        return next(said, None)

    # ------------------------------------------------------------ copying

    def copy_markdown(self) -> None:
        """All that is held of the chat. A stranger's words are escaped: in a document they stay words."""
        picture = self._picture
        card = selectors.card(picture, picture.shown)
        if card is None:
            self._workspace.say(tr("No chat is on the screen."))
            return
        now = self._workspace.view.now()
        heading = tr("Chat {n} with {name}", n=card.chat, name=chat_name(card))
        team_only = tr("note")
        lines = [f"# {markdown(heading)}", ""]
        for message in selectors.transcript(picture, picture.shown).entries:
            if message.kind is Kind.change:
                continue
            entry = entry_of(message, card, picture.me.login)
            time = date_time(entry.at, now)
            if entry.kind is Kind.event:
                lines += [f"*{time} · {markdown(event_words(entry.text, entry.name, entry.to))}*", ""]
                continue
            note = f" ({team_only})" if entry.kind is Kind.note else ""
            words = markdown(entry.deleted or entry.plain_text).split("\n")
            lines += [f"**{markdown(entry.name)}**{note} · {time}", "", *(f"> {line}".rstrip() for line in words), ""]
        self._copying.copy_text("\n".join(lines))

    def copy_found(self) -> None:
        """One find is copied at once; of several one is picked, the newest first."""
        from opconsole.state.finds import Find, Sort, finds
        from opconsole.ui.screens.picker import Option, Picker, fuzzy

        picture = self._picture
        card = selectors.card(picture, picture.shown)
        texts = [
            entry.text for entry in reversed(selectors.transcript(picture, picture.shown).entries) if has_words(entry)
        ]
        visitor = selectors.visitor(picture, picture.shown)
        if visitor is not None:
            texts += [visitor.phone, visitor.email]
        found = finds(texts)
        if not found or card is None:
            self._workspace.say(tr("No phone, e-mail or order number stands in this chat."))
            return
        if len(found) == 1:
            self._copying.copy_text(found[0].text)
            return
        names = {Sort.phone: tr("phone"), Sort.email: tr("e-mail"), Sort.order: tr("order")}
        options = [Option(find, find.text, left=names[find.sort]) for find in found]
        picker: Picker[Find] = Picker(
            self._workspace.view,
            tr("Copy"),
            lambda query: fuzzy(options, query),
            small=True,
            placeholder=tr("a part of it"),
        )
        self._workspace.pick(picker, lambda picked: self._copying.copy_text(picked.value.text))


def markdown(text: str) -> str:
    """Text that Markdown shows as it is."""
    return "".join(f"\\{character}" if character in _MARKDOWN else character for character in text)
