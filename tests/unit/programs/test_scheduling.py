"""Tests that share something dear stay in one worker, whatever pytest and xdist make of groups; the long ones begin first."""

from types import SimpleNamespace
from typing import Any, cast

import pytest
from xdist.remote import Producer

from tests.scheduling import LONG, ROOT, Scheduling, rank, shares, unit

SHARED = [f"tests/e2e/test_relay_bounds.py::test_{number}" for number in range(6)]
ALONE = [f"tests/e2e/test_demo.py::test_{number}" for number in range(6)]
WIDGET = [f"tests/e2e/widget/test_widget_{name}.py::test[{name}]" for name in ("talk", "changes", "with_relay")]


class Worker:
    """What the scheduler sees of one."""

    shutting_down = False

    def __init__(self, name: str) -> None:
        self.gateway = SimpleNamespace(id=name)
        self.given: list[int] = []

    def send_runtest_some(self, indices: list[int]) -> None:
        self.given += indices

    def shutdown(self) -> None:
        self.shutting_down = True


def given_out(tests: list[str]) -> list[set[str]]:
    """Which tests each of three workers ran."""
    config = SimpleNamespace(option=SimpleNamespace(loadscopereorder=True), getvalue=lambda name: ["3*popen"])
    scheduling = Scheduling(cast(pytest.Config, config), Producer("here", enabled=False))
    workers = [Worker(str(number)) for number in range(3)]
    for worker in workers:
        scheduling.add_node(cast(Any, worker))
    for worker in workers:
        scheduling.add_node_collection(cast(Any, worker), tests)
    scheduling.schedule()
    done = [0] * 3
    while scheduling.has_pending:
        for number, worker in enumerate(workers):
            if done[number] < len(worker.given):
                scheduling.mark_test_complete(cast(Any, worker), worker.given[done[number]])
                done[number] += 1
    return [{tests[index] for index in worker.given} for worker in workers]


def test_a_modules_tests_stay_together_if_they_share_something_and_every_test_is_given_once() -> None:
    found = given_out([*SHARED, *ALONE, *WIDGET])
    assert sum(map(len, found)) == len(SHARED) + len(ALONE) + len(WIDGET)
    for together in (SHARED, WIDGET):
        assert [set(together) <= each for each in found].count(True) == 1
    assert not any(set(ALONE) <= each for each in found)


def test_what_a_module_shares_is_seen_in_its_text() -> None:
    assert shares("tests/e2e/test_relay_bounds.py")
    assert not shares("tests/e2e/test_demo.py")
    assert unit("tests/e2e/test_demo.py::test_x[a::b]") == "tests/e2e/test_demo.py::test_x[a::b]"


def test_the_widgets_modules_are_in_two_browsers() -> None:
    modules = [str(path.relative_to(ROOT)) for path in (ROOT / "tests/e2e/widget").glob("test_*.py")]
    assert {unit(f"{module}::test_x") for module in modules} == {"browser 1", "browser 2"}


def test_the_long_ones_begin_first_and_each_is_there() -> None:
    assert [prefix for prefix in LONG if not (ROOT / prefix).exists()] == []
    order = ["tests/unit/state/test_x.py::test", "tests/sim/test_sim.py::test", "tests/e2e/widget/test_x.py::test"]
    assert sorted(order, key=rank) == order[::-1]
