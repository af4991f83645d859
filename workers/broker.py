"""Whether the broker can be used, asked once when a process begins; one that goes away later is waited for."""

from __future__ import annotations

from urllib.parse import urlsplit

from werkpad.settings import Settings

PATIENCE = 3.0  # seconds


class BrokerError(Exception):
    """The broker can't be used; says why, and what to do."""


def check_broker(settings: Settings) -> None:
    """Raises BrokerError."""
    # Takes as long to import as all the rest of a command.
    from redis import Redis
    from redis.exceptions import AuthenticationError, RedisError

    parts = urlsplit(settings.broker_url)
    where = f"{parts.hostname}:{parts.port or 6379}"
    try:
        with Redis.from_url(
            settings.broker_url, socket_connect_timeout=PATIENCE, socket_timeout=PATIENCE, retry=None
        ) as broker:
            broker.ping()
    except AuthenticationError:
        raise BrokerError(f"The broker at {where} does not take the password in WERKPAD_BROKER_URL.") from None
    except (RedisError, OSError, ValueError) as error:
        raise BrokerError(
            f"The broker at {where} can't be used ({_why(error)}). Is it running, and is WERKPAD_BROKER_URL right?"
        ) from None


def _why(error: Exception) -> str:
    said = str(error)
    for part, why in {
        "refused": "connection refused",
        "Name or service": "there is no such host",
        "name resolution": "there is no such host",
        "imed out": "no answer",
        "imeout": "no answer",
        "invalid DB index": "it has no database of that number",
        "out of range": "it has no database of that number",
    }.items():
        if part in said:
            return why
    return type(error).__name__
