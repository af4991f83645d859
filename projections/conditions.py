"""The conditions of the catalogue as conditions of a query: of how many clients one holds, without folding anything."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Connection, and_, false, func, not_, or_, select, true

from domain.catalogue import (
    All,
    Always,
    AtLeast,
    AtMost,
    Catalogue,
    Choices,
    Condition,
    HasAny,
    Includes,
    KnownAs,
    Not,
    State,
    TrackIn,
)
from projections.caseload_table import Scope, caseload, is_open, state_column, value_column, value_is


def holds(condition: Condition, catalogue: Catalogue) -> ColumnElement[bool]:
    """Whether it holds of a client of the caseload: what is unknown makes none true, except through `Not`."""
    match condition:
        case Always():
            return true()
        case TrackIn():
            return func.coalesce(caseload.c.track.in_([track.value for track in condition.tracks]), false())
        case All():
            return and_(true(), *(holds(part, catalogue) for part in condition.parts))
        case Not():
            return not_(holds(condition.part, catalogue))
        case HasAny():
            return func.coalesce(state_column(catalogue[condition.field]) == State.KNOWN, false())
    return func.coalesce(_of_value(condition, catalogue), false())


def _of_value(condition: Condition, catalogue: Catalogue) -> Any:
    match condition:
        case KnownAs():
            field = catalogue[condition.field]
            several = isinstance(field.kind, Choices)
            values = [msgspec.json.encode(v).decode() if several else v for v in condition.values]
            return or_(false(), *(value_column(field) == value for value in values))
        case Includes():
            return value_is(catalogue[condition.field], condition.code)
        case AtMost():
            return value_column(catalogue[condition.field]) <= condition.number
        case AtLeast():
            return value_column(catalogue[condition.field]) >= condition.number
    raise TypeError(f"There is no query for {condition}.")


def asked_by_team(
    connection: Connection, condition: Condition, catalogue: Catalogue, *, specialised_only: bool
) -> dict[UUID | None, int]:
    """How many open clients with a coach it holds of, in each team."""
    c = caseload.c
    statement = (
        select(c.team_id, func.count())
        .where(is_open(), Scope().where(), c.coach_id.is_not(None), holds(condition, catalogue))
        .group_by(c.team_id)
    )
    if specialised_only:
        statement = statement.where(c.specialised)
    return dict(connection.execute(statement).tuples().all())
