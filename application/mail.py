"""The mail as a whole: how much waits, left, was dropped or failed and why; and trying again what failed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from application.services import Services
from records import mail_server, outbox
from records.mail_server import LOG_IN_REFUSED as LOG_IN_REFUSED
from records.mail_server import SENDER_REFUSED as SENDER_REFUSED
from records.mail_server import UNANSWERED as UNANSWERED
from records.mail_server import UNREACHABLE as UNREACHABLE
from records.mail_server import Away as Away


@dataclass(frozen=True, slots=True)
class MailCounts:
    """How many messages are in each state, and with which state, kind and reason; and whether the server is away."""

    counts: Mapping[str, int]
    reasons: Sequence[tuple[str, str, str, int]]
    away: Away | None


def count_mail(services: Services) -> MailCounts:
    """How the mail stands; of nobody's address."""
    with services.database.read() as connection:
        return MailCounts(outbox.counts(connection), outbox.by_reason(connection), mail_server.away(connection))


def send_again(services: Services, message_id: UUID | None = None) -> int:
    """Try mail again that failed, one message or all, and ask the mail server now; how many messages. Asked twice,
    nothing more changes."""
    with services.database.write() as connection:
        again = outbox.send_again(connection, services.clock(), None if message_id is None else [message_id])
        mail_server.is_back(connection)
    return again
