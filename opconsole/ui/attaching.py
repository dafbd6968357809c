"""Files that I send: chosen by path, by a paste or out of the clipboard, looked at, and asked about. What then becomes of them is `carrying`'s.

Nothing is sent that was not asked about, and what is asked about is shown with its whole path.
"""

import asyncio
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Final

from msgspec import Struct

from opconsole.link.files import Looked, look
from opconsole.link.private_file import private_folder
from opconsole.link.saving import drop_left
from opconsole.locale import tr, trn
from opconsole.locale.files import size_words
from opconsole.settings import state_dir
from opconsole.state import selectors
from opconsole.state.uploads import Attachment
from opconsole.terminal import in_a_tab
from opconsole.ui.carrying import Carrying
from opconsole.ui.cells import cut
from opconsole.ui.controller import Start
from opconsole.ui.screens.workspace import Workspace
from opconsole.ui.shift import Shift
from opconsole.ui.words import chat_name
from opconsole.ui.writing import Writing
from opconsole.wire import limits
from opconsole.wire.text import clean_file_name, clean_line, fits_bytes

COPIES_S: Final = 7 * 86_400.0
"""So long a copy of the clipboard may wait to be sent again."""
LOOK_S: Final = 1.0
"""So long a disk is waited for when a paste may be of a file; then it is text."""
_NAME_CELLS: Final = 40


class Chosen(Struct, frozen=True):
    """A file that may be sent."""

    looked: Looked
    name: str
    ours: bool = False


