"""Own notes and marks on the pages: the coach's own and nobody else's, but for the client who asks."""

from __future__ import annotations

import io
from datetime import timedelta
from uuid import UUID, uuid4
from zipfile import ZipFile

import pytest

from application.services import Services
from records import leave
from tests.web.conftest import Town, Visitor
from tests.web.test_appointments import body, send
from tests.web.test_doors import doors

NOTE, NAME = "Zebra in the afternoon", "Giraffe"
OTHERS = ("quality", "manager", "improver", "process", "privacy", "admin", "colleague")


@pytest.fixture
def client_id(town: Town) -> UUID:
    return town.new_client("coach", "Anna de Vries", town.services.today - timedelta(days=9))


def noted(town: Town, client_id: UUID, days: int = 0) -> Visitor:
    """A coach who noted something on a client, marked them, and gave the mark a name."""
    coach, path = town.visit("coach"), f"/clients/{client_id}/own-note"
    assert send(coach, "/caseload/own-notes/names", "/caseload/own-notes", star=NAME).status_code == 303
    look_on = str(town.services.today + timedelta(days=days))
    assert send(coach, path, what=NOTE, look_on=look_on).status_code == 303
    assert send(coach, path.replace("note", "mark"), path, mark="star").status_code == 303
    return coach


def test_the_coach_sees_note_and_mark_on_file_and_caseload_and_finds_by_them(town: Town, client_id: UUID) -> None:
    town.new_client("coach", "Bert Bos")
    coach = noted(town, client_id)
    for page in (f"/clients/{client_id}", "/caseload", "/caseload?show=mark_star", "/caseload?show=note_due"):
        html = coach.get(page)
        assert NOTE in html and NAME in html, page
    assert "Bert Bos" not in coach.get("/caseload?show=mark_star")
    assert "Own note of the coach" not in coach.get(f"/clients/{client_id}"), "it is not in the history"


def test_the_form_says_that_the_client_may_read_it_and_the_client_does(town: Town, client_id: UUID) -> None:
    coach = noted(town, client_id)
    for page in (f"/clients/{client_id}/own-note", "/caseload/own-notes"):
        assert "The client may ask for this note and read it." in coach.get(page)
    assert send(coach, f"/clients/{client_id}/own-note", what="another").status_code == 303
    shown = coach.get(f"/clients/{client_id}/shown-to-client")
    assert NOTE in shown and "another" in shown, "what was noted before, too"


@pytest.mark.parametrize("who", OTHERS)
def test_nobody_else_sees_them_on_any_page_nor_in_any_file(town: Town, client_id: UUID, who: str) -> None:
    noted(town, client_id)
    services: Services = town.services
    coach, colleague = town.accounts["coach"], town.accounts["colleague"]
    assert coach.team_id is not None
    with services.database.write() as connection:
        # The colleague stands in for the coach.
        leave.arrange(
            connection,
            coach.account_id,
            colleague.account_id,
            coach.team_id,
            services.today,
            services.today,
            services.today,
        )
    visitor, told, seen = town.visit(who), [], 0
    paths = [path for door, path in doors(town).items() if door.endswith("GET")]
    paths += [f"/clients/{client_id}", f"/caseload?coach={coach.account_id}", "/caseload?show=note_due"]
    paths += [f"/caseload?show=mark_star&coach={coach.account_id}", f"/clients/{client_id}?only=plan"]
    for path in paths:
        answer = visitor.client.get(path)
        seen += answer.status_code == 200
        if NOTE in body(answer) or NAME in body(answer) or "Own note of the coach" in body(answer):
            told.append(path)
    assert told == [] and seen > 3


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_no_export_has_them_not_even_the_coachs_own(town: Town, client_id: UUID, kind: str) -> None:
    coach = noted(town, client_id)
    for show in ("", "?show=mark_star", "?show=note_due"):
        answer = send(coach, f"/caseload/export{show}", "/caseload", format=kind)
        assert answer.status_code == 200
        data = answer.get_data()
        if kind == "xlsx":
            with ZipFile(io.BytesIO(data)) as parts:
                data = b"".join(parts.read(name) for name in parts.namelist())
        text = data.decode("utf-8", errors="replace")
        assert "Anna de Vries" in text and NOTE not in text and NAME not in text and "yellow star" not in text


