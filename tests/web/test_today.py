"""Today, tasks and promises, drafts that survive a lost session, groups, and on to the next."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import select

from domain.client import ErasureReason
from eventlog.commands import CommandContext
from projections import contacts
from records import drafts
from tests.web.at_work import target
from tests.web.conftest import Town, Visitor, days_ago


def contact(visitor: Visitor, client_id: UUID, **more: object) -> int:
    data = {"contact_id": str(uuid4()), "held_on": days_ago(0), "channel": "video", "outcome": "spoken"} | more
    return visitor.post(f"/clients/{client_id}/contact", **data).status_code


def test_calls_promises_and_tasks_come_up_and_are_ticked_off(town: Town) -> None:
    client_id = town.new_client("coach", "Anna de Vries")
    coach, file = town.visit("coach"), f"/clients/{client_id}"
    assert contact(coach, client_id, agreed_next="send the certificate", agreed_on=days_ago(0)) == 303
    coach.post(f"{file}/tasks", form=file, kind="call_back", what="asked for you")
    coach.post(f"{file}/tasks", form=file, kind="own", what="next week", due_on=days_ago(-7))
    today = coach.get("/today")
    assert "send the certificate" in today and "asked for you" in today and "next week" not in today
    assert today.index("asked for you") < today.index("send the certificate"), "who waits comes first"
    for path in {p for p in today.split('"') if p.startswith(f"{file}/tasks/")}:
        kind = "promise" if "send the certificate" in today.partition(path)[0].rpartition("<li>")[2] else "call_back"
        assert coach.post(path, form="/today", kind=kind).status_code == 303
    after = coach.get("/today")
    assert "send the certificate" not in after and "asked for you" not in after
    assert coach.post(f"{file}/tasks", form=file, what="", due_on=days_ago(0)).status_code == 400
    assert town.visit("manager").client.get("/today").status_code == 403


def test_the_last_channel_and_topics_are_offered_again(town: Town) -> None:
    client_id = town.new_client("coach", "Anna de Vries")
    coach = town.visit("coach")
    contact(coach, client_id, topics=["money", "housing"])
    form = coach.get(f"/clients/{client_id}/contact")
    for ticked in ("video", "money", "housing"):
        assert any("checked" in part.partition(">")[0] for part in form.split("<input") if f'value="{ticked}"' in part)


def test_a_draft_survives_a_lost_session_sealed_and_goes_with_the_contact(town: Town) -> None:
    client_id = town.new_client("coach", "Anna de Vries")
    path = f"/clients/{client_id}/contact"
    writing = town.visit("coach")
    data = {"note": "half a sent", "channel": "office", "topics": ["work"], "held_on": days_ago(3)}
    assert writing.post(f"{path}/draft", form=path, **data).status_code == 204
    with town.services.database.read() as connection:
        (sealed,) = connection.scalars(select(drafts.drafts.c.sealed))
    assert "half" not in sealed
    town.visit("admin").post(f"/people/{town.accounts['coach'].account_id}/revoke", form="/people")
    assert writing.client.get(path).status_code == 302
    again = town.visit("coach")
    page = again.get(path)
    assert "half a sent" in page and f'value="{days_ago(3)}"' in page
    assert "Begun and not sent" in again.get("/today")
    assert "half a sent" not in town.visit("manager").get(f"/clients/{client_id}")
    assert contact(again, client_id, note="a whole sentence") == 303
    assert "half a sent" not in again.get(path)


def test_a_draft_goes_when_its_client_is_erased(town: Town) -> None:
    client_id = town.new_client("coach", "Anna de Vries")
    path = f"/clients/{client_id}/contact"
    town.visit("coach").post(f"{path}/draft", form=path, note="half a sent")
    services = town.services
    services.erase(client_id, ErasureReason.CLIENT_REQUEST, CommandContext(services.clock(), None), uuid4())
    with services.database.read() as connection:
        assert list(connection.scalars(select(drafts.drafts.c.client_id))) == []


def test_record_and_on_to_the_next_whose_contact_is_due(town: Town) -> None:
    first, second = town.new_client("coach", "Anna de Vries"), town.new_client("coach", "Bram Bakker")
    coach = town.visit("coach")
    for client_id in (first, second):
        coach.post(f"/clients/{client_id}/plan", weeks="2", agreed_on="2026-06-02")
    data = {"contact_id": str(uuid4()), "held_on": days_ago(0), "channel": "phone", "outcome": "spoken"}
    answer = coach.post(f"/clients/{first}/contact", **data, go_on="next")
    assert answer.location.startswith(f"/clients/{second}/contact")
    data["contact_id"] = str(uuid4())
    answer = coach.post(f"/clients/{second}/contact", **data, go_on="next")
    assert answer.location.startswith("/today")


def test_a_group_meeting_is_recorded_with_each_in_one_go(town: Town) -> None:
    came, stayed_away = town.new_client("coach", "Anna de Vries"), town.new_client("coach", "Bram Bakker")
    other = town.new_client("colleague", "Carla Claes")
    coach, command_id = town.visit("coach"), str(uuid4())
    data = {"held_on": days_ago(1), "channel": "office", "topics": ["training"], "note": "Workshop about CVs."}
    bad = coach.post("/contacts/group", **data, came=[str(came), str(other)])
    assert bad.status_code == 400
    for _ in range(2):
        answer = coach.post(
            "/contacts/group", **data, came=[str(came)], stayed_away=[str(stayed_away)], command_id=command_id
        )
        assert answer.status_code == 303
    town.services.engine.catch_up()
    with town.services.database.read() as connection:
        held = {c: [r.outcome for r in contacts.of_client(connection, c)] for c in (came, stayed_away, other)}
    assert held == {came: ["spoken"], stayed_away: ["no_show"], other: []}


def test_what_the_client_would_see_is_everything(town: Town) -> None:
    client_id = town.new_client("coach", "Anna de Vries")
    coach = town.visit("coach")
    contact(coach, client_id, note="a note", own_words="I want to work")
    town.visit("manager").get(f"/clients/{client_id}")
    page = coach.get(f"/clients/{client_id}/shown-to-client")
    assert "I want to work" in page and "a note" in page and "Manager Invented" in page
    town.visit("manager").get(f"/clients/{client_id}/shown-to-client", 403)


def test_figures_of_an_earlier_monday_stand_on_the_team_and_the_city(town: Town) -> None:
    from domain.calendar import Week
    from projections import weekly_figures

    town.new_client("coach", "Anna de Vries")
    services = town.services
    services.clock.now += timedelta(weeks=2)  # type: ignore[attr-defined]  # the test looks inside
    week = Week.of(services.today)
    weekly_figures.build(services.engine, week)
    manager = town.visit("manager")
    page = manager.get(f"/teams/{town.teams['north'].team_id}?week={week}")
    assert "As of Monday" in page and ">1" in page
    manager.get(f"/city?week={week}")
    manager.get("/city?week=2020-W01", 404)
    assert "“nonsense” is left out: Write a week like 2026-W47." in manager.get("/city?week=nonsense")


def test_the_target_is_set_by_the_process_manager_alone(town: Town) -> None:
    process = town.visit("process")
    assert process.post("/year-plan", form="/year-plan", **target("300", "2026-01-01")).status_code == 303
    assert "target 300" in process.get("/city")
    assert process.post("/year-plan", form="/year-plan", **target("many", "2026-01-01")).status_code == 400
    coach = town.visit("coach")
    assert coach.post("/year-plan", form="/caseload", **target("1", "2026-01-01")).status_code == 403
