"""The timeline: an entry for each event of a client, on the day that it was about."""

from __future__ import annotations

from uuid import UUID

import pytest

from application.services import Services
from domain.client import PlanTask, RegisterField
from projections import timeline
from tests.conftest import NOW
from tests.stories import CLIENT, INTAKE_ON, begin, contact, do

OTHER = UUID(int=46)


@pytest.fixture
def services(sqlite_services: Services) -> Services:
    services = sqlite_services
    begin(services)
    begin(services, OTHER)
    do(services, contact(INTAKE_ON))
    do(services, RegisterField(client_id=CLIENT, field="driving_licence", value=["B"], known_on=INTAKE_ON))
    do(services, PlanTask(client_id=CLIENT, task_id=UUID(int=1), what="Ask for the CV", due_on=NOW.date()))
    services.engine.catch_up()
    return services


def entries(services: Services, **of: object) -> list[timeline.TimelineEntry]:
    with services.database.read() as connection:
        return timeline.of_client(connection, CLIENT, **of)  # type: ignore[arg-type]  # the test gives what fits


def test_an_entry_says_what_happened_on_which_day_and_to_which_field(services: Services) -> None:
    assert [(e.version, e.kind, e.happened_on, e.field) for e in entries(services)] == [
        (5, "TaskPlanned", NOW.date(), None),
        (4, "FieldRegistered", INTAKE_ON, "driving_licence"),
        (3, "ContactRecorded", INTAKE_ON, None),
        (2, "ClientAssigned", INTAKE_ON, None),
        (1, "IntakeTaken", INTAKE_ON, None),
    ]
    assert {e.client_id for e in entries(services)} == {CLIENT}


def test_it_is_paged_and_narrowed(services: Services) -> None:
    def versions(**of: object) -> list[int]:
        return [entry.version for entry in entries(services, **of)]

    assert versions(limit=2) == [5, 4]
    assert versions(before=4) == [3, 2, 1]
    assert versions(before=4, limit=1) == [3]
    assert versions(kinds=["ContactRecorded", "IntakeTaken"]) == [3, 1]
    assert versions(kinds=["ContactRecorded", "IntakeTaken"], before=3) == [1]
    assert versions(kinds=[]) == []
