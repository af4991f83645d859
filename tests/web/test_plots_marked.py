"""A change of what is counted is marked in every plot over time whose numbers follow from it; a plot that is added has
to say from which definitions its numbers follow."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from domain.calendar import Week
from domain.catalogue import load
from domain.client import RegisterField
from domain.in_force import NOT_SEEN, SEEN
from projections import weekly_figures
from tests.conftest import Clock
from tests.stories import do
from tests.web.conftest import Town
from tests.web.test_team_meeting import revise
from web import plots

FIELD = "education_level"
# By plot: whose definitions its numbers follow from.
FOLLOWS = {
    "team-trend": (SEEN, NOT_SEEN),
    "team-lists": (FIELD,),
    "trend": (FIELD,),
    # Files that are open, begun or closed are counted by no definition that can be revised.
    "flow-plot": (),
    "city-trend": (),
    "city-flow": (),
}


@pytest.fixture
def changed(town: Town, clock: Clock) -> Town:
    """Half a year of figures, in the middle of which everything began to be counted otherwise."""
    for nth in range(3):
        client_id = town.new_client("coach", f"Client {nth}", town.services.today)
    code = load()[FIELD].kind.codes[0]  # type: ignore[attr-defined]  # a choice
    do(town.services, RegisterField(client_id=client_id, field=FIELD, value=code, known_on=town.services.today))
    clock.now += timedelta(days=70)
    revise(town, FIELD, town.services.today, days_allowed=14)
    revise(town, SEEN, town.services.today, channels=["office"])
    revise(town, NOT_SEEN, town.services.today, months=2)
    clock.now += timedelta(days=30)
    town.services.engine.catch_up()
    weekly_figures.build(town.services.engine, Week.of(town.services.today))
    return town


@pytest.mark.parametrize(("who", "page"), [("manager", "/team"), ("quality", "/quality"), ("process", "/city")])
def test_each_plot_over_time_marks_what_its_numbers_follow_from(changed: Town, who: str, page: str) -> None:
    html = changed.visit(who).client.get(page, follow_redirects=True).get_data(as_text=True)
    figures = re.findall(r'<figure class="plot">.*?</figure>', html, re.DOTALL)
    over_time = {
        str(found[1]): figure
        for figure in figures
        if (found := re.search(r'aria-labelledby="([\w-]+)-t [\w-]+" class="(?:lines|months)"', figure))
    }
    assert over_time and over_time.keys() <= FOLLOWS.keys(), "a plot over time that is in no table"
    for plot, figure in over_time.items():
        marked = re.findall(r'<line class="mark".*?</text>', figure)
        assert len(marked) == len(FOLLOWS[plot]), (plot, marked)
        assert all("version 2" in mark for mark in marked)
        # Nobody logged a signal about these: each mark leads to its definition.
        assert all(re.search(r'<a href="/definitions/\w+">', mark) for mark in marked)


def test_the_small_lines_of_a_field_mark_its_own_change_and_no_other(changed: Town) -> None:
    html = changed.visit("quality").get("/quality")
    small = re.findall(r"<svg[^>]*aria-label=\"([^\"]*)\"[^>]*><title>[^<]*</title>(.*?)</svg>", html, re.DOTALL)
    small = [(told, drawn) for told, drawn in small if ": from " in told]
    own = [(told, drawn) for told, drawn in small if "Education level" in told]
    assert len(own) == 2, "in the table, and beside the others"
    for told, drawn in small:
        is_own = "Education level" in told
        assert ('class="changed"' in drawn) is is_own, told
        assert ("counted differently since" in told) is is_own, told


def test_a_change_is_marked_where_it_first_counted_and_only_within_the_weeks() -> None:
    weeks = [date(2026, 1, 5) + timedelta(weeks=nth) for nth in range(5)]
    assert plots.changed_in(weeks, [date(2026, 1, 13)]) == [(40.0, date(2026, 1, 13))]
    assert plots.changed_in(weeks, [date(2026, 1, 5), date(2026, 2, 3), date(2025, 1, 1)]) == []
