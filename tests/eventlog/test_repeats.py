"""A command id that comes again: the same content gets the first answer, other content is refused."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from application.services import Services
from domain.catalogue import Source
from domain.client import (
    ClientCommand,
    Delivery,
    ErasureReason,
    Outcome,
    ProposeOffer,
    RegisterField,
    StrikeContact,
    TakeIntake,
    Topic,
)
from domain.offer import OfferKind
from eventlog.commands import CommandContext, Step
from eventlog.repeats import ReusedError
from tests.conftest import NOW
from tests.stories import CLIENT, COACH, INTAKE_ON, TEAM, begin, contact, do, stored_rows

ID = UUID(int=77)
MINE = CommandContext(NOW, COACH)
LATER = CommandContext(NOW + timedelta(days=2), COACH)


@pytest.fixture
def begun(services: Services) -> Services:
    begin(services)
    return services


def test_the_same_again_gets_the_first_answer_whatever_happened_since(begun: Services) -> None:
    command = contact(note="said hello", own_words="I want to drive", topics=[Topic.WORK], contact_id=uuid4())
    first = begun.clients.handle(command, MINE, ID)
    do(begun, StrikeContact(client_id=CLIENT, contact_id=command.contact_id, reason="wrong client"))
    before = stored_rows(begun)
    assert begun.clients.handle(command, LATER, ID) == first
    assert stored_rows(begun) == before


CONTACT_ID = uuid4()
SENT = contact(note="said hello", own_words=None, topics=[Topic.WORK], contact_id=CONTACT_ID)


@pytest.mark.parametrize(
    "other",
    [
        contact(note="said something else", topics=[Topic.WORK], contact_id=CONTACT_ID),
        contact(note=None, topics=[Topic.WORK], contact_id=CONTACT_ID),
        contact(note="said hello", own_words="and so did I", topics=[Topic.WORK], contact_id=CONTACT_ID),
        contact(note="said hello", topics=[Topic.MONEY], contact_id=CONTACT_ID),
        contact(note="said hello", topics=[Topic.WORK], contact_id=uuid4()),
        contact(note="said hello", topics=[Topic.WORK], contact_id=CONTACT_ID, outcome=Outcome.NO_ANSWER),
        contact(INTAKE_ON, note="said hello", topics=[Topic.WORK], contact_id=CONTACT_ID),
        RegisterField(
            client_id=CLIENT, field="language_level", value="b1", known_on=INTAKE_ON, source=Source.CONVERSATION
        ),
        TakeIntake(client_id=uuid4(), held_on=INTAKE_ON, team=TEAM, name="Somebody Else"),
    ],
)
def test_other_content_under_the_same_id_is_refused(begun: Services, other: ClientCommand) -> None:
    begun.clients.handle(SENT, MINE, ID)
    before = stored_rows(begun)
    with pytest.raises(ReusedError, match="something else"):
        begun.clients.handle(other, MINE, ID)
    assert stored_rows(begun) == before


def test_the_id_of_somebody_else_gives_no_answer(begun: Services) -> None:
    begun.clients.handle(SENT, MINE, ID)
    with pytest.raises(ReusedError):
        begun.clients.handle(SENT, CommandContext(NOW, uuid4()), ID)


def test_what_was_erased_meanwhile_is_not_compared(begun: Services) -> None:
    first = begun.clients.handle(SENT, MINE, ID)
    begun.erase(CLIENT, ErasureReason.COURT_ORDER, CommandContext(NOW), uuid4())
    assert begun.clients.handle(SENT, MINE, ID) == first


def test_several_steps_of_one_form_are_compared_each_with_its_own(services: Services) -> None:
    ids = [uuid4(), uuid4()]

    def steps(level: str) -> list[Step[object]]:
        intake = TakeIntake(client_id=CLIENT, held_on=INTAKE_ON, team=TEAM, name="Invented Person")
        field = RegisterField(
            client_id=CLIENT, field="language_level", value=level, known_on=INTAKE_ON, source=Source.INTAKE_FORM
        )
        return [Step(intake, MINE, ids[0]), Step(field, MINE, ids[1])]  # type: ignore[type-var]  # the test gives what fits

    first = services.clients.handle_all(steps("b1"))  # type: ignore[arg-type]  # the test gives what fits
    assert services.clients.handle_all(steps("b1")) == first  # type: ignore[arg-type]  # the test gives what fits
    with pytest.raises(ReusedError):
        services.clients.handle_all(steps("a2"))  # type: ignore[arg-type]  # the test gives what fits


def test_of_several_streams_all_or_none_are_the_same(services: Services) -> None:
    clients = [uuid4() for _ in range(3)]
    for client_id in clients:
        begin(services, client_id)
    offer_id = uuid4()

    def propose(*chosen: UUID) -> int:
        def step(client_id: UUID) -> Step[object]:
            proposal_id = UUID(int=client_id.int ^ 1)
            command = ProposeOffer(
                client_id=client_id,
                proposal_id=proposal_id,
                offer_id=offer_id,
                offer_kind=OfferKind.VACANCY,
                delivery=Delivery.LETTER,
            )
            return Step(command, MINE, proposal_id)  # type: ignore[type-var]  # the test gives what fits

        return services.together([(services.clients, [step(client_id)]) for client_id in chosen]).position

    first = propose(*clients[:2])
    before = stored_rows(services)
    assert propose(*clients[:2]) == first
    with pytest.raises(ReusedError):
        propose(*clients)
    assert stored_rows(services) == before
