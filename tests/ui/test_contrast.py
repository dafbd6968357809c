"""What is really painted can be read (WCAG 2.2 AA), in every theme; and nothing is told by colour alone.

Words and digits need 4.5 to 1 against their ground, marks 3 to 1. Lines that only divide are no information.
"""

from collections.abc import Iterator

import pytest
from rich.color import Color
from rich.segment import Segment
from textual.geometry import Region
from textual.widget import Widget
from textual.widgets import Input, TextArea

from opconsole.settings.palette import load_palette, theme_files
from opconsole.ui.widgets.line import LineWidget
from opconsole.wire.messages import Kind, Message
from opconsole.wire.staff import Sync
from tests.ui import scene
from tests.ui.conftest import Bench, Open
from tests.ui.fake_relay import NOW
from tests.unit.settings.test_palette import contrast

DIVIDING = set("─│┃┊┆∙▔▁ ")
"""Lines and dots of no meaning. (The bars before messages come with the writer's name.)"""
SIZE = (220, 60)


def painted(bench: Bench) -> Iterator[tuple[str, Segment]]:
    """Every piece of text of the screen in front, with who painted it. (What lies behind a modal screen is dimmed: not in use.)"""
    for widget in bench.app.screen.query("*"):
        if not isinstance(widget, LineWidget | Input | TextArea) or not widget.display or not widget.size:
            continue
        for strip in widget.render_lines(Region(0, 0, *widget.size)):
            for segment in strip:
                if segment.text.strip():
                    yield name_of(widget), segment


def name_of(widget: Widget) -> str:
    return f"{type(widget).__name__}#{widget.id or ''}"


def code(color: Color | None) -> str:
    """`#rrggbb`; empty: the terminal's own."""
    return color.get_truecolor().hex if color is not None and not color.is_default else ""


def unreadable(bench: Bench) -> set[str]:
    found = set()
    for who, segment in painted(bench):
        style = segment.style
        assert style is not None
        words, ground = code(style.color), code(style.bgcolor)
        if style.reverse:
            words, ground = ground, words
        marks = set(segment.text) - DIVIDING
        if not marks:
            continue
        needed = 4.5 if any(character.isalnum() for character in marks) else 3
        if not words or not ground or contrast(words, ground) < needed or style.dim:
            found.add(f"{who}: {segment.text.strip()[:30]!r} {words or '?'} on {ground or '?'}")
    return found


def eventful() -> Sync:
    """A conversation with everything in it that has a look of its own."""
    sync = scene.sync()
    n = sync.messages[-1].n
    extra = [
        Message(chat=11, n=n + 1, p=9, at=NOW, by="olga", name="Olga", text="Changed", version=1),
        Message(chat=11, n=n + 2, p=10, at=NOW, by="olga", name="Olga", deleted_by="olga"),
        Message(chat=11, n=n + 3, at=NOW, kind=Kind.note, by="anna", name="Anna", text="A note"),
    ]
    sync.messages = [*sync.messages, *extra]
    return sync


async def screens(bench: Bench) -> Iterator[str]:  # type: ignore[misc]
    """One after the other, each screen that is in front."""
    workspace = bench.app.workspace
    yield "workspace"
    workspace.set_focus(workspace.transcript)
    await bench.press("up", "up")
    yield "a marked message"
    workspace.set_focus(workspace.inbox)
    await bench.pilot.pause()
    yield "the inbox"
    for action in ("help", "commands", "settings", "templates", "theme", "transfer", "close"):
        workspace.action_run(action)
        await bench.pilot.pause()
        yield action
        await bench.press("escape")


async def test_everything_painted_is_readable_in_every_theme(open_console: Open) -> None:
    async with open_console(eventful(), size=SIZE, shown=11) as bench:
        bench.app.workspace.say("Something happened", "info")
        bench.app.workspace.say("Something will happen", "warning")
        bench.app.workspace.say("Something bad happened", "danger")
        bench.app.workspace.composer.insert_text("A reply of some words that is being written")
        faults: set[str] = set()
        async for name in screens(bench):  # type: ignore[attr-defined]
            for theme in theme_files():
                bench.app.wear(load_palette(theme)[0])
                faults |= {f"{theme}: {name}: {fault}" for fault in unreadable(bench)}
        assert faults == set()


def test_the_measure_finds_what_can_not_be_read() -> None:
    assert contrast("#777777", "#ffffff") < 4.5


# ---------------------------------------------------------------- nothing by colour alone

DIFFERENT = {
    "unread": {"unread": 0},
    "owes": {"owes_since": 0, "rescue_at": 0},
    "near its rescue": {"rescue_at": NOW + 170_000},
    "online": {"online": False},
}
"""What a row of my chats tells: the card's fields, and another value of them."""


@pytest.mark.parametrize("what", DIFFERENT)
async def test_without_colour_a_row_still_tells(open_console: Open, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    """Two pictures in text alone, of which the difference is the one thing."""
    monkeypatch.setenv("NO_COLOR", "1")
    fields = {"unread": 1, "owes_since": NOW - 130_000, "rescue_at": NOW + 20_000, "online": True}
    texts = []
    for other in ({}, DIFFERENT[what]):
        sync = scene.sync()
        sync.chats = [scene.held(12, "Anna Smith", "Thanks", **{**fields, **other})]
        async with open_console(sync, size=(160, 48)) as bench:
            texts.append(bench.screen)
    assert texts[0] != texts[1]


async def test_without_colour_words_are_told_apart_by_who_said_them(
    open_console: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    lines = {}
    for who, entry in {
        "visitor": Message(chat=11, n=1, p=1, at=NOW, by="visitor", name="Sam", text="the words"),
        "me": Message(chat=11, n=1, p=1, at=NOW, by="olga", name="Sam", text="the words"),
        "colleague": Message(chat=11, n=1, p=1, at=NOW, by="ivan", name="Sam", text="the words"),
        "note": Message(chat=11, n=1, at=NOW, kind=Kind.note, by="ivan", name="Sam", text="the words"),
        "edited": Message(chat=11, n=1, p=1, at=NOW, by="visitor", name="Sam", text="the words", version=1),
    }.items():
        sync = scene.sync()
        sync.messages = [entry]
        sync.chats = [scene.held(11, "Sam", "the words", last=1, public=1)]
        async with open_console(sync, shown=11) as bench:
            lines[who] = "\n".join(line for line in bench.lines if "the words" in line or "Sam" in line)
    assert len(set(lines.values())) == len(lines), lines


async def test_without_colour_the_cursor_is_seen(open_console: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with open_console(shown=11, size=(160, 48)) as bench:
        for action in ("settings", "commands", "lists"):
            bench.app.workspace.action_run(action)
            await bench.pilot.pause()
            before = bench.screen
            await bench.press("down")
            assert bench.screen != before, action
            await bench.press("escape")
