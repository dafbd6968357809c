"""`opconsole template import|export FILE`: prepared replies between the relay and a file, TOML or CSV by its name's ending.

It works over a short working session, by the kept login or by a password that it asks for.
"""

import argparse
import asyncio
import os
import uuid
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from opconsole.cli import say
from opconsole.cli.errors import Exit, Failed
from opconsole.locale import refusal_text, tr, trn

if TYPE_CHECKING:
    from opconsole.link.errand import Errand
    from opconsole.link.sign_in import SignIn
    from opconsole.state.template_files import Prepared
    from opconsole.wire.cards import TemplateCard
    from opconsole.wire.staff import SaveTemplate

LARGEST_BYTES: Final = 32 * 1024 * 1024
"""A larger file is no file of templates."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="template_action", required=True, metavar=tr("ACTION"))
    take = actions.add_parser(
        "import", help=tr("make and change templates as the file says; none is deleted"), allow_abbrev=False
    )
    give = actions.add_parser("export", help=tr("write templates into a file"), allow_abbrev=False)
    for action in (take, give):
        action.add_argument("file", type=Path, metavar=tr("FILE"), help=tr("its name ends with .toml or .csv"))
        # the same as before the subcommand; SUPPRESS, or the absent one would hide what was given there
        action.add_argument("--relay", metavar="URL", default=argparse.SUPPRESS, help=tr("address of the relay"))
        action.add_argument("--login", metavar="NAME", default=argparse.SUPPRESS, help=tr("who logs in"))
        scope = action.add_mutually_exclusive_group()
        scope.add_argument("--mine", action="store_true", help=tr("personal templates (an import's default)"))
        scope.add_argument(
            "--shared", action="store_true", help=tr("the desk's (importing them is for supervisors and admins)")
        )
        scope.add_argument("--department", metavar=tr("NAME"), default="", help=tr("a department's"))
    take.add_argument("--dry-run", action="store_true", help=tr("only say what would be done"))
    give.add_argument("--force", action="store_true", help=tr("replace a file that is there"))


def run(arguments: argparse.Namespace) -> int:
    from opconsole.link.failures import LinkTrouble, Trouble
    from opconsole.link.sign_in import SignIn
    from opconsole.settings import load_settings

    file: Path = arguments.file
    if file.suffix.lower() not in {".toml", ".csv"}:
        raise Failed(tr("{file}: a file of templates ends with .toml or .csv", file=file.name), Exit.usage)
    loaded = load_settings(speak=arguments.lang is None)
    sign_in = SignIn.of(loaded.settings, arguments.relay, arguments.login)
    try:
        if arguments.template_action == "import":
            wanted = _read(file)
            return asyncio.run(
                _import(
                    sign_in,
                    wanted,
                    shared=arguments.shared,
                    department=arguments.department,
                    dry_run=arguments.dry_run,
                )
            )
        if file.exists() and not arguments.force:
            raise Failed(tr("{file} is there already; --force replaces it", file=file))
        return asyncio.run(
            _export(sign_in, file, mine=arguments.mine, shared=arguments.shared, department=arguments.department)
        )
    except LinkTrouble as trouble:
        code = Exit.refused if trouble.trouble is Trouble.refused else Exit.unreachable
        raise Failed(trouble.text, code) from None


# ---------------------------------------------------------------- import


def _read(file: Path) -> "tuple[Prepared, ...]":
    """The file's templates. With one fault in it nothing is taken, so that the file and the relay never differ unawares."""
    from opconsole.state.template_files import read_templates

    try:
        if file.stat().st_size > LARGEST_BYTES:
            raise Failed(tr("{file} is too large for a file of templates", file=file))
        text = file.read_text("utf-8")
    except OSError as error:
        raise Failed(tr("{file} can't be read: {why}", file=file, why=error.strerror or error)) from None
    except UnicodeDecodeError:
        raise Failed(tr("{file} is not UTF-8 text: save it as UTF-8", file=file)) from None
    read = read_templates(text, file)
    for problem in read.problems:
        say.err(problem)
    if read.problems:
        raise Failed(trn("{n} fault; nothing was imported", "{n} faults; nothing was imported", len(read.problems)))
    return read.templates


