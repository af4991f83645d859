"""Appointments: made, moved, cancelled; how the client was told of it, and the contact that came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID

from domain.calendar import AMSTERDAM, local_day, moment_at, within_reach
from domain.client.aggregate import (
    AppointmentMark,
    Client,
    ClientCommand,
    ClientEvent,
    existing,
    open_file,
    unchanged,
)
from domain.client.contacts import Channel, RecordContact
from domain.client.invitations import InvitationOver, ended
from domain.client.meeting_details import LONGEST_PURPOSE, place_of
from domain.client.proposals import Delivery
from domain.meeting_length import bounded_minutes
from domain.refusal import Checks, Refused
from domain.text import optional_text
from eventlog.commands import CommandContext
from eventlog.events import Personal

DAYS_BEFORE, REMINDED_AT = timedelta(days=2), time(8)


class CancelledBy(StrEnum):
    """On whose account an appointment was cancelled."""

    CLIENT = "client"
    COACH = "coach"
    # the file was closed
    CLOSING = "closing"


class Notice(StrEnum):
    """What a client is told: that something was made, moved or cancelled, or what lies ahead soon."""

    CHANGE = "change"
    REMINDER = "reminder"


# events


class AppointmentEvent(ClientEvent, frozen=True, kw_only=True):
    """An appointment as it stands after this event; when, for how long and how stays in the clear, in UTC."""

    appointment_id: UUID
    starts_at: datetime
    minutes: int
    channel: Channel
    # A place may be somebody's home.
    place: Personal[str] | None
    purpose: Personal[str] | None
    # how the client hears of it
    delivery: Delivery

    def apply(self, client: Client) -> None:
        before = client.appointments.get(self.appointment_id)
        changes = before.changes + 1 if before else 0
        client.appointments[self.appointment_id] = AppointmentMark(
            self.starts_at, self.minutes, self.delivery, self.originator_version, changes
        )


class AppointmentMade(AppointmentEvent, frozen=True):
    """Coach and client agreed to meet or to talk."""


class AppointmentMoved(AppointmentEvent, frozen=True):
    """It is at another time, or otherwise, than it was."""


class AppointmentCancelled(ClientEvent, frozen=True):
    """Nothing comes of it. `delivery` is None where the client is not told."""

    appointment_id: UUID
    by: CancelledBy
    delivery: Delivery | None

    def apply(self, client: Client) -> None:
        mark = client.appointments[self.appointment_id]
        client.appointments[self.appointment_id] = replace(
            mark,
            cancelled=True,
            delivery=self.delivery,
            changes=mark.changes + 1,
            version=self.originator_version,
        )


class AppointmentConcluded(ClientEvent, frozen=True):
    """What became of it stands in this contact."""

    appointment_id: UUID
    contact_id: UUID

    def apply(self, client: Client) -> None:
        mark = client.appointments[self.appointment_id]
        client.appointments[self.appointment_id] = replace(mark, contact_id=self.contact_id)


class AppointmentNoticeDelivered(ClientEvent, frozen=True):
    """The mail server took the e-mail, or the letter was posted. `changes` says which state of it the client knows."""

    appointment_id: UUID
    notice: Notice
    changes: int
    delivery: Delivery

    def apply(self, client: Client) -> None:
        mark = client.appointments[self.appointment_id]
        told = mark.told | {(self.notice, self.changes)}
        client.appointments[self.appointment_id] = replace(mark, told=told)


class AppointmentNoticeUndelivered(ClientEvent, frozen=True):
    """The e-mail did not reach the client, for a reason that is a code."""

    appointment_id: UUID
    notice: Notice
    changes: int
    reason: str | None


APPOINTMENT_EVENTS: tuple[type[ClientEvent], ...] = (
    AppointmentMade,
    AppointmentMoved,
    AppointmentCancelled,
    AppointmentConcluded,
    AppointmentNoticeDelivered,
    AppointmentNoticeUndelivered,
)


# commands


class AppointmentDetails(ClientCommand, frozen=True, kw_only=True):
    """What a form says of an appointment: day and time as the clock in Amsterdam shows them."""

    appointment_id: UUID
    day: date
    at: time
    minutes: int
    channel: Channel
    place: str | None = None
    purpose: str | None = None
    delivery: Delivery = Delivery.EMAIL

    @property
    def starts_at(self) -> datetime:
        """Raises Refused for a time that the clock does not show that day, or shows twice."""
        return moment_at(self.day, self.at, field="at")

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)

    def _checked(self, client: Client, context: CommandContext) -> dict[str, object]:
        checked = Checks()
        day = checked(within_reach, self.day, local_day(context.at), field="day")
        starts_at = checked(self._ahead, context)
        minutes = checked(bounded_minutes, self.minutes)
        if day and starts_at and minutes:
            checked(self._alone, client, context)
        found: dict[str, object] = {
            "appointment_id": self.appointment_id,
            "starts_at": starts_at,
            "minutes": minutes,
            "channel": self.channel,
            "place": checked(place_of, self.place, self.channel),
            "purpose": checked(optional_text, self.purpose, field="purpose", longest=LONGEST_PURPOSE),
            "delivery": self.delivery,
        }
        checked.require()
        return found

    def _ahead(self, context: CommandContext) -> datetime:
        if self.day < local_day(context.at):
            raise Refused("Choose today or a later day.", field="day")
        if self.starts_at <= context.at:
            raise Refused("This time has passed. Choose a later one.", field="at")
        return self.starts_at

    def _alone(self, client: Client, context: CommandContext) -> None:
        for appointment_id, other in client.appointments.items():
            if appointment_id == self.appointment_id or not other.is_ahead(context.at):
                continue
            if other.starts_at < self.ends_at and self.starts_at < other.ends_at:
                raise Refused(
                    "This client has another appointment at that time. Move it, or choose another time.", field="at"
                )


class MakeAppointment(AppointmentDetails, frozen=True):
    """Make an appointment with a client; an invitation to choose a time is answered with it."""

    def decide(self, client: Client | None, context: CommandContext) -> Sequence[ClientEvent]:
        client = open_file(client)
        return [*ended(client, InvitationOver.APPOINTMENT), self.appointment(client, context)]

    def appointment(self, client: Client, context: CommandContext) -> AppointmentMade:
        """The appointment, where nothing of it is wrong."""
        if self.appointment_id in client.appointments:
            raise Refused("This appointment has already been recorded.")
        return AppointmentMade(**self._checked(client, context))  # type: ignore[arg-type]  # checked as the command's fields are


class MoveAppointment(AppointmentDetails, frozen=True):
    """Move an appointment that lies ahead, or have it otherwise. `shown` is the version of it that the form showed."""

    shown: int | None = None

    def decide(self, client: Client | None, context: CommandContext) -> Sequence[ClientEvent]:
        client = open_file(client)
        mark = _ahead(client, self.appointment_id, context)
        unchanged(mark.version, self.shown, "at")
        return [AppointmentMoved(**self._checked(client, context))]  # type: ignore[arg-type]  # checked as the command's fields are


class CancelAppointment(ClientCommand, frozen=True):
    """Cancel an appointment that lies ahead. `delivery` is how the client hears of it."""

    appointment_id: UUID
    by: CancelledBy
    delivery: Delivery | None = None

    def decide(self, client: Client | None, context: CommandContext) -> Sequence[ClientEvent]:
        mark = _ahead(open_file(client), self.appointment_id, context)
        delivery = self.delivery or _delivery(mark)
        return [AppointmentCancelled(appointment_id=self.appointment_id, by=self.by, delivery=delivery)]


class RecordContactOfAppointments(ClientCommand, frozen=True):
    """Record a contact, and that it is what became of these appointments: both or neither."""

    contact: RecordContact
    appointments: Sequence[UUID]

    def decide(self, client: Client | None, context: CommandContext) -> Sequence[ClientEvent]:
        recorded = self.contact.decide(client, context)
        concluded = [self._concluded(open_file(client), each, context) for each in dict.fromkeys(self.appointments)]
        return [*recorded, *concluded]

    def _concluded(self, client: Client, appointment_id: UUID, context: CommandContext) -> AppointmentConcluded:
        mark = _of(client, appointment_id)
        if mark.cancelled:
            raise Refused("This appointment was cancelled.")
        if mark.contact_id is not None:
            raise Refused("The outcome of this appointment has already been recorded.")
        # A client may come early, but not on another day: then the appointment was another one.
        if local_day(mark.starts_at) > local_day(context.at):
            raise Refused("This appointment is still to come. Move it or cancel it.")
        return AppointmentConcluded(appointment_id=appointment_id, contact_id=self.contact.contact_id)


class RecordAppointmentNotice(ClientCommand, frozen=True):
    """Say that the client was told, or was not and why; also in a file that was closed meanwhile, since it is a fact
    all the same. What was said of an earlier state of the appointment does not matter any more."""

    appointment_id: UUID
    notice: Notice
    changes: int
    delivery: Delivery
    delivered: bool = True
    reason: str | None = None

    def decide(self, client: Client | None, context: CommandContext) -> Sequence[ClientEvent]:
        mark = _of(existing(client), self.appointment_id)
        if mark.changes != self.changes or (self.notice, self.changes) in mark.told:
            return []
        if self.delivered:
            return [
                AppointmentNoticeDelivered(
                    appointment_id=self.appointment_id,
                    notice=self.notice,
                    changes=self.changes,
                    delivery=self.delivery,
                )
            ]
        return [
            AppointmentNoticeUndelivered(
                appointment_id=self.appointment_id, notice=self.notice, changes=self.changes, reason=self.reason
            )
        ]


def reminder_at(starts_at: datetime) -> datetime:
    """When a client is reminded: two days before, in the morning, whatever the clock does in between."""
    return datetime.combine(local_day(starts_at) - DAYS_BEFORE, REMINDED_AT, AMSTERDAM).astimezone(UTC)


def cancelled_by_closing(client: Client, now: datetime, *, told: bool) -> list[ClientEvent]:
    """What becomes of appointments that lie ahead when the file is closed."""
    return [
        AppointmentCancelled(
            appointment_id=appointment_id, by=CancelledBy.CLOSING, delivery=_delivery(mark) if told else None
        )
        for appointment_id, mark in client.appointments.items()
        if mark.is_ahead(now)
    ]


def _delivery(mark: AppointmentMark) -> Delivery | None:
    return Delivery(mark.delivery) if mark.delivery else None


def _of(client: Client, appointment_id: UUID) -> AppointmentMark:
    mark = client.appointments.get(appointment_id)
    if mark is None:
        raise Refused("There is no such appointment.")
    return mark


def _ahead(client: Client, appointment_id: UUID, context: CommandContext) -> AppointmentMark:
    mark = _of(client, appointment_id)
    if mark.cancelled:
        raise Refused("This appointment was cancelled.")
    if not mark.is_ahead(context.at):
        raise Refused("This appointment has begun or passed. Record the outcome.")
    return mark
