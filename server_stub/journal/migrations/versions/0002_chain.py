"""The journal becomes tamper-evident: each record has a salt and a hash that goes over the record before (see `chain.py`).

The table is made anew, for its columns stand in an order; the chain of what is there is computed on the way. What the chain
is made of is written out here once more, for a migration stays what it was.
"""

import os
from hashlib import sha256

import msgspec
import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

GUARD = """
CREATE TRIGGER journal_refuses_{verb} BEFORE {verb} ON journal
WHEN NOT EXISTS (SELECT 1 FROM meta WHERE key = 'erasing')
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END
"""
BATCH = 5000
READ = sa.text(
    "SELECT desk, seq, at, kind, chat, n, p, actor, body FROM journal_0001 "
    "WHERE (desk, seq) > (:desk, :seq) ORDER BY desk, seq LIMIT :batch"
)
WRITE = sa.text(
    "INSERT INTO journal (desk, seq, at, kind, chat, n, p, actor, body, salt, hash) "
    "VALUES (:desk, :seq, :at, :kind, :chat, :n, :p, :actor, :body, :salt, :hash)"
)


def upgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    if sqlite:
        for verb in ("UPDATE", "DELETE"):
            op.execute(f"DROP TRIGGER journal_refuses_{verb}")
    op.drop_index("journal_transcript", "journal")
    op.rename_table("journal", "journal_0001")
    op.create_table(
        "journal",
        sa.Column("desk", sa.Text, primary_key=True),
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("chat", sa.BigInteger, nullable=False),
        sa.Column("n", sa.Integer, nullable=False),
        sa.Column("p", sa.Integer, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("salt", sa.LargeBinary, nullable=True),
        sa.Column("seal", sa.LargeBinary, nullable=True),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.Column("erased", sa.BigInteger, nullable=True),
        sqlite_with_rowid=False,
    )
    copy()
    op.drop_table("journal_0001")
    op.create_index(
        "journal_transcript",
        "journal",
        ["desk", "chat", "n", "p"],
        sqlite_where=sa.text("n > 0"),
        postgresql_where=sa.text("n > 0"),
    )
    if sqlite:
        for verb in ("UPDATE", "DELETE"):
            op.execute(GUARD.format(verb=verb))


def copy() -> None:
    bind = op.get_bind()
    desk, seq, before = "", 0, b""
    while rows := bind.execute(READ, {"desk": desk, "seq": seq, "batch": BATCH}).mappings().all():
        written = []
        for row in rows:
            if row["desk"] != desk or not before:
                before = sha256(b"opconsole journal of " + row["desk"].encode()).digest()
            desk, seq = row["desk"], row["seq"]
            salt = os.urandom(16)
            facts = msgspec.json.encode([seq, *(row[name] for name in ("at", "kind", "chat", "n", "p", "actor"))])
            before = sha256(before + facts + sha256(salt + row["body"].encode()).digest()).digest()
            written.append({**row, "salt": salt, "hash": before})
        bind.execute(WRITE, written)
