"""The whole table of keys, as text and as plain data, for `opconsole keys`. Knows no screen."""

from typing import Any

from opconsole.locale import tr
from opconsole.settings import Settings
from opconsole.ui.actions import ACTIONS, MACRO, Group, Keymap, key_words
from opconsole.ui.cells import fit
from opconsole.ui.places import KEYS, Place


def as_json(keymap: Keymap, settings: Settings, problems: list[str]) -> dict[str, Any]:
    """`keys` of an action are Textual's names, as `[keys]` takes them."""
    return {
        "keymap": keymap.preset_name,
        "actions": [
            {
                "id": action.id,
                "command": _command(action.id, action.number),
                "keys": list(keymap.keys(action.id)),
                "title": action.words,
                "group": tr(action.group.value),
                "role": action.role.value,
                "needs": action.needs.value,
            }
            for action in ACTIONS
        ],
        "macros": [
            {"name": name, "keys": list(keymap.keys(MACRO + name)), "title": macro.title, "do": macro.do}
            for name, macro in settings.macros.items()
        ],
        "places": {
            place.name.lower(): [{"keys": here.keys, "title": tr(here.words)} for here in KEYS[place]]
            for place in Place
        },
        "preset": dict(keymap.preset.places),
        "editing": dict(keymap.preset.editing),
        "problems": problems,
    }


def as_text(keymap: Keymap, settings: Settings) -> str:
    lines: list[str] = []
    for group in Group:
        lines += ["", tr(group.value)]
        for action in ACTIONS:
            if action.group is group:
                keys = ", ".join(key_words(key) for key in keymap.keys(action.id)) or "—"
                lines.append(f"  {fit(keys, 22)} {fit(_command(action.id, action.number), 20)} {action.words}")
    if settings.macros:
        lines += ["", tr("Macros")]
        for name, macro in settings.macros.items():
            keys = ", ".join(key_words(key) for key in keymap.keys(MACRO + name)) or "—"
            lines.append(f"  {fit(keys, 22)} {fit(':' + name, 20)} {macro.title or ' · '.join(macro.do)}")
    for place in Place:
        lines += ["", tr(place.value)]
        lines += [f"  {fit(here.keys, 22)} {tr(here.words)}" for here in KEYS[place]]
    if keymap.preset.places:
        lines += ["", tr("The {name} keys", name=keymap.preset_name)]
        lines += [f"  {fit(key_words(key), 22)} {what.replace('_', ' ')}" for key, what in keymap.preset.places.items()]
        lines += [
            f"  {fit(key_words(key), 22)} {what.replace('_', ' ')}" for key, what in keymap.preset.editing.items()
        ]
    return "\n".join(lines[1:]) + "\n"


def _command(id_: str, number: int) -> str:
    stem, _, last = id_.rpartition("_")
    return f":{stem.replace('_', '-')} {last}" if number else f":{id_.replace('_', '-')}"
