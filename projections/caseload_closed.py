"""Files that were closed long ago: whose term is over, by day of closing; for whoever keeps to the term."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, func, select

from database.rows import rows_as
from projections.caseload_table import ERASED, caseload


class ClosedFile(Struct, frozen=True):
    """A closed file, with the number of the client sealed."""

    client_id: UUID
    client_number: str | None
    closed_on: date
    closing_reason: str


_COLUMNS = select(*(caseload.c[name] for name in ClosedFile.__struct_fields__))


def _closed_by(day: date) -> ColumnElement[bool]:
    """Reopened files are not closed, and of one who was erased there is nothing left to keep."""
    return (caseload.c.closed_on <= day) & (caseload.c.closing_reason != ERASED)


def closed_by(connection: Connection, day: date, *, limit: int, offset: int = 0) -> Sequence[ClosedFile]:
    """Files that were closed by a day and are closed still, those closed first at the top."""
    statement = _COLUMNS.where(_closed_by(day)).order_by(caseload.c.closed_on, caseload.c.client_id)
    return rows_as(ClosedFile, connection.execute(statement.limit(limit).offset(offset)))


def count_closed_by(connection: Connection, day: date) -> int:
    """How many of them there are."""
    return connection.scalar(select(func.count()).select_from(caseload).where(_closed_by(day))) or 0


def of_these_closed_by(connection: Connection, day: date, client_ids: Sequence[UUID]) -> set[UUID]:
    """Which of these files are among them."""
    statement = select(caseload.c.client_id).where(_closed_by(day), caseload.c.client_id.in_(client_ids))
    return set(connection.scalars(statement))
