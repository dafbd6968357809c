"""Every bound of the protocol, in one place. Names carry their unit; both sides use them."""

from typing import Final

PROTOCOL_VERSION: Final = 1

TEXT_BYTES: Final = 8 * 1024
"""A message is at most this many bytes of UTF-8."""
LINE_CHARS: Final = 512
"""Any one-line text (a title, a page's address is cut to `URL_CHARS`)."""
NAME_CHARS: Final = 80
URL_CHARS: Final = 2048
IDENTITY_CHARS: Final = 4096
"""A site's signed token for its customer."""
CUSTOMER_CHARS: Final = 128
"""A site's own id of its customer."""
CODE_CHARS: Final = 32
"""A template's `/code`."""
STEPS: Final = 30
"""A checklist has at most so many steps."""
ID_CHARS: Final = 36
"""A command's id; clients use a UUID or any string that they never use twice."""
WORDS_CHARS: Final = 120
"""The last words on a chat's card."""
PEEK_CHARS: Final = 1000
NOTE_BYTES: Final = 4 * 1024

STAFF_FRAME_BYTES: Final = 256 * 1024
"""Largest websocket message that the relay takes from an operator's session (a `hello` with many chats is the largest)."""
VISITOR_FRAME_BYTES: Final = 32 * 1024
"""Largest websocket message that the relay takes from a visitor."""

SYNC_MESSAGES: Final = 200
"""A sync brings at most this many of the newest messages of a chat; older ones are asked for with `fetch`."""
FETCH_MESSAGES: Final = 500
"""Largest page that one `fetch` may ask for."""

OUTBOX_COMMANDS: Final = 500
"""A client keeps at most this many unanswered commands."""
REMEMBERED_IDS: Final = 1000
"""The relay remembers the answers to the last so many commands of each actor, so twice-sent ones happen once. It must
exceed `OUTBOX_COMMANDS`: then whatever an outbox can resend is still known."""

CARD_EARLIER: Final = 10
"""A visitor's card lists at most so many earlier chats."""
CARD_NOTES: Final = 20

QUERY_CHARS: Final = 300
"""What a `search` may ask for."""
FOUND_MOST: Final = 50
"""Hits on one page of `found`."""

FILE_ID_CHARS: Final = 32
FILE_NAME_CHARS: Final = 120
FILE_UNUSED_MS: Final = 60 * 60_000
"""A file that was brought, and that no message names by then, is forgotten."""
