"""The limit of open files: raised as far as it may be, and never a session for the last of them."""

import subprocess
import sys

import pytest

from server_stub.edge import bounds

PROBE = """
import resource, sys
soft, hard, most = map(int, sys.argv[1:])
resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
from server_stub.edge.open_files import room_for_sessions
print(room_for_sessions(most), *resource.getrlimit(resource.RLIMIT_NOFILE))
"""


@pytest.mark.parametrize(
    ("soft", "hard", "most", "room"),
    [(1024, 4096, 100_000, 4096), (1024, 4096, 1000, 1000 + bounds.OTHER_FILES), (4096, 4096, 100, 4096)],
    ids=["as far as it may", "as far as it must", "not at all"],
)
def test_the_limit_is_raised(soft: int, hard: int, most: int, room: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROBE, str(soft), str(hard), str(most)], capture_output=True, text=True, check=True
    )
    assert list(map(int, done.stdout.split())) == [min(most, room - bounds.OTHER_FILES), room, hard]
