"""What leaves, and what does not any more: letters and notices are made at the moment that they go."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from application import composing
from application.services import Services
from application.undelivered import NothingToSendError, NotYetError, RefusedForGoodError
from domain.calendar import AMSTERDAM
from domain.client import (
    ClientAnswer,
    CloseClient,
    ClosingReason,
    Delivery,
    ErasureReason,
    ProposeOffer,
    RecordAnswer,
    RemindOfProposal,
)
from domain.offer import CloseOffer, OfferKind, OpenOffer
from domain.roles import Role
from eventlog.commands import CommandContext
from records import letters, notices, outbox, people
from records.outbox import WAITING, Message
from records.people import Account, Team
from tests.conftest import NOW, Clock
from tests.stories import CLIENT, COACH, TEAM, begin, do

OFFER, PROPOSAL = UUID(int=77), UUID(int=78)
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
TODAY = NOW.date()


@pytest.fixture
def services(make_services: Callable[..., Services], fresh_sqlite: str) -> Services:
    services = make_services(
        fresh_sqlite,
        WERKPAD_SMTP_URL="smtp://127.0.0.1:1",
        WERKPAD_MAIL_FROM="werk@city.example",
        WERKPAD_PUBLIC_URL="https://werkpad.city.example",
    )
    with services.database.write() as connection:
        people.add_team(connection, Team(TEAM, "north", "Team North", specialised=False))
    return services


def propose(services: Services, email: str | None = "anna@example.org", **offer: Any) -> None:
    begin(services, name="Anna de Vries", **({"email": email} if email else {}))
    facts = {"kind": OfferKind.VACANCY, "title": "Driver", "requirements": []} | offer
    services.offers.handle(OpenOffer(offer_id=OFFER, **facts), CommandContext(NOW, COACH), uuid4())
    do(
        services,
        ProposeOffer(
            client_id=CLIENT,
            proposal_id=PROPOSAL,
            offer_id=OFFER,
            offer_kind=OfferKind.VACANCY,
            delivery=Delivery.EMAIL if email else Delivery.LETTER,
        ),
    )


def message(kind: str, subject_id: UUID, put_at: datetime = NOW, language: str = "nl") -> Message:
    return Message(
        message_id=UUID(int=5),
        kind=kind,
        client_id=CLIENT,
        subject_id=subject_id,
        language=language,
        actor=None,
        state=WAITING,
        attempts=0,
        try_at=put_at,
        put_at=put_at,
        error=None,
        tried_since=None,
        recorded_at=None,
    )


def reason(services: Services, row: Message, error: type[Exception] = NothingToSendError) -> str:
    with pytest.raises(error) as told:
        composing.mail(services, row)
    return str(told.value)


def test_a_letter_says_what_and_until_when_and_carries_an_id(services: Services) -> None:
    propose(services, organisation="The Invented Bakery", answer_by=TODAY, description="Early hours.")
    made, address = composing.mail(services, message(letters.PROPOSAL, PROPOSAL))
    assert address == made["To"] == "anna@example.org" and made["From"] == "werk@city.example"
    assert (made["Auto-Submitted"], made["X-Auto-Response-Suppress"]) == ("auto-generated", "All")
    assert made["Message-ID"] == f"<{UUID(int=5)}@city.example>"
    assert made["Subject"] == "We hebben iets voor u" and made["Date"].datetime == NOW
    text = made.get_content()
    for said in (
        "Beste Anna de Vries,",
        "een vacature: Driver",
        "Bij: The Invented Bakery",
        "uiterlijk 18 november 2026",
        "Early hours.",
    ):
        assert said in text


@pytest.mark.parametrize("on", ["answer_by", "starts_on"])
def test_until_the_last_day_a_letter_is_sent_and_not_after(services: Services, clock: Clock, on: str) -> None:
    propose(services, **{on: TODAY})
    row = message(letters.PROPOSAL, PROPOSAL)
    clock.now = datetime(2026, 11, 18, 23, 59, tzinfo=AMSTERDAM)
    composing.mail(services, row)
    clock.now = datetime(2026, 11, 19, 0, 0, tzinfo=AMSTERDAM)
    assert reason(services, row) == "passed"


@pytest.mark.parametrize("why", ["answered", "closed", "erased", "passed"])
def test_nothing_is_said_that_holds_no_more(services: Services, why: str) -> None:
    propose(services)
    match why:
        case "answered":
            do(services, RecordAnswer(client_id=CLIENT, proposal_id=PROPOSAL, answer=ClientAnswer.NOT_NOW))
        case "closed":
            do(services, CloseClient(client_id=CLIENT, reason=ClosingReason.JOB, closed_on=TODAY))
        case "erased":
            services.erase(CLIENT, ErasureReason.CLIENT_REQUEST, CommandContext(NOW, COACH), uuid4())
        case _:
            services.offers.handle(CloseOffer(offer_id=OFFER), CommandContext(NOW, COACH), uuid4())
    assert reason(services, message(letters.PROPOSAL, PROPOSAL)) == why


def test_one_without_an_address_gets_none(services: Services) -> None:
    propose(services, email=None)
    assert reason(services, message(letters.PROPOSAL, PROPOSAL)) == "no_address"


def test_a_proposal_that_is_not_recorded_yet_is_waited_for_an_hour(services: Services, clock: Clock) -> None:
    propose(services)
    row = message(letters.PROPOSAL, uuid4())
    clock.now = NOW + timedelta(hours=1) - SECOND
    assert reason(services, row, NotYetError) == outbox.NOT_RECORDED
    clock.now = NOW + timedelta(hours=1)
    assert reason(services, row) == outbox.NOT_RECORDED


def test_a_reminder_goes_when_somebody_reminded_since(services: Services, clock: Clock) -> None:
    propose(services)
    row = message(letters.REMINDER, PROPOSAL)
    assert reason(services, row, NotYetError) == outbox.NOT_RECORDED
    do(services, RemindOfProposal(client_id=CLIENT, proposal_id=PROPOSAL, delivery=Delivery.EMAIL))
    made, _ = composing.mail(services, row)
    assert made["Subject"] == "Een herinnering aan ons voorstel"
    clock.now = NOW + DAY
    later = message(letters.REMINDER, PROPOSAL, put_at=NOW + DAY)
    assert reason(services, later, NotYetError) == outbox.NOT_RECORDED, "that was yesterday's"


# notices to colleagues


def colleague(services: Services, *, active: bool = True, email: str | None = "bea@city.example") -> UUID:
    account = Account(COACH, "bea", "Bea Invented", Role.WORK_COACH, TEAM, False, active, None, email)
    with services.database.write() as connection:
        people.add_account(connection, account, "", password_hash="-")
    return COACH


def test_a_notice_is_for_one_who_works_here_and_can_be_reached(services: Services) -> None:
    assert reason(services, message(notices.DIGEST, uuid4())) == "closed"
    colleague(services, active=False)
    assert reason(services, message(notices.DIGEST, COACH)) == "closed"
    with services.database.write() as connection:
        people.set_active(connection, COACH, active=True)
        people.set_email(connection, COACH, None)
    assert reason(services, message(notices.DIGEST, COACH)) == "no_address"
    with services.database.write() as connection:
        people.set_email(connection, COACH, "bea@city.example")
    assert reason(services, message(notices.DIGEST, COACH)) == "nothing_to_say"


@pytest.mark.parametrize(
    ("kind", "until"),
    [
        (notices.DIGEST, datetime(2026, 11, 19, tzinfo=AMSTERDAM)),
        (notices.CLOCKS, datetime(2026, 11, 19, tzinfo=AMSTERDAM)),
        (notices.WEEKLY_LIST, datetime(2026, 11, 23, 6, tzinfo=AMSTERDAM)),
        (notices.STAND_IN, datetime(2026, 11, 23, 6, tzinfo=AMSTERDAM)),
        (letters.PROPOSAL, None),
    ],
)
def test_a_notice_is_good_until_its_day_or_week_is_over(
    services: Services, clock: Clock, kind: str, until: datetime | None
) -> None:
    assert notices.good_until(kind, NOW) == until
    if until is None:
        return
    colleague(services)
    clock.now = until
    assert reason(services, message(kind, COACH)) == "passed"
    clock.now = until - SECOND
    assert reason(services, message(kind, COACH)) == "nothing_to_say"


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("kind", sorted(notices.KINDS))
def test_a_notice_says_how_much_and_where_and_nothing_else(kind: str, language: str) -> None:
    numbers = {"signals": 11, "passed": 12, "near": 13, "lines": 14, "new": 15, "done": 16, "lists": 17, "number": 18}
    subject, text = notices.notice(kind, language, numbers, "https://werkpad.city.example")
    said = {
        notices.DIGEST: {"11"},
        notices.CLOCKS: {"12", "13"},
        notices.WEEKLY_LIST: {"14", "15", "16"},
        notices.STAND_IN: {"14", "15", "17"},
        **{each: {"18"} for each in notices.NEW_WORK},
        notices.MONTHLY: set(),
    }[kind]
    assert {word.strip(".,:") for word in text.split() if word.strip(".,:").isdigit()} == said
    where = {
        notices.DIGEST: "/news",
        notices.CLOCKS: "/signals?clock=passed",
        notices.WEEKLY_LIST: "/weekly-list",
        notices.STAND_IN: "/today#standin",
        notices.MONTHLY: "/letters",
        notices.MEETING: "/applications",
        notices.UNDELIVERED: "/today#undelivered",
        notices.TO_READ: "/exemptions",
        notices.ANSWERED: "/today",
        notices.ENDING: "/caseload?show=exemption_ends",
        notices.TO_GIVE_BACK: "/team/take-overs",
        notices.TAKEN_OVER: "/today#taken-over",
    }[kind]
    assert subject and f"https://werkpad.city.example{where}\n" in text
    nowhere = notices.notice(kind, language, numbers, "")[1]
    assert "http" not in nowhere and "Log in" in nowhere
    assert "Notifications" in text.splitlines()[-1] or "Meldingen" in text.splitlines()[-1]


def test_an_address_goes_out_in_plain_letters_where_it_can() -> None:
    assert composing._one_address(" jan@müller.example ").addr_spec == "jan@xn--mller-kva.example"
    assert composing._one_address(f"{'a' * 64}@x.example").addr_spec == f"{'a' * 64}@x.example"
    with pytest.raises(RefusedForGoodError):
        composing._one_address(f"{'a' * 65}@x.example")


def test_days_in_a_letter_are_written_as_people_write_them() -> None:
    assert letters._day(date(2026, 3, 4), "nl") == "4 maart 2026"
