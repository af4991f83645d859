"""A file that is closed and reopened: what was to be done is over, and what is asked counts anew."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from application.services import Services
from domain.client import AgreeContactFrequency, ClosingReason, PlanTask, ReopenClient, TaskKind
from domain.client.lifecycle import CloseClient
from projections import agenda, caseload, data_gaps
from projections.caseload import Scope
from projections.engine.verify import verify
from tests.conftest import Clock
from tests.stories import CLIENT, COACH, INTAKE_ON, begin, contact, do


def test_after_eight_months_nothing_is_overdue_at_once(services: Services, clock: Clock) -> None:
    begin(services)
    do(services, AgreeContactFrequency(client_id=CLIENT, weeks=4, agreed_on=INTAKE_ON))
    do(services, contact(agreed_next="She sends the letter.", agreed_on=INTAKE_ON + timedelta(days=44)))
    do(
        services,
        PlanTask(
            client_id=CLIENT,
            task_id=UUID(int=9),
            kind=TaskKind.CALL_BACK,
            what="about the letter",
            due_on=clock.now.date(),
        ),
    )
    closed_on = clock.now.date()
    do(services, CloseClient(client_id=CLIENT, reason=ClosingReason.JOB, closed_on=closed_on))
    clock.now = datetime(2027, 7, 18, 10, 0, tzinfo=UTC)
    reopened_on = date(2027, 7, 16)
    do(services, ReopenClient(client_id=CLIENT, reopened_on=reopened_on, reason="The contract ended."))
    services.engine.catch_up()
    today = services.today
    with services.database.read() as connection:
        row = caseload.client(connection, CLIENT)
        assert agenda.open_items(connection, Scope(coach_id=COACH)) == [], "closing settled them"
        assert data_gaps.listed(connection, today) == []
        soon = data_gaps.listed(connection, reopened_on + timedelta(days=29))
    assert row is not None
    assert row.client.contact_due_on == reopened_on + timedelta(weeks=4)
    assert row.client.not_seen_on == date(2027, 10, 16)
    assert {gap.field for gap in soon} >= {"driving_licence", "education_level", "language_level"}
    do(services, contact(today, agreed_next="A course.", agreed_on=today))
    services.engine.catch_up()
    with services.database.read() as connection:
        assert [item.due_on for item in agenda.open_items(connection, Scope(coach_id=COACH))] == [today]
    assert list(verify(services.engine)) == []
