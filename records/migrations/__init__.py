"""Migrations of what lasts: log, vault, accounts, lists and bookkeeping. Read models are rebuilt instead."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Column, MetaData, String, Table, inspect, select

from database.transactions import Database

VERSION_TABLE = "schema_version"
HEAD = "0028"


class NewerDatabaseError(Exception):
    """The database has a schema that this code does not know; says which, and what to do."""


class NotSetUpError(Exception):
    """There are no tables of Werkpad yet."""

    def __init__(self) -> None:
        super().__init__("The database was not set up yet: run `werkpad init`.")


_version = Table(VERSION_TABLE, MetaData(), Column("version_num", String(32), primary_key=True))


def upgrade(database: Database, vault_path: Path | None = None) -> None:
    """Bring the tables to the version that this code needs; nothing is done where they have it.

    `vault_path` is SQLite's second file. All steps are one transaction: they are done, or none is.

    Raises:
        NewerDatabaseError: a later version of the code was here before.
    """
    if check(database) == HEAD:
        return
    # Takes a while to import, and is needed once in a database's life.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["vault"] = vault_path
    with database.write(long=True, attach=vault_path) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def require(database: Database) -> None:
    """Raises NotSetUpError, or NewerDatabaseError, where there is nothing that this code can work with."""
    if check(database) is None:
        raise NotSetUpError


def check(database: Database) -> str | None:
    """The version that the database has, None for one without. Changes nothing. Raises NewerDatabaseError."""
    if database.is_missing:
        return None  # to look would make it
    with database.read() as connection:
        there = inspect(connection).has_table(VERSION_TABLE)
        version = connection.scalar(select(_version.c.version_num)) if there else None
    known = {path.name[1:5] for path in (Path(__file__).parent / "versions").glob("v*.py")}
    if version is not None and version not in known:
        raise NewerDatabaseError(
            f"This database was brought to version {version} by a newer Werkpad; this code knows up to {HEAD}. Install"
            " that Werkpad again, or restore a backup from before the upgrade into an empty database."
        )
    return version
