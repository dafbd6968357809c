"""Keys from the terminal to Textual: both layouts, every way of sending Alt, pastes as plain text, and nothing malformed ends input.

Why not Textual's own (8.2.8): it doesn't ask for alternate keys, so Ctrl+K of the Russian layout is `ctrl+л`; it turns Alt+1 into `¡`
and Alt+Enter into Enter; and an unexpected sequence raises in the thread that reads, after which no key works any more.

Private API of Textual stands here and in `driver`, and nowhere else: `XTermParser._sequence_to_key_events`, `Parser._timeout_time`,
`keys._character_to_key`; `tests/unit/terminal/test_keyboard.py` guards them.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from textual import events
from textual._xterm_parser import XTermParser
from textual.keys import KEY_NAME_REPLACEMENTS, Keys, _character_to_key
from textual.message import Message

from opconsole.terminal.layouts import alt_character, plain_sequence, to_latin_keeping_case
from opconsole.wire.text import clean_text

PASTE_CHARS: Final = 100_000
"""A paste is cut here: a message is at most 8 KiB, and a whole book must not freeze the composer."""

WELL: Final = "\x1b[0n"
"""The answer to DSR 5, "are you well"."""
_PASTE_START: Final = "\x1b[200~"
_PASTE_END: Final = "\x1b[201~"
_ANSWER: Final = re.compile(r"\x1b[\]P^_X][^\x07\x1b]{1,65536}(?:\x07|\x1b\\)")
"""A terminal's answer to some query (OSC, DCS, APC): never typed by a person."""
_PIECES: Final = re.compile("(?=\x1b)")


class _Parser(XTermParser):
    on_well: Callable[[], None] = staticmethod(lambda: None)

    def _sequence_to_key_events(self, sequence: str, alt: bool = False) -> Iterable[events.Key]:
        if sequence == WELL:
            self.on_well()
            yield events.Key(Keys.Ignore, sequence)
            return
        character = alt_character(sequence) or (to_latin_keeping_case(sequence) if alt and len(sequence) == 1 else "")
        if character:
            yield events.Key(f"alt+{_key_name(character)}", None)
            return
        if sequence == "\x1b\r":
            yield events.Key("alt+enter", None)
            return
        if sequence == "\x00":
            yield events.Key("ctrl+space", None)  # so the kitty protocol calls it; a legacy terminal sends no other
            return
        plain = plain_sequence(sequence)
        try:
            if plain is not None:
                yield from super()._sequence_to_key_events(plain, alt)
                return
        except (ValueError, OverflowError):
            pass  # a code that no character has
        yield events.Key(Keys.Ignore, sequence)


def _key_name(character: str) -> str:
    if character.isupper():
        return f"shift+{character.lower()}"
    name = _character_to_key(character)
    return KEY_NAME_REPLACEMENTS.get(name, name)


class Keyboard:
    """Characters in, Textual's messages out. Survives every input: a parser that fails is replaced by a new one."""

    def __init__(self, debug: bool = False, on_well: Callable[[], None] = lambda: None) -> None:
        """`on_well`: called when the terminal answers that it is well (`outlet`)."""
        self._debug = debug
        self._on_well = on_well
        self._parser = self._new_parser()
        self._pasted: list[str] | None = None
        self._pasted_chars = 0
        self._tail = ""

    @property
    def waits(self) -> bool:
        """An escape has come, and whether more follows is not known: call `tick` soon."""
        return self._parser._timeout_time is not None

    def feed(self, data: str) -> Iterator[Message]:
        """What these characters mean, as far as it is known yet."""
        while data:
            if self._pasted is not None:
                paste, data = self._paste(self._pasted, data)
                if paste is not None:
                    yield paste
                continue
            typed, start, data = data.partition(_PASTE_START)
            for piece in _PIECES.split(_ANSWER.sub("", typed)):
                if piece:
                    yield from self._guarded(self._parser.feed(piece))
            if start:
                self._pasted, self._pasted_chars, self._tail = [], 0, ""

    def tick(self) -> Iterator[Message]:
        """The keys that were waited for long enough: an escape that nothing followed."""
        yield from self._guarded(self._parser.tick())

    def _guarded(self, messages: Iterable[Message]) -> Iterator[Message]:
        try:
            yield from messages
        except Exception:
            self._parser = self._new_parser()

    def _new_parser(self) -> _Parser:
        parser = _Parser(self._debug)
        parser.on_well = self._on_well
        return parser

    def _paste(self, pasted: list[str], data: str) -> tuple[events.Paste | None, str]:
        """Takes pasted text; at its end gives the paste, and what follows it. The mark of the end may come in two parts."""
        window = self._tail + data
        end = window.find(_PASTE_END)
        text = window[:end] if end >= 0 else window[: 1 - len(_PASTE_END)]
        room = max(0, PASTE_CHARS - self._pasted_chars)
        pasted.append(text[:room])
        self._pasted_chars += len(text)
        if end < 0:
            self._tail = window[len(text) :]
            return None, ""
        self._pasted = None
        return events.Paste(clean_text("".join(pasted))), window[end + len(_PASTE_END) :]
