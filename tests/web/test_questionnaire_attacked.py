"""The client's own door under attack: guessing, reusing, timing, stealing, sending far too much."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, event, inspect, select

from application import filling_in
from application.failures import HeldBackError
from application.filling_in import SoFar
from application.leftovers import throw_away_drafts
from application.one_time_links import ALPHABET, Opening
from application.questionnaire_links import let_work, secrets_of
from application.services import Services
from domain.client import (
    CloseClient,
    ClosingReason,
    ErasureReason,
    RegisterField,
    SendQuestionnaire,
    SentHow,
)
from eventlog.commands import CommandContext
from projections import questionnaires as sent
from records import questionnaires
from records.one_time_links import MOST_FAILURES
from tests.conftest import Clock
from tests.stories import CLIENT, begin, do
from tests.web.conftest import Town, Visitor
from tests.web.filling_in import BORN, AtTheQuestions, asked

WRONG = {"day": "28", "month": "3", "year": "1988"}


def told(at: AtTheQuestions, **given: str) -> tuple[int, str]:
    """What a new browser is told, without what differs from page to page."""
    visitor = at.town.visit()
    answer = visitor.post("/questionnaire", **{"code": at.token, **BORN, **given})
    html = answer.get_data(as_text=True)
    html = html.replace(given.get("code", at.token), "CODE")
    return answer.status_code, re.sub(r'value="[^"]*"', "", html)


def test_whatever_is_wrong_the_answer_is_the_same(town: Town) -> None:
    clock: Any = town.services.clock
    ats = {name: asked(town, name) for name in ("right", "returned", "ended", "closed", "erased", "replaced", "old")}
    context = CommandContext(clock(), town.accounts["coach"].account_id)
    ats["returned"].opens()
    ats["returned"].answers(3, **{"v-skills": "patience"})
    assert ats["returned"].sends().status_code == 303
    for name, path in (("ended", "/end"), ("replaced", "")):
        coach, file = town.visit("coach"), f"/clients/{ats[name].client_id}"
        where = f"{file}/questionnaire/{ats[name].questionnaire_id}/end" if path else f"{file}/questionnaire"
        assert coach.post(where, form=file, how="letter").status_code == 303
    close = CloseClient(client_id=ats["closed"].client_id, reason=ClosingReason.JOB, closed_on=town.services.today)
    town.services.clients.handle(close, context, uuid4())
    town.services.erase(ats["erased"].client_id, ErasureReason.CLIENT_REQUEST, context, uuid4())
    town.services.engine.catch_up()
    wrong = told(ats["right"], code="x" * 32)
    assert wrong[0] == 400
    for given in (WRONG, {"day": "", "month": "", "year": ""}, {"year": "-1"}, {"year": "9" * 12}, {"day": "x"}):
        assert told(ats["right"], **given) == wrong, given
    for name in ("returned", "ended", "closed", "erased", "replaced"):
        assert told(ats[name]) == wrong, name
        assert told(ats[name], code=ats[name].code)[0] == 400, name
    clock.now += timedelta(minutes=16)
    assert ats["right"].opens() == 303, "and who is right gets in"
    clock.now += timedelta(days=15)
    assert told(ats["old"]) == wrong


def test_the_page_of_a_link_says_nothing_of_it(town: Town) -> None:
    at = asked(town)
    pages = {
        re.sub(r'value="[^"]*"', "", town.visit().get(f"/questionnaire/{code}").replace(code, "CODE"))
        for code in (at.token, "y" * 32)
    }
    assert len(pages) == 1


@contextmanager
def statements(services: Services) -> Iterator[list[str]]:
    """What the database is asked meanwhile."""
    said: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        said.append(statement)

    engine: Engine = services.database.engine
    event.listen(engine, "before_cursor_execute", note)
    yield said
    event.remove(engine, "before_cursor_execute", note)


def a_questionnaire(services: Services) -> UUID:
    begin(services)
    do(services, RegisterField(client_id=CLIENT, field="birth_date", value="1988-03-27", known_on=services.today))
    questionnaire_id = uuid4()
    do(services, SendQuestionnaire(client_id=CLIENT, questionnaire_id=questionnaire_id, how=SentHow.LETTER))
    services.engine.catch_up()
    with services.database.read() as connection:
        row = sent.one(connection, CLIENT, questionnaire_id)
    assert row is not None
    let_work(services, row)
    return questionnaire_id


def opening(code: str, day: int = 27, address: str = "192.0.2.1") -> Opening:
    return Opening(code, (1988, 3, day), address)


def test_a_code_that_is_none_takes_the_same_work_as_a_wrong_birth_date(services: Services) -> None:
    token = secrets_of(services, a_questionnaire(services)).token
    asked_of = []
    for code in (token, "z" * 32, "ABCDE-FGHJK", ""):
        with statements(services) as said:
            assert not filling_in.open_questionnaire(services, opening(code, day=1), uuid4().hex)
        asked_of.append(said)
    assert len(asked_of[0]) > 5 and all(said == asked_of[0] for said in asked_of)


@pytest.mark.parametrize("code", ["a code", None], ids=["no such code", "a code that there is"])
def test_two_processes_count_together(
    database_url: str, make_services: Callable[..., Services], code: str | None
) -> None:
    one, other = make_services(database_url), make_services(database_url)
    typed = code or secrets_of(one, a_questionnaire(one)).token
    for turn in range(6):
        # Each time from elsewhere: the code is held back, not the address.
        where = opening(typed, day=1, address=f"192.0.2.{turn}")
        held = turn == 5
        try:
            assert not filling_in.open_questionnaire((one, other)[turn % 2], where, uuid4().hex)
            assert not held
        except HeldBackError as error:
            assert held and error.wait > timedelta()
    with pytest.raises(HeldBackError):
        filling_in.open_questionnaire(one, opening(typed, address="198.51.100.7"), uuid4().hex)


def test_codes_are_not_tried_one_after_another_from_one_place(sqlite_services: Services) -> None:
    a_questionnaire(sqlite_services)
    with pytest.raises(HeldBackError):
        for number in range(60):
            filling_in.open_questionnaire(sqlite_services, opening(f"{number:010}"), uuid4().hex)
    assert number == 50
    assert len(ALPHABET) ** 10 > 10**15


def test_whoever_finds_a_letter_can_not_try_all_birth_dates(sqlite_services: Services, clock: Clock) -> None:
    token = secrets_of(sqlite_services, a_questionnaire(sqlite_services)).token
    for number in range(MOST_FAILURES):
        clock.now += timedelta(minutes=16)
        right = filling_in.open_questionnaire(sqlite_services, opening(token, day=1 + number % 26), uuid4().hex)
        assert not right
    clock.now += timedelta(minutes=16)
    assert not filling_in.open_questionnaire(sqlite_services, opening(token), uuid4().hex), "the link is over"


def test_a_stolen_link_session_or_page_is_of_no_use_after_sending(town: Town) -> None:
    at = asked(town)
    at.opens()
    stolen = at.visitor.client.get_cookie("werkpad_questionnaire", path="/questionnaire")
    assert stolen is not None and stolen.http_only and stolen.same_site == "Lax"
    thief = town.visit()
    at.opens(thief)
    at.answers(3, **{"v-skills": "patience with horses"})
    check = thief.get("/questionnaire/check")
    assert "patience with horses" in check
    form = {"csrf_token": thief.token("/questionnaire/check"), "command_id": str(uuid4())}
    assert at.sends().status_code == 303
    head = town.services.log.head()
    other = Visitor(town.app.test_client())
    other.client.set_cookie("werkpad_questionnaire", stolen.value, path="/questionnaire")
    for browser in (at.visitor, thief, other):
        for path in ("check", "questions/3"):
            answer = browser.client.get(f"/questionnaire/{path}")
            assert answer.status_code == 303 and answer.location == "/questionnaire?over=1", path
            assert "patience" not in answer.get_data(as_text=True)
    # The other's page is open still, with its button.
    for path in ("check", "questions/3"):
        answer = thief.client.post(f"/questionnaire/{path}", data={**form, "v-skills": "something else"})
        assert answer.status_code == 303 and answer.location == "/questionnaire?over=1"
    assert at.opens(town.visit()) == 400 and at.opens(town.visit(), code=at.code) == 400
    assert town.services.log.head() == head


def test_a_session_ends_when_nobody_was_there_for_two_hours(town: Town) -> None:
    clock: Any = town.services.clock
    at = asked(town)
    at.opens()
    for minutes, there in ((119, True), (119, True), (121, False)):
        clock.now += timedelta(minutes=minutes)
        assert (at.visitor.client.get("/questionnaire/questions/1").status_code == 200) is there


def test_no_page_is_kept_and_no_address_and_no_page_after_the_first_has_the_secret(town: Town) -> None:
    at = asked(town)
    first = at.visitor.client.get(f"/questionnaire/{at.token}")
    answers = [first, at.visitor.post("/questionnaire", code=at.token, **BORN)]
    answers += [at.visitor.client.get(f"/questionnaire/questions/{number}") for number in range(1, 5)]
    answers += [at.answers(2), at.visitor.client.get("/questionnaire/check"), at.sends()]
    answers += [at.visitor.client.get(f"/questionnaire{page}") for page in ("/thanks", "/stopped", "/check", "")]
    for answer in answers:
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "strict-origin"
    for answer in answers[1:]:
        text = answer.get_data(as_text=True) + str(answer.headers)
        assert at.token not in text and at.code not in text and str(at.client_id) not in text
        assert str(at.questionnaire_id) not in text and "Anna" not in text


def test_forms_are_sent_under_https_by_a_browser_that_tells_the_host_alone(town: Town) -> None:
    at = asked(town)
    town.app.config["WTF_CSRF_SSL_STRICT"] = True
    client = town.app.test_client()
    html = client.get(f"/questionnaire/{at.token}", base_url="https://localhost").get_data(as_text=True)
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', html)
    assert found
    form = {"csrf_token": found[1], "code": at.token, **BORN}
    for referrer, status in (("https://evil.example/", 400), ("https://localhost/", 303)):
        answer = client.post("/questionnaire", base_url="https://localhost", data=form, headers={"Referer": referrer})
        assert answer.status_code == status, referrer


def test_far_too_much_is_refused_and_nothing_of_it_kept(town: Town) -> None:
    at = asked(town)
    at.opens()
    path = "/questionnaire/questions/3"
    form = {"csrf_token": at.visitor.token(path), "command_id": str(uuid4())}
    whole = at.visitor.client.post(path, data={**form, "v-skills": "x" * 5_000_000})
    assert whole.status_code == 413
    for name in ("v-skills", "w-education_level", "v-education_level"):
        long = at.visitor.client.post(path, data={**form, name: "x" * 5_000})
        assert long.status_code == 400 and "too long" in long.get_data(as_text=True), name
    many = at.visitor.client.post(path, data={**form, "v-driving_licence": ["B"] * 2_000})
    assert many.status_code == 400
    for number in ("99999999999999999999", "0", "5", "-1", "x"):
        assert at.visitor.client.get(f"/questionnaire/questions/{number}").status_code in (303, 404)
    odd = {"v-driving_licence": ["B", "Z"], "v-work_years": "1e9", "s-skills": "?nothing", "v-living_situation": "x"}
    assert at.visitor.client.post(path, data={**form, **odd}).status_code == 400
    assert at.visitor.get("/questionnaire/check").count("not answered") == 25
    assert at.opens(code="x" * 101) == 400


def test_the_database_alone_opens_nothing_and_tells_no_answer(town: Town) -> None:
    at = asked(town)
    at.opens()
    at.answers(3, **{"v-skills": "patience with horses"})
    with town.services.database.read() as connection:
        for table in inspect(connection).get_table_names():
            rows = str(connection.exec_driver_sql(f'SELECT * FROM "{table}"').all())  # noqa: S608 - names of our tables
            for secret in (at.token, at.code, "patience with horses"):
                assert secret not in rows, table


def test_what_was_not_sent_goes_with_an_erasure_and_after_its_last_day(services: Services, clock: Clock) -> None:
    questionnaire_id = a_questionnaire(services)
    token = uuid4().hex
    assert filling_in.open_questionnaire(services, opening(secrets_of(services, questionnaire_id).token), token)
    filling_in.keep_answers(services, token, {"skills": {"value": "patience"}})
    filling_in.keep_answers(services, token, {"work_years": {"value": 3}, "skills": None})
    assert filling_in.filling(services, token).answers == {"work_years": SoFar(3)}
    clock.now += timedelta(days=15)
    throw_away_drafts(services)
    links = questionnaires.questionnaire_links
    with services.database.read() as connection:
        assert connection.scalars(select(links.c.sealed)).all() == [None]
    do(services, SendQuestionnaire(client_id=CLIENT, questionnaire_id=uuid4(), how=SentHow.LETTER))
    services.erase(CLIENT, ErasureReason.CLIENT_REQUEST, CommandContext(clock()), uuid4())
    with services.database.read() as connection:
        assert connection.scalars(select(links.c.client_id)).all() == []
