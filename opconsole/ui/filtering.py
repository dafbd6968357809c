"""Filters of the lists of chats: `/` begins one, Enter keeps it, Esc takes it away. What a filter means is `state.chat_filter`'s.

A filter hides chats from the list alone: *take next*, warnings of rescues, the urgent chat and the counts of the bars know nothing of it.
"""

from textual import events

from opconsole.state.line_edit import LineEdit
from opconsole.terminal.layouts import readings
from opconsole.ui.controller import Controller, Handlers
from opconsole.ui.room import Room
from opconsole.ui.widgets.chat_rows import ChatRows


class Filtering(Controller):
    def __init__(self, room: Room) -> None:
        self._room = room

    def handlers(self) -> Handlers:
        return {"filter": self.begin}

    def begin(self) -> None:
        """Type a filter for the list that has the keys; without one, for the inbox."""
        if not isinstance(self._room.focused, ChatRows):
            self._room.toggle_lists()
        rows = self._rows() or self._room.chat_lists[0]
        text = rows.filter_text
        rows.typed = LineEdit(text + " " if text else "")
        self._changed(rows)

    def use(self, text: str) -> str:
        """As a command: filter the list that has the keys, or the inbox. Returns what is wrong with the text, or empty."""
        from opconsole.state.chat_filter import parse

        wrong = parse(text, readings).faults
        if wrong:
            return wrong[0].text
        rows = self._rows() or self._room.chat_lists[0]
        rows.typed = None
        rows.use_filter(text)
        self._changed(rows)
        return ""

    def take(self, event: events.Key) -> bool:
        """A key for the filter that is being typed, or Esc for one that stands. False: it is none of that."""
        rows = self._rows()
        if rows is None:
            self._end_all()
            return False
        if rows.typed is None:
            if event.key == "escape" and rows.filter_text:
                self._clear(rows)
                return True
            return False
        return self._typed(rows, rows.typed, event)

    def _typed(self, rows: ChatRows, edit: LineEdit, event: events.Key) -> bool:
        match event.key:
            case "enter":
                rows.typed = None
                rows.use_filter(edit.text.strip())
                self._tell_faults(rows)
            case "escape":
                self._clear(rows)
                return True
            case "up" | "down":
                rows.action_move(1 if event.key == "down" else -1)
                return True
            case "pageup" | "pagedown":
                rows.action_page(1 if event.key == "pagedown" else -1)
                return True
            case "backspace" if not edit.text:
                self._clear(rows)
                return True
            case key if edit.take(key, event.character):
                rows.use_filter(edit.text)
            case _:
                return False
        self._changed(rows)
        return True

    def _clear(self, rows: ChatRows) -> None:
        rows.typed = None
        rows.use_filter("")
        self._changed(rows)

    def _end_all(self) -> None:
        """The keys went elsewhere: what was typed so far stands."""
        for rows in self._room.chat_lists:
            if rows.typed is not None:
                rows.typed = None
                rows.use_filter(rows.filter_text.strip())

    def _tell_faults(self, rows: ChatRows) -> None:
        for fault in rows.faults:
            self._room.say(fault.text, "warning")

    def _rows(self) -> ChatRows | None:
        focused = self._room.focused
        return focused if isinstance(focused, ChatRows) else None

    def _changed(self, rows: ChatRows) -> None:
        rows.follow()
        faults = rows.faults
        self._room.keys.wrong = faults[-1].text if rows.typed is not None and faults else ""
        self._room.place_changed()
