"""Where a restore takes place: files beside those of SQLite, or schemas that are set aside on PostgreSQL."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Protocol, TypeVar

import msgspec
import psycopg
from eventsourcing.persistence import PersistenceError

from application.services import Services
from database.addresses import connection_arguments
from database.door import Door, FileDoor, State
from database.postgres_door import PostgresDoor, put
from database.private import make_folder
from eventlog import postgres as recorder
from eventlog.backup import Backup, BackupError, Register, postgres, sqlite
from eventlog.backup.register import erasure_of, line_of
from eventlog.recording import Erasure
from werkpad.backups import add_missing
from werkpad.settings import Settings
from werkpad.wiring import build

T = TypeVar("T")
# Puts down how far the restore is, and whether what it replaces is touched; None leaves that as it is.
Step = Callable[[str, bool | None], State]


class Ground(Protocol):
    """What a restore does to a database, a step at a time. The door is shut meanwhile."""

    door: Door

    def there(self, state: State) -> tuple[int, list[Erasure]]:
        """How many events there are now, and who is erased there. Raises BackupError when it can't be read."""

    def to_erase(self) -> list[Erasure]:
        """Who was to be erased by an attempt that was interrupted."""

    def keep(self, erasures: list[Erasure]) -> None:
        """Write down who is to be erased, where the next attempt finds it."""

    def load(self, backup: Backup, step: Step) -> Services:
        """Load a backup, without the loss of what it replaces; the services over it."""

    def switch(self, step: Step, after: State) -> None:
        """Put what was loaded in place for good, and open the door as `after` says."""

    def undo(self, before: State) -> bool:
        """Throw away what was loaded, put everything back and the door as it was; whether it could be."""

    def close(self) -> None: ...


class SQLiteGround:
    """Two files beside the live ones; in the end the live ones take over their content, each in one transaction."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._log, self._vault = settings.sqlite_path, settings.vault_path
        make_folder(self._log.parent)
        self.door: Door = FileDoor(self._log)
        self._to_erase = Register(self._log.with_name(f"{self._log.name}.to-erase"))

    def there(self, state: State) -> tuple[int, list[Erasure]]:
        if not self._log.exists():
            return 0, []
        return _read(self._settings)

    def to_erase(self) -> list[Erasure]:
        return self._to_erase.erasures()

    def keep(self, erasures: list[Erasure]) -> None:
        add_missing(self._to_erase, erasures)

    def load(self, backup: Backup, step: Step) -> Services:
        step("loading", None)
        sqlite.load(backup, self._log, self._vault)
        beside = replace(
            self._settings,
            database_url=f"sqlite:///{sqlite.beside(self._log).resolve()}",
            vault_path=sqlite.beside(self._vault),
            erasure_register=None,
        )
        return build(beside, behind_the_door=True)

    def switch(self, step: Step, after: State) -> None:
        touched = self.door.read().touched
        step("switching vault", True)
        try:
            sqlite.put_in_place(self._vault)
        except sqlite3.Error:
            # It is done as a whole or not at all.
            step("switching vault", touched)
            raise
        step("switching log", True)
        sqlite.put_in_place(self._log)
        step("sweeping", True)
        self._sweep()
        self._to_erase.path.unlink(missing_ok=True)
        self.door.change(after)

    def undo(self, before: State) -> bool:
        self._sweep()
        if self.door.read().touched:
            return False
        self._to_erase.path.unlink(missing_ok=True)
        self.door.change(before)
        return True

    def _sweep(self) -> None:
        for path in (self._log, self._vault):
            sqlite.sweep(path)

    def close(self) -> None:
        self.door.close()


class PostgresGround:
    """The schemas are set aside, and thrown away in the end, each in one transaction with what the door says."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._store = recorder.datastore(settings.database_url, pool_size=1)
        self.door: Door = PostgresDoor(self._store)
        self.door.create()

    def there(self, state: State) -> tuple[int, list[Erasure]]:
        if not state.touched:
            return _read(self._settings)
        with self._connected() as connection, suppress(psycopg.errors.UndefinedTable):
            vault = postgres.ASIDE[postgres.VAULT]
            rows = connection.execute(f"SELECT stream_id, erased_at, reason, actor FROM {vault}.tombstones")  # noqa: S608 - the names are ours
            return 0, [Erasure(*row) for row in rows.fetchall()]
        return 0, []

    def to_erase(self) -> list[Erasure]:
        with self._connected() as connection:
            return [erasure_of(line) for (line,) in connection.execute("SELECT line FROM werkpad_state.to_erase")]

    def keep(self, erasures: list[Erasure]) -> None:
        with self._connected() as connection, connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO werkpad_state.to_erase VALUES (%s) ON CONFLICT DO NOTHING",
                [(line_of(erasure),) for erasure in erasures],
            )

    def load(self, backup: Backup, step: Step) -> Services:
        programs = self._settings.postgres_programs
        begun = step("setting aside", None)
        with self._connected() as connection:
            postgres.set_aside(connection)
            put(connection, msgspec.structs.replace(begun, stage="loading vault", touched=True))
        postgres.load(backup, self._settings.database_url, programs, "vault")
        step("loading log", True)
        postgres.load(backup, self._settings.database_url, programs, "log")
        return build(replace(self._settings, erasure_register=None), behind_the_door=True)

    def switch(self, step: Step, after: State) -> None:
        step("switching", True)
        with self._connected() as connection:
            postgres.drop_aside(connection)
            connection.execute("DELETE FROM werkpad_state.to_erase")
            put(connection, after)

    def undo(self, before: State) -> bool:
        with self._connected() as connection:
            postgres.put_back(connection)
            connection.execute("DELETE FROM werkpad_state.to_erase")
            put(connection, before)
        return True

    @contextmanager
    def _connected(self) -> Iterator[psycopg.Connection]:
        with psycopg.connect(**connection_arguments(self._settings.database_url)) as connection:
            # Whoever reads a table for long keeps it from being renamed or dropped.
            connection.execute("SET lock_timeout = '30s'")
            yield connection

    def close(self) -> None:
        self._store.close()


def _unless_missing(ask: Callable[..., T], *given: object) -> T | None:
    """The answer, None where the table is not there: nothing was set up yet."""
    try:
        return ask(*given)
    except PersistenceError as error:
        if "no such table" in str(error.__cause__ or error) or "does not exist" in str(error):
            return None
        raise


def _read(settings: Settings) -> tuple[int, list[Erasure]]:
    services = build(settings, behind_the_door=True)
    try:
        return _unless_missing(services.log.count, 2**62) or 0, _unless_missing(services.log.erasures) or []
    except Exception as error:
        reason = str(error.__cause__ or error).strip().partition("\n")[0] or type(error).__name__
        raise BackupError(
            f"The database there can't be read ({reason}). Move it away, so that who was erased in it"
            " is not forgotten by mistake, and restore again."
        ) from None
    finally:
        services.close()
