"""Why a figure is not what it was: whatever happened, the parts add up, and each is put down to what made it."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from application.services import Services
from domain.client import AssignClient, CloseClient, ClosingReason, ReopenClient, StrikeContact
from domain.definition import DefinitionRevised
from explaining.counting import Of, When, client_streams, count, streams_of
from explaining.defined import defined
from explaining.difference import CAUSES, Side, split
from explaining.figures import figure
from tests.projections.world import ACTIONS, BEGAN, CLIENTS, World
from tests.stories import CLIENT, COACH, TEAM, begin, contact, do

FIGURES = (
    *("open", "no_plan", "not_seen", "never_seen", "contact_due", "contact_agreed", "listed", "listed:cv", "changed"),
    *("new_to_me", "track:job_ready", "track:none", "exits", "stale:cv", "declined:marital_status", "deadlines"),
    *("contradictory:driving_licence", "without_coach", "without_offer"),
)
REVISED = DefinitionRevised(
    subject="not_seen",
    number=2,
    valid_from=BEGAN.date() + timedelta(days=100),
    texts={},
    parameters={"months": 1},
    reason="",
)
things = st.lists(
    st.tuples(st.integers(0, CLIENTS - 1), st.sampled_from(ACTIONS), st.integers(0, 2**32)), min_size=25, max_size=45
)
OF_TEAM = Of(team=TEAM)
days = st.tuples(st.integers(-5, 90), st.integers(0, 400), st.booleans())


@pytest.mark.parametrize("examples", [12, pytest.param(200, marks=pytest.mark.slow)])
def test_whatever_happened_the_parts_add_up(sqlite_services: Services, examples: int) -> None:
    seen: Counter[str] = Counter()

    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
    @given(things, st.lists(days, min_size=3, max_size=3))
    def whatever_happens(found: list[tuple[int, str, int]], spans: list[tuple[int, int, bool]]) -> None:
        world = World(sqlite_services)
        for who, what, seed in found:
            world.happens(who, what, seed)
        streams = list(streams_of(sqlite_services.log, world.clients))
        of = [Of(), *(Of(team=team) for team in world.teams), *(Of(coach=coach) for coach in world.coaches)]
        for start, length, revises in spans:
            revised = [REVISED] if revises else []
            before, after = (_side(BEGAN.date() + timedelta(days=n), revised) for n in (start, start + length))
            for asked in FIGURES:
                for each in of:
                    parts = split(streams, figure(asked), each, before, after)
                    was, is_now = (
                        count(streams, figure(asked), side.when, each, side.by).number for side in (before, after)
                    )
                    assert sum(parts.values()) == (is_now or 0) - (was or 0), (asked, each, parts)
                    seen.update(parts.keys())

    whatever_happens()
    # A cause that never came up was not tried.
    assert len(seen) >= 4 and set(seen) <= set(CAUSES), seen


def _side(day: date, revised: list[DefinitionRevised]) -> Side:
    when = When.end_of(day)
    return Side(when, defined(revised, when.day, None))


@pytest.fixture
def services(sqlite_services: Services) -> Services:
    at(sqlite_services, date(2026, 1, 5))
    return sqlite_services


def at(services: Services, day: date) -> None:
    services.clock.now = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)  # type: ignore[attr-defined]  # the test looks inside


def parts(services: Services, asked: str, first: date, last: date, of: Of = OF_TEAM) -> dict[str, int]:
    streams = client_streams(services.log, services.log.head())
    return dict(split(streams, figure(asked), of, _side(first, []), _side(last, [])))


def test_each_part_is_put_down_to_what_made_it(services: Services) -> None:
    begin(services, CLIENT, name="Invented")
    at(services, date(2026, 5, 4))
    assert parts(services, "open", date(2026, 1, 1), date(2026, 5, 4)) == {"new": 1}
    assert parts(services, "not_seen", date(2026, 1, 31), date(2026, 5, 4)) == {"time": 1}
    contact_id = UUID(int=77)
    do(services, contact(date(2026, 5, 4), CLIENT, contact_id=contact_id))
    at(services, date(2026, 5, 5))
    assert parts(services, "not_seen", date(2026, 5, 3), date(2026, 5, 5)) == {"contacts": -1}
    do(services, StrikeContact(client_id=CLIENT, contact_id=contact_id, reason="wrong client"))
    assert parts(services, "not_seen", date(2026, 5, 4), date(2026, 5, 5)) == {"corrections": 1}
    at(services, date(2026, 5, 6))
    do(services, CloseClient(client_id=CLIENT, reason=ClosingReason.JOB, closed_on=date(2026, 5, 6)))
    assert parts(services, "open", date(2026, 5, 5), date(2026, 5, 6)) == {"exits": -1}
    at(services, date(2026, 5, 20))
    do(services, ReopenClient(client_id=CLIENT, reopened_on=date(2026, 5, 20), reason="came back"))
    assert parts(services, "open", date(2026, 5, 6), date(2026, 5, 20)) == {"new": 1}
    at(services, date(2026, 5, 21))
    do(services, AssignClient(client_id=CLIENT, team=UUID(int=4), coach=UUID(int=5), assigned_on=date(2026, 5, 21)))
    assert parts(services, "open", date(2026, 5, 20), date(2026, 5, 21)) == {"handovers": -1}
    assert parts(services, "open", date(2026, 5, 20), date(2026, 5, 21), Of(coach=COACH)) == {"handovers": -1}
    assert parts(services, "open", date(2026, 5, 20), date(2026, 5, 21), Of()) == {}
