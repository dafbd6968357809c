"""`desk.toml` in the data folder: what a desk's owner can set, each key with its unit, and errors that say where and what instead.

    name = "Acme"                    # how the desk is called
    tz = "Europe/Berlin"             # its midnight starts the desk's day
    sites = ["https://acme.example"] # whose pages may open a chat; "*": anybody's
    words_warn = 10                  # the composer warns beyond so many words
    keep_days = 365                  # names, messages and pages older than this are erased; 0: kept for ever
    metrics_token = "take-a-random-one" # whoever brings it sees /metrics; without it: programs on the relay's machine
    delete_any = "supervisor"        # who may delete anybody's words: supervisor, admin, nobody
    edit_department_templates = "supervisor" # who may edit a department's templates: operator (of it), supervisor, admin

    [times]                          # seconds
    first_reply = 90                 # a taken chat goes back to the inbox without a first reply in this time
    reply = 180                      # and without a later one in this

    [targets]                        # seconds, by channel: in this time a waiting chat should be taken
    site = 60

    [limits]
    chats = 4                        # an operator holds at most so many
    waiting = 1000                   # so many wait in one department at most

    [rates]                          # what the relay takes from one session or address
    visitor_frames_per_s = 5

    [logins]                         # the team's
    require_totp = true              # everybody must have a second factor

    [files]                          # that messages carry
    max_mb = 10                      # the largest; 0: none at all
    types = ["png", "jpeg", "pdf"]   # what is taken, by its contents; without it: the usual ones (`files.kinds`)
    visitors = true                  # whether visitors may send them, too
    total_gb = 10                    # all of them together
    scan = ["clamdscan", "--fdpass", "--no-summary", "{file}"] # run for each: 0 is clean, 1 infected, else it is not taken

    [departments.sales]              # what a department has of its own: chats, waiting (numbers), first_reply, reply (seconds)
    chats = 3
    [[departments.sales.checklist]]  # a step of its chats; once for each, in order
    id = "greet"                     # stays, whatever it is called
    title = "Greet by name"
    required = true                  # closing the chat without it asks
    template = "hello"               # the code of what says it

All keys stand in `TIMES`, `LIMITS`, `LOGINS`, `Rates`, `DEPARTMENT`. What is absent has its default; the file itself may be absent.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from msgspec import Struct, field

from opconsole.wire import limits
from opconsole.wire.cards import Role
from opconsole.wire.checklists import Step
from server_stub.desk.settings import DAY, MINUTE, DepartmentSettings, Settings
from server_stub.edge import bounds
from server_stub.edge.origins import site_of
from server_stub.files.kinds import KINDS, USUAL, media_types
from server_stub.files.scanner import PLACE
from server_stub.journal.people import LoginPolicy
from server_stub.toml_values import (
    count_of,
    known,
    milliseconds,
    number_of,
    one_of,
    rate_of,
    short,
    table_of,
    text_of,
    yes_or_no,
)

FILE: Final = "desk.toml"

TIMES: Final[Mapping[str, str]] = {
    "first_reply": "first_reply_ms",
    "reply": "reply_ms",
    "warn": "warn_ms",
    "typing_ahead": "typing_ahead_ms",
    "typing_most": "typing_most_ms",
    "restart_grace": "restart_grace_ms",
    "operator_gone": "gone_ms",
    "visitor_left": "left_ms",
    "silent": "silent_ms",
    "short": "short_ms",
    "reopen": "reopen_ms",
    "rate": "rate_ms",
    "snooze_most": "snooze_most_ms",
    "other_target": "target_ms",
    "operator_change": "change_ms",
    "visitor_change": "visitor_change_ms",
    "keep_closed": "closed_keep_ms",
    "keep_visitor": "visitor_keep_ms",
}
LIMITS: Final[Mapping[str, str]] = {
    "chats": "limit",
    "waiting": "max_waiting",
    "forms": "max_forms",
    "closed": "closed_keep",
    "visitors": "visitor_keep",
    "templates": "templates_shared",
    "own_templates": "templates_mine",
    "department_templates": "templates_department",
    "changes": "changes_most",
}
LOGINS: Final[Mapping[str, str]] = {"idle": "idle_ms", "most": "most_ms", "require_totp": "require_totp"}
DEPARTMENT: Final[Mapping[str, str]] = {
    "chats": "limit",
    "waiting": "max_waiting",
    "first_reply": "first_reply_ms",
    "reply": "reply_ms",
}
DELETE_ANY: Final = ("supervisor", "admin", "nobody")
STEP: Final = ("id", "title", "required", "template")
STEPS: Final = limits.STEPS
"""A checklist has at most so many."""
TOP: Final = (
    "name",
    "tz",
    "sites",
    "words_warn",
    "keep_days",
    "delete_any",
    "edit_department_templates",
    "metrics_token",
    "times",
    "targets",
    "limits",
    "logins",
    "rates",
    "files",
    "departments",
)
FILES: Final = ("max_mb", "types", "visitors", "total_gb", "scan")
MB: Final = 1024 * 1024
MOST_MB: Final = 2048

TOKEN_CHARS: Final = 16
"""A token that is shorter could be guessed."""


class Rates(Struct, frozen=True, kw_only=True):
    """What the relay takes from one session or address before it slows it down."""

    visitor_frames_per_s: float = bounds.VISITOR_FRAMES_PER_S
    visitor_frames_burst: float = bounds.VISITOR_FRAMES_BURST
    staff_frames_per_s: float = bounds.STAFF_FRAMES_PER_S
    staff_frames_burst: float = bounds.STAFF_FRAMES_BURST
    new_visitors_per_minute: float = bounds.NEW_VISITORS_PER_MINUTE
    new_visitors_burst: float = bounds.NEW_VISITORS_BURST
    sockets_per_minute: float = bounds.SOCKETS_PER_MINUTE
    sockets_burst: float = bounds.SOCKETS_BURST
    connections_per_address: float = bounds.CONNECTIONS_PER_ADDRESS


class FileKeeping(Struct, frozen=True, kw_only=True):
    """What only the relay need know of files; the rest is the desk's (`Settings.file_bytes`…)."""

    total_bytes: int = 10 * 1024 * MB
    scan: tuple[str, ...] = ()


