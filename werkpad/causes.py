"""What went wrong, in one sentence for whoever runs Werkpad: the cause, and what to do about it; never a value."""

from __future__ import annotations

import errno
import re
import sqlite3
from collections.abc import Callable, Iterator

import psycopg
from eventsourcing.persistence import PersistenceError
from psycopg_pool import PoolTimeout
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnectionError

from database.door import ClosedError
from domain.catalogue import CatalogueError
from domain.refusal import Refused
from eventlog.backup import BackupError
from eventlog.handler import BusyError
from eventlog.keyring import KeyGoneError, VaultError
from eventlog.poison import PoisonError
from eventlog.recording import BrokenLogError, StreamErasedError
from eventlog.repeats import ReusedError
from eventlog.sealing import TamperedError
from projections.engine.engine import StoppedError
from projections.engine.rebuild import RebuildRunningError
from records.migrations import NewerDatabaseError, NotSetUpError
from werkpad.settings import SettingsError
from workers.broker import BrokerError

# Their own words are sentences already.
TELLING = (
    SettingsError,
    CatalogueError,
    Refused,
    BackupError,
    BusyError,
    VaultError,
    KeyGoneError,
    PoisonError,
    BrokenLogError,
    StreamErasedError,
    TamperedError,
    StoppedError,
    RebuildRunningError,
    NewerDatabaseError,
    NotSetUpError,
    BrokerError,
    ClosedError,
    ReusedError,
)

NONE_FREE = "No connection to the database was free in time: it is away, or has as many as it allows. Try again."
OURS = frozenset(
    {
        "werkpad",
        "web",
        "workers",
        "application",
        "feedback",
        "records",
        "explaining",
        "projections",
        "domain",
        "eventlog",
        "database",
    }
)

Words = Callable[[re.Match[str]], str]


def sentence(error: BaseException, address: str) -> str | None:
    """What to tell of an error, None for one that nobody foresaw. `address` is the database's."""
    if isinstance(error, TELLING):
        return str(error)
    if any(_causes(error, PoolTimeout)):
        # One of the driver's errors too, though the driver knows of nothing that failed.
        return NONE_FREE
    driver = next(_causes(error, psycopg.Error), None)
    if driver is not None:
        return _Postgres(address).sentence(driver)
    driver = next(_causes(error, sqlite3.Error), None)
    if driver is not None:
        return _of_sqlite(driver, address)
    if isinstance(error, PersistenceError | NoConnectionError):
        return NONE_FREE
    if isinstance(error, SQLAlchemyError):
        return None
    if isinstance(error, OSError):
        return _of_the_machine(error)
    return None


def _causes(error: BaseException | None, kind: type[BaseException]) -> Iterator[BaseException]:
    """The errors of a kind that an error was made of, from the outside in."""
    seen = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if isinstance(error, kind):
            yield error
        error = getattr(error, "orig", None) or error.__cause__ or error.__context__


