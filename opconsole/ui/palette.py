"""A theme's palette (`opconsole.settings.palette`) as a Theme of Textual, for the style sheets (widgets that draw by line
use `opconsole.ui.paint`). In a style sheet every colour of the palette is a variable of its own name, with hyphens: `$selection-dim`."""

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
            "text-disabled": colors.faint,
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
