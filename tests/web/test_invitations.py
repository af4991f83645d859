"""Invitations: times offered to clients, chosen by a link, told kindly when taken, withdrawn, attacked."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import inspect

from application import merging
from application.looks import Look
from application.one_time_links import secrets_of
from application.services import Services
from domain.calendar import local_day
from domain.client import AssignClient, Channel, ErasureReason, InvitationEnded, MakeAppointment
from domain.roles import Role, Viewer
from eventlog.commands import CommandContext
from projections import appointments, invitations
from projections.caseload import Scope
from projections.engine.verify import verify
from records.invitations import LINKS
from tests.application.merged import without_the_merge
from tests.conftest import Clock
from tests.web.conftest import Town, Visitor
from tests.web.filling_in import BORN, say

SLOTS = ["2026-11-18T10:00", "2026-11-18T11:00", "2026-11-19T09:30"]
FORM: dict[str, Any] = {"minutes": "30", "channel": "phone", "delivery": "letter", "slots": SLOTS}


@dataclass
class AtTheTimes:
    """A client with a browser, and the times to choose from."""

    town: Town
    client_id: UUID
    invitation_id: UUID
    visitor: Visitor

    @property
    def token(self) -> str:
        return secrets_of(self.town.services, LINKS, self.invitation_id).token

    @property
    def code(self) -> str:
        return secrets_of(self.town.services, LINKS, self.invitation_id).code

    def opens(self, visitor: Visitor | None = None, **given: str) -> Any:
        return (visitor or self.visitor).post("/invitation", **{"code": self.token, **BORN, **given})

    def chooses(self, slot: str = SLOTS[0]) -> Any:
        return self.visitor.post("/invitation/times/choose", slot=slot)


@pytest.fixture
def town(town: Town, clock: Clock) -> Town:
    clock.now = datetime(2026, 11, 16, 8, tzinfo=UTC)  # a Monday, nine o'clock in Amsterdam
    return town


def person(town: Town, name: str = "Anna de Vries") -> UUID:
    client_id = town.new_client("coach", name)
    say(town, client_id, "birth_date", "1988-03-27")
    return client_id


def invited(town: Town, name: str = "Anna de Vries", **more: Any) -> AtTheTimes:
    """A client who got an invitation, with a letter that was printed."""
    client_id, coach = person(town, name), town.visit("coach")
    sent = coach.post(f"/clients/{client_id}/invitations/new", **FORM | more)
    assert sent.status_code == 303, re.findall(r'class="error">([^<]+)', sent.get_data(as_text=True))
    found = re.search(r"/invitations/([0-9a-f-]{36})/letter", sent.location)
    assert found, sent.location
    assert "does not change your benefit" in coach.get(sent.location) or "uitkering" in coach.get(sent.location)
    return AtTheTimes(town, client_id, UUID(found[1]), town.visit())


def calendar(services: Services, coach: UUID) -> list[datetime]:
    services.engine.catch_up()
    with services.database.read() as connection:
        first = services.today
        found = appointments.between(connection, Scope(coach_id=coach), first, first + timedelta(days=30))
    return [each.starts_at for each in found]


def test_a_client_chooses_a_time_and_has_an_appointment(town: Town) -> None:
    at = invited(town)
    coach = town.visit("coach")
    assert "waiting for an answer" in coach.get(f"/clients/{at.client_id}")
    assert at.opens().status_code == 303
    page = at.visitor.get("/invitation/times/choose")
    assert page.count('type="radio"') == 3 and "does not change your benefit" in page
    answer = at.chooses()
    assert answer.status_code == 303 and answer.location == "/invitation/times/chosen"
    assert "Wednesday" in at.visitor.get("/invitation/times/chosen")
    file = coach.get(f"/clients/{at.client_id}")
    assert "the client chose a time" in file and "10:00–10:30" in file
    assert len(calendar(town.services, town.accounts["coach"].account_id)) == 1
    # A double click, and coming back.
    assert at.chooses(SLOTS[1]).location == "/invitation/times/chosen"
    assert at.visitor.client.get("/invitation/times/choose").location == "/invitation/times/chosen"
    assert len(calendar(town.services, town.accounts["coach"].account_id)) == 1
    assert at.opens(town.visit()).status_code == 400, "and the link is used up"


def test_a_time_that_is_taken_is_said_with_those_left(town: Town) -> None:
    one, other = invited(town), invited(town, "Bram Bos")
    for at in (one, other):
        assert at.opens().status_code == 303
    other.visitor.get("/invitation/times/choose")
    assert one.chooses().status_code == 303
    late = other.chooses()
    text = late.get_data(as_text=True)
    assert late.status_code == 400 and "somebody has just chosen it" in text and text.count('type="radio"') == 2
    assert other.chooses("2026-11-18T12:00").status_code == 400
    assert other.chooses("nonsense").status_code == other.chooses("").status_code == 400
    assert other.chooses(SLOTS[1]).status_code == 303


def test_when_all_are_taken_the_client_hears_it_kindly(town: Town) -> None:
    one, other = invited(town, slots=SLOTS[:1]), invited(town, "Bram Bos", slots=SLOTS[:1])
    one.opens()
    one.chooses()
    other.opens()
    assert "not your fault" in other.visitor.get("/invitation/times/choose")
    assert other.chooses().status_code == 400


def test_several_are_warned_of_when_they_are_more_than_the_times(town: Town) -> None:
    people, coach = [person(town, name) for name in ("Anna de Vries", "Bram Bos", "Cora Cats")], town.visit("coach")
    form = FORM | {"slots": ["2026-11-18T10:00", "2026-11-18T10:15"], "clients": [str(each) for each in people]}
    head = town.services.log.head()
    first = coach.post("/invitations/new", **form)
    text = first.get_data(as_text=True)
    assert first.status_code == 400 and "There are fewer times than clients" in text
    assert town.services.log.head() == head
    assert coach.post("/invitations/new", **form | {"confirmed": "few"}).status_code == 303
    for each in people:
        assert "waiting for an answer" in coach.get(f"/clients/{each}")
    stranger = town.new_client("stranger", "Dirk Dam")
    for wrong, status in (([], 400), ([str(stranger)], 404), ([str(people[0]), str(stranger)], 400)):
        answer = coach.post("/invitations/new", **form | {"clients": wrong})
        assert answer.status_code == status, wrong


def test_the_form_offers_what_is_free_and_refuses_what_is_taken_meanwhile(town: Town) -> None:
    client_id, coach = person(town), town.visit("coach")
    account = town.accounts["coach"].account_id
    meet = {"client_id": client_id, "appointment_id": uuid4(), "minutes": 30, "channel": Channel.PHONE}
    command = MakeAppointment(**meet, day=local_day(town.services.clock()), at=time(10))  # type: ignore[arg-type]  # the test gives what fits
    town.services.clients.handle(command, CommandContext(town.services.clock(), account), uuid4())
    page = coach.get(f"/clients/{client_id}/invitations/new?from=2026-11-16&minutes=45")
    assert 'value="2026-11-16T09:30"' not in page, "it would run into the appointment"
    assert 'value="2026-11-16T10:30"' in page and 'value="2026-11-16T09:00"' not in page, "that has passed"
    assert "2026-11-21" not in page, "a Saturday"
    for odd in ("from=x", "from=1999-01-01", "minutes=7", "minutes=x"):
        assert "Show" in coach.get(f"/clients/{client_id}/invitations/new?{odd}")
    for wrong, said in (
        ({"slots": ["2026-11-16T10:00"]}, "You now have an appointment"),
        ({"slots": []}, "at least one time"),
        ({"slots": ["x"]}, "Choose one of the times"),
        ({"channel": "office"}, "Enter where you meet"),
        ({"channel": "x"}, "no such choice"),
        ({"minutes": "999"}, "takes 5 to 480"),
    ):
        answer = coach.post(f"/clients/{client_id}/invitations/new", **FORM | wrong)
        assert answer.status_code == 400 and said in answer.get_data(as_text=True), wrong


def test_what_nobody_answered_comes_up_and_can_be_withdrawn(town: Town, clock: Clock) -> None:
    at, coach = invited(town), town.visit("coach")
    assert "Invitations without an answer" not in coach.get("/today")
    clock.now += timedelta(days=3)
    coach = town.visit("coach")
    for path in ("/today", "/invitations"):
        assert "no answer" in coach.get(path), path
    clock.now += timedelta(days=9)
    coach = town.visit("coach")
    assert "expired" in coach.get("/invitations")
    where = f"/clients/{at.client_id}/invitations/{at.invitation_id}/withdraw"
    assert coach.post(where, form="/invitations", back="list").location.startswith("/invitations")
    assert "Everybody who was invited has answered" in coach.get("/invitations")
    assert "withdrawn" in coach.get(f"/clients/{at.client_id}")
    assert at.opens().status_code == 400


def told(at: AtTheTimes, **given: str) -> tuple[int, str]:
    answer = at.opens(at.town.visit(), **given)
    html = answer.get_data(as_text=True).replace(given.get("code", at.token), "CODE")
    return answer.status_code, re.sub(r'value="[^"]*"', "", html)


def test_whatever_is_wrong_the_answer_is_the_same(town: Town, clock: Clock) -> None:
    ats = {name: invited(town, name) for name in ("right", "used", "withdrawn", "replaced", "erased", "old")}
    ats["used"].opens()
    assert ats["used"].chooses().status_code == 303
    coach, context = town.visit("coach"), CommandContext(clock(), town.accounts["coach"].account_id)
    gone = ats["withdrawn"]
    coach.post(f"/clients/{gone.client_id}/invitations/{gone.invitation_id}/withdraw", form="/invitations")
    coach.post(f"/clients/{ats['replaced'].client_id}/invitations/new", **FORM | {"slots": SLOTS[1:]})
    town.services.erase(ats["erased"].client_id, ErasureReason.CLIENT_REQUEST, context, uuid4())
    town.services.engine.catch_up()
    wrong = told(ats["right"], code="x" * 32)
    assert wrong[0] == 400
    for given in ({"day": "28"}, {"day": "", "month": "", "year": ""}, {"year": "-1"}, {"day": "x"}):
        assert told(ats["right"], **given) == wrong, given
    for name in ("used", "withdrawn", "replaced", "erased"):
        assert told(ats[name]) == wrong, name
    clock.now += timedelta(minutes=16)
    assert ats["right"].opens().status_code == 303, "and who is right gets in"
    clock.now += timedelta(days=15)
    assert told(ats["old"]) == wrong
    pages = {
        re.sub(r'value="[^"]*"', "", town.visit().get(f"/invitation/{code}").replace(code, "CODE"))
        for code in (ats["right"].token, "y" * 32)
    }
    assert len(pages) == 1, "the page of a link says nothing of it"


def test_no_page_after_the_first_has_the_secret_and_the_database_alone_opens_nothing(town: Town) -> None:
    at = invited(town)
    answers = [at.visitor.client.get(f"/invitation/{at.token}"), at.opens()]
    answers += [at.visitor.client.get("/invitation/times/choose"), at.chooses()]
    answers += [at.visitor.client.get(f"/invitation{page}") for page in ("/times/chosen", "")]
    for answer in answers:
        assert answer.headers["Cache-Control"] == "no-store" and answer.headers["Referrer-Policy"] == "strict-origin"
    for answer in answers[1:]:
        text = answer.get_data(as_text=True) + str(answer.headers)
        for secret in (at.token, at.code, str(at.client_id), str(at.invitation_id), "Anna"):
            assert secret not in text
    with town.services.database.read() as connection:
        for table in inspect(connection).get_table_names():
            rows = str(connection.exec_driver_sql(f'SELECT * FROM "{table}"').all())  # noqa: S608 - names of our tables
            assert at.token not in rows and at.code not in rows, table


def test_who_opened_it_elsewhere_is_out_when_it_was_used(town: Town) -> None:
    at = invited(town)
    thief = town.visit()
    assert at.opens().status_code == at.opens(thief).status_code == 303
    assert at.chooses().status_code == 303
    for path in ("choose", "chosen"):
        answer = thief.client.get(f"/invitation/times/{path}")
        assert answer.status_code == 303 and answer.location == "/invitation?over=1", path
    town.services.clock.now += timedelta(hours=3)  # type: ignore[attr-defined]  # the test's clock
    assert at.visitor.client.get("/invitation/times/chosen").location == "/invitation?over=1"


def keeping(town: Town, at: AtTheTimes, whose: str = "coach") -> Callable[[str], None]:
    """A second file of who was invited, and what merges the two into it and undoes that."""
    kept = town.new_client(whose, "Anna Vries")
    say(town, kept, "birth_date", "1988-03-27")
    officer = Look(town.services, Viewer(uuid4(), Role.PRIVACY_OFFICER, None), "merge")
    town.services.engine.catch_up()

    def does(what: str) -> None:
        act = merging.merge_files if what == "merge" else merging.undo_merge
        act(town.services, officer, kept, at.client_id, uuid4())
        town.services.engine.catch_up()
        with town.services.database.read() as connection:
            found = invitations.file_of(connection, at.invitation_id)
        assert found == (kept if what == "merge" else at.client_id)

    return does


def test_an_invitation_goes_along_in_a_merge_and_its_link_with_it(town: Town) -> None:
    at = invited(town)
    does = keeping(town, at)
    before = without_the_merge(town.services)
    does("merge")
    assert at.opens().status_code == 303
    assert at.visitor.get("/invitation/times/choose").count('type="radio"') == 3
    does("undo")
    # What the page says of the link: it was opened meanwhile; what the read models hold is as it was.
    assert without_the_merge(town.services) == before
    assert at.visitor.get("/invitation/times/choose").count('type="radio"') == 3, "and the browser is where it was"
    does("merge")
    assert at.chooses().location == "/invitation/times/chosen"
    assert len(calendar(town.services, town.accounts["coach"].account_id)) == 1
    does("undo")
    state = town.services.clients.state(at.client_id)
    assert state is not None and state.invitation is not None
    assert list(verify(town.services.engine)) == []


def test_one_that_was_sent_in_the_file_that_went_is_replaced_with_its_link(town: Town) -> None:
    at = invited(town)
    does = keeping(town, at)
    does("merge")
    with town.services.database.read() as connection:
        kept = invitations.file_of(connection, at.invitation_id)
    assert town.visit("coach").post(f"/clients/{kept}/invitations/new", **FORM).status_code == 303
    assert at.opens().status_code == 400
    does("undo")
    state = town.services.clients.state(kept) if kept else None
    assert state is not None and state.invitation is not None, "what was sent since stays where it was sent"
    assert list(verify(town.services.engine)) == []


def test_one_of_another_coach_is_over_in_the_file_that_goes_on_and_stands_again_when_that_is_undone(
    town: Town,
) -> None:
    at = invited(town)
    does = keeping(town, at, "colleague")
    for what, why in (("merge", "other_coach"), ("undo", None)):
        does(what)
        with town.services.database.read() as connection:
            file = invitations.file_of(connection, at.invitation_id)
            row = invitations.one(connection, file, at.invitation_id) if file else None
        assert row is not None and row.over_why == why
        assert at.opens(town.visit()).status_code == (400 if why else 303)


def test_one_ends_when_a_colleague_takes_the_client_over_and_the_file_says_why(town: Town) -> None:
    at = invited(town)
    assert at.opens().status_code == 303
    to = town.accounts["colleague"]
    command = AssignClient(
        client_id=at.client_id, team=to.team_id or uuid4(), coach=to.account_id, assigned_on=town.services.today
    )
    town.services.clients.handle(command, CommandContext(town.services.clock()), uuid4())
    town.services.engine.catch_up()
    assert [e.why for e in town.services.log.stream(at.client_id) if isinstance(e, InvitationEnded)] == ["other_coach"]
    assert "another coach took over" in town.visit("colleague").get(f"/clients/{at.client_id}")
    assert at.visitor.client.get("/invitation/times/choose").status_code != 200
