"""The plan is agreed on one form with one save, and nothing of it twice or half."""

from __future__ import annotations

import re
from uuid import uuid4

from projections import caseload
from tests.web.conftest import Town, Visitor, days_ago


def shown_on(coach: Visitor, address: str) -> dict[str, str]:
    """The versions of the parts of a plan that its form shows."""
    return dict(re.findall(r'name="(\w+_shown)" value="(\d+)"', coach.get(address)))


def test_plan_track_and_frequency_are_agreed_in_one_go(town: Town) -> None:
    client_id = town.new_client("coach", "Anna de Vries")
    coach = town.visit("coach")
    address = f"/clients/{client_id}/plan"
    whole = {"plan": "Dutch first.\r\nThen a job.", "track": "development", "weeks": "4", "agreed_on": days_ago(0)}
    before = town.services.log.head()
    for wrong in (
        {"weeks": "900"},
        {"weeks": "x" * 5000},
        {"weeks": "9" * 5000},
        {"track": "nowhere"},
        {"agreed_on": ""},
    ):
        refused = coach.post(address, **whole | wrong)
        assert refused.status_code == 400 and "Dutch first." in refused.get_data(as_text=True), wrong
    assert town.services.log.head() == before, "all of it or nothing"
    assert coach.post(address, **whole, **shown_on(coach, address)).status_code == 303
    assert town.services.log.head() == before + 3
    coach.get("/caseload?at=99")
    same = shown_on(coach, address)
    nothing = coach.post(address, **whole, **same)
    assert nothing.status_code == 400 and "Nothing was changed." in nothing.get_data(as_text=True)
    assert coach.post(address, **whole | {"weeks": "3"}, **same).status_code == 303
    assert town.services.log.head() == before + 4, "what was changed, and nothing else"
    assert coach.post(address, **whole | {"track": "job_ready"}, **same).status_code == 303, "another part"
    late = coach.post(address, **whole | {"weeks": "2"}, **same)
    assert late.status_code == 409 and "Recorded now: 3" in " ".join(late.get_data(as_text=True).split())
    again = {"again": "plan_of_action", "weeks": "4", "track": "development"}
    assert coach.post(address, **whole | again, **same).status_code == 303
    assert town.services.log.head() == before + 6
    command_id = str(uuid4())
    for _ in range(2):
        assert coach.post(address, **whole | {"plan": "Else."}, **same, command_id=command_id).status_code == 409
    now = shown_on(coach, address)
    sent = {"plan": "Else.", "weeks": "5", "agreed_on": days_ago(0), "command_id": str(uuid4())}
    for _ in range(2):
        assert coach.post(address, **sent, **now).status_code == 303
    assert town.services.log.head() == before + 8, "once, however often it is sent"
    coach.get("/caseload?at=99")
    with town.services.database.read() as connection:
        row = caseload.client(connection, client_id)
    assert row is not None
    assert (row.client.track, row.client.frequency_weeks, row.client.plan_on) == ("job_ready", 5, town.services.today)
