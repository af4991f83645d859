"""Which signals somebody wants to see: by kind, state, page, field, team, age and clock, and whose they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select, union

from domain.calendar import local_day
from domain.working_days import WorkingDays
from feedback.board import clock_is, heard_by, mentioned_in
from feedback.signal import ENDED, SignalState
from feedback.signals import signals

# Older than so many days.
AGES = {"week": 7, "month": 30, "quarter": 91, "year": 365}
OPEN = [state for state in SignalState if state not in ENDED]
MINE = ("own", "followed", "unanswered", "given")
# Looked after by no team.
CITY = "city"


@dataclass(frozen=True, slots=True)
class Choice:
    """What is chosen of each; None where all are wanted. `team` is the id of a team, or the city."""

    kind: str | None = None
    state: str | None = None
    page: str | None = None
    field: str | None = None
    team: str | None = None
    age: str | None = None
    clock: str | None = None
    mine: str | None = None

    def conditions(self, me: UUID, now: datetime, days: WorkingDays) -> list[ColumnElement[bool]]:
        """What holds of the signals wanted, for somebody at a time."""
        s = signals.c
        found: list[ColumnElement[bool]] = []
        for name in ("kind", "state", "page", "field"):
            if value := getattr(self, name):
                found.append(s[name] == value)
        if self.team:
            found.append(s.handled_by.is_(None) if self.team == CITY else s.handled_by == UUID(self.team))
        if self.age:
            found.append(s.logged_at < now - timedelta(days=AGES[self.age]))
        if self.clock:
            found.append(clock_is(self.clock, local_day(now), days))
        if self.mine == "own":
            found.append(s.reporter == me)
        elif self.mine == "followed":
            found.append(heard_by(me))
        elif self.mine == "unanswered":
            found.append(and_(~s.answered, s.state.in_(OPEN)))
        elif self.mine == "given":
            given = select(s.signal_id).where(s.person == me)
            found.append(s.signal_id.in_(union(given, mentioned_in(me))))
        return found
