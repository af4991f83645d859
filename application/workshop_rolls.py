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

Roll = list[tuple[Entry, CaseloadRow]]


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
    # whether somebody can still be enrolled
    can_fill: bool

    @property
    def taken(self) -> int:
        return min(self.enrolled, self.places)

    @property
    def waiting(self) -> int:
        return self.enrolled - self.taken


def shown_in(connection: Connection, sessions: Sequence[Session], now: datetime) -> list[SessionShown]:
    """These sessions, each with its title and how many are enrolled."""
    titles = offered.titles_of(connection, list({session.offer_id for session in sessions}))
    rolls = rolls_of(connection, sessions)
    return [
        part_of(
            SessionShown,
            session,
            title=titles.get(session.offer_id, ""),
            enrolled=len(rolls[session.session_id]),
            can_fill=session.state == workshops.PLANNED and session.starts_at > now,
        )
        for session in sessions
    ]


def roll_of(connection: Connection, session: Session) -> Roll:
    """Who is enrolled in one session. As `rolls_of`."""
    return rolls_of(connection, [session])[session.session_id]


def rolls_of(connection: Connection, sessions: Sequence[Session]) -> dict[UUID, Roll]:
    """Who is enrolled in each of these sessions, each person once and in the order in which they came: of files that
    were merged the one that goes on. Whose file was closed before the session was held does not come; who was erased is
    nobody any more."""
    found = workshops.entries(connection, [session.session_id for session in sessions])
    kept = merges.kept_of(connection, list({entry.client_id for entry in found}))
    goes_on = {entry.client_id: kept.get(entry.client_id, entry.client_id) for entry in found}
    rows = {row.client_id: row for row in caseload.by_id(connection, set(goes_on.values()))}
    rolls: dict[UUID, dict[UUID, tuple[Entry, CaseloadRow]]] = {session.session_id: {} for session in sessions}
    for entry in found:
        row, roll = rows.get(goes_on[entry.client_id]), rolls[entry.session_id]
        if row is None or row.client.closing_reason == "erased" or row.client_id in roll:
            continue
        if entry.attendance is not None or row.client.closed_on is None:
            roll[row.client_id] = (entry, row)
    return {session_id: list(roll.values()) for session_id, roll in rolls.items()}
