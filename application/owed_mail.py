"""Makes up for what has to follow from a fact: mails that are owed, and what came of mail recorded with the client.

A fact and what follows from it are stored in transactions of their own, and between the two a process can die. So
what follows is never left to the moment of the fact alone: this asks the facts, again and again, and ids that follow
from the facts make sure that nothing comes twice.
"""

from __future__ import annotations

from uuid import UUID, uuid5

import msgspec
import structlog

from application.services import Services
from domain.client import (
    ClientCommand,
    Delivery,
    Notice,
    RecordAppointmentNotice,
    RecordDelivery,
    RecordUndeliveredReminder,
)
from domain.client.mails import RecordMailDelivery
from domain.refusal import Refused
from eventlog.commands import CommandContext
from eventlog.handler import BusyError
from eventlog.recording import StreamErasedError
from projections import appointments
from projections.appointments import Appointment
from records import appointment_letters, appointment_mail, follow_ups, new_work, outbox
from records.coach_mails import WRITTEN
from records.letters import PROPOSAL, REMINDER
from records.outbox import Message

# What colleagues and clients are told of is counted in these.
TOLD_FROM = (
    "caseload",
    "proposals",
    "appointments",
    "invitations",
    "questionnaires",
    "applications",
    "exemptions",
    "take_overs",
)
# The kinds of mail of which the client's file says what came.
RECORDED = (PROPOSAL, REMINDER, WRITTEN, *appointment_letters.KINDS)

_DELIVERY = UUID("d8f6f9c2-6f0e-5d0e-9b63-52f1d2a4c7e1")

log = structlog.get_logger()


def put_owed_mail(services: Services) -> int:
    """Put the mails into the outbox that are owed and not there yet; how many."""
    if not services.settings.smtp_url:
        return 0
    services.engine.catch_up(TOLD_FROM)
    with services.database.read() as connection:
        owed = follow_ups.to_colleagues(connection, services.today) + new_work.owed(connection, services.clock())
        # The people of the demonstration were proposed things long ago, and are nobody.
        if not services.settings.demo:
            owed += follow_ups.to_clients(connection, services.today)
            owed += appointment_mail.owed(connection, services.clock())
    if not owed:
        return 0
    with services.database.write() as connection:
        return follow_ups.put(connection, owed, services.clock())


def record_outcomes(services: Services) -> int:
    """Record with the clients what of proposals and appointments arrived by mail and what did not and why, where nobody
    did so yet; how many."""
    with services.database.read() as connection:
        found = [m for kind in RECORDED for m in outbox.unrecorded(connection, kind)]
    return sum(record_outcome(services, message) for message in found)


def record_outcome(services: Services, message: Message) -> bool:
    """Record what came of one mail to a client, which has left or never will; whether there was something to record."""
    command = _outcome(services, message)
    done = _record(services, command, _id_of(message), message.actor) if command else False
    if done is None:
        return False
    with services.database.write() as connection:
        outbox.recorded(connection, message, services.clock())
    return done


def record_never_sent(services: Services) -> int:
    """Record with the clients of which mails about proposals and appointments nothing came, whatever went wrong; how
    many.

    So none is taken for sent of which nobody knows that it left: one whose file was closed before its message was put,
    or whose outcome could not be recorded then.
    """
    if services.settings.demo:
        return 0
    services.engine.catch_up(["caseload", "proposals", "appointments"])
    with services.database.read() as connection:
        found = follow_ups.never_sent(connection, services.today)
        untold = appointment_mail.untold(connection, services.clock())
    recorded = 0
    for lost in found:
        p = lost.proposal
        command = RecordDelivery(
            client_id=p.client_id, proposal_id=p.proposal_id, delivered=lost.reason is None, reason=lost.reason
        )
        command_id = uuid5(_DELIVERY, f"{p.proposal_id}/{lost.reason}/{p.step_on}")
        recorded += _record(services, command, command_id, p.proposed_by) or 0
    for each in untold:
        a = each.appointment
        command_id = uuid5(_DELIVERY, f"{a.appointment_id}/{each.notice}/{a.changes}/{each.reason}")
        recorded += _record(services, _told(a, each.notice, each.reason), command_id, a.changed_by) or 0
    return recorded


def _outcome(services: Services, message: Message) -> ClientCommand | None:
    """What is to be recorded of a mail that is no longer on its way; None for a reminder of a proposal that left."""
    if message.client_id is None:
        raise LookupError("A message to a client has no client.")
    if message.kind in appointment_letters.KINDS:
        return _outcome_of_appointment(services, message, message.client_id)
    client_id, proposal_id, delivered = message.client_id, message.subject_id, message.state == outbox.SENT
    if message.kind == WRITTEN:
        reason = None if delivered else message.error
        return RecordMailDelivery(client_id=client_id, mail_id=message.subject_id, delivered=delivered, reason=reason)
    if message.kind == PROPOSAL:
        reason = None if delivered else message.error
        return RecordDelivery(client_id=client_id, proposal_id=proposal_id, delivered=delivered, reason=reason)
    if delivered or message.error == outbox.NOT_RECORDED:
        return None
    return RecordUndeliveredReminder(client_id=client_id, proposal_id=proposal_id, reason=message.error)


def _outcome_of_appointment(services: Services, message: Message, client_id: UUID) -> ClientCommand | None:
    """The same, of a mail about an appointment; None where it was changed since, which has a message of its own."""
    services.engine.catch_up(["appointments"])
    with services.database.read() as connection:
        appointment = appointments.one(connection, client_id, message.subject_id)
    if appointment is None or not appointment_mail.is_about(appointment, message.kind, message.message_id):
        return None
    delivered = message.state == outbox.SENT
    notice = Notice.REMINDER if message.kind == appointment_letters.SOON else Notice.CHANGE
    return _told(appointment, notice, None if delivered else message.error or follow_ups.NOT_SENT)


def _told(appointment: Appointment, notice: Notice, reason: str | None) -> RecordAppointmentNotice:
    return RecordAppointmentNotice(
        client_id=appointment.client_id,
        appointment_id=appointment.appointment_id,
        notice=notice,
        changes=appointment.changes,
        delivery=Delivery.EMAIL,
        delivered=reason is None,
        reason=reason,
    )


def _id_of(message: Message) -> UUID:
    """One for each outcome of each time that a message was sent: one sent again may fail again, for another reason."""
    if message.state == outbox.SENT:
        return uuid5(_DELIVERY, f"{message.message_id}/True")
    return uuid5(_DELIVERY, f"{message.message_id}/{message.tried_since or message.put_at}/{message.error}")


def _record(services: Services, command: ClientCommand, command_id: UUID, actor: UUID | None) -> bool | None:
    """Whether something was recorded; None where somebody else was at this client, so that the next run records it."""
    # What left for a file that ended in another one since, is recorded where the proposal went.
    command = msgspec.structs.replace(command, client_id=services.file_that_goes_on(command.client_id))
    try:
        return services.clients.handle(command, CommandContext(services.clock(), actor), command_id).events > 0
    except BusyError:
        return None
    except (Refused, StreamErasedError):
        # Erased or answered meanwhile: then it does not matter any more.
        log.info("delivery_not_recorded", command=type(command).__name__)
        return False
