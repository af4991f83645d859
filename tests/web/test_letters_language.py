"""Whatever goes to a client is in the language that the client chose, whoever renders it and whatever they read."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from uuid import UUID, uuid4

import pytest

from application import composing
from application.services import Services
from domain.client import ChangeContactDetails, Delivery, ProposeOffer, RemindOfProposal, TakeIntake
from domain.offer import OfferKind, OpenOffer
from domain.refusal import Refused
from eventlog.commands import CommandContext
from records import letters, outbox
from records.outbox import Message
from tests.conftest import NOW
from tests.stories import CLIENT, COACH, TEAM, begin, do
from tests.web.conftest import Town

LANGUAGES = ("nl", "en")
GREETS = {"nl": "Beste", "en": "Dear"}
DAY = {"nl": "18 november 2026", "en": "18 November 2026"}
OFFER, PROPOSAL = UUID(int=77), UUID(int=78)


def propose(services: Services, client_id: UUID, coach: UUID, delivery: Delivery) -> None:
    context = CommandContext(services.clock(), coach)
    offer = OpenOffer(offer_id=OFFER, kind=OfferKind.VACANCY, title="Driver", requirements=[], answer_by=services.today)
    services.offers.handle(offer, context, uuid4())
    command = ProposeOffer(
        client_id=client_id, proposal_id=PROPOSAL, offer_id=OFFER, offer_kind=OfferKind.VACANCY, delivery=delivery
    )
    services.clients.handle(command, context, uuid4())
    services.engine.catch_up()


@pytest.mark.parametrize("read", LANGUAGES)
@pytest.mark.parametrize("chosen", LANGUAGES)
@pytest.mark.parametrize("kind", [letters.PROPOSAL, letters.REMINDER])
def test_a_printed_letter_is_in_the_clients_language(town: Town, kind: str, chosen: str, read: str) -> None:
    client_id, coach = town.new_client("coach", "Anna"), town.accounts["coach"].account_id
    do(town.services, ChangeContactDetails(client_id=client_id, email="x@example.org", language=chosen))
    propose(town.services, client_id, coach, Delivery.LETTER)
    visitor = town.visit("coach")
    visitor.post("/language", form="/today", language=read, here="/today")
    address = f"/clients/{client_id}/proposals/{PROPOSAL}/letter"
    for asked in ("", "?language=nl", "?language=en"):
        more = "reminder=1" if kind == letters.REMINDER else ""
        page = visitor.get(f"{address}{asked}{'&' if asked else '?'}{more}" if more else f"{address}{asked}")
        text = re.findall(rf'<div class="letter text" lang="{chosen}">(.*?)</div>', page, re.DOTALL)[0]
        assert text.startswith(f"{GREETS[chosen]} Anna,") and DAY[chosen] in text
        assert f'<html lang="{read}">' in page, "the page around it is the reader's"


@pytest.mark.parametrize("read", LANGUAGES)
@pytest.mark.parametrize("chosen", LANGUAGES)
def test_what_is_printed_of_a_file_for_the_client_is_in_the_clients_language(
    town: Town, chosen: str, read: str
) -> None:
    client_id = town.new_client("coach", "Anna")
    do(town.services, ChangeContactDetails(client_id=client_id, language=chosen))
    town.services.engine.catch_up()
    visitor = town.visit("coach")
    visitor.post("/language", form="/today", language=read, here="/today")
    page = visitor.get(f"/clients/{client_id}/shown-to-client")
    assert f'<html lang="{chosen}">' in page
    assert ("Wie keek er" in page or "Geboortedatum" in page) == (chosen == "nl") and ("Birth date" in page) == (
        chosen == "en"
    )
    assert f'<html lang="{read}">' in visitor.get(f"/clients/{client_id}"), "the file is the reader's"


@pytest.mark.parametrize("stored", LANGUAGES)
@pytest.mark.parametrize("chosen", [*LANGUAGES, None])
@pytest.mark.parametrize("kind", [letters.PROPOSAL, letters.REMINDER])
def test_a_mail_is_in_the_clients_language_when_it_leaves(
    make_services: Callable[..., Services], fresh_sqlite: str, kind: str, chosen: str | None, stored: str
) -> None:
    """Whatever an earlier version wrote into the outbox, and also where it was changed meanwhile."""
    services = make_services(fresh_sqlite, WERKPAD_SMTP_URL="smtp://127.0.0.1:1", WERKPAD_MAIL_FROM="werk@city.example")
    begin(services, name="Anna", email="anna@example.org")
    propose(services, CLIENT, COACH, Delivery.EMAIL)
    do(services, RemindOfProposal(client_id=CLIENT, proposal_id=PROPOSAL, delivery=Delivery.EMAIL))
    with services.database.write() as connection:
        outbox.put(connection, uuid4(), kind, PROPOSAL, services.clock(), client_id=CLIENT, language=stored)
        waiting: Message = outbox.due(connection, services.clock())[0]
    if chosen is not None:
        do(services, ChangeContactDetails(client_id=CLIENT, email="new@example.org", language=chosen))
    made, address = composing.mail(services, waiting)
    assert made.get_content().startswith(f"{GREETS[chosen or 'nl']} Anna,")
    assert address == ("new@example.org" if chosen else "anna@example.org")


def test_every_letter_to_a_client_is_here() -> None:
    """A new kind of mail or letter to clients has to be among those above."""
    assert set(letters._TEXTS["nl"]["subject"]) == {letters.PROPOSAL, letters.REMINDER}
    for language in LANGUAGES:
        assert letters._TEXTS[language].keys() == letters._TEXTS["nl"].keys()


# where it is said


def test_it_is_asked_at_the_intake_and_changed_on_the_file(town: Town) -> None:
    visitor, coach = town.visit("coach"), town.accounts["coach"].account_id
    client_id = uuid4()
    said = {"held_on": "2026-11-02", "name": "Bea", "client_id": str(client_id), "coach": str(coach)}
    refused = visitor.post("/intake", form="/intake", language="fr", **said)
    assert refused.status_code == 400 and "Letters are written in Dutch or in English" in refused.get_data(as_text=True)
    assert visitor.post("/intake", form="/intake", language="en", **said).status_code == 303
    assert spoken(visitor.get(f"/clients/{client_id}")) == "English"
    path = f"/clients/{client_id}/contact-details"
    assert '<option selected value="en">' in visitor.get(path)
    wrong = visitor.post(path, form=path, email="no address", phone="", language="nl")
    assert wrong.status_code == 400 and "This is not an e-mail address" in wrong.get_data(as_text=True)
    assert visitor.post(path, form=path, email="bea@example.org", phone="020", language="nl").status_code == 303
    page = visitor.get(f"/clients/{client_id}")
    assert spoken(page) == "Dutch" and "bea@example.org" in page and "Contact details changed" in page


def spoken(page: str) -> str:
    return re.findall(r"<dt>Language of letters</dt><dd>(\w+)</dd>", page)[0]


@pytest.mark.parametrize(
    ("said", "code"),
    [(None, "nl"), (" ", "nl"), ("NL", "nl"), ("Nederlands", "nl"), ("english", "en"), ("Engels", "en"), ("fr", None)],
)
def test_a_file_of_clients_says_it_by_its_code_or_name(said: str | None, code: str | None) -> None:
    command = TakeIntake(client_id=UUID(int=1), held_on=date(2026, 1, 5), team=TEAM, name="Jan", language=said)
    if code is None:
        with pytest.raises(Refused, match="Dutch or in English") as refused:
            command.decide(None, CommandContext(NOW))
        assert refused.value.field == "language"
        return
    (event,) = command.decide(None, CommandContext(NOW))
    assert event.language == code  # type: ignore[attr-defined]  # it is an intake
