"""Recording through the pages: one's own write is on the next page, and nothing is stored twice or half."""

from __future__ import annotations

from uuid import uuid4

import pytest
from werkzeug.test import TestResponse

from domain.client import Channel, CorrectContact, RecordContact
from eventlog.commands import CommandContext
from projections import contacts
from projections.engine.verify import verify
from tests.web.conftest import Town, days_ago


def contact(**more: object) -> dict[str, object]:
    return {
        "contact_id": str(uuid4()),
        "held_on": days_ago(1),
        "channel": "phone",
        "outcome": "spoken",
        "started_by": "coach",
        "own_words": "I would rather work outside.",
        **more,
    }


def test_an_intake_is_on_the_file_that_follows(town: Town) -> None:
    coach = town.visit("coach")
    answer = coach.post(
        "/intake",
        client_id=str(uuid4()),
        held_on=days_ago(3),
        name="Daan Dijkstra",
        birth_date="1990",
        client_number="X-1",
        coach=str(town.accounts["coach"].account_id),
    )
    assert answer.status_code == 303
    page = coach.get(answer.location)
    assert "Daan Dijkstra" in page and "1990" in page
    assert "Daan Dijkstra" in coach.get("/caseload")
    assert town.nudges, "the workers were told"


def test_who_is_a_client_already_is_told_without_telling_whose(town: Town) -> None:
    def intake(account: str, **said: str) -> TestResponse:
        coach_id = str(town.accounts[account].account_id)
        return town.visit(account).post("/intake", client_id=str(uuid4()), held_on=days_ago(3), coach=coach_id, **said)

    known = {"name": "Zoë de Vries", "birth_date": "2-1-1980", "client_number": "X-17"}
    assert intake("colleague", **known).status_code == 303
    town.services.engine.catch_up()
    by_number = intake("coach", name="Zo", client_number=" x-17 ")
    page = by_number.get_data(as_text=True)
    assert by_number.status_code == 400 and "already a client here, or was before" in page
    alike = {"name": "ZOE\u0308  de vries", "birth_date": "1980-01-02"}
    by_name = intake("coach", **alike)
    told = by_name.get_data(as_text=True)
    assert by_name.status_code == 400 and "a similar name and birth date" in told
    assert "1 person whose file you may not open: ask the privacy officer." in told
    assert 'name="somebody_else"' in told and 'name="somebody_else"' not in page
    for answer in (page, told):
        assert town.accounts["colleague"].full_name not in answer and "/clients/" not in answer
    assert intake("coach", **alike, somebody_else="y").status_code == 303
    assert intake("coach", name="Zoë de Vries", birth_date="1981").status_code == 303


def test_a_contact_is_visible_at_once_though_no_worker_runs(town: Town) -> None:
    client_id = town.new_client("coach", "Anna de Vries")
    coach = town.visit("coach")
    assert "Anna de Vries" in coach.get("/caseload?show=not_seen")
    answer = coach.post(f"/clients/{client_id}/contact", **contact())
    assert answer.status_code == 303
    assert "Anna" not in answer.location
    page = coach.get(answer.location)
    assert "I would rather work outside." in page
    assert "Anna de Vries" not in coach.get("/caseload?show=not_seen")


