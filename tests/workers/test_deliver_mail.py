"""Proposals leave by e-mail over a real mail server, are tried again, and fail for good where it never takes them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from application.services import Services
from domain.client import ClientAnswer, Delivery, ErasureReason, ProposeOffer, RecordAnswer
from domain.offer import OfferKind, OpenOffer
from eventlog.commands import CommandContext
from projections import proposals
from records import letters, outbox
from tests.conftest import Clock
from tests.post import Post, post_office
from tests.stories import CLIENT, COACH, begin, do
from werkpad import servers
from workers.app import make_app
from workers.deliver_mail import NAME

OFFER = UUID(int=77)


@pytest.fixture
def post() -> Iterator[tuple[Post, int]]:
    port = servers.free_port()
    with post_office(Post(), port) as handler:
        yield handler, port


@pytest.fixture
def services(make_services: Callable[..., Services], fresh_sqlite: str, post: tuple[Post, int]) -> Services:
    return make_services(
        fresh_sqlite, WERKPAD_SMTP_URL=f"smtp://127.0.0.1:{post[1]}", WERKPAD_MAIL_FROM="werk@city.example"
    )


def propose(services: Services, kind: str = letters.PROPOSAL) -> UUID:
    begin(services, name="Anna de Vries", email="anna@example.org")
    context, proposal_id = CommandContext(services.clock(), COACH), uuid4()
    offer = OpenOffer(offer_id=OFFER, kind=OfferKind.VACANCY, title="Driver", requirements=[])
    services.offers.handle(offer, context, uuid4())
    do(
        services,
        ProposeOffer(
            client_id=CLIENT,
            proposal_id=proposal_id,
            offer_id=OFFER,
            offer_kind=OfferKind.VACANCY,
            delivery=Delivery.EMAIL,
        ),
    )
    with services.database.write() as connection:
        for _ in range(2):
            outbox.put(connection, proposal_id, kind, proposal_id, services.clock(), client_id=CLIENT, actor=COACH)
    return proposal_id


def deliver(services: Services) -> int:
    return int(make_app(services.settings, lambda: services).tasks[NAME].apply().get())


def step(services: Services, proposal_id: UUID) -> str:
    services.engine.catch_up()
    with services.database.read() as connection:
        found = proposals.proposal(connection, CLIENT, proposal_id)
    assert found is not None
    return str(found.step)


def test_a_proposal_reaches_the_client_once_and_is_recorded(services: Services, post: tuple[Post, int]) -> None:
    proposal_id = propose(services)
    assert deliver(services) == 1
    assert deliver(services) == 0
    (mail,) = post[0].taken
    assert mail["To"] == "anna@example.org" and mail["From"] == "werk@city.example"
    assert "Beste Anna de Vries," in mail.get_content() and "Driver" in mail.get_content()
    assert str(proposal_id) in mail["Message-ID"]
    assert step(services, proposal_id) == "delivered"


def test_what_the_server_does_not_take_is_tried_again_later(
    services: Services, post: tuple[Post, int], clock: Clock
) -> None:
    proposal_id = propose(services)
    post[0].refuses = True
    assert deliver(services) == deliver(services) == 0, "not at once"
    assert step(services, proposal_id) == "proposed"
    post[0].refuses = False
    clock.now += timedelta(minutes=30)
    assert deliver(services) == 1
    assert step(services, proposal_id) == "delivered"


def test_what_never_gets_through_is_shown_and_recorded(
    services: Services, post: tuple[Post, int], clock: Clock
) -> None:
    proposal_id = propose(services)
    post[0].refuses = True
    for _ in range(outbox.PATIENCE.days):
        deliver(services)
        assert step(services, proposal_id) == "proposed"
        clock.now += timedelta(days=1)
    deliver(services)
    assert step(services, proposal_id) == "undelivered"
    with services.database.read() as connection:
        (failure,) = outbox.failures(connection)
    assert failure.message_id == proposal_id
    assert "anna" not in str(failure)


@pytest.mark.parametrize("why", ["answered", "erased"])
def test_nothing_is_sent_to_one_who_answered_or_was_erased(
    services: Services, post: tuple[Post, int], why: str
) -> None:
    proposal_id = propose(services, letters.REMINDER)
    if why == "answered":
        do(services, RecordAnswer(client_id=CLIENT, proposal_id=proposal_id, answer=ClientAnswer.NOT_NOW))
    else:
        services.erase(CLIENT, ErasureReason.CLIENT_REQUEST, CommandContext(services.clock(), COACH), uuid4())
    assert deliver(services) == 0
    assert post[0].taken == []
