"""What is common to all tests."""

import gc
import os
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer

from tests import surroundings
from tests.scheduling import Scheduling, rank

gc.disable()  # until all is collected: what is imported and collected is never garbage, and a third of what it costs
surroundings.settle()
# A test never asserts a duration: the machine is shared. And the same examples come every time; `make whole` and `make fuzz` try others.
settings.register_profile(
    "house", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize="WHOLE" not in os.environ
)
settings.load_profile("house")

_LIVING: Final = Path(__file__).parent / "e2e"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests with real processes, sockets and browsers depend on when a shared machine lets them run: what fails there is tried
    once more, and the report names it (`R`). All else must pass the first time. Long ones that repeat in another size what a
    shorter one shows (`whole`) are left to `make whole`."""
    if "WHOLE" not in os.environ:
        left = [item for item in items if item.get_closest_marker("whole")]
        items[:] = [item for item in items if not item.get_closest_marker("whole")]
        config.hook.pytest_deselected(items=left)
    for item in items:
        if item.path.is_relative_to(_LIVING):
            item.add_marker(pytest.mark.flaky(reruns=1))
    items.sort(key=lambda item: rank(item.nodeid))


def pytest_collection_finish() -> None:
    """What was imported and collected lives to the end: the collector is not to look through it again and again."""
    gc.freeze()
    gc.enable()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling:
    return Scheduling(config, log)
