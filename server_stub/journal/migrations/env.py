"""Alembic runs this file; the connection (a transaction of `schema.migrate`) comes in through the configuration's attributes."""

from alembic import context
from sqlmodel import SQLModel

import server_stub.journal.tables  # noqa: F401  the models join SQLModel's metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=SQLModel.metadata)
context.run_migrations()
