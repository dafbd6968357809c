"""Files that simulated visitors bring: small, and what their names say, so that a desk takes them."""

import io
from random import Random

from opconsole.simulation.parcels import Parcel, bring, parcel
from opconsole.wire.files import Ticket, Upload
from opconsole.wire.staff import Refused
from server_stub.files.kinds import KINDS, recognise
from server_stub.files.names import name_of


def test_a_parcel_is_a_small_picture_or_a_text_of_a_kind_that_a_desk_takes() -> None:
    kinds = set()
    for seed in range(20):
        what = parcel(Random(seed))
        found = recognise(io.BytesIO(what.content), len(what.content), what.name)
        assert found is not None
        assert name_of(what.name, KINDS[found.kind]) == what.name
        assert len(what.content) < 8 * 1024
        kinds.add(found.kind)
    assert kinds == {"png", "text"}


def test_the_same_dice_make_the_same_parcel() -> None:
    assert parcel(Random(7)) == parcel(Random(7))


async def test_a_desk_that_refuses_a_ticket_gets_a_message_without_a_file() -> None:
    asked: list[Upload] = []

    async def ask(question: Upload) -> Ticket | Refused | None:
        asked.append(question)
        return Refused(id=question.id, code="files_off", text="") if len(asked) == 1 else None

    what = Parcel("a.txt", b"hello")
    assert await bring("http://127.0.0.1:9", what, "u1", ask) == ""
    assert await bring("http://127.0.0.1:9", what, "u2", ask) == ""
    assert [(each.id, each.name, each.size) for each in asked] == [("u1", "a.txt", 5), ("u2", "a.txt", 5)]


async def test_a_relay_that_is_not_there_is_no_error() -> None:
    async def ask(question: Upload) -> Ticket | Refused | None:
        return Ticket(id=question.id, path="/v1/files/x")

    assert await bring("http://127.0.0.1:9", Parcel("a.txt", b"hello"), "u1", ask) == ""
