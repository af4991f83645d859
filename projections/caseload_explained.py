"""Who counts in a figure and who does not, by the first reason that holds: in one look at the caseload, as figures are
counted. The plain way of counting has the same steps (`explaining/figures.py`); a test holds the two together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, ColumnElement, Connection, and_, case, false, func, literal, select

from domain.calendar import add_months
from domain.catalogue import State
from domain.client import ProposalStep
from projections.assignments_table import is_new
from projections.caseload_table import ERASED, Scope, caseload, catalogue, not_seen, state_is
from projections.data_gaps_tables import data_gaps, is_contradictory, on_list
from projections.proposals import proposals
from projections.timeline import timeline

# Why somebody does not count, and who passes it.
Step = tuple[str, ColumnElement[bool]]

_SOON = timedelta(days=7)
_COUNTS = "counts"
_c = caseload.c
_OPEN: Sequence[Step] = (
    ("erased", func.coalesce(_c.closing_reason != ERASED, True)),
    ("closed", _c.closed_on.is_(None)),
)
_COACH: Step = ("no_coach", _c.coach_id.is_not(None))


def steps(name: str, detail: str, as_of: date) -> Sequence[Step] | None:
    """The steps of a figure on a day; None where this is no figure of the caseload."""
    if name in ("track", "exits") or detail:
        return _of_detail(name, detail, as_of)
    frequency: Step = ("no_frequency", _c.contact_due_on.is_not(None))
    reached = select(proposals.c.client_id).where(
        proposals.c.client_id == _c.client_id, proposals.c.step != ProposalStep.UNDELIVERED
    )
    plain: dict[str, Sequence[Step]] = {
        "open": (),
        "no_plan": (("has_plan", _c.plan_on.is_(None)),),
        "not_seen": (("not_assigned", _c.not_seen_on.is_not(None)), ("seen_in_time", not_seen(as_of))),
        "never_seen": (("seen", _c.last_seen_on.is_(None)),),
        "contact_agreed": (frequency,),
        "contact_due": (frequency, ("not_due_yet", _c.contact_due_on <= as_of)),
        "no_track": (("has_track", _c.track.is_(None)),),
        "without_coach": (("has_coach", _c.coach_id.is_(None)),),
        "changed": (("nothing_new", _c.changed_on.is_not(None)),),
        "new_to_me": (_COACH, ("spoken_since", is_new())),
        "without_offer": (("offered", ~reached.exists()),),
        "listed": (_COACH, ("nothing_listed", _has(on_list(as_of)))),
        "deadlines": (_COACH, ("no_deadline", _has(_due(as_of)))),
        "plan_weeks": (("no_plan", _c.plan_on.is_not(None)),),
    }
    return (*_OPEN, *plain[name]) if name in plain else None


def _of_detail(name: str, detail: str, as_of: date) -> Sequence[Step] | None:
    if name == "exits":
        return (
            ("no_exit", _c.exit_reason.is_not(None)),
            ("closed_earlier", _c.closed_on >= add_months(as_of, -12)),
            ("other_outcome", _c.exit_reason == detail if detail else literal(True)),
        )
    if name == "track":
        return (*_OPEN, ("other_track", func.coalesce(_c.track, "none") == detail))
    if detail not in catalogue:
        return None
    if name == "listed":
        return (*_OPEN, _COACH, ("not_listed", _has(on_list(as_of), detail)))
    if name == State.CONTRADICTORY:
        return (*_OPEN, ("other_state", _has(is_contradictory(), detail)))
    if name not in set(State):
        return None
    return (*_OPEN, ("other_state", state_is(catalogue[detail], State(name), as_of)))


def _due(as_of: date) -> ColumnElement[bool]:
    g = data_gaps.c
    return (g.state == State.UNKNOWN) & (g.due_on >= as_of) & (g.due_on <= as_of + _SOON)


def _has(gap: ColumnElement[bool], field: str | None = None) -> ColumnElement[bool]:
    found = select(data_gaps.c.client_id).where(gap)
    return _c.client_id.in_(found if field is None else found.where(data_gaps.c.field == field))


def explained(connection: Connection, wanted: Sequence[Step], scope: Scope) -> tuple[int, dict[str, int]]:
    """How many clients count, and how many do not, by the first reason that holds."""
    passes = [(reason, func.coalesce(step, false(), type_=Boolean)) for reason, step in wanted]
    why = case(*((~step, reason) for reason, step in passes), else_=_COUNTS) if passes else literal(_COUNTS)
    asked = select(why.label("why")).where(scope.where()).subquery()
    statement = select(asked.c.why, func.count()).group_by(asked.c.why)
    found = dict(connection.execute(statement).tuples().all())
    return found.pop(_COUNTS, 0), found


def amount(connection: Connection, name: str, as_of: date, scope: Scope) -> int:
    """How many fields count, where each of a client's counts: those on lists, and those with a deadline."""
    gap = on_list(as_of) if name == "listed" else _due(as_of)
    statement = (
        select(func.count())
        .select_from(data_gaps)
        .join(caseload, _c.client_id == data_gaps.c.client_id)
        .where(_c.closed_on.is_(None), _c.coach_id.is_not(None), scope.where(), gap)
    )
    return connection.scalar(statement) or 0


def events(connection: Connection, scope: Scope) -> int:
    """How many events these clients have."""
    statement = select(func.count()).select_from(timeline).join(caseload, _c.client_id == timeline.c.client_id)
    return connection.scalar(statement.where(scope.where())) or 0


def clients(connection: Connection, scope: Scope) -> set[UUID]:
    """Who is in a scope, open or closed."""
    return set(connection.scalars(select(_c.client_id).where(scope.where())))


def changed_by_time(connection: Connection, name: str, detail: str, scope: Scope, first: date, last: date) -> set[UUID]:
    """Those of whom a figure may be another after one day, until another, without anything being recorded."""
    day = _turning_day(name, detail, first, last)
    return set() if day is None else set(connection.scalars(select(_c.client_id).where(scope.where(), day)))


def _turning_day(name: str, detail: str, first: date, last: date) -> ColumnElement[bool] | None:
    def between(day: Any, ahead: timedelta = timedelta()) -> ColumnElement[bool]:
        return and_(day >= first, day <= last + ahead)

    g = data_gaps.c
    if name == "not_seen":
        return between(_c.not_seen_on)
    if name == "contact_due":
        return between(_c.contact_due_on)
    if name == "exits":
        return and_(_c.closed_on >= add_months(first, -12), _c.closed_on <= add_months(last, -12))
    if name == "deadlines":
        return _has(between(g.due_on, _SOON))
    if name == "listed":
        return _has(between(g.since), detail or None)
    if detail in catalogue and name in set(State) - {State.CONTRADICTORY}:
        return between(_c[f"u_{detail}"])
    return None
