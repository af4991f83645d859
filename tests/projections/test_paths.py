"""Paths of clients: each step once, on its first day, and told again from the plain events in a second way."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from application.services import Services
from domain.catalogue import Track
from domain.client import (
    AgreePlanOfAction,
    AssignClient,
    Channel,
    ChooseServiceTrack,
    ClientCommand,
    CloseClient,
    ClosingReason,
    ConcludeProposal,
    CorrectContact,
    Delivery,
    EraseClient,
    ErasureReason,
    Outcome,
    ProposalOutcome,
    ProposeOffer,
    RecordAnswer,
    RecordDelivery,
    ReopenClient,
    StrikeContact,
    WithdrawField,
)
from domain.client.proposals import ClientAnswer
from domain.client.steps import AgreeStep, StepKind, StepOwner
from domain.offer import OfferKind
from domain.refusal import Refused
from projections import paths
from projections.engine.verify import verify
from tests.conftest import Clock
from tests.stories import CLIENT, COACH, INTAKE_ON, TEAM, begin, contact, do

LATER = UUID("44444444-4444-4444-8444-444444444444")


@pytest.fixture
def services(services: Services, clock: Clock) -> Services:
    clock.now = datetime(2026, 11, 16, 8, tzinfo=UTC)
    begin(services)
    return services


def day(nth: int) -> date:
    return INTAKE_ON + timedelta(days=nth)


def path(services: Services, client_id: UUID = CLIENT) -> list[tuple[str, date]]:
    services.engine.catch_up()
    with services.database.read() as connection:
        found = {p.client_id: p for p in paths.of_team(connection)}
    if client_id not in found:
        return []
    days = [date.fromordinal(int(number)) for number in found[client_id].days.split()]
    return list(zip(found[client_id].steps.split(), days, strict=True))


def plan(nth: int) -> ClientCommand:
    return AgreePlanOfAction(client_id=CLIENT, plan="Find work together", agreed_on=day(nth))


def track(nth: int, which: Track = Track.DEVELOPMENT) -> ClientCommand:
    return ChooseServiceTrack(client_id=CLIENT, track=which, chosen_on=day(nth))


def test_a_path_has_each_step_on_its_first_day(services: Services) -> None:
    for command in (plan(20), contact(day(9)), contact(day(30)), track(20), plan(40), track(60, Track.JOB_READY)):
        do(services, command)
    assert path(services) == [
        ("intake", day(0)),
        ("assigned", day(0)),
        ("first_contact", day(9)),
        ("plan", day(20)),
        ("track", day(20)),
        ("job_ready", day(60)),
    ]


@pytest.mark.parametrize("order", range(6))
def test_the_order_of_typing_makes_no_other_path(services: Services, order: int) -> None:
    for command in list(permutations([plan(20), track(20), contact(day(20))]))[order]:
        do(services, command)
    assert [step for step, _ in path(services)] == ["intake", "assigned", "first_contact", "plan", "track"]


def test_a_contact_that_was_struck_out_or_put_right_moves_the_first_one(services: Services) -> None:
    first, second = contact(day(5)), contact(day(9))
    do(services, first)
    do(services, second)
    do(services, contact(day(2), outcome=Outcome.NO_ANSWER))
    assert path(services)[-1] == ("first_contact", day(5))
    do(services, StrikeContact(client_id=CLIENT, contact_id=first.contact_id, reason="another client"))
    assert path(services)[-1] == ("first_contact", day(9))
    right = CorrectContact(
        client_id=CLIENT,
        contact_id=second.contact_id,
        held_on=day(9),
        channel=Channel.PHONE,
        outcome=Outcome.NO_ANSWER,
        reason="nobody was there",
    )
    do(services, right)
    assert [step for step, _ in path(services)] == ["intake", "assigned"]


def test_what_should_not_have_been_recorded_is_no_step(services: Services) -> None:
    do(services, plan(3))
    do(services, track(3, Track.JOB_READY))
    for field in ("plan_of_action", "service_track"):
        do(services, WithdrawField(client_id=CLIENT, field=field, reason="another client"))
    assert [step for step, _ in path(services)] == ["intake", "assigned"]


def test_a_proposal_that_led_to_work(services: Services) -> None:
    proposal = uuid4()
    kind, delivery = OfferKind.VACANCY, Delivery.LETTER
    do(
        services,
        ProposeOffer(client_id=CLIENT, proposal_id=proposal, offer_id=uuid4(), offer_kind=kind, delivery=delivery),
    )
    do(services, RecordDelivery(client_id=CLIENT, proposal_id=proposal))
    do(services, RecordAnswer(client_id=CLIENT, proposal_id=proposal, answer=ClientAnswer.INTERESTED))
    do(services, ConcludeProposal(client_id=CLIENT, proposal_id=proposal, outcome=ProposalOutcome.PLACED))
    do(services, CloseClient(client_id=CLIENT, reason=ClosingReason.JOB, closed_on=services.today))
    assert [step for step, _ in path(services)] == ["intake", "assigned", "proposal", "placed", "closed_work"]


def test_a_file_opened_again_goes_on_and_one_closed_by_mistake_never_ended(services: Services) -> None:
    do(services, CloseClient(client_id=CLIENT, reason=ClosingReason.MOVED, closed_on=day(40)))
    assert path(services)[-1] == ("closed_other", day(40))
    do(services, ReopenClient(client_id=CLIENT, reopened_on=day(40), reason="by mistake"))
    assert [step for step, _ in path(services)] == ["intake", "assigned"]
    do(services, CloseClient(client_id=CLIENT, reason=ClosingReason.JOB, closed_on=day(50)))
    do(services, ReopenClient(client_id=CLIENT, reopened_on=day(90), reason="came back"))
    assert path(services)[-1] == ("reopened", day(90))


def test_nothing_is_left_of_who_was_erased(services: Services) -> None:
    do(services, contact(day(5)))
    do(services, EraseClient(client_id=CLIENT, reason=ErasureReason.CLIENT_REQUEST))
    assert path(services) == []


def test_a_path_is_the_team_s_where_the_client_is_now(services: Services) -> None:
    do(services, AssignClient(client_id=CLIENT, team=LATER, coach=COACH, assigned_on=day(30)))
    services.engine.catch_up()
    with services.database.read() as connection:
        assert paths.of_team(connection, TEAM) == []
        assert len(paths.of_team(connection, LATER, paths.NO_TRACK)) == 1
        assert paths.of_team(connection, LATER, Track.JOB_READY) == []
    assert path(services)[1] == ("assigned", day(0))


def agree(nth: int) -> ClientCommand:
    return AgreeStep(
        client_id=CLIENT,
        step_id=uuid4(),
        kind=StepKind.TRAINING,
        whose=StepOwner.CLIENT,
        what="a course",
        starts_on=day(nth),
        ends_on=None,
    )


DONE = st.lists(
    st.one_of(
        st.builds(plan, st.integers(0, 300)),
        st.builds(track, st.integers(0, 300), st.sampled_from([Track.JOB_READY, Track.DEVELOPMENT])),
        st.builds(lambda nth: contact(day(nth)), st.integers(0, 300)),
        st.builds(lambda nth: contact(day(nth), outcome=Outcome.NO_SHOW), st.integers(0, 300)),
        st.builds(agree, st.integers(0, 300)),
    ),
    max_size=12,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(done=DONE)
def test_paths_are_those_told_from_the_plain_commands(services: Services, done: list[ClientCommand]) -> None:
    client_id = begin(services, uuid4())
    first: dict[str, date] = {"intake": day(0), "assigned": day(0)}

    def reached(step: str, on: date) -> None:
        first[step] = min(first.get(step, on), on)

    for command in done:
        own = type(command)(
            **{name: getattr(command, name) for name in command.__struct_fields__} | {"client_id": client_id}
        )
        before = services.log.head()
        with suppress(Refused):
            do(services, own)
        if services.log.head() == before:
            continue
        if isinstance(command, AgreePlanOfAction):
            reached("plan", command.agreed_on)
        elif isinstance(command, AgreeStep):
            reached("step", services.today)
        elif isinstance(command, ChooseServiceTrack):
            reached("track", command.chosen_on)
            if command.track is Track.JOB_READY:
                reached("job_ready", command.chosen_on)
        elif getattr(command, "outcome", None) is Outcome.SPOKEN:
            reached("first_contact", command.held_on)  # type: ignore[attr-defined]  # a contact
    found = path(services, client_id)
    assert dict(found) == first
    assert [on for _, on in found] == sorted(on for _, on in found)


def test_a_rebuild_comes_to_the_same_paths(services: Services) -> None:
    for command in (plan(20), contact(day(9)), track(20)):
        do(services, command)
    services.engine.catch_up()
    assert list(verify(services.engine, ["paths"])) == []
