"""Files on the wire: what a message carries, and how a client gets a ticket to bring or to fetch one by HTTP.

A file goes before the message that carries it. The client asks for a ticket (`upload`), sends the bytes with
`PUT /v1/files/{ticket}`, and is answered with the `File` as the relay recognised it, `Uploaded`. Then a `say` or `note` names its id. A
file that no message names within `limits.FILE_UNUSED_MS` is forgotten. To fetch one, ask for a ticket too (`file`), and
`GET /v1/files/{ticket}`. Tickets are the only key to these routes: who may have one is judged in the session, where it is known who asks;
they are of one run of the relay, so after a lost link ask anew.

As questions of the search are, both are answered by one frame with their id, change nothing, and may be asked again.
"""

from typing import Annotated

from msgspec import Meta, Struct

from opconsole.wire import limits
from opconsole.wire.base import Frame, Id, Number

FileId = Annotated[str, Meta(max_length=limits.FILE_ID_CHARS)]
FileName = Annotated[str, Meta(min_length=1, max_length=limits.FILE_NAME_CHARS)]
FileSize = Annotated[int, Meta(ge=1, le=2**53)]


class File(Struct, omit_defaults=True, gc=False, frozen=True, kw_only=True):
    """A file that the relay keeps. What its sender called it is only shown; what it is, its bytes said."""

    id: str
    name: str = ""
    """Without a path, cleaned, with the ending of its type."""
    size: int = 0
    """Bytes."""
    type: str = ""
    """The media type, one of the desk's `FileRules.types`, by its contents."""
    width: int = 0
    height: int = 0
    """Of a picture, in pixels, as its header says."""


class FileRules(Struct, omit_defaults=True, gc=False, frozen=True, kw_only=True):
    """What the desk takes, so that a client can say no before anything is sent. `bytes` 0: no files at all."""

    bytes: int = 0
    types: list[str] = []


class Upload(Frame, tag="upload"):
    """I want to bring a file. Answered by `ticket`; or refused `files_off`, `file_too_big`, `files_too_many`, `files_full`."""

    id: Id
    name: FileName
    size: FileSize
    chat: Number = 0
    """Of the team: for which chat. A visitor's is their own."""


class FetchFile(Frame, tag="file"):
    """I want to have this file. Answered by `ticket`; or refused `file_gone`: there is none that I may have."""

    id: Id
    file: FileId


class Ticket(Frame, tag="ticket", kw_only=True):
    """Answer to `upload` and `file`."""

    id: str
    path: str
    """`/v1/files/…` on this relay: for one `PUT`, or for `GET`s until then."""
    until: int = 0
    """By the relay's clock."""


class Uploaded(Struct, omit_defaults=True, gc=False, frozen=True, kw_only=True):
    """Body of the answer to the `PUT`, 201. The same `PUT` again gives the same answer and keeps nothing twice. Otherwise a `problem`:
    404 `no_ticket`, 408 `too_slow`, 409 `file_coming`, 411 and 413 `file_too_big`, 415 `file_type`, 422 `file_infected`,
    503 `file_unscanned`, 507 `files_full`."""

    file: File
