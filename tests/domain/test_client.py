"""What may happen to a client, and what is refused with which sentence."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.catalogue import Source, Track
from domain.client import (
    AgreeContactFrequency,
    AgreePlanOfAction,
    AssignClient,
    Channel,
    ChooseServiceTrack,
    Client,
    ClientAssigned,
    ClientClosed,
    ClientCommand,
    ClientErased,
    ClientEvent,
    ClientReopened,
    CloseClient,
    ClosingReason,
    ContactRecorded,
    CorrectContact,
    CorrectField,
    DeclareNotRelevant,
    ErasureReason,
    FieldRegistered,
    IntakeTaken,
    Outcome,
    RecordContact,
    RecordDeclined,
    RegisterField,
    ReopenClient,
    StartedBy,
    StrikeContact,
    TakeIntake,
    WithdrawField,
    evolve,
)
from domain.refusal import Conflict, Refused
from eventlog import commands
from eventlog.commands import CommandContext

ID = UUID("11111111-1111-4111-8111-111111111111")
C1 = UUID("99999999-1111-4111-8111-111111111111")
TEAM, COACH, OTHER = (UUID(int=n) for n in (1, 2, 3))
NOW = CommandContext(datetime(2026, 3, 2, 9, tzinfo=UTC))
TODAY, TOMORROW = date(2026, 3, 2), date(2026, 3, 3)
INTAKE_ON = date(2026, 1, 5)


def intake(**facts: Any) -> IntakeTaken:
    given = {"held_on": INTAKE_ON, "team": TEAM, "specialised": False, "source": Source.CONVERSATION}
    person = dict.fromkeys(("name", "client_number", "email", "phone"))
    return IntakeTaken(**given | person | facts)


def held(on: date = TODAY, contact_id: UUID = C1) -> ContactRecorded:
    nothing = dict.fromkeys(
        ("topics", "note", "own_words", "minutes_with_client", "minutes_administration", "agreed_next", "agreed_on")
    )
    return ContactRecorded(
        contact_id=contact_id,
        held_on=on,
        channel=Channel.PHONE,
        started_by=StartedBy.COACH,
        outcome=Outcome.SPOKEN,
        **nothing,
    )


class Story:
    """Given what happened, when somebody wishes something, then that follows, or is refused."""

    def __init__(self) -> None:
        self.client: Client | None = None

    def given(self, *events: ClientEvent) -> Story:
        self.client = commands.given(evolve, ID, events)
        return self

    def when(self, command: ClientCommand) -> list[ClientEvent]:
        return list(command.decide(self.client, NOW))

    def refused(self, command: ClientCommand, sentence: str, field: str | None = None) -> Refused:
        with pytest.raises(Refused, match=sentence) as error:
            self.when(command)
        assert error.value.field == field
        return error.value


@pytest.fixture
def story() -> Story:
    return Story()


def contact(on: date = TODAY, **more: Any) -> RecordContact:
    return RecordContact(client_id=ID, contact_id=uuid4(), held_on=on, channel=Channel.PHONE, **more)


def register(field: str = "driving_licence", value: object = ("B",), **more: Any) -> RegisterField:
    return RegisterField(client_id=ID, field=field, value=value, **{"known_on": TODAY} | more)


def test_a_person_becomes_a_client_once(story: Story) -> None:
    command = TakeIntake(client_id=ID, held_on=TODAY, team=TEAM, name="  Anna de Vries ")
    (event,) = story.when(command)
    assert isinstance(event, IntakeTaken)
    assert event.name == "Anna de Vries"
    story.given(intake()).refused(command, "already been recorded")


def test_an_intake_is_not_in_the_future_and_an_address_is_one(story: Story) -> None:
    story.refused(TakeIntake(client_id=ID, held_on=TOMORROW, team=TEAM), "in the future", "held_on")
    story.refused(TakeIntake(client_id=ID, held_on=TODAY, team=TEAM, email="06 1234"), "not an e-mail", "email")


def test_there_is_no_contact_without_before_or_far_from_an_intake(story: Story) -> None:
    story.refused(contact(), "no such client")
    story.given(intake())
    story.refused(contact(INTAKE_ON - timedelta(days=1)), "before the intake on 2026-01-05", "held_on")
    story.refused(contact(TOMORROW), "in the future", "held_on")
    assert len(story.when(contact(INTAKE_ON))) == 1


def test_a_day_is_a_day_in_amsterdam(story: Story) -> None:
    story.given(intake())
    late = CommandContext(datetime(2026, 3, 2, 23, 30, tzinfo=UTC))  # already the third in Amsterdam
    assert contact(TOMORROW).decide(story.client, late)


@pytest.mark.parametrize(
    "command", [contact(), register(), CloseClient(client_id=ID, reason=ClosingReason.JOB, closed_on=TODAY)]
)
def test_a_closed_or_erased_file_takes_nothing(story: Story, command: ClientCommand) -> None:
    closed = ClientClosed(reason=ClosingReason.JOB, closed_on=TODAY)
    story.given(intake(), closed).refused(command, "closed. Reopen it first")
    story.given(intake(), closed, ClientErased(reason=ErasureReason.COURT_ORDER)).refused(command, "was erased")
    reopened = ClientReopened(reopened_on=TODAY, reason="back")
    assert story.given(intake(), closed, reopened).when(command)


def test_a_file_is_reopened_only_when_closed_and_not_before_that(story: Story) -> None:
    story.given(intake()).refused(ReopenClient(client_id=ID, reopened_on=TODAY, reason="back"), "is open")
    story.given(intake(), ClientClosed(reason=ClosingReason.JOB, closed_on=TODAY))
    story.refused(ReopenClient(client_id=ID, reopened_on=INTAKE_ON, reason="back"), "before", "reopened_on")
    story.refused(ReopenClient(client_id=ID, reopened_on=TODAY, reason=" "), "fill this in", "reason")


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("driving_licence", ["Z"], "Choose from: none, AM"),
        ("driving_licence", [], "at least one"),
        ("education_level", "doctor", "not one of the answers"),
        ("hours_available", "41", "from 0 to 40"),
        ("hours_available", "many", "whole number"),
        ("birth_date", "31-02-1990", "no such day"),
        ("birth_date", "1066", "before 1900"),
        ("cv", "2027-01-01", "in the future"),
        ("birth_date", "2027", "in the future"),
        ("childcare_arranged", "perhaps", "yes or no"),
        ("own_goal", "x" * 401, "too long"),
        ("own_goal", "  ", "fill this in"),
        ("shoe_size", "42", "no field shoe_size"),
    ],
)
def test_only_what_the_catalogue_allows_is_registered(story: Story, field: str, value: object, sentence: str) -> None:
    about = "field" if field == "shoe_size" else field
    story.given(intake()).refused(register(field, value), sentence, about)


def test_a_value_is_kept_with_where_it_comes_from(story: Story) -> None:
    (event,) = story.given(intake()).when(register("birth_date", "17-5-1990", source=Source.INTAKE_FORM))
    assert isinstance(event, FieldRegistered)
    assert (event.value, event.source, event.known_on) == ("1990-05-17", Source.INTAKE_FORM, TODAY)
    story.refused(register(known_on=TOMORROW), "in the future", "known_on")


def test_a_field_of_specialised_teams_is_recorded_by_these_alone(story: Story) -> None:
    command = register("criminal_record_restricts", "no")
    story.given(intake()).refused(command, "specialised team", "criminal_record_restricts")
    assert story.given(intake(specialised=True)).when(command)


def test_plan_track_and_frequency_have_commands_of_their_own(story: Story) -> None:
    story.given(intake()).refused(register("service_track", "job_ready"), "with the plan", "service_track")
    assert story.when(AgreePlanOfAction(client_id=ID, plan="Dutch first", agreed_on=TODAY))
    assert story.when(ChooseServiceTrack(client_id=ID, track=Track.JOB_READY, chosen_on=TODAY))
    assert story.when(AgreeContactFrequency(client_id=ID, weeks=4, agreed_on=TODAY))
    too_long = AgreeContactFrequency(client_id=ID, weeks=99, agreed_on=TODAY)
    story.refused(too_long, "from 1 to 26", "contact_frequency")
    story.refused(
        AgreePlanOfAction(client_id=ID, plan="x", agreed_on=date(2025, 1, 1)), "before the intake", "agreed_on"
    )


def test_nothing_is_corrected_or_withdrawn_that_is_not_there(story: Story) -> None:
    story.given(intake())
    correct = CorrectField(client_id=ID, field="cv", value="2026-01-01", known_on=TODAY, reason="typo")
    withdraw = WithdrawField(client_id=ID, field="cv", reason="wrong client")
    story.refused(correct, "nothing to correct", "cv")
    story.refused(withdraw, "nothing to withdraw", "cv")
    known = FieldRegistered(field="cv", value="2025-01-01", source=Source.CONVERSATION, known_on=TODAY)
    assert story.given(intake(), known).when(correct)
    assert story.when(withdraw)


@pytest.mark.parametrize("command", [DeclareNotRelevant, RecordDeclined])
def test_what_is_set_aside_has_a_reason_and_a_day_ahead(story: Story, command: Any) -> None:
    story.given(intake())
    facts = {"client_id": ID, "field": "debts"}
    story.refused(command(**facts, reason="later", review_on=TODAY), "in the future", "review_on")
    story.refused(command(**facts, reason="", review_on=TOMORROW), "fill this in", "reason")
    assert story.when(command(**facts, reason="later", review_on=TOMORROW))


def test_a_field_changed_since_the_form_was_shown_is_a_conflict(story: Story) -> None:
    known = FieldRegistered(field="cv", value="2025-01-01", source=Source.CONVERSATION, known_on=TODAY)
    story.given(intake(), known)
    assert isinstance(story.refused(register("cv", "2026-01-01", shown=0), "Somebody else", "cv"), Conflict)
    assert story.when(register("cv", "2026-01-01", shown=2))
    assert story.when(register("driving_licence", ["B"], shown=0)), "another field is none of its business"


def test_a_contact_changed_since_the_form_was_shown_is_a_conflict(story: Story) -> None:
    story.given(intake(), held())
    facts = {"client_id": ID, "contact_id": C1, "held_on": TODAY, "channel": Channel.OFFICE, "reason": "typo"}
    assert isinstance(story.refused(CorrectContact(**facts, shown=1), "Somebody else", "contact"), Conflict)
    assert story.when(CorrectContact(**facts, shown=2))
    story.refused(CorrectContact(**facts | {"contact_id": uuid4()}), "no such contact")


def test_a_struck_contact_stays_struck(story: Story) -> None:
    strike = StrikeContact(client_id=ID, contact_id=C1, reason="wrong client")
    (struck,) = story.given(intake(), held()).when(strike)
    story.given(intake(), held(), struck).refused(strike, "was removed")


def test_an_assignment_to_the_same_coach_is_none(story: Story) -> None:
    assigned = ClientAssigned(team=TEAM, specialised=False, coach=COACH, assigned_on=INTAKE_ON)
    story.given(intake(), assigned)
    assert story.when(AssignClient(client_id=ID, team=TEAM, coach=COACH, assigned_on=TODAY)) == []
    assert story.when(AssignClient(client_id=ID, team=TEAM, coach=OTHER, assigned_on=TODAY))


@pytest.mark.parametrize("because", ["none", "private"])
def test_a_reason_of_the_list_goes_with_the_answer(story: Story, because: str) -> None:
    about: dict[str, Any] = {"client_id": ID, "field": "own_goal", "review_on": date(2026, 6, 1)}
    story.given(intake())
    story.refused(DeclareNotRelevant(**about, because=because), "reason that goes with the answer", "because")
    (event,) = story.when(DeclareNotRelevant(**about, because="not_now"))
    assert event.reason == ["not_now"]
    (event,) = story.when(RecordDeclined(**about, because="private"))
    assert event.reason == ["private"]
    story.refused(RecordDeclined(**about, because="not_now"), "reason that goes with the answer", "because")


def test_the_day_to_look_again_lies_ahead_and_within_reach(story: Story) -> None:
    about: dict[str, Any] = {"client_id": ID, "field": "own_goal", "because": "later"}
    story.given(intake())
    story.refused(RecordDeclined(**about, review_on=TODAY), "must be in the future", "review_on")
    story.refused(RecordDeclined(**about, review_on=date(9999, 1, 1)), "years ahead", "review_on")
    assert story.when(RecordDeclined(**about, review_on=TOMORROW))
