"""What a team manager promised a coach in their conversations: with the words, by when, and whether it is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from application.services import Services
from projections import conversations


@dataclass(frozen=True, slots=True)
class Promise:
    """A promise of the manager: `marked_by` said last whether it is done."""

    conversation_id: UUID
    promise_id: UUID
    text: str
    due_on: date
    done: bool
    marked_on: date | None
    marked_by: UUID | None


def promises_of(services: Services, conversation_ids: Sequence[UUID]) -> list[Promise]:
    """The promises of these conversations, opened out of the log: what is due first on top."""
    with services.database.read() as connection:
        rows = conversations.promises_of(connection, conversation_ids)
    opener = services.log.opener({row.conversation_id for row in rows})
    found = []
    for conversation_id in dict.fromkeys(row.conversation_id for row in rows):
        own = [row for row in rows if row.conversation_id == conversation_id]
        events = services.log.versions(conversation_id, [row.words for row in own])
        found += [
            Promise(
                row.conversation_id,
                row.promise_id,
                opener.value(events[row.words], "text") or "",
                row.due_on,
                row.done,
                row.marked_on,
                row.marked_by,
            )
            for row in own
        ]
    return sorted(found, key=lambda each: (each.due_on, each.promise_id))
