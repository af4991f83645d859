"""Files that were closed: long ago, whose term is over, for whoever keeps to the term; and lately, with what became of
the client, for who worked with them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, and_, func, select

from database.rows import rows_as
from projections.caseload_table import ERASED, Scope, caseload


class ClosedFile(Struct, frozen=True):
    """A closed file, with the number of the client sealed."""

    client_id: UUID
    client_number: str | None
    closed_on: date
    closing_reason: str


class Exit(Struct, frozen=True):
    """A file that was closed with what became of the client, whose name is sealed."""

    client_id: UUID
    coach_id: UUID | None
    name: str | None
    closed_on: date
    exit_reason: str


_COLUMNS = select(*(caseload.c[name] for name in ClosedFile.__struct_fields__))
_EXITS = select(*(caseload.c[name] for name in Exit.__struct_fields__))


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


def _exits(scope: Scope, since: date, reason: str | None) -> ColumnElement[bool]:
    """As `caseload_figures.outflow` counts them, for one reason or all."""
    c = caseload.c
    of_reason = c.exit_reason.is_not(None) if reason is None else c.exit_reason == reason
    return and_(scope.where(), c.closed_on >= since, of_reason)


def exits(
    connection: Connection, scope: Scope, since: date, reason: str | None, *, limit: int, offset: int = 0
) -> Sequence[Exit]:
    """Files that were closed since a day, the latest first; without those who were erased, of whom nothing is left."""
    statement = _EXITS.where(_exits(scope, since, reason), caseload.c.closing_reason != ERASED)
    statement = statement.order_by(caseload.c.closed_on.desc(), caseload.c.client_id)
    return rows_as(Exit, connection.execute(statement.limit(limit).offset(offset)))


def count_erased(connection: Connection, scope: Scope, since: date, reason: str | None) -> int:
    """How many of these exits are of people who were erased since."""
    statement = select(func.count()).select_from(caseload)
    return connection.scalar(statement.where(_exits(scope, since, reason), caseload.c.closing_reason == ERASED)) or 0
