"""Prepared replies in the composer: favourites by key, `/code` with completion, the search, and placeholders asked for in turn.

Which template is meant and how it is filled is decided in `opconsole.state`; here it meets the composer and the operator.
"""

from collections.abc import Callable, Mapping

from opconsole.locale import clock_in, language, tr
from opconsole.state import selectors
from opconsole.state.changes import Changes, Slice
from opconsole.state.template_book import TemplateBook, code_being_typed
from opconsole.state.templates import KNOWN, Hole, Missing, facts_of, fill, holes, parse
from opconsole.ui.actions import INSERT_ROW, SEND_ROW, Keymap
from opconsole.ui.screens.workspace import Workspace
from opconsole.ui.shift import Shift
from opconsole.ui.widgets.choices import Choice
from opconsole.ui.writing import Writing
from opconsole.wire.cards import TemplateCard


class Templating:
    def __init__(self, workspace: Workspace, shift: Shift, writing: Writing, keymap: Keymap) -> None:
        self._workspace = workspace
        self._shift = shift
        self._picture = shift.store
        self._writing = writing
        self._keymap = keymap
        self._book: TemplateBook | None = None
        self._dismissed = ""
        """The code for which the operator closed the list."""
        self._open = False
        """The list that is open is of templates."""
        writing.refuse = self._unfilled

    def handlers(self) -> dict[str, Callable[[], None]]:
        found: dict[str, Callable[[], None]] = {"templates": self.search}
        for number in range(1, len(INSERT_ROW) + 1):
            found[f"insert_{number}"] = self._favourite(number, send=False)
        for number in range(1, len(SEND_ROW) + 1):
            found[f"send_{number}"] = self._favourite(number, send=True)
        return found

    def changed(self, changes: Changes) -> None:
        if changes.slices & (Slice.TEMPLATES | Slice.ME):
            self._book = None

    def forget(self) -> None:
        """The language changed: other variants may be the right ones."""
        self._book = None

    # ------------------------------------------------------------ /code

    def edited(self) -> None:
        """Offer what the code at the cursor may become."""
        begun = None if self._writing.asks else self._begun()
        if begun is None or (begun == self._dismissed and begun):
            self._dismissed = begun or ""
            self._close()
            return
        self._dismissed = ""
        cards = self._templates().completions(begun, self._lang())
        self._workspace.choices.offer([Choice(card.code, card.title, _line(card.text)) for card in cards], begun)
        self._workspace.composer.choosing = self._open = bool(cards)

    def key(self, key: str) -> None:
        """A key for the open list."""
        choices = self._workspace.choices
        match key:
            case "up":
                choices.action_move(-1)
            case "down":
                choices.action_move(1)
            case "escape":
                self._dismissed = self._begun() or ""
                self._close()
            case _:
                self.take(choices.code)

    def take(self, code: str) -> None:
        """The code at the cursor becomes its template."""
        composer = self._workspace.composer
        begun = self._begun()
        card = self._templates().by_code(code, self._lang())
        self._close()
        if card is None:
            return
        if begun is not None:
            composer.replace_before_cursor(len(begun) + 1, "")
        self.insert(card)

    def _begun(self) -> str | None:
        composer = self._workspace.composer
        return code_being_typed(composer.text, composer.cursor_offset)

    def _close(self) -> None:
        if self._open:
            self._workspace.choices.offer((), "")
            self._workspace.composer.choosing = self._open = False

    # ------------------------------------------------------------ inserting

    def insert(self, card: TemplateCard, *, send: bool = False) -> None:
        """Fill it, asking for what isn't known, and put it where the cursor is."""
        self._go_on(card, {}, send)

    def _go_on(self, card: TemplateCard, answers: Mapping[str, str], send: bool) -> None:
        filled = fill(card.text, self._facts(), answers)
        if isinstance(filled, Missing):
            name = filled.names[0]

            def answered(words: str | None) -> None:
                if words is not None:
                    self._go_on(card, {**answers, name: words}, send)

            needed = any(isinstance(piece, Hole) and piece.name == name for piece in parse(card.text))
            self._writing.ask(f"{card.title or card.code} · {name}?", answered, may_be_empty=not needed)
            return
        self._workspace.composer.insert_text(filled.text)
        self._workspace.to_composer()
        if send:
            self._writing.submit()

    def _favourite(self, number: int, *, send: bool) -> Callable[[], None]:
        def use() -> None:
            card = self._templates().by_hotkey(number, self._lang())
            if card is None:
                self._workspace.say(tr("There is no favourite template {n}.", n=number))
            else:
                self.insert(card, send=send)

        return use

    def _unfilled(self, text: str) -> str:
        """Placeholders of any template, or names that are filled by themselves, that still stand in the text."""
        if "{" not in text:
            return ""
        known = set(KNOWN) | {hole.name for card in self._picture.templates.values() for hole in holes(card.text)}
        names = [hole.name for hole in holes(text) if hole.name in known]
        if not names:
            return ""
        return tr("Not sent: {name} is not filled in.", name="{" + names[0] + "}")

    # ------------------------------------------------------------ the search

    def search(self) -> None:
        """All templates, found by a part of anything in them, with a preview as the visitor would read it."""
        from opconsole.state.template_search import search
        from opconsole.ui.screens.picker import Option, Picker, readings

        lang = self._lang()
        book = self._templates()
        cards = book.all(lang)
        facts = self._facts()

        def option(card: TemplateCard) -> Option[TemplateCard]:
            filled = fill(card.text, facts)
            preview = card.text if isinstance(filled, Missing) else filled.text
            favourite = f"  {self._keymap.hint(f'insert_{card.hotkey}')}" if card.hotkey else ""
            return Option(card, card.title or _line(card.text), f"/{card.code}", f"{card.group}{favourite}", preview)

        picker: Picker[TemplateCard] = Picker(
            self._workspace.view,
            tr("Templates"),
            lambda query: [option(card) for card in search(cards, readings(query))],
            hint=tr("Enter inserts · Ctrl+S inserts and sends · 1–9 favourites"),
            placeholder=tr("words, a code, a group"),
            preview=True,
            digit=lambda number: book.by_hotkey(number, lang),
        )
        self._workspace.pick(picker, lambda picked: self.insert(picked.value, send=picked.second))

    # ------------------------------------------------------------ inside

    def _templates(self) -> TemplateBook:
        if self._book is None:
            self._book = TemplateBook(self._picture.templates.values(), language())
        return self._book

    def _lang(self) -> str:
        card = selectors.card(self._picture, self._picture.shown)
        visitor = selectors.visitor(self._picture, self._picture.shown)
        return (card.lang if card is not None else "") or (visitor.profile.lang if visitor is not None else "")

    def _facts(self) -> dict[str, str]:
        picture = self._picture
        card = selectors.card(picture, picture.shown)
        visitor = selectors.visitor(picture, picture.shown)
        hour = _hour(self._workspace.view.now(), visitor.profile.tz if visitor is not None else "")
        return facts_of(card, visitor, operator=picture.me.name or picture.me.login, desk=picture.me.desk, hour=hour)


def _hour(now: int, zone: str) -> int | None:
    """The hour of the visitor's clock."""
    time = clock_in(now, zone) if zone else ""
    return int(time[:2]) if time else None


def _line(text: str) -> str:
    return " ".join(text.split())
