"""The open batch: what was decided, and what goes out when it is committed. Filled by `handling`, sealed and sent by `line`."""

from server_stub.desk.events import Record
from server_stub.edge.sessions import Later, Session
from server_stub.files.store import Kept
from server_stub.searching import Question


class Batch:
    """What was decided since the last one was sealed."""

    __slots__ = ("ends", "erased", "items", "joins", "laters", "questions", "records", "replies", "said", "takes_away")

    def __init__(self) -> None:
        self.items = 0
        self.records: list[Record] = []
        self.replies: list[tuple[Session, bytes]] = []
        self.joins: list[Session] = []
        """Sessions that get their sync with this batch, and live frames from the next one on."""
        self.laters: list[tuple[Session, Later]] = []
        """What must be read from the journal before it can be sent; it goes out before the batch's other frames."""
        self.questions: list[Question] = []
        """What is asked of the search index, or of the files: answered when it can be, and nothing waits for it."""
        self.said: list[Kept] = []
        """Files that messages of this batch carry."""
        self.takes_away = False
        """Words were deleted or erased, and files with them perhaps."""
        self.erased: list[str] = []
        """Visitors of whom everything is."""
        self.ends: list[tuple[Session, bool]] = []
        """Sessions to be closed; True: the person is blocked."""

    def __bool__(self) -> bool:
        return self.items > 0
