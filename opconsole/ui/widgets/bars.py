"""The bars of one line each: how the desk and the link stand, who is on the screen, my chats as tabs where there is no list."""

from collections.abc import Hashable
from typing import Final

from textual import events
from textual.message import Message
from textual.strip import Strip

from opconsole.locale import clock, countdown, date_time, tr, trn
from opconsole.state import selectors
from opconsole.state.checklist import progress
from opconsole.state.model import LinkState, Phase, Stop
from opconsole.state.order import NUMBERS
from opconsole.ui.cells import cut, width
from opconsole.ui.ink import Ink
from opconsole.ui.widgets.line import LineWidget, Part, strip_of
from opconsole.ui.words import ASIDE, FLAG, channel_mark, chat_name, left, status_name, waited
from opconsole.wire.cards import ChatCard, Place, Status

_GAP: Final = "   "
_LEAST_NAME: Final = 12
_OTHERS_NAME: Final = 24
_LEAST_IMPORTANT: Final = (1, 5, 2, 4, 6, 8, 7, 3)
"""Which blocks of the status bar go where there is no room for all: my name, the oldest, my load, the inbox, the unsent, the quiet, what
is unread elsewhere, the rescue. The link never goes."""

_WHEN_NOT_ONLINE: Final = (5, 2, 4, 6, 8, 7, 3, 1)
"""Whoever has forgotten that they are away waits for chats in vain: then my status stays as long as the link."""


class Bar(LineWidget):
    """One line on the bars' ground. Subclass: give `parts`."""

    def parts(self, ink: Ink) -> list[Part]:
        raise NotImplementedError

    def ink(self) -> Ink:
        return self.view.inks.bar

    def line_key(self, y: int) -> Hashable:
        return tuple(self.parts(self.ink()))

    def draw_line(self, y: int) -> Strip:
        ink = self.ink()
        return strip_of(self.parts(ink), self.cells.width, ink.text)


class StatusBar(Bar):
    """The link, my status, my chats and limit, the inbox, the next rescue. What has no room goes, the least important first."""

    def parts(self, ink: Ink) -> list[Part]:
        blocks = (
            self._link(ink),
            self._me(ink),
            self._load(ink),
            self._rescue(ink),
            self._inbox(ink),
            self._oldest(ink),
            self._unsent(ink),
            self._elsewhere(ink),
            self._quiet(ink),
        )
        kept = {place for place, block in enumerate(blocks) if block}
        me = selectors.my_card(self.view.picture)
        calm = me is None or me.status is Status.online
        for place in _LEAST_IMPORTANT if calm else _WHEN_NOT_ONLINE:
            if sum(_cells(blocks[each]) + len(_GAP) for each in kept) <= self.cells.width:
                break
            kept.discard(place)
        parts: list[Part] = []
        for place in sorted(kept):
            parts += [(" " if not parts else _GAP, ink.text), *blocks[place]]
        return parts

    def _link(self, ink: Ink) -> list[Part]:
        mark, words, calm = link_words(self.view.picture.link, self.view.clock())
        return [(mark + " ", ink.ok if calm else ink.danger), (words, ink.text if calm else ink.danger)]

    def _me(self, ink: Ink) -> list[Part]:
        picture = self.view.picture
        me = selectors.my_card(picture)
        if me is None:
            return [(picture.me.name or picture.me.login, ink.muted)] if picture.me.login else []
        if me.status is not Status.online:
            return [(status_name(me.status), ink.warning)]
        return [(f"{me.name or me.login}: ", ink.muted), (status_name(me.status), ink.text)]

    def _load(self, ink: Ink) -> list[Part]:
        load = selectors.my_load(self.view.picture)
        return [(f"{load.held}/{load.limit}", ink.warning if load.full else ink.text)] if load.limit else []

    def _inbox(self, ink: Ink) -> list[Part]:
        picture = self.view.picture
        if not picture.synced:
            return []
        count = selectors.waiting(picture)
        parts = [(tr("inbox {n}", n=count), ink.accent if count else ink.muted)]
        if self.view.hidden:
            parts.append((" " + tr("({n} hidden by the filter)", n=self.view.hidden), ink.warning))
        return parts

    def _oldest(self, ink: Ink) -> list[Part]:
        oldest = selectors.oldest_waiting(self.view.picture)
        if oldest is None:
            return []
        return [(tr("oldest {time}", time=waited(oldest.waiting_since, self.view.now())), ink.muted)]

    def _rescue(self, ink: Ink) -> list[Part]:
        card = selectors.nearest_rescue(self.view.picture)
        if card is None:
            return []
        time = left(card.rescue_at, self.view.now())
        soon = card.rescue_at - self.view.now() <= self.view.picture.me.settings.warn_ms
        words = tr("rescue {time} {name}", time=time, name=cut(chat_name(card), 16))
        return [(f" {words} " if soon else words, ink.on_danger if soon else ink.owes)]

    def _unsent(self, ink: Ink) -> list[Part]:
        outbox = self.view.picture.outbox
        parts: list[Part] = []
        if len(outbox) and not self.view.picture.link.is_live:
            parts.append((trn("{n} unsent", "{n} unsent", len(outbox)), ink.warning))
        if outbox.failed:
            parts.append(((" " if parts else "") + trn("{n} refused", "{n} refused", outbox.failed), ink.danger))
        return parts

    def _elsewhere(self, ink: Ink) -> list[Part]:
        """Where no list tells it: how many of my other chats have words that I have not read."""
        if not self.view.alone:
            return []
        picture = self.view.picture
        new = [each for each in selectors.mine(picture) if selectors.unread(picture, each.card)]
        count = sum(each.card.chat != picture.shown for each in new)
        return [("● " + trn("unread in {n} chat", "unread in {n} chats", count), ink.unread)] if count else []

    def _quiet(self, ink: Ink) -> list[Part]:
        until = self.view.quiet_until
        if until <= self.view.clock():
            return []
        return [(tr("quiet until {time}", time=clock(until)), ink.warning)]


