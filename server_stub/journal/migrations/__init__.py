"""Alembic's migrations of the database, run by `server_stub.journal.schema`; there is no alembic.ini.

A new one: a file `versions/NNNN_what_it_does.py` with `revision = "NNNN"`, `tables.py` changed alike, and `SCHEMA` in
`schema.py` raised. A test compares the models with what the migrations make. Released migrations never change.
"""
