"""Templates as files, TOML and CSV: text to templates with exact faults, and back. Reading and writing files is the caller's.

    [[template]]                       code,lang,group,title,hotkey,text
    code = "hello"                     hello,en,Start,Greeting,1,"Hello{?, {visitor}}! How can I help?"
    lang = "en"
    title = "Greeting"
    text = "Hello{?, {visitor}}! How can I help?"

`from` and `until` are days (`opconsole.state.days`), in the desk's time zone; they stay days here, since a file knows no desk.

A spreadsheet runs a cell that begins with `=`, `+`, `-` or `@` as a formula. So such a cell gets an apostrophe before it on the way out
and loses it on the way in.
"""

import csv
import datetime
import io
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from msgspec import Struct

from opconsole.locale import tr
from opconsole.settings.problems import Problem, did_you_mean
from opconsole.state import days
from opconsole.state.templates import TemplateFault, parse
from opconsole.wire import limits, weekly
from opconsole.wire.text import clean_line, clean_text, fits_bytes

FIELDS: Final = ("code", "lang", "channel", "group", "title", "hotkey", "from", "until", "hours", "text")
_ATTRIBUTES: Final = {"from": "active_from", "until": "active_until"}
"""Of `Prepared`, where they are not called as in a file."""
TEMPLATES: Final = 2000
"""A file holds at most so many."""

_CODE: Final = re.compile(r"[^\s/]+")
_LANG: Final = re.compile(r"(?:[a-z]{2,3}(?:-[a-z0-9]{2,8})*)?")
_FORMULA: Final = re.compile(r"'*[=+\-@\t\r]")


class Prepared(Struct, frozen=True, kw_only=True):
    """A template as a file has it: without an owner, an id or a revision."""

    code: str
    text: str
    lang: str = ""
    channel: str = ""
    group: str = ""
    title: str = ""
    hotkey: int = 0
    active_from: str = ""
    active_until: str = ""
    """Its first and its last day; empty: no such bound."""
    hours: str = ""
    """When in the week it is offered (`wire.weekly`); empty: always."""

    @property
    def key(self) -> tuple[str, str, str]:
        """What is one template: in a file, and in one scope (personal, of a department, or the desk's)."""
        return self.code.casefold(), self.lang, self.channel.casefold()

    def field(self, name: str) -> str | int:
        """One of `FIELDS`."""
        value: str | int = getattr(self, _ATTRIBUTES.get(name, name))
        return value


class Read(Struct, frozen=True):
    templates: tuple[Prepared, ...]
    problems: tuple[Problem, ...]
    """Faults; of a template with a fault nothing is taken."""


def read_templates(text: str, file: Path) -> Read:
    """What a file holds, by its name's ending: `.toml` or `.csv`. `file` is for the faults only. ValueError: another ending."""
    rows: list[tuple[str, dict[str, Any]]]
    problems: list[Problem] = []
    suffix = file.suffix.lower()
    if suffix == ".toml":
        rows = _toml_rows(text, file, problems)
    elif suffix == ".csv":
        rows = _csv_rows(text, file, problems)
    else:
        raise ValueError(tr("{file}: a file of templates ends with .toml or .csv", file=file.name))
    if len(rows) > TEMPLATES:
        problems.append(
            Problem(file, "", tr("has {n} templates; at most {most} are taken", n=len(rows), most=TEMPLATES))
        )
        rows = []
    taken: dict[tuple[str, str, str], str] = {}
    found: list[Prepared] = []
    for place, row in rows:
        prepared = _prepared(row, place, file, problems)
        if prepared is None:
            continue
        if (earlier := taken.setdefault(prepared.key, place)) != place:
            problems.append(
                Problem(
                    file, f"{place}, code", tr("/{code} stands twice: see {place}", code=prepared.code, place=earlier)
                )
            )
        else:
            found.append(prepared)
    return Read(tuple(found), tuple(problems))


def write_toml(templates: Iterable[Prepared]) -> str:
    import tomli_w

    rows = [{name: value for name in FIELDS if (value := template.field(name))} for template in templates]
    return tomli_w.dumps({"template": rows}, multiline_strings=True)