def test_a_double_click_is_one_contact(town: Town) -> None:
    client_id = town.new_client("coach", "Anna de Vries")
    coach = town.visit("coach")
    form = contact(command_id=str(uuid4()))
    first, second = (coach.post(f"/clients/{client_id}/contact", **form) for _ in range(2))
    assert first.location == second.location
    coach.get(first.location)
    with town.services.database.read() as connection:
        assert len(contacts.of_client(connection, client_id)) == 1


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("held_on", "2031-01-01", "be in the future"),
        ("held_on", "2020-01-01", "before the intake"),
        ("held_on", "yesterday", "Not a valid date"),
        ("channel", "smoke", "Not a valid choice"),
        ("minutes_with_client", "9999", "between 0 and 600"),
        ("agreed_on", "2030-01-01", "Enter what was agreed"),
        ("own_words", "x" * 4001, "too long"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_is_lost(
    town: Town, field: str, value: str, sentence: str
) -> None:
    client_id = town.new_client("coach", "Anna de Vries")
    coach = town.visit("coach")
    head = town.services.log.head()
    answer = coach.post(f"/clients/{client_id}/contact", **contact(note="Kept while mending.") | {field: value})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 400
    assert sentence in page.replace("&#39;", "'")
    assert "Kept while mending." in page
    assert town.services.log.head() == head


def test_a_field_is_registered_with_its_definition_beside_it(town: Town) -> None:
    client_id = town.new_client("coach", "Anna de Vries")
    coach = town.visit("coach")
    address = f"/clients/{client_id}/fields/driving_licence"
    assert "valid in the Netherlands now" in coach.get(address)
    answer = coach.post(address, answer="value", value=["B"], known_on=days_ago(0), source="conversation", shown="0")
    assert answer.status_code == 303
    assert "B (car)" in coach.get(answer.location)
    assert "Anna de Vries" in coach.get("/caseload?field=driving_licence&is=B")
    assert "Anna de Vries" not in coach.get("/caseload?field=driving_licence&is=unknown")


@pytest.mark.parametrize("answer", ["not_relevant", "declined"])
def test_an_answer_that_there_is_none_takes_the_field_off_the_file(town: Town, answer: str) -> None:
    client_id = town.new_client("coach", "Anna de Vries")
    coach = town.visit("coach")
    address = f"/clients/{client_id}/fields/education_level"
    assert "Education level" in coach.get(f"/clients/{client_id}").split(">History<")[0]
    without_reason = coach.post(address, answer=answer, review_on="2027-05-01", shown="0")
    assert without_reason.status_code == 400
    sent = coach.post(address, answer=answer, reason="Goes to school first.", review_on="2027-05-01", shown="0")
    page = coach.get(sent.location)
    assert "Education level" not in page.split(">History<")[0]
    assert "Goes to school first." in page


def test_two_changes_of_one_field_are_shown_side_by_side(town: Town) -> None:
    client_id = town.new_client("coach", "Anna de Vries")
    address = f"/clients/{client_id}/fields/education_level"
    coach, officer = town.visit("coach"), town.visit("quality")
    form = {"answer": "value", "known_on": days_ago(0), "source": "conversation", "shown": "0"}
    assert coach.post(address, value="primary", **form).status_code == 303
    late = officer.post(address, value="master", **form)
    page = late.get_data(as_text=True)
    assert late.status_code == 409
    assert "primary school" in page and "Somebody else changed this" in page
    assert 'value="master" checked' in page
    assert officer.post(address, value="master", **form | {"shown": "3"}).status_code == 303


def test_a_contact_corrected_meanwhile_is_a_conflict(town: Town) -> None:
    client_id = town.new_client("coach", "Anna de Vries")
    contact_id, account = uuid4(), town.accounts["coach"].account_id
    context = CommandContext(town.services.clock(), account)
    facts = {"client_id": client_id, "contact_id": contact_id, "held_on": town.services.today}
    recorded = RecordContact(**facts, channel=Channel.PHONE, note="mine")  # type: ignore[arg-type]  # the test gives what fits
    town.services.clients.handle(recorded, context, uuid4())
    officer = town.visit("quality")
    address = f"/clients/{client_id}/contacts/{contact_id}"
    officer.get(address)
    theirs = CorrectContact(**facts, channel=Channel.LETTER, note="theirs", reason="typo")  # type: ignore[arg-type]  # the test gives what fits
    town.services.clients.handle(theirs, context, uuid4())
    late = officer.post(address, **contact(note="the officer's", reason="wrong day", shown="3"))
    page = late.get_data(as_text=True).replace("&#39;", "'")
    assert late.status_code == 409
    assert "theirs" in page and "the officer's" in page


def test_an_assignment_moves_the_client_to_the_colleague(town: Town) -> None:
    client_id = town.new_client("coach", "Anna de Vries")
    manager = town.visit("manager")
    answer = manager.post(f"/clients/{client_id}/assign", coach=str(town.accounts["colleague"].account_id))
    manager.get(answer.location)
    assert "Anna de Vries" in town.visit("colleague").get("/caseload")
    assert "Anna de Vries" not in town.visit("coach").get("/caseload")
    elsewhere = manager.post(f"/clients/{client_id}/assign", coach=str(town.accounts["stranger"].account_id))
    assert elsewhere.status_code == 400 and "coach-about" in elsewhere.get_data(as_text=True)


def test_a_closed_file_takes_nothing_until_it_is_reopened(town: Town) -> None:
    client_id = town.new_client("coach", "Anna de Vries")
    coach = town.visit("coach")
    coach.post(f"/clients/{client_id}/contact", **contact(agreed_next="She sends the letter.", agreed_on=days_ago(0)))
    assert "1 task, commitment or step is still open; it ends" in coach.get(f"/clients/{client_id}/close")
    closed = coach.post(f"/clients/{client_id}/close", day=days_ago(0), reason="job")
    page = coach.get(closed.location)
    assert "File closed" in page and "counted again from this day" in coach.get(f"/clients/{client_id}/close")
    refused = coach.post(f"/clients/{client_id}/contact", **contact())
    assert "Reopen it first" in refused.get_data(as_text=True)
    # The form for closing, sent from another tab where the file was open still, doesn't reopen it.
    late = coach.post(f"/clients/{client_id}/close", day=days_ago(0), reason="job", step="close")
    assert late.status_code == 400 and "reopen" in coach.get(f"/clients/{client_id}/close")
    command_id = str(uuid4())
    for _ in range(2):
        sent = coach.post(
            f"/clients/{client_id}/close",
            day=days_ago(0),
            reason="The contract ended.",
            step="reopen",
            command_id=command_id,
        )
        assert sent.status_code == 303
    assert coach.post(f"/clients/{client_id}/contact", **contact()).status_code == 303


def test_an_erased_client_is_gone_from_every_page(town: Town) -> None:
    client_id = town.new_client("coach", "Anna de Vries")
    coach, officer = town.visit("coach"), town.visit("privacy")
    coach.post(f"/clients/{client_id}/contact", **contact())
    unsure = officer.post("/privacy", client=str(client_id), reason="client_request")
    assert unsure.status_code == 400
    sure = officer.post("/privacy", client=str(client_id), reason="client_request", sure="yes")
    assert str(client_id) in officer.get(sure.location)
    page = coach.get(f"/clients/{client_id}")
    assert "was erased" in page
    assert "Anna" not in page and "rather work outside" not in page
    assert "Anna" not in coach.get("/caseload")
    assert coach.post(f"/clients/{client_id}/contact", form="/caseload", **contact()).status_code == 400
    assert list(verify(town.services.engine)) == []


def test_a_sensitive_value_is_shown_to_the_own_coach_alone(town: Town) -> None:
    client_id = town.new_client("coach", "Anna de Vries")
    coach = town.visit("coach")
    form = {"answer": "value", "value": "problematic", "known_on": days_ago(0), "source": "conversation", "shown": "0"}
    answer = coach.post(f"/clients/{client_id}/fields/debts", **form)
    assert "problematic debts" in coach.get(answer.location)
    for who in ("quality", "manager"):
        assert "problematic debts" not in town.visit(who).get(f"/clients/{client_id}")
    town.visit("quality").get(f"/clients/{client_id}/fields/debts", 403)


def test_a_signal_comes_with_page_field_and_filter_and_is_followed_up(town: Town) -> None:
    coach, improver, process = town.visit("coach"), town.visit("improver"), town.visit("process")
    form = "/signals/new?page=caseload.caseload&here=?show=not_seen%26coach=Jan%26field=cv%26is=stale"
    page = coach.get(form)
    assert 'value="show=not_seen&amp;field=cv&amp;is=stale"' in page, "a name in the address stays behind"
    signal_id = uuid4()
    answer = coach.post(
        "/signals/new",
        signal_id=str(signal_id),
        kind="definition",
        seen="Which day is the CV's?",
        page="caseload.caseload",
        field="cv",
        filter="show=not_seen&coach=Jan",
    )
    assert "Which day is the CV" in coach.get(answer.location)
    assert "Which day" in improver.get("/signals")
    address = f"/signals/{signal_id}"
    assert coach.post(address, step="triage").status_code == 400, "a coach does not triage"
    moves: list[tuple[str, dict[str, object]]] = [
        ("triage", {}),
        ("discuss", {}),
        ("accept", {}),
        ("plan", {"on": "2026-12-01"}),
        ("deliver", {"reason": "It says so now."}),
    ]
    for step, more in moves:
        sent = (process if step == "accept" else improver).post(address, step=step, **more)
        assert sent.status_code == 303, step
        improver.get(sent.location)
    mine = coach.get("/signals/mine")
    assert "delivered" in mine and "It says so now." in mine
    coach.get(coach.post(address, step="confirm").location)
    assert "confirmed" in coach.get(address)


def test_other_teams_show_figures_without_small_groups(town: Town) -> None:
    for n in range(3):
        town.new_client("coach", f"Client {n}")
    south = town.teams["south"].team_id
    north = town.teams["north"].team_id
    assert ">3<" in town.visit("manager").get(f"/teams/{north}")
    other = town.visit("manager-south").get(f"/teams/{north}").partition('id="rebuilt"')[0]
    assert ">3<" not in other and "fewer than five" in other
    town.visit("manager-south").get(f"/teams/{south}")
    town.visit("coach").get(f"/teams/{uuid4()}", 404)


def test_pages_speak_dutch(town: Town) -> None:
    coach = town.visit("coach")
    coach.post("/language", form="/caseload", language="nl", here="/caseload")
    assert '<html lang="nl">' in coach.get("/caseload")
    assert "Rijbewijs" in coach.get("/definitions")


def test_a_person_in_a_signal_is_pointed_out_before_it_is_stored(town: Town) -> None:
    coach = town.visit("coach")
    data = {"signal_id": str(uuid4()), "kind": "fault", "seen": "Nothing for DEMO-000123", "expected": "a@example.org"}
    head = town.services.log.head()
    answer = coach.post("/signals/new", **data)
    assert answer.status_code == 400
    assert "may identify a person" in answer.get_data(as_text=True)
    assert town.services.log.head() == head
    assert coach.post("/signals/new", **data, send="without").status_code == 303
    mine = coach.get("/signals/mine")
    assert "Nothing for …" in mine and "DEMO-000123" not in mine


def test_the_board_is_taken_along_without_who_reported(town: Town) -> None:
    coach = town.visit("coach")
    coach.post("/signals/new", signal_id=str(uuid4()), kind="idea", seen="=1+1")
    for kind, wanted in (("csv", "'=1+1"), ("json", '"=1+1"')):
        text = town.visit("improver").post("/signals/export", form="/signals", format=kind).get_data(as_text=True)
        assert wanted in text and "Coach Invented" not in text
    assert town.visit("improver").post("/signals/export", form="/signals", format="pdf").status_code == 400


def test_who_may_be_the_same_is_shown_where_the_file_may_be_opened(town: Town) -> None:
    def intake(account: str, **said: str) -> TestResponse:
        coach_id = str(town.accounts[account].account_id)
        return town.visit(account).post("/intake", client_id=str(uuid4()), held_on=days_ago(3), coach=coach_id, **said)

    assert intake("coach", name="Catharina Meijer", birth_date="1980-02-01").status_code == 303
    assert intake("colleague", name="Katarina Mulder", birth_date="1980-02-01", somebody_else="y").status_code == 303
    told = intake("coach", name="Katarina Meyer", birth_date="2-1-1980").get_data(as_text=True)
    assert "Catharina Meijer</a>: a name that sounds alike, and the same birth date" in told
    assert "1 person whose file you may not open" in told and "Mulder" not in told
