"""Every bound of the edge and of the relay's core loop, in one place; the protocol's own are `opconsole.wire.limits`.

Names carry their unit. What a site may change stands in `desk.toml` (`server_stub/deskfile.py`) with these as defaults.
"""

from typing import Final

# ---------------------------------------------------------------- one session

BUFFERED_BYTES: Final = 1024 * 1024
"""A session that has more unsent bytes than this is cut off: it reads too slowly, and resyncs when it is back."""
HELD_BYTES: Final = 4 * 1024 * 1024
"""Frames held back while a session's sync is read from the journal; beyond it the session is cut off."""
HELLO_S: Final = 10.0
"""A websocket that has not said hello by then is closed."""
HEARTBEAT_S: Final = 20
"""A session that was silent so long is pinged; silent as long again, it is cut off."""
EXPIRY_S: Final = 60.0
"""Tokens of live sessions are looked at so often."""
CLOSE_S: Final = 2.0
"""How long a closing handshake may take."""
BAD_FRAMES: Final = 10
"""So many frames that can't be understood, and the session is closed."""
FRAMES_PER_MESSAGE: Final = 200
"""Lines in one websocket message."""

STAFF_FRAMES_PER_S: Final = 200.0
STAFF_FRAMES_BURST: Final = 2000
"""A console that was offline sends its whole outbox at once (`limits.OUTBOX_COMMANDS`), and then reads and fetches."""
VISITOR_FRAMES_PER_S: Final = 5.0
VISITOR_FRAMES_BURST: Final = 20

UTM_KEYS: Final = 20
"""Of a visitor's campaign parameters, so many are kept."""

TYPING_GAP_MS: Final = 1_000
"""Of an operator's typing signals in one chat, at most one in this time is passed on."""
PEEK_GAP_MS: Final = 300
"""Of a visitor's peeks, at most one in this time is passed on; the newest always is, at last."""

# ---------------------------------------------------------------- sessions together

SESSIONS_PER_LOGIN: Final = 8
"""Consoles and monitors of one person; one more, and the oldest is told `replaced`."""
SESSIONS_PER_VISITOR: Final = 12
"""Tabs of one visitor; one more, and the oldest is told `replaced`."""
SESSIONS: Final = 50_000
NEW_VISITORS_PER_MINUTE: Final = 120.0
"""From one address: many people share an office's."""
NEW_VISITORS_BURST: Final = 600
SOCKETS_PER_MINUTE: Final = 1_200.0
"""Websockets opened from one address, whoever opens them."""
SOCKETS_BURST: Final = 2_400

# ---------------------------------------------------------------- HTTP

BODY_BYTES: Final = 16 * 1024
"""Largest body of a request."""
LOGINS_PER_MINUTE: Final = 6.0
LOGINS_BURST: Final = 10
"""Failed logins by one name from one address. Another address is counted apart, so nobody can lock a colleague out."""
ADDRESS_LOGINS_PER_MINUTE: Final = 30.0
ADDRESS_LOGINS_BURST: Final = 60
"""Failed logins from one address, whatever the names."""
LOGINS_AT_ONCE: Final = 2
"""Password checks under way: each takes 64 MiB and tens of milliseconds."""
LOGINS_WAITING: Final = 64
THROTTLED_KEYS: Final = 10_000
"""Names and addresses that a throttle remembers; the longest silent are forgotten first."""

# ---------------------------------------------------------------- the core loop

QUEUE_ITEMS: Final = 10_000
"""Commands that wait to be decided. When so many do, the relay stops reading from its sockets until there is room."""
JUDGED: Final = 10_000
"""Of the team's last commands, so many that changed nothing are remembered with their answers, for copies that come late."""
BATCH_ITEMS: Final = 1_024
"""Commands in one commit at most."""
TURN_ITEMS: Final = 256
"""Commands decided before the sockets get their turn again."""
FLOOR_GAP_MS: Final = 200
"""Cards of operators and of the desk, which all the team sees, are sent at most once in this time."""
POSITIONS_GAP_MS: Final = 1_000
"""Places in the queue are told to waiting visitors at most once in this time."""
SNAPSHOT_EVENTS: Final = 20_000
SNAPSHOT_EVENTS_BUSY: Final = 200_000
SNAPSHOT_GAP_MS: Final = 60_000
"""A snapshot is kept after so many events in a quiet moment, after more at a busy one, and never before that time is over."""
QUIET_ITEMS: Final = 16
"""A batch of so few commands, with none waiting, is a quiet moment."""
TIMER_S: Final = 3600.0
"""The clock is looked at at least so often, whatever is due."""
TRANSCRIPT_READS: Final = 16
"""Transcripts read from the journal at once."""
LAG_S: Final = 1.0
"""The loop's lateness is measured so often."""
BACKLOG: Final = 1_024
"""Connections that wait to be accepted: after a restart all clients come at once."""
STOP_S: Final = 8.0
"""A stop waits so long for sessions to close."""
