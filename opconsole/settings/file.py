"""Reads and changes `config.toml`.

Reading never fails: whatever is wrong becomes a `Problem`, and the key gets its default. A change is written into the text of
the file, so that the user's comments and order stay, and replaces the file atomically.
"""

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from opconsole.locale import choose_language, set_language, tr
from opconsole.settings.folders import config_file
from opconsole.settings.model import Macro, Settings
from opconsole.settings.problems import Problem, did_you_mean, unknown_key
from opconsole.wire.text import clean_data


class Loaded(Struct, frozen=True):
    settings: Settings
    problems: tuple[Problem, ...] = ()


def load_settings(file: Path | None = None, *, speak: bool = False) -> Loaded:
    """The settings of `file` (the user's own, unless told), and what is wrong with them.

    `speak`: the process speaks the language that they ask for from now on, and so do the problems."""
    file = file or config_file()
    problems: list[Problem] = []
    if speak:
        set_language(choose_language("auto"))
    data = _read(file, problems)
    if speak:
        set_language(choose_language(str(data.get("lang", "auto"))))
    settings = _struct(Settings(), data, file, "", problems)
    return Loaded(settings, tuple(problems))


Value = str | bool | int | float | list[str]


def save_setting(key: str, value: Value, file: Path | None = None) -> Settings:
    """Change one setting (`key` is dotted) in the file, and return the settings as they are now.

    Raises ValueError for an unknown key or a value that doesn't fit, OSError when the file can't be written. A file that is
    not TOML at all is not touched: it raises ValueError."""
    file = file or config_file()
    names = key.split(".")
    _check(key, names, value, file)
    _rewrite(file, lambda text: change_text(text, names, value))
    return load_settings(file).settings


def forget_setting(key: str, file: Path | None = None) -> Settings:
    """Take one setting out of the file: its default counts again. Raises as `save_setting`."""
    file = file or config_file()
    _rewrite(file, lambda text: forget_text(text, key.split(".")))
    return load_settings(file).settings


def _rewrite(file: Path, change: Callable[[str], str]) -> None:
    """Put the changed text in the file's place, whole."""
    try:
        text = file.read_text("utf-8")
    except FileNotFoundError:
        text = ""
    changed = change(text)
    file.parent.mkdir(parents=True, exist_ok=True)
    target = file.resolve()  # a link to a file elsewhere stays a link
    temporary = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        temporary.write_text(changed, "utf-8")
        if target.exists():
            temporary.chmod(target.stat().st_mode & 0o777)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


def change_text(text: str, names: list[str], value: Value) -> str:
    """The TOML `text` with one value changed. Comments and order stay: the usual case by lines, as a person would, any other by
    tomlkit; only where both fail (they have faults too) all is written anew."""
    import tomllib

    data = tomllib.loads(text)
    table = data
    for name in names[:-1]:
        table = table.setdefault(name, {})
    table[names[-1]] = value
    if _is(edited := _edit(text, names, value), data):
        return edited
    try:
        if _is(edited := _edit_anywhere(text, names, value), data):
            return edited
    except Exception:  # a fault of the library's; its errors are many  # noqa: S110  # nosec B110
        pass
    import tomli_w

    return tomli_w.dumps(data)


def forget_text(text: str, names: list[str]) -> str:
    """The TOML `text` without one value (and without a table that has nothing else in it)."""
    import tomlkit

    document = tomlkit.parse(text)
    tables: list[Any] = [document]
    for name in names[:-1]:
        if name not in tables[-1]:
            return text
        tables.append(tables[-1][name])
    if names[-1] not in tables[-1]:
        return text
    del tables[-1][names[-1]]
    for above, name in zip(reversed(tables[:-1]), reversed(names[:-1]), strict=True):
        if not above[name]:
            del above[name]
    return tomlkit.dumps(document)


