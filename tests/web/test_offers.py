"""Vacancies and workshops: protected fields refused whatever the way in, proposals from a match alone."""

from __future__ import annotations

import io
import re
from datetime import date
from uuid import UUID, uuid4

import pytest
from werkzeug.test import TestResponse

from domain.client import RegisterField
from eventlog.commands import CommandContext
from projections import offers, proposals
from tests.web.conftest import Town, Visitor


def open_offer(visitor: Visitor, kind: str = "vacancy", **asked: object) -> TestResponse:
    form = {"kind": kind, "title": "Driver", "capacity": "2", "ask": [k.split("-")[1] for k in asked if k[0] == "v"]}
    return visitor.post("/offers/new", **form, **asked)


LICENCE = {"op-driving_licence": "includes", "values-driving_licence": "B"}


@pytest.fixture
def offer_id(town: Town) -> UUID:
    answer = open_offer(town.visit("coach"), **LICENCE)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return UUID(re.findall(r"/offers/([0-9a-f-]{36})", answer.location)[0])


@pytest.fixture
def clients(town: Town) -> dict[str, UUID]:
    found = {name: town.new_client("coach", name) for name in ("With", "Without", "Unknown")}
    for name, codes in (("With", ["B"]), ("Without", ["none"])):
        command = RegisterField(client_id=found[name], field="driving_licence", value=codes, known_on=date(2026, 6, 2))
        context = CommandContext(town.services.clock(), town.accounts["coach"].account_id)
        town.services.clients.handle(command, context, uuid4())
    town.services.engine.catch_up()
    return found


def token(visitor: Visitor, offer_id: UUID) -> str:
    return re.findall(r'name="match" value="([^"]+)"', visitor.get(f"/offers/{offer_id}/match"))[0]


def propose(visitor: Visitor, offer_id: UUID, *client_ids: UUID, match: str | None = None) -> TestResponse:
    return visitor.post(
        f"/offers/{offer_id}/propose",
        form=f"/offers/{offer_id}/match",
        delivery="letter",
        client=[str(c) for c in client_ids],
        match=token(visitor, offer_id) if match is None else match,
    )


def made(town: Town, client_id: UUID) -> list[str]:
    town.services.engine.catch_up()
    with town.services.database.read() as connection:
        return [row.step for row in proposals.of_client(connection, client_id)]


def test_a_match_has_three_groups_with_reasons_and_the_question_that_settles_it(
    town: Town, offer_id: UUID, clients: dict[str, UUID]
) -> None:
    page = town.visit("coach").get(f"/offers/{offer_id}/match")
    meets, ask, fails = (page.index(f'id="{name}"') for name in ("meets", "ask", "fails"))
    assert meets < page.index("With</label>") < ask < page.index("Unknown</label>") < fails
    assert "one question left" in page[ask:fails]
    assert f"/clients/{clients['Unknown']}/fields/driving_licence" in page[ask:fails]
    assert "not met:" in page[fails:] and "Without" in page[fails:]


@pytest.mark.parametrize("field", ["birth_date", "gender", "childcare_arranged", "mental_limitations"])
def test_nobody_is_selected_for_a_vacancy_by_a_protected_field(town: Town, field: str) -> None:
    coach = town.visit("coach")
    answer = open_offer(coach, **{f"op-{field}": "is", f"values-{field}": "yes"})
    assert answer.status_code == 400
    assert "it is protected" in answer.get_data(as_text=True)
    file = io.BytesIO(f"kind,title,requirements\nvacancy,Driver,{field} is yes\n".encode())
    answer = coach.client.post(
        "/offers/import",
        data={"csrf_token": coach.token("/offers/import"), "command_id": str(uuid4()), "file": (file, "offers.csv")},
    )
    assert answer.status_code == 400
    assert "Line 2: People are not selected" in answer.get_data(as_text=True)
    town.services.engine.catch_up()
    with town.services.database.read() as connection:
        assert offers.all_offers(connection) == []


def test_a_vacancy_is_proposed_from_its_match_alone(town: Town, offer_id: UUID, clients: dict[str, UUID]) -> None:
    coach = town.visit("coach")
    for forged in ("", "made-up", token(town.visit("colleague"), offer_id)):
        assert propose(coach, offer_id, clients["With"], match=forged).status_code == 400
    answer = propose(coach, offer_id, clients["With"], clients["Without"])
    assert "does not meet the requirements" in answer.get_data(as_text=True)
    assert made(town, clients["With"]) == [], "nothing is half done"
    theirs = town.new_client("colleague", "Not mine")
    assert propose(coach, offer_id, theirs).status_code == 400
    assert propose(coach, offer_id, clients["With"], clients["Unknown"]).status_code == 303
    assert made(town, clients["With"]) == made(town, clients["Unknown"]) == ["proposed"]


