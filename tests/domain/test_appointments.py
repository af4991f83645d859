"""Appointments: what may be agreed, moved and cancelled, what is refused with which sentence, and clock changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.calendar import AMSTERDAM, YEARS_AHEAD, add_months, moment_at
from domain.client import (
    AppointmentCancelled,
    AppointmentConcluded,
    AppointmentMade,
    AppointmentMoved,
    AppointmentNoticeDelivered,
    CancelAppointment,
    CancelledBy,
    Channel,
    ClientClosed,
    ClientEvent,
    CloseClient,
    ClosingReason,
    ContactRecorded,
    ContactStruckOut,
    Delivery,
    MakeAppointment,
    MoveAppointment,
    Notice,
    RecordAppointmentNotice,
    RecordContact,
    RecordContactOfAppointments,
    evolve,
)
from domain.client.appointments import reminder_at
from domain.refusal import Conflict, Refused, RefusedTogether
from eventlog import commands
from eventlog.commands import CommandContext
from eventlog.log import stamped
from tests.domain.test_client import C1, ID, NOW, TODAY, TOMORROW, Story, intake

A1, A2 = UUID(int=71), UUID(int=72)
AT = datetime(2026, 3, 3, 9, tzinfo=UTC)  # ten o'clock in Amsterdam


@pytest.fixture
def story() -> Story:
    return Story().given(intake())


def make(day: date = TOMORROW, at: time = time(10), **more: Any) -> MakeAppointment:
    facts = {"appointment_id": A1, "minutes": 30, "channel": Channel.PHONE} | more
    return MakeAppointment(client_id=ID, day=day, at=at, **facts)


def move(day: date = TOMORROW, at: time = time(11), **more: Any) -> MoveAppointment:
    facts = {"appointment_id": A1, "minutes": 30, "channel": Channel.PHONE} | more
    return MoveAppointment(client_id=ID, day=day, at=at, **facts)


def made(starts_at: datetime = AT, appointment_id: UUID = A1, **more: Any) -> AppointmentMade:
    facts = {"minutes": 30, "channel": Channel.PHONE, "place": None, "purpose": None, "delivery": Delivery.EMAIL} | more
    return AppointmentMade(appointment_id=appointment_id, starts_at=starts_at, **facts)


def conclude(contact_id: UUID = C1, on: date = TODAY, *appointments: UUID) -> RecordContactOfAppointments:
    contact = RecordContact(client_id=ID, contact_id=contact_id, held_on=on, channel=Channel.PHONE)
    return RecordContactOfAppointments(client_id=ID, contact=contact, appointments=appointments or (A1,))


def cancel(**more: Any) -> CancelAppointment:
    return CancelAppointment(client_id=ID, appointment_id=A1, **{"by": CancelledBy.CLIENT} | more)


def test_an_appointment_is_kept_in_utc_with_what_was_agreed(story: Story) -> None:
    (event,) = story.when(make(channel=Channel.OFFICE, place=" Desk 3 ", purpose="  the CV "))
    assert isinstance(event, AppointmentMade)
    assert (event.starts_at, event.minutes, event.place, event.purpose) == (AT, 30, "Desk 3", "the CV")


def test_an_appointment_lies_ahead_within_reach_and_is_no_longer_than_a_day(story: Story) -> None:
    story.refused(make(TODAY - timedelta(days=1)), "today or a later day", "day")
    story.refused(make(TODAY, time(9, 59)), "has passed", "at")  # it is ten o'clock in Amsterdam
    assert story.when(make(TODAY, time(10, 1)))
    last = add_months(TODAY, 12 * YEARS_AHEAD)
    assert story.when(make(last))
    for day in (last + timedelta(days=1), date.max):
        story.refused(make(day, time(23, 59)), "years ahead", "day")
    story.refused(make(date.min, time(0, 1)), "today or a later day", "day")
    for minutes in (-30, 0, 4, 481, 10**9):
        story.refused(make(minutes=minutes), "takes 5 to 480 minutes", "minutes")


def test_who_meets_somewhere_is_told_where(story: Story) -> None:
    for channel in Channel:
        command = make(channel=channel, place=" ")
        if channel in (Channel.OFFICE, Channel.WALKING_ALONG):
            story.refused(command, "Enter where you meet", "place")
        else:
            assert story.when(command)
    with pytest.raises(RefusedTogether) as several:
        story.when(make(minutes=1, channel=Channel.OFFICE))
    assert [refused.field for _, refused in several.value.parts] == ["minutes", "place"]


def test_two_appointments_of_one_client_do_not_overlap(story: Story) -> None:
    story.given(intake(), made())
    for at in (time(9, 31), time(10), time(10, 29)):
        story.refused(make(at=at, appointment_id=A2), "another appointment at that time", "at")
    for at in (time(9, 30), time(10, 30)):
        assert story.when(make(at=at, appointment_id=A2)), "one after the other is fine"
    assert story.when(move(at=time(10, 10))), "it does not stand in its own way"
    cancelled = AppointmentCancelled(appointment_id=A1, by=CancelledBy.COACH, delivery=None)
    story.given(intake(), made(), cancelled)
    assert story.when(make(appointment_id=A2)), "what was cancelled is in nobody's way"


def test_one_that_lies_ahead_is_moved_and_cancelled_and_no_other(story: Story) -> None:
    story.refused(move(), "no such appointment")
    story.refused(cancel(), "no such appointment")
    story.given(intake(), made())
    story.refused(make(), "already been recorded")
    (moved,) = story.when(move(shown=2))
    assert isinstance(moved, AppointmentMoved)
    with pytest.raises(Conflict):
        story.when(move(shown=1))
    (gone,) = story.when(cancel())
    assert isinstance(gone, AppointmentCancelled) and gone.delivery is Delivery.EMAIL, "told as before"
    story.given(intake(), made(), gone)
    story.refused(move(), "was cancelled")
    story.refused(cancel(), "was cancelled")
    story.given(intake(), made(NOW.at))
    story.refused(move(), "begun or passed")
    story.refused(cancel(), "begun or passed")


def test_there_is_none_without_an_open_file(story: Story) -> None:
    Story().refused(make(), "no such client")
    story.given(intake(), made(), ClientClosed(reason=ClosingReason.JOB, closed_on=TODAY))
    for command in (make(appointment_id=A2), move(), cancel(), conclude()):
        story.refused(command, "closed")


@pytest.mark.parametrize("reason", ClosingReason)
def test_closing_a_file_cancels_what_lies_ahead_and_tells_whoever_can_be_told(
    story: Story, reason: ClosingReason
) -> None:
    story.given(intake(), made(), made(NOW.at - timedelta(hours=2), A2))
    first, last = story.when(CloseClient(client_id=ID, reason=reason, closed_on=TODAY))
    told = None if reason is ClosingReason.DECEASED else Delivery.EMAIL
    assert first == AppointmentCancelled(appointment_id=A1, by=CancelledBy.CLOSING, delivery=told)
    assert isinstance(last, ClientClosed)


def test_it_becomes_a_contact_once_on_its_day_or_later(story: Story) -> None:
    story.refused(conclude(), "no such appointment")
    story.given(intake(), made())
    story.refused(conclude(), "still to come")
    begun = made(NOW.at + timedelta(hours=1))
    recorded, event = story.given(intake(), begun).when(conclude(C1, TODAY, A1, A1))
    assert isinstance(recorded, ContactRecorded)
    assert event == AppointmentConcluded(appointment_id=A1, contact_id=C1)
    story.refused(conclude(on=TOMORROW), "in the future", "held_on")
    story.given(intake(), begun, recorded, event).refused(conclude(A2), "already been recorded")
    story.refused(move(), "begun or passed")
    struck = ContactStruckOut(contact_id=C1, reason="wrong client")
    story.given(intake(), begun, recorded, event, struck)
    assert story.when(conclude(A2)), "what became of it is asked again"


def test_what_was_told_of_an_earlier_state_does_not_matter_any_more(story: Story) -> None:
    def notice(changes: int, **more: Any) -> RecordAppointmentNotice:
        given = {"notice": Notice.CHANGE, "delivery": Delivery.EMAIL} | more
        return RecordAppointmentNotice(client_id=ID, appointment_id=A1, changes=changes, **given)

    story.refused(notice(0), "no such appointment")
    story.given(intake(), made())
    (told,) = story.when(notice(0))
    assert isinstance(told, AppointmentNoticeDelivered)
    assert story.when(notice(1)) == [], "there is no such state"
    story.given(intake(), made(), told)
    assert story.when(notice(0)) == story.when(notice(0, delivered=False, reason="mail_refused")) == []
    assert story.when(notice(0, notice=Notice.REMINDER))
    (moved,) = story.when(move())
    story.given(intake(), made(), told, moved, ClientClosed(reason=ClosingReason.JOB, closed_on=TODAY))
    assert story.when(notice(0)) == [] and story.when(notice(1)), "in a closed file, too"


# the clock


@pytest.mark.parametrize(
    ("day", "at", "sentence"),
    [
        (date(2026, 3, 29), time(2), "skips this time"),
        (date(2026, 3, 29), time(2, 59), "skips this time"),
        (date(2026, 10, 25), time(2), "twice"),
        (date(2026, 10, 25), time(2, 59), "twice"),
    ],
    ids=["first skipped", "last skipped", "first of two", "last of two"],
)
def test_a_time_that_the_clock_skips_or_shows_twice_is_refused(
    story: Story, day: date, at: time, sentence: str
) -> None:
    story.refused(make(day, at), sentence, "at")


def test_around_a_clock_change_every_other_time_is_the_one_that_the_clock_shows(story: Story) -> None:
    for day, hours in ((date(2026, 3, 29), 23), (date(2026, 10, 25), 25)):
        morning, night = moment_at(day, time(0), field="at"), moment_at(day + timedelta(days=1), time(0), field="at")
        assert night - morning == timedelta(hours=hours)
    starts_at = [story.when(make(date(2026, 3, day), time(10)))[0].starts_at for day in (28, 29)]  # type: ignore[attr-defined]  # it has one
    assert starts_at == [datetime(2026, 3, 28, 9, tzinfo=UTC), datetime(2026, 3, 29, 8, tzinfo=UTC)]


def test_a_reminder_is_due_at_eight_two_days_before_whatever_the_clock_does() -> None:
    monday = moment_at(date(2026, 3, 30), time(9), field="at")
    assert reminder_at(monday) == datetime(2026, 3, 28, 7, tzinfo=UTC)
    assert reminder_at(moment_at(date(2026, 10, 26), time(9), field="at")) == datetime(2026, 10, 24, 6, tzinfo=UTC)


@given(st.dates(date(2026, 1, 1), date(2035, 12, 31)), st.times().map(lambda at: at.replace(second=0, microsecond=0)))
def test_a_moment_is_shown_as_it_was_given_or_refused(day: date, at: time) -> None:
    try:
        moment = moment_at(day, at, field="at")
    except Refused:
        assert day.month in (3, 10) and day.weekday() == 6 and at.hour == 2
        return
    assert moment.astimezone(AMSTERDAM).replace(tzinfo=None) == datetime.combine(day, at)


# whatever happens, in whatever order


@dataclass
class Entry:
    """One appointment, as somebody with a paper diary would keep it."""

    starts_at: datetime
    minutes: int
    state: str = "standing"
    contact: UUID | None = None


class Diary:
    """A paper diary beside the client: each step is told to both, and both say whether it may be."""

    def __init__(self) -> None:
        self.now = NOW.at
        self.client, self.version = commands.given(evolve, ID, [intake()]), 1
        self.entries: dict[UUID, Entry] = {}
        self.contacts: list[UUID] = []

    def happens(self, command: Any, *, may: bool) -> bool:
        try:
            events = command.decide(self.client, CommandContext(self.now))
        except Refused:
            events = []
        assert bool(events) == may, command
        self.follows(*events)
        return may

    def follows(self, *events: ClientEvent) -> None:
        for event in events:
            self.version += 1
            self.client = evolve(self.client, [stamped(event, originator_id=ID, originator_version=self.version)])

    def lies_ahead(self, one: UUID) -> bool:
        entry = self.entries.get(one)
        return entry is not None and entry.state == "standing" and entry.starts_at > self.now

    def is_free(self, one: UUID, start: datetime, minutes: int) -> bool:
        others = [self.entries[other] for other in self.entries if other != one and self.lies_ahead(other)]
        end = start + timedelta(minutes=minutes)
        return all(o.starts_at >= end or start >= o.starts_at + timedelta(minutes=o.minutes) for o in others)

    def make(self, one: UUID, start: datetime, minutes: int) -> None:
        if self.happens(
            MakeAppointment(**self.said(one, start, minutes)),
            may=one not in self.entries and self.is_free(one, start, minutes),
        ):
            self.entries[one] = Entry(start, minutes)

    def move(self, one: UUID, start: datetime, minutes: int) -> None:
        may = self.lies_ahead(one) and self.is_free(one, start, minutes)
        if self.happens(MoveAppointment(**self.said(one, start, minutes)), may=may):
            self.entries[one].starts_at, self.entries[one].minutes = start, minutes

    def cancel(self, one: UUID, _start: datetime, _minutes: int) -> None:
        command = CancelAppointment(client_id=ID, appointment_id=one, by=CancelledBy.CLIENT)
        if self.happens(command, may=self.lies_ahead(one)):
            self.entries[one].state = "cancelled"

    def conclude(self, one: UUID, _start: datetime, _minutes: int) -> None:
        contact_id, entry = uuid4(), self.entries.get(one)
        day = (self.now + timedelta(hours=1)).date()
        may = entry is not None and entry.state == "standing" and (entry.starts_at + timedelta(hours=1)).date() <= day
        if self.happens(conclude(contact_id, day, one), may=may) and entry:
            entry.state, entry.contact = "concluded", contact_id
            self.contacts.append(contact_id)

    def strike(self, _one: UUID, _start: datetime, _minutes: int) -> None:
        if not self.contacts:
            return
        struck = self.contacts.pop()
        self.follows(ContactStruckOut(contact_id=struck, reason="wrong"))
        for entry in self.entries.values():
            if entry.contact == struck:
                entry.state, entry.contact = "standing", None

    def wait(self, _one: UUID, until: datetime, _minutes: int) -> None:
        self.now = until

    @staticmethod
    def said(one: UUID, start: datetime, minutes: int) -> dict[str, Any]:
        shown = start + timedelta(hours=1)
        when = {"day": shown.date(), "at": shown.time(), "minutes": minutes, "channel": Channel.PHONE}
        return {"client_id": ID, "appointment_id": one} | when


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["make", "move", "cancel", "conclude", "strike", "wait"]),
        st.integers(0, 3),
        # so many quarters of an hour later
        st.integers(0, 72),
        st.sampled_from([5, 30, 90]),
    ),
    max_size=30,
)


@settings(deadline=None)
@given(STEPS)
def test_in_any_order_no_two_overlap_and_each_ends_once(steps: list[tuple[str, int, int, int]]) -> None:
    diary = Diary()
    for what, nth, quarters, minutes in steps:
        getattr(diary, what)(UUID(int=100 + nth), diary.now + timedelta(minutes=15 * quarters + 1), minutes)
    marks = diary.client.appointments
    assert marks.keys() == diary.entries.keys()
    for one, entry in diary.entries.items():
        assert (marks[one].starts_at, marks[one].minutes) == (entry.starts_at, entry.minutes)
        assert marks[one].cancelled == (entry.state == "cancelled")
        assert marks[one].contact_id == entry.contact
