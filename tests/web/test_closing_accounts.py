"""Closing an account: what hangs on it is shown and handed over first, so that no client is left with nobody."""

from __future__ import annotations

from datetime import timedelta
from html import unescape
from uuid import uuid4

from records import leave, people, routing
from tests.web.conftest import Town


def test_a_coach_with_clients_is_not_closed_before_they_are_reassigned(town: Town) -> None:
    for name in ("Anna de Vries", "Bram Bakker"):
        town.new_client("coach", name)
    admin, coach = town.visit("admin"), town.accounts["coach"]
    page = admin.get(f"/people/{coach.account_id}/close")
    assert "2 clients are with this colleague." in page and ">Close account</button>" not in page
    refused = admin.post(f"/people/{coach.account_id}/close", form="/people")
    assert refused.status_code == 409 and "2 clients are with this colleague" in refused.get_data(as_text=True)
    assert "Anna" not in page and "My caseload" in town.visit("coach").get("/caseload")
    admin.get(f"/people/{uuid4()}/close", 404)
    own = admin.post(f"/people/{town.accounts['admin'].account_id}/close", form="/people")
    assert own.status_code == 409


def test_rules_and_leave_end_with_the_account(town: Town) -> None:
    coach, colleague, admin = town.accounts["coach"], town.accounts["colleague"], town.visit("admin")
    team, today = coach.team_id, town.services.today
    assert team is not None
    with town.services.database.write() as connection:
        routing.add(connection, "fault", None, None, team, coach.account_id)
        routing.add(connection, "idea", None, None, None, coach.account_id)
        routing.add(connection, "usability", None, None, team, colleague.account_id)
        until = today + timedelta(days=5)
        leave.arrange(connection, colleague.account_id, coach.account_id, team, today, until, today)
    page = unescape(admin.get(f"/people/{coach.account_id}/close"))
    assert "2 rules give signals to this colleague" in page and "1 leave of this colleague" in page
    assert admin.post(f"/people/{coach.account_id}/close", form="/people").status_code == 303
    with town.services.database.read() as connection:
        rules = [(rule.kind, rule.team_id, rule.person) for rule in routing.rules(connection)]
        assert leave.of_team(connection, team, today) == []
    assert rules == [("fault", team, None), ("usability", team, colleague.account_id)]


def test_clients_of_an_account_that_was_closed_before_can_be_reassigned(town: Town) -> None:
    town.new_client("coach", "Anna de Vries")
    coach = town.accounts["coach"]
    with town.services.database.write() as connection:
        people.set_active(connection, coach.account_id, active=False)
    manager, colleague = town.visit("manager"), town.accounts["colleague"]
    assert f"{coach.full_name} (1)" in manager.get("/team/reassign")
    choice = {"coach": str(coach.account_id), "to": str(colleague.account_id)}
    preview = manager.get("/team/reassign?" + "&".join(f"{name}={value}" for name, value in choice.items()))
    assert "Anna de Vries" in preview
    shown = preview.partition('name="preview" value="')[2].partition('"')[0]
    assert manager.post("/team/reassign", **choice, preview=shown).status_code == 303
    assert "Anna de Vries" in town.visit("colleague").get("/caseload")
