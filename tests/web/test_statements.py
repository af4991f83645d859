"""A page asks the database as often for twelve clients as for three: a question for each of them goes unnoticed in a
town of a few, and makes the page of a team slow."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event

from domain.client import Channel, Delivery, Outcome, PlanTask, ProposeOffer, RecordContact
from domain.client.own_notes import WriteOwnNote
from domain.matching import parse_requirement
from domain.offer import OfferKind, OpenOffer
from domain.workshop_session import TakePlace
from eventlog.commands import CommandContext
from feedback.signal import Kind, LogSignal
from tests.web.at_work import appointment_of, invitation_of, session_of, step_of
from tests.web.conftest import Town
from tests.web.filling_in import ask, say
from tests.web.test_doors import doors, expected

FEW, MANY = 3, 12
LIST = re.compile(r"\(\?(, \?)+\)")


@contextmanager
def listened(town: Town) -> Iterator[Counter[str]]:
    """How often each statement is given."""
    heard: Counter[str] = Counter()

    def hear(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        # However many are asked for at once, it is one question.
        heard[LIST.sub("(?)", " ".join(statement.split()))] += 1

    event.listen(town.services.database.engine, "before_cursor_execute", hear)
    yield heard
    event.remove(town.services.database.engine, "before_cursor_execute", hear)


def one_more(town: Town, nth: int, session_id: UUID) -> None:
    """A client of the coach of whom there is one of everything that a list or a page of all shows."""
    services, coach = town.services, town.accounts["coach"]
    client_id, offer_id = town.new_client("coach", f"Anna de Vries {nth}"), uuid4()
    now = CommandContext(services.clock(), coach.account_id)
    asked = [parse_requirement("driving_licence includes B")]
    opened = OpenOffer(offer_id=offer_id, kind=OfferKind.VACANCY, title=f"Driver {nth}", requirements=asked)
    services.offers.handle(opened, now, uuid4())
    say(town, client_id, "driving_licence", ["B"])
    say(town, client_id, "birth_date", "1988-03-27")
    for command in (
        RecordContact(
            client_id=client_id,
            contact_id=uuid4(),
            held_on=services.today,
            channel=Channel.PHONE,
            outcome=Outcome.SPOKEN,
            note="The course",
        ),
        PlanTask(client_id=client_id, task_id=uuid4(), what="call", due_on=services.today),
        ProposeOffer(
            client_id=client_id,
            proposal_id=uuid4(),
            offer_id=offer_id,
            offer_kind=OfferKind.VACANCY,
            delivery=Delivery.LETTER,
        ),
        WriteOwnNote(client_id=client_id, what="Call after four", look_on=services.today + timedelta(days=1)),
    ):
        services.clients.handle(command, now, uuid4())
    logged = LogSignal(
        signal_id=uuid4(), viewer=coach.viewer, kind=Kind.DEFINITION, page="caseload.caseload", seen=f"Mopeds {nth}"
    )
    services.signals.handle(logged, now, uuid4())
    appointment_of(town, client_id, days=nth % 5 + 1)
    step_of(town, client_id, ends_in=nth % 9)
    session_of(town, client_id, days=nth % 3 + 1)
    # All of them in the one whose page is looked at, too.
    take = TakePlace(session_id=session_id, client_id=client_id)
    services.workshops.handle(take, now, uuid4())
    invitation_of(town, client_id)
    ask(town, client_id)
    town.new_application(f"Fien Fransen {nth}")
    services.engine.catch_up()


def statements(town: Town, who: str, addresses: dict[str, str]) -> dict[str, Counter[str]]:
    """What each page that somebody is let in to asks, once what a process keeps is there."""
    visitor, found = town.visit(who), {}
    for page, address in addresses.items():
        visitor.client.get(address)
        with listened(town) as heard:
            visitor.client.get(address)
        found[page] = heard
    return found


@pytest.mark.parametrize("who", ["coach", "quality", "manager", "process", "privacy", "admin"])
def test_a_page_asks_as_often_for_many_clients_as_for_a_few(town: Town, who: str) -> None:
    let_in = expected()
    addresses = {
        door.split()[0]: address
        for door, address in doors(town).items()
        if door.endswith(" GET") and let_in[door][who] == 0
    }
    session_id = session_of(town, town.new_client("coach", "Anna de Vries"))
    if "workshops.sheet" in addresses:
        addresses["workshops.sheet"] = f"/sessions/{session_id}"
    for nth in range(FEW - 1):
        one_more(town, nth, session_id)
    few = statements(town, who, addresses)
    for nth in range(FEW - 1, MANY - 1):
        one_more(town, nth, session_id)
    many = statements(town, who, addresses)
    more = {page: few_and_many for page in addresses if (few_and_many := _more(few[page], many[page]))}
    assert not more, more


def _more(few: Counter[str], many: Counter[str]) -> dict[str, tuple[int, int]]:
    """What is asked more often for many, where the page asks more; other statements may take each other's place."""
    if many.total() <= few.total():
        return {}
    return {statement: (few[statement], asked) for statement, asked in many.items() if asked > few[statement]}


def test_the_page_of_the_own_team_counts_what_is_missing_there_alone(town: Town) -> None:
    """Nothing is hidden from whoever leads it, so what others miss is not asked: in a city that is a million rows."""
    one_more(town, 1, session_of(town, town.new_client("coach", "Anna de Vries")))
    manager, address = town.visit("manager"), f"/teams/{town.teams['north'].team_id}"
    manager.get(address)
    with listened(town) as heard:
        manager.get(address)
    of_gaps = [statement for statement in heard if "FROM data_gaps JOIN" in statement]
    assert of_gaps and all("data_gaps_clients.team_id = ?" in statement for statement in of_gaps), of_gaps
