"""Looks by place: an `Ink` is one ground with everything that may be written on it, made once when the theme is chosen.

A row's look is then `inks.side` or `inks.chosen`, and its parts `ink.muted`, `ink.owes`. No mark differs from another by colour
alone: the style only helps the eye.
"""

from msgspec import Struct
from rich.style import Style

from opconsole.settings.palette import Palette
from opconsole.ui.palette import Paint


class Ink(Struct, frozen=True):
    """Styles on one ground. The last four are badges: dark writing on their own bright ground."""

    text: Style
    strong: Style
    muted: Style
    faint: Style
    border: Style
    accent: Style
    owes: Style
    unread: Style
    warning: Style
    danger: Style
    ok: Style
    visitor: Style
    operator: Style
    note: Style
    peek: Style
    link: Style
    on_accent: Style
    on_unread: Style
    on_warning: Style
    on_danger: Style


class Inks(Struct, frozen=True):
    talk: Ink
    """The conversation."""
    side: Ink
    """Lists and the visitor, beside the conversation."""
    bar: Ink
    """Bars and headings."""
    over: Ink
    """What opens over the rest, and the field that is written in."""
    chosen: Ink
    chosen_dim: Ink
    palette: Palette

    def row(self, chosen: bool, focused: bool) -> Ink:
        """The ink of a row of a list."""
        return (self.chosen if focused else self.chosen_dim) if chosen else self.side


def inks_of(palette: Palette, *, plain: bool = False) -> Inks:
    """All inks of a theme. `plain`: no colours (NO_COLOR); only bold, dim and reverse tell things apart."""
    make = _plain if plain else _Painter(Paint(palette))
    return Inks(
        talk=make("surface"),
        side=make("background"),
        bar=make("panel"),
        over=make("raised"),
        chosen=make("selection"),
        chosen_dim=make("selection_dim"),
        palette=palette,
    )


class _Painter:
    def __init__(self, paint: Paint) -> None:
        self._paint = paint

    def __call__(self, ground: str) -> Ink:
        paint = self._paint

        def bold(words: str) -> Style:
            return paint(words, ground, bold=True)

        return Ink(
            text=paint("text", ground),
            strong=bold("text"),
            muted=paint("muted", ground),
            faint=paint("faint", ground),
            border=paint("border", ground),
            accent=bold("accent"),
            owes=bold("owes"),
            unread=bold("unread"),
            warning=bold("warning"),
            danger=bold("danger"),
            ok=paint("ok", ground),
            visitor=bold("visitor"),
            operator=bold("operator"),
            note=paint("note", ground),
            peek=paint("peek", ground, italic=True),
            link=paint("link", ground),
            on_accent=paint.badge("accent"),
            on_unread=paint.badge("unread"),
            on_warning=paint.badge("warning"),
            on_danger=paint.badge("danger"),
        )


def _plain(ground: str) -> Ink:
    turned = ground == "selection" or None
    lined = ground == "selection_dim" or None
    text = Style(reverse=turned, underline=lined)
    bold = text + Style(bold=True)
    dim = text + Style(dim=True)
    badge = Style(bold=True, reverse=not turned)
    return Ink(
        text=text, strong=bold, muted=text, faint=dim, border=dim, accent=bold, owes=bold, unread=bold, warning=bold,
        danger=bold, ok=text, visitor=bold, operator=bold, note=text, peek=text + Style(italic=True), link=text,
        on_accent=badge, on_unread=badge, on_warning=badge, on_danger=badge,
    )  # fmt: skip
