"""The screen where one lives, and on which everything else lies: what the operator's workspace and the supervisor's monitor share, and what a
controller needs of either."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual import on
from textual.screen import Screen

from opconsole.state import selectors
from opconsole.state.changes import Changes
from opconsole.ui.actions import Keymap
from opconsole.ui.places import Place
from opconsole.ui.view import View
from opconsole.ui.widgets.chat_rows import ChatRows
from opconsole.ui.widgets.key_bar import KeyBar
from opconsole.ui.widgets.line import LineWidget
from opconsole.ui.widgets.toasts import Toasts, Weight
from opconsole.ui.widgets.transcript import Transcript
from opconsole.wire.messages import Message

if TYPE_CHECKING:
    from opconsole.ui.screens.picker import Picked, Picker

Value = TypeVar("Value")


class Room(Screen[None]):
    KEY_BAR: ClassVar[type[KeyBar]] = KeyBar

    def __init__(self, view: View, keymap: Keymap) -> None:
        super().__init__()
        self.view = view
        self.keymap = keymap
        self.handlers: Mapping[str, Callable[[], None]] = {}
        """What each action does, by its id; given by the app when all controllers are there."""
        self.on_shown: Callable[[int], None] = lambda chat: None
        """Called when a chat was picked, to be seen (0: none any more)."""
        self.on_said: Callable[[str], None] = lambda text: None
        """Called with each sentence that is told (a macro wants to know whether its step could be done)."""
        self.on_resumed: Callable[[], None] = lambda: None
        """Called when nothing lies over the room any more."""
        self.on_declined: Callable[[], None] = lambda: None
        """Called when a question was answered no, or nothing was picked."""
        self.asking = 0
        """So many questions and lists lie over the room, or their answers aren't carried out yet."""
        self.transcript = Transcript(view, id="transcript")
        self.keys = self.KEY_BAR(view, keymap, id="keys")
        self.toasts = Toasts(view, id="toasts")

    # ------------------------------------------------------------ what each has of its own

    def apply(self, changes: Changes) -> None:
        """Redraw what a batch changed, and nothing else."""
        raise NotImplementedError

    def tick(self) -> None:
        """Times move, in the rows in sight."""
        raise NotImplementedError

    @property
    def place(self) -> Place:
        """Where the keys are."""
        raise NotImplementedError

    @property
    def in_lists(self) -> bool:
        """The keys are in a list whose chats can be acted on: those under its cursor, or the marked ones."""
        raise NotImplementedError

    @property
    def chat_lists(self) -> tuple[ChatRows, ...]:
        """The first is the one that waits."""
        raise NotImplementedError

    def toggle_lists(self) -> None:
        """The keys go to a list of chats."""
        raise NotImplementedError

    def to_composer(self) -> None:
        """Away from the lists, to where one lives."""
        raise NotImplementedError

    @property
    def marked_message(self) -> Message | None:
        """In the conversation; of several, the last one."""
        picture, marked = self.view.picture, self.transcript.marked
        return selectors.transcript(picture, picture.shown).at(marked) if marked else None

    # ------------------------------------------------------------ what is said and asked

    def say(self, text: str, weight: Weight = "info", chat: int = 0) -> None:
        self.toasts.say(text, weight, chat)
        self.on_said(text)

    def ask(self, question: str, yes: str, then: Callable[[], None]) -> None:
        """A question over the room; `then` only if the answer is yes."""
        from opconsole.ui.screens.question import Question

        self.asking += 1
        self.app.push_screen(
            Question(self.view, question, yes), lambda answer: self._answered(then if answer else None)
        )

    def pick(
        self,
        picker: "Picker[Value]",
        then: Callable[["Picked[Value]"], None],
        otherwise: Callable[[], None] = lambda: None,
    ) -> None:
        """A list over the room; `then` only if something was picked, `otherwise` if nothing was."""
        self.asking += 1
        self.app.push_screen(
            picker, lambda picked: self._answered((lambda: then(picked)) if picked is not None else None, otherwise)
        )

    def _answered(self, then: Callable[[], None] | None, otherwise: Callable[[], None] = lambda: None) -> None:
        (then or otherwise)()
        self.asking -= 1
        if then is None:
            self.on_declined()
        self.on_resumed()

    def on_screen_resume(self) -> None:
        self.on_resumed()

    # ------------------------------------------------------------ keys and looks

    def action_run(self, action: str) -> None:
        """An action of the registry, by its id."""
        if handler := self.handlers.get(action):
            handler()

    @on(KeyBar.Clicked)
    def _key_clicked(self, event: KeyBar.Clicked) -> None:
        event.stop()
        self.action_run(event.action)

    def place_changed(self) -> None:
        """The key bar shows the keys of the place."""
        self.keys.place = self.place
        if self.keys.place is not Place.FILTER:
            self.keys.wrong = ""
        self.keys.repaint_changed()

    def on_descendant_focus(self) -> None:
        self.place_changed()

    def repaint(self) -> None:
        """The theme or the language changed: everything is drawn anew."""
        for pane in self.query(LineWidget):
            pane.repaint_all()
