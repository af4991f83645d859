"""Migrations of what lasts: log, vault, accounts, lists and bookkeeping. Read models are rebuilt instead."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Column, MetaData, String, Table, inspect, select

from projections.database import Database

VERSION_TABLE = "schema_version"
HEAD = "0011"

_version = Table(VERSION_TABLE, MetaData(), Column("version_num", String(32), primary_key=True))


def upgrade(database: Database, vault_path: Path | None = None) -> None:
    """Bring the tables to the version that this code needs; nothing is done where they have it.

    `vault_path` is SQLite's second file. All steps are one transaction: they are done, or none is.
    """
    with database.read() as connection:
        there = inspect(connection).has_table(VERSION_TABLE)
        if there and connection.scalar(select(_version.c.version_num)) == HEAD:
            return
    # Takes a while to import, and is needed once in a database's life.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["vault"] = vault_path
    with database.write(attach=vault_path) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
