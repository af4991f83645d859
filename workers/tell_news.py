"""Put mails about news of signals into the outbox, for those who want to hear of it at once."""

from __future__ import annotations

from collections.abc import Callable

from application import news_mail
from application.services import Services

NAME = "tell_news"


def bind(services: Callable[[], Services]) -> Callable[[], int]:
    def tell_news() -> int:
        """How many mails were put into the outbox."""
        return news_mail.put_news(services())

    return tell_news
