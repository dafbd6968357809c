"""The switcher's list, made of what this operator may see, and what picking from it does."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from opconsole.locale import tr
from opconsole.settings.described import Setting
from opconsole.state import selectors
from opconsole.state.matching import Needle
from opconsole.state.switching import Kind, Switchboard, Thing, asked
from opconsole.terminal.layouts import readings
from opconsole.ui.cells import cut
from opconsole.ui.commanding import Commanding
from opconsole.ui.controller import Start
from opconsole.ui.preferences import Preferences
from opconsole.ui.remembering import Remembering
from opconsole.ui.room import Room
from opconsole.ui.words import chat_name, last_words, left, operator_name, status_name, waited
from opconsole.wire.cards import ChatCard, OperatorCard, Place, TemplateCard, VisitorCard

if TYPE_CHECKING:
    from opconsole.ui.screens.picker import Option


OWED: Final = 12.0
MINE: Final = 9.0
WAITING: Final = 4.0
HERE: Final = -4.0
"""Points before others of what fits equally well; the chat on the screen is where one is already."""
_WORDS_CELLS: Final = 22
"""Of a chat's last words: with what it is they must stand in half of a row on the smallest screen."""
_SLICE: Final = 400
"""So many chats are put into the list before keys are looked at again."""


class Switching:
    def __init__(
        self,
        room: Room,
        preferences: Preferences,
        commanding: Commanding,
        remembering: Remembering,
        start: Start,
        *,
        show: Callable[[int], None],
        meet: Callable[[OperatorCard], None],
        templates: Callable[[], Sequence[TemplateCard]] = lambda: (),
        insert: Callable[[TemplateCard, bool], None] = lambda card, send: None,
    ) -> None:
        """What picking does: `show` a chat, `meet` a colleague, `insert` a template (and send it)."""
        self._room = room
        self._picture = room.view.picture
        self._show = show
        self._meet = meet
        self._cards = templates
        self._insert = insert
        self._preferences = preferences
        self._commanding = commanding
        self._remembering = remembering
        self._start = start
        self._board = Switchboard()
        self._making: Iterator[None] | None = None
        """The rest of the list, while it isn't whole."""
        self._templates: dict[str, TemplateCard] = {}
        self._entries: dict[str, Setting] = {}

    def open(self, typed: str = "") -> None:
        """`typed`: what stands in the field first. What is likely is there at once; of ten thousand chats the rest is put in beside, or when the first letter is typed."""
        from opconsole.ui.screens.switcher import Switcher

        self._templates = {card.template: card for card in self._cards()}
        self._entries = {entry.key: entry for entry in self._preferences.entries() if entry.kind != "table"}
        self._board, self._making = Switchboard(), self._make()
        self._room.app.push_screen(Switcher(self._room.view, self.find, self.pick, typed))
        self._start(self._finish_beside(self._making))

    # ------------------------------------------------------------ the list

    def find(self, query: str) -> "list[Option[Thing]]":
        if not query.strip():
            return self._first()
        self._finish()
        found: dict[tuple[Kind, int | str], tuple[float, Thing, Needle]] = {}
        for each in asked(query):
            needle = Needle(readings(each.text))
            for thing, points in self._board.find(each, needle):
                old = found.get((thing.kind, thing.value))
                if old is None or old[0] < points:
                    found[thing.kind, thing.value] = (points, thing, needle)
        best = sorted(found.values(), key=lambda each: -each[0])
        return [option for _, thing, needle in best if (option := self._option(thing, needle)) is not None]

    def _first(self) -> "list[Option[Thing]]":
        """Before anything is typed: my chats, what is used often, the head of the inbox."""
        weights = self._remembering.weights()
        used = [_thing(key) for key in sorted(weights, key=lambda key: -weights[key]) if weights[key] > 0.3]
        shown = self._picture.shown
        mine = sorted(
            (each.card for each in selectors.mine(self._picture)),
            key=lambda card: (card.chat == shown, not card.owes_since, card.rescue_at or card.owes_since),
        )
        waiting = [card.chat for card in selectors.inbox(self._picture)[:20]]
        chats = [Thing(Kind.chat, card.chat) for card in mine]
        rest = [Thing(Kind.chat, chat) for chat in waiting]
        commands = [Thing(Kind.command, name) for name in self._commanding.commands.all()]
        things = dict.fromkeys((each.kind, each.value) for each in [*chats, *(u for u in used if u), *rest, *commands])
        options = (self._option(Thing(kind, value), Needle(())) for kind, value in things)
        return [option for option in options if option is not None]

    async def _finish_beside(self, making: Iterator[None]) -> None:
        for _ in making:
            await asyncio.sleep(0)
            if making is not self._making:
                return

    def _finish(self) -> None:
        if self._making is not None:
            for _ in self._making:
                pass
            self._making = None

    def _make(self) -> Iterator[None]:
        """Fills the list; pauses after each slice."""
        board, picture = self._board, self._picture
        for name, command in self._commanding.commands.all().items():
            board.add(Kind.command, name, f"{command.title} {name}", f"{command.other} {' '.join(command.aliases)}")
        for card in self._templates.values():
            board.add(Kind.template, card.template, f"{card.title} {card.code}", f"{card.group} {card.text}")
        for colleague in picture.operators.values():
            if colleague.login != picture.me.login and not colleague.blocked:
                board.add(Kind.colleague, colleague.login, f"{operator_name(colleague)} {colleague.login}")
        for entry in self._entries.values():
            board.add(Kind.setting, entry.key, f"{entry.title} {entry.key}")
        yield
        inbox, mine = picture.inbox, picture.mine
        for number, chat in enumerate(list(picture.chats.values())):
            boost = 0.0
            if chat.chat in mine:
                boost = OWED if chat.owes_since else MINE
            elif chat.chat in inbox:
                boost = WAITING
            if chat.chat == picture.shown:
                boost += HERE
            board.add(Kind.chat, chat.chat, f"{chat_name(chat)} {chat.chat}", chat.words, boost)
            if (visitor := picture.visitors.get(chat.visitor)) is not None:
                board.add(Kind.visitor, chat.chat, chat_name(chat), _about(visitor), boost)
            if number % _SLICE == _SLICE - 1:
                yield
        board.close(self._remembering.weights())

    # ------------------------------------------------------------ how a thing looks

    def _option(self, thing: Thing, needle: Needle) -> "Option[Thing] | None":
        """None: it has gone."""
        from opconsole.ui.screens.picker import Option

        looks = self._looks(thing)
        if looks is None:
            return None
        left_words, title, right = looks
        return Option(thing, title, left_words, right, hits=needle.hits(title) if needle else ())

    def _looks(self, thing: Thing) -> tuple[str, str, str] | None:
        """Mark, title and what it is."""
        picture, value = self._picture, thing.value
        match thing.kind:
            case Kind.chat | Kind.visitor:
                card = picture.chats.get(value) if isinstance(value, int) else None
                if card is None:
                    return None
                if thing.kind is Kind.chat:
                    return (f"#{card.chat}", chat_name(card), self._chat_words(card))
                visitor = picture.visitors.get(card.visitor)
                contact = (visitor.email or visitor.phone or visitor.city) if visitor is not None else ""
                return ("@", chat_name(card), _kind(tr("visitor"), contact))
            case Kind.colleague:
                colleague = picture.operators.get(str(value))
                if colleague is None:
                    return None
                status = f"{status_name(colleague.status)} {colleague.held}/{colleague.limit}"
                return ("@", operator_name(colleague), _kind(tr("colleague"), status))
            case Kind.command:
                command = self._commanding.commands.all().get(str(value))
                return (
                    None if command is None else (">", command.title, _kind(tr("command"), command.keys or f":{value}"))
                )
            case Kind.template:
                template = self._templates.get(str(value))
                if template is None:
                    return None
                title = template.title or " ".join(template.text.split())
                return (f"/{template.code}", title, _kind(tr("template"), template.group))
        entry = self._entries.get(str(value))
        return None if entry is None else ("=", f"{entry.title} {entry.key}", _kind(tr("setting"), entry.words))

    def _chat_words(self, card: ChatCard) -> str:
        picture, now = self._picture, self._room.view.now()
        if card.chat in picture.mine:
            number = picture.mine.number(card.chat)
            kind = tr("my chat {n}", n=number) if number else tr("my chat")
            owed = f"↩{left(card.rescue_at, now)}" if card.owes_since else ""
            return _kind(kind, owed or cut(last_words(card), _WORDS_CELLS))
        if card.place is Place.inbox:
            return _kind(tr("waits"), waited(card.waiting_since, now))
        return _kind(tr("chat"), card.owner_name or card.owner)

    # ------------------------------------------------------------ picking

    def pick(self, thing: Thing, second: bool = False) -> None:
        self._remembering.used(thing.key)
        value = thing.value
        match thing.kind:
            case Kind.chat | Kind.visitor:
                if value in self._picture.chats and isinstance(value, int):
                    self._show(value)
                else:
                    self._room.say(tr("This chat has gone meanwhile."))
            case Kind.colleague:
                if (colleague := self._picture.operators.get(str(value))) is not None:
                    self._meet(colleague)
            case Kind.command:
                self._commanding.start(str(value))
            case Kind.template:
                if (card := self._templates.get(str(value))) is not None:
                    self._insert(card, second)
            case Kind.setting:
                self._commanding.open(f"set {value} ")


def _about(visitor: VisitorCard) -> str:
    return " ".join(
        part for part in (visitor.email, visitor.phone, visitor.city, visitor.customer, visitor.profile.email) if part
    )


def _kind(kind: str, more: str) -> str:
    return f"{more}  {kind}" if more else kind


def _thing(key: str) -> Thing | None:
    """What a remembered key names."""
    kind, _, value = key.partition(":")
    if kind not in set(Kind) or not value:
        return None
    numbered = kind in (Kind.chat, Kind.visitor)
    if numbered and not value.isdecimal():
        return None
    return Thing(Kind(kind), int(value) if numbered else value)
