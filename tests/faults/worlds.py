"""Worlds in which Werkpad can't work: what is broken, and what an operator has to be told of it."""

from __future__ import annotations

import ctypes
import re
import socket
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import psycopg
from psycopg.sql import SQL, Identifier, Literal
from sqlalchemy.engine import make_url

from tests.conftest import environment
from werkpad import servers

BEYOND = "9999"
PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH = 24, 1, 2


@dataclass(frozen=True)
class Ground:
    """What a world is made on: a folder of its own, and a PostgreSQL server as one who may do everything there."""

    folder: Path
    admin_url: str

    @property
    def sqlite(self) -> Path:
        return self.folder / "werkpad.db"


Env = dict[str, str]
Make = Callable[[Ground], AbstractContextManager[Env]]


@dataclass(frozen=True)
class World:
    """One way of being broken. `says` is what the message must name, as a pattern; `only` the commands that meet it,
    `but` those that don't.

    `by_modes`: met by one who has no more rights than a file's mode gives. `each_time`: in the plain run, with all
    commands; `slow`: not in the plain run at all.
    """

    make: Make
    says: str
    only: frozenset[str] | None = None
    but: frozenset[str] = frozenset()
    by_modes: bool = False
    each_time: bool = True
    slow: bool = False


WORLDS: dict[str, World] = {}
WITH_A_BROKER = frozenset({"worker", "beat"})


def world(says: str, **more: object) -> Callable[[Callable[[Ground], Iterator[Env]]], None]:
    def put(make: Callable[[Ground], Iterator[Env]]) -> None:
        WORLDS[make.__name__] = World(contextmanager(make), says, **more)  # type: ignore[arg-type]  # the test gives what fits

    return put


def snapshot(ground: Ground, env: Env) -> object:
    """What a refused command may not change: files and what is in them, but for locks; the tables of a database."""
    files = {
        str(path.relative_to(ground.folder)): sha256(path.read_bytes()).hexdigest() if path.is_file() else "folder"
        for path in sorted(ground.folder.rglob("*"))
        if path.suffix != ".lock"
    }
    found = re.fullmatch(r"postgresql://.*/(\w+)", env["WERKPAD_DATABASE_URL"])
    name = found and found[1]
    with psycopg.connect(ground.admin_url) as admin:
        there = admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
    if there is None:
        return files
    with psycopg.connect(_at(ground.admin_url, database=name)) as connection:
        tables = connection.execute(
            "SELECT nspname, relname, relkind FROM pg_class JOIN pg_namespace ON relnamespace = pg_namespace.oid"
            " WHERE nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema' ORDER BY 1, 2"
        ).fetchall()
    return files, tables


def _at(url: str, **parts: object) -> str:
    return make_url(url).set(**parts).render_as_string(hide_password=False)  # type: ignore[arg-type]  # the test gives what fits


# PostgreSQL


@world(r"does not take this password of the user werkpad")
def wrong_password(ground: Ground) -> Iterator[Env]:
    yield environment(_at(ground.admin_url, password="wrong"))


@world(r"does not take this password of the user nobody_here|knows no user nobody_here", each_time=False)
def unknown_user(ground: Ground) -> Iterator[Env]:
    yield environment(_at(ground.admin_url, username="nobody_here"))


@world(r"There is no host called nowhere\.invalid", each_time=False)
def unknown_host(ground: Ground) -> Iterator[Env]:
    yield environment(_at(ground.admin_url, host="nowhere.invalid"))


@world(r"Nobody answers at 127\.0\.0\.1:\d+ \(connection refused\)")
def refused_connection(ground: Ground) -> Iterator[Env]:
    yield environment(_at(ground.admin_url, port=servers.free_port()))


@world(r"127\.0\.0\.1:\d+ does not answer", each_time=False)
def a_server_that_says_nothing(ground: Ground) -> Iterator[Env]:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        yield environment(_at(ground.admin_url, port=silent.getsockname()[1]))


@world(r"There is no database nowhere at .* CREATE DATABASE nowhere OWNER werkpad;")
def no_such_database(ground: Ground) -> Iterator[Env]:
    yield environment(_at(ground.admin_url, database="nowhere"))


