"""Makes up for what has to follow from a fact: mails that are owed, and what came of mail recorded with the client.

A fact and what follows from it are stored in transactions of their own, and between the two a process can die. So
what follows is never left to the moment of the fact alone: this asks the facts, again and again, and ids that follow
from the facts make sure that nothing comes twice.
"""

from __future__ import annotations

from uuid import UUID, uuid5

import structlog

from application.services import Services
from domain.client import RecordDelivery
from domain.refusal import Refused
from eventlog.commands import CommandContext
from eventlog.handler import BusyError
from eventlog.recording import StreamErasedError
from records import follow_ups, outbox
from records.letters import PROPOSAL
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
    """Record with the clients which proposals arrived by mail and which can't, where nobody did so yet; how many."""
    with services.database.read() as connection:
        found = outbox.unrecorded(connection, PROPOSAL)
    return sum(record_outcome(services, message) for message in found)


def record_outcome(services: Services, message: Message) -> bool:
    """Record what came of one proposal's mail, which has left or never will; whether there was something to record."""
    if message.client_id is None:
        raise LookupError("A message about a proposal has no client.")
    delivered = message.state == outbox.SENT
    command = RecordDelivery(client_id=message.client_id, proposal_id=message.subject_id, delivered=delivered)
    try:
        command_id = uuid5(_DELIVERY, f"{message.message_id}/{delivered}")
        done = services.clients.handle(command, CommandContext(services.clock(), message.actor), command_id).events > 0
    except BusyError:
        return False  # the next time
    except (Refused, StreamErasedError):
        # Closed, erased or answered meanwhile: then it does not matter any more.
        log.info("delivery_not_recorded", message=str(message.message_id))
        done = False
    with services.database.write() as connection:
        outbox.recorded(connection, message, services.clock())
    return done
