"""Standing in: a colleague on leave's clients are read and worked with, on those days, and the record says for whom."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from application import clients, contacts, leave, people, registrations, several_fields, tasks
from application.client_file import client_file
from application.looks import Look
from application.refusals import NotAllowedError, NotThereError, StoodInError
from application.services import Services
from application.today import today
from domain.catalogue import Track
from domain.client import Channel, ChooseServiceTrack, RecordContact, RegisterField
from domain.refusal import Refused
from eventlog.repeats import ReusedError
from records import sessions
from tests.conftest import Clock
from tests.web.conftest import Town, build_town

Arrange = Callable[..., None]


@pytest.fixture
def town(sqlite_services: Services) -> Town:
    return build_town(sqlite_services)


@pytest.fixture
def client_id(town: Town) -> UUID:
    return town.new_client("coach", "Anna de Vries")


def away(town: Town, first: int, last: int, who: str = "coach", stand_in: str = "colleague") -> None:
    """Somebody is on leave from the day so many days from now until the last one."""
    day = town.services.today
    ids = (town.accounts[name].account_id for name in (who, stand_in))
    days = (day + timedelta(days=first), day + timedelta(days=last))
    leave.arrange_leave(town.services, town.accounts["manager"].viewer, *ids, days)


def now(town: Town, who: str) -> Look:
    """Somebody's look as each request has it: whom they stand in for is asked of the day."""
    services, token = town.services, uuid4().hex
    with services.database.write() as connection:
        sessions.begin(connection, token, town.accounts[who].account_id, services.clock())
    found = people.recognise(services, token)
    assert found is not None
    return Look(services, found[1], "test")


def contact(client_id: UUID, day: date) -> RecordContact:
    return RecordContact(client_id=client_id, contact_id=uuid4(), held_on=day, channel=Channel.PHONE, note="all well")


def record(town: Town, client_id: UUID, who: str = "colleague") -> None:
    services = town.services
    contacts.record_contact(services, now(town, who), contact(client_id, services.today), uuid4())
    services.engine.catch_up()


@pytest.mark.parametrize(
    ("days", "opens"),
    [((0, 0), True), ((-3, 0), True), ((0, 5), True), ((1, 5), False)],
    ids=["today alone", "its last day", "its first day", "it begins tomorrow"],
)
def test_it_holds_from_the_first_day_to_the_last(
    town: Town, client_id: UUID, days: tuple[int, int], opens: bool
) -> None:
    away(town, *days)
    if opens:
        record(town, client_id)
    else:
        with pytest.raises(NotThereError):
            record(town, client_id)


def test_the_day_after_nothing_opens_or_records_and_it_is_said_why(town: Town, client_id: UUID, clock: Clock) -> None:
    away(town, 0, 0)
    record(town, client_id)
    clock.now += timedelta(days=1)
    head = town.services.log.head()
    with pytest.raises(StoodInError):
        record(town, client_id)
    with pytest.raises(NotThereError):
        client_file(town.services, now(town, "colleague"), client_id, None)
    clock.now += timedelta(days=30)
    with pytest.raises(NotThereError) as later:
        record(town, client_id)
    assert not isinstance(later.value, StoodInError), "after a while there is no such client for them"
    assert town.services.log.head() == head


def test_nobody_stands_in_for_whom_the_one_stands_in_for(town: Town, client_id: UUID) -> None:
    away(town, 0, 3)
    away(town, 0, 3, who="colleague", stand_in="improver")
    with pytest.raises(NotThereError):
        record(town, client_id, "improver")
    record(town, town.new_client("colleague", "Bert"), "improver")


def test_it_ends_with_the_leave_and_anothers_leave_opens_nothing(town: Town, client_id: UUID) -> None:
    away(town, 0, 3, who="improver")
    with pytest.raises(NotThereError):
        record(town, client_id)
    away(town, 0, 3)
    manager = town.accounts["manager"].viewer
    for arranged in leave.team_leave(town.services, manager).leave:
        leave.end_leave(town.services, manager, arranged.leave_id)
    with pytest.raises(NotThereError):
        record(town, client_id)


def test_the_same_id_counts_once_and_not_for_something_else(town: Town, client_id: UUID) -> None:
    away(town, 0, 3)
    services, look, command_id = town.services, now(town, "colleague"), uuid4()
    said = contact(client_id, services.today)
    first = contacts.record_contact(services, look, said, command_id)
    assert contacts.record_contact(services, look, said, command_id) == first
    with pytest.raises((ReusedError, Refused)):
        contacts.record_contact(services, look, contact(client_id, services.today), command_id)
    with pytest.raises((ReusedError, Refused)):
        contacts.record_contact(services, now(town, "coach"), said, command_id)


