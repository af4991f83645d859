"""Two workers at one thing: it is done once."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from uuid import UUID, uuid4

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from application.services import Services
from database.locks import MAILING
from domain.client import Delivery, ProposeOffer
from domain.offer import OfferKind, OpenOffer
from eventlog.commands import CommandContext
from records import letters, outbox
from tests.processes import PATIENCE
from tests.stories import CLIENT, COACH, begin, do
from werkpad import servers
from workers.app import make_app
from workers.deliver_mail import NAME


class SlowPost:
    """A mail server that has been given a message and takes its time."""

    def __init__(self) -> None:
        self.taken = 0
        self.given = threading.Event()
        self.goes_on = threading.Event()

    async def handle_DATA(self, _server: SMTP, _session: Session, _envelope: Envelope) -> str:  # noqa: N802 - the library's name
        self.taken += 1
        self.given.set()
        await asyncio.get_running_loop().run_in_executor(None, self.goes_on.wait, PATIENCE)
        return "250 Taken"


@pytest.fixture
def post() -> Iterator[tuple[SlowPost, int]]:
    port = servers.free_port()
    handler = SlowPost()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    yield handler, port
    handler.goes_on.set()
    controller.stop()


def a_proposal(services: Services) -> None:
    begin(services, name="Anna de Vries", email="anna@example.org")
    offer_id, proposal_id, context = UUID(int=77), uuid4(), CommandContext(services.clock(), COACH)
    offer = OpenOffer(offer_id=offer_id, kind=OfferKind.VACANCY, title="Driver", requirements=[])
    services.offers.handle(offer, context, uuid4())
    do(
        services,
        ProposeOffer(
            client_id=CLIENT,
            proposal_id=proposal_id,
            offer_id=offer_id,
            offer_kind=OfferKind.VACANCY,
            delivery=Delivery.EMAIL,
        ),
    )
    with services.database.write() as connection:
        outbox.put(connection, proposal_id, letters.PROPOSAL, proposal_id, services.clock(), client_id=CLIENT)


def deliver(services: Services) -> int:
    return int(make_app(services.settings, lambda: services).tasks[NAME].apply().get())


def connected(make_services: Callable[..., Services], url: str, port: int) -> Services:
    return make_services(url, WERKPAD_SMTP_URL=f"smtp://127.0.0.1:{port}", WERKPAD_MAIL_FROM="werk@city.example")


def test_a_message_that_one_worker_is_handing_over_is_left_alone_by_another(
    make_services: Callable[..., Services], database_url: str, post: tuple[SlowPost, int]
) -> None:
    one, other = (connected(make_services, database_url, post[1]) for _ in range(2))
    a_proposal(one)
    left: list[int] = []
    first = threading.Thread(target=lambda: left.append(deliver(one)))
    first.start()
    assert post[0].given.wait(PATIENCE)
    assert deliver(other) == 0
    post[0].goes_on.set()
    first.join()
    assert (left, post[0].taken) == ([1], 1)
    assert deliver(other) == 0


def test_a_message_that_one_worker_has_just_chosen_is_passed_over_by_another(
    make_services: Callable[..., Services], fresh_postgres: str, post: tuple[SlowPost, int]
) -> None:
    services = connected(make_services, fresh_postgres, post[1])
    a_proposal(services)
    post[0].goes_on.set()
    with services.database.read() as connection:
        (message,) = outbox.due(connection, services.clock())
    with services.database.advisory_lock(MAILING, wait=False) as alone:
        assert alone
        assert deliver(services) == 0, "another one is at it"
    with services.database.write() as connection:
        assert outbox.claim(connection, message.message_id, services.clock())
        assert not outbox.claim(connection, message.message_id, services.clock()), "it was chosen already"
        connection.get_transaction().rollback()  # type: ignore[union-attr]  # there is one
    assert deliver(services) == 1
    assert post[0].taken == 1
