"""What an import will do, before it does it: which templates are new, which change, which are there already."""

from collections.abc import Callable, Iterable
from hashlib import blake2s

from msgspec import Struct
from msgspec.structs import replace

from opconsole.state.template_files import Prepared
from opconsole.wire.cards import TemplateCard
from opconsole.wire.staff import SaveTemplate


class Plan(Struct, frozen=True):
    add: tuple[SaveTemplate, ...]
    change: tuple[SaveTemplate, ...]
    same: tuple[Prepared, ...]
    """These stand there already, word for word."""


def plan_import(
    wanted: Iterable[Prepared], existing: Iterable[TemplateCard], *, owner: str, command_id: Callable[[], str]
) -> Plan:
    """`owner`: a login for personal templates, empty for the desk's. A template is the same one if its code and language are."""
    there = {(card.code.casefold(), card.lang): card for card in existing if card.owner == owner}
    add: list[SaveTemplate] = []
    change: list[SaveTemplate] = []
    same: list[Prepared] = []
    for prepared in wanted:
        old = there.get(prepared.key)
        if old is not None and prepared_of(old) == _untitled(prepared):
            same.append(prepared)
            continue
        save = SaveTemplate(
            id=command_id(),
            template=old.template if old is not None else template_id(owner, prepared),
            code=prepared.code,
            title=prepared.title,
            text=prepared.text,
            group=prepared.group,
            lang=prepared.lang,
            hotkey=prepared.hotkey,
            mine=bool(owner),
        )
        (change if old is not None else add).append(save)
    return Plan(tuple(add), tuple(change), tuple(same))


def template_id(owner: str, prepared: Prepared) -> str:
    """The same for the same template, so that two imports at once make one template."""
    code, lang = prepared.key
    return blake2s("\0".join((owner, lang, code)).encode("utf-8", "replace"), digest_size=16).hexdigest()


def prepared_of(card: TemplateCard) -> Prepared:
    """A card as a file has it. (The relay takes the code for a title where none is given.)"""
    return _untitled(
        Prepared(code=card.code, lang=card.lang, group=card.group, title=card.title, hotkey=card.hotkey, text=card.text)
    )


def _untitled(prepared: Prepared) -> Prepared:
    return replace(prepared, title="") if prepared.title == prepared.code else prepared
