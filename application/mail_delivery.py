"""Mail on its way: what waits in the outbox is handed to a mail server, and what came of each message is noted."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from email.message import EmailMessage
from typing import Protocol

import structlog
from eventsourcing.persistence import PersistenceError
from msgspec.structs import replace
from sqlalchemy.exc import SQLAlchemyError

from application import owed_mail
from application.composing import mail
from application.services import Services
from application.undelivered import (
    EndedError,
    LostError,
    NotNowError,
    RefusedForGoodError,
    ServerAwayError,
    UndeliveredError,
)
from database.locks import MAILING
from records import appointment_mail, mail_server, notices, outbox
from records.outbox import Message
from werkpad.settings import Settings

# Seconds after which a run begins no other message: what is left, the next one takes.
RUN = 60

log = structlog.get_logger()


class MailServer(Protocol):
    """A conversation with a mail server; it begins with the first message that is handed over."""

    @property
    def is_connected(self) -> bool: ...

    def hand_over(self, message: EmailMessage, address: str) -> None:
        """Have a message taken for one address. Raises UndeliveredError."""


def deliver_due(services: Services, server_of: Callable[[Settings], AbstractContextManager[MailServer]]) -> int:
    """Hand what waits in the outbox to the mail server, the message first that has waited longest; how many left.

    One process does it at a time: another one that comes meanwhile leaves it. Without a mail server nothing leaves.
    """
    # However slow the server is, it holds one process.
    with services.database.advisory_lock(MAILING, wait=False) as alone:
        if not alone:
            return 0
        if services.settings.smtp_url:
            return _run(services, server_of)
        _give_up_without_a_server(services)
        return 0


def _give_up_without_a_server(services: Services) -> None:
    """What was put while there was a mail server waits for days, then it is given up; of whom it was is told."""
    with services.database.read() as connection:
        waiting = outbox.counts(connection)[outbox.WAITING]
        unrecorded = any(outbox.unrecorded(connection, kind, limit=1) for kind in owed_mail.RECORDED)
        if not waiting and not unrecorded and not appointment_mail.untold(connection, services.clock()):
            return
    with services.database.write() as connection:
        outbox.give_up_the_old(connection, services.clock(), "no_mail_server")
    _follow_up(services)


def _run(services: Services, server_of: Callable[[Settings], AbstractContextManager[MailServer]]) -> int:
    _follow_up(services)
    left, end = 0, time.monotonic() + RUN
    with services.database.read() as connection:
        away = mail_server.away(connection)
        if away is not None and away.try_at > services.clock():
            return 0
        waiting = outbox.due(connection, services.clock())
    try:
        with server_of(services.settings) as server:
            for message in waiting:
                if time.monotonic() > end:
                    break
                left += _deliver(services, server, message)
            if away is not None and server.is_connected:
                with services.database.write() as connection:
                    mail_server.is_back(connection)
    except ServerAwayError as error:
        with services.database.write() as connection:
            mail_server.went_away(connection, services.clock(), error.reason)
            outbox.give_up_the_old(connection, services.clock(), error.reason)
        log.warning("mail_server_away", reason=error.reason, error=type(error.__cause__).__name__)
    return left


def _follow_up(services: Services) -> None:
    try:
        owed_mail.record_outcomes(services)
        owed_mail.put_owed_mail(services)
        owed_mail.record_never_sent(services)
    except (PersistenceError, SQLAlchemyError):
        raise
    except Exception as error:
        # What waits already must not wait for that.
        log.error("mail_not_followed_up", error=type(error).__name__)


def _deliver(services: Services, server: MailServer, message: Message) -> bool:
    """Whether the message left. Raises ServerAwayError when no other one would."""
    with services.database.write() as connection:
        # Should this process die, the message comes up again when the claim is over.
        if not outbox.claim(connection, message.message_id, services.clock()):
            return False
    try:
        _send(services, server, message)
    except LostError as error:
        # Perhaps this message is to blame: the next run begins with another one.
        _postpone(services, message, error.reason)
        raise
    except ServerAwayError:
        with services.database.write() as connection:
            outbox.let_go(connection, message)
        raise
    except EndedError as ended:
        _end(services, message, ended.state, ended.reason)
        return False
    except UndeliveredError as later:
        _postpone(services, message, later.reason, asked=isinstance(later, NotNowError))
        return False
    _end(services, message, outbox.SENT)
    return True


def _send(services: Services, server: MailServer, message: Message) -> None:
    """Raises UndeliveredError; and what the database raises, which no message is to blame for."""
    try:
        server.hand_over(*mail(services, message))
    except (UndeliveredError, PersistenceError, SQLAlchemyError):
        raise
    except Exception as error:
        log.error("mail_not_composed", message=_named(message), error=type(error).__name__)
        raise RefusedForGoodError("not_composed") from None


def _end(services: Services, message: Message, state: str, reason: str = "") -> None:
    """The message is on its way no more: it left, or never will."""
    settled = message.kind == notices.DIGEST
    with services.database.write() as connection:
        if state == outbox.SENT:
            mail_server.is_back(connection)
        if settled:
            outbox.settled(connection, message)
        elif state == outbox.SENT:
            outbox.sent(connection, message)
        elif state == outbox.DROPPED:
            outbox.dropped(connection, message, reason)
        else:
            outbox.failed(connection, message, reason)
    if state == outbox.FAILED:
        log.warning("mail_given_up", message=_named(message), kind=message.kind, reason=reason)
    _record(services, message, state, reason)


def _postpone(services: Services, message: Message, reason: str, *, asked: bool = True) -> None:
    told = message.kind != notices.DIGEST
    with services.database.write() as connection:
        given_up = outbox.postponed(
            connection, message, services.clock(), reason if told else None, asked=asked and told
        )
    log.info("mail_postponed", message=_named(message), reason=reason, given_up=given_up)
    if given_up:
        _record(services, message, outbox.FAILED, reason)


def _named(message: Message) -> str:
    """How the log calls a message; not a digest, which would say who had something to read."""
    return message.kind if message.kind == notices.DIGEST else str(message.message_id)


def _record(services: Services, message: Message, state: str, reason: str) -> None:
    """Record with the client what came of it. What goes wrong here, the next run makes up for."""
    if message.kind not in owed_mail.RECORDED:
        return
    try:
        owed_mail.record_outcome(services, replace(message, state=state, error=reason or None))
    except (PersistenceError, SQLAlchemyError):
        raise
    except Exception as error:
        log.error("delivery_not_recorded", message=str(message.message_id), error=type(error).__name__)
