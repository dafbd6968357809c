"""The second factor of people's logins: its secret, and the codes for when it is lost."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "second_factor",
        sa.Column("login", sa.Text, primary_key=True),
        sa.Column("required", sa.Integer, nullable=False),
        sa.Column("secret", sa.Text, nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("last_step", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "recovery_code",
        sa.Column("login", sa.Text, primary_key=True),
        sa.Column("code_hash", sa.Text, primary_key=True),
    )
