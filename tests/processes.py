"""Real processes to test with: workers, beat and what else `werkpad` runs; and clients for them to work on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import IO
from uuid import UUID, uuid4

from celery import Celery

from application.services import Services
from domain.client import AssignClient, Channel, RecordContact, TakeIntake
from eventlog.commands import CommandContext, Step
from workers.app import make_app

PATIENCE = 120.0


def until(condition: Callable[[], bool], what: str, patience: float = PATIENCE) -> None:
    """Wait for a condition, by looking again."""
    end = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.02)


@contextmanager
def process(
    command: str, env: dict[str, str], output: int | IO[bytes] = subprocess.DEVNULL
) -> Iterator[subprocess.Popen[bytes]]:
    """A command of Werkpad in a process of its own; all that it says goes to `output`."""
    started = subprocess.Popen(
        [sys.executable, "-m", "werkpad", *command.split()],
        env=os.environ | env,
        start_new_session=True,
        stdout=output,
        stderr=output,
    )
    try:
        yield started
    finally:
        if started.poll() is None:
            os.killpg(started.pid, signal.SIGKILL)
        started.wait()


def sender(services: Services) -> Celery:
    return make_app(services.settings, lambda: services)


def lives(services: Services, clients: int, contacts: int) -> None:
    """Clients with contacts, each client in one transaction."""
    now = services.clock()
    decisions = []
    for _ in range(clients):
        client_id, team, coach = uuid4(), UUID(int=1), UUID(int=2)
        context = CommandContext(now - timedelta(days=1), coach)
        day = services.today - timedelta(days=30)
        steps = [
            Step(TakeIntake(client_id=client_id, held_on=day, team=team, name="Invented Person"), context, uuid4()),
            Step(AssignClient(client_id=client_id, team=team, coach=coach, assigned_on=day), context, uuid4()),
        ]
        for nth in range(contacts):
            held_on = day + timedelta(days=nth % 20)
            contact = RecordContact(client_id=client_id, contact_id=uuid4(), held_on=held_on, channel=Channel.PHONE)
            steps.append(Step(contact, context, uuid4()))
        decisions.append(services.clients.decide(steps))  # type: ignore[arg-type]  # the test gives what fits
    services.clients.record(decisions)


def caught_up(services: Services) -> bool:
    return all(f.behind == 0 for f in services.engine.freshness().values())
