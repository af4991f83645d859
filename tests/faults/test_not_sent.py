"""Nothing counts as sent that did not leave: each way in which a mail to a client does not go, and what the coach sees.

A proposal ends as delivered where the mail server took it, or else as not delivered with a reason, also in a file that
is closed; so does a reminder.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from application.services import Services
from domain.client import (
    ClientAnswer,
    CloseClient,
    ClosingReason,
    Delivery,
    ErasureReason,
    ProposeOffer,
    RecordAnswer,
    RecordDelivery,
    RemindOfProposal,
    ReopenClient,
)
from domain.offer import CloseOffer, OfferKind, OpenOffer
from domain.refusal import Refused
from eventlog.commands import CommandContext
from projections import caseload_table, proposals
from projections.caseload_table import Scope
from projections.proposals import Proposal
from records import letters, outbox
from records.follow_ups import reminder_id
from tests.conftest import Clock
from tests.faults.mailing import deliver, settings, state
from tests.post import Post
from tests.stories import CLIENT, COACH, TEAM, begin, do
from web.words.mail import WORDS

OFFER = UUID(int=77)


@pytest.fixture
def services(make_services: Callable[..., Services], fresh_sqlite: str, port: int, post: Post) -> Services:
    return make_services(fresh_sqlite, **settings(port))


def propose(services: Services, *, put: bool = True, email: str = "anna@example.org") -> UUID:
    begin(services, name="Anna de Vries", email=email)
    context, proposal_id = CommandContext(services.clock(), COACH), uuid4()
    offer = OpenOffer(offer_id=OFFER, kind=OfferKind.VACANCY, title="Driver", requirements=[])
    services.offers.handle(offer, context, uuid4())
    make(services, proposal_id)
    if put:
        write(services, letters.PROPOSAL, proposal_id, proposal_id)
    return proposal_id


def make(services: Services, proposal_id: UUID) -> None:
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


def write(services: Services, kind: str, proposal_id: UUID, message_id: UUID) -> None:
    with services.database.write() as connection:
        outbox.put(connection, message_id, kind, proposal_id, services.clock(), client_id=CLIENT, actor=COACH)


def row(services: Services, proposal_id: UUID) -> Proposal:
    services.engine.catch_up()
    with services.database.read() as connection:
        found = proposals.proposal(connection, CLIENT, proposal_id)
    assert found is not None
    return found


def close(services: Services) -> None:
    do(services, CloseClient(client_id=CLIENT, reason=ClosingReason.JOB, closed_on=services.today))


def reopen(services: Services) -> None:
    do(services, ReopenClient(client_id=CLIENT, reopened_on=services.today, reason="She came back."))


# each way in which a mail does not leave: what happens, and the reason that the coach reads


def closed(services: Services, post: Post) -> str:
    close(services)
    return "closed"


def withdrawn(services: Services, post: Post) -> str:
    services.offers.handle(CloseOffer(offer_id=OFFER), CommandContext(services.clock(), COACH), uuid4())
    return "passed"


def withdrawn_and_closed(services: Services, post: Post) -> str:
    withdrawn(services, post)
    close(services)
    return "closed"


def no_address(services: Services, post: Post) -> str:
    services.engine.catch_up()
    with services.database.write() as connection:
        connection.execute(caseload_table.caseload.update().values(email=None))
    return "no_address"


def no_such_address(services: Services, post: Post) -> str:
    post.refused["anna@example.org"] = "550 No such user"
    return "address_refused"


def refused(services: Services, post: Post) -> str:
    post.refused["data"] = "554 Rejected as spam"
    return "mail_refused"


def never_taken(services: Services, post: Post) -> str:
    post.refuses = True
    return "not_taken"


def no_server_any_more(services: Services, post: Post) -> str:
    object.__setattr__(services, "settings", replace(services.settings, smtp_url=""))
    return "no_mail_server"


WAYS = (closed, withdrawn, withdrawn_and_closed, no_address, no_such_address, refused, never_taken, no_server_any_more)


def days_pass(services: Services, clock: Clock, days: int = outbox.PATIENCE.days + 1) -> None:
    for _ in range(days):
        assert deliver(services) == 0
        clock.now += timedelta(days=1)
    deliver(services)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_a_proposal_that_did_not_leave_says_so_and_why(
    services: Services, post: Post, clock: Clock, way: Callable[[Services, Post], str]
) -> None:
    proposal_id = propose(services)
    why = way(services, post)
    days_pass(services, clock)
    assert post.taken == []
    found = row(services, proposal_id)
    assert (found.step, found.undelivered_why) == ("undelivered", why)
    assert why in WORDS["mail_reason"]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_a_reminder_that_did_not_leave_says_so_and_why(
    services: Services, post: Post, clock: Clock, way: Callable[[Services, Post], str]
) -> None:
    proposal_id = propose(services)
    assert deliver(services) == 1
    clock.now += timedelta(days=3)
    do(services, RemindOfProposal(client_id=CLIENT, proposal_id=proposal_id, delivery=Delivery.EMAIL))
    write(services, letters.REMINDER, proposal_id, reminder_id(proposal_id, services.today))
    why = way(services, post)
    days_pass(services, clock)
    assert len(post.taken) == 1
    found = row(services, proposal_id)
    assert (found.step, found.reminder_why) == ("delivered", why), "the proposal arrived all the same"


def test_of_one_who_answered_or_was_erased_nothing_more_is_said(services: Services, post: Post) -> None:
    proposal_id = propose(services)
    do(services, RecordAnswer(client_id=CLIENT, proposal_id=proposal_id, answer=ClientAnswer.NOT_NOW))
    assert deliver(services) == 0 and row(services, proposal_id).step == "answered"
    services.erase(CLIENT, ErasureReason.CLIENT_REQUEST, CommandContext(services.clock(), COACH), uuid4())
    assert deliver(services) == 0 and post.taken == []


# what falls due while the file is closed


@pytest.mark.parametrize("put", [True, False], ids=["its message was put", "its message was lost"])
def test_one_that_fell_due_while_the_file_was_closed_is_not_taken_for_sent_when_it_opens_again(
    services: Services, post: Post, clock: Clock, *, put: bool
) -> None:
    proposal_id = propose(services, put=put)
    close(services)
    days_pass(services, clock)
    reopen(services)
    deliver(services)
    found = row(services, proposal_id)
    assert (found.step, found.undelivered_why) == ("undelivered", "closed" if put else "not_sent")
    with services.database.read() as connection:
        everybody = Scope(team_id=TEAM)
        assert proposals.without_any(connection, everybody) == {CLIENT}, "it counts as no offer"
        assert proposals.proposed_to(connection, OFFER, [CLIENT]) == set(), "and can be chosen from the match again"
    again = uuid4()
    make(services, again)
    write(services, letters.PROPOSAL, again, again)
    assert deliver(services) == 1 and row(services, again).step == "delivered"


def test_what_earlier_versions_took_for_done_is_made_up_for(services: Services, post: Post, clock: Clock) -> None:
    """They noted an outcome as recorded that a closed file had refused."""
    proposal_id = propose(services)
    with services.database.write() as connection:
        now = services.clock()
        connection.execute(outbox.outbox.update().values(state=outbox.DROPPED, error="closed", recorded_at=now))
    days_pass(services, clock)
    assert (row(services, proposal_id).step, row(services, proposal_id).undelivered_why) == ("undelivered", "closed")


def test_what_left_is_delivered_also_where_the_file_was_closed_before_that_was_recorded(
    services: Services, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    proposal_id = propose(services)
    with monkeypatch.context() as dying:
        dying.setattr("application.mail_delivery._record", lambda *_: None)
        assert deliver(services) == 1
    close(services)
    deliver(services)
    assert row(services, proposal_id).step == "delivered"


# sent again


def test_each_time_that_it_fails_again_is_recorded_with_its_reason(services: Services, post: Post) -> None:
    proposal_id = propose(services)
    post.refused["data"] = "554 Rejected as spam"
    deliver(services)
    assert row(services, proposal_id).undelivered_why == "mail_refused"
    with services.database.write() as connection:
        outbox.send_again(connection, services.clock())
    close(services)
    deliver(services)
    assert state(services, proposal_id) == ("dropped", "closed")
    assert row(services, proposal_id).undelivered_why == "closed"


def test_what_arrived_by_letter_stays_delivered_whatever_becomes_of_its_mail(services: Services, post: Post) -> None:
    proposal_id = propose(services)
    do(services, RecordDelivery(client_id=CLIENT, proposal_id=proposal_id))
    post.refused["data"] = "554 Rejected as spam"
    deliver(services)
    assert row(services, proposal_id).step == "delivered"


# reminders


def test_nobody_is_reminded_of_what_never_reached_them(services: Services, post: Post) -> None:
    proposal_id = propose(services)
    do(services, RemindOfProposal(client_id=CLIENT, proposal_id=proposal_id, delivery=Delivery.EMAIL))
    write(services, letters.REMINDER, proposal_id, reminder_id(proposal_id, services.today))
    post.refused["data"] = "554 Rejected as spam"
    deliver(services)
    post.refused.clear()
    assert deliver(services) == 0 and post.taken == []
    with pytest.raises(Refused, match="has not reached the client"):
        do(services, RemindOfProposal(client_id=CLIENT, proposal_id=proposal_id, delivery=Delivery.EMAIL))


def test_an_event_of_before_reasons_were_kept_still_folds(services: Services) -> None:
    proposal_id = propose(services, put=False)
    do(services, RecordDelivery(client_id=CLIENT, proposal_id=proposal_id, delivered=False))
    assert (row(services, proposal_id).step, row(services, proposal_id).undelivered_why) == ("undelivered", None)
