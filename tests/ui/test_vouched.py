"""The mark of a visitor for whom the site vouches: beside what it vouches for, beside nothing else, and nobody can write it."""

import pytest
from msgspec.structs import replace

from tests.ui import scene
from tests.ui.conftest import Open

OTHERS = {"email": "e@shop.example", "phone": "112"}


def card(**changes: object):  # type: ignore[no-untyped-def]
    return replace(scene.VISITOR, rev=600, **changes)


@pytest.mark.parametrize(
    ("changes", "shown", "absent"),
    [
        (
            {"customer": "4711", "vouched": ["name", "email"], "name": "Ivan", **OTHERS},
            ["Ivan ◆", "◆ signed in on the site: 4711", "e@shop.example ◆"],
            ["112 ◆"],
        ),
        ({"name": "Ivan ◆", "email": "e@shop.example ◆", "phone": "112"}, ["Ivan ◇", "e@shop.example ◇"], ["◆"]),
        ({"name": "Ivan", **OTHERS}, ["Ivan"], ["◆", "signed in"]),
    ],
    ids=["vouched for", "pretends", "nobody in particular"],
)
async def test_the_mark_stands_beside_what_the_site_vouches_for(
    open_console: Open, changes: dict[str, object], shown: list[str], absent: list[str]
) -> None:
    async with open_console(size=(160, 45), shown=11) as bench:
        bench.relay.say(card(**changes))
        await bench.until(lambda: all(text in bench.screen for text in shown), "the visitor's facts")
        assert [text for text in absent if text in bench.screen] == []
