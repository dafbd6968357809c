"""One visitor who floods a relay: `python -m tests.bench.relay_flood PORT KIND`, until it is ended. Loopback only.

KIND: `says` (messages), `typings` (signals, which a relay may drop), `pings` (of the websocket), `fragments` (of a message that
never ends). The bytes are made once and written as fast as the relay takes them; a session that is cut off is opened anew.
"""

import itertools
import os
import socket
import sys
import time

from tests.bench.relay_load import client_frame

BLOCK_BYTES = 256 * 1024


def block(kind: str, ids: "itertools.count[int]") -> bytes:
    if kind == "pings":
        return b"\x89\x80\0\0\0\0" * (BLOCK_BYTES // 6)
    if kind == "fragments":
        return b"\x00\x80\0\0\0\0" * (BLOCK_BYTES // 6)
    if kind == "typings":
        frames = [client_frame(b'{"t":"typing","text":"%d"}' % number) for number in range(1000)]
        return b"".join(frames) * 8
    return b"".join(client_frame(b'{"t":"say","id":"f%d","text":"flood"}' % next(ids)) for _ in range(5000))


def main(port: int, kind: str) -> None:
    ids = itertools.count()
    os.nice(10)  # the load generator shares the core
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port)) as peer:
                peer.sendall(
                    b"GET /v1/visitor HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
                )
                peer.recv(4096)
                peer.sendall(client_frame(b'{"t":"hello"}'))
                if kind == "fragments":
                    peer.sendall(b"\x01\x80\0\0\0\0")
                data = block(kind, ids)
                peer.setblocking(False)
                rest = data
                while True:
                    try:
                        rest = rest[peer.send(rest) :] or data
                    except BlockingIOError:
                        time.sleep(0.001)
                    try:
                        if not peer.recv(1 << 16):
                            break
                    except BlockingIOError:
                        pass
        except OSError:
            pass
        time.sleep(0.05)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
