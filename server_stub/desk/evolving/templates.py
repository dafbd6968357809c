"""Events of templates: saved, dropped; and their uses, which are counted from the messages that name them."""

from server_stub.desk import events as ev
from server_stub.desk.events import Record
from server_stub.desk.model import DROPPED_TEMPLATES, EDITIONS, State, Template, code_key
from server_stub.desk.transcript import author_of


def template_saved(state: State, record: Record, event: ev.TemplateSaved) -> None:
    """Made or replaced, here or in another scope. A favourite's number belongs to one template of a scope, language and channel:
    the one before loses it."""
    old = state.templates.get(event.template)
    before = old
    if old is not None:
        del state.codes[old.scope][_key(old)]
    else:
        before = state.dropped.pop(event.template, None)
    template = Template(
        template=event.template,
        rev=record.seq,
        code=event.code,
        title=event.title,
        text=event.text,
        group=event.group,
        lang=event.lang,
        channel=event.channel,
        hotkey=event.hotkey,
        owner=event.owner,
        department=event.department,
        active_from=event.active_from,
        active_until=event.active_until,
        hours=event.hours,
        by=author_of(record.actor),
        at=record.at,
        used=before.used if before is not None else 0,
        editions=_with(before, record.seq),
    )
    scope = template.scope
    codes = state.codes.setdefault(scope, {})
    if event.hotkey:
        for template_id in codes.values():
            other = state.templates[template_id]
            if (other.hotkey, other.lang, other.channel) == (event.hotkey, event.lang, event.channel):
                other.hotkey = 0
                other.rev = record.seq
                state.touched.templates[other.template] = scope
    codes[_key(template)] = event.template
    state.templates[event.template] = template
    if old is not None and scope not in ("", old.scope):
        state.touched.rescoped.add(event.template)
    state.touched.templates[event.template] = scope


def template_dropped(state: State, record: Record, event: ev.TemplateDropped) -> None:
    template = state.templates.pop(event.template)
    scope = template.scope
    del state.codes[scope][_key(template)]
    template.editions = _with(template, record.seq)
    state.dropped[event.template] = template
    if len(state.dropped) > DROPPED_TEMPLATES:
        state.dropped.popitem(last=False)
    state.touched.templates[event.template] = scope


def template_used(state: State, template_id: str) -> None:
    template = state.templates.get(template_id)
    if template is not None:
        template.used += 1
        state.touched.used.add(template_id)


def _key(template: Template) -> str:
    return code_key(template.code, template.lang, template.channel)


def _with(template: Template | None, seq: int) -> list[int]:
    return [*(template.editions if template is not None else ()), seq][-EDITIONS:]
