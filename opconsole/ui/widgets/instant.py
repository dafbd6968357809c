"""Paint one widget now, without waiting for the screen's next tick (16 ms, and later under load): a key must be seen at once.

The one place of private compositor calls. Textual is pinned exactly; `tests/ui/test_instant.py` guards what is used here:
`Screen._layout_required`, `Screen._compositor.update_widgets`, `Screen._compositor_refresh`, `App._batch_count`.
"""

from textual.widget import Widget


def paint_now(widget: Widget) -> None:
    """Paint what the widget has marked as changed. Does nothing where a layout is due, or the screen is covered."""
    screen, app = widget.screen, widget.app
    if not screen.is_current or screen._layout_required or app._batch_count or not widget.is_attached:
        return
    widget._repaint_required = False
    screen._compositor.update_widgets({widget})
    screen._compositor_refresh()