class _Postgres:
    """Sentences about the database at an address."""

    def __init__(self, address: str) -> None:
        url = make_url(address)
        self.host, self.port = url.host or "127.0.0.1", url.port or 5432
        self.user, self.name = url.username or "", url.database or ""
        self.password = str(url.password or "")

    def sentence(self, error: BaseException) -> str:
        said = str(error)
        for pattern, words in self._known():
            if found := re.search(pattern, said, re.IGNORECASE):
                return words(found)
        state = getattr(error, "sqlstate", None)
        secret = self.password and self.password in said
        if state is None and isinstance(error, psycopg.OperationalError) and not secret:
            first = next(iter(said.strip().splitlines()), type(error).__name__)
            return f"The database can't be used: {first}. Is it running, and is WERKPAD_DATABASE_URL right?"
        # What it says may hold a value that somebody typed.
        kind = type(error).__name__ + (f", SQLSTATE {state}" if state else "")
        return f"The database refused what Werkpad asked of it: {kind}."

    def _known(self) -> Iterator[tuple[str, Words]]:
        where, user, name = f"{self.host}:{self.port}", self.user, self.name
        yield (
            "password authentication failed",
            lambda _: (
                f"The database at {where} does not take this password of the user {user}, or knows no such user."
                " Set the right ones in WERKPAD_DATABASE_URL."
            ),
        )
        yield (
            "no password supplied",
            lambda _: f"The database at {where} asks for a password, and WERKPAD_DATABASE_URL has none.",
        )
        yield (
            r'role "[^"]*" does not exist',
            lambda _: f"The database at {where} knows no user {user}. Make it there: CREATE ROLE {user} LOGIN;",
        )
        yield (
            r'database "[^"]*" does not exist',
            lambda _: f"There is no database {name} at {where}. Make it there: CREATE DATABASE {name} OWNER {user};",
        )
        yield (
            "failed to resolve host|Name or service not known|name resolution|nodename nor servname|No address assoc",
            lambda _: f"There is no host called {self.host}. Is it written right in WERKPAD_DATABASE_URL?",
        )
        yield (
            "Connection refused",
            lambda _: (
                f"Nobody answers at {where} (connection refused). Is PostgreSQL running there, and is"
                " WERKPAD_DATABASE_URL right?"
            ),
        )
        yield (
            "timeout expired|timed out|No route to host|Network is unreachable",
            lambda _: f"{where} does not answer. Is PostgreSQL running there, and does a firewall let us through?",
        )
        yield (
            "too many clients|too many connections|remaining connection slots",
            lambda _: (
                f"The database at {where} has as many connections as it allows. Raise max_connections there or"
                " the role's limit, or lower WERKPAD_POOL_SIZE."
            ),
        )
        yield (
            r'permission denied for database "?([^"\s]+)"?(\s+DETAIL:.*CONNECT)?',
            lambda m: (
                f"The user {user} lacks a right: GRANT {'CONNECT' if m[2] else 'CREATE'} ON DATABASE {name} TO {user};"
            ),
        )
        yield (
            r"permission denied for schema (\S+)",
            lambda m: f"The user {user} lacks a right: GRANT USAGE, CREATE ON SCHEMA {m[1]} TO {user};",
        )
        yield (
            r"permission denied for sequence (\S+)",
            lambda m: f"The user {user} lacks a right: GRANT USAGE ON SEQUENCE {m[1]} TO {user};",
        )
        yield (
            r"permission denied for (?:table|relation|view) (\S+)",
            lambda m: (
                f"The user {user} lacks a right: GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON {m[1]} TO {user};"
            ),
        )
        yield (
            r"permission denied for function (\S+)",
            lambda m: f"The user {user} lacks a right: GRANT EXECUTE ON FUNCTION {m[1]} TO {user};",
        )
        yield (
            r"must be (?:owner|able to SET ROLE)[^\w]*(?:of )?(.*)",
            lambda m: (
                f"The user {user} has to be the owner of the {m[1] or 'database'}: as its owner, REASSIGN OWNED"
                f" BY CURRENT_USER TO {user};"
            ),
        )
        yield "permission denied", lambda _: f"The user {user} lacks a right on the database {name} at {where}."
        yield (
            "read-only transaction|in recovery|hot standby",
            lambda _: (
                f"The database {name} at {where} is read-only: a standby, or it was made so. Point"
                " WERKPAD_DATABASE_URL at the one that can be written to."
            ),
        )
        yield (
            "starting up|shutting down|not yet accepting",
            lambda _: f"The database at {where} is just starting or stopping. Try again in a moment.",
        )
        yield "No space left on device|could not extend file", lambda _: f"The disk of the database at {where} is full."
        yield (
            "no pg_hba.conf entry",
            lambda _: f"The database at {where} lets nobody in from here as {user} (its pg_hba.conf).",
        )
        yield (
            "SSL",
            lambda _: (
                f"The database at {where} and this side do not agree on SSL: look at sslmode in"
                " WERKPAD_DATABASE_URL and at the server's certificate."
            ),
        )
        yield (
            "lock timeout|deadlock detected|could not serialize",
            lambda _: "Another process holds what is needed, and did not let go of it in time. Try again.",
        )
        yield (
            "terminating connection|server closed the connection|connection is (?:lost|closed)|statement timeout",
            lambda _: f"The database at {where} ended the connection. Try again; nothing half-done stays.",
        )


def _of_sqlite(error: BaseException, address: str) -> str:
    path = make_url(address).database
    for part, words in {
        "locked": f"Another process holds the database {path}. Try again when it is done.",
        "not a database": f"{path}, or its vault beside it, is no SQLite database.",
        "unable to open": f"The database {path}, or its vault beside it, can't be opened: is its folder there, and may"
        " this user write in it?",
        "malformed": f"The database {path} is damaged. Restore the latest backup: werkpad restore.",
        "disk is full": f"The disk that {path} is on is full.",
        "readonly": f"The database {path} can't be written to by this user.",
        "disk I/O": f"The disk that {path} is on reports errors.",
    }.items():
        if part in str(error):
            return words
    return f"The database {path} refused what Werkpad asked of it: {type(error).__name__}."


def _of_the_machine(error: OSError) -> str:
    what = f"{error.filename}: " if error.filename else ""
    if error.errno == errno.ENOSPC:
        return f"{what}the disk is full."
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"{what}this user may not read or write there ({error.strerror})."
    return f"{what}{error.strerror or type(error).__name__}."


def unforeseen(error: BaseException) -> str:
    """Where in Werkpad an error came from that nobody foresaw; nothing of what it says, which may be personal."""
    place, trace = "", error.__traceback__
    while trace is not None:
        module = str(trace.tb_frame.f_globals.get("__name__"))
        if module.partition(".")[0] in OURS:
            place = f" in {module}, line {trace.tb_lineno}"
        trace = trace.tb_next
    return (
        f"Something went wrong inside Werkpad that nobody foresaw: {type(error).__name__}{place}. Please report this"
        " line; with WERKPAD_DEBUG=true the whole of it is shown."
    )
