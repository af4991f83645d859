"""Makes the mails about appointments, at the moment that they leave: when, how, where, and a file for the calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from application.contact_details import language_of
from application.services import Services
from application.undelivered import NothingToSendError, NotYetError
from eventlog.poison import PoisonError
from projections import appointments, caseload
from projections.appointments import Appointment
from projections.appointments_table import CONCLUDED, OVER
from projections.caseload import CaseloadRow
from projections.engine.engine import StoppedError
from records import outbox
from records.appointment_letters import OFF, Told, appointment_letter
from records.appointment_mail import is_about
from records.calendar_file import NAME, calendar_file
from records.outbox import Message

# What a message is about may be recorded after it was put: so long it waits for that.
COMES_ABOUT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """What goes along with a mail. `method` tells a calendar what to do with it."""

    name: str
    content: bytes
    method: str


def up_to_date(services: Services, *names: str) -> None:
    """Bring these read models up to the log. Raises NotYetError: what one would send may be sent no more."""
    try:
        services.engine.require(*names)
    except (PoisonError, StoppedError):
        raise NotYetError("read_model_stopped") from None


def appointment_mail(services: Services, message: Message) -> tuple[str, str, str, CalendarFile]:
    """The address, the subject, the text and the file. Raises NothingToSendError and NotYetError as `mail`."""
    row, appointment = _about(services, message)
    opener = services.log.opener([row.client_id])
    address, name = opener.text(row.email), opener.text(row.name)
    if not address:
        raise NothingToSendError("no_address")
    language, told, off = language_of(row, opener), told_of(services, appointment), message.kind == OFF
    subject, text = appointment_letter(message.kind, language, name or "", told, by_mail=True)
    content = calendar_file(
        appointment.appointment_id,
        told,
        language=language,
        sender=services.settings.mail_from,
        now=services.clock(),
        cancelled=off,
    )
    return address, subject, text, CalendarFile(NAME, content, "CANCEL" if off else "PUBLISH")


def told_of(services: Services, appointment: Appointment) -> Told:
    """What a client is told of an appointment; the place is opened, and the purpose is not."""
    event = services.log.versions(appointment.client_id, [appointment.words]).get(appointment.words)
    opener = services.log.opener([appointment.client_id])
    place = opener.value(event, "place") if event is not None else None
    a = appointment
    return Told(a.starts_at, a.minutes, a.channel, place, a.changes)


def _about(services: Services, message: Message) -> tuple[CaseloadRow, Appointment]:
    """The client, and the appointment where it still is what the message is about."""
    up_to_date(services, "caseload", "appointments")
    if message.client_id is None:
        raise NothingToSendError("erased")
    with services.database.read() as connection:
        row = caseload.client(connection, message.client_id)
        appointment = appointments.one(connection, message.client_id, message.subject_id)
    if row is None or row.client.closing_reason == "erased":
        raise NothingToSendError("erased")
    if appointment is None:
        if services.clock() - message.put_at < COMES_ABOUT:
            raise NotYetError(outbox.NOT_RECORDED)
        raise NothingToSendError(outbox.NOT_RECORDED)
    if not is_about(appointment, message.kind, message.message_id):
        raise NothingToSendError("overtaken")
    if appointment.starts_at <= services.clock() or appointment.state in (CONCLUDED, OVER):
        raise NothingToSendError("passed")
    # That one is cancelled is told whoever's file was closed.
    if row.client.closed_on is not None and message.kind != OFF:
        raise NothingToSendError("closed")
    return row, appointment
