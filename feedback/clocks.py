"""The clocks of a signal: until when it is to be triaged and answered, in working days."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection

from domain.working_days import WorkingDays
from feedback.signal import Kind, SignalState, Within
from records import deadlines

# From so many working days before the end on, the board says that it comes near.
NEAR = 2

NOT_TRIAGED = frozenset({SignalState.LOGGED, SignalState.REOPENED})
# Answered is what was decided on; the clock waits while the reporter is asked.
NOT_ANSWERED = NOT_TRIAGED | {SignalState.TRIAGED, SignalState.IN_DISCUSSION}


def within(connection: Connection) -> dict[Kind, Within]:
    """How soon signals of each kind are triaged and answered, from now on."""
    own = deadlines.by_kind(connection)
    return {kind: Within(*own[kind]) if kind in own else Within() for kind in Kind}


def due(state: SignalState, triage: date, answer: date) -> date | None:
    """The day that runs in this state: of triage first, then of the answer; None where none runs."""
    if state in NOT_TRIAGED:
        return min(triage, answer)
    return answer if state in NOT_ANSWERED else None


def standing(day_due: date | None, today: date, days: WorkingDays) -> str | None:
    """Whether a clock has "passed" or comes "near"; None while there is time, or none runs."""
    if day_due is None:
        return None
    if day_due < today:
        return "passed"
    return "near" if days.between(today, day_due) <= NEAR else None