def line_of(text: str, names: list[str]) -> int:
    """Number of the line on which the TOML `text` gives this value; 0: it doesn't, or not as a line of its own."""
    header, name = ".".join(names[:-1]), names[-1]
    here = ""
    for number, line in enumerate(text.splitlines(), 1):
        if table := _TABLE.match(line):
            here = re.sub(r"\s", "", table[1])
        elif given := _KEY.match(line):
            path = ".".join(part for part in (here, re.sub(r"[\s\"']", "", given[1])) if part)
            whole = ".".join(part for part in (header, name) if part)
            if path == whole or whole.startswith(f"{path}."):  # `[warnings]` may hold `rescue = { bell = false }`
                return number
    return 0


_TABLE = re.compile(r"\s*\[\s*([^\[\]]+?)\s*\]")
_KEY = re.compile(r"\s*([A-Za-z0-9_\-.\"' ]+?)\s*=")


def _is(text: str, data: dict[str, Any]) -> bool:
    import tomllib

    try:
        return tomllib.loads(text) == data
    except tomllib.TOMLDecodeError:
        return False


def _edit_anywhere(text: str, names: list[str], value: Value) -> str:
    """Inline tables, dotted keys, values of several lines."""
    import tomlkit

    document = tomlkit.parse(text)
    table: Any = document
    for name in names[:-1]:
        if name not in table:
            table[name] = tomlkit.table()
        table = table[name]
    table[names[-1]] = value
    return tomlkit.dumps(document)


def _edit(text: str, names: list[str], value: Value) -> str:
    """The usual case, by lines: replace the value's line in its table, or add one. The caller checks the result."""
    import tomli_w

    header, name = ".".join(names[:-1]), names[-1]
    line = tomli_w.dumps({name: value}).rstrip("\n")
    lines = text.splitlines()
    here, insert_at = "", 0 if not header else -1
    for number, old in enumerate(lines):
        if table := _TABLE.match(old):
            here = re.sub(r"\s", "", table[1])
            if here == header:
                insert_at = number + 1
        elif here == header and re.match(rf"\s*{re.escape(name)}\s*=", old):
            comment = re.search(r"\s+#[^\"']*$", old)
            lines[number] = line + (comment[0] if comment else "")
            return "\n".join(lines) + "\n"
        elif here == header and old.strip():
            insert_at = number + 1
    if insert_at < 0:
        lines += [*([""] if lines else []), f"[{header}]", line]
    else:
        lines.insert(insert_at, line)
    return "\n".join(lines) + "\n"


def _read(file: Path, problems: list[Problem]) -> dict[str, Any]:
    try:
        raw = file.read_bytes()
    except FileNotFoundError:
        return {}
    except OSError as error:
        problems.append(Problem(file, "", tr("can't be read: {why}", why=error.strerror or str(error))))
        return {}
    import tomllib

    try:
        data: dict[str, Any] = clean_data(tomllib.loads(raw.decode("utf-8-sig")))
        return data
    except UnicodeDecodeError:
        problems.append(Problem(file, "", tr("is not UTF-8 text")))
    except tomllib.TOMLDecodeError as error:
        problems.append(Problem(file, "", tr("is not TOML: {why}", why=str(error))))
    return {}


S = TypeVar("S", bound=Struct)


def _struct(base: S, data: dict[str, Any], file: Path, at: str, problems: list[Problem]) -> S:
    """`base` with those values that fit; the others stay as they are in it, and get a problem each."""
    fields = {field.name: field for field in msgspec.structs.fields(base)}
    good: dict[str, Any] = {}
    for name, value in data.items():
        key = f"{at}{name}"
        field = fields.get(name)
        if field is None:
            problems.append(unknown_key(file, key, fields))
        elif isinstance(inner := getattr(base, name), Struct):
            if isinstance(value, dict):
                good[name] = _struct(inner, value, file, f"{key}.", problems)
            else:
                problems.append(Problem(file, key, tr("must be a table: [{key}]", key=key)))
        elif name == "keys" and isinstance(value, dict):
            good[name] = _keys(value, file, key, problems)
        elif name == "macros" and isinstance(value, dict):
            good[name] = _macros(value, file, key, problems)
        else:
            try:
                good[name] = msgspec.convert(value, field.type)
            except msgspec.ValidationError as error:
                problems.append(Problem(file, key, _misfit(value, field.type, str(error))))
    return msgspec.structs.replace(base, **good)


