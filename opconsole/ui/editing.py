"""The draft in the operator's own editor ($VISUAL, $EDITOR). The console lives on behind it: the link, the drafts, the bell.

The words go through a file in a folder of its own that only this user can read, in memory where the system offers that; the folder
goes when the editor ends, with whatever the editor has put beside the file. The draft itself is untouched until then.
"""

import asyncio
import os
import shlex
import shutil
import signal
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from textual.app import SuspendNotSupported

from opconsole.locale import tr
from opconsole.ui.controller import Start
from opconsole.ui.screens.workspace import Workspace
from opconsole.ui.shift import Shift
from opconsole.ui.writing import Writing
from opconsole.wire import limits
from opconsole.wire.text import clean_line, clean_text

_USUAL: Final = ("sensible-editor", "nano", "vim", "vi")
_BYTES: Final = limits.TEXT_BYTES * 8
"""A file beyond this is no message, whatever was done to it."""


class NoEditor(Exception):
    """There is none. The text is a translated sentence."""


class Editing:
    def __init__(
        self,
        workspace: Workspace,
        shift: Shift,
        writing: Writing,
        start: Start,
        environment: Mapping[str, str] = os.environ,
    ) -> None:
        """`start`: lets it run beside."""
        self._workspace = workspace
        self._shift = shift
        self._writing = writing
        self._start = start
        self._environment = environment
        self._open = False

    def edit(self) -> None:
        """With something selected the same key cuts, as everywhere."""
        composer = self._workspace.composer
        if composer.selected_text:
            composer.action_cut()
        elif self._writing.asks:
            self._workspace.say(tr("Answer the question first, or press Esc to give up."))
        elif not self._writing.chat:
            self._workspace.say(tr("No chat is on the screen."))
        elif not self._open:
            self._open = True
            self._start(self._edit(self._writing.chat, composer.text))

    async def _edit(self, chat: int, before: str) -> None:
        try:
            command = editor_of(self._environment)
            with private_file(before, self._environment) as file:
                with self._workspace.app.suspend(), _deaf():  # an error in here would leave the terminal lent
                    code = await _run([*command, str(file)])
                if isinstance(code, OSError):
                    raise code
                self._took(chat, before, _read(file), command[0], code)
        except NoEditor as error:
            self._workspace.say(str(error), "warning")
        except SuspendNotSupported:
            self._workspace.say(tr("This terminal can't be lent to an editor."), "warning")
        except OSError as error:
            why = error.strerror or str(error)
            self._workspace.say(tr("The editor could not be used: {why}. The draft is as it was.", why=why), "warning")
        except UnicodeDecodeError:
            text = tr("What the editor wrote is not UTF-8 text. The draft is as it was.")
            self._workspace.say(text, "warning")
        finally:
            self._open = False

    def _took(self, chat: int, before: str, after: str, editor: str, code: int) -> None:
        """An editor that says it failed (`:cq`) means: leave the draft. One that was killed did not mean anything: what it had saved
        counts, and the words before it can be called up again."""
        name = clean_line(Path(editor).name)
        if code > 0:
            text = tr("{editor} ended with code {code}: the draft is as it was.", editor=name, code=code)
            self._workspace.say(text, "warning")
            return
        if code < 0:
            text = tr("{editor} was ended by signal {code}; what it had saved is here.", editor=name, code=-code)
            self._workspace.say(text, "warning")
        if after == before:
            return
        if code < 0:
            self._writing.set_aside(chat, before)
        if chat == self._writing.chat and not self._writing.asks:
            self._writing.set_text(after)
            self._workspace.to_composer()
        elif self._shift.session is not None:
            self._shift.session.draft(chat, after, len(after))
            self._workspace.say(tr("What you wrote is in the draft of its chat."), chat=chat)


def editor_of(environment: Mapping[str, str]) -> list[str]:
    """The command, split as a shell would; no shell runs it. Raises NoEditor."""
    wish = environment.get("VISUAL") or environment.get("EDITOR") or ""
    try:
        command = shlex.split(wish)
    except ValueError:
        raise NoEditor(tr("$VISUAL or $EDITOR has an open quote: {command}", command=clean_line(wish))) from None
    if not command:
        found = next((path for name in _USUAL if (path := shutil.which(name))), "")
        if not found:
            raise NoEditor(tr("There is no editor: name one in $VISUAL or $EDITOR."))
        return [found]
    if shutil.which(command[0]) is None:
        raise NoEditor(tr("The editor {name} of $VISUAL or $EDITOR is not there.", name=clean_line(command[0])))
    return command


@contextmanager
def private_file(text: str, environment: Mapping[str, str]) -> Iterator[Path]:
    """A file with this text in a folder of its own; both are gone afterwards. Raises OSError."""
    runtime = environment.get("XDG_RUNTIME_DIR", "")  # in memory, and this user's alone
    folder = Path(tempfile.mkdtemp(prefix="opconsole-", dir=runtime if os.path.isdir(runtime) else None))
    try:
        file = folder / "message.txt"
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as handle:
            handle.write(text + "\n" if text else "")
        yield file
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _read(file: Path) -> str:
    """The words, clean: the editor may have been given anything. Raises OSError, UnicodeDecodeError."""
    with file.open("rb") as handle:
        content = handle.read(_BYTES + 1)
    if len(content) > _BYTES:
        raise OSError(tr("the file is too large"))
    return clean_text(content.decode("utf-8-sig")).rstrip("\n")


async def _run(command: list[str]) -> int | OSError:
    """Its exit code; negative: the signal that ended it. The loop runs on meanwhile."""
    try:
        process = await asyncio.create_subprocess_exec(*command)
    except OSError as error:
        return error
    try:
        return await process.wait()
    except asyncio.CancelledError:  # the console is ended from outside
        with suppress(ProcessLookupError):
            process.terminate()
        raise


@contextmanager
def _deaf() -> Iterator[None]:
    """Ctrl+C in the editor's terminal reaches every program in it: it means the editor. A handler, because what is ignored the editor
    would ignore too."""
    try:
        before = signal.signal(signal.SIGINT, lambda number, frame: None)
    except ValueError:  # not the main thread
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