def test_a_match_looked_at_before_the_offer_changed_proposes_nothing(
    town: Town, offer_id: UUID, clients: dict[str, UUID]
) -> None:
    coach = town.visit("coach")
    old = token(coach, offer_id)
    changed = coach.post(
        f"/offers/{offer_id}/change",
        kind="vacancy",
        title="Driver",
        capacity="1",
        shown="1",
        ask=["driving_licence"],
        **{"op-driving_licence": "includes", "values-driving_licence": "C"},
    )
    assert changed.status_code == 303
    assert propose(coach, offer_id, clients["With"], match=old).status_code == 400
    assert made(town, clients["With"]) == []


def test_a_proposal_is_posted_answered_and_concluded(town: Town, offer_id: UUID, clients: dict[str, UUID]) -> None:
    coach, client_id = town.visit("coach"), clients["With"]
    propose(coach, offer_id, client_id)
    file = f"/clients/{client_id}"
    (letter,) = set(re.findall(rf"{file}/proposals/[0-9a-f-]+/letter", coach.get(file)))
    assert "Beste With," in coach.get(letter)
    step = letter.removesuffix("/letter")
    page = coach.get(file)
    assert "proposed, not sent yet" in page
    assert 'value="remind"' not in page and "?reminder=1" not in page, "there is nothing to remind of"
    assert coach.post(step, form=file, step="reminder_posted").status_code == 400
    for data, wanted in (
        ({"step": "delivered"}, "delivered"),
        ({"step": "reminder_posted"}, "delivered"),
        ({"step": "answer", "answer": "interested", "own_words": "When can I start?"}, "answered"),
        ({"step": "conclude", "outcome": "placed"}, "concluded"),
    ):
        assert coach.post(step, form=file, **data).status_code == 303
        assert made(town, client_id) == [wanted]
        if data["step"] == "delivered":
            assert coach.post(step, form=file, step="remind").status_code == 400, "there is no mail"
            assert "reminded" not in coach.get(file)
            assert 'value="reminder_posted"' in coach.get(f"{letter}?reminder=1")
            assert 'name="step"' not in coach.get(letter), "it was posted"
    page = coach.get(file)
    assert "When can I start?" in page and "got the job" in page
    assert coach.post(step, form=file, step="delivered").status_code == 400
    town.visit("colleague").get(letter, 404)


def test_a_file_of_offers_is_read_whole_or_not_at_all(town: Town) -> None:
    coach = town.visit("coach")

    def send(text: str) -> TestResponse:
        data = {"csrf_token": coach.token("/offers/import"), "command_id": str(uuid4())}
        return coach.client.post("/offers/import", data=data | {"file": (io.BytesIO(text.encode()), "offers.csv")})

    head = "kind;title;capacity;starts_on;requirements\n"
    good = "workshop;Writing a CV;12;2027-01-04;\n"
    bad = send(head + good + "party;Cake;1;;\nvacancy;;1;;\nvacancy;Driver;many;;\nvacancy;Driver;1;soon;\n")
    page = bad.get_data(as_text=True)
    assert bad.status_code == 400
    assert [f"Line {n}" in page for n in (2, 3, 4, 5, 6)] == [False, True, True, True, True]
    assert "There is no vacancy or workshop yet" in coach.get("/offers")
    assert send(head + good + 'vacancy;Driver;2;;"driving_licence includes B"\n').status_code == 303
    assert "Writing a CV" in coach.get("/offers") and "Driver" in coach.get("/offers")
    for nonsense in ("", "kind;title\n", "a;b\n1;2\n", "kind;title\n\xff"):
        assert send(nonsense).status_code == 400


def test_what_a_selection_does_to_groups_shows_no_group_under_five(town: Town, offer_id: UUID) -> None:
    for number in range(9):
        client_id = town.new_client("coach", f"Client {number}")
        context = CommandContext(town.services.clock(), town.accounts["coach"].account_id)
        values = {"gender": "woman" if number < 6 else "man", "driving_licence": ["B"]}
        for field, value in values.items():
            command = RegisterField(client_id=client_id, field=field, value=value, known_on=date(2026, 6, 2))
            town.services.clients.handle(command, context, uuid4())
    town.services.engine.catch_up()
    page = town.visit("coach").get(f"/offers/{offer_id}/match").partition('id="effects"')[2]
    women = re.findall(r"Gender: women</th>(.*?)</tr>", page, re.DOTALL)[0]
    men = re.findall(r"Gender: men</th>(.*?)</tr>", page, re.DOTALL)[0]
    assert ">3<" not in men and "Fewer than five" in men
    assert ">6<" not in women, "three men would follow from six women and the total above"