def _keys(data: dict[str, Any], file: Path, at: str, problems: list[Problem]) -> dict[str, list[str]]:
    """Own keys: a string is one key, a list several. Whether the actions exist is known to who has the registry."""
    keys: dict[str, list[str]] = {}
    for action, value in data.items():
        listed = [value] if isinstance(value, str) else value
        if isinstance(listed, list) and all(isinstance(key, str) and key for key in listed):
            keys[action] = listed
        else:
            problems.append(
                Problem(file, f"{at}.{action}", tr('must be a key or a list of keys: "f5" or ["f5", "ctrl+g"]'))
            )
    return keys


def _macros(data: dict[str, Any], file: Path, at: str, problems: list[Problem]) -> dict[str, Macro]:
    """Those that can be read. Whether their commands exist is known to who has the registry."""
    macros: dict[str, Macro] = {}
    for name, table in data.items():
        key = f"{at}.{name}"
        if not isinstance(table, dict):
            problems.append(Problem(file, key, tr("must be a table: [{key}]", key=key)))
        elif not re.fullmatch(r"[^\W\d_][\w-]{0,39}", name):
            problems.append(Problem(file, key, tr("a macro's name is letters, digits and hyphens, a letter first")))
        elif unknown := [each for each in table if each not in Macro.__struct_fields__]:
            problems += [unknown_key(file, f"{key}.{each}", Macro.__struct_fields__) for each in unknown]
        else:
            try:
                macro = msgspec.convert({"do": [], **table}, Macro)
            except msgspec.ValidationError as error:
                problems.append(Problem(file, key, tr("doesn't fit: {why}", why=str(error))))
                continue
            if macro.do:
                macros[name] = macro
            else:
                problems.append(
                    Problem(file, f"{key}.do", tr('must be a list of commands: do = ["insert 1", "close"]'))
                )
    return macros


def _misfit(value: object, kind: Any, why: str) -> str:
    parts = [getattr(part, "__args__", (part,)) for part in getattr(kind, "__args__", ())]
    choices = [choice for part in parts for choice in part if isinstance(choice, str)]
    takes_bool = kind is bool or (bool,) in parts
    if isinstance(value, str) and choices:
        names = [*(["true", "false"] if takes_bool else []), *choices]
        return tr("can't be {value}. {hint}", value=repr(value), hint=did_you_mean(value, names))
    wanted = {str: tr("a text in quotes"), list[str]: tr("a list of texts in quotes")}.get(kind, "")
    wanted = tr("true or false") if takes_bool else wanted
    numbers = [choice for part in parts for choice in part if isinstance(choice, int)]
    if numbers:
        wanted = tr("a whole number from {least} to {most}", least=min(numbers), most=max(numbers))
    for meta in getattr(kind, "__metadata__", ()):
        if isinstance(meta, msgspec.Meta):
            wanted = tr("a whole number from {least} to {most}", least=meta.ge, most=meta.le)
    if wanted:
        return tr("can't be {value}. It must be {wanted}.", value=repr(value), wanted=wanted)
    return tr("doesn't fit: {why}", why=why)


def _check(key: str, names: list[str], value: Value, file: Path) -> None:
    """Raise ValueError unless the setting exists and takes this value."""
    data: dict[str, Any] = {}
    table = data
    for name in names[:-1]:
        table = table.setdefault(name, {})
    table[names[-1]] = value
    problems: list[Problem] = []
    _struct(Settings(), data, file, "", problems)
    if problems or not key:
        raise ValueError(f"{key}: {problems[0].text if problems else ''}")
