"""Closed files: archived after a year, past their term after the years of the city, and erased some at a time."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from application import caseload_then, privacy, retention
from application.looks import Look
from application.services import Services
from domain.calendar import AMSTERDAM
from domain.client import CloseClient, ClosingReason, ErasureReason, ReopenClient
from domain.refusal import Refused
from domain.retention import archived_by, archived_on, past_term_by
from domain.roles import Viewer
from eventlog.backup import Register
from eventlog.commands import CommandContext
from records import read_log
from records import retention as terms
from tests.conftest import Clock
from tests.web.conftest import Town, build_town

CLOSED = date(2026, 6, 10)


@pytest.fixture
def town(services: Services) -> Town:
    return build_town(services)


def at(clock: Clock, day: date) -> None:
    clock.now = datetime(day.year, day.month, day.day, 12, tzinfo=AMSTERDAM)


def privacy_officer(town: Town) -> Viewer:
    return town.accounts["privacy"].viewer


def handle(town: Town, command: CloseClient | ReopenClient) -> None:
    town.services.clients.handle(command, CommandContext(town.services.clock()), uuid4())
    town.services.engine.catch_up()


def closed(town: Town, name: str, on: date = CLOSED, reason: ClosingReason = ClosingReason.JOB) -> UUID:
    client_id = town.new_client("coach", name, on - timedelta(days=9))
    handle(town, CloseClient(client_id=client_id, reason=reason, closed_on=on))
    return client_id


def listed(town: Town, page: int = 1) -> list[UUID]:
    look = Look(town.services, privacy_officer(town), "retention")
    return [file.client_id for file in retention.past_term(town.services, look, page).files]


def erase(town: Town, *client_ids: UUID, once: UUID | None = None) -> None:
    retention.erase_past_term(town.services, privacy_officer(town), client_ids, once or uuid4())
    town.services.engine.catch_up()


def erased(town: Town) -> set[UUID]:
    return {erasure.stream_id for erasure in town.services.log.erasures()}


@pytest.mark.parametrize("years", [1, 4, 10, 50])
@pytest.mark.parametrize("closed_on", [date(2024, 2, 29), date(2023, 3, 1), date(2023, 12, 31), date(2024, 1, 31)])
def test_a_term_is_over_on_the_day_so_many_years_later_and_never_before(years: int, closed_on: date) -> None:
    leap = closed_on.month == 2
    last = date(closed_on.year + years, 2, 28) if leap else closed_on.replace(year=closed_on.year + years)
    day = last - timedelta(days=3)
    over = next(on for n in range(9) if closed_on <= past_term_by(on := day + timedelta(days=n), years))
    # There is not always a 29th of February.
    assert over in ({last, last + timedelta(days=1)} if leap else {last})


def test_the_day_from_which_a_file_says_that_it_is_archived_is_the_one_from_which_it_is() -> None:
    for n in range(800):
        day = date(2023, 6, 1) + timedelta(days=n)
        assert day <= archived_by(archived_on(day) + timedelta(days=1))
        assert day > archived_by(archived_on(day) - timedelta(days=1))


def test_files_come_up_when_their_term_is_over_the_oldest_first_by_number_alone(town: Town, clock: Clock) -> None:
    later, first = closed(town, "Anna Bakker"), closed(town, "Bram Boer", CLOSED - timedelta(days=1))
    town.new_client("coach", "Chris Cornelissen")
    at(clock, CLOSED.replace(year=2036) - timedelta(days=2))
    assert listed(town) == []
    at(clock, CLOSED.replace(year=2036) - timedelta(days=1))
    assert listed(town) == [first]
    at(clock, CLOSED.replace(year=2036))
    assert listed(town) == [first, later]
    found = retention.past_term(town.services, Look(town.services, privacy_officer(town), "retention"), 1)
    assert (found.years, found.total) == (10, 2)
    assert "Anna" not in repr(found) and "Bram" not in repr(found)
    assert {file.number for file in found.files} == {first.hex[:8], later.hex[:8]}
    with town.services.database.read() as connection:
        (look, *_) = read_log.latest(connection)
    assert (look.page, look.account_id) == ("retention", town.accounts["privacy"].account_id)
    assert look.clients == {first: "listed", later: "listed"}


def test_a_reopened_file_is_past_no_term_and_counts_from_its_last_closing(town: Town, clock: Clock) -> None:
    client_id = closed(town, "Anna Bakker")
    at(clock, date(2036, 7, 1))
    assert listed(town) == [client_id]
    handle(town, ReopenClient(client_id=client_id, reopened_on=date(2036, 7, 1), reason="came back"))
    assert listed(town) == []
    handle(town, CloseClient(client_id=client_id, reason=ClosingReason.MOVED, closed_on=date(2036, 7, 1)))
    assert listed(town) == []
    at(clock, date(2046, 7, 1))
    assert listed(town) == [client_id]


def test_chosen_files_are_erased_with_their_reason_and_written_to_the_register(town: Town, clock: Clock) -> None:
    first, second, third = (closed(town, name) for name in ("Anna Bakker", "Bram Boer", "Chris Cornelissen"))
    at(clock, date(2036, 7, 1))
    once = uuid4()
    erase(town, first, second, once=once)
    erase(town, first, second, once=once)
    assert listed(town) == [third]
    register = town.services.settings.erasure_register
    found = Register(register).erasures() if register else town.services.log.erasures()
    me = town.accounts["privacy"].account_id
    assert [(e.stream_id, e.reason, e.actor) for e in found] == [
        (first, ErasureReason.RETENTION_ENDED.value, me),
        (second, ErasureReason.RETENTION_ENDED.value, me),
    ]


def test_one_file_that_may_not_be_erased_keeps_all_that_were_chosen(town: Town, clock: Clock) -> None:
    past, gone = closed(town, "Anna Bakker"), closed(town, "Bram Boer")
    open_file = town.new_client("coach", "Chris Cornelissen")
    at(clock, date(2036, 7, 1))
    recent = closed(town, "Daan de Jong", date(2036, 6, 30))
    privacy.erase_client(town.services, privacy_officer(town), gone, ErasureReason.CLIENT_REQUEST, uuid4())
    town.services.engine.catch_up()
    for other in (open_file, recent, gone, uuid4()):
        with pytest.raises(Refused, match="no longer on the list") as refused:
            erase(town, past, other)
        assert refused.value.field == "files"
    assert erased(town) == {gone}
    for none in ([], [uuid4() for _ in range(retention.SHOWN + 1)]):
        with pytest.raises(Refused, match="Choose from 1 to"):
            erase(town, *none)


def test_a_file_that_is_reopened_on_the_way_stays_and_is_not_in_the_register(town: Town, clock: Clock) -> None:
    client_id = closed(town, "Anna Bakker")
    at(clock, date(2036, 7, 1))
    handle(town, ReopenClient(client_id=client_id, reopened_on=date(2036, 7, 1), reason="came back"))
    with pytest.raises(Refused, match="has not ended"):
        town.services.erase_in_log(
            client_id,
            ErasureReason.RETENTION_ENDED,
            CommandContext(clock()),
            uuid4(),
            closed_by=past_term_by(date(2036, 7, 1), 10),
        )
    register = town.services.settings.erasure_register
    assert not erased(town) and (not register or Register(register).erasures() == [])


@pytest.mark.parametrize("years", [None, -1, 0, 51, 10**30])
def test_a_term_that_is_none_is_refused_with_a_sentence(town: Town, years: int | None) -> None:
    with pytest.raises(Refused, match=r"Enter a number from") as refused:
        retention.set_term(town.services, privacy_officer(town), years)
    assert refused.value.field == "years" and refused.value.values == {"least": 1, "most": 50}


def test_the_last_term_that_was_set_holds(town: Town, clock: Clock) -> None:
    client_id = closed(town, "Anna Bakker")
    at(clock, date(2031, 7, 1))
    for years, expected in ((5, [client_id]), (7, []), (1, [client_id])):
        retention.set_term(town.services, privacy_officer(town), years)
        assert listed(town) == expected
    with town.services.database.read() as connection:
        assert terms.years(connection) == 1


def test_a_list_is_told_a_page_at_a_time(town: Town, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "SHOWN", 2)
    expected = [closed(town, f"Person {n}", CLOSED + timedelta(days=n)) for n in range(5)]
    at(clock, date(2037, 1, 1))
    assert [listed(town, page) for page in (1, 2, 3, 4)] == [expected[:2], expected[2:4], expected[4:], []]


def test_an_archived_file_is_in_no_list_of_closed_files(town: Town, clock: Clock) -> None:
    client_id, still = (town.new_client("coach", name) for name in ("Anna Bakker", "Bram Boer"))
    coach, day = town.accounts["coach"], town.services.today
    closed_on = day + timedelta(days=3)

    def then() -> set[UUID]:
        look = Look(town.services, coach.viewer, "caseload_then")
        found = caseload_then.caseload_then(town.services, look, coach.account_id, day)
        return {each.now.client_id for each in found.clients}

    at(clock, closed_on)
    handle(town, CloseClient(client_id=client_id, reason=ClosingReason.JOB, closed_on=closed_on))
    assert then() == {client_id, still}
    at(clock, archived_on(closed_on) - timedelta(days=1))
    assert then() == {client_id, still}
    at(clock, archived_on(closed_on))
    assert then() == {still}
    visitor = town.visit("coach")
    page = visitor.get(f"/clients/{client_id}")
    assert "It was archived on" in page and "Anna Bakker" in page
    assert "It was archived on" not in visitor.get(f"/clients/{still}")
