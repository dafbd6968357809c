"""What messages hold beside words: files to be looked at, saved, or opened by the desktop; links to be followed. Never by itself.

The marked message is meant, or without a mark the chat: all that it holds, the newest first. A file is fetched when something is done with it.
"""

import asyncio
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, TypeVar

from msgspec import Struct

from opconsole.link.files import fetch
from opconsole.link.saving import Saving
from opconsole.locale import refusal_text, tr
from opconsole.locale.files import file_facts, size_words
from opconsole.settings import Settings, downloads_dir
from opconsole.state import selectors
from opconsole.state.links import links_of
from opconsole.terminal import in_a_tab, opener, pictures
from opconsole.terminal.pictures import Way
from opconsole.ui.cells import cut
from opconsole.ui.controller import Start
from opconsole.ui.room import Room
from opconsole.ui.shift import Shift
from opconsole.ui.talk import has_words
from opconsole.ui.tickets import Tickets
from opconsole.wire.files import FetchFile, File
from opconsole.wire.messages import Message
from opconsole.wire.staff import Refused

if TYPE_CHECKING:
    from opconsole.ui.screens.picker import Picked

Value = TypeVar("Value")

MOST: Final = 100
"""Things that are offered; who wants an older one marks its message."""
TRIES: Final = 2
"""So often a file that doesn't come is asked for."""
PICTURES: Final = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
_NAME_CELLS: Final = 48

Progress = Callable[[int], None]


class Thing(Struct, frozen=True):
    """A file or a link."""

    file: File | None = None
    url: str = ""


