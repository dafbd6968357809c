"""The picture: all data that the console knows, without behaviour. `reducer.py` changes it by frames, `store.py` by the operator.

Everything else only reads it, best through `selectors.py`.
"""

from msgspec import Struct

from opconsole.state.books import Books, Stored
from opconsole.state.marks import Marks
from opconsole.state.model import Drafts, LinkState, Me
from opconsole.state.order import InboxOrder, MyNumbers
from opconsole.state.outbox import Outbox
from opconsole.state.sent_words import SentWords
from opconsole.state.transcript import Transcript
from opconsole.state.uploads import Uploads
from opconsole.wire.cards import ChatCard, DeskCard, OperatorCard, TemplateCard, VisitorCard


class Departed(Struct):
    """The chat that is on the screen, after it went out of my sight: what was read stays readable. `why`, `by`: as in `Gone`."""

    card: ChatCard
    transcript: Transcript
    why: str = ""
    by: str = ""


class Picture:
    """Attributes are for reading."""

    def __init__(self) -> None:
        self.person = ""
        """Whose picture this is: login and relay, as `Store.belong_to` was told."""
        self.me = Me()
        self.link = LinkState()
        self.synced = False
        """Whether there has been a sync (since the start, or since another person logged in)."""
        self.head = 0
        """The journal's number as of the last sync."""
        self.chats: dict[int, ChatCard] = {}
        self.inbox = InboxOrder()
        self.mine = MyNumbers()
        self.visitors: dict[str, VisitorCard] = {}
        self.operators: dict[str, OperatorCard] = {}
        self.templates: dict[str, TemplateCard] = {}
        self.desk = DeskCard(rev=0)
        self.transcripts: dict[int, Transcript] = {}
        self.peeks: dict[int, str] = {}
        """What visitors are typing, per chat; never empty texts."""
        self.typing: dict[int, dict[str, int]] = {}
        """Colleagues who type, per chat: login → since when (our clock)."""
        self.read: dict[int, int] = {}
        """Public numbers up to which I have read, per chat, where the relay may not know it yet."""
        self.swept: dict[int, int] = {}
        """Chats marked as read without being looked at since, and the public number up to which they were read before."""
        self.untold: set[int] = set()
        """Of those, the ones whose mark the relay isn't told yet: it can still be taken back as if it had never been."""
        self.marks = Marks()
        self.shown = 0
        """The chat on the screen; 0: none."""
        self.departed: Departed | None = None
        self.outbox = Outbox()
        self.stored: dict[int, list[Stored]] = {}
        """Words of mine that are stored, and whose entry has not come back yet."""
        self.uploads = Uploads()
        self.drafts = Drafts()
        self.sent_words = SentWords()
        self.warned: set[int] = set()
        """Chats whose coming rescue was warned of (`due.py`)."""
        self.books = Books()
