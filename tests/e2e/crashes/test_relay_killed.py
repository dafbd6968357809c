"""`kill -9` of the relay under load, again and again, and of the team's program too: nothing is lost, doubled or out of order."""

from pathlib import Path

import pytest

from tests.e2e.crashes.floor import Floor, Size
from tests.e2e.crashes.size import ALL

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200 if ALL else 180)]

SIZE = (
    Size(kills=50, operators=20, visitors=200, team_kills=8, records=600)
    if ALL
    else Size(kills=5, operators=6, visitors=40, team_kills=2, records=100)
)


async def test_a_relay_that_is_killed_under_load_loses_doubles_and_reorders_nothing(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir(mode=0o700)
    async with Floor(tmp_path, SIZE, seed="7") as floor:
        for kill in range(SIZE.kills):
            await floor.crash(with_team=(kill + 1) % (SIZE.kills // SIZE.team_kills) == 0)
        assert await floor.judge() == []
        tally = floor.crowd.tally()
        print(f"\n{SIZE.kills} kills, {tally}, starts {min(floor.starts_s):.2f}–{max(floor.starts_s):.2f} s")
        assert tally.stored > SIZE.visitors
        assert tally.seen > 0
        assert tally.reconnects > SIZE.visitors
