"""What registering costs is measured by the server alone, kept by form, field and team, and told of no few."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from itsdangerous import TimestampSigner
from sqlalchemy import select

from application import registration_costs as operations
from application.refusals import NotThereError
from domain.matching import Operator, Requirement
from domain.offer import CloseOffer, OfferKind, OpenOffer
from eventlog.commands import CommandContext
from records.registration_costs import Counted, registration_costs
from tests.web.conftest import Town, Visitor, days_ago
from tests.web.test_recording import contact


def counted(town: Town) -> dict[tuple[UUID, str, str], tuple[int, int, int]]:
    c = registration_costs.c
    with town.services.database.read() as connection:
        rows = connection.execute(select(c.team_id, c.form, c.field, c.saves, c.requests, c.seconds))
        return {(row[0], row[1], row[2]): (row[3], row[4], row[5]) for row in rows}


def opened(monkeypatch: pytest.MonkeyPatch, seconds: int) -> None:
    """Let forms be made so long ago."""
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _: int(time.time()) - seconds)


def agree(coach: Visitor, client_id: UUID, **more: Any) -> int:
    address = f"/clients/{client_id}/plan"
    shown = dict(re.findall(r'name="(\w+_shown)" value="(\d+)"', coach.get(address)))
    said = {"plan": "Dutch first.", "weeks": "4", "agreed_on": days_ago(0)}
    return coach.post(address, **shown, **said | more).status_code


def test_minutes_requests_and_fields_are_counted_and_no_person(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    client_id, coach = town.new_client("coach", "Anna de Vries"), town.visit("coach")
    opened(monkeypatch, 120)
    assert agree(coach, client_id, weeks="900") == 400
    assert agree(coach, client_id) == 303
    north = town.teams["north"].team_id
    found = counted(town)
    assert found.keys() == {
        (north, "plan", ""),
        (north, "plan", "plan_of_action"),
        (north, "plan", "contact_frequency"),
    }
    saves, requests, seconds = found[north, "plan", ""]
    # Each form is looked at twice: for its token, and for what it shows.
    assert (saves, requests) == (1, 6) and 240 <= seconds <= 300
    assert (
        found[north, "plan", "plan_of_action"][:2] == (1, 0) and 60 <= found[north, "plan", "plan_of_action"][2] <= 75
    )
    columns = {column.name for column in registration_costs.columns}
    assert columns == {"monday", "team_id", "form", "field", "saves", "requests", "seconds"}


def test_a_form_that_was_left_open_counts_for_no_time(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    client_id, coach = town.new_client("coach", "Anna de Vries"), town.visit("coach")
    opened(monkeypatch, 31 * 60)
    assert agree(coach, client_id) == 303
    assert counted(town)[town.teams["north"].team_id, "plan", ""][2] == 0


def test_what_is_refused_to_somebody_and_what_records_nothing_counts_as_no_saving(town: Town) -> None:
    client_id = town.new_client("coach", "Anna de Vries")
    assert town.visit("stranger").client.get(f"/clients/{client_id}/plan").status_code == 404
    coach = town.visit("coach")
    coach.get(f"/clients/{client_id}/plan")
    assert counted(town) == {}, "written with the next that is saved"
    assert coach.post(f"/clients/{client_id}/contact", **contact()).status_code == 303
    north = town.teams["north"].team_id
    assert counted(town)[north, "plan", ""][:2] == (0, 1) and counted(town)[north, "contact", ""][0] == 1


def test_filters_tell_what_a_field_is_used_for(town: Town) -> None:
    client_id, coach = town.new_client("coach", "Anna de Vries"), town.visit("coach")
    for _ in range(7):
        coach.get("/caseload?f=driving_licence:is:B")
    coach.post(f"/clients/{client_id}/contact", **contact())
    asked = operations.what_we_ask(town.services, town.accounts["process"].viewer)
    looked = {each.field.key: each.looked_through for each in asked.fields}
    assert looked["driving_licence"] == 5 and looked["cv"] == 0
    assert "driving_licence" in town.visit("manager").get("/what-we-ask")


def test_few_savings_and_small_teams_are_not_shown(town: Town) -> None:
    north, south = (town.teams[code].team_id for code in ("north", "south"))
    many, few = Counted(12, 24, 3600), Counted(4, 8, 1200)
    operations.note_costs(
        town.services,
        {
            (north, "plan", ""): many,
            (north, "plan", "cv"): many,
            (north, "contact", ""): few,
            (south, "plan", ""): many,
        },
    )
    process = town.accounts["process"].viewer
    shown = operations.what_we_ask(town.services, process)
    assert (shown.forms["plan"].saves, shown.forms["plan"].minutes, shown.forms["plan"].requests) == (25, 5.0, 2.0)
    assert (shown.forms["contact"].saves, shown.forms["contact"].minutes) == (None, None)
    cost = next(each.cost for each in shown.fields if each.field.key == "cv")
    assert (cost.saves, cost.minutes, cost.hours) == (10, 5.0, pytest.approx(10 * 5 / 60))
    # Fewer than five coaches: who else than they could it have been.
    assert operations.form_costs(town.services, process, south).forms == {}
    with pytest.raises(NotThereError):
        operations.form_costs(town.services, process, uuid4())


def test_the_last_quarter_is_told(town: Town, clock: Any) -> None:
    operations.note_costs(town.services, {(town.teams["north"].team_id, "plan", ""): Counted(12, 24, 3600)})
    process = town.accounts["process"].viewer
    clock.now += timedelta(weeks=12)
    assert operations.form_costs(town.services, process, None).forms["plan"].saves == 10
    clock.now += timedelta(weeks=2)
    assert operations.form_costs(town.services, process, None).forms == {}


def test_offers_that_ask_for_a_field_count_until_a_quarter_after_they_were_closed(town: Town, clock: Any) -> None:
    process, services = town.accounts["process"].viewer, town.services
    clock.now = monday = datetime(2026, 11, 23, 10, tzinfo=UTC)

    def do(command: Any) -> None:
        services.offers.handle(command, CommandContext(services.clock(), process.account_id), uuid4())
        services.engine.catch_up()

    def offers() -> dict[str, int]:
        found = operations.what_we_ask(services, process).fields
        return {each.field.key: each.offers for each in found if each.offers}

    twice = [Requirement("language_level", asked, ("a2",)) for asked in (Operator.AT_LEAST, Operator.AT_MOST)]
    for offer_id in (UUID(int=1), UUID(int=2)):
        do(OpenOffer(offer_id=offer_id, kind=OfferKind.WORKSHOP, title="A course", requirements=twice))
    do(CloseOffer(offer_id=UUID(int=1)))
    assert offers() == {"language_level": 2}
    clock.now = monday + timedelta(weeks=13, days=6)
    assert operations.what_we_ask(services, process).since == monday.date()
    assert offers() == {"language_level": 2}
    clock.now += timedelta(days=1)
    assert offers() == {"language_level": 1}
