"""Clients taken over for a time and given back: told to the manager, to who took over and to who gets them back, in the
app, at once, daily, or off."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from application import take_overs
from application.services import Services
from domain.client import AssignClient, ClientCommand, CloseClient, ClosingReason
from domain.client.take_overs import GiveBack, TakeOverForTime
from domain.roles import Role, Viewer
from eventlog.commands import CommandContext
from records import new_work
from records.notice_choices import Way
from records.notices import TAKEN_OVER, TO_GIVE_BACK
from tests.conftest import Clock
from tests.post import Post
from tests.stories import begin
from tests.workers.test_deliver_mail import post, services
from tests.workers.test_exemption_notices import MANAGER, OFFICER, STRANGER, choose, mails_of, readers
from tests.workers.test_tell_news import IMPROVER, REPORTER, TEAM_ID, office, run
from workers import build_weekly_lists, deliver_mail, send_digests

__all__ = ["office", "post", "readers", "services"]

ADDRESS = {MANAGER: "manager@city.example", IMPROVER: "improver@city.example", REPORTER: "reporter@city.example"}
VIEWER = {
    MANAGER: Viewer(MANAGER, Role.TEAM_MANAGER, TEAM_ID),
    IMPROVER: Viewer(IMPROVER, Role.WORK_COACH, TEAM_ID),
    REPORTER: Viewer(REPORTER, Role.WORK_COACH, TEAM_ID),
}


def by(office: Services, command: ClientCommand) -> None:
    office.clients.handle(command, CommandContext(office.clock(), MANAGER), uuid4())


def taken_over(office: Services, days: int = 30, clients: int = 2) -> tuple[UUID, list[UUID]]:
    """Clients of the reporter whom the improver took over together."""
    take_over_id, ids = uuid4(), [begin(office, uuid4(), name="Lars Invented") for _ in range(clients)]
    for client_id in ids:
        by(office, AssignClient(client_id=client_id, team=TEAM_ID, coach=REPORTER, assigned_on=date(2026, 1, 6)))
        take = TakeOverForTime(
            client_id=client_id,
            take_over_id=take_over_id,
            team=TEAM_ID,
            specialised=False,
            from_coach=REPORTER,
            coach=IMPROVER,
            back_on=office.today + timedelta(days=days),
            clients=clients,
        )
        by(office, take)
    return take_over_id, ids


def given_back(office: Services, take_over_id: UUID, ids: list[UUID]) -> None:
    for client_id in ids:
        by(office, GiveBack(client_id=client_id, take_over_id=take_over_id, team=TEAM_ID, specialised=False))


def told(office: Services, kind: str) -> list[UUID]:
    office.engine.catch_up()
    with office.database.read() as connection:
        found = [each.account_id for each in new_work.standing(connection, office.clock()) if each.kind == kind]
        for account_id in (IMPROVER, REPORTER, OFFICER, MANAGER, STRANGER):
            number = new_work.numbers(connection, kind, account_id, office.clock())["number"]
            assert number == found.count(account_id)
    return found


def in_the_app(office: Services, who: UUID) -> int:
    """How many clients stand on the page of who is concerned."""
    office.engine.catch_up()
    if who == MANAGER:
        return take_overs.count_due(office, VIEWER[MANAGER])
    return sum(each.clients for each in take_overs.of_coach(office, VIEWER[who]))


HAPPENS = {
    "taken over": (TAKEN_OVER, IMPROVER, "Tijdelijk overgenomen klanten"),
    "given back": (TAKEN_OVER, REPORTER, "Clients taken over for a time"),
    "goes back": (TO_GIVE_BACK, MANAGER, "Klanten om terug te geven"),
}


@pytest.mark.parametrize("way", list(Way))
@pytest.mark.parametrize("what", list(HAPPENS))
def test_it_comes_in_the_way_that_was_chosen_and_once_for_all_who_came_together(
    readers: Services, post: tuple[Post, int], clock: Clock, what: str, way: Way
) -> None:
    kind, who, title = HAPPENS[what]
    for account_id in ADDRESS:
        choose(readers, kind, way if account_id == who else Way.OFF, account_id)
    together = taken_over(readers)
    if what == "given back":
        given_back(readers, *together)
    elif what == "goes back":
        clock.now += timedelta(days=30)
    mails: list[int] = []
    for task in (build_weekly_lists.NAME, send_digests.NAME):
        before = len(mails_of(post, ADDRESS[who]))
        for _ in range(2):
            run(readers, task)
            run(readers, deliver_mail.NAME)
        mails.append(len(mails_of(post, ADDRESS[who])) - before)
    assert mails == [int(way is Way.AT_ONCE), int(way is Way.DAILY)], "once, however often a task runs"
    assert in_the_app(readers, who) == (0 if way is Way.OFF else 2)
    for subject, text in mails_of(post, ADDRESS[who]):
        assert subject == title and ": 1." in text and "Lars" not in text and "Invented" not in text


def test_on_the_day_the_managers_of_the_team_are_told_until_all_are_given_back(readers: Services, clock: Clock) -> None:
    take_over_id, ids = taken_over(readers, days=30)
    clock.now += timedelta(days=29)
    assert told(readers, TO_GIVE_BACK) == []
    clock.now += timedelta(days=1)
    assert told(readers, TO_GIVE_BACK) == [MANAGER]
    given_back(readers, take_over_id, ids[:1])
    assert told(readers, TO_GIVE_BACK) == [MANAGER]
    by(readers, CloseClient(client_id=ids[1], reason=ClosingReason.MOVED, closed_on=readers.today))
    assert told(readers, TO_GIVE_BACK) == [], "who was closed does not go back"


def test_who_came_and_who_came_back_is_told_for_two_weeks(readers: Services, clock: Clock) -> None:
    together = taken_over(readers)
    assert told(readers, TAKEN_OVER) == [IMPROVER]
    clock.now += timedelta(days=14)
    assert told(readers, TAKEN_OVER) == []
    given_back(readers, *together)
    assert told(readers, TAKEN_OVER) == [REPORTER]
    clock.now += timedelta(days=14)
    assert told(readers, TAKEN_OVER) == []
