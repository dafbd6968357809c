"""Our side of the process that spells: one question at a time, a bounded memory of answers, and patience that ends."""

import asyncio
import logging
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import msgspec

from opconsole.spelling.words import Script, Word
from opconsole.wire.text import clean_line

PATIENCE_S: Final = 5.0
"""An answer that takes longer is not waited for: the process is ended, and started anew when it is needed."""
KNOWN: Final = 5_000
"""So many verdicts are remembered."""
MOST_SUGGESTIONS: Final = 8
_CHILD: Final = Path(__file__).with_name("child.py")
_LINE_BYTES: Final = 1 << 20

log = logging.getLogger(__name__)


class Speller:
    def __init__(
        self, dictionaries: Mapping[Script, Path], command: tuple[str, ...] = (sys.executable, "-I", str(_CHILD))
    ) -> None:
        """`command`: the process; it is started by the first question."""
        self._dictionaries = {script.value: str(path) for script, path in dictionaries.items()}
        self._command = command
        self._process: asyncio.subprocess.Process | None = None
        self._one_at_a_time = asyncio.Lock()
        self._verdicts: dict[str, bool] = {}
        """Whether a word is misspelt."""
        self._faults = 0

    def scripts(self) -> frozenset[Script]:
        return frozenset(Script(name) for name in self._dictionaries)

    def is_known(self, word: Word) -> bool:
        return word.script is Script.mixed or word.text in self._verdicts or word.script.value not in self._dictionaries

    def is_wrong(self, word: Word) -> bool:
        """By what is known: a word that has not been asked about is not misspelt."""
        return word.script is Script.mixed or self._verdicts.get(word.text, False)

    async def learn(self, words: Iterable[Word]) -> bool:
        """Ask about these words. False: there was no answer."""
        asked = {word.text: word.script.value for word in words if not self.is_known(word)}
        if not asked:
            return True
        answer = await self._ask({"check": [[script, text] for text, script in asked.items()]})
        if answer is None:
            return False
        wrong = set(answer.get("wrong", ()))
        if len(self._verdicts) + len(asked) > KNOWN:
            self._verdicts.clear()
        self._verdicts |= {text: text in wrong for text in asked}
        return True

    async def suggest(self, word: Word) -> list[str]:
        """What may have been meant, the likeliest first."""
        if word.script is Script.mixed:
            return in_one_script(word.text)
        answer = await self._ask({"suggest": [word.script.value, word.text]})
        return [clean_line(each) for each in (answer or {}).get("words", ())][:MOST_SUGGESTIONS]

    async def close(self) -> None:
        """End the process. Another question would start it again."""
        process, self._process = self._process, None
        if process is None or process.stdin is None or process.stdout is None:
            return
        with suppress(ProcessLookupError):
            process.kill()
        process.stdin.close()
        await process.stdout.read()
        await process.wait()

    async def _ask(self, question: dict[str, Any]) -> dict[str, list[str]] | None:
        async with self._one_at_a_time:
            if self._faults > 2:  # it dies at once, again and again: leave it
                return None
            try:
                async with asyncio.timeout(PATIENCE_S):
                    if self._process is None:
                        await self._start()
                    return await self._exchange(question)
            except (OSError, TimeoutError, EOFError, ValueError, msgspec.MsgspecError) as error:
                log.warning("the speller does not answer: %s", type(error).__name__)
                self._faults += 1
                await self.close()
                return None

    async def _start(self) -> None:
        pipe, nothing = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
        self._process = await asyncio.create_subprocess_exec(
            *self._command, stdin=pipe, stdout=pipe, stderr=nothing, limit=_LINE_BYTES, start_new_session=True
        )
        await self._exchange({"load": self._dictionaries})

    async def _exchange(self, question: dict[str, Any]) -> dict[str, list[str]]:
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            raise EOFError
        process.stdin.write(msgspec.json.encode(question) + b"\n")
        await process.stdin.drain()
        line = await process.stdout.readline()
        if not line:
            raise EOFError
        answer = msgspec.json.decode(line, type=dict[str, list[str]])
        self._faults = 0
        return answer


_ALIKE: Final = ("aceopxyABCEHKMOPTX", "асеорхуАВСЕНКМОРТХ")


def in_one_script(text: str) -> list[str]:
    """A word of letters of both scripts, in each of them as far as its letters have a double there."""
    to_cyrillic = text.translate(str.maketrans(*_ALIKE))
    to_latin = text.translate(str.maketrans(*reversed(_ALIKE)))
    return [each for each in dict.fromkeys((to_cyrillic, to_latin)) if each != text and _is_pure(each)]


def _is_pure(text: str) -> bool:
    letters = [character for character in text if character.isalpha()]
    return all("\u0400" <= each <= "\u052f" for each in letters) or all(each < "\u0250" for each in letters)
