"""The line above the composer: to whom the words go, what is asked for, and how many words there are."""

from opconsole.locale import countdown, date_time, tr, trn
from opconsole.state import selectors
from opconsole.ui.actions import Keymap
from opconsole.ui.cells import cut, width
from opconsole.ui.demo import shop_address
from opconsole.ui.ink import Ink
from opconsole.ui.view import View
from opconsole.ui.widgets.bars import Bar
from opconsole.ui.widgets.line import Part
from opconsole.ui.words import ASIDE, chat_name


class ComposerBar(Bar):
    def __init__(self, view: View, keymap: Keymap, *, id: str | None = None) -> None:
        super().__init__(view, id=id)
        self._keymap = keymap
        self._shop = shop_address()
        self.note = False
        """A note is being written."""
        self.question = ""
        """What is asked for (a template's placeholder); empty: nothing."""
        self.words = 0
        self.progress = ""
        """Of a file that is being fetched; empty: none is."""

    def parts(self, ink: Ink) -> list[Part]:
        left, right = self._left(ink), self._right(ink)
        room = self.cells.width - sum(width(text) for text, _ in left)
        taken = sum(width(text) for text, _ in right)
        if taken > room:
            right = right[-1:]
            taken = sum(width(text) for text, _ in right)
        return [*left, (" " * max(0, room - taken), ink.text), *right]

    def _left(self, ink: Ink) -> list[Part]:
        picture = self.view.picture
        card = selectors.card(picture, picture.shown)
        if self.question:
            return [(f" {self.question} ", ink.on_accent)]
        if self.note:
            return [(" ┊ " + tr("Note: only the team sees it") + " ", ink.note)]
        if self.progress:
            return [(" " + cut(self.progress, self.cells.width - 2), ink.accent)]
        if card is None:
            next_key = self._keymap.hint("take_next")
            hint = " " + tr("{key} takes the next chat", key=next_key)
            if self._shop:
                hint += "  ·  " + tr("write as a visitor: {address}", address=self._shop)
            return [(cut(hint, self.cells.width), ink.muted)]
        if (held := selectors.held_back(picture, card.chat)) is not None:
            seconds = max(0, -(-(held.held_until - self.view.clock()) // 1000))
            time = countdown(seconds * 1000)
            return [(" ◔ ", ink.warning), (tr("Goes out in {time} · Esc takes it back", time=time), ink.strong)]
        if selectors.snoozed(picture, card.chat):
            until = date_time(card.snoozed_until, self.view.now())
            return [
                (f" {ASIDE} ", ink.warning),
                (tr("Aside until {time} · Enter wakes and sends", time=until), ink.text),
            ]
        if card.chat in picture.mine:
            to: list[Part] = [(" ┃ ", ink.operator), (tr("To {name}", name=cut(chat_name(card), 24)), ink.text)]
            if waiting := selectors.waiting_words(picture, card.chat):
                text = trn("{n} message waits for the link", "{n} messages wait for the link, in this order", waiting)
                to += [(" · ◌ ", ink.warning), (text, ink.text)]
            return to
        if selectors.inbox_index(picture, card.chat) >= 0:
            return [(" " + tr("{key} takes this chat", key=self._keymap.hint("take_this")), ink.accent)]
        return [(" " + tr("You only read this chat"), ink.muted)]

    def _right(self, ink: Ink) -> list[Part]:
        picture = self.view.picture
        if self.question:
            return [(tr("Enter goes on · Esc gives up") + " ", ink.muted)]
        if picture.shown not in picture.mine and not self.note:
            return []
        limit = picture.me.settings.words_warn
        long = self.words > limit and not self.note
        counter = trn("{n} word", "{n} words", self.words)
        if long:
            counter = f"! {counter}, " + tr("better under {n}", n=limit)
        hint = tr("Enter sends · Alt+Enter new line") + "   "
        return [(hint, ink.muted), (counter + " ", ink.warning if long else ink.muted)]
