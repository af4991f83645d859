"""New to me on Today and the caseload; and nobody's clients, from the team page to somebody who works with them."""

from __future__ import annotations

from datetime import timedelta

from records import people
from tests.web.conftest import Town, days_ago
from tests.web.test_appointments import send


def test_who_is_new_stands_on_today_until_spoken_with(town: Town) -> None:
    client_id = town.new_client("coach", "Anna de Vries", town.services.today - timedelta(days=3))
    coach = town.visit("coach")
    block = coach.get("/today").split('id="new"')[1].split("</section>")[0]
    assert "Anna de Vries" in block and "<b>1</b>" in block
    assert "Anna de Vries" in coach.get("/caseload?show=new_to_me")
    said = {"held_on": days_ago(0), "channel": "phone", "outcome": "spoken"}
    path = f"/clients/{client_id}/contact"
    assert send(coach, path, **said, contact_id="6f1d9c1e-0000-4000-8000-000000000001").status_code == 303
    assert 'id="new"' not in coach.get("/today")
    assert "Anna de Vries" not in coach.get("/caseload?show=new_to_me")


def content(page: str) -> str:
    """The page without the navigation, which always leads there."""
    return page.partition("<main")[2]


def test_clients_whose_coach_cannot_log_in_come_up_for_the_manager_and_are_assigned(town: Town) -> None:
    gone = town.new_client("colleague", "Bert Bos")
    town.new_client("coach", "Anna de Vries")
    manager = town.visit("manager")
    assert "/team/nobody" not in content(manager.get(f"/teams/{town.accounts['manager'].team_id}"))
    with town.services.database.write() as connection:
        people.set_active(connection, town.accounts["colleague"].account_id, active=False)
    page = manager.get(f"/teams/{town.accounts['manager'].team_id}")
    assert 'href="/team/nobody"' in content(page)
    listed = manager.get("/team/nobody")
    assert "Bert Bos" in listed and "Anna de Vries" not in listed and f"/clients/{gone}/assign" in listed
    coach = str(town.accounts["coach"].account_id)
    assert send(manager, f"/clients/{gone}/assign", coach=coach).status_code == 303
    assert "Bert Bos" not in manager.get("/team/nobody")
    assert town.visit("manager-south").get("/team/nobody").count("Bert Bos") == 0
    for who in ("coach", "quality", "process"):
        assert town.visit(who).client.get("/team/nobody").status_code == 403
