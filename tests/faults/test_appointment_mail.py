"""Mail about appointments: what it says and does not, once for each change, a reminder, and nothing taken for sent that
did not leave."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from email.message import EmailMessage
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar, Component

from application.services import Services
from domain.client import (
    AppointmentNoticeDelivered,
    CancelAppointment,
    CancelledBy,
    Channel,
    CloseClient,
    ClosingReason,
    Delivery,
    ErasureReason,
    LetterLanguage,
    MakeAppointment,
    MoveAppointment,
)
from eventlog.commands import CommandContext
from projections import appointments, caseload_table
from projections.appointments import Appointment
from records import outbox
from tests.conftest import Clock
from tests.faults.mailing import deliver
from tests.faults.mailing import settings as mail_settings
from tests.faults.test_not_sent import days_pass, no_server_any_more
from tests.post import Post
from tests.stories import CLIENT, COACH, begin, do
from web.words.mail import WORDS

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
MONDAY, FRIDAY = date(2026, 11, 16), date(2026, 11, 20)
NAME, ADDRESS, PLACE, PURPOSE = "Anna de Vries", "anna@example.org", "Desk 3, Main street 1", "her debts"


@pytest.fixture
def services(
    make_services: Callable[..., Services], database_url: str, port: int, post: Post, clock: Clock
) -> Services:
    clock.now = datetime(2026, 11, 16, 8, tzinfo=UTC)
    services = make_services(database_url, **mail_settings(port))
    begin(services, name=NAME, email=ADDRESS, language=LetterLanguage.ENGLISH)
    return services


def make(services: Services, day: date = FRIDAY, channel: Channel = Channel.OFFICE, place: str | None = PLACE) -> UUID:
    appointment_id = uuid4()
    facts = {"channel": channel, "place": place, "purpose": PURPOSE}
    do(
        services,
        MakeAppointment(client_id=CLIENT, appointment_id=appointment_id, day=day, at=time(10), minutes=30, **facts),
    )
    return appointment_id


def move(services: Services, appointment_id: UUID, day: date) -> None:
    about = {"client_id": CLIENT, "appointment_id": appointment_id}
    do(services, MoveAppointment(**about, day=day, at=time(11), minutes=45, channel=Channel.OFFICE, place=PLACE))


def cancel(services: Services, appointment_id: UUID) -> None:
    do(services, CancelAppointment(client_id=CLIENT, appointment_id=appointment_id, by=CancelledBy.COACH))


def row(services: Services, appointment_id: UUID) -> Appointment:
    services.engine.catch_up()
    with services.database.read() as connection:
        found = appointments.one(connection, CLIENT, appointment_id)
    assert found is not None
    return found


def text(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def attached(mail: EmailMessage) -> bytes:
    (file,) = mail.iter_attachments()
    assert (file.get_content_type(), file.get_filename()) == ("text/calendar", "appointment.ics")
    content = file.get_payload(decode=True)
    assert isinstance(content, bytes)
    assert f"METHOD:{file.get_param('method')}".encode() in content
    return content


def event(mail: EmailMessage) -> Component:
    (found,) = Calendar.from_ical(attached(mail)).walk("VEVENT")
    return found


def test_a_mail_says_when_how_and_where_and_its_file_puts_it_into_a_calendar(services: Services, post: Post) -> None:
    one = make(services)
    assert deliver(services) == 1 and deliver(services) == 0
    (mail,) = post.taken
    assert mail["To"] == ADDRESS and mail["Subject"] == "Your appointment with Work and Income"
    for said in (NAME, "Friday 20 November 2026 at 10:00", "30 minutes", "you come to us", PLACE):
        assert said in text(mail)
    assert PURPOSE not in text(mail)
    found = event(mail)
    assert found.decoded("dtstart") == datetime(2026, 11, 20, 10, tzinfo=AMSTERDAM)
    assert found.decoded("dtend") - found.decoded("dtstart") == timedelta(minutes=30)
    assert (found["sequence"], found["status"], found["location"]) == (0, "CONFIRMED", PLACE)
    content = attached(mail)
    assert b"DTSTART;TZID=Europe/Amsterdam:20261120T100000" in content and b"BEGIN:VTIMEZONE" in content
    assert row(services, one).told == "told"


def test_the_file_names_nobody_and_no_purpose_and_leads_to_no_file(services: Services, post: Post) -> None:
    for day, channel in enumerate((Channel.OFFICE, Channel.HOME_VISIT, Channel.WALKING_ALONG, Channel.PHONE)):
        one = make(services, FRIDAY + timedelta(days=day), channel)
        deliver(services)
        content = attached(post.taken[-1]).replace(b"\r\n ", b"").decode()
        for told in (NAME, "Vries", ADDRESS, PURPOSE, "debts", "coach", str(one), str(CLIENT), CLIENT.hex, "ATTENDEE"):
            assert told not in content, told
        assert (PLACE.replace(",", "\\,") in content) == (channel is Channel.OFFICE), "a home is no business of others"
        assert PLACE in text(post.taken[-1])


def test_moved_and_cancelled_it_stays_the_same_entry_of_the_calendar(services: Services, post: Post) -> None:
    one = make(services)
    deliver(services)
    move(services, one, FRIDAY + timedelta(days=3))
    deliver(services)
    cancel(services, one)
    deliver(services)
    assert deliver(services) == 0
    made, moved, gone = post.taken
    assert "was changed" in text(moved) and "Monday 23 November 2026 at 11:00" in text(moved)
    assert "was cancelled" in text(gone) and "Monday 23 November" in text(gone)
    assert event(made)["uid"] == event(moved)["uid"] == event(gone)["uid"]
    assert [event(mail)["sequence"] for mail in post.taken] == [0, 1, 2]
    assert b"METHOD:CANCEL" in attached(gone) and event(gone)["status"] == "CANCELLED"
    assert row(services, one).told == "told"


def test_of_what_was_changed_before_its_mail_left_the_latest_alone_is_told(services: Services, post: Post) -> None:
    one = make(services)
    post.refuses = True
    deliver(services)
    move(services, one, FRIDAY + timedelta(days=3))
    post.refuses = False
    with services.database.write() as connection:
        outbox.send_again(connection, services.clock())
        connection.execute(outbox.outbox.update().values(try_at=services.clock()))
    deliver(services)
    (mail,) = post.taken
    assert "Monday 23 November" in text(mail) and event(mail)["sequence"] == 1
    assert row(services, one).told == "told"


def test_two_days_before_the_client_is_reminded_once(services: Services, post: Post, clock: Clock) -> None:
    one = make(services)
    deliver(services)
    clock.now = datetime(2026, 11, 18, 6, 59, tzinfo=UTC)
    assert deliver(services) == 0, "it is not eight o'clock in Amsterdam"
    clock.now += timedelta(minutes=1)
    assert deliver(services) == 1 and deliver(services) == 0
    assert "remind you" in text(post.taken[-1]) and event(post.taken[-1])["sequence"] == 0
    assert row(services, one).reminder == "told"
    clock.now += timedelta(days=1)
    assert deliver(services) == 0


def test_nobody_is_reminded_of_what_was_cancelled_or_is_at_another_time(
    services: Services, post: Post, clock: Clock
) -> None:
    gone, moved = make(services), make(services, FRIDAY + timedelta(days=1))
    deliver(services)
    cancel(services, gone)
    move(services, moved, FRIDAY + timedelta(days=7))
    deliver(services)
    assert len(post.taken) == 4
    clock.now += timedelta(days=4)
    assert deliver(services) == 0
    clock.now = datetime(2026, 11, 25, 9, tzinfo=UTC)
    assert deliver(services) == 1


def test_a_reminder_that_waits_is_dropped_when_the_appointment_is_cancelled(
    services: Services, post: Post, clock: Clock
) -> None:
    one = make(services)
    deliver(services)
    clock.now = datetime(2026, 11, 18, 8, tzinfo=UTC)
    post.refuses = True
    deliver(services)
    cancel(services, one)
    post.refuses = False
    clock.now += timedelta(hours=2)
    deliver(services)
    assert ["was cancelled" in text(mail) for mail in post.taken] == [False, True]


def test_that_it_is_cancelled_is_told_also_where_the_file_was_closed(services: Services, post: Post) -> None:
    make(services)
    deliver(services)
    do(services, CloseClient(client_id=CLIENT, reason=ClosingReason.JOB, closed_on=services.today))
    assert deliver(services) == 1 and "was cancelled" in text(post.taken[-1])


def test_of_whoever_died_nobody_is_written_to(services: Services, post: Post) -> None:
    one = make(services)
    deliver(services)
    do(services, CloseClient(client_id=CLIENT, reason=ClosingReason.DECEASED, closed_on=services.today))
    assert deliver(services) == 0 and row(services, one).told == "nobody"


# each way in which a mail does not leave


def no_address(services: Services, post: Post) -> str:
    services.engine.catch_up()
    with services.database.write() as connection:
        connection.execute(caseload_table.caseload.update().values(email=None))
    return "not_sent"


def no_such_address(services: Services, post: Post) -> str:
    post.refused[ADDRESS] = "550 No such user"
    return "address_refused"


def refused(services: Services, post: Post) -> str:
    post.refused["data"] = "554 Rejected as spam"
    return "mail_refused"


def never_taken(services: Services, post: Post) -> str:
    post.refuses = True
    return "passed"


def no_server(services: Services, post: Post) -> str:
    # Without a mail server the run that delivers folds nothing; the workers do.
    services.engine.catch_up()
    no_server_any_more(services, post)
    return "not_sent"


WAYS = (no_address, no_such_address, refused, never_taken, no_server)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_a_client_who_was_not_told_is_not_taken_for_told_and_why_is_said(
    services: Services, post: Post, clock: Clock, way: Callable[[Services, Post], str]
) -> None:
    one, why = make(services), way(services, post)
    days_pass(services, clock)
    assert post.taken == []
    found = row(services, one)
    assert (found.told, found.told_why) == ("not_told", why)
    assert (found.reminder, why in WORDS["mail_reason"]) == ("not_told", True)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_a_reminder_that_did_not_leave_says_so_and_why(
    services: Services, post: Post, clock: Clock, way: Callable[[Services, Post], str]
) -> None:
    one = make(services)
    assert deliver(services) == 1
    why = way(services, post)
    days_pass(services, clock)
    assert len(post.taken) == 1
    found = row(services, one)
    assert (found.told, found.reminder, found.reminder_why) == ("told", "not_told", why)


def test_what_left_and_was_not_recorded_is_made_up_for(
    services: Services, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = make(services)
    with monkeypatch.context() as dying:
        dying.setattr("application.mail_delivery._record", lambda *_: None)
        assert deliver(services) == 1
    assert row(services, one).told == "waiting"
    assert deliver(services) == 0 and row(services, one).told == "told"
    found = [e for e in services.log.stream(CLIENT) if isinstance(e, AppointmentNoticeDelivered)]
    assert [e.delivery for e in found] == [Delivery.EMAIL]


def test_of_whoever_was_erased_nothing_leaves_and_nothing_is_kept(services: Services, post: Post, clock: Clock) -> None:
    make(services)
    post.refuses = True
    deliver(services)
    services.erase(CLIENT, ErasureReason.CLIENT_REQUEST, CommandContext(services.clock(), COACH), uuid4())
    post.refuses = False
    clock.now += timedelta(days=1)
    assert deliver(services) == 0 and post.taken == []
    with services.database.read() as connection:
        assert CLIENT not in outbox.clients(connection)