class Opening:
    def __init__(
        self,
        room: Room,
        shift: Shift,
        tickets: Tickets,
        copy: Callable[[str], None],
        settings: Callable[[], Settings],
        start: Start,
        show_progress: Callable[[str], None],
    ) -> None:
        """`copy`: a text, and tells of it. `show_progress`: of a file that is being fetched; empty: none is any more."""
        self._room = room
        self._shift = shift
        self._picture = shift.store
        self._tickets = tickets
        self._copy = copy
        self._show_progress = show_progress
        self._settings = settings
        self._start = start
        self._fetching: set[str] = set()

    # ------------------------------------------------------------ what there is

    def open(self) -> None:
        transcript = selectors.transcript(self._picture, self._picture.shown)
        message = self._room.marked_message
        things = things_of([message] if message is not None else list(reversed(transcript.entries)))
        if not things:
            here = (
                tr("This message holds no file and no link. Without a mark (Esc), :open lists those of the chat.")
                if message is not None
                else ""
            )
            self._room.say(here or tr("This chat holds no file and no link."))
        elif len(things) == 1 and message is not None:
            self._take(things[0])
        else:
            self._choose(things)

    def _choose(self, things: list[Thing]) -> None:
        from opconsole.ui.screens.picker import Option, Picker, fuzzy

        options = [
            Option(
                thing,
                thing.file.name if thing.file is not None else thing.url,
                left=tr("file") if thing.file is not None else tr("link"),
                right=_facts(thing.file) if thing.file is not None else "",
                preview=_facts(thing.file) if thing.file is not None else thing.url,
            )
            for thing in things
        ]
        picker: Picker[Thing] = Picker(
            self._room.view,
            tr("Files and links"),
            lambda query: fuzzy(options, query),
            preview=True,
            placeholder=tr("a part of it"),
        )
        self._room.pick(picker, lambda picked: self._take(picked.value))

    def _take(self, thing: Thing) -> None:
        if thing.file is not None:
            self.file(thing.file)
        else:
            self.link(thing.url)

    # ------------------------------------------------------------ links

    def link(self, url: str) -> None:
        """All of it is shown, and asked about."""
        from opconsole.ui.screens.link import LinkScreen, Wish

        def answered(wish: Wish | None) -> None:
            if wish == "copy":
                self._copy(url)
            elif wish == "open":
                self._start(self._open_link(url))

        screen = LinkScreen(self._room.view, url, opens=bool(opener.program()))
        self._room.app.push_screen(screen, answered)

    async def _open_link(self, url: str) -> None:
        try:
            await asyncio.to_thread(opener.open_link, url)
        except opener.CannotOpen as error:
            self._room.say(tr("It can't be opened: {why}. It is copied instead.", why=error), "warning")
            self._copy(url)
        else:
            self._room.say(tr("Handed to the desktop to open."))

    # ------------------------------------------------------------ files

    def file(self, file: File) -> None:
        """What shall be done with it?"""
        from opconsole.ui.screens.picker import Option, Picker, fuzzy

        folder = str(self._folder())
        options = [
            Option("save", tr("Save it to {folder}", folder=cut(folder, _NAME_CELLS)), disabled=_why_not_save()),
            Option("open", tr("Save it, and open it with the desktop's program…"), disabled=self._why_not(file)),
            Option("no", tr("Nothing"), right="Esc"),
        ]
        if file.type in PICTURES and self._way() is not Way.off:
            options.insert(0, Option("look", tr("Look at it here")))
        picker: Picker[str] = Picker(
            self._room.view,
            f"{cut(file.name or tr('file'), _NAME_CELLS)} · {_facts(file)}",
            lambda query: fuzzy(options, query),
            small=True,
        )
        acts: dict[str, Callable[[File], None]] = {"look": self.look, "save": self.save, "open": self.save_and_open}

        def act(picked: "Picked[str]") -> None:
            if (chosen := acts.get(picked.value)) is not None:
                chosen(file)

        self._room.pick(picker, act)

    def _why_not(self, file: File) -> str:
        """Why the desktop may not open this, in few words; empty: it may."""
        if why := _why_not_save():
            return why
        if file.type not in self._picture.me.settings.files.types:
            return tr("not a kind that this desk takes")
        return "" if opener.program() else tr("no display here")

    def look(self, file: File) -> None:
        """A picture, on the screen."""
        self._start(self._look(file))

    async def _look(self, file: File) -> None:
        from opconsole.ui.screens.picture import PictureScreen

        way = self._way()
        if not await asyncio.to_thread(pictures.passes, way):
            way = Way.blocks

        async def load(told: Progress) -> IO[bytes] | str:
            target: IO[bytes] = await asyncio.to_thread(
                tempfile.TemporaryFile
            )  # it has no name, and goes with the screen
            problem = await self._fetch(file, target, told)
            if problem:
                target.close()
                return problem
            target.flush()
            return target

        view = self._room.view
        screen = PictureScreen(view, file, way, load, self._start, lambda: self.save(file))
        self._room.app.push_screen(screen)

    def save(self, file: File) -> None:
        self._start(self._save_and_tell(file))

    def save_and_open(self, file: File) -> None:
        self._start(self._save_and_open(file))

    async def _save_and_tell(self, file: File) -> None:
        path = await self._save(file)
        if path is not None:
            self._room.say(tr("Saved: {path}", path=path))

    async def _save_and_open(self, file: File) -> None:
        path = await self._save(file)
        if path is None:
            return
        self._room.say(tr("Saved: {path}", path=path))
        question = tr(
            "Open {path} with the desktop's program? It is a {facts} from this chat.", path=path, facts=_facts(file)
        )

        def go() -> None:
            self._start(self._open_file(path))

        self._room.ask(question, tr("open"), go)

    async def _open_file(self, path: Path) -> None:
        try:
            await asyncio.to_thread(opener.open_file, str(path))
        except opener.CannotOpen as error:
            self._room.say(tr("It can't be opened: {why}.", why=error), "warning")

    async def _save(self, file: File) -> Path | None:
        """Where it is now. None: it is not, and that has been said."""
        if why := _why_not_save():
            self._room.say(tr("{file} can't be saved: {why}.", file=_name(file), why=why), "warning")
            return None
        if file.id in self._fetching:
            self._room.say(tr("It is being fetched already."))
            return None
        self._fetching.add(file.id)
        try:
            return await self._saved(file)
        except OSError as error:
            why = error.strerror or str(error)
            self._room.say(tr("{file} can't be saved: {why}.", file=_name(file), why=why), "warning")
            return None
        finally:
            self._fetching.discard(file.id)
            self._show_progress("")

    async def _saved(self, file: File) -> Path | None:
        saving = await asyncio.to_thread(Saving, self._folder())
        try:
            problem = await self._fetch(file, saving.target, lambda got: self._told(file, got))
            if not problem:
                return await asyncio.to_thread(saving.keep, file.name)
            self._room.say(problem, "warning")
            return None
        finally:
            saving.drop()

    async def _fetch(self, file: File, target: IO[bytes], told: Progress) -> str:
        """Write the file. Why it could not be (a sentence), or empty. A ticket that has run out is asked for once more, and what broke off
        goes on where it was, as long as it comes on."""
        session = self._shift.session
        problem, gone = "", False
        tries, got = TRIES, 0
        while tries:
            tries -= 1
            answer = await self._tickets.ask(lambda id_: FetchFile(id=id_, file=file.id))
            if answer is None or session is None:
                return tr("There is no link to the relay now.")
            if isinstance(answer, Refused):
                why = refusal_text(answer.code, answer.facts, answer.text)
                return tr("{file}: {why}", file=_name(file), why=why)
            undone = await fetch(session.ready.relay, answer, file, target, told)
            if target.tell() > got:
                tries, got = max(tries, 1), target.tell()
            if undone is None:
                return ""
            problem = undone.text
            if not undone.again:
                return problem
            gone = undone.code == "no_ticket"  # a new ticket that counts nothing: the file itself is no more
        return tr("{file} is gone: the relay has it no more.", file=_name(file)) if gone else problem

    def _told(self, file: File, got: int) -> None:
        percent = min(100, got * 100 // file.size) if file.size else 0
        self._show_progress(f"↓ {_name(file)} · {percent} % · {size_words(got)}")

    # ------------------------------------------------------------ inside

    def _way(self) -> Way:
        return pictures.way_of(self._settings().pictures)

    def _folder(self) -> Path:
        return downloads_dir(self._settings().downloads)


def _why_not_save() -> str:
    """In few words; empty: it may be. A tab's disk is of a machine that is not the operator's, and open to whoever has the page."""
    return tr("not in a browser's tab") if in_a_tab() else ""


def things_of(messages: "list[Message]") -> list[Thing]:
    """The files and links of these messages, each once, a message's file before its links."""
    found: dict[Thing, None] = {}
    for message in messages:
        if not has_words(message):
            continue
        if message.file is not None:
            found.setdefault(Thing(file=message.file))
        for url in links_of([message.text]):
            found.setdefault(Thing(url=url))
        if len(found) >= MOST:
            break
    return list(found)[:MOST]


def _facts(file: File) -> str:
    return file_facts(file.type, file.size, file.width, file.height)


def _name(file: File) -> str:
    return cut(file.name or tr("file"), _NAME_CELLS)
