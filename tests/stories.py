"""Short words for tests that tell what happened to a client."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from application.services import Services
from database.rows import Row
from domain.client import AssignClient, Channel, ClientCommand, Outcome, RecordContact, TakeIntake
from eventlog.commands import Answer, CommandContext
from projections.engine.readmodel import metadata

CLIENT = UUID("11111111-1111-4111-8111-111111111111")
TEAM = UUID("22222222-2222-4222-8222-222222222222")
COACH = UUID("33333333-3333-4333-8333-333333333333")
INTAKE_ON = date(2026, 1, 5)


def do(services: Services, command: ClientCommand, command_id: UUID | None = None) -> Answer:
    """Carry out a command now, as the coach."""
    return services.clients.handle(command, CommandContext(services.clock(), COACH), command_id or uuid4())


def begin(services: Services, client_id: UUID = CLIENT, **person: Any) -> UUID:
    """An intake and an assignment, on 5 January 2026."""
    facts: dict[str, Any] = {"held_on": INTAKE_ON, "team": TEAM, "specialised": False} | person
    do(services, TakeIntake(client_id=client_id, **facts))
    do(
        services,
        AssignClient(
            client_id=client_id, team=TEAM, coach=COACH, assigned_on=INTAKE_ON, specialised=facts["specialised"]
        ),
    )
    return client_id


def contact(held_on: date | None = None, client_id: UUID = CLIENT, **facts: Any) -> RecordContact:
    """A contact by telephone on which they spoke, unless told otherwise."""
    given = {"channel": Channel.PHONE, "outcome": Outcome.SPOKEN, "contact_id": uuid4()} | facts
    return RecordContact(client_id=client_id, held_on=held_on or INTAKE_ON + timedelta(days=30), **given)


def stored_rows(services: Services) -> list[Any]:
    return services.log._recorder.page(0, 10_000)


def tables(services: Services) -> dict[str, list[Row]]:
    """All rows of all read models, in a fixed order."""
    found = {}
    with services.database.read() as connection:
        for table in metadata.sorted_tables:
            rows = connection.execute(table.select().order_by(*table.primary_key.columns)).mappings()
            found[table.name] = [dict(row) for row in rows]
    return found
