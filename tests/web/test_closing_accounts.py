"""Closing an account: what hangs on it is shown and handed over first, so that no client is left with nobody."""

from __future__ import annotations

from datetime import timedelta
from html import unescape
from uuid import UUID, uuid4

import pytest

from application import signal_logging, signal_steps, transfers
from application.looks import Look
from feedback import board
from feedback.signal import AssignSignal, Kind, LogSignal
from projections import agenda
from records import leave, people, routing
from tests.web.conftest import Town
from tests.web.test_doors import doors
from tests.web.test_lengths import Forms, SentForm


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


def test_signals_go_back_to_their_teams_and_questions_are_taken_back(town: Town) -> None:
    services, coach, leaver = town.services, town.accounts["coach"].viewer, town.accounts["improver"]
    client_id, north = town.new_client("coach", "Anna de Vries"), leaver.team_id
    assert north is not None
    given = []
    for team in (north, north, None):
        log = LogSignal(signal_id=uuid4(), viewer=coach, kind=Kind.IDEA, page="caseload.caseload", seen="A wish")
        signal_logging.log_signal(services, coach, log, None, uuid4())
        command = AssignSignal(signal_id=log.signal_id, viewer=leaver.viewer, team=team, person=leaver.account_id)
        signal_steps.assign_signal(services, leaver.viewer, command, uuid4())
        given.append(log.signal_id)
    look = Look(services, coach, "client.client")
    transfers.propose_transfer(services, look, client_id, leaver.account_id, "She asked for it", uuid4())
    with services.database.write() as connection:
        # As it was left behind by who closed the account before rules were looked at.
        routing.add(connection, "fault", None, None, north, leaver.account_id)
    admin = town.visit("admin")
    page = unescape(admin.get(f"/people/{leaver.account_id}/close"))
    assert "2 signals are assigned to this colleague; they stay with" in page and "it stays with the city" in page
    assert "is asked to take over 1 client; the question is taken back" in page and "Anna" not in page
    assert admin.post(f"/people/{leaver.account_id}/close", form="/people").status_code == 303
    services.engine.catch_up()
    with services.database.read() as connection:
        rows = board.by_id(connection, given)
        assert [(rows[s].handled_by, rows[s].person) for s in given] == [(north, None), (north, None), (None, None)]
        assert agenda.transfer_of(connection, client_id) is None
    with services.database.write() as connection:
        routing.add(connection, "fault", None, None, north, leaver.account_id)
    log = LogSignal(signal_id=uuid4(), viewer=coach, kind=Kind.FAULT, page="caseload.caseload", seen="It fails")
    signal_logging.log_signal(services, coach, log, None, uuid4())
    services.engine.catch_up()
    with services.database.read() as connection:
        found = board.signal(connection, log.signal_id)
    assert found is not None and (found.handled_by, found.person) == (north, None), "the rule's team, and nobody gone"


class Offering(Forms):
    """The forms of a page, with the fields that somebody's id can be chosen in."""

    def __init__(self, page: str, path: str, account_id: UUID) -> None:
        self.wanted, self.offered, self.chosen_in = str(account_id), [], ""
        super().__init__(page, path)

    offered: list[tuple[SentForm, str]]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        super().handle_starttag(tag, attrs)
        given = dict(attrs)
        if tag == "select":
            self.chosen_in = given.get("name") or ""
        if given.get("value") == self.wanted and self.found:
            self.offered.append((self.found[-1], given.get("name") or self.chosen_in))


# Where one chooses whose clients are given to others.
LEAVING = {("/team/reassign", "coach")}


@pytest.mark.parametrize("name", ["colleague", "improver"])
def test_nothing_is_offered_to_or_taken_for_an_account_that_is_closed(town: Town, name: str) -> None:
    account_id, found = town.accounts[name].account_id, doors(town)
    # Nobody who works here is named by an id that stays the same, so what an account could be given is tried by all.
    visitors = [town.visit(who) for who in ("coach", "quality", "manager", "process")]

    def offers() -> list[tuple[int, SentForm, str]]:
        offered = []
        for nth, visitor in enumerate(visitors):
            for door, path in found.items():
                if door.endswith("GET"):
                    answer = visitor.client.get(path)
                    if answer.status_code == 200 and answer.mimetype == "text/html":
                        forms = Offering(answer.get_data(as_text=True), path, account_id)
                        offered += [(nth, form, field) for form, field in forms.offered]
        return offered

    before = offers()
    assert {field for _, _, field in before} >= {"coach", "person" if name == "improver" else "stand_in"}
    with town.services.database.write() as connection:
        people.set_active(connection, account_id, active=False)
    still = [(form.action, field) for _, form, field in offers() if (form.action, field) not in LEAVING]
    assert still == []
    head = town.services.log.head()
    for nth, form, field in before:
        sent = {**form.values, field: str(account_id)} | {"command_id": str(uuid4())}
        if not form.post or (form.action, field) in LEAVING:
            continue
        answer = visitors[nth].client.post(form.action, data=sent)
        # A signal is asked about once more before it is logged; a redirect would say that it was done.
        assert answer.status_code == 200 or 400 <= answer.status_code < 500, (form.action, field, answer.status_code)
    assert town.services.log.head() == head


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
