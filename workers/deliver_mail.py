"""Deliver what waits in the outbox: proposals by e-mail, tried again later where the mail server does not take them."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit
from uuid import UUID, uuid5

import structlog

from domain.client import ProposalStep, RecordDelivery
from domain.refusal import Refused
from eventlog.handler import Moment
from projections import caseload, offers, proposals
from projections.database import Row
from records import outbox
from records.letters import PROPOSAL, letter
from werkpad.settings import Settings
from werkpad.wiring import Services

NAME = "deliver_mail"
PATIENCE = 10  # seconds for the mail server
_DELIVERY = UUID("d8f6f9c2-6f0e-5d0e-9b63-52f1d2a4c7e1")

log = structlog.get_logger()


class NothingToSendError(Exception):
    """There is nobody to send it to any more: erased, without an address, or answered meanwhile."""


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
        mail = _mail(services, message)
        send(services.settings, mail)
    except NothingToSendError:
        with services.database.write() as connection:
            outbox.sent(connection, message_id, attempts)
        return False
    except (OSError, smtplib.SMTPException) as error:
        with services.database.write() as connection:
            for_good = outbox.failed(connection, message_id, attempts, services.clock(), type(error).__name__)
        log.warning("mail_not_delivered", message=str(message_id), error=type(error).__name__, for_good=for_good)
        if for_good:
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


def _mail(services: Services, message: Row) -> EmailMessage:
    """The message as it goes out, opened only now."""
    services.engine.catch_up(["caseload", "offers", "proposals"], wait=True)
    with services.database.read() as connection:
        client = caseload.client(connection, message["client_id"])
        proposal = proposals.proposal(connection, message["client_id"], message["subject_id"])
        offer = offers.offer(connection, proposal["offer_id"]) if proposal else None
    if client is None or proposal is None or offer is None or proposal["step"] in _OVER:
        raise NothingToSendError
    opener = services.log.opener([message["client_id"]])
    address, name = opener.text(client["email"]), opener.text(client["name"])
    if not address or client["closed_on"] is not None:
        raise NothingToSendError
    subject, text = letter(message["kind"], message["language"], name or "", offer)
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = subject, services.settings.mail_from, address
    mail["Message-ID"] = f"<{message['message_id']}@{services.settings.mail_from.rpartition('@')[2]}>"
    mail.set_content(text)
    return mail


_OVER = (ProposalStep.ANSWERED, ProposalStep.CONCLUDED)


def send(settings: Settings, mail: EmailMessage) -> None:
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
        smtp.send_message(mail)
