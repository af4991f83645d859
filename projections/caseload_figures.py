"""Figures of the caseload: totals, tracks, outflow and the states of fields, of a team or of everybody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, case, func, select, true

from domain.catalogue import State, load
from projections.caseload_states import LETTERS, counted, joined, letters, written
from projections.caseload_table import Scope, caseload, is_open, not_seen


def by_coach(connection: Connection, team_id: UUID) -> dict[UUID | None, int]:
    """Open clients of each coach of a team; None for those without a coach."""
    statement = (
        select(caseload.c.coach_id, func.count())
        .where(is_open(), caseload.c.team_id == team_id)
        .group_by(caseload.c.coach_id)
    )
    return dict(connection.execute(statement).tuples().all())


def totals(connection: Connection, as_of: date, scope: Scope) -> dict[UUID | None, dict[str, int]]:
    """Each team's figures in one look: open clients, without a plan, not seen, and contact due of those agreed."""
    c = caseload.c
    counted = {
        "open": true(),
        "no_plan": c.plan_on.is_(None),
        "not_seen": not_seen(as_of),
        "contact_due": c.contact_due_on <= as_of,
        "contact_agreed": c.contact_due_on.is_not(None),
        "no_coach": c.coach_id.is_(None),
    }
    sums = [func.coalesce(func.sum(case((condition, 1), else_=0)), 0) for condition in counted.values()]
    statement = select(c.team_id, *sums).where(is_open(), scope.where()).group_by(c.team_id)
    return {row[0]: dict(zip(counted, map(int, row[1:]), strict=True)) for row in connection.execute(statement)}


def field_states(connection: Connection, as_of: date, scope: Scope) -> dict[str, dict[State, int]]:
    """How many open clients have each field in each state, in one look; contradictions stand in `data_gaps`."""
    fields = list(load())
    statement = select(written(connection, _letters_of, tuple(field.key for field in fields), as_of)).where(
        is_open(), scope.where()
    )
    counts = counted(fields, connection.scalars(statement).all())
    return {
        field.key: {state: count[state] for state in LETTERS.values()}
        for field, count in zip(fields, counts, strict=True)
    }


def _letters_of(keys: Sequence[str], as_of: date) -> ColumnElement[Any]:
    fields = load().fields
    return joined(letters([fields[key] for key in keys], as_of))


def by_track(connection: Connection, scope: Scope) -> dict[str | None, int]:
    """Open clients by service track; None for those without one."""
    statement = select(caseload.c.track, func.count()).where(is_open(), scope.where()).group_by(caseload.c.track)
    return dict(connection.execute(statement).tuples().all())


def outflow(connection: Connection, scope: Scope, since: date) -> dict[str, int]:
    """Files closed since a day, by what became of the client. To be erased is no exit; one from before it stays one."""
    c = caseload.c
    statement = (
        select(c.exit_reason, func.count())
        .where(c.closed_on >= since, c.exit_reason.is_not(None), scope.where())
        .group_by(c.exit_reason)
    )
    return dict(connection.execute(statement).tuples().all())


def intake_to_plan_weeks(connection: Connection, scope: Scope) -> list[int]:
    """Whole weeks between intake and plan of action, for each open client who has a plan."""
    statement = select(caseload.c.intake_on, caseload.c.plan_on).where(
        is_open(), scope.where(), caseload.c.plan_on.is_not(None)
    )
    return sorted(max((plan_on - intake_on).days, 0) // 7 for intake_on, plan_on in connection.execute(statement))