async def _import(
    sign_in: "SignIn", wanted: "tuple[Prepared, ...]", *, shared: bool, department: str, dry_run: bool
) -> int:
    from opconsole.state.template_import import include_faults, plan_import
    from opconsole.wire.staff import Refused

    errand = await _begin(sign_in)
    try:
        plan = plan_import(
            wanted,
            errand.sync.templates,
            owner="" if shared or department else errand.welcome.login,
            department=department,
            zone=errand.welcome.settings.tz,
            command_id=lambda: str(uuid.uuid4()),
        )
        if faults := include_faults(plan, errand.sync.templates):
            for save, why in faults:
                say.err(_line("✗", save, why))
            raise Failed(trn("{n} fault; nothing was imported", "{n} faults; nothing was imported", len(faults)))
        commands = [*plan.add, *plan.change]
        answers = [None] * len(commands) if dry_run else await errand.do(commands)
    finally:
        await errand.end()
    added = {save.id for save in plan.add}
    refused = 0
    for save, answer in zip(commands, answers, strict=True):
        why = ""
        if isinstance(answer, Refused):
            refused += 1
            why = refusal_text(answer.code, answer.facts, answer.text)
        say.out(_line("✗" if why else "+" if save.id in added else "~", save, why))
    done = len(plan.add) + len(plan.change) - refused
    say.out(
        ", ".join(
            (
                trn("{n} template would be saved", "{n} templates would be saved", done)
                if dry_run
                else trn("{n} template saved", "{n} templates saved", done),
                trn("{n} the same already", "{n} the same already", len(plan.same)),
                trn("{n} refused", "{n} refused", refused),
            )
        )
    )
    return Exit.refused if refused else Exit.ok


def _line(mark: str, save: "SaveTemplate", why: str) -> str:
    lang = f" ({save.lang})" if save.lang else ""
    return f"{mark} /{save.code}{lang}  {why or save.title}".rstrip()


# ---------------------------------------------------------------- export


async def _export(sign_in: "SignIn", file: Path, *, mine: bool, shared: bool, department: str) -> int:
    from opconsole.state.template_files import write_csv, write_toml

    errand = await _begin(sign_in)
    await errand.end()
    login = errand.welcome.login

    def wanted(card: "TemplateCard") -> bool:
        if department:
            return card.department == department
        return card.owner == login if mine else not (card.owner or card.department) if shared else True

    chosen = _chosen(errand.sync.templates, wanted, errand.welcome.settings.tz)
    text = write_csv(chosen) if file.suffix.lower() == ".csv" else write_toml(chosen)
    temporary = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        with temporary.open("w", encoding="utf-8", newline="") as target:
            target.write(text)
        temporary.replace(file)
    except OSError as error:
        raise Failed(tr("{file} can't be written: {why}", file=file, why=error.strerror or error)) from None
    finally:
        temporary.unlink(missing_ok=True)
    say.out(trn("{n} template written to {file}", "{n} templates written to {file}", len(chosen), file=file))
    return Exit.ok


def _chosen(cards: "Iterable[TemplateCard]", wanted: "Callable[[TemplateCard], bool]", zone: str) -> "list[Prepared]":
    """One of each code, language and channel, in order; where several scopes have the same: the personal one, else the department's."""
    from opconsole.state.template_import import prepared_of

    found: dict[tuple[str, str, str], Prepared] = {}
    for card in sorted(cards, key=lambda card: (bool(card.owner), bool(card.department))):
        if wanted(card):
            prepared = prepared_of(card, zone)
            found[prepared.key] = prepared
    return sorted(
        found.values(),
        key=lambda prepared: (prepared.lang, prepared.group.casefold(), prepared.code.casefold(), prepared.channel),
    )


# ---------------------------------------------------------------- logging in


async def _begin(sign_in: "SignIn") -> "Errand":
    from opconsole.cli.prompts import signed_in
    from opconsole.link.connection import dialer
    from opconsole.link.errand import Errand
    from opconsole.link.failures import LinkTrouble
    from opconsole.state.model import Stop

    ready = await signed_in(sign_in, await sign_in.begin())
    try:
        return await Errand.begin(dialer(ready.relay, ready.token))
    except LinkTrouble as trouble:
        if trouble.stop is not Stop.login:
            raise
        ready = await signed_in(sign_in, await sign_in.expired(ready))
    return await Errand.begin(dialer(ready.relay, ready.token))
