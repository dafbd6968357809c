"""A theme's palette (`opconsole.settings.palette`) as what Textual paints with: a Theme for the style sheets, Rich styles for the
widgets that draw by line. In a style sheet every colour of the palette is a variable of its own name, with hyphens: `$selection-dim`."""

from functools import lru_cache

from rich.style import Style
from textual.theme import Theme

from opconsole.settings.palette import Palette


def textual_theme(palette: Palette) -> Theme:
    """The theme for `App.register_theme`; Textual's own widgets get the palette's colours too."""
    colors = palette.colors
    own = {name.replace("_", "-"): getattr(colors, name) for name in colors.__struct_fields__}
    return Theme(
        name=palette.name,
        primary=colors.accent,
        secondary=colors.unread,
        warning=colors.warning,
        error=colors.danger,
        success=colors.ok,
        accent=colors.accent,
        foreground=colors.text,
        background=colors.background,
        surface=colors.surface,
        panel=colors.panel,
        dark=palette.dark,
        variables=own
        | {
            "text-muted": colors.muted,
            "text-disabled": colors.muted,
            "foreground-muted": colors.muted,
            "border": colors.border_focus,
            "border-blurred": colors.border,
            "block-cursor-foreground": colors.text,
            "block-cursor-background": colors.selection,
            "block-cursor-blurred-foreground": colors.text,
            "block-cursor-blurred-background": colors.selection_dim,
            "block-hover-background": colors.selection_dim,
            "input-cursor-background": colors.accent,
            "input-cursor-foreground": colors.on_bright,
            "input-selection-background": colors.selection,
            "input-selection-foreground": colors.text,
            "screen-selection-background": colors.selection,
            "screen-selection-foreground": colors.text,
            "scrollbar": colors.border,
            "scrollbar-hover": colors.faint,
            "scrollbar-active": colors.accent,
            "scrollbar-background": colors.surface,
            "scrollbar-background-hover": colors.surface,
            "scrollbar-background-active": colors.surface,
            "scrollbar-corner-color": colors.surface,
            "footer-background": colors.panel,
            "footer-foreground": colors.text,
            "footer-key-foreground": colors.accent,
            "footer-description-foreground": colors.muted,
            "link-color": colors.link,
            "button-color-foreground": colors.on_bright,
        },
    )


class Paint:
    """Rich styles of one palette, by the colours' names, each made once.

    paint("text", "surface"); paint("visitor", "selection", bold=True); paint.badge("unread")
    """

    def __init__(self, palette: Palette) -> None:
        self.palette = palette

    @lru_cache(maxsize=512)  # noqa: B019  a palette lives as long as the process
    def __call__(
        self,
        words: str,
        ground: str = "surface",
        *,
        bold: bool = False,
        italic: bool = False,
        underline: bool = False,
        reverse: bool = False,
    ) -> Style:
        """`words` on `ground`, both names of colours; an unknown name is an AttributeError."""
        colors = self.palette.colors
        return Style(
            color=getattr(colors, words),
            bgcolor=getattr(colors, ground),
            bold=bold or None,
            italic=italic or None,
            underline=underline or None,
            reverse=reverse or None,
        )

    def badge(self, bright: str) -> Style:
        """A mark that must be seen: dark words on a bright ground (in a light theme the other way round)."""
        return self("on_bright", bright, bold=True)
