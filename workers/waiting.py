"""How many messages wait at the broker: who would add one to many that nobody takes leaves it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from celery import Celery

# A tick carries nothing, so this many waiting say all that one more would. Without workers they would pile up by the
# thousand, and whoever starts then would work them off first.
MANY = 20

# Seconds that the broker has for one question or message: whoever asks does nothing else meanwhile.
PATIENCE = {
    "socket_connect_timeout": 1.0,
    "socket_timeout": 1.0,
    "connect_retries_timeout": 1.0,
    "max_retries": 1,
    "interval_start": 0,
}


def is_told_already(app: Celery, connection: Any, task: str) -> bool:
    """Whether so many messages wait in the queue of a task that one more that carries nothing tells nobody more.

    Asked instead of letting messages expire: those are judged by the clock of whoever takes them.

    Raises what the transport raises when the broker is away.
    """
    queue = app.amqp.router.route({}, task)["queue"].name
    return waiting(connection, queue) >= MANY


def waiting(connection: Any, queue: str) -> int:
    """Messages in a queue that no worker has taken yet; 0 for one that was never used."""
    return int(connection.default_channel._size(queue))


def asker(app: Celery, queues: Iterable[str]) -> Callable[[], dict[str, int]]:
    """A function that tells how many messages wait in each queue, by a connection of its own.

    It raises what the transport raises when the broker is away.
    """

    def ask() -> dict[str, int]:
        options = app.conf.broker_transport_options | PATIENCE
        with app.connection_for_write(transport_options=options) as connection:
            return {name: waiting(connection, name) for name in queues}

    return ask
