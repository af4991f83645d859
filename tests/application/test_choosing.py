"""Inviting and choosing beside the pages: mails, two at the same second, guessing, and what goes with an erasure."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from application import choosing, composing, invitations
from application.appointments import UnconfirmedError
from application.failures import HeldBackError
from application.invitations import Offered, id_of_invitation
from application.leftovers import throw_away_drafts
from application.looks import Look
from application.one_time_links import NotOpenError, Opening, secrets_of
from application.services import Services
from application.undelivered import NothingToSendError
from domain.client import Channel, Delivery, ErasureReason, RegisterField
from domain.refusal import Refused
from domain.roles import Role, Viewer
from eventlog.commands import CommandContext
from projections import appointments
from projections.caseload import Scope
from records import outbox
from records.invitations import LINKS
from records.one_time_links import MOST_FAILURES
from tests.conftest import Clock
from tests.stories import CLIENT, COACH, TEAM, begin, do

OTHER = UUID(int=46)
SLOT = datetime(2026, 11, 18, 9, tzinfo=UTC)


def calendar(services: Services, coach: UUID) -> list[datetime]:
    services.engine.catch_up()
    with services.database.read() as connection:
        first = services.today
        found = appointments.between(connection, Scope(coach_id=coach), first, first + timedelta(days=30))
    return [each.starts_at for each in found]


@pytest.fixture
def mailing(make_services: Callable[..., Services], database_url: str, clock: Clock) -> Services:
    clock.now = datetime(2026, 11, 16, 8, tzinfo=UTC)
    services = make_services(
        database_url,
        WERKPAD_SMTP_URL="smtp://127.0.0.1:1",
        WERKPAD_MAIL_FROM="werk@city.example",
        WERKPAD_PUBLIC_URL="https://werkpad.city.example",
    )
    for client_id in (CLIENT, OTHER):
        begin(services, client_id, name="Anna de Vries", email="anna@example.org")
        do(
            services,
            RegisterField(client_id=client_id, field="birth_date", value="1988-03-27", known_on=services.today),
        )
    services.engine.catch_up()
    return services


def invite(services: Services, *client_ids: UUID, confirmed: frozenset[str] = frozenset()) -> UUID:
    look, command_id = Look(services, Viewer(COACH, Role.WORK_COACH, TEAM), "test"), uuid4()
    offered = Offered(client_ids or (CLIENT,), [SLOT], 30, Channel.PHONE, None, "Her CV", Delivery.EMAIL)
    for _twice in range(2):
        invitations.invite_clients(services, look, offered, command_id, confirmed=confirmed)
    services.engine.catch_up()
    return command_id


def messages(services: Services) -> list[outbox.Message]:
    with services.database.read() as connection:
        return outbox.due(connection, services.clock())


def opening(code: str, day: int = 27, address: str = "192.0.2.1") -> Opening:
    return Opening(code, (1988, 3, day), address)


def test_the_mail_has_a_link_that_opens_and_leaves_only_as_long_as_it_does(mailing: Services) -> None:
    first = id_of_invitation(invite(mailing), CLIENT)
    second = id_of_invitation(invite(mailing), CLIENT)
    waiting = {each.subject_id: each for each in messages(mailing)}
    assert set(waiting) == {first, second}
    with pytest.raises(NothingToSendError):
        composing.mail(mailing, waiting[first])
    made, address = composing.mail(mailing, waiting[second])
    text = made.get_content().replace("=\n", "")
    assert address == "anna@example.org" and "uitkering" in text and "Her CV" not in text
    link = re.search(r"https://werkpad\.city\.example/invitation/(\S{32})", text)
    code = re.search(r"[0-9A-Z]{5}-[0-9A-Z]{5}", text)
    assert link and code
    for secret in (link[1], code[0]):
        assert not choosing.open_invitation(mailing, opening(secret, day=1), uuid4().hex)
        token = uuid4().hex
        assert choosing.open_invitation(mailing, opening(secret), token)
    choosing.choose(mailing, token, SLOT, uuid4())
    with pytest.raises(NothingToSendError):
        composing.mail(mailing, waiting[second])


def test_no_mail_is_left_where_too_few_times_were_not_confirmed(mailing: Services) -> None:
    with pytest.raises(UnconfirmedError):
        invite(mailing, CLIENT, OTHER)
    assert messages(mailing) == []
    invite(mailing, CLIENT, OTHER, confirmed=frozenset({"few"}))
    assert len(messages(mailing)) == 2


def test_two_at_the_same_second_get_one_time_between_them(mailing: Services) -> None:
    command_id = invite(mailing, CLIENT, OTHER, confirmed=frozenset({"few"}))
    tokens = {}
    for client_id in (CLIENT, OTHER):
        invitation_id = id_of_invitation(command_id, client_id)
        message = next(each for each in messages(mailing) if each.subject_id == invitation_id)
        composing.mail(mailing, message)
        tokens[client_id] = uuid4().hex
        secret = secrets_of(mailing, LINKS, invitation_id).token
        assert choosing.open_invitation(mailing, opening(secret), tokens[client_id])
    together, said = threading.Barrier(2), []

    def choose(token: str) -> None:
        together.wait()
        try:
            choosing.choose(mailing, token, SLOT, uuid4())
            said.append("got it")
        except Refused as refused:
            said.append(refused.message)

    threads = [threading.Thread(target=choose, args=(token,)) for token in tokens.values()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["This time is no longer free: somebody has just chosen it. Choose another one.", "got it"]
    assert calendar(mailing, COACH) == [SLOT]


def test_whoever_finds_a_letter_can_not_try_all_birth_dates(mailing: Services, clock: Clock) -> None:
    invitation_id = id_of_invitation(invite(mailing), CLIENT)
    composing.mail(mailing, messages(mailing)[0])
    token = secrets_of(mailing, LINKS, invitation_id).token
    with pytest.raises(HeldBackError):
        for _ in range(7):
            choosing.open_invitation(mailing, opening(token, day=1), uuid4().hex)
    for number in range(MOST_FAILURES):
        clock.now += timedelta(minutes=16)
        assert not choosing.open_invitation(mailing, opening(token, day=1 + number % 26), uuid4().hex)
    clock.now += timedelta(minutes=16)
    assert not choosing.open_invitation(mailing, opening(token), uuid4().hex), "the link is over"


def test_links_go_with_an_erasure_and_some_time_after_their_last_day(mailing: Services, clock: Clock) -> None:
    invite(mailing, CLIENT, OTHER, confirmed=frozenset({"few"}))
    for message in messages(mailing):
        composing.mail(mailing, message)
    mailing.erase(CLIENT, ErasureReason.CLIENT_REQUEST, CommandContext(clock()), uuid4())
    with mailing.database.read() as connection:
        assert LINKS.clients(connection) == {OTHER}
    clock.now += timedelta(days=30)
    throw_away_drafts(mailing)
    with mailing.database.read() as connection:
        assert LINKS.clients(connection) == set()
    with pytest.raises(NotOpenError):
        choosing.choice(mailing, "")
