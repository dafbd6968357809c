"""A template while it is edited: its fields as people write them, what is wrong with them, and the command that they become."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from opconsole.locale import tr
from opconsole.state import days
from opconsole.state.template_book import TemplateBook
from opconsole.state.template_import import Scope
from opconsole.state.template_parts import IncludeFault, expand
from opconsole.state.templates import TemplateFault, parse
from opconsole.wire import limits, weekly
from opconsole.wire.cards import TemplateCard
from opconsole.wire.staff import SaveTemplate
from opconsole.wire.templates import TemplateVersion
from opconsole.wire.text import clean_line, clean_text, fits_bytes

LINES: Final = ("code", "title", "group", "lang", "channel", "hotkey", "active_from", "active_until", "hours")
"""Its fields of one line, in the order in which they are filled in."""
_CODE: Final = re.compile(r"[^\s/]+")
_LANG: Final = re.compile(r"(?:[a-z]{2,3}(?:-[a-z0-9]{2,8})*)?")


class Draft(Struct, frozen=True, kw_only=True):
    """`template`: its id. `edition`: the one that is edited; 0: it is new."""

    template: str
    edition: int = 0
    scope: Scope = Scope()
    text: str = ""
    code: str = ""
    title: str = ""
    group: str = ""
    lang: str = ""
    channel: str = ""
    hotkey: str = ""
    active_from: str = ""
    active_until: str = ""
    hours: str = ""

    def with_lines(self, lines: Mapping[str, str], text: str, scope: Scope) -> "Draft":
        """As it stands in the fields now, cleaned."""
        cleaned = {name: clean_line(lines[name]).strip() for name in LINES}
        cleaned["code"] = cleaned["code"].removeprefix("/")
        cleaned["lang"] = cleaned["lang"].replace("_", "-").lower()
        return replace(self, text=clean_text(text).strip(), scope=scope, **cleaned)


def draft_of(card: TemplateCard | TemplateVersion, zone: str, template: str, edition: int) -> Draft:
    """The card, or one of its editions, to be edited. `edition`: the one that is there now."""
    return Draft(
        template=template,
        edition=edition,
        scope=Scope(card.owner, card.department),
        text=card.text,
        code=card.code,
        title=card.title if card.title != card.code else "",
        group=card.group,
        lang=card.lang,
        channel=card.channel,
        hotkey=str(card.hotkey or ""),
        active_from=days.first_day(card.active_from, zone),
        active_until=days.last_day(card.active_until, zone),
        hours=card.hours,
    )


def save_of(draft: Draft, zone: str, command_id: str, edition: int | None = None) -> SaveTemplate:
    """The command. Call it for a draft without a fault. `edition`: instead of the draft's, where another is to be replaced."""
    return SaveTemplate(
        id=command_id,
        template=draft.template,
        code=draft.code,
        title=draft.title,
        text=draft.text,
        group=draft.group,
        lang=draft.lang,
        hotkey=int(draft.hotkey or 0),
        mine=bool(draft.scope.owner),
        department=draft.scope.department,
        channel=draft.channel,
        active_from=days.begins(draft.active_from, zone),
        active_until=days.ends(draft.active_until, zone),
        hours=weekly.normal(draft.hours),
        edition=draft.edition if edition is None else edition,
    )


def fault_of(draft: Draft, others: Iterable[TemplateCard], zone: str) -> tuple[str, str]:
    """The first thing that is wrong: its field (`text` or one of `LINES`), and a sentence. Empty: nothing is."""
    if not _CODE.fullmatch(draft.code) or len(draft.code) > limits.CODE_CHARS:
        return "code", tr("A code is one word without a slash, at most {most} characters.", most=limits.CODE_CHARS)
    if len(draft.title) > limits.LINE_CHARS:
        return "title", tr("Too long: at most {most} characters.", most=limits.LINE_CHARS)
    for name in ("group", "channel"):
        if len(getattr(draft, name)) > limits.NAME_CHARS:
            return name, tr("Too long: at most {most} characters.", most=limits.NAME_CHARS)
    if not _LANG.fullmatch(draft.lang):
        return "lang", tr("A language is written as “en” or “ru”; nothing: for all.")
    if draft.hotkey not in {"", *"0123456789"}:
        return "hotkey", tr("A favourite's key is 1 to 9, or nothing.")
    for name in ("active_from", "active_until"):
        try:
            days.normal(getattr(draft, name))
        except ValueError:
            return name, tr("A day is written as 2026-12-31, or with a time: 2026-12-31 18:00.")
    ends = days.ends(draft.active_until, zone)
    if 0 < ends <= days.begins(draft.active_from, zone):
        return "active_until", tr("It would end before it begins.")
    try:
        weekly.read(draft.hours)
    except ValueError:
        return "hours", tr("Days and hours are written as mon-fri 9:00-18:00, sat 10-14; nothing: always.")
    if fault := _text_fault(draft, others):
        return "text", fault
    return "", ""


def _text_fault(draft: Draft, others: Iterable[TemplateCard]) -> str:
    if not draft.text:
        return tr("There is no text in it.")
    if not fits_bytes(draft.text, limits.TEXT_BYTES):
        return tr("Too long: at most {most} bytes.", most=limits.TEXT_BYTES)
    try:
        parse(draft.text, strict=True)
        expand(draft.text, book_with(draft, others).parts(draft.lang, draft.channel), draft.code)
    except (TemplateFault, IncludeFault) as fault:
        return str(fault)
    return ""


def book_with(draft: Draft, others: Iterable[TemplateCard]) -> TemplateBook:
    """The templates as they would be with this one saved."""
    cards = [card for card in others if card.template != draft.template]
    return TemplateBook([*cards, card_of(draft)], "")


def card_of(draft: Draft) -> TemplateCard:
    """For a preview."""
    return TemplateCard(
        rev=0,
        template=draft.template,
        code=draft.code,
        text=draft.text,
        lang=draft.lang,
        channel=draft.channel,
        owner=draft.scope.owner,
        department=draft.scope.department,
    )


def differences(draft: Draft, theirs: Draft) -> list[tuple[str, str, str]]:
    """Field, mine, theirs: of the fields that are not the same. The text comes last."""
    found = [
        (name, getattr(draft, name), getattr(theirs, name))
        for name in (*LINES, "text")
        if getattr(draft, name) != getattr(theirs, name)
    ]
    if draft.scope != theirs.scope:
        found.insert(0, ("scope", _scope(draft.scope), _scope(theirs.scope)))
    return found


def _scope(scope: Scope) -> str:
    return scope.owner or scope.department or tr("the desk")
