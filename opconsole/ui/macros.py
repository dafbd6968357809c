"""The user's macros: several commands in a row, by one key or name (`[macros.NAME]` in config.toml).

A macro is at its next step when the one before is done: a question over the screen is answered, a template's placeholder is filled, a
chat that is being taken has come. It stops at the first step that can't be done, and says at which and why: no step after it happens.
"""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from opconsole.locale import tr
from opconsole.settings import Macro, Problem
from opconsole.state.command_line import split
from opconsole.ui.commands import Commands, Run
from opconsole.ui.navigation import Navigation
from opconsole.ui.screens.workspace import Workspace
from opconsole.ui.writing import Writing

_SPEAK_WHEN_DONE: Final = frozenset(
    (
        "set",
        "language",
        "flag",
        "read-all",
        "undo",
        "mute-rescue",
        "mute-new-chat",
        "mute-message",
        "copy-last",
        "copy-marked",
        "copy-chat",
    )
)
"""Commands that tell something though they are done. Any other that tells something could not be done."""
_TAKES: Final = frozenset(("take-next", "take-this"))


class Macros:
    def __init__(
        self,
        workspace: Workspace,
        navigation: Navigation,
        writing: Writing,
        macros: Mapping[str, Macro],
        commands: Callable[[], Commands],
    ) -> None:
        self._workspace = workspace
        self._picture = workspace.view.picture
        self._navigation = navigation
        self._writing = writing
        self._macros = macros
        self._commands = commands
        self._name = ""
        self._steps: list[str] = []
        """Those to come."""
        self._step = ""
        self._heard = ""
        self._declined = False
        self._held_before: frozenset[int] | None = None
        """While a take is waited for: the chats that were mine before it."""
        self._at_work = False
        workspace.on_said = self._hear
        workspace.on_declined = self.declined
        workspace.on_resumed = self.go_on

    def commands(self) -> dict[str, tuple[str, Run]]:
        """Title and how to run, by name: macros are commands too."""
        return {
            name: (macro.title or " · ".join(macro.do), self._by_name(name)) for name, macro in self._macros.items()
        }

    def run(self, name: str) -> str:
        """Begin. Returns why not, or empty."""
        if self.at_work:
            return tr("The macro {name} is still at work.", name=self._name)
        self._name, self._steps = name, list(self._macros[name].do)
        self._declined, self._held_before = False, None
        self.go_on()
        return ""

    def start(self, name: str) -> None:
        """By its key."""
        if why := self.run(name):
            self._workspace.say(why)

    @property
    def at_work(self) -> bool:
        return self._at_work or bool(self._steps) or self._held_before is not None

    def go_on(self) -> None:
        """Something happened that a step may have waited for. Cheap when no macro is at work."""
        if self._at_work or not (self._steps or self._held_before is not None):
            return
        self._at_work = True
        try:
            while (self._steps or self._held_before is not None) and not self._waits():
                if why := self._went_wrong():
                    self._stop(why)
                elif self._steps:
                    self._do(self._steps.pop(0))
        finally:
            self._at_work = False

    def declined(self) -> None:
        """A question was answered no."""
        self._declined = bool(self._steps)
        self.go_on()

    # ------------------------------------------------------------ inside

    def _do(self, step: str) -> None:
        self._step, self._heard = step, ""
        word = split(step)[0].text if step.split() else ""
        command = self._commands().find(word)
        if command is not None and command.macro:
            self._stop(tr("a macro can't begin another one"))
            return
        if command is not None and command.name in _TAKES:
            self._held_before = frozenset(self._picture.mine.chats())
        why = self._commands().run(step)
        if not why and self._heard and (command is None or command.name not in _SPEAK_WHEN_DONE):
            why = self._heard
        if why:
            self._stop(why)

    def _waits(self) -> bool:
        workspace = self._workspace
        return (
            workspace.asking > 0
            or workspace.app.screen is not workspace
            or self._writing.asks
            or (self._held_before is not None and self._navigation.takes_under_way)
        )

    def _went_wrong(self) -> str:
        """Of the step that was waited for; empty: all is well."""
        if self._declined:
            return tr("answered no")
        if self._held_before is not None:
            held, self._held_before = self._held_before, None
            if not (frozenset(self._picture.mine.chats()) - held):
                return tr("the chat did not come")
        return ""

    def _stop(self, why: str) -> None:
        self._steps, self._held_before, self._declined = [], None, False
        text = tr("The macro {name} stopped at {step}: {why}", name=self._name, step=f":{self._step}", why=why)
        self._workspace.say(text, "warning")

    def _hear(self, text: str) -> None:
        if self._at_work and not self._heard:
            self._heard = text

    def _by_name(self, name: str) -> Run:
        return lambda arguments: tr(":{name} takes nothing after it.", name=name) if arguments else self.run(name)


def check(macros: Mapping[str, Macro], commands: Commands, file: Path) -> list[Problem]:
    """What is wrong with the macros' commands, at their lines of the file."""
    problems: list[Problem] = []
    text = ""
    for name, macro in macros.items():
        for step in macro.do:
            words = split(step.removeprefix(":"))
            command = commands.find(words[0].text) if words else None
            if command is not None and not command.macro:
                continue
            text = text or _text_of(file)
            why = (
                commands.unknown(words[0].text if words else "")
                if command is None
                else tr("a macro can't begin another one")
            )
            problems.append(Problem(file, _place(text, name, step), f"{step!r}: {why}"))
    return problems


def _text_of(file: Path) -> str:
    try:
        return file.read_text("utf-8", errors="replace")
    except OSError:
        return ""


def _place(text: str, name: str, step: str) -> str:
    """`line 12, macros.bye.do`: where in the file the step stands, as far as that can be told."""
    inside = False
    for number, line in enumerate(text.splitlines(), start=1):
        if table := re.match(r"\s*\[\s*([^\[\]]+?)\s*\]", line):
            inside = re.sub(r"[\s\"']", "", table[1]) == f"macros.{name}"
        elif (inside or line.lstrip().startswith(name)) and (f'"{step}"' in line or f"'{step}'" in line):
            return tr("line {n}, {key}", n=number, key=f"macros.{name}.do")
    return f"macros.{name}.do"
