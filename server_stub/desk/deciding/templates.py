"""Prepared replies: everybody's own, the departments', and the desk's. Who may edit which is said here."""

from opconsole.wire import limits, staff, weekly
from opconsole.wire.cards import Role
from server_stub.desk import events as ev
from server_stub.desk.actors import Actor
from server_stub.desk.audience import may_see_template, sees_all
from server_stub.desk.deciding.talk import bad_text, name_of
from server_stub.desk.model import GENERAL, Operator, State, Template, code_key, scope_key
from server_stub.desk.outcome import Answer, Decision, Refusal
from server_stub.desk.refusals import refuse

_RANKS = {Role.operator: 0, Role.supervisor: 1, Role.admin: 2}
_FIELDS = (
    "code",
    "title",
    "text",
    "group",
    "lang",
    "channel",
    "hotkey",
    "owner",
    "department",
    "active_from",
    "active_until",
    "hours",
)


def may_edit(state: State, operator: Operator, owner: str, department: str) -> bool:
    """One's own; the desk's: supervisors and admins; a department's: who the settings say, operators only their own departments'."""
    if owner:
        return owner == operator.login
    if not department:
        return sees_all(operator)
    if _RANKS[operator.role] < _RANKS[state.settings.department_templates]:
        return False
    return sees_all(operator) or department in operator.departments


def save(state: State, operator: Operator, command: staff.SaveTemplate, now: int) -> Decision | Refusal:
    """Make or replace. The code is unique within its scope, language and channel (`code_key`)."""
    owner = operator.login if command.mine else ""
    department = "" if command.mine else command.department
    if not may_edit(state, operator, owner, department):
        return refuse("not_allowed", role=operator.role.value.capitalize())
    if department and not is_department(state, department):
        return refuse("department_unknown", department=department)
    old = state.templates.get(command.template)
    if old is not None and old.scope != scope_key(owner, department):
        # Into one's own nothing moves: others would lose it. And what is moved must be one's own to give.
        if owner or old.owner not in ("", operator.login):
            return refuse("template_scope", scope="one person" if old.owner else "other people too")
        if not may_edit(state, operator, old.owner, old.department):
            return refuse("not_allowed", role=operator.role.value.capitalize())
    return _save(state, owner, department, command, now)


def save_for_the_desk(state: State, command: staff.SaveTemplate, now: int) -> Decision | Refusal:
    """The desk's own, made by nobody: the starter set of an empty desk."""
    old = state.templates.get(command.template)
    if old is not None and old.owner:
        return refuse("template_scope", scope="one person")
    return _save(state, "", "", command, now)


def _save(state: State, owner: str, department: str, command: staff.SaveTemplate, now: int) -> Decision | Refusal:
    if refusal := bad_text(command.text, limits.TEXT_BYTES):
        return refusal
    if 0 < command.active_until <= command.active_from:
        return refuse("template_dates")
    try:
        hours = weekly.normal(command.hours)
    except ValueError:
        return refuse("template_hours")
    scope = scope_key(owner, department)
    codes = state.codes.get(scope, {})
    old = state.templates.get(command.template)
    if old is None and command.edition:
        return refuse("no_such_template")
    if (old is None or old.scope != scope) and len(codes) >= _most(state, owner, department):
        return refuse("template_count", count=len(codes))
    same = codes.get(code_key(command.code, command.lang, command.channel), command.template)
    if same != command.template:
        other = state.templates[same]
        return refuse("template_code", code=command.code, title=other.title or other.code)
    saved = ev.TemplateSaved(
        command.template,
        command.code,
        command.title or command.code,
        command.text,
        command.group,
        command.lang,
        command.hotkey,
        owner,
        command.id,
        department,
        command.channel,
        command.active_from,
        command.active_until,
        hours,
    )
    if old is not None:
        if all(getattr(old, field) == getattr(saved, field) for field in _FIELDS):
            return Decision((), Answer(at=now))
        if refusal := _conflict(state, old, command.edition, now):
            return refusal
    return Decision((saved,), Answer(at=now))


def drop(state: State, operator: Operator, command: staff.DropTemplate, now: int) -> Decision | Refusal:
    template = state.templates.get(command.template)
    if template is None or not may_see_template(state, Actor("operator", operator.login), template):
        return refuse("no_such_template")
    if not may_edit(state, operator, template.owner, template.department):
        return refuse("not_allowed", role=operator.role.value.capitalize())
    if refusal := _conflict(state, template, command.edition, now):
        return refusal
    return Decision((ev.TemplateDropped(command.template, command.id),), Answer(at=now))


def _conflict(state: State, old: Template, edition: int | None, now: int) -> Refusal | None:
    """Whether somebody has saved it since the edition that this command is about."""
    if edition is None or edition == old.edition:
        return None
    return refuse("conflict", name=name_of(state, old.by) or "The desk", ago_s=max(0, now - old.at) // 1000)


def _most(state: State, owner: str, department: str) -> int:
    settings = state.settings
    return (
        settings.templates_mine if owner else settings.templates_department if department else settings.templates_shared
    )


def is_department(state: State, name: str) -> bool:
    """Whether somebody works in it, or the settings name it."""
    if name == GENERAL or name in state.settings.departments:
        return True
    return any(name in operator.departments for operator in state.operators.values())
