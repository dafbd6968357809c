"""Every bound of the edge and of the relay's core loop, in one place; the protocol's own are `opconsole.wire.limits`.

Names carry their unit. What a site may change stands in `desk.toml` (`server_stub/deskfile.py`) with these as defaults.
"""

from typing import Final

# ---------------------------------------------------------------- one session

BUFFERED_BYTES: Final = 1024 * 1024
"""A session that has more unsent bytes than this is cut off: it reads too slowly, and resyncs when it is back."""
HELD_BYTES: Final = 4 * 1024 * 1024
"""Frames held back while a session's sync is read from the journal; beyond it the session is cut off."""
HELD_READS: Final = 4_000
"""Syncs and pages that wait to be read from the journal for one session; beyond it the session is cut off."""
HELLO_S: Final = 10.0
"""A websocket that has not said hello by then is closed."""
HEARTBEAT_S: Final = 20
"""A session that was silent so long is pinged; silent as long again, it is cut off."""
EXPIRY_S: Final = 60.0
"""Tokens of live sessions are looked at so often."""
CLOSE_S: Final = 2.0
"""How long a closing handshake may take."""
SEEN_S: Final = 300.0
"""That a session is in use is written down so often."""
BAD_FRAMES: Final = 10
"""So many frames that can't be understood, and the session is closed."""
FRAMES_PER_MESSAGE: Final = 200
"""Lines in one websocket message."""

STAFF_FRAMES_PER_S: Final = 200.0
STAFF_FRAMES_BURST: Final = 2000
"""A console that was offline sends its whole outbox at once (`limits.OUTBOX_COMMANDS`), and then reads and fetches."""
VISITOR_FRAMES_PER_S: Final = 5.0
VISITOR_FRAMES_BURST: Final = 20
READ_FRAMES: Final = 10
"""So many times its rate of frames a session may have read and understood, the signals that are then dropped too. Beyond it
nothing is read. A frame counts as one more for each `READ_CHARS` of it: large ones cost more to understand."""
READ_CHARS: Final = 1024

RATE_FRAME_BYTES: Final = 8 * 1024
"""A session's rate in bytes: so many for each frame that it may send. Whatever the bytes are: frames, fragments or pings."""
PIECE_BYTES: Final = 4 * 1024
"""So much of what was read from a socket is worked on at once, before it is asked whether the session has had enough."""
UNREAD_BYTES: Final = 1024 * 1024
"""Bytes that were read from a socket and may not be worked on yet; beyond it the connection is cut off."""
PINGS_PER_S: Final = 1.0
PINGS_BURST: Final = 20
"""Pings and pongs of a client; one more, and it is cut off."""

UTM_KEYS: Final = 20
"""Of a visitor's campaign parameters, so many are kept."""

TYPING_GAP_MS: Final = 1_000
"""Of an operator's typing signals in one chat, at most one in this time is passed on."""
PEEK_GAP_MS: Final = 300
"""Of a visitor's peeks, at most one in this time is passed on; the newest always is, at last."""

SEARCHES_PER_SESSION: Final = 4
"""Searches and hints under way for one session; one more is refused."""

# ---------------------------------------------------------------- sessions together

SESSIONS_PER_LOGIN: Final = 8
"""Consoles and monitors of one person; one more, and the oldest is told `replaced`."""
SCRIPTS_PER_LOGIN: Final = 16
"""Programs that act for one person, counted by themselves: however many there are, no console has to go for them."""
SESSIONS_PER_VISITOR: Final = 12
"""Tabs of one visitor; one more, and the oldest is told `replaced`."""
SESSIONS: Final = 50_000
"""In all; fewer, if the system allows fewer open files (`open_files.py`)."""
OTHER_FILES: Final = 256
"""Of the open files that the system allows, so many are not for sessions: the journal's, and connections that are no sessions."""
NEW_VISITORS_PER_MINUTE: Final = 120.0
"""From one address: many people share an office's."""
NEW_VISITORS_BURST: Final = 600
SOCKETS_PER_MINUTE: Final = 1_200.0
"""Websockets opened from one address, whoever opens them."""
SOCKETS_BURST: Final = 2_400
CONNECTIONS_PER_ADDRESS: Final = 2_000
"""Connections open at once from one address, and websockets of one address behind a proxy. The machine itself is not counted."""

IDENTITY_S: Final = 3600
"""A site's word for its customer (`identity`) may count for so long from now at most."""
IDENTITY_SKEW_S: Final = 60
"""So much may the site's clock differ from ours."""

# ---------------------------------------------------------------- HTTP

