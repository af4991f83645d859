"""What is missing: of a client, of a coach's and a team's clients on a day, and in totals."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, case, func, select

from database.rows import repeated, rows_as
from domain.catalogue import State
from projections.caseload_table import caseload
from projections.data_gaps_tables import (
    DueField,
    ListedGap,
    RecordedField,
    data_gaps,
    data_gaps_clients,
    is_contradictory,
)
from projections.data_gaps_tables import on_list as on_list


def of_client(connection: Connection, client_id: UUID) -> dict[str, RecordedField]:
    """What is known of a client, and the gaps, by field; `value` and `contradictions` decoded, `sealed` not."""
    found = connection.execute(select(data_gaps).where(data_gaps.c.client_id == client_id))
    rows = rows_as(RecordedField, found, value=_decoded, contradictions=lambda text: _decoded(text) or [])
    return {row.field: row for row in rows}


def known_while_open(connection: Connection, client_id: UUID, field: str) -> Any:
    """What is known of one field of a client whose file is open, None for nothing; the same work for everybody."""
    g, clients = data_gaps.c, data_gaps_clients.c
    statement = (
        select(g.value)
        .join(data_gaps_clients, clients.client_id == g.client_id)
        .where(g.client_id == client_id, g.field == field, g.recorded == State.KNOWN.value, clients.closed.is_(False))
    )
    return _decoded(connection.scalar(statement))


def _decoded(text: str | None) -> Any:
    return msgspec.json.decode(text) if text else None


def listed(connection: Connection, as_of: date, coach_id: UUID | None = None) -> list[ListedGap]:
    """The gaps that are on the list that day, with client and coach: of all open clients, also those without a
    coach, or of one coach's; in no order."""
    clients = data_gaps_clients
    statement = (
        select(
            repeated(clients.c.coach_id),
            repeated(data_gaps.c.client_id),
            data_gaps.c.field,
            data_gaps.c.state,
            data_gaps.c.since,
            data_gaps.c.contradictions,
        )
        .join(clients, clients.c.client_id == data_gaps.c.client_id)
        .where(~clients.c.closed, on_list(as_of))
    )
    if coach_id is not None:
        statement = statement.where(clients.c.coach_id == coach_id)
    return rows_as(ListedGap, connection.execute(statement))


def open_clients(connection: Connection) -> set[UUID]:
    """Who is not closed."""
    return set(connection.scalars(select(data_gaps_clients.c.client_id).where(~data_gaps_clients.c.closed)))


def listed_of(connection: Connection, as_of: date, client_ids: Iterable[UUID]) -> set[tuple[UUID, str]]:
    """Of these clients the fields that are missing that day, whoever works with them, open or closed."""
    statement = select(data_gaps.c.client_id, data_gaps.c.field)
    found = connection.execute(statement.where(data_gaps.c.client_id.in_(list(client_ids)), on_list(as_of)))
    return {(client_id, field) for client_id, field in found}


def count_listed(connection: Connection, as_of: date, coach_id: UUID) -> int:
    """How many gaps of a coach's clients are on the list that day."""
    clients = data_gaps_clients
    statement = (
        select(func.count())
        .select_from(data_gaps)
        .join(clients, clients.c.client_id == data_gaps.c.client_id)
        .where(clients.c.coach_id == coach_id, ~clients.c.closed, on_list(as_of))
    )
    return connection.scalar(statement) or 0


def due_between(connection: Connection, coach_id: UUID, first: date, last: date) -> list[DueField]:
    """The unknown fields of a coach's clients whose last day lies between two days, the earliest first, with names."""
    clients = data_gaps_clients
    statement = (
        select(data_gaps.c.client_id, data_gaps.c.field, data_gaps.c.due_on, caseload.c.name)
        .join(clients, clients.c.client_id == data_gaps.c.client_id)
        .join(caseload, caseload.c.client_id == data_gaps.c.client_id)
        .where(clients.c.coach_id == coach_id, ~clients.c.closed, data_gaps.c.state == State.UNKNOWN)
        .where(data_gaps.c.due_on >= first, data_gaps.c.due_on <= last)
        .order_by(data_gaps.c.due_on, data_gaps.c.client_id, data_gaps.c.field)
    )
    return rows_as(DueField, connection.execute(statement))


def totals_by_field(
    connection: Connection, as_of: date, team_id: UUID | None = None
) -> dict[str, dict[UUID | None, int]]:
    """How many open clients have each field on the list, by team; of one team alone, where it is given: a twelfth of
    the work in a city of twelve teams."""
    statement = (
        select(data_gaps.c.field, data_gaps_clients.c.team_id, func.count())
        .join(data_gaps_clients, data_gaps_clients.c.client_id == data_gaps.c.client_id)
        .where(data_gaps_clients.c.coach_id.is_not(None), ~data_gaps_clients.c.closed, on_list(as_of))
        .group_by(data_gaps.c.field, data_gaps_clients.c.team_id)
    )
    if team_id is not None:
        statement = statement.where(data_gaps_clients.c.team_id == team_id)
    found: dict[str, dict[UUID | None, int]] = {}
    for field, of_team, number in connection.execute(statement):
        found.setdefault(field, {})[of_team] = number
    return found


def not_relevant_by_field(connection: Connection) -> list[tuple[str, int, int]]:
    """Of each field for how many open clients it is not relevant, and of how many something is recorded."""
    g, clients = data_gaps.c, data_gaps_clients.c
    set_aside = func.sum(case((g.recorded == State.NOT_RELEVANT, 1), else_=0))
    statement = (
        select(g.field, set_aside, func.count())
        .join(data_gaps_clients, clients.client_id == g.client_id)
        .where(~clients.closed, g.recorded.is_not(None))
        .group_by(g.field)
        .order_by(g.field)
    )
    return [(field, int(number), recorded) for field, number, recorded in connection.execute(statement)]


def contradictions(connection: Connection, team_id: UUID) -> list[tuple[UUID, str]]:
    """Client and field of each contradiction in a team's open files, those that have stood longest first."""
    clients = data_gaps_clients
    statement = (
        select(data_gaps.c.client_id, data_gaps.c.field)
        .join(clients, clients.c.client_id == data_gaps.c.client_id)
        .where(clients.c.team_id == team_id, ~clients.c.closed, is_contradictory())
        .order_by(data_gaps.c.since, data_gaps.c.client_id, data_gaps.c.field)
    )
    return list(connection.execute(statement).tuples())