def _usual() -> Settings:
    return Settings(file_bytes=10 * MB, file_types=tuple(media_types(USUAL)))


class DeskFile(Struct, frozen=True, kw_only=True):
    """The file, understood."""

    name: str = "opconsole"
    sites: frozenset[str] = frozenset()
    """As `origins.site_of` gives them; `*`: any."""
    metrics_token: str = ""
    rates: Rates = field(default_factory=Rates)
    logins: LoginPolicy = field(default_factory=LoginPolicy)
    files: FileKeeping = field(default_factory=FileKeeping)
    settings: Settings = field(default_factory=_usual)

    def __repr__(self) -> str:
        return f"DeskFile(name={self.name!r}, …)"


class DeskFileWrong(Exception):
    """The file can't be used; the sentence names file, key and what may stand there."""


def load(folder: Path) -> DeskFile:
    """The settings in `folder/desk.toml`, or the defaults if there is none. Raises DeskFileWrong."""
    path = folder / FILE
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return DeskFile()
    except (OSError, UnicodeError) as error:
        raise DeskFileWrong(f"{path} can't be read: {error}") from None
    try:
        return parse(text)
    except tomllib.TOMLDecodeError as error:
        raise DeskFileWrong(f"{path} is not TOML: {error}") from None
    except ValueError as error:
        raise DeskFileWrong(f"{path}: {error}") from None


def parse(text: str) -> DeskFile:
    """The settings of a file's text. Raises ValueError with a sentence; tomllib.TOMLDecodeError."""
    table = tomllib.loads(text)
    known(table, TOP, "")
    settings: dict[str, Any] = {}
    if "tz" in table:
        settings["tz"] = text_of(table["tz"], "tz")
    if "words_warn" in table:
        settings["words_warn"] = count_of(table["words_warn"], "words_warn")
    if "keep_days" in table:
        settings["content_keep_ms"] = round(number_of(table["keep_days"], "keep_days", " of days") * DAY)
    if "delete_any" in table:
        settings["delete_any"] = one_of(table["delete_any"], "delete_any", DELETE_ANY)
    if (editors := table.get("edit_department_templates")) is not None:
        settings["department_templates"] = Role(one_of(editors, "edit_department_templates", tuple(Role)))
    for key, value in table_of(table, "times", TIMES).items():
        settings[TIMES[key]] = milliseconds(value, f"times.{key}")
    for key, value in table_of(table, "limits", LIMITS).items():
        settings[LIMITS[key]] = count_of(value, f"limits.{key}")
    targets = {key: milliseconds(value, f"targets.{key}") for key, value in table_of(table, "targets").items()}
    settings["targets_ms"] = {**Settings().targets_ms, **targets}
    departments = {name: _department(name, value) for name, value in table_of(table, "departments").items()}
    settings["departments"] = departments
    files = table_of(table, "files", FILES)
    settings |= _files(files)
    rates = table_of(table, "rates", Rates.__struct_fields__)
    sites = table.get("sites", [])
    if not isinstance(sites, list):
        raise ValueError('`sites` must be a list of addresses, such as ["https://acme.example"]')
    name = text_of(table.get("name", "opconsole"), "name")
    return DeskFile(
        name=name,
        sites=frozenset(_site(site) for site in sites),
        metrics_token=_token(table.get("metrics_token", "")),
        rates=Rates(**{key: rate_of(value, f"rates.{key}") for key, value in rates.items()}),
        files=_keeping(files),
        logins=_logins(table_of(table, "logins", LOGINS), name),
        settings=Settings(**settings),
    )


