import gc

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.cache import FIFOCache
from textual.strip import Strip

from opconsole.ui.final_strip import FinalStrip
from opconsole.ui.widgets.line import strip_of

RED, BLUE = Style(color="red"), Style(color="blue")
PARTS = [("один ", RED), ("чат 世界", BLUE), (" three", RED)]


def both() -> tuple[FinalStrip, Strip]:
    segments = [Segment(text, style) for text, style in PARTS]
    return FinalStrip(segments), Strip(segments)


@pytest.mark.parametrize("cells", [0, 1, 7, 10, 11, 19, 30])
def test_it_is_cut_as_textuals_own_is(cells: int) -> None:
    final, own = both()
    assert final.cell_length == own.cell_length == 19
    assert final.crop(0, cells) == own.crop(0, cells)
    assert final.crop(cells, 25) == own.crop(cells, 25)
    assert final.crop_extend(2, cells, BLUE) == own.crop_extend(2, cells, BLUE)
    assert final.adjust_cell_length(cells, BLUE) == own.adjust_cell_length(cells, BLUE)
    assert list(final.divide([min(cells, 19), 19])) == list(own.divide([min(cells, 19), 19]))
    assert final.apply_style(BLUE) == own.apply_style(BLUE)
    assert FinalStrip.join([final, final]) == Strip.join([own, own])


def test_what_is_made_of_it_is_final_too() -> None:
    final, _ = both()
    made = (strip_of(PARTS, 30, RED), strip_of(PARTS, 3, RED), final.crop(1, 9), FinalStrip.join([final, final]))
    assert {type(strip) for strip in made} == {FinalStrip}


def test_nothing_is_kept_and_no_ring_is_left_for_the_collector() -> None:
    def painted() -> None:
        for _ in range(20):
            strip = strip_of(PARTS, 19, RED)
            strip.divide([19])
            strip.crop_extend(0, 19, RED)
            strip.crop_extend(0, 25, RED)
            strip.crop(3, 9).divide([6])

    painted()
    gc.collect()
    gc.disable()
    try:
        painted()
        assert gc.collect() == 0
    finally:
        gc.enable()


def test_every_cache_that_textual_gives_a_strip_is_empty_here() -> None:
    final, own = both()
    caches = {name for name in Strip.__slots__ if isinstance(getattr(own, name), FIFOCache)}
    assert len(caches) == 7
    final.divide([3, 19])
    final.apply_style(RED)
    for name in Strip.__slots__:
        ours, theirs = getattr(final, name), getattr(own, name)
        assert (type(theirs) is list or theirs is None or theirs == 19) if name not in caches else len(ours) == 0, name
