"""A long paste: asked about before it becomes anything. What is pasted never sends by itself, and Enter alone never sends it."""

from enum import Enum
from typing import Final

from opconsole.locale import tr, trn
from opconsole.ui.screens.workspace import Workspace
from opconsole.ui.writing import Writing
from opconsole.wire import limits
from opconsole.wire.text import fits_bytes

MOST_MESSAGES: Final = 20
"""More than this at once is no conversation, and floods the visitor."""


class _Way(Enum):
    compose = "compose"
    one = "one"
    several = "several"
    cancel = "cancel"


class Pasting:
    def __init__(self, workspace: Workspace, writing: Writing) -> None:
        self._workspace = workspace
        self._writing = writing

    def ask(self, text: str) -> None:
        """What to do with it; the first, safe answer is under the cursor. Later the same chat must still be there."""
        from opconsole.ui.screens.picker import Option, Picker, fuzzy

        lines = [line.strip() for line in text.split("\n") if line.strip()]
        count = text.count("\n") + 1
        title = ", ".join((trn("{n} line", "{n} lines", count), trn("{n} character", "{n} characters", len(text))))
        why = self._why_not([text])
        why_several = self._why_not(lines)
        if len(lines) > MOST_MESSAGES:
            why_several = tr("more than {n} messages", n=MOST_MESSAGES)
        options = [
            Option(_Way.compose, tr("Put it into the composer"), preview=text),
            Option(_Way.one, tr("Send as one message"), preview=text, disabled=why),
            Option(
                _Way.several,
                trn("Send as {n} message, a line each", "Send as {n} messages, a line each", len(lines)),
                preview="\n\n".join(lines),
                disabled=why_several,
            ),
            Option(_Way.cancel, tr("Throw it away"), right="Esc"),
        ]
        picker: Picker[_Way] = Picker(
            self._workspace.view, tr("Pasted: {what}", what=title), lambda query: fuzzy(options, query), preview=True
        )
        chat = self._writing.chat
        self._workspace.pick(picker, lambda picked: self._do(picked.value, chat, text, lines))

    def _do(self, way: _Way, chat: int, text: str, lines: list[str]) -> None:
        if way is _Way.cancel:
            return
        if way is _Way.compose:
            self._workspace.composer.insert_text(text)
            self._workspace.to_composer()
        elif chat != self._writing.chat:
            self._workspace.say(tr("Another chat is on the screen now: nothing was sent."), "warning")
        else:
            self._writing.send_words(chat, [text] if way is _Way.one else lines, lambda chat: None)

    def _why_not(self, texts: list[str]) -> str:
        """Why these can't be sent, in few words; empty: they can."""
        if not self._writing.can_send:
            return tr("not your chat")
        if not texts:
            return tr("empty")
        if not all(fits_bytes(text, limits.TEXT_BYTES) for text in texts):
            return tr("too long")
        return ""
