"""What follows from a fact comes about also where a process died between the two: each pair, broken in the middle."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from application.services import Services
from domain.calendar import Week
from domain.client import (
    AssignClient,
    ClientAnswer,
    Delivery,
    ErasureReason,
    ProposalAnswered,
    ProposeOffer,
    RecordAnswer,
    RemindOfProposal,
)
from domain.offer import CloseOffer, OfferKind, OpenOffer
from domain.roles import Role
from eventlog.commands import CommandContext
from projections import caseload, proposals
from records import drafts, follow_ups, leave, letters, outbox, people, weekly_lists
from records.people import Account, Team
from tests.conftest import Clock, environment
from tests.post import Post, post_office
from tests.stories import CLIENT, COACH, begin, do
from werkpad import servers
from werkpad.cli import main
from workers import deliver_mail, erase_remains
from workers.app import make_app

TEAM = Team(UUID(int=100), "north", "Team north", specialised=False)
ANNA, BEN = UUID(int=101), UUID(int=102)
OFFER = UUID(int=77)


class DiedError(Exception):
    """Stands for the end of a process between two writes."""


def die(*_: Any, **__: Any) -> Any:
    raise DiedError


@pytest.fixture
def port() -> int:
    return servers.free_port()


@pytest.fixture
def post(port: int) -> Iterator[Post]:
    with post_office(Post(), port) as made:
        yield made


@pytest.fixture
def office(make_services: Callable[..., Services], database_url: str, port: int, post: Post) -> Services:
    services = make_services(
        database_url, WERKPAD_SMTP_URL=f"smtp://127.0.0.1:{port}", WERKPAD_MAIL_FROM="werk@city.example"
    )
    with services.database.write() as connection:
        people.add_team(connection, TEAM)
        for account_id, name in ((ANNA, "anna"), (BEN, "ben")):
            account = Account(
                account_id,
                name,
                "Invented Person",
                Role.WORK_COACH,
                TEAM.team_id,
                False,
                True,
                language="en",
                email=f"{name}@city.example",
            )
            people.add_account(connection, account, "", password_hash="none")
    return services


def run(services: Services, name: str = deliver_mail.NAME) -> int:
    return int(make_app(services.settings, lambda: services).tasks[name].run())


# weekly list, and its announcement


def assign(services: Services) -> None:
    begin(services)
    assigned = AssignClient(client_id=CLIENT, team=TEAM.team_id, coach=ANNA, assigned_on=date(2026, 1, 6))
    services.clients.handle(assigned, CommandContext(services.clock(), ANNA), uuid4())


def build_lists(services: Services) -> None:
    """And nobody thinks of mail."""
    assign(services)
    weekly_lists.build(services.engine, Week.of(services.today), services.clock())


def test_a_list_is_announced_whoever_built_it(office: Services, post: Post) -> None:
    build_lists(office)
    assert run(office) == 1
    assert run(office) == 0
    assert post.addresses == ["anna@city.example"]


def test_the_command_at_the_terminal_puts_the_announcements_at_once(office: Services) -> None:
    assign(office)
    settings = office.settings
    there = environment(settings.database_url) | {
        "WERKPAD_SMTP_URL": settings.smtp_url,
        "WERKPAD_MAIL_FROM": settings.mail_from,
    }
    told = CliRunner().invoke(main, ["lists"], env=there)
    assert told.exit_code == 0, told.output
    with office.database.read() as connection:
        put = connection.execute(select(outbox.outbox.c.kind, outbox.outbox.c.state)).all()
    assert put == [("weekly_list", outbox.WAITING)] * 2, "one for each coach"


def test_who_gets_an_address_later_in_the_week_is_told_then(office: Services, post: Post, clock: Clock) -> None:
    with office.database.write() as connection:
        people.set_email(connection, ANNA, None)
    build_lists(office)
    assert run(office) == 0
    with office.database.write() as connection:
        people.set_email(connection, ANNA, "new@city.example")
    clock.now += timedelta(days=1)
    assert run(office) == 1 and post.addresses == ["new@city.example"]


def test_a_list_of_last_week_is_not_announced(office: Services, post: Post, clock: Clock) -> None:
    build_lists(office)
    clock.now += timedelta(days=7)
    assert run(office) == 0 and post.taken == []


def test_who_stands_in_from_later_in_the_week_is_told_then(office: Services, post: Post, clock: Clock) -> None:
    build_lists(office)
    run(office)
    clock.now += timedelta(days=1)
    with office.database.write() as connection:
        leave.arrange(connection, ANNA, BEN, TEAM.team_id, office.today, office.today, office.today)
    assert [run(office), run(office)] == [1, 0]
    assert post.addresses == ["anna@city.example", "ben@city.example"]


# proposal or reminder, and its mail


def propose(services: Services, *, put: bool, proposal_id: UUID | None = None, begun: bool = False) -> UUID:
    if not begun:
        begin(services, name="Anna de Vries", email="client@example.org")
    proposal_id, context = proposal_id or uuid4(), CommandContext(services.clock(), COACH)
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
    if put:
        with services.database.write() as connection:
            outbox.put(connection, proposal_id, letters.PROPOSAL, proposal_id, services.clock(), client_id=CLIENT)
    return proposal_id


def step(services: Services, proposal_id: UUID) -> str:
    services.engine.catch_up()
    with services.database.read() as connection:
        found = proposals.proposal(connection, CLIENT, proposal_id)
    assert found is not None
    return str(found.step)


def test_a_proposal_without_a_message_gets_one(office: Services, post: Post) -> None:
    proposal_id = propose(office, put=False)
    assert [run(office), run(office)] == [1, 0]
    assert str(proposal_id) in post.taken[0]["Message-ID"]
    assert step(office, proposal_id) == "delivered"


def test_a_reminder_without_a_message_gets_one(office: Services, post: Post, clock: Clock) -> None:
    proposal_id = propose(office, put=False)
    run(office)
    clock.now += timedelta(days=3)
    do(office, RemindOfProposal(client_id=CLIENT, proposal_id=proposal_id, delivery=Delivery.EMAIL))
    assert [run(office), run(office)] == [1, 0]
    assert [mail["Subject"] for mail in post.taken] == ["We hebben iets voor u", "Een herinnering aan ons voorstel"]


def test_a_proposal_of_long_ago_gets_none(office: Services, post: Post, clock: Clock) -> None:
    propose(office, put=False)
    clock.now += timedelta(days=30)
    assert run(office) == 0 and post.taken == []


def test_a_message_whose_proposal_was_never_recorded_does_not_leave(office: Services, post: Post, clock: Clock) -> None:
    begin(office, name="Anna de Vries", email="client@example.org")
    orphan = uuid4()
    with office.database.write() as connection:
        outbox.put(connection, orphan, letters.PROPOSAL, orphan, clock.now, client_id=CLIENT)
    assert run(office) == 0
    clock.now += timedelta(hours=2)
    assert run(office) == 0 and post.taken == []
    with office.database.read() as connection:
        assert outbox.counts(connection)["dropped"] == 1
    # The form is sent again after all.
    with office.database.write() as connection:
        again = (orphan, letters.PROPOSAL, orphan, clock.now)
        assert [outbox.put(connection, *again, client_id=CLIENT) for _ in range(2)] == [True, False]
    propose(office, put=False, proposal_id=orphan, begun=True)
    assert run(office) == 1 and step(office, orphan) == "delivered"


# mail, and what is recorded of it


@pytest.mark.parametrize("arrives", [True, False])
def test_what_came_of_a_mail_is_recorded_though_the_worker_died(
    office: Services, post: Post, monkeypatch: pytest.MonkeyPatch, arrives: bool
) -> None:
    proposal_id = propose(office, put=True)
    if not arrives:
        post.refused = {"client@example.org": "550 No such user"}
    with monkeypatch.context() as broken:
        broken.setattr(type(office.clients), "handle", die)
        run(office)
    assert step(office, proposal_id) == "proposed"
    assert run(office) == 0, "it is not sent again"
    assert step(office, proposal_id) == ("delivered" if arrives else "undelivered")


def test_what_is_sent_again_by_hand_is_recorded_anew(office: Services, post: Post, clock: Clock) -> None:
    proposal_id = propose(office, put=True)
    post.refused = {"client@example.org": "550 No such user"}
    run(office)
    assert step(office, proposal_id) == "undelivered"
    post.refused = {}
    with office.database.write() as connection:
        assert outbox.send_again(connection, clock.now, [proposal_id]) == 1
        assert outbox.send_again(connection, clock.now, [proposal_id]) == 0
    assert run(office) == 1
    assert step(office, proposal_id) == "delivered"


def test_a_proposal_of_an_offer_that_closed_is_not_sent_and_the_coach_sees_it(office: Services, post: Post) -> None:
    proposal_id = propose(office, put=True)
    office.offers.handle(CloseOffer(offer_id=OFFER), CommandContext(office.clock(), COACH), uuid4())
    assert run(office) == 0 and post.taken == []
    assert step(office, proposal_id) == "undelivered"


def test_a_mail_waits_while_the_read_model_that_knows_has_stopped(
    office: Services, post: Post, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    proposal_id = propose(office, put=True)
    office.engine.catch_up()
    with monkeypatch.context() as broken:
        broken.setitem(proposals.projection.folds, ProposalAnswered, die)  # type: ignore[index]  # there is one
        do(office, RecordAnswer(client_id=CLIENT, proposal_id=proposal_id, answer=ClientAnswer.NOT_NOW))
        assert run(office) == 0
    with office.database.read() as connection:
        assert outbox.counts(connection)["waiting"] == 1, "not sent, and not lost"
    clock.now += timedelta(hours=1)
    assert run(office) == 0 and post.taken == [], "it had been answered"


# erasure, and what it has to reach


def is_blank(row: caseload.CaseloadRow | None) -> bool:
    return row is not None and row.client.closing_reason == "erased" and row.name is row.email is None


def test_an_erasure_reaches_everything_though_the_process_died(office: Services, clock: Clock) -> None:
    proposal_id = propose(office, put=True)
    office.engine.catch_up()
    with office.database.write() as connection:
        drafts.save(connection, office.log, ANNA, CLIENT, "contact", {"note": ["words"]}, clock.now)
    office.erase_in_log(CLIENT, ErasureReason.CLIENT_REQUEST, CommandContext(clock.now, COACH), uuid4())
    # Here the process ends.
    run(office, erase_remains.NAME)
    with office.database.read() as connection:
        assert is_blank(caseload.client(connection, CLIENT))
        assert list(connection.execute(select(drafts.drafts))) == []
        assert list(connection.execute(select(outbox.outbox))) == []
        assert follow_ups.done(connection, "erased") == 1
    # And somebody who had the form open writes a moment later.
    with office.database.write() as connection:
        outbox.put(connection, proposal_id, letters.PROPOSAL, proposal_id, clock.now, client_id=CLIENT)
    run(office, erase_remains.NAME)
    with office.database.read() as connection:
        assert list(connection.execute(select(outbox.outbox))) == []


def test_every_start_makes_up_for_an_erasure(office: Services, clock: Clock) -> None:
    propose(office, put=True)
    office.engine.catch_up()
    office.erase_in_log(CLIENT, ErasureReason.CLIENT_REQUEST, CommandContext(clock.now, COACH), uuid4())
    office.create()
    with office.database.read() as connection:
        assert is_blank(caseload.client(connection, CLIENT))
        assert list(connection.execute(select(outbox.outbox))) == []
