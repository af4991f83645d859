"""What is still to be done for whom: tasks, promises and transfers, from their beginning to their end."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from application.services import Services
from domain.client import (
    AcceptTransfer,
    AssignClient,
    CloseClient,
    ClosingReason,
    CorrectContact,
    FinishTask,
    PlanTask,
    ProposeTransfer,
    RefuseTransfer,
    SettlePromise,
    StrikeContact,
    TaskKind,
    WithdrawTransfer,
)
from domain.client.tasks import WaitFor, WaitingFor
from eventlog.commands import CommandContext
from projections import agenda
from projections.caseload import Scope
from projections.engine.verify import verify
from tests.conftest import NOW
from tests.stories import CLIENT, COACH, TEAM, begin, contact, do

OTHER, COLLEAGUE, OTHER_TEAM = UUID(int=46), UUID(int=9), UUID(int=45)
TODAY = NOW.date()
FRIDAY, MONDAY, TUESDAY = date(2026, 11, 20), date(2026, 11, 23), date(2026, 11, 24)


@pytest.fixture
def services(sqlite_services: Services) -> Services:
    begin(sqlite_services)
    return sqlite_services


def items(services: Services, client_id: UUID = CLIENT) -> list[agenda.AgendaItem]:
    services.engine.catch_up()
    with services.database.read() as connection:
        return agenda.of_client(connection, client_id)


def opened(services: Services, scope: Scope, upto: date | None = None) -> list[UUID]:
    services.engine.catch_up()
    with services.database.read() as connection:
        return [row.item_id for row in agenda.open_items(connection, scope, upto)]


def task(services: Services, due_on: date, client_id: UUID = CLIENT, kind: TaskKind = TaskKind.OWN) -> UUID:
    task_id = uuid4()
    do(services, PlanTask(client_id=client_id, task_id=task_id, what="Ask for the CV", due_on=due_on, kind=kind))
    return task_id


def correct(contact_id: UUID, agreed_next: str | None, agreed_on: date | None = None) -> CorrectContact:
    given = contact(contact_id=contact_id, agreed_next=agreed_next, agreed_on=agreed_on)
    facts = {name: getattr(given, name) for name in given.__struct_fields__}
    return CorrectContact(**facts, reason="misheard")


def test_a_task_stays_until_it_is_done(services: Services) -> None:
    task_id = task(services, FRIDAY, kind=TaskKind.CALL_BACK)
    assert items(services) == [agenda.AgendaItem(CLIENT, task_id, "call_back", FRIDAY, 3, None, None)]
    with services.database.read() as connection:
        assert connection.execute(agenda.agenda.select()).mappings().all() == [
            {
                "client_id": CLIENT,
                "item_id": task_id,
                "kind": "call_back",
                "due_on": FRIDAY,
                "planned_by": COACH,
                "planned_on": TODAY,
                "words": 3,
                "done_on": None,
                "kept": None,
                "waiting_for": None,
                "waiting_since": None,
                "answered_by": None,
            }
        ]
    do(services, FinishTask(client_id=CLIENT, task_id=task_id))
    assert items(services) == []


def test_what_comes_first_stands_first_and_what_has_no_day_last(services: Services) -> None:
    undated, later, first = uuid4(), uuid4(), uuid4()
    do(services, contact(contact_id=undated, agreed_next="She sends it some day"))
    do(services, contact(contact_id=later, agreed_next="She sends it", agreed_on=TUESDAY))
    do(services, contact(contact_id=first, agreed_next="I call", agreed_on=FRIDAY))
    monday = task(services, MONDAY)
    assert [row.item_id for row in items(services)] == [first, monday, later, undated]
    everything = [first, monday, later, undated]
    assert opened(services, Scope()) == everything
    assert opened(services, Scope(), FRIDAY) == [first, undated]
    assert opened(services, Scope(), MONDAY) == [first, monday, undated]
    assert opened(services, Scope(), date(2026, 11, 19)) == [undated]


def test_each_sees_what_is_to_be_done_for_the_open_clients_of_the_own_scope(services: Services) -> None:
    begin(services, OTHER)
    do(services, AssignClient(client_id=OTHER, team=OTHER_TEAM, coach=COLLEAGUE, assigned_on=TODAY))
    mine, theirs = task(services, FRIDAY), task(services, FRIDAY, OTHER)
    assert opened(services, Scope(coach_id=COACH)) == opened(services, Scope(team_id=TEAM)) == [mine]
    assert opened(services, Scope(coach_id=COLLEAGUE)) == opened(services, Scope(team_id=OTHER_TEAM)) == [theirs]
    do(services, CloseClient(client_id=OTHER, reason=ClosingReason.JOB, closed_on=TODAY))
    assert opened(services, Scope()) == [mine]


def test_a_promise_reads_as_it_was_corrected_last(services: Services) -> None:
    contact_id = uuid4()
    do(services, contact(contact_id=contact_id))
    assert items(services) == []
    do(services, correct(contact_id, "She sends her CV", FRIDAY))
    assert [(row.words, row.due_on, row.kind) for row in items(services)] == [(4, FRIDAY, agenda.PROMISE)]
    do(services, correct(contact_id, "She sends her diploma", MONDAY))
    assert [(row.words, row.due_on) for row in items(services)] == [(5, MONDAY)]
    do(services, correct(contact_id, None))
    assert items(services) == []


@pytest.mark.parametrize(("again", "words"), [("She sent her diploma", 5), (None, 3)])
def test_a_promise_that_was_settled_stays_settled_whatever_is_corrected(
    services: Services, again: str | None, words: int
) -> None:
    contact_id = uuid4()
    do(services, contact(contact_id=contact_id, agreed_next="She sends her CV", agreed_on=FRIDAY))
    do(services, SettlePromise(client_id=CLIENT, contact_id=contact_id, kept=False))
    do(services, correct(contact_id, again))
    assert items(services) == []
    with services.database.read() as connection:
        (row,) = connection.execute(agenda.agenda.select()).mappings().all()
    assert (row["done_on"], row["kept"], row["words"], row["due_on"]) == (TODAY, False, words, FRIDAY)


def test_a_promise_goes_with_the_contact_in_which_it_was_made(services: Services) -> None:
    one, other = uuid4(), uuid4()
    for contact_id in (one, other):
        do(services, contact(contact_id=contact_id, agreed_next="She sends her CV"))
    silent = uuid4()
    do(services, contact(contact_id=silent))
    do(services, SettlePromise(client_id=CLIENT, contact_id=silent))
    for contact_id in (one, silent):
        do(services, StrikeContact(client_id=CLIENT, contact_id=contact_id, reason="wrong client"))
    assert [row.item_id for row in items(services)] == [other]


def waiting(services: Services, **of: Any) -> list[UUID]:
    services.engine.catch_up()
    with services.database.read() as connection:
        return [row.client_id for row in agenda.transfers_waiting(connection, **of)]


def propose(services: Services) -> None:
    do(services, ProposeTransfer(client_id=CLIENT, team=OTHER_TEAM, coach=COLLEAGUE, reason="moved house"))


def test_a_transfer_waits_for_whom_it_is_asked_and_is_seen_by_both_teams(services: Services) -> None:
    begin(services, OTHER)
    propose(services)
    assert waiting(services) == waiting(services, coach_id=COLLEAGUE) == [CLIENT]
    assert waiting(services, coach_id=COACH) == []
    assert waiting(services, team_ids=[OTHER_TEAM]) == waiting(services, team_ids=[TEAM]) == [CLIENT]
    assert waiting(services, team_ids=[UUID(int=1)]) == []
    with services.database.read() as connection:
        row = agenda.transfer_of(connection, CLIENT)
        assert agenda.transfer_of(connection, OTHER) is None
        (listed,) = agenda.transfers_waiting(connection)
    assert row is not None and listed.from_coach_id == COACH
    assert (row.team_id, row.coach_id, row.asked_by, row.asked_on, row.words) == (
        OTHER_TEAM,
        COLLEAGUE,
        COACH,
        TODAY,
        3,
    )


@pytest.mark.parametrize("end", ["accepted", "refused", "withdrawn", "assigned", "closed"])
def test_a_transfer_is_over_however_it_ends(services: Services, end: str) -> None:
    propose(services)
    services.engine.catch_up()
    colleague = CommandContext(NOW, COLLEAGUE)
    match end:
        case "accepted":
            services.clients.handle(AcceptTransfer(client_id=CLIENT), colleague, uuid4())
        case "refused":
            services.clients.handle(RefuseTransfer(client_id=CLIENT, reason="too many"), colleague, uuid4())
        case "withdrawn":
            do(services, WithdrawTransfer(client_id=CLIENT))
        case "assigned":
            do(services, AssignClient(client_id=CLIENT, team=TEAM, coach=UUID(int=8), assigned_on=TODAY))
        case _:
            do(services, CloseClient(client_id=CLIENT, reason=ClosingReason.JOB, closed_on=TODAY))
    assert waiting(services) == []


def test_a_call_is_done_with_the_contact_that_answers_it_and_asks_again_without_it(services: Services) -> None:
    call, own = task(services, FRIDAY, kind=TaskKind.CALL_BACK), task(services, FRIDAY)
    spoken = contact(TODAY)
    do(services, spoken)
    assert [i.item_id for i in items(services)] == [own]
    do(services, StrikeContact(client_id=CLIENT, contact_id=spoken.contact_id, reason="wrong client"))
    assert {i.item_id for i in items(services)} == {own, call}
    assert list(verify(services.engine, ["agenda"])) == []


def test_what_waits_for_somebody_else_is_not_due_and_a_correction_keeps_it_waiting(services: Services) -> None:
    promised = contact(TODAY, agreed_next="send the papers", agreed_on=TODAY)
    do(services, promised)
    own = task(services, TODAY)
    since = {"client_id": CLIENT, "since": TODAY}
    do(services, WaitFor(**since, contact_id=promised.contact_id, whom=WaitingFor.THIRD_PARTY))
    do(services, WaitFor(**since, task_id=own, whom=WaitingFor.CLIENT))
    scope = Scope(coach_id=COACH)
    assert opened(services, scope, TODAY) == [] and len(opened(services, scope)) == 2
    same = {"held_on": TODAY, "channel": promised.channel, "agreed_next": "send all papers", "agreed_on": TODAY}
    do(services, CorrectContact(client_id=CLIENT, contact_id=promised.contact_id, reason="typo", **same))  # type: ignore[arg-type]  # checked as the command's fields are
    by_id = {i.item_id: (i.waiting_for, i.waiting_since) for i in items(services)}
    assert by_id == {promised.contact_id: ("third_party", TODAY), own: ("client", TODAY)}
    do(services, WaitFor(**since, task_id=own, whom=None))
    assert opened(services, scope, TODAY) == [own]
    assert list(verify(services.engine, ["agenda"])) == []
