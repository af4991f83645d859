"""What the changelog, norms and review meetings say after what happened: every column, with the right value."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from application.services import Services
from database.rows import Row
from domain.roles import Role, Viewer
from eventlog.commands import Answer, CommandContext
from feedback import changelog, meetings, norms
from feedback.change import RecordChange
from feedback.meeting import (
    ArrangeAgenda,
    CancelMeeting,
    ConfirmDecisions,
    Decided,
    Decision,
    PlanMeeting,
    RecordDecisions,
)
from feedback.norm import NormSet, NormWithdrawn, SetNorm, WithdrawNorm, evolve_norm
from projections.engine.verify import verify
from tests.conftest import NOW, Clock
from tests.story import Story

ID, SIGNAL, OTHER, MEETING, TEAM = (UUID(int=n) for n in (7, 5, 6, 8, 9))
WHO, SECOND = Viewer(UUID(int=1), Role.PROCESS_MANAGER, None), Viewer(UUID(int=2), Role.PROCESS_MANAGER, None)
TODAY, LATER = NOW.date(), date(2027, 6, 1)


def carry_out(services: Services, handler: Any, command: Any, by: Viewer = WHO) -> Answer:
    return handler.handle(command, CommandContext(services.clock(), by.account_id), uuid4())


def rows(services: Services, table: Any) -> list[Row]:
    services.engine.catch_up()
    with services.database.read() as connection:
        return [dict(row) for row in connection.execute(select(table)).mappings()]


def test_a_change_that_was_delivered_is_in_the_changelog(services: Services, clock: Clock) -> None:
    texts = {"title_en": "New", "title_nl": "Nieuw", "text_en": "Much", "text_nl": "Veel"}
    carry_out(services, services.changes, RecordChange(change_id=ID, viewer=WHO, signals=[SIGNAL, OTHER], **texts))
    clock.now += timedelta(days=1)
    carry_out(services, services.changes, RecordChange(change_id=OTHER, viewer=WHO, signals=[], **texts))
    services.engine.catch_up()
    with services.database.read() as connection:
        latest = changelog.latest(connection)
    assert [entry.change_id for entry in latest] == [OTHER, ID]
    assert latest[1] == changelog.Delivered(ID, "New", "Nieuw", "Much", "Veel", TODAY, NOW, [str(SIGNAL), str(OTHER)])
    assert list(verify(services.engine)) == []


def norm(**more: Any) -> SetNorm:
    given: dict[str, Any] = {"norm_id": ID, "viewer": WHO, "en": "Listen", "nl": "Luister", "reason": "Better"}
    return SetNorm(**given | {"pages": ["client.client", "contact.record"], "review_on": LATER} | more)


def test_a_norm_holds_in_its_last_words_until_it_is_withdrawn(services: Services, clock: Clock) -> None:
    first = {"norm_id": ID, "version": 1, "en": "Listen", "nl": "Luister", "reason": "Better", "review_on": LATER}
    first |= {"pages": '["client.client","contact.record"]', "signal_id": SIGNAL, "meeting_id": MEETING}
    first |= {"set_at": NOW, "set_by": WHO.account_id, "until": None, "ended_because": None}
    carry_out(services, services.norms, norm(signal=SIGNAL, meeting=MEETING))
    carry_out(services, services.norms, norm(norm_id=OTHER, pages=["team.one"]))
    assert next(row for row in rows(services, norms.norms) if row["norm_id"] == ID) == first
    clock.now = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)  # the 21st in Amsterdam
    carry_out(services, services.norms, norm(en="Hear", reason="Clearer", pages=["client.client"]), SECOND)
    told = {row["version"]: row for row in rows(services, norms.norms) if row["norm_id"] == ID}
    ended = {"until": date(2026, 11, 21), "ended_because": "Clearer"}
    assert told[1] == first | ended
    second = first | {"version": 2, "en": "Hear", "reason": "Clearer", "pages": '["client.client"]'}
    second |= {"signal_id": None, "meeting_id": None, "set_at": clock.now, "set_by": SECOND.account_id}
    assert told[2] == second
    clock.now += timedelta(days=1)
    carry_out(services, services.norms, WithdrawNorm(norm_id=ID, viewer=WHO, reason="Done"))
    told = {row["version"]: row for row in rows(services, norms.norms) if row["norm_id"] == ID}
    assert told == {1: first | ended, 2: second | {"until": date(2026, 11, 22), "ended_because": "Done"}}
    with services.database.read() as connection:
        assert [n.norm_id for n in norms.holding(connection)] == [OTHER]
        assert [n.version for n in norms.history(connection, ID)] == [2, 1]
        assert [n.version for n in norms.ended(connection)] == [2, 1]
    assert list(verify(services.engine)) == []


def test_norms_are_found_by_page_and_by_the_day_to_look_again(services: Services) -> None:
    carry_out(services, services.norms, norm())
    carry_out(services, services.norms, norm(norm_id=OTHER, pages=["team.one"], review_on=LATER + timedelta(days=1)))
    services.engine.catch_up()
    with services.database.read() as connection:
        assert [n.norm_id for n in norms.on_page(connection, "team.one")] == [OTHER]
        assert norms.on_page(connection, "team") == []
        assert [n.norm_id for n in norms.to_look_at_again(connection, LATER)] == [ID]
        assert norms.to_look_at_again(connection, LATER - timedelta(days=1)) == []


AT = CommandContext(NOW, WHO.account_id)
SET = NormSet(en="Listen", nl="Luister", reason="Better", pages=["client.client", "contact.record"], review_on=LATER)


def test_a_norm_has_a_page_and_a_review_day_that_lies_ahead() -> None:
    story = Story(evolve_norm, ID)
    story.when(norm(pages=[]), AT).refused("at least one page", "pages")
    story.when(norm(review_on=None), AT).refused("Enter a day", "review_on")
    story.when(norm(review_on=TODAY), AT).refused("a later review day", "review_on")
    story.when(norm(review_on=date(9999, 1, 1)), AT).refused("years ahead", "review_on")
    tomorrow = TODAY + timedelta(days=1)
    story.when(norm(review_on=tomorrow), AT).then(
        NormSet(en="Listen", nl="Luister", reason="Better", pages=list(SET.pages), review_on=tomorrow)
    )


def test_a_norm_is_withdrawn_once_and_then_takes_no_other_words() -> None:
    withdraw = WithdrawNorm(norm_id=ID, viewer=WHO, reason="Done")
    Story(evolve_norm, ID).when(withdraw, AT).refused("no such norm")
    story = Story(evolve_norm, ID).given(SET).when(withdraw, AT).then(NormWithdrawn(reason="Done"))
    story.when(withdraw, AT).refused("was withdrawn").when(norm(), AT).refused("was withdrawn")


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.PROCESS_MANAGER])
def test_who_decides_nothing_sets_no_norm(role: Role) -> None:
    viewer = Viewer(UUID(int=3), role, TEAM)
    for command in (norm(viewer=viewer), WithdrawNorm(norm_id=ID, viewer=viewer, reason="Done")):
        Story(evolve_norm, ID).given(SET).when(command, AT).refused("")


MEETS = {"meeting_id": MEETING, "viewer": WHO}
PRESENT, DECIDED = [WHO.account_id, SECOND.account_id], [Decided(SIGNAL, Decision.ACCEPT)]


def meeting(services: Services) -> meetings.MeetingRow:
    services.engine.catch_up()
    with services.database.read() as connection:
        found = meetings.meeting(connection, MEETING)
    assert found is not None
    return found


def test_a_meeting_goes_from_its_plan_to_its_minutes(services: Services, clock: Clock) -> None:
    carry_out(
        services, services.meetings, PlanMeeting(**MEETS, team=TEAM, held_on=TODAY, begins=" 10:30 ", place=" A ")
    )
    first = meeting(services)
    facts = (first.meeting_id, first.team_id, first.held_on, first.begins, first.state, first.planned_by)
    assert facts == (MEETING, TEAM, TODAY, "10:30", "planned", WHO.account_id)
    nothing = (first.held_at, first.recorded_by, first.recorded_version, first.remarks, first.reasons)
    assert nothing == (None,) * 5
    assert (first.agenda, first.left_out, first.present, first.decisions) == ([], [], [], [])
    assert first.place and "A" not in first.place.split()
    carry_out(services, services.meetings, ArrangeAgenda(**MEETS, order=[SIGNAL], left_out=[OTHER]))
    arranged = meeting(services)
    assert (arranged.agenda, arranged.left_out, arranged.state) == ([SIGNAL], [OTHER], "planned")
    tomorrow = TODAY + timedelta(days=1)
    moved = PlanMeeting(**MEETS | {"viewer": SECOND}, team=TEAM, held_on=tomorrow)
    carry_out(services, services.meetings, moved, SECOND)
    again = meeting(services)
    assert (again.held_on, again.begins, again.planned_by, again.agenda) == (tomorrow, "", WHO.account_id, [SIGNAL])
    clock.now += timedelta(days=1)
    said = RecordDecisions(
        **MEETS, present=PRESENT, decisions=DECIDED, remarks="Quick", reasons=[(str(SIGNAL), "because")]
    )
    carry_out(services, services.meetings, said)
    waits = meeting(services)
    assert (waits.state, waits.present, waits.decisions, waits.held_at) == ("recorded", PRESENT, DECIDED, None)
    assert (waits.recorded_by, waits.recorded_version) == (WHO.account_id, 4)
    assert waits.remarks is not None and waits.reasons is not None
    clock.now += timedelta(minutes=1)
    confirm = ConfirmDecisions(**MEETS | {"viewer": SECOND}, recorded=4, remarks="Quick")
    carry_out(services, services.meetings, confirm, SECOND)
    held = meeting(services)
    assert (held.state, held.present, held.decisions, held.held_at) == ("held", PRESENT, DECIDED, clock.now)
    assert (held.recorded_by, held.reasons, held.agenda) == (WHO.account_id, None, [SIGNAL])
    assert held.remarks is not None and held.remarks != waits.remarks
    assert list(verify(services.engine)) == []


def test_a_meeting_that_was_cancelled_says_so_and_the_latest_stands_first(services: Services) -> None:
    plan = PlanMeeting(**MEETS, team=None, held_on=TODAY)
    carry_out(services, services.meetings, plan)
    carry_out(services, services.meetings, CancelMeeting(**MEETS))
    later = PlanMeeting(meeting_id=OTHER, viewer=WHO, team=None, held_on=TODAY + timedelta(days=7))
    carry_out(services, services.meetings, later)
    assert (meeting(services).state, meeting(services).team_id) == ("cancelled", None)
    with services.database.read() as connection:
        assert [row.meeting_id for row in meetings.latest(connection)] == [OTHER, MEETING]
