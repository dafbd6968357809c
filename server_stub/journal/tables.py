"""What the database holds, declared once. `migrations/` makes it so; a test sees that the two agree.

Importing SQLModel costs 0.8 s, so nothing that runs while the relay serves imports this module: the journal and the accounts
speak SQL to the standard library's sqlite3, and only making or migrating the schema comes here.

The table `journal` is append-only: triggers (in the migrations) refuse UPDATE and DELETE. The one exception, a person's right
to be erased, inserts the key `erasing` into `meta` and removes it again *in the same transaction*; while it stands there the
triggers let the transaction change bodies, salts, seals and `erased`; anything else it must leave, for the chain goes over it.
"""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, Text, text
from sqlmodel import Field, SQLModel


class JournalRow(SQLModel, table=True):
    """One record. `n`, `p`: numbers of the transcript's entry that it makes (0: none), see `wire.messages`.

    Rows lie in the order of the primary key (no rowid): an append touches one page of the table, and a replay reads on."""

    __tablename__ = "journal"
    __table_args__ = (
        Index(
            "journal_transcript", "desk", "chat", "n", "p", sqlite_where=text("n > 0"), postgresql_where=text("n > 0")
        ),
        {"sqlite_with_rowid": False},
    )

    desk: str = Field(sa_column=Column(Text, primary_key=True))
    seq: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    at: int = Field(sa_column=Column(BigInteger, nullable=False))
    """Milliseconds since the epoch, UTC; so are all times here."""
    kind: str = Field(sa_column=Column(Text, nullable=False))
    chat: int = Field(sa_column=Column(BigInteger, nullable=False))
    n: int = Field(sa_column=Column(Integer, nullable=False))
    p: int = Field(sa_column=Column(Integer, nullable=False))
    actor: str = Field(sa_column=Column(Text, nullable=False))
    body: str = Field(sa_column=Column(Text, nullable=False))
    """The event as JSON, as `desk.events` writes it."""
    salt: bytes | None = Field(sa_column=Column(LargeBinary, nullable=True))
    """Random, of this record alone; NULL once its content was erased. This and what follows: see `chain.py`."""
    seal: bytes | None = Field(sa_column=Column(LargeBinary, nullable=True))
    """Of the content that was erased; NULL while it is there, for then it can be computed."""
    hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    erased: int | None = Field(sa_column=Column(BigInteger, nullable=True))
    """Number of the record of the erasure; NULL: the content is there."""


class SnapshotRow(SQLModel, table=True):
    """The desk's state as of record `seq`: a cache, never the truth."""

    __tablename__ = "snapshot"

    desk: str = Field(sa_column=Column(Text, primary_key=True))
    seq: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    at: int = Field(sa_column=Column(BigInteger, nullable=False))
    """Time of that record."""
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class AccountRow(SQLModel, table=True):
    """One person of the team. People are never removed, for the journal names them: they are blocked."""

    __tablename__ = "account"

    login: str = Field(sa_column=Column(Text, primary_key=True))
    name: str = Field(sa_column=Column(Text, nullable=False))
    role: str = Field(sa_column=Column(Text, nullable=False))
    chat_limit: int | None = Field(sa_column=Column(Integer, nullable=True))
    departments: str = Field(sa_column=Column(Text, nullable=False))
    """JSON array of names."""
    blocked: int = Field(sa_column=Column(Integer, nullable=False))
    password: str = Field(sa_column=Column(Text, nullable=False))
    """Argon2id, in its own text form with parameters and salt."""
    created_at: int = Field(sa_column=Column(BigInteger, nullable=False))
    revision: int = Field(sa_column=Column(BigInteger, nullable=False))
    """Grows with every change of any account: what changed since is what has a higher one."""


class SessionRow(SQLModel, table=True):
    """A login that still counts. The token itself is nowhere: only its SHA-256."""

    __tablename__ = "session"
    __table_args__ = (Index("session_login", "login"),)

    token_hash: str = Field(sa_column=Column(Text, primary_key=True))
    login: str = Field(sa_column=Column(Text, nullable=False))
    created_at: int = Field(sa_column=Column(BigInteger, nullable=False))
    expires_at: int = Field(sa_column=Column(BigInteger, nullable=False))
    seen_at: int = Field(sa_column=Column(BigInteger, nullable=False))
    agent: str = Field(sa_column=Column(Text, nullable=False))


class SecondFactorRow(SQLModel, table=True):
    """A person's second factor: what is asked for beside the password. No row: nothing is."""

    __tablename__ = "second_factor"

    login: str = Field(sa_column=Column(Text, primary_key=True))
    required: int = Field(sa_column=Column(Integer, nullable=False))
    """An admin wants one of this person, who is made to set it up at the next login."""
    secret: str = Field(sa_column=Column(Text, nullable=False))
    """TOTP's, base32: whoever reads it can make the codes, and the relay must. Empty: none is set up."""
    since: int = Field(sa_column=Column(BigInteger, nullable=False))
    """When it was set up; sessions that began earlier don't count. 0: it isn't."""
    last_step: int = Field(sa_column=Column(BigInteger, nullable=False))
    """The time step of the last code that was taken: that one and earlier ones are not taken again."""


class RecoveryCodeRow(SQLModel, table=True):
    """A code that counts once in place of the second factor. Only its SHA-256 with the login is kept."""

    __tablename__ = "recovery_code"

    login: str = Field(sa_column=Column(Text, primary_key=True))
    code_hash: str = Field(sa_column=Column(Text, primary_key=True))


class MetaRow(SQLModel, table=True):
    """Single values: `erasing` (see above)."""

    __tablename__ = "meta"

    key: str = Field(sa_column=Column(Text, primary_key=True))
    value: str = Field(sa_column=Column(Text, nullable=False))
