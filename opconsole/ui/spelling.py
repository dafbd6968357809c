"""Spelling marks in the composer: looked up when the typing rests, never while a key is carried out; suggestions, and own words."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from opconsole.locale import tr
from opconsole.settings import Settings, data_dir
from opconsole.terminal import in_a_tab
from opconsole.ui.controller import Start
from opconsole.ui.screens.workspace import Workspace
from opconsole.ui.writing import Writing

if TYPE_CHECKING:
    from opconsole.spelling.own_words import OwnWords
    from opconsole.spelling.speller import Speller
    from opconsole.spelling.words import Word

REST_S: Final = 0.3
"""After so long without a key the words are looked up, and the one under the cursor is taken for finished."""
_FOLDER: Final = "dictionaries"
_OWN: Final = "my-words.txt"


class Spelling:
    def __init__(
        self,
        workspace: Workspace,
        writing: Writing,
        settings: Callable[[], Settings],
        keep: Callable[[str, bool], None],
        start: Start,
    ) -> None:
        """`keep`: changes a setting. `start`: lets it run beside."""
        self._workspace = workspace
        self._composer = workspace.composer
        self._writing = writing
        self._settings = settings
        self._keep = keep
        self._start = start
        self._speller: Speller | None = None
        self._own: OwnWords | None = None
        self._typing = False
        """The word under the cursor is not finished."""
        self._waits = False
        self._edited = False
        self._told: set[str] = set()
        self._shown: tuple[int, list[tuple[int, int]]] = (0, [])
        self._composer.misspelt = self._marks

    def edited(self) -> None:
        """The text was changed. Costs next to nothing."""
        self._typing = self._edited = True
        if not self._waits and self._settings().spelling:
            self._waits = True
            self._workspace.set_timer(REST_S, self._rested)

    async def close(self) -> None:
        if self._speller is not None:
            await self._speller.close()

    # ------------------------------------------------------------ marks

    def _marks(self, line: str, cursor: int) -> list[tuple[int, int]]:
        if self._speller is None or not self._settings().spelling:
            return []
        from opconsole.spelling.words import words_of

        return [
            (word.start, word.end)
            for word in words_of(line)
            if self._is_wrong(word) and not (self._typing and word.end == cursor)
        ]

    def _is_wrong(self, word: "Word") -> bool:
        if self._speller is None or self._own is None:
            return False
        return self._speller.is_wrong(word) and word.text not in self._own

    def _rested(self) -> None:
        self._waits = False
        if self._edited:  # not yet
            self._edited = False
            self._waits = True
            self._workspace.set_timer(REST_S, self._rested)
        else:
            self._typing = False
        self._start(self._look())

    async def _look(self) -> None:
        """Ask about what is new in the text, and mark it."""
        from opconsole.spelling.words import words_of

        text = self._composer.text
        if not text or not await self._ready():
            return
        assert self._speller is not None
        words = words_of(text)
        if self._typing:
            words = [word for word in words if word.end != self._composer.cursor_offset]
        self._tell_of_missing(words)
        await self._speller.learn(words)
        self._show()

    def _show(self) -> None:
        """Paint, if other places are marked than the last time. (What a key changes is painted with the key.)"""
        cursor = self._composer.cursor_offset
        shown = (self._writing.chat, self._marks(self._composer.text, cursor))
        if shown != self._shown:
            self._shown = shown
            self._composer.marks_changed()

    async def _ready(self) -> bool:
        """The dictionaries are found, and the own words read. False: there is nothing to spell with, and that has been said."""
        if self._speller is not None:
            return True
        from opconsole.spelling.dictionaries import folders, found_in, has_binding

        if not has_binding():
            self._tell("binding", tr("No spelling marks: hunspell is missing (pip install chunspell)."))
            return False
        from opconsole.spelling.own_words import OwnWords
        from opconsole.spelling.speller import Speller

        own = OwnWords(data_dir() / _OWN)
        try:
            await asyncio.to_thread(own.load)
        except OSError as error:
            why = error.strerror or str(error)
            self._tell("own", tr("Your own dictionary {file} can't be read: {why}.", file=own.file, why=why))
        found = await asyncio.to_thread(lambda: found_in(folders(data_dir() / _FOLDER)))
        if self._speller is None:  # two looks at once
            self._speller, self._own = Speller(found), own
        return True

    def _tell_of_missing(self, words: "list[Word]") -> None:
        from opconsole.spelling.words import Script

        assert self._speller is not None
        missing = {word.script for word in words} - self._speller.scripts() - {Script.mixed}
        if Script.latin in missing:
            self._tell(
                "latin",
                tr("No English dictionary for spelling marks: install hunspell-en-us."),
                tr("Or put en_US.aff and en_US.dic into {folder}.", folder=data_dir() / _FOLDER),
            )
        if Script.cyrillic in missing:
            self._tell(
                "cyrillic",
                tr("No Russian dictionary for spelling marks: install hunspell-ru."),
                tr("Or put ru_RU.aff and ru_RU.dic into {folder}.", folder=data_dir() / _FOLDER),
            )

    def _tell(self, what: str, text: str, other_way: str = "") -> None:
        if what not in self._told:
            self._told.add(what)
            self._workspace.say(f"{text} {other_way}" if other_way and not _passes(data_dir()) else text)

    # ------------------------------------------------------------ what is done with a word

    def suggest(self) -> None:
        self._start(self._suggest())

    async def _suggest(self) -> None:
        from opconsole.ui.screens.picker import Option, Picker, fuzzy

        word = await self._meant()
        if word is None or self._speller is None:
            return
        before = self._composer.text
        options = [Option(text, text) for text in await self._speller.suggest(word)]
        options.append(Option("", tr("Add “{word}” to my dictionary", word=word.text)))

        def use(text: str) -> None:
            if not text:
                self._start(self._add(word))
            elif self._composer.text == before:
                start, end = (self._composer.place_of(each) for each in (word.start, word.end))
                self._composer.replace(text, start, end)
                self._workspace.to_composer()

        picker: Picker[str] = Picker(
            self._workspace.view,
            tr("Instead of “{word}”", word=word.text),
            lambda query: fuzzy(options, query),
            small=True,
        )
        self._workspace.pick(picker, lambda picked: use(picked.value))

    def add(self) -> None:
        async def meant_and_added() -> None:
            word = await self._meant()
            if word is not None:
                await self._add(word)

        self._start(meant_and_added())

    async def _meant(self) -> "Word | None":
        """The misspelt word at the cursor, or the last one before it, or the first. None: there is none, and that has been said."""
        from opconsole.spelling.words import words_of

        self._typing = False
        if await self._ready():
            assert self._speller is not None
            words, cursor = words_of(self._composer.text), self._composer.cursor_offset
            self._tell_of_missing(words)
            if not await self._speller.learn(words):
                self._workspace.say(tr("The spelling program does not answer."), "warning")
                return None
            wrong = [word for word in words if self._is_wrong(word)]
            before = [word for word in wrong if word.start <= cursor]
            if wrong:
                return before[-1] if before else wrong[0]
            self._workspace.say(tr("No misspelt word here."))
        return None

    async def _add(self, word: "Word") -> None:
        if self._own is None:
            return
        try:
            await asyncio.to_thread(self._own.add, word.text)
        except OSError as error:
            why = error.strerror or str(error)
            text = tr("“{word}” counts until you leave, but could not be written: {why}.", word=word.text, why=why)
            self._workspace.say(text, "warning")
        else:
            self._workspace.say(tr("“{word}” is in your dictionary now.", word=word.text))
        self._show()

    def toggle(self) -> None:
        on = not self._settings().spelling
        self._keep("spelling", on)
        self._workspace.say(tr("Misspelt words are marked.") if on else tr("Misspelt words are not marked."))
        if on:
            self.edited()
        else:
            self._start(self.close())
            self._show()


def _passes(folder: Path) -> bool:
    """A demo's folder, or one of a browser's tab: it is gone with the console."""
    from tempfile import gettempdir

    return in_a_tab() or folder.is_relative_to(gettempdir())