@contextmanager
def role(ground: Ground, *statements: str, limit: int = -1) -> Iterator[str]:
    """A database and a user of it, after these statements about DATABASE and ROLE; the user's address."""
    name = f"werkpad_{uuid4().hex[:8]}"
    with psycopg.connect(ground.admin_url, autocommit=True) as admin:
        admin.execute(
            SQL("CREATE ROLE {} LOGIN PASSWORD {} CONNECTION LIMIT {}").format(
                Identifier(name), Literal("a password of the tests"), Literal(limit)
            )
        )
        try:
            with servers.database(ground.admin_url) as url:
                with psycopg.connect(url, autocommit=True) as inside:
                    for statement in statements:
                        told = statement.replace("DATABASE_", f'"{make_url(url).database}"').replace(
                            "ROLE_", f'"{name}"'
                        )
                        inside.execute(told.encode())
                yield _at(url, username=name, password="a password of the tests")
        finally:
            admin.execute(SQL("DROP ROLE {}").format(Identifier(name)))


@world(r"GRANT CONNECT ON DATABASE werkpad_\w+ TO werkpad_\w+;")
def no_right_to_connect(ground: Ground) -> Iterator[Env]:
    with role(ground, "REVOKE CONNECT ON DATABASE DATABASE_ FROM PUBLIC") as url:
        yield environment(url)


@world(r"GRANT USAGE, CREATE ON SCHEMA public TO werkpad_\w+;")
def no_right_to_make_tables(ground: Ground) -> Iterator[Env]:
    with role(ground, "GRANT CREATE ON DATABASE DATABASE_ TO ROLE_") as url:
        yield environment(url)


@world(r"GRANT CREATE ON DATABASE werkpad_\w+ TO werkpad_\w+;")
def no_right_to_make_schemas(ground: Ground) -> Iterator[Env]:
    with role(ground, "GRANT CREATE ON SCHEMA public TO ROLE_") as url:
        yield environment(url)


@world(r"is read-only: a standby", slow=True)
def a_standby(ground: Ground) -> Iterator[Env]:
    with tempfile.TemporaryDirectory(prefix="wp-", dir="/tmp") as room:
        Path(room).chmod(0o755)
        data = Path(room) / "data"
        with servers.postgres(data):
            pass
        (data / "standby.signal").touch()
        with servers.postgres(data) as url:
            yield environment(url)


@world(r"as many connections as it allows", each_time=False)
def too_many_connections(ground: Ground) -> Iterator[Env]:
    with role(ground, limit=0) as url:
        yield environment(url)


@world(rf"brought to version {BEYOND} by a newer Werkpad; this code knows up to \d{{4}}")
def a_newer_schema_on_postgres(ground: Ground) -> Iterator[Env]:
    with servers.database(ground.admin_url) as url:
        with psycopg.connect(url) as inside:
            inside.execute("CREATE TABLE schema_version (version_num text PRIMARY KEY)")
            inside.execute("INSERT INTO schema_version VALUES (%s)", [BEYOND])
        yield environment(url)


# SQLite


@world(r"werkpad\.db, which is a folder")
def a_folder(ground: Ground) -> Iterator[Env]:
    ground.sqlite.mkdir()
    yield environment(f"sqlite:///{ground.sqlite}")


@world(r"werkpad\.db, which is no SQLite database")
def a_file_that_is_no_database(ground: Ground) -> Iterator[Env]:
    ground.sqlite.write_text("Dear all,\nthis is a letter and no database.\n")
    yield {k: v for k, v in environment(f"sqlite:///{ground.sqlite}").items() if "KEY" not in k}


@world(r"werkpad-vault\.db, which is no SQLite database", each_time=False)
def a_vault_that_is_no_database(ground: Ground) -> Iterator[Env]:
    ground.sqlite.with_name("werkpad-vault.db").write_text("Dear all,\nthis is a letter and no vault.\n")
    yield environment(f"sqlite:///{ground.sqlite}")


@world(r"letter is not a folder", each_time=False)
def a_file_where_a_folder_should_be(ground: Ground) -> Iterator[Env]:
    (ground.folder / "letter").write_text("Dear all,\n")
    yield environment(f"sqlite:///{ground.folder}/letter/werkpad.db")


@world(r"is damaged|is no SQLite database", each_time=False)
def a_damaged_database(ground: Ground) -> Iterator[Env]:
    with closing(sqlite3.connect(ground.sqlite)) as made:
        made.execute("CREATE TABLE schema_version (version_num text PRIMARY KEY)")
        made.commit()
    kept = ground.sqlite.read_bytes()
    ground.sqlite.write_bytes(kept[:100] + bytes([7]) * (len(kept) - 100))
    yield environment(f"sqlite:///{ground.sqlite}")


@world(r"Another process holds the database .*werkpad\.db", each_time=False)
def a_locked_database(ground: Ground) -> Iterator[Env]:
    with closing(sqlite3.connect(ground.sqlite, isolation_level=None)) as other:
        other.execute("CREATE TABLE other (said text)")
        other.execute("BEGIN EXCLUSIVE")
        yield environment(f"sqlite:///{ground.sqlite}", WERKPAD_LOCK_TIMEOUT="1")