def write_csv(templates: Iterable[Prepared]) -> str:
    """With a byte order mark, without which spreadsheets take UTF-8 for something else."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(FIELDS)
    for template in templates:
        writer.writerow([defuse(str(template.field(name) or "")) for name in FIELDS])
    return "\ufeff" + out.getvalue()


def defuse(cell: str) -> str:
    """A cell that no spreadsheet runs."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def restore(cell: str) -> str:
    """What `defuse` was given."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def _toml_rows(text: str, file: Path, problems: list[Problem]) -> list[tuple[str, dict[str, Any]]]:
    import tomllib

    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        problems.append(Problem(file, "", tr("is not TOML: {why}", why=str(error))))
        return []
    problems += [
        Problem(file, key, tr("no such key. {hint}", hint=did_you_mean(key, ("template",))))
        for key in data
        if key != "template"
    ]
    rows = data.get("template", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        problems.append(Problem(file, "template", tr("must be written as [[template]], once for each")))
        return []
    heads = [number for number, line in enumerate(text.splitlines(), 1) if re.match(r"\s*\[\[\s*template\s*\]\]", line)]
    if len(heads) != len(rows):  # written inline, or the words stand within a text
        return [(tr("template {n}", n=number), row) for number, row in enumerate(rows, 1)]
    return [(tr("line {n}", n=line), row) for line, row in zip(heads, rows, strict=True)]


def _csv_rows(text: str, file: Path, problems: list[Problem]) -> list[tuple[str, dict[str, Any]]]:
    text = text.removeprefix("\ufeff")
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[tuple[str, dict[str, Any]]] = []
    try:
        names = [name.strip().lower() for name in next(reader, [])]
        unknown = [name for name in names if name not in FIELDS]
        problems += [
            Problem(
                file,
                tr("line {n}", n=1),
                tr("no column {name}. {hint}", name=name or '""', hint=did_you_mean(name, FIELDS)),
            )
            for name in unknown
        ]
        if absent := [name for name in ("code", "text") if name not in names]:
            problems.append(Problem(file, tr("line {n}", n=1), tr("missing: {names}", names=", ".join(absent))))
            return []
        begins = reader.line_num + 1
        for cells in reader:
            if any(cells):
                row = {name: restore(cell) for name, cell in zip(names, cells, strict=False) if name in FIELDS}
                rows.append((tr("line {n}", n=begins), row))
            begins = reader.line_num + 1
    except csv.Error as error:
        problems.append(Problem(file, tr("line {n}", n=reader.line_num), tr("is not CSV: {why}", why=str(error))))
    return rows


def _prepared(row: Mapping[str, Any], place: str, file: Path, problems: list[Problem]) -> Prepared | None:
    """The row as a template, or None and what is wrong with it."""
    faults: list[Problem] = []

    def fault(field: str, text: str) -> None:
        faults.append(Problem(file, f"{place}, {field}", text))

    for name in row:
        if name not in FIELDS:
            fault(name, tr("no such key. {hint}", hint=did_you_mean(name, FIELDS)))
    values: dict[str, str] = {}
    for name in FIELDS:
        value = row.get(name, "")
        if isinstance(value, datetime.date) and name in _ATTRIBUTES:  # TOML has days of its own
            value = f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime.datetime) else f"{value:%Y-%m-%d}"
        if isinstance(value, str) or (name == "hotkey" and type(value) is int):
            values[name] = clean_text(str(value)).strip() if name == "text" else clean_line(str(value)).strip()
        else:
            values[name] = ""
            fault(name, tr("can't be {value}. It must be {wanted}.", value=repr(value), wanted=tr("a text in quotes")))
    values["code"] = values["code"].removeprefix("/")
    values["lang"] = values["lang"].replace("_", "-").lower()
    if not faults:
        _check(values, fault)
    problems += faults
    if faults:
        return None
    fields = {_ATTRIBUTES.get(name, name): value for name, value in values.items()}
    for name in _ATTRIBUTES.values():
        fields[name] = days.normal(fields[name])
    fields["hours"] = weekly.normal(fields["hours"])
    return Prepared(**{**fields, "hotkey": int(fields["hotkey"] or 0)})  # type: ignore[arg-type]


def _check(values: Mapping[str, str], fault: Callable[[str, str], None]) -> None:
    code, text = values["code"], values["text"]
    if not code:
        fault("code", tr("is empty"))
    elif not _CODE.fullmatch(code) or len(code) > limits.CODE_CHARS:
        fault(
            "code",
            tr(
                "/{code} must be one word without a slash, at most {most} characters", code=code, most=limits.CODE_CHARS
            ),
        )
    if not text:
        fault("text", tr("is empty"))
    elif not fits_bytes(text, limits.TEXT_BYTES):
        fault("text", tr("is too long: at most {most} bytes", most=limits.TEXT_BYTES))
    else:
        try:
            parse(text, strict=True)
        except TemplateFault as error:
            fault("text", str(error))
    for name, most in (("title", limits.LINE_CHARS), ("group", limits.NAME_CHARS), ("channel", limits.NAME_CHARS)):
        if len(values[name]) > most:
            fault(name, tr("is too long: at most {most} characters", most=most))
    if not _LANG.fullmatch(values["lang"]):
        fault(
            "lang",
            tr(
                "can't be {value}. It must be {wanted}.",
                value=repr(values["lang"]),
                wanted=tr('a language such as "en" or "ru"'),
            ),
        )
    for name in _ATTRIBUTES:
        try:
            days.normal(values[name])
        except ValueError:
            fault(
                name,
                tr(
                    "can't be {value}. It must be {wanted}.",
                    value=repr(values[name]),
                    wanted=tr("a day such as 2026-12-31"),
                ),
            )
    try:
        weekly.read(values["hours"])
    except ValueError:
        wanted = tr("days and hours such as mon-fri 9:00-18:00")
        fault("hours", tr("can't be {value}. It must be {wanted}.", value=repr(values["hours"]), wanted=wanted))
    if values["hotkey"] not in {"", *"0123456789"}:
        fault(
            "hotkey",
            tr(
                "can't be {value}. It must be {wanted}.",
                value=values["hotkey"],
                wanted=tr("a number from 1 to 9, or 0"),
            ),
        )
