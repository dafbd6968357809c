"""Alembic's migrations of the database, run by `server_stub.journal.schema`; there is no alembic.ini.

A new one: a file `versions/0002_what_it_does.py` with `revision = "0002"`, `tables.py` changed alike, and `SCHEMA` in
`schema.py` raised. A test compares the models with what the migrations make. Released migrations never change.
"""
