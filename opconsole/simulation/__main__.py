"""A demo's visitors and colleagues, as a program of their own: `python -m opconsole.simulation`, told by lines of JSON what to do.

    {"t":"visitors","relay":"http://127.0.0.1:8765","arrivals":{…}}
    {"t":"colleague","relay":"http://127.0.0.1:8765","who":{"login":"robin","name":"Robin","password":"…"},"manner":{…}}

It ends when its standard input does, so it never outlives whoever started it; and passwords are in no list of processes.
"""

import asyncio
import sys
from random import Random
from typing import Final

import msgspec
from msgspec import Struct

from opconsole.link.login import LoggedIn, log_in
from opconsole.link.session import Ready
from opconsole.simulation.crowd import Arrivals, Crowd
from opconsole.simulation.deliveries import Deliveries
from opconsole.simulation.operator_client import OperatorClient
from opconsole.simulation.operator_mind import Manner, OperatorMind
from opconsole.simulation.shift import clock_us
from opconsole.simulation.stage import Colleague


class Visitors(Struct, tag_field="t", tag="visitors"):
    relay: str
    arrivals: Arrivals


class Employ(Struct, tag_field="t", tag="colleague"):
    relay: str
    who: Colleague
    manner: Manner


FILES: Final = 0.1
"""Of so large a part of their messages a demo's visitors send a file along."""


async def _visitors(order: Visitors) -> None:
    await Crowd(order.relay, order.arrivals, clock_us=clock_us, checks=False, files=FILES).run()


async def _employ(order: Employ) -> None:
    got = await log_in(order.relay, order.who.login, order.who.password)
    if not isinstance(got, LoggedIn):
        sys.stderr.write(f"{got.text}\n")
        return
    dice = Random(order.who.login)
    client = OperatorClient(
        Ready(order.relay, got.login, got.token),
        OperatorMind(order.manner, dice),
        deliveries=Deliveries(),
        clock_us=clock_us,
        dice=Random(f"{order.who.login}/ids/{got.token}"),
    )
    try:
        await client.run()
    finally:
        await client.close()


async def main() -> None:
    decoder = msgspec.json.Decoder(Visitors | Employ)
    running: list[asyncio.Task[None]] = []
    while line := await asyncio.to_thread(sys.stdin.readline):
        order = decoder.decode(line)
        work = _visitors(order) if isinstance(order, Visitors) else _employ(order)
        running.append(asyncio.create_task(work))
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)


if __name__ == "__main__":
    asyncio.run(main())
