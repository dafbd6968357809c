"""Dragging the borders of the panes with the mouse. The lists' last column and the one beside it, the first column of what stands at the right of a
conversation, and the inbox's title line are taken hold of; nothing is drawn anew for it, and a click there means nothing else.
"""

from collections.abc import Callable
from typing import Final

from textual import events

from opconsole.ui.arrangement import Arrangement
from opconsole.ui.screens.workspace import Workspace

_LEFT: Final = 1


class Borders:
    def __init__(self, workspace: Workspace, arrangement: Arrangement) -> None:
        self._workspace = workspace
        self._arrangement = arrangement
        self._move: Callable[[int, int], None] | None = None
        """While the button is held: what a place of the mouse means."""

    def take(self, event: events.MouseEvent) -> bool:
        """Whether the mouse has a border. Then nobody else gets the event."""
        x, y = int(event.screen_x), int(event.screen_y)
        if isinstance(event, events.MouseDown):
            self._move = self._border(x, y) if event.button == _LEFT else None
            return self._move is not None
        if self._move is None:
            return False
        if isinstance(event, events.MouseUp):
            self._move(x, y)
            self._move = None
            self._arrangement.keep()
            return True
        if isinstance(event, events.MouseMove):
            if event.button != _LEFT:  # the button was let go outside of the terminal
                self._move = None
                self._arrangement.keep()
                return False
            self._move(x, y)
            return True
        return False

    def _border(self, x: int, y: int) -> Callable[[int, int], None] | None:
        workspace, arrangement = self._workspace, self._arrangement
        if not workspace.talk_shown or (workspace.toasts.display and workspace.toasts.region.contains(x, y)):
            return None
        lists, inbox, visitor = workspace.lists.region, workspace.inbox.region, workspace.visitor.region
        if workspace.lists_shown and lists.y <= y < lists.bottom and x in (lists.right - 1, lists.right):
            held = x - lists.right  # a press alone must change nothing
            return lambda x, y: arrangement.set_lists(x - held - lists.x, keep=False)
        if workspace.lists_shown and lists.contains(x, y):
            if y == inbox.y and inbox.height:
                return lambda x, y: arrangement.set_mine(y - lists.y, keep=False)
        elif workspace.visitor_shown and visitor.contains(x, y):
            if x == visitor.x:
                return lambda x, y: arrangement.set_visitor(visitor.right - x, keep=False)
        elif workspace.second_shown:
            return self._between_talks(x, y)
        return None

    def _between_talks(self, x: int, y: int) -> Callable[[int, int], None] | None:
        second = self._workspace.body.get_child_by_id("second").region
        talk, arrangement = self._workspace.talk.region, self._arrangement
        right = max(talk.x, second.x)
        if x != right or not talk.union(second).contains(x, y):
            return None
        cells, left = talk.width + second.width, min(talk.x, second.x)
        if second.x == right:
            return lambda x, y: arrangement.set_share(round((left + cells - x) * 100 / cells), keep=False)
        return lambda x, y: arrangement.set_share(round((x - left) * 100 / cells), keep=False)
