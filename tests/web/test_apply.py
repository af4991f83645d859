"""From the public page to a file: applied on a phone, met, taken in without typing anything twice; or erased."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from application import applications as operations
from domain.client import ApplicationReceived
from projections.applications import applications
from records.read_log import read_log
from tests.web.conftest import Town

SAID = {
    "name": "Fien Fransen",
    "day": "1",
    "month": "2",
    "year": "1990",
    "phone": "06 1234",
    "email": "fien@example.org",
    "language": "en",
    "need": "I lost my job at the bakery.",
}


def apply(town: Town, *, address: str = "192.0.2.7", **said: Any) -> TestResponse:
    visitor = town.visit()
    visitor.client.environ_base["REMOTE_ADDR"] = address
    answer = visitor.post("/apply", client_id=str(uuid4()), **SAID | said)
    town.services.engine.catch_up()
    return answer


def waiting(town: Town) -> list[UUID]:
    with town.services.database.read() as connection:
        return list(connection.scalars(select(applications.c.client_id)))


def test_from_the_public_page_to_the_file_nothing_is_typed_twice(town: Town) -> None:
    answer = apply(town)
    assert (answer.status_code, answer.location) == (303, "/apply/received")
    assert town.nudges and "What happens next" in town.visit().get("/apply/received")
    (client_id,) = waiting(town)
    coach, coach_id = town.visit("coach"), str(town.accounts["coach"].account_id)
    assert "1 person applied and waits" in coach.get("/intake")
    assert "Fien Fransen" in coach.get("/applications")
    page = coach.get(f"/applications/{client_id}")
    assert "I lost my job at the bakery." in page and "01-02-1990" in page and "fien@example.org" in page
    assert client_id.hex not in str(town.services.log.stream(client_id)[0].actor)
    today = town.services.today.isoformat()
    answer = coach.post(
        f"/applications/{client_id}/meeting",
        form=f"/applications/{client_id}",
        meeting_on=today,
        arranged="10:30, counter 4",
        coach=coach_id,
    )
    assert answer.status_code == 303 and "10:30, counter 4" in coach.get(answer.location)
    # Once a team has a meeting, others have nothing to do with it.
    stranger = town.visit("stranger")
    assert "Fien Fransen" not in stranger.get("/applications")
    assert stranger.client.get(f"/applications/{client_id}").status_code == 404
    assert stranger.client.get(f"/intake?application={client_id}").status_code == 404
    form = coach.get(f"/intake?application={client_id}")
    typed = {
        name: value
        for name, value in re.findall(r'name="(\w+)"[^>]*?value="([^"]*)"', form)
        if name in {"client_id", "held_on", "name", "birth_date", "email", "phone"}
    }
    assert typed["client_id"] == str(client_id) and typed["name"] == "Fien Fransen"
    answer = coach.post("/intake", **typed, language="en", coach=coach_id)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    assert waiting(town) == [] and "No applications are waiting" in coach.get("/applications")
    file = coach.get(f"/clients/{client_id}")
    for said in ("Fien Fransen", "I lost my job at the bakery.", "10:30, counter 4", "fien@example.org", "06 1234"):
        assert said in file
    assert "Applied on the public page" in file and "the client" in file


def test_each_who_sees_an_application_is_in_the_read_log(town: Town) -> None:
    client_id = town.new_application("Fien Fransen")
    manager = town.visit("manager")
    manager.get("/applications")
    manager.get(f"/applications/{client_id}")
    with town.services.database.read() as connection:
        looks = connection.execute(select(read_log.c.page, read_log.c.seen).where(read_log.c.client_id == client_id))
        assert [tuple(look) for look in looks] == [("applications", "listed"), ("applications", "opened")]


def test_mistakes_stand_beside_the_fields_and_nothing_is_lost(town: Town) -> None:
    answer = apply(town, phone="", email="", month="13", need="Wörk")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 400 and waiting(town) == []
    assert "There is no such day." in page and "Wörk" in page and 'value="13"' in page
    assert apply(town, phone="", email="").status_code == 400
    assert apply(town, day="", month="").status_code == 303, "the year alone, where the rest is not known"


def test_sent_twice_it_is_one_application(town: Town) -> None:
    visitor, ids = town.visit(), {"client_id": str(uuid4()), "command_id": str(uuid4())}
    answers = [visitor.post("/apply", **ids, **SAID) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    town.services.engine.catch_up()
    assert len(waiting(town)) == 1


def test_a_program_that_applies_all_the_time_is_held_back_and_others_are_not(town: Town) -> None:
    answers = [apply(town).status_code for _ in range(12)]
    assert answers[:10] == [303] * 10 and answers[-1] == 429
    assert len(waiting(town)) == answers.count(303)
    assert apply(town, address="198.51.100.3").status_code == 303


def test_an_application_tells_who_may_be_the_same(town: Town) -> None:
    known = town.visit("coach")
    known.post(
        "/intake",
        client_id=str(uuid4()),
        held_on=town.services.today.isoformat(),
        name="Fien Franssen",
        birth_date="1990-02-01",
        coach=str(town.accounts["coach"].account_id),
    )
    client_id, again = town.new_application("Fien Fransen"), town.new_application("Fin Franzen")
    page = known.get(f"/applications/{client_id}")
    assert "Fien Franssen</a>: a name that sounds alike, and the same birth date" in page
    assert f"/applications/{again}" in page and "(applied)" in page
    told = town.visit("manager-south").get(f"/applications/{client_id}")
    assert "1 person whose file you may not open" in told and "Franssen" not in told


def test_what_comes_to_nothing_is_erased_after_its_time(town: Town, clock: Any) -> None:
    services, manager = town.services, town.visit("manager")
    ended, left, met = (town.new_application(name) for name in ("Fien", "Gijs", "Hana"))
    answer = manager.post(f"/applications/{ended}/end", form=f"/applications/{ended}", outcome="withdrawn")
    assert answer.status_code == 303 and "Fien" not in manager.get("/applications")
    coach_id = town.accounts["coach"].account_id
    day = services.today + timedelta(days=120)
    operations.plan_meeting(services, town.accounts["manager"].viewer, met, operations.Meeting(coach_id, day), uuid4())
    services.engine.catch_up()
    assert operations.erase_old_applications(services) == 0
    clock.now += timedelta(days=29)
    assert operations.erase_old_applications(services) == 1 and set(waiting(town)) == {left, met}
    clock.now += timedelta(days=63)
    assert operations.erase_old_applications(services) == 1 and waiting(town) == [met], "a meeting lies ahead"
    assert operations.erase_old_applications(services) == 0
    for client_id in (ended, left):
        events, opener = services.log.opened(client_id)
        assert isinstance(events[0], ApplicationReceived) and opener.value(events[0], "name") is None
        assert town.visit("manager").client.get(f"/applications/{client_id}").status_code == 404


@pytest.mark.parametrize("path", ["/apply", "/apply/received"])
def test_the_public_pages_speak_both_languages(town: Town, path: str) -> None:
    visitor = town.visit()
    english = visitor.get(path)
    visitor.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "nl"
    assert 'lang="nl"' in visitor.get(path) and 'lang="en"' in english
