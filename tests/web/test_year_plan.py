"""The year plan: targets of the city and of teams with their reasons, and how far each figure is."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from playwright.sync_api import Browser

from application import year_plan as operations
from application.refusals import NotThereError
from domain.calendar import Week
from domain.refusal import Refused
from projections import weekly_figures
from tests.conftest import Clock
from tests.web.conftest import Town
from tests.web.looking import problems
from tests.web.walking import visiting

LOOKS = [("en-GB", "light", 1440), ("nl-NL", "dark", 360)]
WHY = "As agreed in the council's budget."


def sent(town: Town, **changed: str) -> int:
    given = {"figure": "open", "team": "city", "number": "30", "from_on": "2026-01-01", "reason": WHY} | changed
    return town.visit("process").post("/year-plan", **given).status_code


def row(page: str, text: str) -> str:
    return next(part for part in page.split("<tr>") if text in part)


def test_a_target_stands_with_its_reason_and_beside_its_figure(town: Town, clock: Clock) -> None:
    north = str(town.teams["north"].team_id)
    assert sent(town) == 303
    assert sent(town, team=north, figure="no_plan", number="0", reason="Plans first.") == 303
    page = town.visit("coach").get("/year-plan")
    assert "council&#39;s budget" in row(page, "council") and "Plans first." in page
    assert "Set a target" not in page
    assert "target 30" in town.visit("coach").get("/city")
    assert "target 0" in town.visit("manager").get(f"/teams/{north}")
    clock.now += timedelta(minutes=1)
    assert sent(town, number="20", reason="Fewer.") == 303
    page = town.visit("quality").get("/year-plan?year=2026")
    assert "replaced" in row(page, "council") and "replaced" not in row(page, "Fewer.")
    assert "target 20" in town.visit("coach").get("/city")


def test_progress_is_the_part_of_the_way_since_the_target_began(town: Town, clock: Clock) -> None:
    for nth in range(20):
        town.new_client("coach", f"Client {nth}")
    clock.now += timedelta(days=14)
    monday = Week.latest(clock.now).monday
    weekly_figures.build(town.services.engine, Week.latest(clock.now))
    for nth in range(10):
        town.new_client("coach", f"Later client {nth}")
    assert sent(town, number="60", from_on=monday.isoformat()) == 303
    process = town.accounts["process"].viewer
    [planned] = operations.year_plan(town.services, process, monday.year).planned
    assert (planned.begun, planned.reached) == (20, 30)
    assert planned.progress == 25
    assert "25% of the way" in town.visit("process").get(f"/year-plan?year={monday.year}")
    # A later one ends what is counted of it; one that lies ahead has no figures.
    later = monday + timedelta(days=3)
    assert sent(town, number="10", from_on=(town.services.today + timedelta(days=2)).isoformat()) == 303
    assert sent(town, number="40", from_on=later.isoformat()) == 303
    first, _second, ahead = operations.year_plan(town.services, process, monday.year).planned
    assert first.until == later - timedelta(days=1)
    assert (ahead.begun, ahead.reached, ahead.progress) == (None, None, None)


def test_what_is_no_target_is_refused_and_nothing_is_kept(town: Town) -> None:
    for wrong in (
        {"number": "-1"},
        {"number": "10000001"},
        {"number": "x"},
        {"number": "9" * 5_000},
        {"figure": "coach"},
        {"from_on": "2099-01-01"},
        {"reason": ""},
        {"team": "nobody"},
    ):
        assert sent(town, **wrong) == 400, wrong
    services, process = town.services, town.accounts["process"].viewer
    with pytest.raises(NotThereError):
        operations.set_target(services, process, "open", uuid4(), 1, date(2026, 1, 1), WHY, uuid4())
    with pytest.raises(Refused):
        operations.set_target(services, process, "minutes", None, 1, date(2026, 1, 1), WHY, uuid4())
    assert operations.year_plan(services, process, 2026).planned == []
    assert sent(town, reason="Ask anna@example.org") == 400, "asked first whether that names somebody"
    for year in ("x", "99999", "0", "-2026"):
        assert town.visit("coach").get(f"/year-plan?year={year}")


def test_one_that_is_sent_twice_is_kept_once(town: Town) -> None:
    services, process = town.services, town.accounts["process"].viewer
    for _ in range(2):
        operations.set_target(services, process, "open", None, 5, date(2026, 1, 1), WHY, command := uuid4())
        operations.set_target(services, process, "open", None, 5, date(2026, 1, 1), WHY, command)
    assert len(operations.year_plan(services, process, 2026).planned) == 1


@pytest.mark.parametrize(("locale", "scheme", "width"), LOOKS, ids=["wide", "phone"])
def test_axe_finds_nothing_on_the_year_plan(
    town: Town, address: str, browser: Browser, locale: str, scheme: str, width: int
) -> None:
    assert sent(town) == 303
    with visiting(town, browser, address, "process", locale=locale, scheme=scheme, width=width) as page:
        page.goto(f"{address}/year-plan")
        assert problems(page) == []
