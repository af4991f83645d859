"""Put the mails of the day into the outbox: news of signals once a day, and clocks for those who triage."""

from __future__ import annotations

from collections.abc import Callable

from application import news_mail
from application.services import Services

NAME = "send_digests"


def bind(services: Callable[[], Services]) -> Callable[[], int]:
    def send_digests() -> int:
        """How many mails were put into the outbox; each account gets each kind once a day, however often this runs."""
        return news_mail.put_digests(services())

    return send_digests
