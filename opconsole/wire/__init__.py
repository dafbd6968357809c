"""The protocol, shared by the console and the relay: frames, codec, limits, text hygiene.

Nothing here does I/O. Only msgspec and the standard library may be imported; `asyncio`, `time`, `random`, `socket` and
`threading` may not. `docs/protocol.md` explains the whole to somebody who writes a client of their own.
"""
