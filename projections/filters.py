"""Filters on the caseload as conditions of a query, and how many clients meet each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, false, func, not_, or_, select, true

from domain.calendar import Week
from domain.catalogue import Field, Number, State, YesNo, load
from domain.filters import BLANK, LISTED, STATES, Filter, day_of
from projections.appointments_table import has_one
from projections.assignments_table import is_new
from projections.caseload_table import Scope, caseload, is_open, not_seen, state_is, value_column, value_is
from projections.data_gaps_tables import data_gaps, is_contradictory, on_list
from projections.exemptions_table import exemption_ends
from projections.helpers_table import consent_is_due
from projections.invitations_table import expired, no_answer
from projections.own_notes_table import has_mark, note_is_due
from projections.steps_table import STANDINGS, place_of_standing, standing_of_steps

# The days of the overview, and the columns that they are in.
DAYS = {
    "last_seen": "last_seen_on",
    "contact_due": "contact_due_on",
    "intake": "intake_on",
    "plan": "plan_on",
    "exempt_until": "exempt_until",
}
# What a list can be sorted by, and the column of each; and by any field that is neither sensitive nor several choices.
ORDERS = {
    "due": "contact_due_on",
    "seen": "last_seen_on",
    "track": "track",
    "intake": "intake_on",
    "plan": "plan_on",
    "exempt_until": "exempt_until",
}


def condition(f: Filter, as_of: date) -> ColumnElement[bool]:
    """The filter on the caseload, as things stand on a day."""
    if f.key in DAYS:
        return _day_condition(f)
    field = load()[f.key]
    if f.operator in (State.CONTRADICTORY, LISTED):
        return _has_gap(f, as_of)
    if f.operator in STATES:
        return state_is(field, State(f.operator), as_of)
    if f.operator == "is":
        return _is(field, f.values, as_of)
    if f.operator == "is_not":
        # One of whom it is unknown is kept: not known to be is not the same as known not to be.
        return not_(func.coalesce(_is(field, f.values, as_of), false()))
    column = value_column(field)
    if isinstance(field.kind, Number):
        return _between(column, [int(v) if v else None for v in f.values], column)
    # A day known to the month or the year only is compared as far as it goes.
    shortened = [func.substr(v, 1, func.length(column)) if v else None for v in f.values]
    return column < shortened[0] if f.operator == "before" else _between(column, shortened, column)


def _has_gap(f: Filter, as_of: date) -> ColumnElement[bool]:
    g = data_gaps.c
    listed = f.operator == LISTED
    found = select(g.client_id).where(g.field == f.key, on_list(as_of) if listed else is_contradictory())
    # As figures count what is listed: a list belongs to a coach.
    return and_(not listed or caseload.c.coach_id.is_not(None), caseload.c.client_id.in_(found))


def _is(field: Field, values: Sequence[str], as_of: date) -> ColumnElement[bool]:
    return or_(false(), *(_one(field, value, as_of) for value in values))


def _one(field: Field, value: str, as_of: date) -> ColumnElement[bool]:
    if value == BLANK:
        return state_is(field, State.UNKNOWN, as_of)
    held = value_is(field, value == "yes" if isinstance(field.kind, YesNo) else value)
    return func.coalesce(held, false())


def _day_condition(f: Filter) -> ColumnElement[bool]:
    column = caseload.c[DAYS[f.key]]
    if f.operator == "unknown":
        return column.is_(None)
    if f.operator == "known":
        return column.is_not(None)
    days = [day_of(v) if v else None for v in f.values]
    return column < days[0] if f.operator == "before" else _between(column, days, column)


def _between(column: Any, bounds: Sequence[Any], given: Any) -> ColumnElement[bool]:
    lower, upper = bounds
    return and_(
        given.is_not(None),
        true() if lower is None else column >= lower,
        true() if upper is None else column <= upper,
    )


def quick(name: str, as_of: date) -> ColumnElement[bool]:
    """One of the filters that coaches use all day."""
    columns = caseload.c
    conditions: dict[str, Callable[[], ColumnElement[bool]]] = {
        "not_seen": lambda: not_seen(as_of),
        "no_plan": lambda: columns.plan_on.is_(None),
        "contact_due": lambda: columns.contact_due_on <= as_of,
        "no_track": lambda: columns.track.is_(None),
        "never_seen": lambda: columns.last_seen_on.is_(None),
        "changed": lambda: columns.changed_on.is_not(None),
        "appointment_today": lambda: has_one(as_of, as_of),
        "appointment_this_week": lambda: has_one(as_of, Week.of(as_of).monday + timedelta(days=6)),
        "no_appointment": lambda: not_(has_one(as_of)),
        "no_answer": lambda: no_answer(as_of),
        "invitation_expired": lambda: expired(as_of),
        "new_to_me": is_new,
        "consent_due": lambda: consent_is_due(as_of),
        "exemption_ends": lambda: exemption_ends(as_of),
        "note_due": lambda: note_is_due(as_of),
        "quiet": lambda: and_(not_seen(as_of), columns.contact_due_on.is_(None)),
    }
    if name in conditions:
        return conditions[name]()
    mark = name.removeprefix("mark_")
    return has_mark(mark) if mark != name else standing_of_steps(as_of)[name]


def count_each(
    connection: Connection,
    scope: Scope,
    conditions: Sequence[ColumnElement[bool]],
    wanted: dict[str, ColumnElement[bool]],
) -> dict[str, int]:
    """How many open clients meet the conditions and each of the wanted ones, in one look."""
    if not wanted:
        return {}
    sums = [func.coalesce(func.sum(case((w, 1), else_=0)), 0).label(f"n{n}") for n, w in enumerate(wanted.values())]
    statement = select(*sums).select_from(caseload).where(is_open(), scope.where(), *conditions)
    return dict(zip(wanted, map(int, connection.execute(statement).one()), strict=True))


def count_quick(
    connection: Connection,
    scope: Scope,
    conditions: Sequence[ColumnElement[bool]],
    names: Sequence[str],
    as_of: date,
) -> dict[str, int]:
    """The same of some of the quick filters. Where clients stand with their steps is one look at each client, where to
    ask for each of the five was one for each of them, three thousand times in a large team."""
    of_steps = [name for name in names if name in STANDINGS]
    counts = count_each(connection, scope, conditions, {n: quick(n, as_of) for n in names if n not in of_steps})
    if of_steps:
        stands = select(place_of_standing(as_of).label("place")).where(is_open(), scope.where(), *conditions).subquery()
        statement = select(stands.c.place, func.count()).group_by(stands.c.place)
        found = dict(connection.execute(statement).tuples().all())
        counts |= {name: found.get(STANDINGS.index(name), 0) for name in of_steps}
    return counts
