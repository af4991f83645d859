"""Sessions of workshops in a client's file: enrolled, withdrawn, and whether the client was there, with its contact."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from domain.client.aggregate import Client, ClientCommand, ClientEvent, existing, open_file
from domain.client.contacts import RecordContact
from domain.workshop_session import Attendance
from eventlog.commands import CommandContext

# events


class WorkshopEnrolled(ClientEvent, frozen=True):
    """The client was enrolled in a session, which begins then; who has a place and who waits the session says."""

    session_id: UUID
    offer_id: UUID
    starts_at: datetime


class WorkshopLeft(ClientEvent, frozen=True):
    """The client is enrolled in a session no more."""

    session_id: UUID


class WorkshopAttended(ClientEvent, frozen=True):
    """The session was held; the contact is stored with this event, unless nobody knows whether the client was there."""

    session_id: UUID
    contact_id: UUID | None
    attendance: Attendance


WORKSHOPS_OF_CLIENTS: tuple[type[ClientEvent], ...] = (WorkshopEnrolled, WorkshopLeft, WorkshopAttended)

# commands


class EnrolInWorkshop(ClientCommand, frozen=True):
    """Note in the file that the client was enrolled; whether that can be, the session decides."""

    session_id: UUID
    offer_id: UUID
    starts_at: datetime

    def decide(self, client: Client | None, context: CommandContext) -> Sequence[ClientEvent]:
        open_file(client)
        return [WorkshopEnrolled(session_id=self.session_id, offer_id=self.offer_id, starts_at=self.starts_at)]


class LeaveWorkshop(ClientCommand, frozen=True):
    """Note in the file that the client is enrolled no more; also in one that was closed."""

    session_id: UUID

    def decide(self, client: Client | None, context: CommandContext) -> Sequence[ClientEvent]:
        existing(client)
        return [WorkshopLeft(session_id=self.session_id)]


class RecordAttendance(ClientCommand, frozen=True):
    """Record whether the client was there, as a contact: both or neither. Of whom that is not known, no contact says
    anything: none was tried."""

    session_id: UUID
    attendance: Attendance
    contact: RecordContact | None

    def decide(self, client: Client | None, context: CommandContext) -> Sequence[ClientEvent]:
        open_file(client)
        recorded = self.contact.decide(client, context) if self.contact else ()
        contact_id = self.contact.contact_id if self.contact else None
        attended = WorkshopAttended(session_id=self.session_id, contact_id=contact_id, attendance=self.attendance)
        return [*recorded, attended]
