"""All templates that an operator may see, as their management shows them: every variant, in folders. Who may edit which is told here too.

A template's group is its folder; `/` in it makes folders within folders. What the relay would refuse is still the relay's to refuse: the
rules here only spare the operator a question in vain.
"""

from collections.abc import Collection, Iterable
from typing import Final

from msgspec import Struct

from opconsole.state.picture import Picture
from opconsole.state.template_import import Scope
from opconsole.wire.cards import Role, TemplateCard

_RANKS: Final = {Role.operator: 0, Role.supervisor: 1, Role.admin: 2}


class Folder(Struct, frozen=True):
    path: str
    name: str
    depth: int
    count: int
    """Templates in it, with those of the folders within."""
    open: bool


class Leaf(Struct, frozen=True):
    card: TemplateCard
    depth: int


Row = Folder | Leaf


def rows_of(cards: Iterable[TemplateCard], closed: Collection[str] = ()) -> list[Row]:
    """Folders by name, each with what is in it unless its path is among `closed`; what is in no folder comes last."""
    found = sorted(cards, key=_order)
    counts: dict[str, int] = {}
    for card in found:
        for path in _paths(card.group):
            counts[path] = counts.get(path, 0) + 1
    rows: list[Row] = []
    shown: set[str] = set()
    for card in found:
        paths = _paths(card.group)
        hidden = False
        for depth, path in enumerate(paths):
            if path not in shown and not hidden:
                rows.append(Folder(path, path.rpartition("/")[2], depth, counts[path], path not in closed))
            shown.add(path)
            hidden = hidden or path in closed
        if not hidden:
            rows.append(Leaf(card, len(paths)))
    return rows


def _order(card: TemplateCard) -> tuple[object, ...]:
    paths = _paths(card.group)
    return (
        not paths,
        [path.rpartition("/")[2].casefold() for path in paths],
        card.code.casefold(),
        card.lang,
        card.channel,
        (card.owner == "", card.department == ""),
        card.template,
    )


def _paths(group: str) -> list[str]:
    """`a/b` is in `a` and in `a/b`."""
    parts = [part.strip() for part in group.split("/") if part.strip()]
    return ["/".join(parts[: number + 1]) for number in range(len(parts))]


def scope_of(card: TemplateCard) -> Scope:
    return Scope(card.owner, card.department)


def may_edit(picture: Picture, scope: Scope) -> bool:
    """Whether I may make and change templates of this scope."""
    me = picture.me
    if scope.owner:
        return scope.owner == me.login
    if me.role is not Role.operator:
        return not scope.department or _RANKS[me.role] >= _RANKS[me.settings.department_templates]
    return scope.department in _my_departments(picture) and me.settings.department_templates is Role.operator


def my_scopes(picture: Picture) -> list[Scope]:
    """The scopes whose templates I may edit: mine, the departments', the desk's."""
    departments = sorted({name for card in picture.operators.values() for name in card.departments})
    scopes = [Scope(owner=picture.me.login), *(Scope(department=name) for name in departments), Scope()]
    return [scope for scope in scopes if may_edit(picture, scope)]


def _my_departments(picture: Picture) -> list[str]:
    card = picture.operators.get(picture.me.login)
    return card.departments if card is not None else []