@pytest.mark.parametrize("key", ["debts", "physical_limitations", "mental_limitations"])
def test_what_is_sensitive_is_not_registered_by_whatever_form(town: Town, client_id: UUID, key: str) -> None:
    away(town, 0, 3)
    services, look, head = town.services, now(town, "colleague"), town.services.log.head()
    said = RegisterField(client_id=client_id, field=key, value="none", known_on=services.today)
    with pytest.raises(NotAllowedError):
        registrations.register(services, look, said, uuid4())
    with pytest.raises(NotAllowedError):
        several_fields.register_several(services, look, client_id, [said], uuid4())
    with pytest.raises(NotAllowedError):
        contacts.record_contact(services, look, contact(client_id, services.today), uuid4(), said=[said])
    assert services.log.head() == head


def test_an_exemption_is_decided_by_the_own_coach(town: Town, client_id: UUID) -> None:
    away(town, 0, 3)
    services, look = town.services, now(town, "colleague")

    def choose(track: Track) -> ChooseServiceTrack:
        return ChooseServiceTrack(client_id=client_id, track=track, chosen_on=services.today)

    for by in (
        lambda said: registrations.agree_plan(services, look, client_id, [said], uuid4()),
        lambda said: several_fields.register_several(services, look, client_id, [said], uuid4()),
        lambda said: contacts.record_contact(services, look, contact(client_id, services.today), uuid4(), said=[said]),
    ):
        with pytest.raises(Refused, match="own coach decides"):
            by(choose(Track.EXEMPT))
    registrations.agree_plan(services, look, client_id, [choose(Track.ORIENTATION)], uuid4())


def test_the_file_tells_who_recorded_it_and_for_whom(town: Town, client_id: UUID) -> None:
    away(town, 0, 3)
    record(town, client_id)
    services = town.services
    known = RegisterField(client_id=client_id, field="work_years", value="3", known_on=services.today)
    registrations.register(services, now(town, "colleague"), known, uuid4())
    services.engine.catch_up()
    page = town.visit("coach").get(f"/clients/{client_id}")
    assert page.count("Colleague Invented, for Coach Invented") >= 2
    printed = town.visit("coach").get(f"/clients/{client_id}/shown-to-client")
    assert "Colleague Invented, voor Coach Invented" in printed, "in the language of the client"


def test_a_contact_counts_for_the_coachs_caseload_and_its_minutes_for_who_spent_them(
    town: Town, client_id: UUID
) -> None:
    away(town, 0, 3)
    services = town.services
    said = contact(client_id, services.today)
    contacts.record_contact(
        services,
        now(town, "colleague"),
        RecordContact(
            client_id=client_id,
            contact_id=said.contact_id,
            held_on=said.held_on,
            channel=said.channel,
            minutes_with_client=30,
        ),
        uuid4(),
    )
    services.engine.catch_up()
    assert clients.own(services, now(town, "coach"), client_id).client.last_seen_on == services.today
    assert today(services, now(town, "coach")).minutes == []
    assert [minutes for _, *minutes in today(services, now(town, "colleague")).minutes] == [[30, 0]]


def test_what_is_due_of_a_colleagues_clients_comes_up_in_the_own_day(town: Town, client_id: UUID) -> None:
    away(town, 0, 3)
    services = town.services
    tasks.plan_task(services, now(town, "coach"), client_id, "ask for the diploma", services.today, "own", uuid4())
    services.engine.catch_up()
    (stood_in,) = today(services, now(town, "colleague")).standing_in
    assert stood_in.coach_id == town.accounts["coach"].account_id
    assert [item.client_id for item in stood_in.tasks] == [client_id]
    page = town.visit("colleague").get("/today")
    assert "Standing in for Coach Invented" in page and "ask for the diploma" in page
    assert not today(services, now(town, "coach")).standing_in


def test_a_form_sent_the_day_after_is_refused_and_its_draft_kept(town: Town, client_id: UUID, clock: Clock) -> None:
    away(town, 0, 0)
    path, day = f"/clients/{client_id}/contact", str(town.services.today)
    clock.now += timedelta(days=1)
    form = {"contact_id": str(uuid4()), "held_on": day, "channel": "phone", "outcome": "spoken", "started_by": "coach"}
    sent = town.visit("colleague").post(path, form="/signals/new", **form, note="written on the last day")
    assert sent.status_code == 409
    assert "You no longer stand in for this client’s coach" in sent.get_data(as_text=True)
    away(town, 0, 2)
    assert "written on the last day" in town.visit("colleague").get(path), "once the leave is longer, it goes on"


def test_a_closed_account_stands_in_for_nobody(town: Town, client_id: UUID) -> None:
    away(town, 0, 3)
    people.close_account(town.services, town.accounts["admin"].viewer, town.accounts["colleague"].account_id)
    assert not leave.team_leave(town.services, town.accounts["manager"].viewer).leave
