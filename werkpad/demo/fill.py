"""Fills an empty database with the invented city, once; a fill that was interrupted is begun anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from sqlalchemy import Column, Connection, MetaData, Table, func, inspect, select, text

from application.services import Services
from database.rows import UtcDateTime
from database.transactions import Database
from records.people import accounts
from records.read_log import read_log
from records.sessions import sessions
from werkpad.settings import Settings
from werkpad.wiring import build

# Held while a database is filled: of two that fill at once the second waits, and finds it done.
FILLING = 7_166_012

# Only in a database that was empty when we began. A row without an end is half a city.
fills = Table(
    "demonstration_fills",
    MetaData(),
    Column("began_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
)


class HalfACityError(Exception):
    """A fill was interrupted, and somebody has worked in the half city since."""


def fill(settings: Settings, invent: Callable[[Services], None]) -> None:
    """Let `invent` fill the database of the settings if it is empty, or has but the half of an earlier fill.

    Raises:
        HalfACityError: there is half a city that people have worked in; nothing is thrown away.
    """
    guard = build(settings)
    try:
        with guard.database.advisory_lock(FILLING):
            _throw_away_half(settings, guard.database)
            with _opened(settings) as services:
                if _is_fresh(services):
                    with services.database.write() as connection:
                        fills.create(connection, checkfirst=True)
                        connection.execute(fills.delete())
                        connection.execute(fills.insert().values(began_at=services.clock()))
                    invent(services)
                    with services.database.write() as connection:
                        connection.execute(fills.update().values(ended_at=services.clock()))
                elif not _has_fills(services.database):
                    click.echo("The database is in use already; no city is filled in.", err=True)
    finally:
        guard.close()


@contextmanager
def _opened(settings: Settings) -> Iterator[Services]:
    services = build(settings)
    try:
        services.create()
        yield services
    finally:
        services.close()


def _is_fresh(services: Services) -> bool:
    """Whether nobody has done anything here yet, or we ourselves have just thrown it all away."""
    with services.database.read() as connection:
        return not services.log.head() and not _has_rows(connection, accounts)


def _has_fills(database: Database) -> bool:
    with database.read() as connection:
        return inspect(connection).has_table(fills.name)


def _throw_away_half(settings: Settings, database: Database) -> None:
    if not _has_fills(database):
        return
    with database.read() as connection:
        if not connection.scalar(select(func.count()).where(fills.c.ended_at.is_(None))):
            return
        if _has_rows(connection, sessions) or _has_rows(connection, read_log):
            raise HalfACityError(
                "The demonstration was interrupted while it was made, and people have worked in the half city since."
                " Nothing was thrown away. Choose another folder or database for a whole one."
            )
    click.echo("An earlier fill was interrupted: half a city is thrown away, and begun anew.", err=True)
    # The note that a fill began goes last, so that this can be interrupted too.
    if settings.is_sqlite:
        database.close()
        for path in (settings.vault_path, settings.sqlite_path):
            # To an empty file SQLite applies no journal; a file without its journal could lack the note.
            for suffix in ("", "-wal", "-shm"):
                path.with_name(f"{path.name}{suffix}").unlink(missing_ok=True)
        return
    with database.write() as connection:
        tables = text(
            "SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) FROM pg_tables"
            " WHERE schemaname IN (current_schema(), 'vault') AND tablename <> :kept"
        )
        for name in connection.scalars(tables, {"kept": fills.name}).all():
            connection.execute(text(f"DROP TABLE {name} CASCADE"))


def _has_rows(connection: Connection, table: Table) -> bool:
    """Whether the table is there and has any: who threw half a city away may have been killed before they were made."""
    if not inspect(connection).has_table(table.name):
        return False
    return connection.execute(select(1).select_from(table).limit(1)).first() is not None