class Attaching:
    def __init__(self, workspace: Workspace, shift: Shift, writing: Writing, carrying: Carrying, start: Start) -> None:
        self._workspace = workspace
        self._shift = shift
        self._picture = shift.store
        self._writing = writing
        self._carrying = carrying
        self._start = start

    # ------------------------------------------------------------ choosing

    def ask(self) -> None:
        """Which file?"""
        if problem := self.problem():
            self._workspace.say(problem, "warning")
            return
        from opconsole.ui.screens.ask_path import AskPath

        def given(path: str) -> None:
            self.attach([path])

        title = tr("Attach which file? It is sent only after you are asked.")
        self._workspace.app.push_screen(AskPath(self._workspace.view, title, self._start, given))

    def attach(self, paths: Sequence[str], *, ours: bool = False) -> None:
        """Look at these files, ask, and send them. `ours`: they are copies that the console made."""
        if problem := self.problem():
            self._workspace.say(problem, "warning")
            return
        self._start(self._look_and_ask(self._writing.chat, list(paths), ours))

    def ask_clipboard(self) -> None:
        """The picture in the desktop's clipboard."""
        if problem := self.problem():
            self._workspace.say(problem, "warning")
        else:
            self._start(self._take_clipboard(self._writing.chat))

    async def _take_clipboard(self, chat: int) -> None:
        from opconsole.terminal.clipboard_picture import Got, take

        folder = state_dir() / "clipboard"
        name = tr("clipboard")
        file = folder / f"{name}-{self._workspace.view.clock()}.png"
        try:
            target = await asyncio.to_thread(_new_file, file)
            try:
                got = await take(target, self._picture.me.settings.files.bytes)
            finally:
                target.close()
        except OSError as error:
            self._workspace.say(tr("It can't be written: {why}.", why=error.strerror or error), "warning")
            return
        if got is Got.picture:
            await self._look_and_ask(chat, [str(file)], ours=True)
            return
        await asyncio.to_thread(file.unlink, True)
        sentences = {
            Got.nothing: tr("There is no picture in the clipboard."),
            Got.too_large: tr("The picture in the clipboard is too large for this desk."),
            Got.no_program: tr(
                "Pictures are taken out of the clipboard by wl-paste or xclip, on a display: there is none here."
            ),
        }
        self._workspace.say(sentences[got], "warning")

    def pasted(self, text: str, readings: list[list[str]], otherwise: Callable[[str], None]) -> None:
        """A paste that may be of files. `otherwise` gets the text, if it is not, or shall not be."""
        self._start(self._look_at_paste(text, readings, otherwise))

    def problem(self) -> str:
        """Why no file can be sent to the chat on the screen (a sentence); empty: it can."""
        if in_a_tab():
            return tr("This is a browser's tab: the disk here is not yours, so no file can be attached.")
        if not self._writing.chat:
            return tr("No chat is on the screen.")
        if self._writing.asks:
            return tr("Answer the question first, or press Esc to give up.")
        if not self._picture.me.settings.files.bytes:
            return tr("This desk takes no files.")
        if not self._workspace.bar.note and not self._writing.can_reply(self._writing.chat):
            return tr("This chat isn't yours: take it to reply.")
        return ""

    async def _look_at_paste(self, text: str, readings: list[list[str]], otherwise: Callable[[str], None]) -> None:
        chat = self._writing.chat
        try:
            async with asyncio.timeout(LOOK_S):
                found = await asyncio.to_thread(_first_that_exists, readings)
        except TimeoutError:
            found = []
        if not found or self.problem() or chat != self._writing.chat:
            otherwise(text)
            return
        chosen = self._chosen(found, ours=False)
        if isinstance(chosen, str):
            otherwise(text)
            self._workspace.say(chosen, "warning")
        else:
            self._ask(chat, chosen, text, otherwise)

    async def _look_and_ask(self, chat: int, paths: list[str], ours: bool) -> None:
        try:
            looked = [await asyncio.to_thread(_look, path) for path in paths]
        except (OSError, ValueError) as error:
            name = cut(clean_file_name(paths[0]), _NAME_CELLS)
            why = (error.strerror if isinstance(error, OSError) else "") or str(error)
            self._workspace.say(tr("{file} can't be sent: {why}.", file=name, why=clean_line(why)), "warning")
            return
        chosen = self._chosen(looked, ours)
        if isinstance(chosen, str):
            self._workspace.say(chosen, "warning")
        elif chat == self._writing.chat and not self._writing.asks:
            self._ask(chat, chosen)

    def _chosen(self, looked: Sequence[Looked], ours: bool) -> list[Chosen] | str:
        """Or why they can't be sent."""
        most = self._picture.me.settings.files.bytes
        chosen = []
        for each in looked:
            name = clean_file_name(each.path, limits.FILE_NAME_CHARS)
            try:
                each.path.encode()
            except UnicodeEncodeError:
                return tr("The name of {file} is not text here: rename it first.", file=name)
            if not each.size:
                return tr("{file} is empty.", file=name)
            if each.size > most:
                size, limit = size_words(each.size), size_words(most)
                return tr(
                    "{file} is too large: {size}, and this desk takes {limit} at most.",
                    file=name,
                    size=size,
                    limit=limit,
                )
            chosen.append(Chosen(each, name, ours))
        return chosen

    # ------------------------------------------------------------ asking

    def _ask(
        self, chat: int, chosen: list[Chosen], text: str = "", otherwise: Callable[[str], None] | None = None
    ) -> None:
        """Send them: with what is written, with other words, or alone? `text`: what was pasted, which may be meant as text."""
        from opconsole.ui.screens.picker import Option, Picker, fuzzy

        draft = self._workspace.composer.text.strip()
        note = self._workspace.bar.note
        size = size_words(sum(each.looked.size for each in chosen))
        if len(chosen) == 1:
            what = f"{cut(chosen[0].name, _NAME_CELLS)} ({size})"
        else:
            what = trn("{n} file", "{n} files", len(chosen)) + f" ({size})"
        names = "\n".join(each.looked.path for each in chosen)
        to = tr("as a note for the team") if note else tr("to {name}", name=cut(self._name(chat), _NAME_CELLS))
        options: list[Option[str]] = []
        if draft:
            words = cut(" ".join(draft.split()), _NAME_CELLS)
            options.append(Option("draft", tr("Send it with “{words}”", words=words), preview=f"{names}\n\n{draft}"))
        options.append(Option("alone", tr("Send it alone") if draft else tr("Send it"), preview=names))
        options.append(Option("words", tr("Write some words to it…"), preview=names))
        if otherwise is not None:
            options.append(Option("text", tr("Put the path into the composer as text"), preview=text))
        options.append(Option("no", tr("Don't send it"), right="Esc"))
        picker: Picker[str] = Picker(
            self._workspace.view,
            tr("Send {what} {to}?", what=what, to=to),
            lambda query: fuzzy(options, query),
            preview=True,
        )

        def dropped() -> None:
            self._carrying.let_copies_go([each.looked.path for each in chosen if each.ours])

        def picked(way: str) -> None:
            if way == "no":
                dropped()
            elif way == "text" and otherwise is not None:
                otherwise(text)
            elif way == "words":
                self._ask_words(chat, chosen, note)
            else:
                self._queue(chat, chosen, draft if way == "draft" else "", note)
                if way == "draft" and chat == self._writing.chat and self._workspace.composer.text.strip() == draft:
                    self._writing.set_text("")

        self._workspace.pick(picker, lambda answer: picked(answer.value), dropped)

    def _ask_words(self, chat: int, chosen: list[Chosen], note: bool) -> None:
        def answer(words: str | None) -> None:
            if words is not None:
                self._queue(chat, chosen, words, note)
            else:
                self._carrying.let_copies_go([each.looked.path for each in chosen if each.ours])

        if chat == self._writing.chat:
            name = cut(chosen[0].name, _NAME_CELLS)
            self._writing.ask(tr("Words to {file}", file=name), answer, may_be_empty=True, problem=_too_long(note))

    def _queue(self, chat: int, chosen: list[Chosen], caption: str, note: bool) -> None:
        session = self._shift.session
        if problem := _too_long(note)(caption):
            self._workspace.say(problem, "warning")
            return
        if session is None or (chat not in self._picture.mine and not note):
            self._workspace.say(tr("Another chat is on the screen now: nothing was sent."), "warning")
            return
        for each in chosen:
            upload = Attachment(
                session.new_id(),
                chat,
                each.looked.path,
                each.name,
                each.looked.size,
                each.looked.changed_ns,
                caption,
                note,
                session.clock(),
                each.ours,
            )
            if not self._picture.uploads.add(upload):
                self._workspace.say(tr("Too many files wait already."), "warning")
                break
            caption = ""  # of several, the first has the words
        session.uploads_changed(chat)
        if chat == self._writing.chat:
            self._workspace.transcript.to_end()
        self._carrying.go_on()

    # ------------------------------------------------------------ inside

    def _name(self, chat: int) -> str:
        card = selectors.card(self._picture, chat)
        return chat_name(card) if card is not None else f"#{chat}"


def _look(path: str) -> Looked:
    """`~` is one's home; a name that means nobody stays as it is. Raises OSError, ValueError."""
    return look(os.path.expanduser(path))


def _new_file(path: Path) -> IO[bytes]:
    """For this user alone. Raises OSError. What a console that was killed has left there goes."""
    folder = private_folder(path.parent)
    file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
    drop_left(folder, "*.png", os.fstat(file.fileno()).st_mtime - COPIES_S)
    return file


def _first_that_exists(readings: list[list[str]]) -> list[Looked]:
    for reading in readings:
        try:
            return [_look(path) for path in reading]
        except (OSError, ValueError):
            continue
    return []


def _too_long(note: bool) -> Callable[[str], str]:
    limit = limits.NOTE_BYTES if note else limits.TEXT_BYTES

    def problem(words: str) -> str:
        if fits_bytes(words, limit):
            return ""
        return trn("Too long: at most {n} byte.", "Too long: at most {n} bytes.", limit)

    return problem
