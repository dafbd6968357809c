"""Templates between the console and a file, TOML or CSV, as `opconsole template` does it: the same files, the same faults, the same rules.

Reading and writing are done beside, so that no key waits for a disk.
"""

import asyncio
import os
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from opconsole.locale import tr, trn
from opconsole.state.template_folders import my_scopes
from opconsole.state.template_import import Plan, Scope
from opconsole.terminal import in_a_tab
from opconsole.ui.controller import Start
from opconsole.ui.screens.workspace import Workspace
from opconsole.ui.shift import Shift
from opconsole.wire.cards import TemplateCard
from opconsole.wire.staff import SaveTemplate

LARGEST_BYTES: Final = 32 * 1024 * 1024
MOST: Final = 300
"""So many are saved from here at once; more wait longer than anybody does, and are for `opconsole template import`."""
_DEFAULT: Final = "templates.toml"


class TemplateExchange:
    def __init__(self, workspace: Workspace, shift: Shift, start: Start, say: Callable[[str], None]) -> None:
        self._workspace = workspace
        self._shift = shift
        self._picture = shift.store
        self._start = start
        self._say = say

    # ------------------------------------------------------------ out

    def give(self) -> None:
        if in_a_tab():
            self._say(
                tr("This is a browser's tab: the disk here is not yours. Use `opconsole template` in a terminal.")
            )
            return
        self._choose_scope(tr("Export which templates?"), self._ask_file, all_of_them=True)

    def _ask_file(self, scope: Scope | None) -> None:
        from opconsole.ui.screens.ask_line import AskLine

        def given(name: str | None) -> None:
            if name:
                self._start(self._write(_path(name), scope))

        question = tr("Write them into which file? (.toml or .csv)")
        self._workspace.app.push_screen(AskLine(self._workspace.view, question, _DEFAULT, _wrong_name), given)

    async def _write(self, file: Path, scope: Scope | None) -> None:
        from opconsole.state.template_files import write_csv, write_toml
        from opconsole.state.template_import import prepared_of

        cards = [card for card in self._picture.templates.values() if scope is None or scope.has(card)]
        found = {
            prepared.key: prepared for prepared in (prepared_of(card, self._zone) for card in _personal_last(cards))
        }
        chosen = sorted(found.values(), key=lambda each: (each.lang, each.group.casefold(), *each.key))
        write = write_csv if file.suffix.lower() == ".csv" else write_toml
        try:
            await asyncio.to_thread(lambda: _write_new(file, write(chosen)))
        except FileExistsError:
            self._say(tr("{file} is there already: choose another name.", file=file.name))
        except OSError as error:
            self._say(tr("{file} can't be written: {why}", file=file.name, why=error.strerror or error))
        else:
            self._say(trn("{n} template written to {file}", "{n} templates written to {file}", len(chosen), file=file))

    # ------------------------------------------------------------ in

    def take(self) -> None:
        if in_a_tab():
            self._say(
                tr("This is a browser's tab: the disk here is not yours. Use `opconsole template` in a terminal.")
            )
            return
        from opconsole.ui.screens.ask_line import AskLine

        def given(name: str | None) -> None:
            if name:
                self._start(self._read(_path(name)))

        question = tr("Read templates from which file? (.toml or .csv)")
        self._workspace.app.push_screen(AskLine(self._workspace.view, question, _DEFAULT, _wrong_name), given)

    async def _read(self, file: Path) -> None:
        from opconsole.state.template_files import read_templates

        try:
            read = await asyncio.to_thread(lambda: read_templates(_read_text(file), file))
        except UnicodeDecodeError:
            self._say(tr("{file} is not UTF-8 text: save it as UTF-8", file=file.name))
            return
        except OSError as error:
            self._say(tr("{file} can't be read: {why}", file=file.name, why=error.strerror or error))
            return
        if read.problems:
            more = trn("{n} fault; nothing was imported", "{n} faults; nothing was imported", len(read.problems))
            self._say(f"{read.problems[0].key}: {read.problems[0].text} ({more})")
            return
        self._choose_scope(tr("Import them for whom?"), lambda scope: self._plan(read.templates, scope))

    def _plan(self, wanted: Any, scope: Scope | None) -> None:
        from opconsole.state.template_import import include_faults, plan_import

        assert scope is not None
        cards = list(self._picture.templates.values())
        plan = plan_import(
            wanted,
            cards,
            owner=scope.owner,
            department=scope.department,
            zone=self._zone,
            command_id=lambda: str(uuid.uuid4()),
        )
        commands = [*plan.add, *plan.change]
        if faults := include_faults(plan, cards):
            self._say(f"/{faults[0][0].code}: {faults[0][1]}")
        elif not commands:
            self._say(tr("All of them are there already."))
        elif len(commands) > MOST:
            self._say(tr("That are more than {most}: use opconsole template import.", most=MOST))
        else:
            self._workspace.ask(_question(plan), tr("import"), lambda: self._send(commands))

    def _send(self, commands: list[SaveTemplate]) -> None:
        session = self._shift.session
        if session is None:
            return
        for command in commands:
            session.send(command)
        self._say(trn("{n} template saved", "{n} templates saved", len(commands)))

    # ------------------------------------------------------------ inside

    def _choose_scope(self, title: str, then: Callable[[Scope | None], None], *, all_of_them: bool = False) -> None:
        from opconsole.ui.screens.picker import Option, Picker, fuzzy
        from opconsole.ui.screens.template_form import scope_name

        options: list[Option[Scope | None]] = [Option(each, scope_name(each)) for each in my_scopes(self._picture)]
        if all_of_them:
            options = [Option(None, tr("all that I see")), *(each for each in options)]
        if len(options) == 1:
            then(options[0].value)
            return
        picker: Picker[Scope | None] = Picker(
            self._workspace.view, title, lambda query: fuzzy(options, query), small=True
        )
        self._workspace.pick(picker, lambda picked: then(picked.value))

    @property
    def _zone(self) -> str:
        return self._picture.me.settings.tz


def _question(plan: Plan) -> str:
    return tr(
        "Import: {add} new, {change} changed, {same} the same already. None is deleted.",
        add=len(plan.add),
        change=len(plan.change),
        same=len(plan.same),
    )


def _personal_last(cards: list[TemplateCard]) -> list[TemplateCard]:
    """Where several scopes have the same, the personal one stands for it, else the department's."""
    return sorted(cards, key=lambda card: (bool(card.owner), bool(card.department)))


def _path(name: str) -> Path:
    """`~` is one's home; a name that means nobody stays as it is."""
    return Path(os.path.expanduser(name))  # (pathlib's own raises)


def _wrong_name(name: str) -> str:
    if Path(name).suffix.lower() in {".toml", ".csv"}:
        return ""
    return tr("{file}: a file of templates ends with .toml or .csv", file=name)


def _write_new(file: Path, text: str) -> None:
    """Whole or not at all, and nothing that is there is replaced. Raises OSError."""
    if file.exists():
        raise FileExistsError(file)
    temporary = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        with temporary.open("w", encoding="utf-8", newline="") as target:
            target.write(text)
        temporary.replace(file)
    finally:
        temporary.unlink(missing_ok=True)


def _read_text(file: Path) -> str:
    if file.stat().st_size > LARGEST_BYTES:
        raise OSError(tr("it is too large for a file of templates"))
    return file.read_text("utf-8")
