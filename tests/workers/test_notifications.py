"""Each kind of notice has a choice on one page, and the choice holds wherever a mail is put into the outbox."""

from __future__ import annotations

import ast
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import select

import records
from application import city_letters, notifications
from application.services import Services
from domain.client import AssignClient
from domain.refusal import Refused
from domain.roles import Role, Viewer
from eventlog.commands import CommandContext
from records import appointment_letters, leave, letters, notice_choices, notices, outbox
from records.notice_choices import BY_MAIL, WAYS, Way
from tests.conftest import Clock
from tests.post import Post
from tests.stories import CLIENT, begin
from tests.workers.test_new_work import lost, planned
from tests.workers.test_tell_news import IMPROVER, REPORTER, TEAM_ID, log, move, office, post, run, services
from web.words import WORDS
from workers import build_weekly_lists, send_digests

__all__ = ["office", "post", "services"]


IMPROVES = Viewer(IMPROVER, Role.WORK_COACH, TEAM_ID, improves=True)
LETTER = {"en": "What changed", "nl": "Wat er veranderde"}


def put_all(office: Services, clock: Clock) -> dict[str, int]:
    """Have everything put of which there is a mail to the improver, who stands in, too; how many by kind."""
    with office.database.write() as connection:
        leave.arrange(connection, REPORTER, IMPROVER, TEAM_ID, *[clock.now.date()] * 3)
    begin(office)
    command = AssignClient(client_id=CLIENT, team=TEAM_ID, coach=REPORTER, assigned_on=date(2026, 1, 6))
    office.clients.handle(command, CommandContext(clock(), REPORTER), uuid4())
    office.engine.catch_up()
    planned(office)
    lost(office)
    move(office, log(office), "triage")
    run(office, build_weekly_lists.NAME)
    run(office, send_digests.NAME)
    city_letters.write_letter(office, IMPROVES, office.today.replace(day=1), LETTER, 0, send=True)
    with office.database.read() as connection:
        lists = select(records.weekly_lists.weekly_lists.c.list_id).where(
            records.weekly_lists.weekly_lists.c.coach_id == IMPROVER
        )
        own = set(connection.scalars(lists)) | {IMPROVER}
        found = connection.execute(select(outbox.outbox.c.kind, outbox.outbox.c.subject_id, outbox.outbox.c.message_id))
        kinds = [kind for kind, subject, message in found if {subject, message} & own]
    return {kind: kinds.count(kind) for kind in notices.KINDS}


# Tried in test_exemption_notices and test_take_over_notices: most of them concern other roles.
TRIED_APART = {notices.TO_READ, notices.ANSWERED, notices.ENDING, notices.TAKEN_OVER, notices.TO_GIVE_BACK}
HERE = sorted(notices.KINDS - TRIED_APART)


@pytest.mark.parametrize(("kind", "way"), [(k, way) for k in HERE for way in WAYS[k]])
def test_the_choice_holds_where_mails_are_put_for_each_kind_and_way(
    office: Services, post: tuple[Post, int], clock: Clock, kind: str, way: Way
) -> None:
    me = Viewer(IMPROVER, Role.WORK_COACH, TEAM_ID, improves=True)
    notifications.choose(office, me, {kind: way}, "improver@city.example")
    others = {other: int(other in HERE and WAYS[other][0] in BY_MAIL) for other in notices.KINDS - {kind}}
    assert put_all(office, clock) == {kind: int(way in BY_MAIL)} | others


def test_every_kind_of_mail_to_colleagues_has_a_choice_on_somebodys_page(office: Services) -> None:
    roles = [Viewer(uuid4(), role, TEAM_ID, improves) for role in Role for improves in (False, True)]
    shown = {n.kind: n for viewer in roles for n in notifications.notifications(office, viewer).notices}
    assert shown.keys() == WAYS.keys() == WORDS["notice"].keys()
    for kind in notices.KINDS:
        assert BY_MAIL & set(shown[kind].ways) and set(shown[kind].ways) - BY_MAIL, f"{kind} can't be switched off"
    assert {way for ways in WAYS.values() for way in ways} == set(Way) == set(WORDS["notice_way"])
    assert Way.AT_ONCE not in WAYS[notices.DIGEST], "its moment would tell who logged a signal without a name"


def test_no_mail_leaves_the_outbox_of_a_kind_that_is_neither_a_notice_nor_a_letter() -> None:
    """Kinds are constants of the modules whose texts they have: one that is put is known to the page of choices."""
    kinds = notices.KINDS | {letters.PROPOSAL, letters.REMINDER, letters.QUESTIONNAIRE, *appointment_letters.KINDS}
    found: set[str] = set()
    for room in ("application", "records"):
        for path in (Path(records.__file__).parent.parent / room).glob("*.py"):
            for call in ast.walk(ast.parse(path.read_text())):
                if isinstance(call, ast.Call) and ast.unparse(call.func) in ("outbox.put", "Owed", "_owed"):
                    found |= {ast.unparse(a) for a in call.args if ast.unparse(a).split(".")[-1].isupper()}
    names = {each.split(".")[-1] for each in found}
    assert {"WEEKLY_LIST", "STAND_IN", "PROPOSAL", "REMINDER"} <= names
    rooms = (notices, letters, appointment_letters)
    assert {next(getattr(room, name) for room in rooms if hasattr(room, name)) for name in names} <= kinds


@pytest.mark.parametrize("kind", [*WAYS, "no_such_kind"])
def test_a_way_that_a_kind_does_not_have_is_refused_and_changes_nothing(office: Services, kind: str) -> None:
    me = Viewer(IMPROVER, Role.WORK_COACH, TEAM_ID, improves=True)
    for way in {*Way, "", "hourly"} - set(WAYS.get(kind, ())):
        with pytest.raises(Refused, match="Choose one of these") as refused:
            notifications.choose(office, me, {"clocks": "app", kind: way} if kind != "clocks" else {kind: way}, None)
        assert refused.value.field == kind
    with office.database.read() as connection:
        assert notice_choices.of_account(connection, IMPROVER) == {k: ways[0] for k, ways in WAYS.items()}
