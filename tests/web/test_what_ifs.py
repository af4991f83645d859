"""What-ifs: what every team's figures would become, seen before a definition is revised."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from application import registration_costs as operations
from projections import what_if
from records.registration_costs import Counted
from tests.web.conftest import Town
from tests.web.test_deciding import fields, run
from workers import count_what_ifs, follow_definitions, rebuild, throw_away_drafts

MINUS = "\N{MINUS SIGN}"


def ask(town: Town, subject: str, **changed: str) -> str:
    """Ask what would change; the address of the answer, counted."""
    given = fields(town, subject, **changed) | {"what": "compare"}
    sent = town.visit("process").post(f"/definitions/{subject}", **given)  # type: ignore[arg-type]  # the test gives what fits
    assert sent.status_code == 303, sent.get_data(as_text=True)
    assert "being counted" in town.visit("process").get(sent.location)
    run(town, count_what_ifs.NAME)
    return sent.location


def cells(page: str) -> dict[str, list[str]]:
    """The cells of each row of a page's tables, without tags, by what stands in front."""
    rows = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)]
    plain = [[re.sub(r"<[^>]+>", "", cell).strip() for cell in row] for row in rows]
    return {row[0]: row[1:] for row in plain if row}


def test_what_every_teams_figures_would_become_is_seen_before_a_definition_is_revised(town: Town) -> None:
    for day in range(1, 7):
        town.new_client("coach", "Anna de Vries", date(2026, 10, day))
    for day in range(1, 10):
        town.new_client("stranger", "Bert de Wit", date(2026, 6, day))
    head = town.services.log.head()
    answer = ask(town, "not_seen", months="1", **{"label.en": "Quiet"})
    page = town.visit("process").get(answer)
    found = cells(page)
    assert found["not seen for 3 months"] == ["10", "15", "+5"], "the city, rounded"
    assert found["Team north"] == ["0", "5", "+5"] and found["Team south"] == ["10", "10", "0"]
    assert "Would stay as they are" in page and "open clients" in page
    assert town.services.log.head() == head, "nothing is revised"
    assert "What if" in town.visit("coach").get("/definitions/not_seen")
    town.visit("coach").get(answer)
    town.visit("privacy").get(answer, 403)
    form = town.visit("process").get(re.findall(r'href="([^"]*what_if=[^"]*)#revise"', page)[0].replace("&amp;", "&"))
    assert 'value="Quiet"' in form and 'inputmode="numeric" name="months" type="text" value="1"' in form
    assert ">Not seen for 3 months</h1>" in form
    sent = town.visit("process").post("/definitions/not_seen", **fields(town, "not_seen", months="1"))  # type: ignore[arg-type]  # the test gives what fits
    assert sent.status_code == 303
    run(town, follow_definitions.NAME, rebuild.NAME)
    city = cells(town.visit("process").get("/city"))
    assert city["City"][2] == "15", "as was foretold"


def test_a_what_if_of_a_field_hides_small_groups_on_both_sides(town: Town) -> None:
    for day in (20, 21, 22, 23, 24, 25):
        town.new_client("coach", "Anna de Vries", date(2026, 10, day))
    for day in (14, 15, 16, 17, 18):
        town.new_client("stranger", "Bert de Wit", date(2026, 10, day))
    page = town.visit("process").get(ask(town, "driving_licence", days_allowed="14"))
    found = cells(page)
    assert found["Driving licence, fields on weekly lists"] == ["5", "10", "+5"]
    hidden = ["not shown", "not shown", "–"]
    assert found["Team north"][:3] == found["Team south"][:3] == hidden, "one was on it"
    assert "Anna" not in page


@pytest.mark.parametrize("saves", [0, 12], ids=["unmeasured", "measured"])
def test_a_what_if_of_a_field_says_what_asking_it_costs_in_hours(town: Town, saves: int) -> None:
    for day in range(1, 21):
        town.new_client("coach", "Anna de Vries", date(2026, 10, day))
        town.new_client("stranger", "Bert de Wit", date(2026, 10, day))
    if saves:
        north = town.teams["north"].team_id
        # Three minutes each time.
        operations.note_costs(town.services, {(north, "register", "driving_licence"): Counted(saves, 0, saves * 180)})
    # On the list today is who has been here for 28 days; of these only those for 365.
    page = town.visit("process").get(ask(town, "driving_licence", days_allowed="365"))
    assert ("This field has not been measured yet" in page) == (not saves)
    if saves:
        section = page[page.index('id="hours"') :]
        found = cells(section)
        people, hours = (int(cell.replace(MINUS, "-")) for cell in found["The city"][:2])
        assert people < 0 and hours == round(people * 3 / 60)
        assert "times 3.0 minutes" in section
    same = town.visit("process").get(ask(town, "not_seen", months="1"))
    assert 'id="hours"' not in same, "it is asked of nobody else"


def test_a_what_if_of_the_usual_caseload_counts_coaches_above_it(town: Town) -> None:
    for day in range(1, 7):
        for who in ("coach", "colleague", "improver", "stranger"):
            town.new_client(who, "Anna de Vries", date(2026, 10, day))
    asked = ask(town, "caseload", do_able="2", usual="4")
    city = "coaches above the manageable caseload"
    assert cells(town.visit("process").get(asked))[city] == ["not shown", "not shown", "–"], "four, and two teams"
    assert cells(town.visit("coach").get(asked))[city] == ["not shown", "not shown", "–"], (
        "the own three would give away the other one"
    )


def test_what_can_be_compared(town: Town) -> None:
    process = town.visit("process")
    for changed, sentence in (
        ({}, "nothing would change"),
        ({"months": "0"}, "whole number"),
        ({"months": "x"}, "whole"),
    ):
        given = fields(town, "not_seen", **changed) | {"what": "compare"}
        sent = process.post("/definitions/not_seen", **given)  # type: ignore[arg-type]  # the test gives what fits
        assert sent.status_code == 400 and sentence in sent.get_data(as_text=True)
    given = fields(town, "not_seen", months="2") | {"what": "compare"}
    for who in ("coach", "manager", "quality"):
        assert town.visit(who).post("/definitions/not_seen", form="/signals/new", **given).status_code == 403, who  # type: ignore[arg-type]  # the test gives what fits
    assert town.visit("improver").post("/definitions/not_seen", **given).status_code == 303, "without a meeting"  # type: ignore[arg-type]  # the test gives what fits
    process.get(f"/definitions/what-if/{uuid4()}", 404)
    run(town, count_what_ifs.NAME)
    town.services.clock.now = datetime(2027, 2, 1, 8, tzinfo=UTC)  # type: ignore[attr-defined]  # the test looks inside
    run(town, throw_away_drafts.NAME)
    with town.services.database.read() as connection:
        assert what_if.of_subject(connection, "not_seen") == []
