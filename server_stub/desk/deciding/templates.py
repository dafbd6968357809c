"""Prepared replies: personal ones of everybody, shared ones of the desk (supervisors and admins)."""

from opconsole.wire import limits, staff
from server_stub.desk import events as ev
from server_stub.desk.audience import sees_all
from server_stub.desk.deciding.talk import bad_text
from server_stub.desk.model import Operator, State, Template, code_key
from server_stub.desk.outcome import Answer, Decision, Refusal
from server_stub.desk.refusals import refuse


def save(state: State, operator: Operator, command: staff.SaveTemplate, now: int) -> Decision | Refusal:
    """Make or replace. The code is unique within its scope and language (`code_key`); an id keeps its scope."""
    owner = operator.login if command.mine else ""
    if not owner and not sees_all(operator):
        return refuse("not_allowed", role=operator.role.value.capitalize())
    return _save(state, owner, command, now)


def save_for_the_desk(state: State, command: staff.SaveTemplate, now: int) -> Decision | Refusal:
    """The desk's own, made by nobody: the starter set of an empty desk."""
    return _save(state, "", command, now)


def _save(state: State, owner: str, command: staff.SaveTemplate, now: int) -> Decision | Refusal:
    if refusal := bad_text(command.text, limits.TEXT_BYTES):
        return refusal
    old = state.templates.get(command.template)
    codes = state.codes.get(owner, {})
    if old is not None and old.owner != owner:
        return refuse("template_scope", scope="the whole desk" if not old.owner else "one person")
    most = state.settings.templates_mine if owner else state.settings.templates_shared
    if old is None and len(codes) >= most:
        return refuse("template_count", count=len(codes))
    same = codes.get(code_key(command.code, command.lang), command.template)
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
    )
    if old is not None and _same(old, saved):
        return Decision((), Answer(at=now))
    return Decision((saved,), Answer(at=now))


def drop(state: State, operator: Operator, command: staff.DropTemplate, now: int) -> Decision | Refusal:
    template = state.templates.get(command.template)
    if template is None or template.owner not in ("", operator.login):
        return refuse("no_such_template")
    if not template.owner and not sees_all(operator):
        return refuse("not_allowed", role=operator.role.value.capitalize())
    return Decision((ev.TemplateDropped(command.template, command.id),), Answer(at=now))


def _same(old: Template, saved: ev.TemplateSaved) -> bool:
    fields = ("code", "title", "text", "group", "lang", "hotkey", "owner")
    return all(getattr(old, field) == getattr(saved, field) for field in fields)
