"""Paint one widget now, without waiting for the screen's next tick (16 ms, and later under load): a key must be seen at once.

The screen's own painting renders every widget whose container the changed cells touch; here only the changed lines of one widget
are rendered and written, so a key costs a millisecond or two.

The one place of private compositor calls. Textual is pinned exactly; `tests/ui/test_instant.py` guards what is used here:
`Screen._layout_required`, `Screen._compositor.visible_widgets`, `Widget._exchange_repaint_regions`, `Widget._repaint_required`,
`App._batch_count`, `App._display` and `LayoutUpdate`.
"""

from textual._compositor import LayoutUpdate
from textual.geometry import Region
from textual.widget import Widget


def paint_now(widget: Widget) -> bool:
    """Paint what the widget has marked as changed. False: the screen must do it (a layout is due, something lies over the widget)."""
    screen, app = widget.screen, widget.app
    if not screen.is_current or screen._layout_required or app._batch_count:
        return False
    place = _place(widget)
    if place is None:
        return False
    dirty = widget._exchange_repaint_regions()
    widget._repaint_required = False
    if not dirty:
        return True
    changed = Region.from_union(list(dirty)).intersection(place.reset_offset)
    lines = Region(0, changed.y, place.width, changed.height)
    strips = widget.render_lines(lines)
    app._display(screen, LayoutUpdate([[strip] for strip in strips], lines.translate(place.offset)))
    return True


def _place(widget: Widget) -> Region | None:
    """Where the widget is on the screen, if all of it is in sight."""
    visible = widget.screen._compositor.visible_widgets
    if widget not in visible:
        return None
    region, clip = visible[widget]
    if not clip.contains_region(region):
        return None
    for other, (other_region, other_clip) in visible.items():  # from the front to the back
        if other is widget:
            return region
        if other_region.overlaps(region) and other_clip.overlaps(region):
            return None
    return None
