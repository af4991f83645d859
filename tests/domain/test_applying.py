"""Applying: no file until the intake, nothing typed again, and nothing left of what comes to nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from domain.client import (
    ApplicationEnded,
    ApplicationOutcome,
    ApplicationReceived,
    Apply,
    AssignClient,
    Channel,
    ClientErased,
    EndApplication,
    EraseClient,
    ErasureReason,
    IntakeMeetingPlanned,
    IntakeTaken,
    PlanIntakeMeeting,
    RecordContact,
    TakeIntake,
    evolve,
)
from eventlog.commands import CommandContext
from tests.story import Story

ID, TEAM, COACH = (UUID(int=n) for n in (1, 2, 3))
NOW = CommandContext(datetime(2026, 3, 2, 9, tzinfo=UTC))
TODAY = date(2026, 3, 2)
APPLIED: dict[str, Any] = {
    "name": "Fien Fransen",
    "birth_date": "1990-02-01",
    "email": None,
    "phone": "06 1234",
    "language": "nl",
    "need": "Other work",
}
RECEIVED = ApplicationReceived(received_on=TODAY, **APPLIED)
MEETING = PlanIntakeMeeting(client_id=ID, team=TEAM, coach=COACH, meeting_on=TODAY, arranged=" 10:30 ")
PLANNED = IntakeMeetingPlanned(team=TEAM, coach=COACH, meeting_on=TODAY, arranged="10:30")
ENDED = ApplicationEnded(outcome=ApplicationOutcome.WITHDRAWN)


@pytest.fixture
def story() -> Story[Any]:
    return Story(evolve, ID)


def test_a_person_applies_once(story: Story[Any]) -> None:
    said = APPLIED | {"name": "  Fien Fransen ", "birth_date": "1-2-1990", "language": None}
    story.when(Apply(client_id=ID, **said), NOW).then(RECEIVED)
    story.when(Apply(client_id=ID, **said), NOW).refused("We already have this")


@pytest.mark.parametrize(
    ("said", "sentence", "field"),
    [
        ({"name": " "}, "fill this in", "name"),
        ({"birth_date": None}, "fill this in", "birth_date"),
        ({"birth_date": "31-2-1990"}, "no such day", "birth_date"),
        ({"birth_date": "2027"}, "in the future", "birth_date"),
        ({"phone": " "}, "so that we can reach you", "phone"),
        ({"email": "a@x.nl,b@x.nl"}, "not an e-mail", "email"),
        ({"language": "fr"}, "Dutch or in English", "language"),
        ({"need": ""}, "fill this in", "need"),
        ({"need": "x" * 2001}, "too long", "need"),
    ],
)
def test_what_an_application_lacks_is_said_beside_it(
    story: Story[Any], said: dict[str, Any], sentence: str, field: str
) -> None:
    story.when(Apply(client_id=ID, **APPLIED | said), NOW).refused(sentence, field)


def test_until_the_intake_there_is_no_file(story: Story[Any]) -> None:
    story.given(RECEIVED, PLANNED)
    contact = RecordContact(client_id=ID, contact_id=COACH, held_on=TODAY, channel=Channel.PHONE)
    story.when(contact, NOW).refused("no such client")
    story.when(AssignClient(client_id=ID, team=TEAM, coach=COACH, assigned_on=TODAY), NOW).refused("no such client")
    intake = TakeIntake(client_id=ID, held_on=TODAY, team=TEAM, name="Fien Fransen")
    story.when(intake, NOW)
    story.when(contact, NOW)
    story.when(intake, NOW).refused("already been recorded")
    story.when(MEETING, NOW).refused("there is a file")
    story.when(EndApplication(client_id=ID, outcome=ApplicationOutcome.WITHDRAWN), NOW).refused("there is a file")


def test_one_that_was_ended_goes_on_with_a_meeting(story: Story[Any]) -> None:
    end = EndApplication(client_id=ID, outcome=ApplicationOutcome.WITHDRAWN)
    story.given(RECEIVED).when(end, NOW).then(ENDED)
    story.when(end, NOW).refused("already been ended")
    story.when(MEETING, NOW).then(PLANNED)
    story.when(end, NOW).then(ENDED)


def test_a_meeting_is_not_planned_for_a_day_gone_by(story: Story[Any]) -> None:
    gone = PlanIntakeMeeting(client_id=ID, team=TEAM, coach=COACH, meeting_on=date(2026, 3, 1))
    story.given(RECEIVED).when(gone, NOW).refused("in the past", "meeting_on")


def test_what_comes_to_nothing_is_erased_and_nothing_follows(story: Story[Any]) -> None:
    erase = EraseClient(client_id=ID, reason=ErasureReason.APPLICATION_ENDED)
    story.given(RECEIVED, ENDED).when(erase, NOW).then(ClientErased(reason=ErasureReason.APPLICATION_ENDED))
    story.when(erase, NOW).refused("erased")
    story.when(MEETING, NOW).refused("no such application")
    story.when(TakeIntake(client_id=ID, held_on=TODAY, team=TEAM), NOW).refused("already been recorded")


def test_there_is_nothing_to_plan_or_to_end_for_a_client_who_never_applied(story: Story[Any]) -> None:
    nothing = dict.fromkeys(("name", "client_number", "email", "phone"))
    intake = IntakeTaken(held_on=TODAY, team=TEAM, specialised=False, source="conversation", **nothing)  # type: ignore[arg-type]  # as stored
    story.given(intake).when(MEETING, NOW).refused("no such application")
