"""A wavy line under a word, where the terminal has one: Rich and Textual know only straight ones.

Sources: kitty's "colored and styled underlines" (SGR `4:3`, and `58:2::r:g:b` for its colour), VTE since 0.52, tmux since 3.0 with
a terminal that has `Smulx`.

Private API, guarded by `tests/unit/terminal/test_undercurl.py`: `Style._ansi`, by which Textual's `Strip.render_style` spares itself
the making of the codes, and `Strip.render_ansi`, which makes them.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

MARK: Final = Style(underline2=True)
"""Put it on words; `curled` makes of it what the terminal can. (Nothing else here is underlined twice.)"""
_LINE: Final = Style(underline=True, underline2=False)
_ABLE: Final = re.compile(r"xterm-(?:kitty|ghostty)|foot|wezterm|alacritty|contour|rio|mintty", re.IGNORECASE)
_VTE: Final = 5102
"""GNOME's terminals, since 0.51.2."""


def can_curl(environment: Mapping[str, str]) -> bool:
    """Whether the terminal says, by its name, that it draws wavy lines. tmux and screen hide what is behind them: no."""
    if environment.get("TMUX") or environment.get("STY"):
        return False
    vte = environment.get("VTE_VERSION", "")
    return (
        bool(_ABLE.search(f"{environment.get('TERM', '')} {environment.get('TERM_PROGRAM', '')}"))
        or "KITTY_WINDOW_ID" in environment
        or (vte.isdigit() and int(vte) >= _VTE)
    )


def curled(strip: Strip, colors: ColorSystem, *, able: bool) -> Strip:
    """The strip with its marked words underlined: wavy if the terminal is able, straight otherwise."""
    if not any(style is not None and style.underline2 for _, style, _ in strip._segments):
        return strip
    segments = [
        Segment(text, _drawn(style, colors, able), control) if style is not None and style.underline2 else segment
        for segment in strip._segments
        for text, style, control in (segment,)
    ]
    return Strip(segments, strip.cell_length)


@lru_cache(maxsize=64)
def _drawn(style: Style, colors: ColorSystem, able: bool) -> Style:
    plain = style + _LINE
    if not able:
        return plain
    drawn = plain.copy()
    codes = Strip.render_ansi(plain + Style(underline=False), colors)
    drawn._ansi = f"{codes};4:3" if codes else "4:3"
    return drawn
