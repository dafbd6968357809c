"""Which tests stay together in one worker of pytest-xdist, and which begin first.

xdist's own groups do nothing with pytest 9.2: it writes them into a field of the tests that nobody reads any more. And they
say nothing of an order. So both are said here, and follow from where a test stands.
"""

from functools import cache
from pathlib import Path
from typing import Final

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

ROOT: Final = Path(__file__).resolve().parents[1]

BROWSERS: Final = {
    "tests/e2e/widget/test_widget_faults.py": "browser 1",
    "tests/e2e/widget/test_widget_look.py": "browser 1",
    "tests/e2e/widget/test_widget_files.py": "browser 1",
    "tests/e2e/widget/test_widget_identity.py": "browser 1",
}
"""The widget's tests share a Chromium in each worker that has some of them: in two workers they don't keep all others waiting."""

SHARES: Final = 'scope="module"'
"""What a module says whose tests share something that is dear to make."""

LONG: Final = (
    "tests/e2e/widget/",
    "tests/e2e/test_terminal_hygiene.py",
    "tests/e2e/crashes/test_relay_killed.py",
    "tests/e2e/test_one_shift.py",
    "tests/e2e/test_openapi.py",
    "tests/e2e/crashes/",
    "tests/e2e/",
    "tests/sim/",
    "tests/ui/test_keys_by_bytes.py",
    "tests/ui/test_hands_by_bytes.py",
    "tests/ui/",
    "tests/unit/journal/",
    "tests/property/",
)
"""What takes long begins first, so that the workers end together."""


def rank(nodeid: str) -> int:
    """The smaller, the earlier."""
    return next((place for place, prefix in enumerate(LONG) if nodeid.startswith(prefix)), len(LONG))


def unit(nodeid: str) -> str:
    """Tests of the same unit run one after another in one worker."""
    module = nodeid.partition("::")[0]
    if module.startswith("tests/e2e/widget/"):
        return BROWSERS.get(module, "browser 2")
    return module if shares(module) else nodeid


@cache
def shares(module: str) -> bool:
    return SHARES in (ROOT / module).read_text("utf-8")


class Scheduling(LoadScopeScheduling):  # type: ignore[misc]  # it is not typed
    """xdist's for modules, with other units and in the order in which the tests were collected."""

    def __init__(self, config: pytest.Config, log: Producer) -> None:
        super().__init__(config, log)
        config.option.loadscopereorder = False

    def _split_scope(self, nodeid: str) -> str:
        return unit(nodeid)
