"""As it was: the caseload rows of some clients as they were known at the end of an earlier day, folded from the log."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from itertools import takewhile
from uuid import UUID

from domain.calendar import AMSTERDAM
from domain.in_force import Rules
from eventlog.events import Event
from eventlog.log import EventLog
from eventlog.sealing import StreamOpener
from projections.caseload import CaseloadClient, caseload, projection
from projections.caseload_table import client_folded
from projections.engine.readmodel import Rows, fold


def end_of(day: date) -> datetime:
    """The moment at which a day is over in Amsterdam."""
    return datetime.combine(day + timedelta(days=1), time(), AMSTERDAM)


def rows_then(log: EventLog, client_ids: Sequence[UUID], day: date, rules: Rules) -> dict[UUID, CaseloadClient]:
    """The caseload's row of each of these clients at the end of a day; those who were not there yet are left out.

    `rules` are those of the definitions that were recorded and valid by then.

    A correction shows from the day on which it was recorded, whatever day it is about.

    Raises:
        PoisonError: an event of theirs can't be used.
    """
    before = end_of(day)
    opener = log.opener(client_ids)
    found = {}
    with log.placing():
        for client_id, events in log.streams(client_ids):
            known = list(takewhile(lambda event: event.recorded_at < before, events))
            if client := _folded(client_id, known, opener.stream(client_id), rules):
                found[client_id] = client
    return found


def _folded(client_id: UUID, events: Sequence[Event], opener: StreamOpener, rules: Rules) -> CaseloadClient | None:
    def earlier(event: Event) -> Sequence[Event]:
        return events[: event.originator_version - 1]

    rows = Rows(client_id, projection.tables, opener, earlier, None, rules)
    fold(events, [(projection, rows)])
    row = rows.of(caseload).get(None)
    return None if row is None else client_folded(row)
