"""Ports of the loopback that are nobody else's."""

import socket


def own_port() -> socket.socket:
    """A port that stays ours over a server's deaths: it is bound and never listened on, so the system gives it to nobody who wants any,
    nobody answers there, and a server that is told its number (and reuses addresses, as all do) can listen there."""
    held = socket.socket()
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held.bind(("127.0.0.1", 0))
    return held
