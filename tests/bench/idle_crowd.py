"""Many connections that say hello and then nothing: `python -m tests.bench.idle_crowd PORT PATH COUNT [HELLO]`. Loopback only.

Prints `open` when all stand, and stays until it is ended. Its own process, so that its descriptors don't count among the measurer's.
"""

import asyncio
import resource
import sys

import uvloop

from tests.bench.relay_load import Peer

AT_ONCE = 100


async def main(port: int, path: str, count: int, hello: bytes) -> None:
    peers: list[Peer] = []
    answered = 0

    def heard(payload: bytes) -> None:
        nonlocal answered
        answered += b'"t":"sync"' in payload or not hello.startswith(b"{")

    async def one() -> None:
        peer = await Peer.connect(port, path, heard)
        peer.send(hello)
        peers.append(peer)

    while len(peers) < count:
        await asyncio.gather(*(one() for _ in range(min(AT_ONCE, count - len(peers)))))
    while answered < count:
        await asyncio.sleep(0.01)
    print("open", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    uvloop.run(main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), (sys.argv[4:] or ["x"])[0].encode()))
