"""Drafts of exemptions to read, answers to them and exemptions that end: in the app, at once, daily, or off."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from application import exemptions
from application.services import Services
from domain.client import AssignClient, ClientCommand
from domain.client.exemptions import ApproveExemption, DraftExemption, ReturnExemption
from domain.roles import Role, Viewer
from eventlog.commands import CommandContext
from records import new_work, notice_choices, people
from records.notice_choices import Way
from records.notices import ANSWERED, ENDING, TO_READ
from records.people import Account, Team
from tests.conftest import Clock
from tests.post import Post
from tests.stories import begin
from tests.workers.test_deliver_mail import post, services
from tests.workers.test_tell_news import IMPROVER, REPORTER, TEAM_ID, office, run
from workers import build_weekly_lists, deliver_mail, send_digests

__all__ = ["office", "post", "services"]

OFFICER, MANAGER, STRANGER = UUID(int=111), UUID(int=112), UUID(int=113)
OTHER_TEAM = UUID(int=110)
BASIS, WORDS = "An invented letter of a doctor", "Add the invented letter"
WHO = {TO_READ: OFFICER, ANSWERED: IMPROVER, ENDING: IMPROVER}
ADDRESS = {OFFICER: "officer@city.example", IMPROVER: "improver@city.example"}
SUBJECTS = {
    TO_READ: "Concepten van vrijstellingen om te lezen",
    ANSWERED: "Antwoord op concepten van vrijstellingen",
    ENDING: "Vrijstellingen die eindigen",
}


@pytest.fixture
def readers(office: Services) -> Services:
    """The office, with who reads drafts there, and an officer of another team."""
    with office.database.write() as connection:
        people.add_team(connection, Team(OTHER_TEAM, "south", "Team south", specialised=False))
        for account_id, name, role, team_id in (
            (OFFICER, "officer", Role.QUALITY_OFFICER, TEAM_ID),
            (MANAGER, "manager", Role.TEAM_MANAGER, TEAM_ID),
            (STRANGER, "stranger", Role.QUALITY_OFFICER, OTHER_TEAM),
        ):
            account = Account(
                account_id,
                name,
                "Invented Person",
                role,
                team_id,
                improves=False,
                active=True,
                language="nl",
                email=f"{name}@city.example",
            )
            people.add_account(connection, account, "", password_hash="none")
    return office


def by(office: Services, actor: UUID, command: ClientCommand) -> None:
    office.clients.handle(command, CommandContext(office.clock(), actor), uuid4())


def drafted(office: Services, days: int = 200) -> tuple[UUID, UUID]:
    """A client of the improver, of whom the improver drafted an exemption."""
    client_id, exemption_id = begin(office, uuid4(), name="Lars Invented"), uuid4()
    by(
        office,
        REPORTER,
        AssignClient(client_id=client_id, team=TEAM_ID, coach=IMPROVER, assigned_on=date(2026, 1, 6)),
    )
    until = office.today + timedelta(days=days)
    by(
        office,
        IMPROVER,
        DraftExemption(client_id=client_id, exemption_id=exemption_id, basis=BASIS, until=until),
    )
    return client_id, exemption_id


def returned(office: Services) -> None:
    client_id, exemption_id = drafted(office)
    by(office, OFFICER, ReturnExemption(client_id=client_id, exemption_id=exemption_id, words=WORDS))


def approved(office: Services, days: int = 200) -> None:
    client_id, exemption_id = drafted(office, days)
    by(office, OFFICER, ApproveExemption(client_id=client_id, exemption_id=exemption_id))


def ending(office: Services) -> None:
    approved(office, 42)


HAPPENS: dict[str, tuple[str, Callable[[Services], object]]] = {
    "a draft": (TO_READ, drafted),
    "returned": (ANSWERED, returned),
    "approved": (ANSWERED, approved),
    "ends": (ENDING, ending),
}


def choose(office: Services, kind: str, way: Way, account_id: UUID) -> None:
    """This kind in this way, and no mail of any other."""
    with office.database.write() as connection:
        others = dict.fromkeys(notice_choices.WAYS, Way.APP)
        notice_choices.choose(connection, account_id, others | {kind: way})


def shown(office: Services, kind: str) -> int:
    """How many stand in the app for who is concerned."""
    office.engine.catch_up()
    if kind == TO_READ:
        return exemptions.count_to_read(office, Viewer(OFFICER, Role.QUALITY_OFFICER, TEAM_ID))
    found = exemptions.of_coach(office, Viewer(IMPROVER, Role.WORK_COACH, TEAM_ID), None)
    return found.ending_count if kind == ENDING else found.returned_count + found.approved_count


@pytest.mark.parametrize("way", list(Way))
@pytest.mark.parametrize("what", list(HAPPENS))
def test_it_comes_in_the_way_that_was_chosen(
    readers: Services, post: tuple[Post, int], clock: Clock, what: str, way: Way
) -> None:
    kind, happens = HAPPENS[what]
    for account_id in ADDRESS:
        choose(readers, kind, way, account_id)
    happens(readers)
    mails: list[int] = []
    for task in (build_weekly_lists.NAME, send_digests.NAME):
        before = len(mails_of(post, ADDRESS[WHO[kind]]))
        for _ in range(2):
            run(readers, task)
            run(readers, deliver_mail.NAME)
        mails.append(len(mails_of(post, ADDRESS[WHO[kind]])) - before)
    assert mails == [int(way is Way.AT_ONCE), int(way is Way.DAILY)], "once, however often a task runs"
    assert shown(readers, kind) == int(way is not Way.OFF)
    for subject, text in mails_of(post, ADDRESS[WHO[kind]]):
        assert subject == SUBJECTS[kind] and ": 1." in text
        assert not [secret for secret in ("Lars", "Invented", BASIS, WORDS) if secret in text]


def mails_of(post: tuple[Post, int], address: str) -> list[tuple[str, str]]:
    mails = [mail for mail in post[0].taken if mail["To"] == address]
    return [(str(mail["Subject"]), mail.get_content()) for mail in mails]


def told(office: Services, kind: str) -> set[UUID]:
    office.engine.catch_up()
    with office.database.read() as connection:
        found = {each.account_id for each in new_work.standing(connection, office.clock()) if each.kind == kind}
        for account_id in (IMPROVER, REPORTER, OFFICER, MANAGER, STRANGER):
            number = new_work.numbers(connection, kind, account_id, office.clock())["number"]
            assert bool(number) == (account_id in found)
    return found


def test_a_draft_is_told_to_readers_of_the_team_and_to_nobody_else(readers: Services) -> None:
    drafted(readers)
    assert told(readers, TO_READ) == {OFFICER, MANAGER}


def test_a_draft_written_by_who_reads_for_the_team_by_now_is_not_told_to_them(readers: Services) -> None:
    client_id, exemption_id = drafted(readers)
    again = DraftExemption(client_id=client_id, exemption_id=exemption_id, basis=BASIS, until=date(2027, 5, 1))
    by(readers, MANAGER, again)
    assert told(readers, TO_READ) == {OFFICER}


def test_an_answer_is_told_to_who_has_the_client_by_now(readers: Services) -> None:
    client_id, exemption_id = drafted(readers)
    by(readers, OFFICER, ReturnExemption(client_id=client_id, exemption_id=exemption_id, words=WORDS))
    assert told(readers, ANSWERED) == {IMPROVER} and told(readers, TO_READ) == set()
    by(
        readers,
        MANAGER,
        AssignClient(client_id=client_id, team=TEAM_ID, coach=REPORTER, assigned_on=readers.today),
    )
    assert told(readers, ANSWERED) == {REPORTER}


def test_that_a_draft_was_approved_is_told_for_two_weeks(readers: Services, clock: Clock) -> None:
    approved(readers)
    assert told(readers, ANSWERED) == {IMPROVER}
    clock.now += timedelta(days=13)
    assert told(readers, ANSWERED) == {IMPROVER}
    clock.now += timedelta(days=1)
    assert told(readers, ANSWERED) == set()


def test_an_exemption_that_ends_is_told_from_six_weeks_before_on(readers: Services, clock: Clock) -> None:
    approved(readers, 200)
    clock.now += timedelta(days=157)
    assert told(readers, ENDING) == set()
    clock.now += timedelta(days=1)
    assert told(readers, ENDING) == {IMPROVER}
