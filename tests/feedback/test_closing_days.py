"""Closing days: clocks stand still on them, also those that run; what was counted of days gone by stays as it is."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from application import closing_days, read_models
from application.services import Services
from domain.closing_days import (
    ClosingDays,
    ClosingDaysSet,
    ClosingDaysTakenBack,
    SetClosingDays,
    TakeBackClosingDays,
    evolve_closing_days,
)
from domain.refusal import Refused
from domain.roles import Role, Viewer
from domain.working_days import WorkingDays
from eventlog.commands import CommandContext
from feedback import clocks
from projections.engine.rebuild import rebuild
from projections.engine.verify import verify
from tests.conftest import Clock
from tests.feedback.test_clocks import TRIAGER, logged, move, row
from tests.story import Story
from tests.web.conftest import Town
from tests.web.conftest import peopled as peopled
from tests.web.conftest import town as town

TODAY = date(2026, 11, 18)  # a Wednesday
NOW = CommandContext(datetime(2026, 11, 18, 9, tzinfo=UTC), TRIAGER.account_id)
MANAGER = Viewer(UUID(int=9), Role.PROCESS_MANAGER, None)


@settings(deadline=None)  # the first asks for the holidays of a year
@given(
    st.dates(date(2026, 1, 1), date(2028, 1, 1)),
    st.integers(0, 40),
    st.sets(st.dates(date(2026, 1, 1), date(2028, 12, 31)), max_size=60),
)
def test_as_many_lie_between_as_were_added(day: date, number: int, closed: set[date]) -> None:
    days = WorkingDays(frozenset(closed))
    later = days.after(day, number)
    assert days.between(day, later) == number
    assert number == 0 or (days.includes(later) and later not in closed)


def setting(first: date | None, last: date | None = None, name: str = "Bridge day") -> SetClosingDays:
    return SetClosingDays(closing_id=uuid4(), name=name, first_day=first, last_day=last)


@pytest.mark.parametrize(
    ("command", "field", "words"),
    [
        (setting(TODAY), "first_day", "tomorrow or a later day"),
        (setting(TODAY - timedelta(days=400)), "first_day", "tomorrow or a later day"),
        (setting(None), "first_day", "Enter a day"),
        (setting(date(2026, 12, 24), date(2026, 12, 23)), "last_day", "before the first"),
        (setting(date(2026, 12, 1), date(2027, 1, 1)), "last_day", "at most 31 days"),
        (setting(date(2026, 12, 24), name=" "), "name", "fill this in"),
        (setting(date(2026, 12, 24), name="x" * 81), "name", "too long"),
    ],
)
def test_what_is_refused_says_why_and_beside_which_field(command: SetClosingDays, field: str, words: str) -> None:
    with pytest.raises(Refused, match=words) as refused:
        command.decide(None, NOW)
    assert refused.value.field == field


def test_what_has_begun_stays_when_the_rest_is_taken_back() -> None:
    def story(first: int, last: int) -> Story[ClosingDays]:
        days = ClosingDaysSet(name="x", first_day=TODAY + timedelta(first), last_day=TODAY + timedelta(last))
        return Story(evolve_closing_days, uuid4()).given(days)

    back, tomorrow = TakeBackClosingDays(closing_id=uuid4()), TODAY + timedelta(1)
    begun = story(-2, 2).when(back, NOW).then(ClosingDaysTakenBack(open_from=tomorrow))
    begun.when(back, NOW).refused("begun or passed")
    story(1, 2).when(back, NOW).then(ClosingDaysTakenBack(open_from=tomorrow)).when(back, NOW).then()
    story(5, 6).when(back, NOW).then(ClosingDaysTakenBack(open_from=TODAY + timedelta(5)))
    story(-2, 0).when(back, NOW).refused("begun or passed")


def close(services: Services, first: date, last: date | None = None) -> UUID:
    closing_id = uuid4()
    closing_days.set_closing_days(services, MANAGER, "Closed", first, last, closing_id)
    return closing_id


def followed(services: Services) -> None:
    """What the workers do within seconds."""
    read_models.follow_definitions(services)
    read_models.take_part_in_rebuild(services)
    assert services.engine.under_other_rules() == []


def test_clocks_that_run_stand_still_and_a_rebuild_says_the_same_as_following(
    sqlite_services: Services, clock: Clock
) -> None:
    services = sqlite_services
    signal_id, triaged = logged(services), logged(services)
    assert row(services, signal_id).triage_by == date(2026, 11, 25)
    back = close(services, date(2026, 11, 23))
    close(services, date(2026, 11, 25), date(2026, 11, 26))
    services.engine.catch_up()
    assert services.engine.under_other_rules() == ["signals"], "and clients are not folded anew for it"
    followed(services)
    assert row(services, signal_id).triage_by == date(2026, 11, 30), "three days later, over a weekend"
    closing_days.take_back_closing_days(services, MANAGER, back, uuid4())
    followed(services)
    assert row(services, signal_id).triage_by == date(2026, 11, 27)
    clock.now = datetime(2026, 11, 27, 12, tzinfo=UTC)
    move(services, signal_id, "ask", TRIAGER)
    move(services, triaged, "triage", TRIAGER)
    clock.now = datetime(2026, 12, 1, 12, tzinfo=UTC)
    move(services, signal_id, "go_on", TRIAGER)
    # The days that were counted stay: they can neither be set nor taken back any more.
    with pytest.raises(Refused, match="begun or passed"):
        closing_days.take_back_closing_days(
            services, MANAGER, closing_days.every_closing_day(services, MANAGER).behind[0].closing_id, uuid4()
        )
    close(services, date(2026, 12, 21))
    followed(services)
    found = row(services, signal_id), row(services, triaged)
    assert (found[0].triage_by, found[0].answer_by) == (date(2026, 12, 1), date(2026, 12, 23))
    assert list(verify(services.engine)) == []
    rebuild(services.engine, [])
    assert (row(services, signal_id), row(services, triaged)) == found
    assert list(verify(services.engine)) == []


def test_what_comes_near_is_counted_in_working_days() -> None:
    thursday, tuesday = date(2026, 11, 19), date(2026, 11, 24)
    assert clocks.standing(tuesday, thursday, WorkingDays()) is None
    assert clocks.standing(tuesday, thursday, WorkingDays(frozenset({date(2026, 11, 20)}))) == "near"


def test_the_board_and_the_page_say_which_days_and_whose_clock_they_move(town: Town) -> None:
    visitor = town.visit("process")
    logged(town.services)
    town.services.engine.catch_up()
    refused = visitor.post("/signals/settings/closing-days", name="Bridge day", first_day="2026-11-18")
    page = refused.get_data(as_text=True)
    assert refused.status_code == 400 and "Choose tomorrow or a later day" in page and 'value="Bridge day"' in page
    assert visitor.post("/signals/settings/closing-days", name="Bridge day", first_day="2026-11-23").status_code == 303
    shown = visitor.get("/signals/settings/closing-days")
    assert "23 Nov 2026" in shown and town.accounts["process"].full_name in shown
    assert "while the city is closed: 23 Nov 2026 (Bridge day)." in town.visit("coach").get("/signals")
