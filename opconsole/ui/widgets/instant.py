"""Paint the changed cells of one widget now, and nothing else: a key must be seen at once, and a countdown must not cost a row.

Textual's own painting waits for the screen's next tick (16 ms, later under load), renders every widget whose container the changed
cells touch, and writes a changed line from the pane's left edge on. Here only what changed is rendered and written.

The one place of private compositor calls. Textual is pinned exactly; `tests/ui/test_instant.py` guards what is used here:
`Screen._layout_required`, `Screen._compositor.visible_widgets`, `Widget._exchange_repaint_regions`, `Widget._repaint_required`,
`App._batch_count` and `App._display`.
"""

from collections.abc import Sequence

from textual.geometry import Region
from textual.widget import Widget

from opconsole.terminal.shadow import Span, Spans


def paint_spans(widget: Widget, spans: Sequence[Span]) -> bool:
    """Write these cells of the widget, given from its corner. False: the screen must do it (a layout is due, something lies over the widget)."""
    place = _place(widget)
    if place is None:
        return False
    widget.app._display(widget.screen, Spans(spans, place.offset))
    return True


def paint_now(widget: Widget) -> bool:
    """Paint the lines that the widget has marked as changed. False: as for `paint_spans`."""
    place = _place(widget)
    if place is None:
        return False
    dirty = widget._exchange_repaint_regions()
    widget._repaint_required = False
    if dirty:
        changed = Region.from_union(list(dirty)).intersection(place.reset_offset)
        lines = Region(0, changed.y, place.width, changed.height)
        strips = widget.render_lines(lines)
        spans = [(0, y, strip) for y, strip in zip(lines.line_range, strips, strict=False)]
        widget.app._display(widget.screen, Spans(spans, place.offset))
    return True


def _place(widget: Widget) -> Region | None:
    """Where the widget is on the screen, if all of it is in sight and the screen's layout stands."""
    screen, app = widget.screen, widget.app
    if app.screen is not screen or screen._layout_required or app._batch_count:
        return None
    visible = screen._compositor.visible_widgets
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
