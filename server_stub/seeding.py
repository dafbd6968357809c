"""The starter templates: an empty desk is given a set of prepared replies, once. What its people change or delete stays so."""

from importlib import resources
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from opconsole.wire import limits
from opconsole.wire.staff import SaveTemplate

FILE: Final = "templates.toml"


class Starter(Struct, forbid_unknown_fields=True):
    code: str
    text: str
    title: str = ""
    group: str = ""
    lang: str = ""
    hotkey: int = 0


class Starters(Struct, forbid_unknown_fields=True):
    template: list[Starter] = []


def starter_templates(path: Path | None = None) -> list[SaveTemplate]:
    """The packaged set as commands of the desk; empty where the package has none. Ids are fixed, so it can't be sown twice."""
    source = path or resources.files("server_stub") / "starter" / FILE
    if not source.is_file():
        return []
    starters = msgspec.toml.decode(source.read_bytes(), type=Starters)
    return [
        SaveTemplate(
            id=f"starter-{number}",
            template=f"s-{each.lang}-{each.code}"[: limits.ID_CHARS],
            code=each.code,
            title=each.title,
            text=each.text,
            group=each.group,
            lang=each.lang,
            hotkey=each.hotkey,
            mine=False,
        )
        for number, each in enumerate(starters.template, 1)
    ]
