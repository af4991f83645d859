"""Mails about signals and lists: once, in the reader's language, without a word of what was said or who said it."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from application.services import Services
from domain.client import AssignClient
from domain.roles import Role, Viewer
from eventlog.commands import CommandContext
from feedback.signal import Kind, LogSignal, MoveSignal, nameless
from records import drafts, leave, notice_choices, notices, outbox, people, weekly_lists
from records.people import Account, Team
from tests.conftest import Clock
from tests.post import Post
from tests.stories import CLIENT, begin
from tests.workers.test_deliver_mail import post, services
from workers import build_weekly_lists, deliver_mail, send_digests, throw_away_drafts
from workers.app import make_app

__all__ = ["post", "services"]

TEAM_ID = UUID(int=100)
REPORTER, IMPROVER = UUID(int=101), UUID(int=102)
PROCESS = Viewer(UUID(int=103), Role.PROCESS_MANAGER, None)


def run(services: Services, name: str) -> int:
    return int(make_app(services.settings, lambda: services).tasks[name].apply().get())


@pytest.fixture
def office(services: Services) -> Services:
    with services.database.write() as connection:
        people.add_team(connection, Team(TEAM_ID, "north", "Team north", specialised=False))
        for account_id, name, improves in ((REPORTER, "reporter", False), (IMPROVER, "improver", True)):
            account = Account(
                account_id,
                name,
                "Invented Person",
                Role.WORK_COACH,
                TEAM_ID,
                improves,
                active=True,
                language="en" if name == "reporter" else "nl",
                email=f"{name}@city.example",
            )
            people.add_account(connection, account, "", password_hash="none")
    return services


def log(services: Services, *, without_name: bool = False) -> UUID:
    signal_id, viewer = uuid4(), Viewer(REPORTER, Role.WORK_COACH, TEAM_ID)
    command = LogSignal(
        signal_id=signal_id, viewer=viewer, kind=Kind.FAULT, page="", seen="A secret thing", without_name=without_name
    )
    context = CommandContext(services.clock(), REPORTER)
    services.signals.handle(command, nameless(context) if without_name else context, uuid4())
    return signal_id


def move(services: Services, signal_id: UUID, step: str) -> None:
    command = MoveSignal(signal_id=signal_id, viewer=PROCESS, transition=step, reason="A private reason")
    services.signals.handle(command, CommandContext(services.clock(), PROCESS.account_id), uuid4())


def choose(services: Services, way: str) -> None:
    with services.database.write() as connection:
        notice_choices.choose(connection, REPORTER, {notices.DIGEST: way, notices.CLOCKS: "app"})


@pytest.mark.parametrize("without_name", [False, True], ids=["with a name", "without a name"])
def test_news_come_with_the_digest_and_say_nothing_of_what_was_said(
    office: Services, post: tuple[Post, int], clock: Clock, without_name: bool
) -> None:
    signal_id = log(office, without_name=without_name)
    run(office, send_digests.NAME)
    assert run(office, deliver_mail.NAME) == 0, "logging is no news"
    clock.now += timedelta(days=1)
    move(office, signal_id, "triage")
    assert run(office, deliver_mail.NAME) == 0, "nothing leaves because somebody did something"
    assert run(office, send_digests.NAME) > 0 and run(office, deliver_mail.NAME) == 1
    (mail,) = post[0].taken
    text = mail.get_content()
    assert mail["To"] == "reporter@city.example" and "There is news of 1 of the signals" in text
    for secret in ("secret", "private", str(signal_id), "fault"):
        assert secret not in text and secret not in str(mail["Subject"])
    with office.database.read() as connection:
        kept = json.dumps([dict(r) for r in connection.execute(select(outbox.outbox)).mappings()], default=str)
    assert str(signal_id) not in kept


def test_a_digest_comes_once_a_day_and_not_to_those_who_want_none(
    office: Services, post: tuple[Post, int], clock: Clock
) -> None:
    signal_id = log(office)
    move(office, signal_id, "triage")
    clock.now += timedelta(days=33)
    assert [run(office, send_digests.NAME) for _ in range(2)] == [3, 0], "a digest for each, clocks for one"
    run(office, deliver_mail.NAME)
    by_address = {mail["To"]: mail for mail in post[0].taken}
    assert "1 of the signals" in by_address["reporter@city.example"].get_content()
    assert "voor 1 voorbij" in by_address["improver@city.example"].get_content()
    clock.now += timedelta(days=1)
    choose(office, "off")
    assert run(office, send_digests.NAME) == 2, "the improver's alone"
    clock.now = datetime(2026, 12, 25, 8, tzinfo=UTC)
    assert run(office, send_digests.NAME) == 1, "no clocks on a public holiday"


def test_a_weekly_list_is_announced_by_numbers(office: Services, post: tuple[Post, int]) -> None:
    assert run(office, build_weekly_lists.NAME) == 2
    assert run(office, build_weekly_lists.NAME) == 0
    with office.database.read() as connection:
        found = weekly_lists.of_coach(connection, REPORTER)
        waiting = connection.execute(select(outbox.outbox.c.message_id, outbox.outbox.c.kind)).all()
    assert found is not None and (found.list_id, "weekly_list") in waiting and len(waiting) == 2


def test_who_stands_in_is_told_of_the_list_of_who_is_on_leave(
    office: Services, post: tuple[Post, int], clock: Clock
) -> None:
    with office.database.write() as connection:
        leave.arrange(connection, REPORTER, IMPROVER, TEAM_ID, *[clock.now.date()] * 3)
    begin(office)
    office.clients.handle(
        AssignClient(client_id=CLIENT, team=TEAM_ID, coach=REPORTER, assigned_on=date(2026, 1, 6)),
        CommandContext(clock(), REPORTER),
        uuid4(),
    )
    office.engine.catch_up()
    run(office, build_weekly_lists.NAME)
    run(office, deliver_mail.NAME)
    told = {(str(mail["To"]), str(mail["Subject"])): mail.get_content() for mail in post[0].taken}
    text = told["improver@city.example", "De weeklijst van wie je vervangt"]
    assert "hebben er 1 een lijst van deze week" in text and "Regels samen: 4" in text
    assert ("reporter@city.example", "The weekly list of whom you stand in for") not in told


def test_drafts_are_thrown_away_after_two_weeks(office: Services, clock: Clock) -> None:
    begin(office)
    with office.database.write() as connection:
        connection.execute(
            drafts.drafts.insert().values(
                account_id=REPORTER, client_id=CLIENT, form="contact", sealed="x", saved_at=clock.now
            )
        )
    clock.now += timedelta(days=13)
    assert run(office, throw_away_drafts.NAME) == 0
    clock.now += timedelta(days=2)
    assert run(office, throw_away_drafts.NAME) == 1
