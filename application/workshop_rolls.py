"""Who is on the list of a workshop's session, as the files of those clients stand, and how many that are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Connection

from database.rows import part_of
from projections import caseload, merges, workshops
from projections import offers as offered
from projections.caseload import CaseloadRow
from projections.workshops import Entry, Session


class SessionShown(Struct, frozen=True):
    """A session, and how many are enrolled."""

    session_id: UUID
    offer_id: UUID
    starts_at: datetime
    ends_at: datetime
    starts_on: date
    minutes: int
    place: str
    places: int
    planned_by: UUID | None
    state: str
    title: str
    enrolled: int

    @property
    def taken(self) -> int:
        return min(self.enrolled, self.places)

    @property
    def waiting(self) -> int:
        return self.enrolled - self.taken


def shown_in(connection: Connection, sessions: Sequence[Session]) -> list[SessionShown]:
    """These sessions, each with its title and how many are enrolled."""
    titles = offered.titles_of(connection, list({session.offer_id for session in sessions}))
    counted = {session.session_id: len(roll_of(connection, session)) for session in sessions}
    return [
        part_of(
            SessionShown,
            session,
            title=titles.get(session.offer_id, ""),
            enrolled=counted[session.session_id],
        )
        for session in sessions
    ]


def roll_of(connection: Connection, session: Session) -> list[tuple[Entry, CaseloadRow]]:
    """Who is enrolled, each person once and in the order in which they came: of files that were merged the one that
    goes on. Whose file was closed before the session was held does not come; who was erased is nobody any more."""
    found = workshops.entries(connection, [session.session_id])
    kept = merges.kept_of(connection, [entry.client_id for entry in found])
    roll: dict[UUID, tuple[Entry, CaseloadRow]] = {}
    for entry in found:
        row = caseload.client(connection, kept.get(entry.client_id, entry.client_id))
        if row is None or row.client.closing_reason == "erased" or row.client_id in roll:
            continue
        if entry.attendance is not None or row.client.closed_on is None:
            roll[row.client_id] = (entry, row)
    return list(roll.values())
