"""What an import will do, before it does it: which templates are new, which change, which are there already."""

from collections.abc import Callable, Iterable
from hashlib import blake2s

from msgspec import Struct
from msgspec.structs import replace

from opconsole.state import days
from opconsole.state.template_book import TemplateBook
from opconsole.state.template_files import Prepared
from opconsole.state.template_parts import IncludeFault, expand
from opconsole.wire.cards import TemplateCard
from opconsole.wire.staff import SaveTemplate


class Scope(Struct, frozen=True):
    """Whose templates: a person's (`owner`), a department's, or with neither the desk's."""

    owner: str = ""
    department: str = ""

    def has(self, card: TemplateCard) -> bool:
        return (card.owner, card.department) == (self.owner, self.department)


class Plan(Struct, frozen=True):
    add: tuple[SaveTemplate, ...]
    change: tuple[SaveTemplate, ...]
    same: tuple[Prepared, ...]
    """These stand there already, word for word."""


def plan_import(
    wanted: Iterable[Prepared],
    existing: Iterable[TemplateCard],
    *,
    owner: str = "",
    department: str = "",
    zone: str = "UTC",
    command_id: Callable[[], str],
) -> Plan:
    """`owner`: a login for personal templates; else `department`, and with neither the desk's. A template is the same one if its
    code, language and channel are. `zone`: the desk's, in which the days of a file are."""
    scope = Scope(owner, department)
    there = {(card.code.casefold(), card.lang, card.channel.casefold()): card for card in existing if scope.has(card)}
    add: list[SaveTemplate] = []
    change: list[SaveTemplate] = []
    same: list[Prepared] = []
    for prepared in wanted:
        old = there.get(prepared.key)
        if old is not None and prepared_of(old, zone) == _untitled(prepared):
            same.append(prepared)
            continue
        save = SaveTemplate(
            id=command_id(),
            template=old.template if old is not None else template_id(owner, prepared, department),
            code=prepared.code,
            title=prepared.title,
            text=prepared.text,
            group=prepared.group,
            lang=prepared.lang,
            channel=prepared.channel,
            hotkey=prepared.hotkey,
            active_from=days.begins(prepared.active_from, zone),
            active_until=days.ends(prepared.active_until, zone),
            hours=prepared.hours,
            mine=bool(owner),
            department=department,
        )
        (change if old is not None else add).append(save)
    return Plan(tuple(add), tuple(change), tuple(same))


def include_faults(plan: Plan, existing: Iterable[TemplateCard]) -> list[tuple[SaveTemplate, str]]:
    """Templates of the plan that could not be put together afterwards, and why."""
    saved = {save.template: save for save in (*plan.add, *plan.change)}
    cards = [card for card in existing if card.template not in saved]
    cards += [
        TemplateCard(
            rev=0, template=save.template, code=save.code, text=save.text, lang=save.lang, channel=save.channel
        )
        for save in saved.values()
    ]
    book = TemplateBook(cards, "")
    faults = []
    for save in saved.values():
        try:
            expand(save.text, book.parts(save.lang, save.channel), save.code)
        except IncludeFault as fault:
            faults.append((save, str(fault)))
    return faults


def template_id(owner: str, prepared: Prepared, department: str = "") -> str:
    """The same for the same template, so that two imports at once make one template."""
    code, lang, channel = prepared.key
    parts = [owner, lang, code]
    if department or channel:  # ids of before there were departments and channels stay what they were
        parts += [department, channel]
    return blake2s("\0".join(parts).encode("utf-8", "replace"), digest_size=16).hexdigest()


def prepared_of(card: TemplateCard, zone: str = "UTC") -> Prepared:
    """A card as a file has it. (The relay takes the code for a title where none is given.)"""
    return _untitled(
        Prepared(
            code=card.code,
            lang=card.lang,
            channel=card.channel,
            group=card.group,
            title=card.title,
            hotkey=card.hotkey,
            active_from=days.first_day(card.active_from, zone),
            active_until=days.last_day(card.active_until, zone),
            hours=card.hours,
            text=card.text,
        )
    )


def _untitled(prepared: Prepared) -> Prepared:
    return replace(prepared, title="") if prepared.title == prepared.code else prepared
