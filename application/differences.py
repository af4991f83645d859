"""Why a figure of some clients is not what it was on an earlier day, by what made the difference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from application.services import Services
from domain.client import ClientAssigned, ClientEvent, MergedInto, MergeUndone
from eventlog.log import EventLog
from explaining.counting import Of, When, definition_events, streams_of
from explaining.defined import defined
from explaining.difference import CAUSES, Side, split
from explaining.figures import Figure
from projections import caseload_explained as model
from projections.caseload import Scope

EVENTS_AT_ONCE = 10_000
# Whose client it is, or whether there is a file, can be otherwise after these.
MOVES = (ClientAssigned, MergedInto, MergeUndone)


@dataclass(frozen=True, slots=True)
class Difference:
    """What a figure was when an earlier day was over, and by what it changed since: the parts add up."""

    since: date
    was: int
    parts: Mapping[str, int]

    @property
    def change(self) -> int:
        return sum(self.parts.values())


def difference(services: Services, figure: Figure, scope: Scope, since: date, number: int) -> Difference:
    """What of a figure, `number` today, changed since a day was over, by what made it.

    Only who may count otherwise is looked at: of whom something was recorded since, and of whom the time that passed
    changes it; everybody of the scope where a definition changed.
    """
    log, today = services.log, services.today
    before, events = When.end_of(since), definition_events(services.log)
    sides = [Side(when, defined(events, when.day, when.known_by)) for when in (before, When(today))]
    touched, moved = _touched_since(log, before.known_by)
    with services.database.read() as connection:
        # Of the many of whom something was recorded, those who are here, and those who may have been here then.
        touched = moved | (touched & model.clients(connection, scope))
        if sides[0].by != sides[1].by:
            others = model.clients(connection, scope)
        else:
            others = model.changed_by_time(connection, figure.name, figure.detail, scope, since, today)
    wanted = Of(team=scope.team_id, coach=scope.coach_id)
    parts = split(streams_of(log, sorted(touched | others)), figure, wanted, *sides)
    return Difference(since, number - sum(parts.values()), {cause: parts[cause] for cause in CAUSES if parts[cause]})


def _touched_since(log: EventLog, moment: datetime | None) -> tuple[set[UUID], set[UUID]]:
    """The clients of whom something was recorded since a moment; and those of them who may be somebody else's now."""
    position, found, moved = _position_before(log, moment), set[UUID](), set[UUID]()
    while page := log.page(position, EVENTS_AT_ONCE):
        found |= {each.event.originator_id for each in page if isinstance(each.event, ClientEvent)}
        moved |= {each.event.originator_id for each in page if isinstance(each.event, MOVES)}
        position = page[-1].position
    return found, moved


def _position_before(log: EventLog, moment: datetime | None) -> int:
    """The last position before which everything was recorded before a moment, by halves: the log is in the order of
    time."""
    low, high = 0, log.head()
    while low < high:
        middle = (low + high) // 2
        page = log.page(middle, 1)
        if page and moment is not None and page[0].event.recorded_at < moment:
            low = page[0].position
        else:
            high = middle
    return low
