"""Prepared replies in the composer: favourites by key, `/code` with completion, the search, and placeholders asked for in turn.

Which template is meant and how it is filled is decided in `opconsole.state`; here it meets the composer and the operator.
"""

from collections.abc import Callable, Mapping, Sequence

from opconsole.locale import clock_in, date, language, tr
from opconsole.state import selectors
from opconsole.state.changes import Changes, Slice
from opconsole.state.template_book import TemplateBook, code_being_typed, dormant
from opconsole.state.template_parts import IncludeFault, expand
from opconsole.state.templates import KNOWN, Missing, facts_of, fill, holes, included, must_be_answered
from opconsole.ui.actions import INSERT_ROW, SEND_ROW, Keymap
from opconsole.ui.choosing import Choosing
from opconsole.ui.controller import Controller, Handlers
from opconsole.ui.screens.workspace import Workspace
from opconsole.ui.shift import Shift
from opconsole.ui.view import View
from opconsole.ui.widgets.choices import Choice
from opconsole.ui.writing import Writing
from opconsole.wire.cards import TemplateCard


class Templating(Choosing, Controller):
    def __init__(self, workspace: Workspace, shift: Shift, writing: Writing, keymap: Keymap) -> None:
        super().__init__(workspace)
        self._workspace = workspace
        self._shift = shift
        self._picture = shift.store
        self._writing = writing
        self._keymap = keymap
        self._book: TemplateBook | None = None
        self.manage: Callable[[TemplateCard | None], None] = lambda card: None
        """Opens the management of the templates, at this one."""
        writing.refuse = self._unfilled

    def handlers(self) -> Handlers:
        found: Handlers = {"templates": self.search}
        for number in range(1, len(INSERT_ROW) + 1):
            found[f"insert_{number}"] = self._favourite(number, send=False)
        for number in range(1, len(SEND_ROW) + 1):
            found[f"send_{number}"] = self._favourite(number, send=True)
        return found

    def changed(self, changes: Changes) -> None:
        if changes.slices & (Slice.TEMPLATES | Slice.ME):
            self._book = None

    def language_changed(self) -> None:
        """Other variants may be the right ones."""
        self._book = None

    # ------------------------------------------------------------ /code

    def edited(self) -> None:
        """Offer what the code at the cursor may become."""
        begun = None if self._writing.asks else self.begun()
        if begun is None or (begun == self._dismissed and begun):
            self._dismissed = begun or ""
            self.close()
            return
        self._dismissed = ""
        cards = self.book().completions(begun, self._lang(), channel=self._channel())
        self.offer([Choice(card.code, card.title, _line(card.text)) for card in cards], begun)

    def take(self, code: str) -> None:
        """The code at the cursor becomes its template."""
        begun = self.begun()
        card = self.book().by_code(code, self._lang(), self._channel())
        self.close()
        if card is None:
            return
        if begun is not None:
            self._composer.replace_before_cursor(len(begun) + 1, "")
        self.insert(card)

    def begun(self) -> str | None:
        return code_being_typed(self._composer.text, self._composer.cursor_offset)

    # ------------------------------------------------------------ inserting

    def insert(self, card: TemplateCard, *, send: bool = False) -> None:
        """Fill it, asking for what isn't known, and put it where the cursor is."""
        try:
            self._go_on(card, self._whole(card), {}, send)
        except IncludeFault as fault:
            self._workspace.say(str(fault), "warning")

    def insert_code(self, code: str) -> str:
        """The template of this code. Returns why not (a sentence), or empty."""
        card = self.book().by_code(code, self._lang(), self._channel())
        if card is None:
            return tr("There is no template /{code} today.", code=code)
        self.insert(card)
        return ""

    def codes(self) -> list[tuple[str, str]]:
        """Code and title of each, for completion."""
        return [(card.code, card.title or _line(card.text)) for card in self.cards()]

    def cards(self) -> Sequence[TemplateCard]:
        """What may be inserted now, one variant of each code."""
        return self.book().all(self._lang(), self._channel())

    def _whole(self, card: TemplateCard) -> str:
        """Its text with all that it puts in. Raises `IncludeFault`."""
        return expand(card.text, self.book().parts(card.lang or self._lang(), self._channel()), card.code)

    def _go_on(self, card: TemplateCard, text: str, answers: Mapping[str, str], send: bool) -> None:
        filled = fill(text, self._facts(card.lang), answers)
        if isinstance(filled, Missing):
            name = filled.names[0]
            hole = next(each for each in holes(text) if each.name == name)

            def answered(words: str | None) -> None:
                if words is not None:
                    self._go_on(card, text, {**answers, name: words or hole.default or ""}, send)

            self._writing.ask(
                f"{card.title or card.code} · {hole.question or name + '?'}",
                answered,
                may_be_empty=not must_be_answered(text, name),
                text=hole.default or "",
            )
            return
        self._writing.made_from(card.template)
        self._workspace.composer.insert_text(filled.text)
        self._workspace.to_composer()
        if send:
            self._writing.submit()

    def _favourite(self, number: int, *, send: bool) -> Callable[[], None]:
        def use() -> None:
            card = self.book().by_hotkey(number, self._lang(), self._channel())
            if card is None:
                self._workspace.say(tr("There is no favourite template {n}.", n=number))
            else:
                self.insert(card, send=send)

        return use

    def _unfilled(self, text: str) -> str:
        """Placeholders of any template, or names that are filled by themselves, that still stand in the text."""
        if "{" not in text:
            return ""
        for code in included(text):
            return tr("Not sent: {name} is not filled in.", name="{>" + code + "}")
        known = set(KNOWN) | {hole.name for card in self._picture.templates.values() for hole in holes(card.text)}
        names = [hole.name for hole in holes(text) if hole.name in known]
        if not names:
            return ""
        return tr("Not sent: {name} is not filled in.", name="{" + names[0] + "}")

    # ------------------------------------------------------------ the search

    def search(self) -> None:
        """All templates, found by a part of anything in them, with a preview as the visitor would read it."""
        from opconsole.state.template_search import search
        from opconsole.terminal.layouts import readings
        from opconsole.ui.screens.picker import Option
        from opconsole.ui.screens.template_picker import TemplatePicker

        lang, channel = self._lang(), self._channel()
        book = self.book()
        cards = book.all(lang, channel)

        def option(card: TemplateCard) -> Option[TemplateCard]:
            favourite = f"  {self._keymap.hint(f'insert_{card.hotkey}')}" if card.hotkey else ""
            used = f" ×{book.used(card.code)}" if book.used(card.code) else ""
            return Option(
                card,
                card.title or _line(card.text),
                f"/{card.code}",
                f"{card.group}{used}{favourite}",
                self.preview(card),
                disabled=dormant_words(card, self._workspace.view),
            )

        picker = TemplatePicker(
            self._workspace.view,
            tr("Templates"),
            lambda query: [option(card) for card in search(cards, readings(query))],
            manage=self.manage,
            hint=tr("Enter inserts · Ctrl+S sends · F4 manages · 1–9 favourites"),
            placeholder=tr("words, a code, a group"),
            preview=True,
            digit=lambda number: book.by_hotkey(number, lang, channel),
        )
        self._workspace.pick(picker, lambda picked: self.insert(picked.value, send=picked.second))

    def preview(self, card: TemplateCard) -> str:
        """As the visitor on the screen would read it: what isn't known stands in its braces. A fault: the sentence of it."""
        try:
            text = self._whole(card)
        except IncludeFault as fault:
            return f"{card.text}\n\n! {fault}"
        facts = self._facts(card.lang)
        filled = fill(text, facts)
        if isinstance(filled, Missing):
            filled = fill(text, facts, {name: "{" + name + "}" for name in filled.names})
        return filled.text if not isinstance(filled, Missing) else text

    # ------------------------------------------------------------ inside

    def book(self) -> TemplateBook:
        now = self._workspace.view.now()
        if self._book is None or 0 < self._book.good_until <= now:
            self._book = TemplateBook(self._picture.templates.values(), language(), now, self._picture.me.settings.tz)
        return self._book

    def _channel(self) -> str:
        card = selectors.card(self._picture, self._picture.shown)
        return card.channel if card is not None else ""

    def _lang(self) -> str:
        card = selectors.card(self._picture, self._picture.shown)
        visitor = selectors.visitor(self._picture, self._picture.shown)
        return (card.lang if card is not None else "") or (visitor.profile.lang if visitor is not None else "")

    def _facts(self, lang: str) -> dict[str, str]:
        """`lang`: the template's, in which its greeting must be; empty: the visitor's."""
        picture = self._picture
        card = selectors.card(picture, picture.shown)
        visitor = selectors.visitor(picture, picture.shown)
        hour = _hour(self._workspace.view.now(), visitor.profile.tz if visitor is not None else "")
        return facts_of(
            card, visitor, operator=picture.me.name or picture.me.login, desk=picture.me.desk, lang=lang, hour=hour
        )


def dormant_words(card: TemplateCard, view: View) -> str:
    """Why a template isn't offered now; empty: it is."""
    now = view.now()
    match dormant(card, now, view.picture.me.settings.tz):
        case "early":
            return tr("from {date}", date=date(card.active_from, now))
        case "over":
            return tr("ended {date}", date=date(card.active_until - 1, now))
        case "hours":
            return card.hours
    return ""


def _hour(now: int, zone: str) -> int | None:
    """The hour of the visitor's clock."""
    time = clock_in(now, zone) if zone else ""
    return int(time[:2]) if time else None


def _line(text: str) -> str:
    return " ".join(text.split())
