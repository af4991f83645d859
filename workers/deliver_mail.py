"""Deliver what waits in the outbox, and try again later where the mail server does not take it."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit
from uuid import UUID, uuid5

import structlog

from domain.client import RecordDelivery
from domain.refusal import Refused
from eventlog.handler import Moment
from eventlog.poison import PoisonError
from projections.database import Row
from projections.engine import StoppedError
from records import outbox
from records.letters import PROPOSAL
from werkpad.settings import Settings
from werkpad.wiring import Services
from workers.composing import NothingToSendError, mail

NAME = "deliver_mail"
PATIENCE = 10  # seconds for the mail server
_DELIVERY = UUID("d8f6f9c2-6f0e-5d0e-9b63-52f1d2a4c7e1")

log = structlog.get_logger()


def bind(services: Callable[[], Services]) -> Callable[[], int]:
    def deliver_mail() -> int:
        """How many messages left."""
        found = services()
        if not found.settings.smtp_url:
            return 0
        with found.database.write() as connection:
            waiting = outbox.due(connection, found.clock())
            for message in waiting:
                # Another worker leaves them alone while this one is at it; should this one die, they come up again.
                outbox.failed(connection, message["message_id"], message["attempts"] + 1, found.clock(), "interrupted")
        return sum(_deliver(found, message) for message in waiting)

    return deliver_mail


def _deliver(services: Services, message: Row) -> bool:
    message_id, attempts = message["message_id"], message["attempts"] + 1
    try:
        send(services.settings, mail(services, message))
    except NothingToSendError:
        with services.database.write() as connection:
            outbox.sent(connection, message_id, attempts)
        return False
    except (PoisonError, StoppedError) as error:
        # No attempt: it was not even made yet.
        with services.database.write() as connection:
            outbox.failed(connection, message_id, attempts - 1, services.clock(), type(error).__name__)
        log.warning("mail_waits", message=str(message_id), reason=str(error))
        return False
    except (OSError, smtplib.SMTPException) as error:
        with services.database.write() as connection:
            for_good = outbox.failed(connection, message_id, attempts, services.clock(), type(error).__name__)
        log.warning("mail_not_delivered", message=str(message_id), error=type(error).__name__, for_good=for_good)
        if for_good and message["kind"] == PROPOSAL:
            _record(services, message, delivered=False)
        return False
    with services.database.write() as connection:
        outbox.sent(connection, message_id, attempts)
    if message["kind"] == PROPOSAL:
        _record(services, message, delivered=True)
    return True


def _record(services: Services, message: Row, *, delivered: bool) -> None:
    command = RecordDelivery(client_id=message["client_id"], proposal_id=message["subject_id"], delivered=delivered)
    moment = Moment(services.clock(), message["actor"])
    try:
        services.clients.handle(command, moment, uuid5(_DELIVERY, f"{message['message_id']}/{delivered}"))
    except Refused:
        log.info("delivery_not_recorded", message=str(message["message_id"]))


def send(settings: Settings, message: EmailMessage) -> None:
    """Hand a message to the mail server. Raises OSError or SMTPException when it does not take it."""
    server = urlsplit(settings.smtp_url)
    host = server.hostname or "localhost"
    if server.scheme == "smtps":
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(
            host, server.port or 465, timeout=PATIENCE, context=ssl.create_default_context()
        )
    else:
        smtp = smtplib.SMTP(host, server.port or 25, timeout=PATIENCE)
    with smtp:
        if server.scheme == "smtp+starttls":
            smtp.starttls(context=ssl.create_default_context())
        if server.username:
            smtp.login(unquote(server.username), unquote(server.password or ""))
        smtp.send_message(message)
