"""Who tried to log in how often without success, and how long they have to wait: longer each time, never for ever.

What is counted is a name, an address or a browser, as a keyed mark: nobody reads here what was typed. A try counts
before it is judged, so that many at the same moment are no way round it; one that succeeds is taken back.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Boolean, Column, Connection, Integer, String, Table, case, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from database.rows import UtcDateTime
from records.schema import metadata

log_in_tries = Table(
    "log_in_tries",
    metadata,
    Column("mark", String(64), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last_at", UtcDateTime, nullable=False, index=True),
    Column("held_until", UtcDateTime, nullable=False),
    # whether it was noted that somebody came while they had to wait
    Column("told", Boolean, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many tries may fail one after another, how long one waits at most then, and when they are forgotten."""

    free: int
    longest: timedelta
    forgotten: timedelta

    def pause(self, failures: int) -> timedelta:
        """How long to wait after so many: a second, then twice as long each time."""
        if failures < self.free:
            return timedelta()
        doubled = min(failures - self.free, 30)
        return min(timedelta(seconds=2**doubled), self.longest)


# From an address a whole office may come, so more may fail there and the waiting is short.
OF_NAME = OF_BROWSER = Allowance(5, timedelta(minutes=15), timedelta(days=1))
OF_ADDRESS = Allowance(50, timedelta(minutes=1), timedelta(hours=1))
KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Counted:
    """One thing that tries are counted of."""

    mark: str
    allowance: Allowance


class HeldBackError(Exception):
    """Too many tries failed: `wait` has to pass first. `first` is told of the first who comes meanwhile."""

    def __init__(self, mark: str, wait: timedelta, *, first: bool) -> None:
        super().__init__()
        self.mark, self.wait, self.first = mark, wait, first


def count(connection: Connection, tries: Collection[Counted], now: datetime) -> None:
    """Count a try as failed. Raises HeldBackError where one has to wait; let that end the transaction."""
    # In one order, so that two at once don't wait for each other.
    for each in sorted(tries, key=lambda counted: counted.mark):
        failures = _count(connection, each, now)
        held = now + each.allowance.pause(failures)
        connection.execute(
            update(log_in_tries).where(log_in_tries.c.mark == each.mark).values(held_until=held, told=False)
        )


def _count(connection: Connection, counted: Counted, now: datetime) -> int:
    """How many have failed with this one."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    old = log_in_tries.c.last_at < now - counted.allowance.forgotten
    statement = (
        insert(log_in_tries)
        .values(mark=counted.mark, failures=1, last_at=now, held_until=now, told=False)
        .on_conflict_do_update(
            index_elements=["mark"],
            set_={"failures": case((old, 1), else_=log_in_tries.c.failures + 1), "last_at": now},
            where=log_in_tries.c.held_until <= now,
        )
        .returning(log_in_tries.c.failures)
    )
    failures: int | None = connection.execute(statement).scalar_one_or_none()
    if failures is not None:
        return failures
    row = connection.execute(select(log_in_tries).where(log_in_tries.c.mark == counted.mark)).one()
    raise HeldBackError(counted.mark, row.held_until - now, first=not row.told)


def told(connection: Connection, mark: str) -> bool:
    """Note that somebody came who had to wait; whether nobody had noted it before."""
    statement = update(log_in_tries).where(log_in_tries.c.mark == mark, log_in_tries.c.told.is_(False))
    return connection.execute(statement.values(told=True)).rowcount == 1


def take_back(connection: Connection, tries: Collection[Counted], now: datetime) -> None:
    """A try was no failure after all."""
    for each in sorted(tries, key=lambda counted: counted.mark):
        less = log_in_tries.c.failures - 1
        held = case((less < each.allowance.free, now), else_=log_in_tries.c.held_until)
        connection.execute(
            update(log_in_tries).where(log_in_tries.c.mark == each.mark).values(failures=less, held_until=held)
        )


def forget(connection: Connection, tries: Collection[Counted], now: datetime) -> None:
    """Forget what failed before, and on the way what is old."""
    marks = [each.mark for each in tries]
    connection.execute(delete(log_in_tries).where(log_in_tries.c.mark.in_(marks)))
    connection.execute(delete(log_in_tries).where(log_in_tries.c.last_at < now - KEPT))
