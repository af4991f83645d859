"""The mail that a questionnaire is opened from: its secret is made when it leaves, and lies nowhere before."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import inspect

from application import composing, filling_in, questionnaires
from application.looks import Look
from application.questionnaires import question_id
from application.services import Services
from application.suggestions import suggested
from application.undelivered import NothingToSendError, NotYetError
from domain.catalogue import load
from domain.client import ChangeContactDetails, CloseClient, ClosingReason, RegisterField, SentHow
from domain.refusal import Refused
from domain.roles import Role, Viewer
from records import letters, outbox
from records.outbox import Message
from tests.conftest import NOW, Clock
from tests.stories import CLIENT, COACH, TEAM, begin, do
from web.words import WORDS


@pytest.fixture
def services(make_services: Callable[..., Services], fresh_sqlite: str) -> Services:
    services = make_services(
        fresh_sqlite,
        WERKPAD_SMTP_URL="smtp://127.0.0.1:1",
        WERKPAD_MAIL_FROM="werk@city.example",
        WERKPAD_PUBLIC_URL="https://werkpad.city.example",
    )
    begin(services, name="Anna de Vries", email="anna@example.org")
    do(services, RegisterField(client_id=CLIENT, field="birth_date", value="1988-03", known_on=services.today))
    services.engine.catch_up()
    return services


def look(services: Services) -> Look:
    return Look(services, Viewer(COACH, Role.WORK_COACH, TEAM), "test")


def send(services: Services, language: str = "nl") -> Message:
    command_id = uuid4()
    do(services, ChangeContactDetails(client_id=CLIENT, email="anna@example.org", language=language))
    services.engine.catch_up()
    questionnaires.send_questionnaire(services, look(services), CLIENT, SentHow.MAIL, command_id)
    with services.database.read() as connection:
        found = [each for each in outbox.due(connection, NOW) if each.message_id == question_id(command_id)]
    return found[0]


@pytest.mark.parametrize(("language", "said"), [("nl", "tot en met 2 december 2026"), ("en", "until 2 December 2026")])
def test_the_mail_has_a_link_that_opens_with_the_birth_date(services: Services, language: str, said: str) -> None:
    message = send(services, language)
    made, address = composing.mail(services, message)
    text = made.get_content().replace("=\n", "")
    assert address == "anna@example.org" and said in text and "Anna de Vries" in text
    found = re.search(r"https://werkpad\.city\.example/questionnaire/(\S{32})", text)
    code = re.search(r"[0-9A-Z]{5}-[0-9A-Z]{5}", text)
    assert found and code
    for secret in (found[1], code[0]):
        with services.database.read() as connection:
            for table in inspect(connection).get_table_names():
                assert secret not in str(connection.exec_driver_sql(f'SELECT * FROM "{table}"').all()), table  # noqa: S608 - names of our tables
        for born, right in (((1988, 4, None), False), ((1988, 3, None), True), ((1988, 3, 9), True)):
            opening = filling_in.Opening(secret, born, "192.0.2.1")
            assert filling_in.open_questionnaire(services, opening, uuid4().hex) is right, born


def test_it_leaves_only_as_long_as_it_can_be_opened(services: Services, clock: Clock) -> None:
    first = send(services)
    second = send(services)
    with pytest.raises(NothingToSendError):
        composing.mail(services, first)
    composing.mail(services, second)
    with services.database.write() as connection:
        outbox.put(connection, lost := uuid4(), letters.QUESTIONNAIRE, lost, NOW, client_id=CLIENT)
        waiting = next(each for each in outbox.due(connection, NOW) if each.message_id == lost)
    with pytest.raises(NotYetError):
        composing.mail(services, waiting)
    clock.now += timedelta(hours=2)
    with pytest.raises(NothingToSendError):
        composing.mail(services, waiting)
    do(services, CloseClient(client_id=CLIENT, reason=ClosingReason.JOB, closed_on=services.today))
    with pytest.raises(NothingToSendError):
        composing.mail(services, second)


def test_no_mail_is_left_of_one_that_was_refused(services: Services) -> None:
    do(services, CloseClient(client_id=CLIENT, reason=ClosingReason.JOB, closed_on=services.today))
    services.engine.catch_up()
    with pytest.raises(Refused, match="closed"):
        questionnaires.send_questionnaire(services, look(services), CLIENT, SentHow.MAIL, uuid4())
    with services.database.read() as connection:
        assert outbox.due(connection, NOW) == []


@pytest.mark.parametrize(
    ("field", "words", "code"),
    [
        ("work_sector", "I was in constructions", "construction"),
        ("work_sector", "bouwvakker in de bouw", "construction"),
        ("living_situation", "bij mijn ouders", "with_family"),
        ("living_situation", "with my parnter", "with_partner"),
    ],
)
def test_words_of_the_client_bring_the_options_near_them_in_either_language(field: str, words: str, code: str) -> None:
    assert code in [option.code for option in suggested(words, load()[field])]


def test_nothing_is_suggested_for_what_comes_near_nothing() -> None:
    assert suggested("zzz qqq", load()["living_situation"]) == []


def test_each_page_of_the_questionnaire_has_a_title_for_clients() -> None:
    groups = {group for group, _ in filling_in.questions(load())}
    assert groups <= WORDS["client_group"].keys()