# Going back to a backup of this version is the way out of it.
@world(rf"brought to version {BEYOND} by a newer Werkpad; this code knows up to \d{{4}}", but=frozenset({"restore"}))
def a_newer_schema_on_sqlite(ground: Ground) -> Iterator[Env]:
    with closing(sqlite3.connect(ground.sqlite)) as made:
        made.execute("PRAGMA journal_mode=WAL")
        made.execute("CREATE TABLE schema_version (version_num text PRIMARY KEY)")
        made.execute("INSERT INTO schema_version VALUES (?)", [BEYOND])
        made.commit()
    with closing(sqlite3.connect(ground.sqlite.with_name("werkpad-vault.db"))) as made:
        made.execute("PRAGMA journal_mode=WAL")
    yield environment(f"sqlite:///{ground.sqlite}")


@world(r"this user may not write in", by_modes=True, each_time=False)
def a_folder_of_somebody_else(ground: Ground) -> Iterator[Env]:
    ground.folder.chmod(0o555)
    yield environment(f"sqlite:///{ground.sqlite}")
    ground.folder.chmod(0o755)


@world(r"which this user may not read and write", by_modes=True, each_time=False)
def a_database_of_somebody_else(ground: Ground) -> Iterator[Env]:
    ground.sqlite.touch(mode=0o000)
    yield environment(f"sqlite:///{ground.sqlite}")


# KEYS: a vault that is missing while its database is there; a key-encryption key of another vault.
# RESTORE: a database in the middle of a restore.


# settings


def _secret_file(ground: Ground, name: str = "WERKPAD_KEY_ENCRYPTION_KEY") -> tuple[Path, Env]:
    env = environment(f"sqlite:///{ground.sqlite}")
    del env[name]
    return ground.folder / "secret", env | {f"{name}_FILE": str(ground.folder / "secret")}


@world(r"WERKPAD_KEY_ENCRYPTION_KEY_FILE names a file that is not text in UTF-8")
def a_binary_secret_file(ground: Ground) -> Iterator[Env]:
    file, env = _secret_file(ground)
    file.write_bytes(bytes(range(128, 160)))
    yield env


@world(r"WERKPAD_SECRET_KEY_FILE names a file that can't be read .*Is a directory", each_time=False)
def a_folder_for_a_secret_file(ground: Ground) -> Iterator[Env]:
    file, env = _secret_file(ground, "WERKPAD_SECRET_KEY")
    file.mkdir()
    yield env


@world(r"WERKPAD_KEY_ENCRYPTION_KEY_FILE names a file that is empty", each_time=False)
def an_empty_secret_file(ground: Ground) -> Iterator[Env]:
    file, env = _secret_file(ground)
    file.touch()
    yield env


@world(r"WERKPAD_KEY_ENCRYPTION_KEY_FILE names a file that can't be read .*No such file", each_time=False)
def no_secret_file(ground: Ground) -> Iterator[Env]:
    yield _secret_file(ground)[1]


@world(r"WERKPAD_DATABASE_URL is postgresql://", each_time=False)
def an_address_with_letters_for_a_port(ground: Ground) -> Iterator[Env]:
    yield environment("postgresql://werkpad:secret@127.0.0.1:fivefourthreetwo/werkpad")


@world(r"WERKPAD_POOL_SIZE is a whole number", each_time=False)
def a_number_of_five_thousand_digits(ground: Ground) -> Iterator[Env]:
    yield environment(f"sqlite:///{ground.sqlite}", WERKPAD_POOL_SIZE="9" * 5000)


# the broker


@world(r"broker at 127\.0\.0\.1:\d+ can't be used \(connection refused\)", only=WITH_A_BROKER)
def a_broker_that_is_away(ground: Ground) -> Iterator[Env]:
    with servers.database(ground.admin_url) as url:
        yield environment(url, WERKPAD_BROKER_URL=f"redis://127.0.0.1:{servers.free_port()}/0")


@world(r"WERKPAD_BROKER_URL is redis://", only=WITH_A_BROKER, each_time=False)
def a_broker_with_letters_for_a_port(ground: Ground) -> Iterator[Env]:
    with servers.database(ground.admin_url) as url:
        yield environment(url, WERKPAD_BROKER_URL="redis://127.0.0.1:port/0")


def give_up_rights() -> None:
    """Even as root: read and write only what the modes of files allow."""
    if sys.platform == "linux":
        for right in (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH):
            ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, right, 0, 0, 0)
