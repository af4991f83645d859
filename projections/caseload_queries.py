"""Clients of the caseload: of a coach, of a team, some by their ids; in an order, a page at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, bindparam, case, func, or_, select

from domain.catalogue import Choice, Track, load
from projections.caseload_table import (
    ALL_COLUMNS,
    ERASED,
    CaseloadRow,
    Scope,
    caseload,
    clients_found,
    is_open,
    value_column,
)


def clients(
    connection: Connection,
    scope: Scope,
    conditions: Sequence[ColumnElement[bool]] = (),
    *,
    order: str = "contact_due_on",
    descending: bool = False,
    limit: int | None = 200,
    offset: int = 0,
) -> list[CaseloadRow]:
    """Open clients in the order of a column, the blank ones last; names still sealed.

    By default those whose contact is due first are at the top. What is chosen among options stands in their order.
    """
    column, c = _in_order(order), caseload.c
    ordered = (
        case((column.is_(None), 1), else_=0),
        column.desc() if descending else column,
        c.intake_on,
        c.client_id,
    )
    # Those of a page are found first: rows are wide, and to sort those of a large team takes twice as long.
    page = select(c.client_id).where(is_open(), scope.where(), *conditions).order_by(*ordered)
    page = page.limit(limit).offset(offset)
    return clients_found(connection.execute(ALL_COLUMNS.where(c.client_id.in_(page)).order_by(*ordered)))


def _in_order(name: str) -> ColumnElement[Any]:
    field = load().fields.get(name.removeprefix("v_"))
    column = value_column(field) if field and name.startswith("v_") else caseload.c[name]
    codes = list(Track) if name == "track" else field.kind.codes if field and isinstance(field.kind, Choice) else ()
    if not codes:
        return column
    places = {str(code): place for place, code in enumerate(codes)}
    return case(places, value=column, else_=case((column.is_not(None), len(places))))


def sealed_names(
    connection: Connection, scope: Scope, conditions: Sequence[ColumnElement[bool]] = ()
) -> list[tuple[UUID, str | None, str | None]]:
    """Id, sealed name and sealed number of open clients: for whoever searches or sorts by name, in memory."""
    columns = (caseload.c.client_id, caseload.c.name, caseload.c.client_number)
    statement = select(*columns).where(is_open(), scope.where(), *conditions)
    # All at once: to ask for each row takes as long as to read it.
    return [(row[0], row[1], row[2]) for row in connection.execute(statement).all()]


def is_one_of(client_ids: Sequence[UUID]) -> ColumnElement[bool]:
    """That it is one of these clients."""
    return caseload.c.client_id.in_(client_ids)


def open_by_id(connection: Connection, scope: Scope, client_ids: Sequence[UUID]) -> list[CaseloadRow]:
    """These open clients, as far as they are in the scope, in the order given."""
    statement = ALL_COLUMNS.where(is_open(), scope.where(), caseload.c.client_id.in_(client_ids))
    found = {row.client_id: row for row in clients_found(connection.execute(statement))}
    return [found[client_id] for client_id in client_ids if client_id in found]


def count(connection: Connection, scope: Scope, conditions: Sequence[ColumnElement[bool]] = ()) -> int:
    """How many open clients there are."""
    statement = select(func.count()).select_from(caseload).where(is_open(), scope.where(), *conditions)
    return connection.scalar(statement) or 0


def client(connection: Connection, client_id: UUID) -> CaseloadRow | None:
    """One client, open or closed."""
    return next(iter(clients_found(connection.execute(_ONE, {"client_id": client_id}))), None)


# Put together once: each page about a client asks it.
_ONE = ALL_COLUMNS.where(caseload.c.client_id == bindparam("client_id"))


def by_id(connection: Connection, client_ids: Iterable[UUID]) -> list[CaseloadRow]:
    """The rows of these clients, open or closed, in no order."""
    statement = ALL_COLUMNS.where(caseload.c.client_id.in_(list(client_ids)))
    return clients_found(connection.execute(statement))


def present_on(connection: Connection, scope: Scope, day: date, archived_by: date) -> list[CaseloadRow]:
    """The clients of a scope of today who had their intake by a day and were not closed before it, as they are now;
    without the files that are archived, since they were closed by a day of their own."""
    c = caseload.c
    statement = (
        ALL_COLUMNS.where(scope.where(), c.intake_on <= day)
        .where(or_(c.closed_on.is_(None), c.closed_on > max(day, archived_by)))
        .where(func.coalesce(c.closing_reason, "") != ERASED)
        .order_by(c.intake_on, c.client_id)
    )
    return clients_found(connection.execute(statement))
