"""From a filter to short e-mails: shown first, sent to all of them or to nobody, and each file says what came."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from typing import Any, cast
from uuid import UUID, uuid4

import pytest

from application import coach_mails, composing_links, invitations, mail_delivery, merging, questionnaires
from application.looks import Look
from application.undelivered import RefusedForGoodError
from domain.client import (
    ChangeContactDetails,
    Channel,
    Delivery,
    Outcome,
    RecordContact,
    RegisterField,
    StartedBy,
)
from domain.client.mails import MailAbout, MailDelivered, MailUndelivered, MailWritten
from domain.client.questionnaire import SentHow
from domain.refusal import Refused
from eventlog.commands import CommandContext
from records import appointment_letters, letters, new_work, outbox, undelivered
from records.coach_mails import WRITTEN
from records.notices import UNDELIVERED
from tests.conftest import Clock
from tests.web.conftest import Town

ASKED = {"about": "meet", "phone": "14 010"}


class Taking:
    """A mail server that takes what is not for one address."""

    is_connected = True

    def __init__(self) -> None:
        self.taken: dict[str, EmailMessage] = {}

    def hand_over(self, message: EmailMessage, address: str) -> None:
        if address == "gone@example.org":
            raise RefusedForGoodError("address_refused")
        self.taken[address] = message


@pytest.fixture
def clients(town: Town) -> dict[str, UUID]:
    """Anna reads Dutch, Bram English, and Carla has no address."""
    settings = replace(town.services.settings, smtp_url="smtp://127.0.0.1:1", mail_from="werk@city.example", demo=False)
    object.__setattr__(town.services, "settings", settings)
    found = {name: town.new_client("coach", name) for name in ("Anna de Vries", "Bram Bakker", "Carla Claes")}
    reached = {
        "Anna de Vries": ("anna@example.org", "nl"),
        "Bram Bakker": ("gone@example.org", "en"),
        "Carla Claes": (None, None),
    }
    for name, (email, language) in reached.items():
        command = ChangeContactDetails(client_id=found[name], email=email, phone=None, language=language)
        context = CommandContext(town.services.clock(), town.accounts["coach"].account_id)
        town.services.clients.handle(command, context, uuid4())
    town.services.engine.catch_up()
    return found


def asked(town: Town, *client_ids: UUID) -> coach_mails.MailRequest:
    day = town.services.today + timedelta(days=5)
    return coach_mails.MailRequest(client_ids, MailAbout.MEET, day, "14 010")


def look(town: Town, who: str = "coach") -> Look:
    return Look(town.services, town.accounts[who].viewer, "test")


def deliver(town: Town, server: Taking) -> int:
    @contextmanager
    def of(_settings: Any) -> Iterator[Taking]:
        yield server

    return mail_delivery.deliver_due(town.services, of)


def said(town: Town, client_id: UUID, kind: type) -> list[Any]:
    return [event for event in town.services.log.stream(client_id) if isinstance(event, kind)]


def test_they_are_shown_first_then_sent_to_those_with_an_address_and_each_file_says_what_came(
    town: Town, clients: dict[str, UUID]
) -> None:
    coach, until = town.visit("coach"), (town.services.today + timedelta(days=5)).isoformat()
    everybody = [str(each) for each in clients.values()]
    answer = coach.post("/caseload/mails", form="/caseload/people", client=everybody, until=until, **ASKED)
    page = html.unescape(answer.get_data(as_text=True))
    assert "Carla Claes" in page.partition("Cannot get an e-mail")[2].partition("</section>")[0]
    assert "Beste Anna de Vries," in page and "Dear Bram Bakker," in page and "Send 2 e-mails" in page
    assert not said(town, clients["Anna de Vries"], MailWritten), "nothing is sent before it was seen"
    form = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page.partition('id="to"')[2]))
    both = [str(clients[name]) for name in ("Anna de Vries", "Bram Bakker")]
    sent = {**ASKED, "client": both, "until": until, "seen": "yes", "command_id": form["command_id"]}
    for _ in range(2):
        answer = coach.post("/caseload/mails", form="/caseload/people", **sent)
        assert answer.status_code == 303, "a second click is answered as the first was"
    server = Taking()
    assert deliver(town, server) == 1
    (letter,) = server.taken.values()
    assert letter["To"] == "anna@example.org" and "14 010" in letter.get_content()
    assert "Coach Invented" in letter.get_content()
    assert [len(said(town, clients[name], MailWritten)) for name in clients] == [1, 1, 0]
    assert len(said(town, clients["Anna de Vries"], MailDelivered)) == 1
    (lost,) = said(town, clients["Bram Bakker"], MailUndelivered)
    assert lost.reason == "address_refused"
    town.services.engine.catch_up()
    file = html.unescape(coach.get(f"/clients/{clients['Bram Bakker']}"))
    assert "E-mail could not be delivered: the address does not exist" in file
    with town.services.database.read() as connection:
        rows = outbox.failures(connection)
    assert [row.kind for row in rows] == ["written"]


@pytest.mark.parametrize(
    ("who", "more", "words"),
    [
        (["Anna de Vries", "Carla Claes"], {"seen": "yes"}, "no e-mail address"),
        ([], {}, "Choose at least one client."),
        (["Anna de Vries"], {"until": "2020-01-01"}, "This day has passed."),
        (["Anna de Vries"], {"phone": ""}, "Your phone number"),
        (["Anna de Vries"], {"phone": "1" * 41, "seen": "yes"}, "characters"),
        (["Anna de Vries"], {"about": "debts"}, "What the e-mail says"),
    ],
    ids=["no address", "nobody", "passed", "no phone", "too long", "no such text"],
)
def test_what_can_not_be_sent_is_told_and_nobody_gets_anything(
    town: Town, clients: dict[str, UUID], who: list[str], more: dict[str, str], words: str
) -> None:
    sent: dict[str, Any] = {"until": (town.services.today + timedelta(days=5)).isoformat(), **ASKED, **more}
    chosen = [str(clients[name]) for name in who]
    answer = town.visit("coach").post("/caseload/mails", form="/caseload/people", client=chosen, **sent)
    assert answer.status_code == 400 and words in html.unescape(answer.get_data(as_text=True))
    assert not any(said(town, each, MailWritten) for each in clients.values())
    assert deliver(town, Taking()) == 0


def test_a_colleague_s_client_is_not_written_to(town: Town, clients: dict[str, UUID]) -> None:
    with pytest.raises(Refused):
        coach_mails.send_mails(town.services, look(town, "colleague"), asked(town, clients["Anna de Vries"]), uuid4())


def test_a_mail_on_its_way_goes_along_into_the_file_that_goes_on_and_back(town: Town, clients: dict[str, UUID]) -> None:
    services, kept = town.services, town.new_client("coach", "Anna de Vries")
    other = clients["Anna de Vries"]
    coach_mails.send_mails(services, look(town), asked(town, other), uuid4())
    services.engine.catch_up()
    merging.merge_files(services, look(town), kept, other, uuid4())
    services.engine.catch_up()
    server = Taking()
    assert deliver(town, server) == 1
    assert [len(said(town, each, MailDelivered)) for each in (kept, other)] == [1, 0]
    services.engine.catch_up()
    merging.undo_merge(services, look(town), kept, other, uuid4())
    state = services.clients.state(kept)
    assert state is not None and not state.mails


def not_delivered(town: Town, who: str = "coach") -> tuple[list[str], int]:
    """Whose names stand on Today among what did not arrive, and how many a notice of that would tell."""
    town.services.engine.catch_up()
    page = html.unescape(town.visit(who).get("/today"))
    section = page.partition('<h2 id="undelivered">')[2].partition("</section>")[0]
    with town.services.database.read() as connection:
        account_id = town.accounts[who].account_id
        told = new_work.numbers(connection, UNDELIVERED, account_id, town.services.clock())["number"]
    return re.findall(r'href="/clients/[^/"]+">([^<]+)</a>', section), told


def lose(town: Town, clients: dict[str, UUID]) -> None:
    coach_mails.send_mails(town.services, look(town), asked(town, clients["Bram Bakker"]), uuid4())
    assert deliver(town, Taking()) == 0
    assert not_delivered(town) == (["Bram Bakker"], 1)


def later(town: Town) -> None:
    cast(Clock, town.services.clock).now += timedelta(minutes=5)


def speak(town: Town, client_id: UUID, outcome: Outcome) -> None:
    contact: dict[str, Any] = {"channel": Channel.PHONE, "outcome": outcome, "held_on": town.services.today}
    command = RecordContact(client_id=client_id, contact_id=uuid4(), started_by=StartedBy.COACH, **contact)
    context = CommandContext(town.services.clock(), town.accounts["coach"].account_id)
    town.services.clients.handle(command, context, uuid4())


def test_one_that_did_not_leave_comes_up_until_the_client_is_spoken_to(town: Town, clients: dict[str, UUID]) -> None:
    lose(town, clients)
    assert not_delivered(town, "colleague") == ([], 0), "another coach's"
    later(town)
    speak(town, clients["Bram Bakker"], Outcome.NO_ANSWER)
    assert not_delivered(town) == (["Bram Bakker"], 1), "nobody was reached"
    speak(town, clients["Bram Bakker"], Outcome.SPOKEN)
    assert not_delivered(town) == ([], 0)


def test_one_that_did_not_leave_is_made_up_for_by_one_that_did(town: Town, clients: dict[str, UUID]) -> None:
    lose(town, clients)
    later(town)
    command = ChangeContactDetails(
        client_id=clients["Bram Bakker"], email="bram@example.org", phone=None, language="en"
    )
    town.services.clients.handle(command, CommandContext(town.services.clock()), uuid4())
    town.services.engine.catch_up()
    coach_mails.send_mails(town.services, look(town), asked(town, clients["Bram Bakker"]), uuid4())
    assert not_delivered(town) == (["Bram Bakker"], 1), "on its way"
    assert deliver(town, Taking()) == 1
    assert not_delivered(town) == ([], 0)


def test_one_that_is_sent_again_is_on_its_way_and_one_of_long_ago_asks_nothing_any_more(
    town: Town, clients: dict[str, UUID]
) -> None:
    lose(town, clients)
    with town.services.database.write() as connection:
        outbox.send_again(connection, town.services.clock())
    assert not_delivered(town) == ([], 0)
    assert deliver(town, Taking()) == 0
    assert not_delivered(town) == (["Bram Bakker"], 1)
    cast(Clock, town.services.clock).now += undelivered.SHOWN_FOR + timedelta(days=1)
    assert not_delivered(town) == ([], 0)


def test_one_that_did_not_leave_comes_up_with_the_file_that_goes_on_and_back(
    town: Town, clients: dict[str, UUID]
) -> None:
    services, kept = town.services, town.new_client("coach", "Bram Kept")
    lose(town, clients)
    merging.merge_files(services, look(town), kept, clients["Bram Bakker"], uuid4())
    assert not_delivered(town) == (["Bram Kept"], 1)
    merging.undo_merge(services, look(town), kept, clients["Bram Bakker"], uuid4())
    assert not_delivered(town) == (["Bram Bakker"], 1)


def test_an_invitation_that_did_not_leave_comes_up_until_it_is_withdrawn(town: Town, clients: dict[str, UUID]) -> None:
    services, client_id = town.services, clients["Bram Bakker"]
    object.__setattr__(services, "settings", replace(services.settings, public_url="https://werk.city.example"))
    born = RegisterField(client_id=client_id, field="birth_date", value="1988", known_on=services.today)
    services.clients.handle(born, CommandContext(services.clock(), town.accounts["coach"].account_id), uuid4())
    services.engine.catch_up()
    slots = [services.clock() + timedelta(days=5)]
    offered = invitations.Offered([client_id], slots, 30, Channel.PHONE, None, None, Delivery.EMAIL)
    command_id = uuid4()
    invitations.invite_clients(services, look(town), offered, command_id)
    assert deliver(town, Taking()) == 0
    assert not_delivered(town) == (["Bram Bakker"], 1)
    invitation_id = invitations.id_of_invitation(command_id, client_id)
    invitations.withdraw_invitation(services, look(town), client_id, invitation_id, uuid4())
    assert not_delivered(town) == ([], 0)


@pytest.mark.parametrize("then", ["ended", "another one", "over"])
def test_a_questionnaire_that_did_not_leave_comes_up_as_long_as_it_could_be_answered(
    town: Town, clients: dict[str, UUID], then: str
) -> None:
    services, client_id, command_id = town.services, clients["Bram Bakker"], uuid4()
    object.__setattr__(services, "settings", replace(services.settings, public_url="https://werk.city.example"))
    born = RegisterField(client_id=client_id, field="birth_date", value="1988", known_on=services.today)
    services.clients.handle(born, CommandContext(services.clock(), town.accounts["coach"].account_id), uuid4())
    services.engine.catch_up()
    questionnaires.send_questionnaire(services, look(town), client_id, SentHow.MAIL, command_id)
    assert deliver(town, Taking()) == 0
    assert not_delivered(town) == (["Bram Bakker"], 1)
    assert "the questionnaire" in town.visit("coach").get("/today").partition('<h2 id="undelivered">')[2]
    if then == "ended":
        asked_id = questionnaires.question_id(command_id)
        questionnaires.end_questionnaire(services, look(town), client_id, asked_id, uuid4())
    elif then == "another one":
        questionnaires.send_questionnaire(services, look(town), client_id, SentHow.LETTER, uuid4())
    else:
        cast(Clock, services.clock).now += timedelta(days=15)
    services.engine.catch_up()
    assert not_delivered(town) == ([], 0)


def test_every_kind_of_e_mail_to_a_client_comes_up_when_it_does_not_leave() -> None:
    """Either in the list of what was not delivered, or, of a reminder and an appointment, with what they are about."""
    sent = {letters.PROPOSAL, letters.REMINDER, WRITTEN, *composing_links.KINDS, *appointment_letters.KINDS}
    assert sent - {*undelivered.KINDS, letters.REMINDER, *appointment_letters.KINDS} == set()
