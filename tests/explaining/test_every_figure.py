"""Whatever happens, every figure of every page is what one counts in the raw log, by a way that shares no code."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from application.services import Services
from domain.calendar import Week
from explaining.counting import When
from projections import weekly_figures
from records import weekly_lists
from tests.explaining.held import (
    Recount,
    a_week_is_so,
    every_explanation_is_so,
    every_page_is_so,
    later,
    the_lists_are_so,
)
from tests.projections.world import ACTIONS, CLIENTS, World

# Days ahead on which something becomes due or out of date, of each example: on the very day a wrong sign shows.
TURNS = 4

things = st.lists(
    st.tuples(st.integers(0, CLIENTS - 1), st.sampled_from(ACTIONS), st.integers(0, 2**32)), min_size=10, max_size=45
)


def teams_of(world: World) -> dict[UUID, list[UUID]]:
    return {team: [coach for coach, of in world.coaches.items() if of == team] for team in world.teams}


@pytest.mark.parametrize("examples", [6, pytest.param(80, marks=pytest.mark.slow)])
def test_whatever_happens_every_figure_is_what_the_log_says(sqlite_services: Services, examples: int) -> None:
    held, reasons = 0, Counter[str]()

    # Not made smaller when it fails: each try is written to the same log, and takes longer than the one before.
    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
    @given(things)
    def whatever_happens(found: list[tuple[int, str, int]]) -> None:
        nonlocal held
        services = sqlite_services
        world = World(services)
        for who, what, seed in found:
            world.happens(who, what, seed)
        services.engine.catch_up()
        teams, week = teams_of(world), Week.latest(world.clock())
        weekly_figures.build(services.engine, week, whole=True)
        weekly_lists.build(services.engine, week, world.clock())
        recount, city = Recount(services, frozenset(world.clients)), Recount(services)
        this_week = week == Week.of(services.today)
        known = When(services.today) if this_week else When(week.monday, week.starts_at)
        the_lists_are_so(services, list(world.coaches), week, known, recount)
        for each in (week, week.previous, week.previous.previous):
            held += a_week_is_so(services, teams, each, recount)
        held += every_page_is_so(services, teams, recount, city)
        since = services.today - timedelta(days=3 if len(found) % 2 else 40)
        reasons.update(every_explanation_is_so(services, teams, recount, since))
        for day in recount.turning_points(services.today)[:TURNS]:
            later(services, day)
            held += every_page_is_so(services, teams, recount, city)

    whatever_happens()
    # It is no test of pages that show nothing.
    assert held > 1000
    assert len(reasons) > 12, reasons
