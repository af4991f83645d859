"""Invitations: what may be offered, what is chosen of it, when it is over, and that nothing else changes by it."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.catalogue import Source
from domain.client import (
    AppointmentMade,
    Channel,
    ChooseSlot,
    ClientAssigned,
    ClientClosed,
    ClientInvited,
    CloseClient,
    ClosingReason,
    Delivery,
    FieldRegistered,
    InvitationAnswered,
    InvitationEnded,
    InvitationOver,
    InviteClient,
    MakeAppointment,
    WithdrawInvitation,
)
from domain.client.invitations import MOST_SLOTS, room_for
from domain.refusal import RefusedTogether
from tests.domain.test_client import ID, TODAY, TOMORROW, Story, intake
from tests.domain.test_client import NOW as CONTEXT

I1, I2, A1 = UUID(int=81), UUID(int=82), UUID(int=83)
COACH, COLLEAGUE = UUID(int=2), UUID(int=9)
NOW = CONTEXT.at
AT = datetime(2026, 3, 3, 9, tzinfo=UTC)  # ten o'clock in Amsterdam, tomorrow
LATER = AT + timedelta(days=1)
OFFERED: dict[str, Any] = {"minutes": 30, "channel": Channel.PHONE}
BORN = FieldRegistered(field="birth_date", value="1988", known_on=TODAY, source=Source.CONVERSATION)

FILE = [intake(), ClientAssigned(team=UUID(int=1), coach=COACH, specialised=False, assigned_on=TODAY), BORN]


@pytest.fixture
def story() -> Story:
    return Story().given(*FILE)


def invite(*slots: datetime, **more: Any) -> InviteClient:
    facts = {"invitation_id": I1} | OFFERED | more
    return InviteClient(client_id=ID, slots=slots or (LATER, AT, AT), **facts)


def invited(*slots: datetime, invitation_id: UUID = I1, actor: UUID = COACH, **more: Any) -> ClientInvited:
    facts = OFFERED | {"place": None, "purpose": None, "delivery": Delivery.EMAIL, "until": LATER.date()} | more
    return ClientInvited(invitation_id=invitation_id, slots=list(slots or (AT, LATER)), actor=actor, **facts)


def choose(slot: datetime = AT, **more: Any) -> ChooseSlot:
    facts = {"invitation_id": I1, "appointment_id": A1} | OFFERED | more
    return ChooseSlot(client_id=ID, slot=slot, **facts)


def test_what_is_offered_is_kept_in_order_and_holds_until_its_last_day(story: Story) -> None:
    (event,) = story.when(invite(place=" Desk 3 ", purpose=" the CV "))
    assert isinstance(event, ClientInvited)
    assert (event.slots, event.place, event.purpose, event.until) == ([AT, LATER], "Desk 3", "the CV", LATER.date())
    (long,) = story.when(invite(AT + timedelta(days=40)))
    assert isinstance(long, ClientInvited) and long.until == TODAY + timedelta(days=14)


def test_what_can_not_be_offered_says_why(story: Story) -> None:
    Story().given(intake()).refused(invite(), "Register the birth date first", "birth_date")
    for slots, said in (
        ((NOW,), "has passed"),
        (tuple(AT + timedelta(minutes=n) for n in range(MOST_SLOTS + 1)), f"at most {MOST_SLOTS} times"),
        ((AT + timedelta(days=9_000),), "years ahead"),
    ):
        story.refused(invite(*slots), said, "slots")
    empty = InviteClient(client_id=ID, invitation_id=I1, slots=(), **OFFERED)
    story.refused(empty, "at least one time", "slots")
    with pytest.raises(RefusedTogether) as several:
        story.when(invite(NOW, minutes=1, channel=Channel.OFFICE))
    assert [refused.field for _, refused in several.value.parts] == ["slots", "minutes", "place"]


def test_what_is_chosen_is_an_appointment_at_once(story: Story) -> None:
    answered, made = story.given(*FILE, invited()).when(choose(place="Desk 3", purpose="the CV"))
    assert answered == InvitationAnswered(invitation_id=I1, appointment_id=A1)
    assert isinstance(made, AppointmentMade)
    assert (made.starts_at, made.minutes, made.place, made.purpose) == (AT, 30, "Desk 3", "the CV")


@pytest.mark.parametrize(
    ("since", "command", "said"),
    [
        ([], choose(AT + timedelta(hours=1)), "Choose one of the times"),
        ([], choose(invitation_id=I2), "has expired"),
        ([InvitationEnded(invitation_id=I1, why=InvitationOver.WITHDRAWN)], choose(), "has expired"),
        ([InvitationAnswered(invitation_id=I1, appointment_id=UUID(int=5))], choose(), "has expired"),
        ([invited(LATER, invitation_id=I2)], choose(), "has expired"),
        (
            [ClientAssigned(team=UUID(int=1), coach=COLLEAGUE, specialised=False, assigned_on=TODAY)],
            choose(),
            "has expired",
        ),
        ([invited(NOW - timedelta(hours=1), AT)], choose(NOW - timedelta(hours=1)), "has passed"),
        ([invited(until=TODAY - timedelta(days=1))], choose(), "has expired"),
        ([ClientClosed(reason=ClosingReason.JOB, closed_on=TODAY)], choose(), "closed"),
    ],
    ids=["another time", "another", "withdrawn", "used", "replaced", "other coach", "passed", "too late", "closed"],
)
def test_what_can_not_be_chosen_any_more_says_so(
    story: Story, since: list[Any], command: ChooseSlot, said: str
) -> None:
    field = "slot" if said in ("Choose one of the times", "has passed") else None
    story.given(*FILE, invited(), *since).refused(command, said, field)


def test_an_invitation_ends_with_another_one_an_appointment_a_file_or_by_hand(story: Story) -> None:
    story.given(*FILE, invited())
    appointment = MakeAppointment(client_id=ID, appointment_id=A1, day=TOMORROW, at=time(15), **OFFERED)
    for command, why in (
        (invite(invitation_id=I2), InvitationOver.REPLACED),
        (appointment, InvitationOver.APPOINTMENT),
        (CloseClient(client_id=ID, reason=ClosingReason.JOB, closed_on=TODAY), InvitationOver.CLOSED),
        (WithdrawInvitation(client_id=ID, invitation_id=I1), InvitationOver.WITHDRAWN),
    ):
        first, *_ = story.when(command)
        assert first == InvitationEnded(invitation_id=I1, why=why), command
    assert story.when(WithdrawInvitation(client_id=ID, invitation_id=I2)) == []


def test_times_that_overlap_are_room_for_one() -> None:
    quarter = timedelta(minutes=15)
    assert room_for([], 30) == 0
    assert room_for([AT, AT + quarter, AT + 2 * quarter, AT], 30) == 2
    assert room_for([AT + n * quarter for n in range(4)], 15) == 4
