"""Intake meetings that colleagues planned and what did not reach clients: in the app, at once, daily, or off."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from application import today
from application.looks import Look
from application.services import Services
from domain.client import (
    Apply,
    AssignClient,
    ClientCommand,
    Delivery,
    PlanIntakeMeeting,
    ProposeOffer,
    RecordDelivery,
)
from domain.offer import OfferKind
from domain.roles import Role, Viewer
from eventlog.commands import CommandContext
from records import notice_choices
from records.notice_choices import Way
from records.notices import MEETING, UNDELIVERED
from tests.conftest import Clock
from tests.post import Post
from tests.stories import begin
from tests.workers.test_tell_news import IMPROVER, REPORTER, TEAM_ID, office, post, run, services
from workers import build_weekly_lists, deliver_mail, send_digests

__all__ = ["office", "post", "services"]

SAID = "An invented need"


def as_reporter(office: Services, command: ClientCommand, actor: UUID = REPORTER) -> None:
    office.clients.handle(command, CommandContext(office.clock(), actor), uuid4())


def planned(office: Services, planner: UUID = REPORTER) -> UUID:
    """An application, with an intake meeting with the improver in ten days."""
    applied = uuid4()
    asks = Apply(client_id=applied, name="Iris Invented", birth_date="1990-01-02", email="iris@mail.example", need=SAID)
    as_reporter(office, asks)
    on = office.today + timedelta(days=10)
    plan = PlanIntakeMeeting(client_id=applied, team=TEAM_ID, coach=IMPROVER, meeting_on=on, arranged="10:30")
    as_reporter(office, plan, planner)
    return applied


def lost(office: Services, client_id: UUID | None = None) -> UUID:
    """A client of the improver whom a proposal did not reach."""
    client_id = begin(office, client_id or uuid4(), name="Lars Invented")
    as_reporter(office, AssignClient(client_id=client_id, team=TEAM_ID, coach=IMPROVER, assigned_on=date(2026, 1, 6)))
    proposal: dict[str, Any] = {"client_id": client_id, "proposal_id": uuid4()}
    offer: dict[str, Any] = {"offer_id": uuid4(), "offer_kind": OfferKind.VACANCY, "delivery": Delivery.EMAIL}
    as_reporter(office, ProposeOffer(**proposal, **offer))
    as_reporter(office, RecordDelivery(**proposal, delivered=False, reason="no_address"))
    return client_id


HAPPENS = {MEETING: planned, UNDELIVERED: lost}
SUBJECTS = {MEETING: "Intakegesprekken met jou", UNDELIVERED: "Mail aan klanten die niet is aangekomen"}


def choose(office: Services, kind: str, way: Way) -> None:
    with office.database.write() as connection:
        notice_choices.choose(connection, IMPROVER, {kind: way, "weekly_list": "app", "digest": "app", "clocks": "app"})


def on_today(office: Services) -> tuple[int, int]:
    office.engine.catch_up()
    shown = today.today(office, Look(office, Viewer(IMPROVER, Role.WORK_COACH, TEAM_ID, improves=True), "today"))
    return shown.meetings, shown.undelivered_count


@pytest.mark.parametrize("way", list(Way))
@pytest.mark.parametrize("kind", list(HAPPENS))
def test_it_comes_in_the_way_that_was_chosen(
    office: Services, post: tuple[Post, int], clock: Clock, kind: str, way: Way
) -> None:
    choose(office, kind, way)
    HAPPENS[kind](office)
    mails: list[int] = []
    for task in (build_weekly_lists.NAME, send_digests.NAME):
        before = len(_theirs(post))
        for _ in range(2):
            run(office, task)
            run(office, deliver_mail.NAME)
        mails.append(len(_theirs(post)) - before)
    assert mails == [int(way is Way.AT_ONCE), int(way is Way.DAILY)], "once, however often a task runs"
    assert on_today(office) == ((0, 0) if way is Way.OFF else (1, 0) if kind == MEETING else (0, 1))
    for subject, text in _theirs(post):
        assert subject == SUBJECTS[kind] and ": 1." in text
        for secret in ("Iris", "Lars", "Invented", SAID, "10:30", "iris@mail.example"):
            assert secret not in text


def _theirs(post: tuple[Post, int]) -> list[tuple[str, str]]:
    mails = [mail for mail in post[0].taken if mail["To"] == "improver@city.example"]
    return [(str(mail["Subject"]), mail.get_content()) for mail in mails]


def test_who_planned_the_own_meeting_or_has_had_it_hears_nothing(
    office: Services, post: tuple[Post, int], clock: Clock
) -> None:
    choose(office, MEETING, Way.AT_ONCE)
    planned(office, planner=IMPROVER)
    assert on_today(office) == (0, 0)
    planned(office)
    assert on_today(office) == (1, 0)
    clock.now += timedelta(days=11)
    assert on_today(office) == (0, 0)
    run(office, build_weekly_lists.NAME)
    run(office, deliver_mail.NAME)
    assert _theirs(post) == []


def test_what_stands_for_long_is_mailed_to_nobody_who_begins_to_want_it_at_once(
    office: Services, post: tuple[Post, int], clock: Clock
) -> None:
    lost(office)
    clock.now += timedelta(days=6)
    choose(office, UNDELIVERED, Way.AT_ONCE)
    run(office, build_weekly_lists.NAME)
    run(office, deliver_mail.NAME)
    assert _theirs(post) == [] and on_today(office) == (0, 1)