def _logins(table: Mapping[str, Any], desk: str) -> LoginPolicy:
    require = yes_or_no(table.get("require_totp", False), "logins.require_totp")
    times = {LOGINS[key]: milliseconds(value, f"logins.{key}") for key, value in table.items() if key != "require_totp"}
    if short := [key for key in ("idle", "most") if 0 <= times.get(LOGINS[key], MINUTE) < MINUTE]:
        raise ValueError(f"`logins.{short[0]}` must be at least 60 s: everybody would be logged out at once")
    return LoginPolicy(require_totp=require, desk=desk, **times)


def _files(table: Mapping[str, Any]) -> dict[str, Any]:
    types = table.get("types", USUAL)
    if not isinstance(types, list | tuple) or not types:
        raise ValueError(
            '`files.types` must be a list of types, such as ["png", "pdf"]; for no files at all write max_mb = 0'
        )
    most = number_of(table.get("max_mb", 10), "files.max_mb", " of megabytes")
    if most > MOST_MB:
        raise ValueError(f"`files.max_mb` must be at most {MOST_MB}")
    return {
        "file_bytes": round(most * MB),
        "file_types": tuple(media_types([one_of(each, "files.types", tuple(KINDS)) for each in types])),
        "visitor_files": yes_or_no(table.get("visitors", True), "files.visitors"),
    }


def _keeping(table: Mapping[str, Any]) -> FileKeeping:
    scan = table.get("scan", [])
    if not isinstance(scan, list) or not all(isinstance(each, str) and "\0" not in each for each in scan):
        raise ValueError(
            '`files.scan` must be a program and its arguments, such as ["clamdscan", "--fdpass", "{file}"]'
        )
    if scan and (not scan[0] or not any(PLACE in each for each in scan[1:])):
        raise ValueError("`files.scan` must have {file} among its arguments: there the file's path is put in")
    total = number_of(table.get("total_gb", 10), "files.total_gb", " of gigabytes")
    return FileKeeping(total_bytes=round(total * 1024 * MB), scan=tuple(scan))


def _department(name: str, value: Any) -> DepartmentSettings:
    where = f"departments.{name}"
    if not isinstance(value, dict):
        raise ValueError(f"`{where}` must be a table: write [{where}]")
    known(value, (*DEPARTMENT, "checklist"), f"{where}.")
    found: dict[str, Any] = {
        DEPARTMENT[key]: (milliseconds if DEPARTMENT[key].endswith("_ms") else count_of)(each, f"{where}.{key}")
        for key, each in value.items()
        if key != "checklist"
    }
    found["checklist"] = _checklist(value.get("checklist", []), f"{where}.checklist")
    return DepartmentSettings(**found)


def _checklist(value: Any, where: str) -> tuple[Step, ...]:
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise ValueError(f"`{where}` must be a list of steps: write [[{where}]] before each")
    if len(value) > STEPS:
        raise ValueError(f"`{where}` has {len(value)} steps; at most {STEPS} are taken")
    steps: list[Step] = []
    for number, each in enumerate(value, 1):
        place = f"{where}` (step {number}): `"
        known(each, STEP, place)
        step = Step(
            id=short(each.get("id", ""), f"{place}id", limits.ID_CHARS),
            title=short(each.get("title", ""), f"{place}title", limits.NAME_CHARS),
            required=yes_or_no(each.get("required", False), f"{place}required"),
            template=short(each["template"], f"{place}template", limits.CODE_CHARS) if "template" in each else "",
        )
        if any(step.id == earlier.id for earlier in steps):
            raise ValueError(f"`{place}id` is {step.id!r} again: each step has one of its own")
        steps.append(step)
    return tuple(steps)


def _token(value: Any) -> str:
    """Not repeated in the error: it is a secret."""
    if value != "" and not (
        isinstance(value, str) and len(value) >= TOKEN_CHARS and value.isascii() and value.isprintable()
    ):
        raise ValueError(f"`metrics_token` must be a text of at least {TOKEN_CHARS} letters and digits")
    return str(value)


def _site(value: Any) -> str:
    if value == "*":
        return "*"
    site = site_of(value) if isinstance(value, str) else ""
    if not site:
        raise ValueError(f"`sites`: {value!r} is no site's address; write it as https://acme.example")
    return site
