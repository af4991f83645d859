"""Calls that a contact answered, counted plainly over events: see `tests/plain.py`."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from domain import client as c
from domain.client.tasks import CallAnswered
from eventlog.events import Event

FOR_GOOD = UUID(int=0)


def answered_calls(events: Iterable[Event]) -> set[UUID]:
    """But for those whose contact was struck out while the file was still open."""
    found: dict[UUID, UUID] = {}
    for event in events:
        if isinstance(event, CallAnswered):
            found[event.task_id] = event.answered_by
        elif isinstance(event, c.ContactStruckOut):
            found = {task: contact for task, contact in found.items() if contact != event.contact_id}
        elif isinstance(event, c.ClientClosed):
            found = dict.fromkeys(found, FOR_GOOD)
    return set(found)
