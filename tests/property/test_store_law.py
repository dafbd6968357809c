"""The law: a store that saw every live frame equals one that has just synced. With it: nothing said is lost, doubled or reordered."""

import pytest

from tests.property.store_walk import Walk


@pytest.mark.parametrize("seed", range(60))
def test_a_store_that_saw_every_frame_equals_one_that_has_just_synced(seed: int) -> None:
    walk = Walk(seed)
    try:
        walk.run(steps=400)
    except AssertionError as failure:
        failure.add_note(f"seed {seed}, last steps: {', '.join(walk.trail)}")
        raise
