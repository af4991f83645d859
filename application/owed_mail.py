"""Makes up for what has to follow from a fact: mails that are owed, and what came of mail recorded with the client.

A fact and what follows from it are stored in transactions of their own, and between the two a process can die. So
what follows is never left to the moment of the fact alone: this asks the facts, again and again, and ids that follow
from the facts make sure that nothing comes twice.
"""

from __future__ import annotations

from uuid import UUID, uuid5

import structlog

from application.services import Services
from domain.client import RecordDelivery, RecordUndeliveredReminder
from domain.client.proposals import ProposalCommand
from domain.refusal import Refused
from eventlog.commands import CommandContext
from eventlog.handler import BusyError
from eventlog.recording import StreamErasedError
from records import follow_ups, outbox
from records.letters import PROPOSAL, REMINDER
from records.outbox import Message

_DELIVERY = UUID("d8f6f9c2-6f0e-5d0e-9b63-52f1d2a4c7e1")

log = structlog.get_logger()


def put_owed_mail(services: Services) -> int:
    """Put the mails into the outbox that are owed and not there yet; how many."""
    if not services.settings.smtp_url:
        return 0
    services.engine.catch_up(["caseload", "proposals"])
    with services.database.read() as connection:
        owed = follow_ups.to_colleagues(connection, services.today)
        # The people of the demonstration were proposed things long ago, and are nobody.
        if not services.settings.demo:
            owed += follow_ups.to_clients(connection, services.today)
    if not owed:
        return 0
    with services.database.write() as connection:
        return follow_ups.put(connection, owed, services.clock())


def record_outcomes(services: Services) -> int:
    """Record with the clients which proposals and reminders arrived by mail and which did not and why, where nobody did
    so yet; how many."""
    with services.database.read() as connection:
        found = [m for kind in (PROPOSAL, REMINDER) for m in outbox.unrecorded(connection, kind)]
    return sum(record_outcome(services, message) for message in found)


def record_outcome(services: Services, message: Message) -> bool:
    """Record what came of one mail to a client, which has left or never will; whether there was something to record."""
    command = _outcome(message)
    done = _record(services, command, _id_of(message), message.actor) if command else False
    if done is None:
        return False
    with services.database.write() as connection:
        outbox.recorded(connection, message, services.clock())
    return done


def record_never_sent(services: Services) -> int:
    """Record with the clients which proposals by e-mail nothing came of for days, whatever went wrong; how many.

    So none is taken for sent of which nobody knows that it left: one whose file was closed before its message was put,
    or whose outcome could not be recorded then.
    """
    if services.settings.demo:
        return 0
    services.engine.catch_up(["caseload", "proposals"])
    with services.database.read() as connection:
        found = follow_ups.never_sent(connection, services.today)
    recorded = 0
    for lost in found:
        p = lost.proposal
        command = RecordDelivery(
            client_id=p.client_id, proposal_id=p.proposal_id, delivered=lost.reason is None, reason=lost.reason
        )
        command_id = uuid5(_DELIVERY, f"{p.proposal_id}/{lost.reason}/{p.step_on}")
        recorded += _record(services, command, command_id, p.proposed_by) or 0
    return recorded


def _outcome(message: Message) -> ProposalCommand | None:
    """What is to be recorded of a mail that is no longer on its way; None for a reminder that left."""
    if message.client_id is None:
        raise LookupError("A message about a proposal has no client.")
    client_id, proposal_id, delivered = message.client_id, message.subject_id, message.state == outbox.SENT
    if message.kind == PROPOSAL:
        reason = None if delivered else message.error
        return RecordDelivery(client_id=client_id, proposal_id=proposal_id, delivered=delivered, reason=reason)
    if delivered or message.error == outbox.NOT_RECORDED:
        return None
    return RecordUndeliveredReminder(client_id=client_id, proposal_id=proposal_id, reason=message.error)


def _id_of(message: Message) -> UUID:
    """One for each outcome of each time that a message was sent: one sent again may fail again, for another reason."""
    if message.state == outbox.SENT:
        return uuid5(_DELIVERY, f"{message.message_id}/True")
    return uuid5(_DELIVERY, f"{message.message_id}/{message.tried_since or message.put_at}/{message.error}")


def _record(services: Services, command: ProposalCommand, command_id: UUID, actor: UUID | None) -> bool | None:
    """Whether something was recorded; None where somebody else was at this client, so that the next run records it."""
    try:
        return services.clients.handle(command, CommandContext(services.clock(), actor), command_id).events > 0
    except BusyError:
        return None
    except (Refused, StreamErasedError):
        # Erased or answered meanwhile: then it does not matter any more.
        log.info("delivery_not_recorded", proposal=str(command.proposal_id))
        return False
