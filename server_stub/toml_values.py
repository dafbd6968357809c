"""Values of a settings file in TOML: each read as what it must be, or a ValueError with a sentence that names the key and what may stand there."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from opconsole.wire.text import clean_line


def known(keys: Iterable[str], names: Iterable[str], where: str) -> None:
    names = tuple(names)
    for key in keys:
        if key not in names:
            near = get_close_matches(key, names, 1, 0.0)
            raise ValueError(f"`{where}{key}` is no setting; did you mean `{where}{near[0]}`?")


def table_of(table: Mapping[str, Any], name: str, names: Iterable[str] | None = None) -> Mapping[str, Any]:
    found = table.get(name, {})
    if not isinstance(found, dict):
        raise ValueError(f"`{name}` must be a table: write [{name}]")
    if names is not None:
        known(found, names, f"{name}.")
    return found


def yes_or_no(value: Any, key: str) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"`{key}` must be true or false, not {value!r}")
    return value


def text_of(value: Any, key: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"`{key}` must be a text, not {value!r}")
    return value.strip()


def short(value: Any, key: str, most: int) -> str:
    text = clean_line(text_of(value, key))
    if len(text) > most:
        raise ValueError(f"`{key}` has {len(text)} characters; at most {most} are taken")
    return text


def one_of(value: Any, key: str, names: tuple[str, ...]) -> str:
    if value not in names:
        raise ValueError(f"`{key}` must be one of {', '.join(names)}, not {value!r}")
    return str(value)


def number_of(value: Any, key: str, unit: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 2**40:
        raise ValueError(f"`{key}` must be a number{unit}, not {value!r}")
    return value


def milliseconds(value: Any, key: str) -> int:
    return round(number_of(value, key, " of seconds") * 1000)


def count_of(value: Any, key: str) -> int:
    if number_of(value, key, "") != int(value):
        raise ValueError(f"`{key}` must be a whole number, not {value!r}")
    return int(value)


def rate_of(value: Any, key: str) -> float:
    if number_of(value, key, "") <= 0:
        raise ValueError(f"`{key}` must be more than 0")
    return float(value)
