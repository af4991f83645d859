"""Closing days of the city: which are set, by whom, and the working days that are left."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Column, Connection, Date, String, Table, Uuid, select

from database.rows import UtcDateTime, rows_as
from domain.closing_days import LONGEST_NAME, ClosingDaysSet, ClosingDaysTakenBack
from domain.working_days import WorkingDays
from projections.engine.readmodel import Projection, Rows, metadata

closing_days = Table(
    "closing_days",
    metadata,
    Column("closing_id", Uuid, primary_key=True),
    Column("name", String(LONGEST_NAME), nullable=False),
    Column("first_day", Date, nullable=False),
    # the last that is closed; before the first where all were taken back
    Column("last_day", Date, nullable=False),
    Column("set_at", UtcDateTime, nullable=False),
    Column("set_by", Uuid),
    Column("taken_back_at", UtcDateTime),
    Column("taken_back_by", Uuid),
    sqlite_with_rowid=False,
)


class Closing(Struct, frozen=True):
    """Days in a row on which the city is closed; or was to be, where they were taken back."""

    closing_id: UUID
    name: str
    first_day: date
    last_day: date
    set_at: datetime
    set_by: UUID | None
    taken_back_at: datetime | None
    taken_back_by: UUID | None

    @property
    def days(self) -> list[date]:
        return [self.first_day + timedelta(days=n) for n in range((self.last_day - self.first_day).days + 1)]


# folds


def closed(event: ClosingDaysSet, rows: Rows) -> None:
    rows.put(
        closing_days,
        {
            "closing_id": event.originator_id,
            "name": event.name,
            "first_day": event.first_day,
            "last_day": event.last_day,
            "set_at": event.recorded_at,
            "set_by": event.actor,
            "taken_back_at": None,
            "taken_back_by": None,
        },
    )


def taken_back(event: ClosingDaysTakenBack, rows: Rows) -> None:
    row = rows.of(closing_days)[None]
    changed = {
        "last_day": event.open_from - timedelta(days=1),
        "taken_back_at": event.recorded_at,
        "taken_back_by": event.actor,
    }
    rows.put(closing_days, row | changed)


# queries


def every(connection: Connection) -> list[Closing]:
    """All that were ever set, the latest days first."""
    order = (closing_days.c.first_day.desc(), closing_days.c.closing_id)
    return rows_as(Closing, connection.execute(select(closing_days).order_by(*order)))


def closing_ahead(connection: Connection, today: date) -> list[Closing]:
    """Those of which a day is today or lies ahead, the next first."""
    return [c for c in reversed(every(connection)) if c.last_day >= max(c.first_day, today)]


def working_days(connection: Connection) -> WorkingDays:
    """The working days, those gone by and those ahead."""
    return WorkingDays(frozenset(day for closing in every(connection) for day in closing.days))


projection = Projection(
    name="closing_days",
    version=1,
    tables=(closing_days,),
    folds={ClosingDaysSet: closed, ClosingDaysTakenBack: taken_back},
)
