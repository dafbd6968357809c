"""The command line: opens it, runs what was typed, remembers it, helps. What commands there are is `ui.commands`'s."""

from collections.abc import Mapping, Sequence

from opconsole.locale import tr
from opconsole.state import selectors
from opconsole.ui.actions import ACTIONS, BY_ID, Action, Keymap, Needs, allowed
from opconsole.ui.commands import Command, Commands, Run, Special
from opconsole.ui.remembering import Remembering
from opconsole.ui.room import Room


class Commanding:
    def __init__(
        self, room: Room, keymap: Keymap, remembering: Remembering, actions: Sequence[Action] = ACTIONS
    ) -> None:
        """`actions`: of the registry, those that the room has."""
        self._room = room
        self._picture = room.view.picture
        self._actions = actions
        self._keymap = keymap
        self._remembering = remembering
        self.use({}, {})

    def use(self, specials: Mapping[str, Special], macros: Mapping[str, tuple[str, Run]]) -> None:
        """When all controllers are there."""
        self.commands = Commands(
            self._keymap, lambda: self._picture.me.role, self.run_action, specials, macros, self._actions
        )

    def open(self, text: str = "", wrong: str = "") -> None:
        from opconsole.ui.screens.command_line import CommandLine

        history = self._remembering.habits.commands
        line = CommandLine(self._room.view, self.commands, history, self.run, text=text, wrong=wrong)
        self._room.app.push_screen(line)

    def run(self, line: str) -> None:
        """What was typed. If it can't be done, it comes back with the reason."""
        self._remembering.typed(line)
        if why := self.commands.run(line):
            self.open(line, why)
            return
        if (command := self.commands.find(line.split()[0])) is not None:
            self._remembering.used(f"command:{command.name}")

    def start(self, name: str) -> None:
        """A command that was picked by name: at once, or with its line to be filled in where it needs something."""
        command = self.commands.all().get(name)
        if command is None:
            return
        if command.usage and not command.usage.startswith("["):
            self.open(f"{name} ")
        elif why := command.run(()):
            self._room.say(why)

    # ------------------------------------------------------------ actions

    def run_action(self, id_: str) -> str:
        """An action as by its key. Returns why it makes no sense now, or empty."""
        if why := self.why_not(id_):
            return why
        self._room.action_run(id_)
        return ""

    def why_not(self, id_: str) -> str:
        action = BY_ID[id_]
        picture = self._picture
        if not allowed(action, picture.me.role):
            return tr("Your role may not do this.")
        if action.needs is Needs.NOTHING or (self._room.in_lists and action.needs is not Needs.WAITING):
            return ""  # in the lists the marked chats may be meant, or the one under the cursor: who acts knows
        if action.needs is Needs.WAITING:
            waits = selectors.inbox_index(picture, picture.shown) >= 0 or self._room.chat_lists[0].chat
            return "" if waits else tr("Nobody waits.")
        if not picture.shown:
            return tr("No chat is on the screen.")
        if action.needs is Needs.MINE and picture.shown not in picture.mine:
            return tr("The chat on the screen isn't yours.")
        return ""

    # ------------------------------------------------------------ help

    def help(self, word: str) -> str:
        """Show what a command does and how it is written. Returns that there is none, or empty."""
        command = self.commands.find(word)
        if command is None:
            return self.commands.unknown(word)
        from opconsole.ui.screens.sheet import Sheet

        self._room.app.push_screen(Sheet(self._room.view, f":{command.name}", help_lines(command)))
        return ""


def help_lines(command: Command) -> list[tuple[str, str]]:
    """Left and right words of a command's help; an empty left continues, an empty pair is a gap."""
    lines = [(f":{command.name} {command.usage}".rstrip(), command.title)]
    if command.keys:
        lines.append((tr("Keys"), command.keys))
    if command.aliases:
        lines.append((tr("Also"), ", ".join(f":{alias}" for alias in command.aliases)))
    if command.examples:
        lines += [("", ""), (tr("Examples"), "")]
        lines += [(f"  :{example}", "") for example in command.examples]
    return lines
