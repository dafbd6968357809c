"""What is really painted can be read (WCAG 2.2 AA), in every theme; and nothing is told by colour alone.

Words and digits need 4.5 to 1 against their ground, marks 3 to 1. Lines that only divide are no information.
"""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from rich.color import Color
from rich.segment import Segment
from textual.geometry import Region
from textual.widget import Widget
from textual.widgets import Input, TextArea

from opconsole.settings.palette import Colors, Palette, load_palette, theme_files
from opconsole.state.uploads import Attachment
from opconsole.ui.screens.ask_path import AskPath
from opconsole.ui.widgets.line import LineWidget
from opconsole.wire.files import File
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


NAMES = Colors.__struct_fields__
MARKED = Palette(
    "marked",
    "Marked",
    True,
    Colors(**{name: f"#{number + 10:02x}{number * 7 % 251:02x}40" for number, name in enumerate(NAMES)}),
)
"""A theme in which each colour is another: what is painted with it tells the colours' names."""
NAME_OF = {getattr(MARKED.colors, name): name for name in NAMES}

Pair = tuple[str, str, float]
"""Words, ground (names of colours, or a colour that is none of the theme's), and the contrast that is needed."""


def pairs(bench: Bench) -> dict[Pair, str]:
    """What is painted, with an example of each pair."""
    found: dict[Pair, str] = {}
    for who, segment in painted(bench):
        style = segment.style
        assert style is not None
        words, ground = code(style.color), code(style.bgcolor)
        if style.reverse:
            words, ground = ground, words
        marks = set(segment.text) - DIVIDING
        if marks:
            needed = 4.5 if any(character.isalnum() for character in marks) else 3.0
            pair = (NAME_OF.get(words, words), NAME_OF.get(ground, ground), needed)
            found.setdefault(pair, f"{who}: {segment.text.strip()[:30]!r}")
    return found


def eventful() -> Sync:
    """A conversation with everything in it that has a look of its own."""
    sync = scene.sync()
    n = sync.messages[-1].n
    extra = [
        Message(chat=11, n=n + 1, p=9, at=NOW, by="olga", name="Olga", text="Changed", version=1),
        Message(chat=11, n=n + 2, p=10, at=NOW, by="olga", name="Olga", deleted_by="olga"),
        Message(chat=11, n=n + 3, at=NOW, kind=Kind.note, by="anna", name="Anna", text="A note"),
        Message(
            chat=11, n=n + 4, p=11, at=NOW, by="visitor", file=File(id="f1", name="a.png", size=9, type="image/png")
        ),
    ]
    sync.messages = [*sync.messages, *extra]
    return sync


async def screens(bench: Bench) -> AsyncIterator[str]:
    """One after the other, each screen that is in front."""
    workspace = bench.app.workspace
    yield "workspace"
    workspace.set_focus(workspace.transcript)
    await bench.press("up", "up")
    yield "a marked message"
    workspace.set_focus(workspace.inbox)
    await bench.pilot.pause()
    yield "the inbox"
    for action in ("help", "commands", "settings", "templates", "transfer", "close"):
        workspace.action_run(action)
        await bench.pilot.pause()
        yield action
        await bench.press("escape")
    bench.app.store.uploads.add(Attachment("u1", 11, "/a.png", "a.png", 1000))
    bench.app.store.uploads.next()
    bench.app.store.uploads.went("u1", 500)
    workspace.transcript.changed()
    yield "a file on its way"
    bench.app.controllers.filing.opening.link("http://a@xn--pypal-4ve.com:80/")
    await bench.pilot.pause()
    yield "a link"
    await bench.press("escape")
    bench.app.push_screen(AskPath(bench.app.view, "Attach", bench.app.start, lambda path: None))
    await bench.pilot.pause()
    yield "a path"
    await bench.press("escape")


async def test_every_pair_of_colours_that_is_painted_is_readable_in_every_theme(open_console: Open) -> None:
    used: dict[Pair, str] = {}
    looked: set[str] = set()
    async with open_console(eventful(), size=SIZE, shown=11) as bench:
        bench.app.wear(MARKED)
        bench.app.workspace.say("Something happened", "info")
        bench.app.workspace.say("Something will happen", "warning")
        bench.app.workspace.say("Something bad happened", "danger")
        bench.app.workspace.composer.insert_text("A reply of some words that is being written")
        async for name in screens(bench):
            used |= {pair: f"{name}: {example}" for pair, example in pairs(bench).items() if pair not in used}
            looked |= {who for who, _ in painted(bench)}
    assert {"Transcript#transcript", "Inbox#inbox", "VisitorInfo#visitor", "SettingRows#settings-rows"} <= looked
    assert {pair: example for pair, example in used.items() if not {*pair[:2]} <= {*NAMES}} == {}
    assert ("muted", "surface", 4.5) in used
    faults: dict[str, float] = {}
    for theme in theme_files():
        colors = load_palette(theme)[0].colors
        for (words, ground, needed), example in used.items():
            ratio = contrast(getattr(colors, words), getattr(colors, ground))
            if ratio < needed:
                faults[f"{theme}: {example}: {words} on {ground}"] = round(ratio, 2)
    assert faults == {}


# ---------------------------------------------------------------- nothing by colour alone

DIFFERENT: dict[str, dict[str, Any]] = {
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