def test_many_are_marked_at_once_all_or_none(town: Town, client_id: UUID) -> None:
    other, foreign = town.new_client("coach", "Bert Bos"), town.new_client("colleague", "Carla Cox")
    coach, path = town.visit("coach"), "/caseload/own-notes"
    for wrong, sentence in (
        ({"chosen": [str(client_id), str(foreign)], "mark": "star"}, "is not on your caseload"),
        ({"chosen": [], "mark": "star"}, "Choose at least one client."),
        ({"chosen": [str(client_id)]}, "Choose a mark or write a note."),
        ({"chosen": [str(client_id)], "mark": "moon"}, "Choose one of the marks."),
        ({"chosen": [str(client_id)], "what": "x" * 201}, "too long"),
    ):
        answer = send(coach, path, **wrong)
        assert answer.status_code == 400 and sentence in body(answer), wrong
    assert "<b>0</b>" in coach.get("/caseload?show=mark_star")
    form = {"chosen": [str(client_id), str(other)], "mark": "star", "what": NOTE, "command_id": str(uuid4())}
    for _ in range(2):
        assert send(coach, path, **form).status_code == 303
    assert coach.get("/caseload?show=mark_star").count(NOTE) == 2


def test_many_are_those_that_a_filter_of_the_caseload_leaves(town: Town, client_id: UUID) -> None:
    town.new_client("coach", "Bert Bos")
    coach = noted(town, client_id)
    assert 'href="/caseload/own-notes?show=mark_star' in coach.get("/caseload?show=mark_star")
    path = "/caseload/own-notes?show=mark_star"
    page = coach.get(path)
    assert "Anna de Vries" in page and "Bert Bos" not in page and "Bert Bos" in coach.get("/caseload/own-notes")
    assert body(send(coach, path, chosen=[str(client_id)])).count('name="chosen"') == 1, "those still, where it fails"
    saved = send(coach, path, chosen=[str(client_id)], mark="circle")
    assert saved.status_code == 303 and saved.location.startswith("/caseload?") and "show=mark_star" in saved.location
    assert "is left out" in coach.get("/caseload/own-notes?f=nothing:known")


def test_a_handover_asks_what_becomes_of_them(town: Town, client_id: UUID) -> None:
    coach, path = noted(town, client_id), f"/clients/{client_id}/transfer"
    assert "Your own note and mark" in coach.get(path)
    colleague = str(town.accounts["colleague"].account_id)
    form = {"coach": colleague, "reason": "I leave"}
    answer = send(coach, path, **form)
    assert answer.status_code == 400 and "Choose what happens to your own note and mark." in body(answer)
    assert send(coach, path, **form, own_note="pass_on").status_code == 303
    takes = town.visit("colleague")
    assert send(takes, f"{path}/answer", what="accept").status_code == 303
    assert NOTE in takes.get(f"/clients/{client_id}")
    other = town.new_client("coach", "Bert Bos")
    assert "Your own note and mark" not in coach.get(f"/clients/{other}/transfer"), "there is none to ask about"


def test_a_note_whose_day_has_come_comes_up_on_today_until_it_is_put_off(town: Town, client_id: UUID) -> None:
    coach = noted(town, client_id, days=1)
    assert NOTE not in coach.get("/today"), "its day lies ahead"
    assert noted(town, client_id).get("/today").count(NOTE) == 1
    colleague = town.visit("colleague")
    assert NOTE not in colleague.get("/today")
    later = (town.services.today + timedelta(days=3)).isoformat()
    assert send(coach, f"/clients/{client_id}/own-note", what=NOTE, look_on=later).status_code == 303
    assert NOTE not in coach.get("/today")
