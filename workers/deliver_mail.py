"""Deliver what waits in the outbox, one message at a time and one process at a time, as long as the server takes it."""

from __future__ import annotations

from collections.abc import Callable

from application import mail_delivery
from application.services import Services
from workers.smtp import MailServer

NAME = "deliver_mail"


def bind(services: Callable[[], Services]) -> Callable[[], int]:
    def deliver_mail() -> int:
        """How many messages left."""
        return mail_delivery.deliver_due(services(), MailServer)

    return deliver_mail
