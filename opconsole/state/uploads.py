"""Files on their way to the relay: queued, brought one after the other, and kept until the message that carries each is in the outbox.

Pure: who asks for tickets, reads the disk and speaks HTTP is `ui.attaching`. The id of an upload is the id of the `say` (or `note`) that
follows it: a message that was sent already, though nobody remembers, is known to the relay by it, and happens once.
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import Final

import msgspec
from msgspec import Struct

from opconsole.state.outbox import Failure
from opconsole.wire.codec import clean_struct

MOST: Final = 100
"""So many wait at most."""
TRIES: Final = 5
"""So often one is tried again while the link stands; then it is the operator's to say."""
_FORMAT: Final = 1


class Stage(StrEnum):
    waiting = "waiting"
    """For its turn, or for a link."""
    bringing = "bringing"
    failed = "failed"
    """Until the operator sends it again or throws it away."""


class Attachment(Struct, omit_defaults=True):
    """One file for one chat. `size` and `changed_ns` are as they were when it was asked about: another file is not sent unasked."""

    id: str
    chat: int
    path: str
    name: str
    size: int
    changed_ns: int = 0
    caption: str = ""
    note: bool = False
    at: int = 0
    """When it was given, our clock."""
    ours: bool = False
    """The file is a copy that the console made (of the clipboard): it goes with the upload."""
    stage: Stage = Stage.waiting
    sent: int = 0
    """Bytes so far."""
    tries: int = 0
    failure: Failure | None = None

    @property
    def percent(self) -> int:
        return min(100, self.sent * 100 // self.size) if self.size else 0


class UploadsDamaged(Exception):
    """The bytes are no uploads that this version understands."""


class _Kept(Struct):
    v: int
    items: list[Attachment]


class Uploads:
    """By id, oldest first."""

    def __init__(self) -> None:
        self._items: dict[str, Attachment] = {}
        self.revision = 0
        """Grows with each change that belongs on the disk."""

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[Attachment]:
        return iter(self._items.values())

    def __contains__(self, upload_id: str) -> bool:
        return upload_id in self._items

    def get(self, upload_id: str) -> Attachment | None:
        return self._items.get(upload_id)

    def of(self, chat: int) -> list[Attachment]:
        return [each for each in self._items.values() if each.chat == chat]

    # ------------------------------------------------------------ their way

    def add(self, upload: Attachment) -> bool:
        """False: too many wait already."""
        if len(self._items) >= MOST:
            return False
        self._items[upload.id] = upload
        self.revision += 1
        return True

    def next(self) -> Attachment | None:
        """The one to bring now, from here on under way. None: one is under way already, or none waits."""
        if any(each.stage is Stage.bringing for each in self):
            return None
        found = next((each for each in self if each.stage is Stage.waiting), None)
        if found is not None:
            found.stage, found.sent = Stage.bringing, 0
        return found

    def went(self, upload_id: str, sent: int) -> bool:
        """So many bytes are with the relay. True: that is another percent than before."""
        upload = self._items.get(upload_id)
        if upload is None or upload.stage is not Stage.bringing:
            return False
        before, upload.sent = upload.percent, sent
        return upload.percent != before

    def brought(self, upload_id: str) -> Attachment | None:
        """The relay has the file: what is left to do is its message. None: it was cancelled."""
        upload = self._items.pop(upload_id, None)
        self.revision += upload is not None
        return upload

    def interrupted(self, upload_id: str, *, counts: bool) -> bool:
        """It must be begun again. `counts`: while the link stood; too often, and it has failed. False: it has."""
        upload = self._items.get(upload_id)
        if upload is None:
            return False
        upload.tries = upload.tries + 1 if counts else 0
        upload.sent = 0
        if upload.tries >= TRIES:
            self.fail(upload_id, Failure("upload_broken", "the file could not be brought"))
            return False
        upload.stage = Stage.waiting
        return True

    def fail(self, upload_id: str, failure: Failure) -> None:
        upload = self._items.get(upload_id)
        if upload is not None:
            upload.stage, upload.failure, upload.sent, upload.tries = Stage.failed, failure, 0, 0
            self.revision += 1

    def retry(self, upload_id: str) -> bool:
        """A failed one, once more, as the last of the queue, and by the same id: should its message have happened after all, it doesn't
        happen again. False: there is no such."""
        upload = self._items.get(upload_id)
        if upload is None or upload.stage is not Stage.failed:
            return False
        del self._items[upload_id]
        self._items[upload_id] = msgspec.structs.replace(upload, stage=Stage.waiting, failure=None)
        self.revision += 1
        return True

    def drop(self, upload_id: str) -> Attachment | None:
        """Cancelled, or thrown away."""
        upload = self._items.pop(upload_id, None)
        self.revision += upload is not None
        return upload

    def clear(self) -> None:
        """Another person logs in; what is on disk for this one stays there."""
        self._items = {}
        self.revision += 1

    # ------------------------------------------------------------ the disk

    def dump(self) -> bytes:
        return msgspec.json.encode(_Kept(_FORMAT, [*self]))

    def load(self, blob: bytes) -> int:
        """What `dump` gave goes before what is here. They were not finished when that console ended, and are the operator's to send or to
        throw away: a person must know that days later something goes out. Returns how many. Raises `UploadsDamaged`."""
        try:
            kept = msgspec.json.decode(blob, type=_Kept)
        except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
            raise UploadsDamaged(str(error)) from None
        if kept.v != _FORMAT:
            raise UploadsDamaged(f"written in format {kept.v}, this program reads {_FORMAT}")
        items = {each.id: each for each in map(clean_struct, kept.items)}
        for upload in items.values():
            if upload.stage is not Stage.failed:
                upload.stage, upload.failure = (
                    Stage.failed,
                    Failure("upload_ended", "the console ended before it was sent"),
                )
            upload.sent = 0
        self._items = items | self._items
        self.revision += 1
        return len(items)
