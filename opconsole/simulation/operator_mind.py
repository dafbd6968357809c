"""How a scripted operator works: a pure script that looks at the console's picture and says what to do now.

It knows only what an operator sees (the same `state` that the console draws), and does only what an operator can. What it
answers to a visitor's words stands in the dialogues, or in the desk's templates.
"""

from random import Random

from msgspec import Struct

from opconsole.simulation.dialogues import answers_to, dialogues, language_of
from opconsole.state import selectors
from opconsole.state.picture import Picture
from opconsole.wire.cards import ChatCard, Place, Status, TemplateCard
from opconsole.wire.messages import Kind


class Manner(Struct, frozen=True, kw_only=True):
    """An operator's temper. Times are milliseconds."""

    take_ms: int = 2_500
    """From seeing a waiting chat to taking it."""
    read_ms: int = 3_000
    """From seeing words to beginning to type."""
    char_ms: int = 60
    close_ms: int = 25_000
    """An answered chat in which nobody has written for so long is closed."""
    holds: int = 99
    """Takes no more chats than this by itself (the desk's limit comes first)."""
    silence: float = 0.1
    """Chance to fall silent when words come: the chat will be rescued."""
    greed: float = 0.0
    """Chance to reach for another chat though the hands are full: the desk must refuse."""
    notes: float = 0.1
    """Chance to write a note about the visitor after the first answer."""

    def quicker(self, pace: float) -> "Manner":
        """The same temper with all times divided by `pace`."""
        times = {
            name: max(1, round(getattr(self, name) / pace)) for name in ("take_ms", "read_ms", "char_ms", "close_ms")
        }
        others = {name: getattr(self, name) for name in ("holds", "silence", "greed", "notes")}
        return Manner(**times, **others)


class Online(Struct, frozen=True):
    """Say that I am there."""


class TakeHead(Struct, frozen=True):
    """Take what waits most urgently."""


class TypeIn(Struct, frozen=True):
    chat: int


class Reply(Struct, frozen=True):
    chat: int
    text: str


class Note(Struct, frozen=True):
    chat: int
    text: str


class SeeAll(Struct, frozen=True):
    """The chat was read up to public number `p`."""

    chat: int
    p: int


class CloseChat(Struct, frozen=True):
    chat: int


Doing = Online | TakeHead | TypeIn | Reply | Note | SeeAll | CloseChat


class Debt(Struct):
    """What is owed in a chat, and how far the answer is."""

    since: int
    at: int
    """When the next step is due."""
    silent: bool
    lines: list[str] | None = None
    """Still to be said; None: not thought of yet."""
    typing: bool = False


class OperatorMind:
    """`act` is to be called often; each doing is meant once. `now`: the console's clock, milliseconds."""

    def __init__(self, manner: Manner, dice: Random) -> None:
        self._manner = manner
        self._dice = dice
        self._debts: dict[int, Debt] = {}
        self._closing: dict[int, int] = {}
        """Chats that I have closed, by the revision of the card that I saw."""
        self._take_at = 0
        self._came_online = False

    def act(self, picture: Picture, now: int) -> list[Doing]:
        if not picture.link.is_live:
            return []
        if selectors.my_status(picture) is not Status.online:
            # said once a session: until the card says so there is nothing to do
            doings: list[Doing] = [] if self._came_online else [Online()]
            self._came_online = True
            return doings
        doings = self._taking(picture, now)
        held = [each.card for each in selectors.mine(picture) if each.card.place is Place.held]
        for card in held:
            doings += self._replying(picture, card, now) if card.owes_since else self._closing_time(picture, card, now)
        for chat in self._debts.keys() - {card.chat for card in held}:
            del self._debts[chat]
        return doings

    # ------------------------------------------------------------ taking

    def _taking(self, picture: Picture, now: int) -> list[Doing]:
        load = selectors.my_load(picture)
        if not selectors.waiting(picture):
            self._take_at = 0
            return []
        if not self._take_at:
            self._take_at = now + self._manner.take_ms
        if now < self._take_at:
            return []
        self._take_at = now + self._manner.take_ms
        if not load.full:
            return [TakeHead()] if load.held < self._manner.holds else []
        return [TakeHead()] if self._dice.random() < self._manner.greed else []

    # ------------------------------------------------------------ answering

    def _replying(self, picture: Picture, card: ChatCard, now: int) -> list[Doing]:
        debt = self._debts.get(card.chat)
        if debt is None or debt.since != card.owes_since:
            debt = Debt(card.owes_since, now + self._manner.read_ms, self._dice.random() < self._manner.silence)
            self._debts[card.chat] = debt
        if debt.silent or now < debt.at or debt.lines == []:
            return []
        if debt.lines is None:
            words = _unanswered(picture, card.chat)
            if not words:
                return []  # the transcript is still on its way
            debt.lines = self._answer(picture, words)
        if not debt.typing:
            debt.typing = True
            debt.at = now + len(debt.lines[0]) * self._manner.char_ms
            return [SeeAll(card.chat, card.public), TypeIn(card.chat)]
        debt.typing = False
        doings: list[Doing] = [Reply(card.chat, debt.lines.pop(0))]
        if card.last <= 3 and self._dice.random() < self._manner.notes:
            doings.append(Note(card.chat, dialogues(_language(card)).holding[0]))
        return doings

    def _answer(self, picture: Picture, words: list[str]) -> list[str]:
        """What to say to these messages of a visitor, newest last."""
        for text in reversed(words):
            for line in (text, *reversed(text.split("\n"))):
                if answers_to(line):
                    return list(answers_to(line))
        said = dialogues(language_of(words[-1]))
        if words[-1] in said.thanks:
            return [self._dice.choice(said.closing)]
        return [self._template(picture, words[-1]) or self._dice.choice((*said.holding, *said.fallback))]

    def _template(self, picture: Picture, words: str) -> str:
        """A prepared reply in the visitor's language that needs no filling in; empty: there is none."""
        lang = language_of(words)
        fit = sorted((card for card in picture.templates.values() if _is_plain(card, lang)), key=lambda card: card.code)
        return self._dice.choice(fit).text if fit else ""

    def _closing_time(self, picture: Picture, card: ChatCard, now: int) -> list[Doing]:
        self._debts.pop(card.chat, None)
        silent_ms = selectors.relay_now(picture, now) - card.last_at
        if card.words_by == "visitor" or silent_ms < self._manner.close_ms or self._closing.get(card.chat) == card.rev:
            return []
        self._closing[card.chat] = card.rev
        return [CloseChat(card.chat)]


def _is_plain(card: TemplateCard, lang: str) -> bool:
    return card.lang == lang and bool(card.text) and not set("{}[]") & set(card.text)


def _unanswered(picture: Picture, chat: int) -> list[str]:
    """The visitor's messages since the last public reply, oldest first, as far as they are held."""
    words: list[str] = []
    for entry in reversed(selectors.transcript(picture, chat).entries):
        if entry.kind is Kind.say:
            if entry.by != "visitor":
                break
            words.append(entry.text)
    return words[::-1]


def _language(card: ChatCard) -> str:
    return "ru" if card.lang.startswith("ru") else "en"
