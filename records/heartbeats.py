"""Heartbeats: which processes are at work, seen by the database's clock, and how far their own clocks are off."""

from __future__ import annotations

import hashlib
import socket
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import Column, Connection, Float, String, Table, Uuid, delete, func, select

from database.rows import UtcDateTime, upsert_rows
from records.schema import metadata

WEB, WORKER, BEAT = KINDS = ("web", "worker", "beat")

EVERY = 10.0  # seconds between two of a process
MISSING_AFTER = timedelta(seconds=45)
FORGOTTEN_AFTER = timedelta(days=1)
SKEWED = 5.0  # seconds that a clock may be off before it is told

heartbeats = Table(
    "heartbeats",
    metadata,
    # random, a new one each time that a process starts
    Column("process_id", Uuid, primary_key=True),
    Column("kind", String(10), nullable=False),
    # which machine, without its name
    Column("machine", String(16), nullable=False),
    Column("version", String(40), nullable=False),
    # both by the database's clock
    Column("started_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    # seconds that the process's clock is ahead of the database's
    Column("skew", Float, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Process:
    """One that was seen, `age` ago by the database's clock."""

    process_id: UUID
    kind: str
    machine: str
    version: str
    started_at: datetime
    age: timedelta
    skew: float

    @property
    def alive(self) -> bool:
        return self.age <= MISSING_AFTER

    @property
    def skewed(self) -> bool:
        """Its clock is so far off that people should know."""
        return abs(self.skew) > SKEWED


def this_machine() -> str:
    """A name for this machine that tells nobody what it is called."""
    return hashlib.sha256(socket.gethostname().encode()).hexdigest()[:16]


def database_time(connection: Connection) -> datetime:
    """The time by the database's clock; SQLite has that of this machine."""
    if connection.dialect.name != "postgresql":
        return datetime.now(UTC)
    told: datetime = connection.scalar(select(func.clock_timestamp()))  # type: ignore[assignment]  # there is always one
    return told.astimezone(UTC)


def beat(connection: Connection, process_id: UUID, kind: str, version: str, started_at: datetime | None) -> Process:
    """Say that a process is at work, and sweep away those that were not seen for a day.

    `started_at` is what the first one returned, None for the first.
    """
    before = datetime.now(UTC)
    now = database_time(connection)
    # In the middle of the question and its answer.
    skew = ((before + (datetime.now(UTC) - before) / 2) - now).total_seconds()
    seen = Process(process_id, kind, this_machine(), version, started_at or now, timedelta(0), skew)
    row = {name: getattr(seen, name) for name in ("process_id", "kind", "machine", "version", "started_at", "skew")}
    upsert_rows(connection, heartbeats, [row | {"seen_at": now}])
    connection.execute(delete(heartbeats).where(heartbeats.c.seen_at < now - FORGOTTEN_AFTER))
    return seen


def seen(connection: Connection) -> list[Process]:
    """The processes of the last day, those seen last first."""
    now = database_time(connection)
    rows = connection.execute(select(heartbeats).order_by(heartbeats.c.seen_at.desc()))
    return [
        Process(row.process_id, row.kind, row.machine, row.version, row.started_at, now - row.seen_at, row.skew)
        for row in rows
    ]


def at_work(processes: list[Process], kind: str) -> list[Process]:
    """Those of a kind that are alive."""
    return [process for process in processes if process.kind == kind and process.alive]


def at_work_here(processes: list[Process], kind: str) -> bool:
    """Whether one of a kind is alive: on this machine, if any was seen on it, else anywhere."""
    here = [p for p in processes if p.machine == this_machine() and p.kind == kind]
    return bool(at_work(here or processes, kind))