BODY_BYTES: Final = 16 * 1024
"""Largest body of a request."""
HEADER_BYTES: Final = 8 * 1024
"""Longest request line, and longest header."""
HEADERS: Final = 64
"""Headers of one request."""
BODY_S: Final = 10.0
"""A body that has not come by then is not waited for."""
HEADERS_S: Final = 20.0
"""A connection without a whole request in this time is closed: the first one's head, or the next one's."""
IDLE_S: Final = 75.0
"""The same behind a proxy, which has its own patience with its clients. Longer than a proxy keeps its connections (60 s is usual):
it would send a request into the close."""
HALF_OPEN: Final = 4_096
"""Connections that are not websockets (yet). One more, and the oldest of them is cut off: an honest one needs it some
milliseconds, so it is the one that does nothing."""
HANDSHAKE_S: Final = 10.0
"""A TLS handshake that takes longer is cut off."""
LOGINS_PER_MINUTE: Final = 6.0
LOGINS_BURST: Final = 10
"""Failed logins by one name from one address, or from one known console. Others are counted apart: nobody locks a colleague out."""
ADDRESS_LOGINS_PER_MINUTE: Final = 30.0
ADDRESS_LOGINS_BURST: Final = 60
"""Failed logins from one address, whatever the names."""
NAME_LOGINS_PER_MINUTE: Final = 30.0
NAME_LOGINS_BURST: Final = 60
"""Failed logins by one name from everywhere; beyond it, attempts from consoles that aren't known are held up, not refused."""
STRANGER_WAIT_S: Final = 5.0
"""So long."""
STRANGERS_WAITING: Final = 16
"""So many of one name at once; more are told to come again."""
STRANGERS: Final = 256
"""And so many of all names."""
CODES_PER_MINUTE: Final = 0.1
CODES_BURST: Final = 5
"""Wrong codes of a second factor after the right password, by one name from one address or known console: 150 a day, of a million."""
NAME_CODES_PER_MINUTE: Final = 0.2
NAME_CODES_BURST: Final = 10
"""The same from all consoles that aren't known, together."""
LOGINS_AT_ONCE: Final = 2
"""Password checks under way: each takes 64 MiB and tens of milliseconds."""
KNOWN_LOGINS_AT_ONCE: Final = 1
"""The same for known consoles, which don't stand in the strangers' queue."""
LOGINS_WAITING: Final = 64
ADDRESS_LOGINS_WAITING: Final = 16
"""Of those, so many from one address."""
ENROLMENTS: Final = 1_000
"""Second factors that are being set up."""
ENROLMENT_MS: Final = 10 * 60 * 1000
"""So long a secret that was shown waits for its first code."""
THROTTLED_KEYS: Final = 10_000
"""Names and addresses that a throttle remembers; the longest silent are forgotten first."""

# ---------------------------------------------------------------- files

FILE_TICKET_MS: Final = 10 * 60_000
"""A ticket to bring or fetch a file counts for so long; what was begun with it may take longer."""
UPLOAD_TICKETS: Final = 8
"""Files that one person or visitor may be about to bring; one more is refused."""
FETCH_TICKETS: Final = 256
"""Tickets to fetch a file that one session holds; one more, and its oldest counts no more."""
TICKETS: Final = 50_000
"""In all; one more, and the oldest counts no more."""
FILES_ASKED: Final = 8
"""Questions for a file under way for one session; one more is refused."""
UPLOADS_PER_MINUTE: Final = 6.0
UPLOADS_BURST: Final = 20
"""Tickets to bring a file, of one visitor."""
STAFF_UPLOADS_PER_MINUTE: Final = 60.0
STAFF_UPLOADS_BURST: Final = 100
"""The same of one of the team."""
ADDRESS_UPLOADS_PER_MINUTE: Final = 60.0
ADDRESS_UPLOADS_BURST: Final = 120
"""Files brought from one address: a visitor who is told to wait could come as another."""
UPLOADS_PER_ADDRESS: Final = 16
"""Files on their way from one address at once."""
UPLOADS: Final = 64
"""And in all."""
VISITOR_BYTES_A_DAY: Final = 100 * 1024 * 1024
ADDRESS_BYTES_A_DAY: Final = 1024 * 1024 * 1024
"""What visitors may bring: one of them, and all from one address."""
UPLOAD_BYTES_PER_S: Final = 1024.0
"""An upload that has come more slowly than this, after `UPLOAD_PAUSE_S`, is broken off. So is a download."""
CROWDED_BYTES_PER_S: Final = 16 * 1024.0
"""The same of visitors while they have taken more than half of all places."""
UPLOAD_PAUSE_S: Final = 30.0
"""So long nothing at all may come, or go."""
DOWNLOADS: Final = 256
"""Files on their way out at once."""
DOWNLOADS_PER_ADDRESS: Final = 64
DRAIN_BYTES: Final = 64 * 1024 * 1024
"""Of a file that is refused so much is read all the same, for `BODY_S` at most, so that its sender hears why."""
FILE_CHUNK_BYTES: Final = 128 * 1024
"""Files are written and read in pieces of so many bytes."""
SPARE_BYTES: Final = 256 * 1024 * 1024
"""No file is taken that would leave less on the disk: the journal needs room, and without it the relay stops."""
SCANS: Final = 2
SCAN_S: Final = 60.0
"""A scanner looks at so many files at once, for so long at most."""
SCAN_WAIT_S: Final = 45.0
"""And so long a file waits for its turn: together less than a client's patience (120 s)."""
SWEEP_S: Final = 300.0
"""Files that no message names are looked for so often."""
FILES_USED: Final = 10_000
"""Of the last files that were said, so many are remembered, to tell a second use from an unknown id."""

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
SYNC_CHARS: Final = 8 * 1024 * 1024
"""A sync that holds so much text brings no further chat's messages: a client may claim to hold thousands of chats."""
ENTRY_CHARS: Final = 200
"""What an entry counts besides its text."""
TRANSCRIPT_READS: Final = 16
"""Transcripts read from the journal at once."""
SEARCHES: Final = 64
"""Searches and hints that wait for the index in all; one more is refused. They are answered one after the other."""
SEARCH_S: Final = 0.08
"""A search looks for so long at most, and then gives what it has found, and where it stopped."""
LAG_S: Final = 1.0
"""The loop's lateness is measured so often."""
BACKLOG: Final = 1_024
"""Connections that wait to be accepted: after a restart all clients come at once."""
STOP_S: Final = 8.0
"""A stop waits so long for sessions to close."""
