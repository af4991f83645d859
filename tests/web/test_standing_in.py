"""What somebody who stands in does from the pages: the weekly list answered in place, drafts, and what is due."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from application import leave
from domain.calendar import Week
from domain.client import DeclareNotRelevant, RegisterField
from eventlog.commands import CommandContext
from records import weekly_lists
from tests.conftest import Clock
from tests.web.at_work import appointment_of
from tests.web.conftest import Town
from tests.web.test_weekly_list import do, line_of, opened

SAID = {"known_on": "2026-11-23", "source": "conversation"}
VALUES = {
    "driving_licence": ["B"],
    "education_level": "primary",
    "language_level": "a2",
    "plan_of_action": "Dutch first.",
}


def away(town: Town, days: int, who: str = "coach", stand_in: str = "colleague") -> None:
    ids = (town.accounts[name].account_id for name in (who, stand_in))
    until = town.services.today + timedelta(days=days)
    leave.arrange_leave(town.services, town.accounts["manager"].viewer, *ids, (town.services.today, until))


@pytest.fixture
def client_id(town: Town, clock: Clock) -> UUID:
    """Somebody of the coach's, on a Monday, with a list of the week on which a sensitive field stands, too."""
    client_id = town.new_client("coach", "Anna de Vries")
    tomorrow = town.services.today + timedelta(days=1)
    do(town, DeclareNotRelevant(client_id=client_id, field="debts", reason="an invented reason", review_on=tomorrow))
    clock.now = Week.of(town.services.today).next.starts_at
    town.services.engine.catch_up()
    weekly_lists.build(town.services.engine, Week.of(town.services.today), clock.now)
    return client_id


def test_who_stands_in_answers_the_lines_in_place_and_the_record_says_for_whom(town: Town, client_id: UUID) -> None:
    away(town, 3)
    coach_id, colleague = town.accounts["coach"].account_id, town.visit("colleague")
    page, answered = colleague.get(f"/weekly-list?coach={coach_id}"), []
    assert "What you record here is noted as recorded for Coach Invented." in page
    while fields := opened(page):
        (field,) = fields
        address = f"/weekly-list/{client_id}/{field}"
        assert f"{address}?coach={coach_id}" in page
        wrong = colleague.post(
            address, **SAID, coach=str(coach_id), **{f"{field}-shown": "0", f"{field}-value": "x" * 5000}
        )
        assert wrong.status_code == 400 and opened(wrong.get_data(as_text=True)) == [field]
        sent = colleague.post(
            address, **SAID, coach=str(coach_id), **{f"{field}-shown": "0", f"{field}-value": VALUES[field]}
        )
        assert sent.status_code == 303 and f"coach={coach_id}" in sent.location
        (*_, event) = town.services.log.stream(client_id)
        assert (event.actor, event.recorded_for) == (colleague_id(town), coach_id)
        answered.append(field)
        page = colleague.get(sent.location.partition("#")[0])
        assert ">done<" in line_of(page, client_id, field)
    assert sorted(answered) == sorted(VALUES), "and nothing sensitive"


def colleague_id(town: Town) -> UUID:
    return town.accounts["colleague"].account_id


def test_what_is_sensitive_is_a_line_without_a_way_and_is_answered_by_the_own_coach_alone(
    town: Town, client_id: UUID
) -> None:
    away(town, 3)
    coach_id, address = town.accounts["coach"].account_id, f"/weekly-list/{client_id}/debts"
    line = line_of(town.visit("colleague").get(f"/weekly-list?coach={coach_id}"), client_id, "debts")
    assert address not in line and "an invented reason" not in line
    before = town.services.log.head()
    said = SAID | {"debts-shown": "1", "debts-value": "yes", "coach": str(coach_id)}
    assert town.visit("colleague").post(address, form="/weekly-list", **said).status_code == 403
    assert town.services.log.head() == before
    assert address in line_of(town.visit("coach").get("/weekly-list"), client_id, "debts")


def test_after_the_leave_the_list_is_closed_and_nothing_of_it_is_answered(
    town: Town, client_id: UUID, clock: Clock
) -> None:
    away(town, 0)
    coach_id = town.accounts["coach"].account_id
    clock.now += timedelta(days=1)
    colleague, before = town.visit("colleague"), town.services.log.head()
    assert colleague.get(f"/weekly-list?coach={coach_id}", status=404)
    said = SAID | {"education_level-shown": "0", "education_level-value": "primary", "coach": str(coach_id)}
    sent = colleague.post(f"/weekly-list/{client_id}/education_level", form="/weekly-list", **said)
    assert sent.status_code in (404, 409) and town.services.log.head() == before


def test_a_draft_of_who_stands_in_is_found_again_as_long_as_that_lasts(
    town: Town, client_id: UUID, clock: Clock
) -> None:
    away(town, 1)
    colleague, day = town.visit("colleague"), str(town.services.today)
    form = {"contact_id": str(uuid4()), "held_on": day, "channel": "phone", "outcome": "spoken", "go_on": "draft"}
    assert colleague.post(f"/clients/{client_id}/contact", **form, note="begun").status_code == 303
    part = colleague.get("/today").split('id="drafts"')[1].split("</section>")[0]
    assert "Anna de Vries" in part and f"/clients/{client_id}/contact" in part
    clock.now += timedelta(days=2)
    assert 'id="drafts"' not in town.visit("colleague").get("/today")


def test_fields_with_a_deadline_and_appointments_without_an_answer_come_up_for_who_stands_in(
    town: Town, clock: Clock
) -> None:
    services, coach = town.services, town.accounts["coach"].account_id
    client_id = town.new_client("coach", "Anna de Vries", services.today - timedelta(days=25))
    appointment_id = appointment_of(town, client_id, days=1)
    known = RegisterField(client_id=client_id, field="driving_licence", value=["B"], known_on=date(2026, 11, 17))
    services.clients.handle(known, CommandContext(services.clock(), coach), uuid4())
    clock.now += timedelta(days=2)
    services.engine.catch_up()
    away(town, 3)
    page = town.visit("colleague").get("/today")
    part = page.split(f'id="standin-{coach}"')[1].split("</section>")[0]
    assert f"/clients/{client_id}/contact?appointment={appointment_id}" in part and "What was the outcome?" in part
    assert f"/clients/{client_id}/fields/education_level" in part
    assert "driving_licence" not in part