def link_words(link: LinkState, now: int) -> tuple[str, str, bool]:
    """Mark, words, and whether all is well. `now`: our own clock."""
    match link.phase:
        case Phase.live:
            return "●", tr("live"), True
        case Phase.syncing:
            if not link.total:
                return "◐", tr("catching up"), True
            return "◐", tr("catching up: {done} of {total} confirmed", done=link.done, total=link.total), True
        case Phase.connecting:
            if not link.why:
                return "○", tr("connecting…"), True
            return "○", tr("offline since {time}, trying now…", time=clock(link.since)), False
        case Phase.offline:
            if not link.since:
                return "✗", tr("not connected"), False
            words = tr("offline since {time}", time=clock(link.since))
            if link.retry_at:
                words += tr(", next try in {time}", time=countdown(max(0, -(-(link.retry_at - now) // 1000) * 1000)))
            return "✗", words, False
    sentences = {
        Stop.login: tr("not logged in"),
        Stop.blocked: tr("this login is blocked"),
        Stop.replaced: tr("another console took over"),
        Stop.version: tr("the relay needs another version of this console"),
        Stop.refused: tr("the relay refuses"),
        Stop.closed: tr("closed"),
    }
    return "✗", sentences.get(link.stop, tr("stopped")), False


def link_is_down(link: LinkState) -> bool:
    """There is no link, and why can be said."""
    return bool(link.why) and link.phase in (Phase.offline, Phase.connecting, Phase.stopped)


def may_retry(link: LinkState) -> bool:
    """Whether it makes sense to connect by hand now."""
    return link_is_down(link) and link.phase is not Phase.connecting and link.stop not in (Stop.login, Stop.closed)


class ChatHead(Bar):
    """Who is on the screen: number, name, channel, where they are, and what is special about the chat."""

    def parts(self, ink: Ink) -> list[Part]:
        picture = self.view.picture
        card = selectors.card(picture, picture.shown)
        if card is None:
            return [(" " + tr("No chat on the screen"), ink.muted)]
        marks = self._marks(card, ink)
        parts: list[Part] = [("▌", ink.accent) if self.view.split else (" ", ink.text)]
        if number := picture.mine.number(card.chat):
            parts.append((f"{number} ", ink.accent))
        room = self.cells.width - _cells(parts) - _cells(marks) - 1  # a long name must not push out what matters more
        parts += [(cut(chat_name(card), max(_LEAST_NAME, room)), ink.visitor), *marks]
        visitor = picture.visitors.get(card.visitor)
        page = visitor.profile.page if visitor is not None else None
        if page is not None and (page.title or page.url):
            room = self.cells.width - _cells(parts) - 4
            if room > 12:
                parts.append(("  " + cut(page.title or page.url, room), ink.muted))
        return parts

    def _marks(self, card: ChatCard, ink: Ink) -> list[Part]:
        """The chat's number and channel, and what is special about it."""
        picture = self.view.picture
        parts: list[Part] = [(f"  №{card.chat} · {channel_mark(card.channel)}", ink.muted)]
        done, total = progress(picture, card.chat)
        if total:
            parts.append((f"  ☑ {done}/{total}", ink.ok if done == total else ink.muted))
        if selectors.flagged(picture, card.chat):
            parts.append((f"  {FLAG}", ink.warning))
        gone = selectors.gone(picture, card.chat)
        if gone is not None:
            parts.append(("  " + _gone_words(gone[0], cut(gone[1], _OTHERS_NAME)), ink.warning))
        elif card.chat not in picture.mine:
            owner = cut(card.owner_name or card.owner, _OTHERS_NAME)
            parts.append(
                (
                    "  " + (tr("with {name}: you only read", name=owner) if owner else tr("waiting: you only read")),
                    ink.warning,
                )
            )
        elif card.place is Place.snoozed:
            until = date_time(card.snoozed_until, self.view.now())
            parts.append((f"  {ASIDE} " + tr("aside until {time}", time=until), ink.warning))
        if not card.online:
            parts.append(("  " + tr("the visitor isn't here"), ink.warning))
            if card.close_at:
                parts.append((" " + tr("(closes in {time})", time=left(card.close_at, self.view.now())), ink.muted))
        return parts


def _gone_words(why: str, by: str) -> str:
    match why:
        case "taken":
            return tr("taken by {name}", name=by) if by else tr("taken by a colleague")
        case "closed":
            return tr("closed")
        case "rescued":
            return tr("rescued: back in the inbox")
        case "returned":
            return tr("returned to the inbox")
        case "transferred":
            return tr("transferred to {name}", name=by) if by else tr("transferred")
        case "erased":
            return tr("erased at the person's wish")
    return tr("no longer yours to see")


class ChatTabs(Bar):
    """My chats in one line, for screens without room for the list: number, name, what is unread, what is owed."""

    class Picked(Message):
        def __init__(self, chat: int) -> None:
            super().__init__()
            self.chat = chat

    def parts(self, ink: Ink) -> list[Part]:
        picture, now = self.view.picture, self.view.now()
        chats = selectors.mine(picture)
        if not chats:
            waiting = selectors.waiting(picture)
            return [
                (
                    " " + (trn("{n} chat waits", "{n} chats wait", waiting) if waiting else tr("No chats of yours")),
                    ink.muted,
                )
            ]
        room = max(6, (self.cells.width - 1) // len(chats) - 12)
        parts: list[Part] = []
        for mine in chats:
            card = mine.card
            shown = card.chat == picture.shown
            use = self.view.inks.chosen if shown else ink
            number = str(mine.number) if 0 < mine.number <= NUMBERS else "·"
            parts += [(f" {number} ", use.accent), (cut(chat_name(card), room), use.strong if shown else use.text)]
            if unread := selectors.unread(picture, card):
                parts.append((f" ●{unread}", use.unread))
            if selectors.flagged(picture, card.chat):
                parts.append((f" {FLAG}", use.warning))
            if card.place is Place.snoozed:
                parts.append((f" {ASIDE}", use.muted))
            elif card.owes_since:
                soon = card.rescue_at and card.rescue_at - now <= picture.me.settings.warn_ms
                time = left(card.rescue_at, now) or "↩"
                parts.append((f" {'!' if soon else '↩'}{time}", use.danger if soon else use.owes))
            parts.append((" ", use.text))
        return parts

    def on_click(self, event: events.Click) -> None:
        """A click anywhere on a tab, told by the numbers before it."""
        chats = selectors.mine(self.view.picture)
        at, tab = 0, -1
        for text, _ in self.parts(self.ink()):
            if text.startswith(" ") and text.strip()[:1] in "123456789·" and len(text) == 3:
                tab += 1
            at += width(text)
            if event.x < at:
                break
        if 0 <= tab < len(chats):
            self.post_message(self.Picked(chats[tab].card.chat))


def _cells(parts: list[Part]) -> int:
    return sum(width(text) for text, _ in parts)
