"""The user's own keys: what of the settings a keymap is made of, and what is wrong with them, in sentences."""

from pathlib import Path

from opconsole.locale import tr
from opconsole.settings import Problem, Settings
from opconsole.ui.actions import MACRO, Conflict, Keymap, key_words


def own_keys(settings: Settings) -> tuple[dict[str, list[str]], str, dict[str, list[str]]]:
    """What of the settings a keymap is made of: own keys, the preset, and the macros' keys."""
    macros = {name: [macro.key] if macro.key else [] for name, macro in settings.macros.items()}
    return settings.keys, settings.keymap, macros


def conflict_words(conflict: Conflict) -> str:
    """Which key, who has it, and who goes without."""
    return tr(
        "The key {key} is wanted twice: {first} has it, {second} goes without. Change [keys] in config.toml.",
        key=key_words(conflict.key),
        first=action_words(conflict.first),
        second=action_words(conflict.second),
    )


def action_words(id_: str) -> str:
    """An action's or a macro's name, as it stands in the settings."""
    return id_.removeprefix(MACRO) if id_.startswith(MACRO) else id_


def key_problems(keymap: Keymap, file: Path) -> list[Problem]:
    """Own keys that no terminal sends."""
    found = []
    for id_, key in keymap.odd:
        place = f"macros.{id_.removeprefix(MACRO)}.key" if id_.startswith(MACRO) else f"keys.{id_}"
        found.append(
            Problem(
                file, place, tr('there is no key "{key}". Written so: "ctrl+k", "alt+;", "f5", "ctrl+x b".', key=key)
            )
        )
    return found
