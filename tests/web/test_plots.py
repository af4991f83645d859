"""Plots are scaled so that every number has its place, and nothing is drawn of nothing."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from application.services import Services
from tests.web.conftest import Town, build_town
from web import plots
from werkpad.settings import SettingsError

MONDAY = date(2026, 1, 5)


@given(st.lists(st.integers(0, 10_000_000), min_size=2, max_size=60))
def test_a_line_stays_within_its_frame(numbers: list[int]) -> None:
    plot = plots.lines([("it", [(MONDAY + timedelta(weeks=n), number) for n, number in enumerate(numbers)])])
    assert plot is not None
    heights = [float(part.split()[1]) for part in plot.series[0].path.replace("M", "").split("L") if part]
    assert all(plots.TOP <= height <= plots.HEIGHT - plots.BOTTOM for height in heights)
    assert plot.ticks[-1][1] >= max(numbers)
    assert [row[1] for row in plot.table] == [[n] for n in reversed(numbers)], "the table has every number"


def test_a_number_that_is_hidden_has_no_bar_and_no_sum() -> None:
    plot = plots.pairs(("begun", "closed"), [(MONDAY, 20, None), (MONDAY + timedelta(days=31), 15, 5)])
    assert plot is not None and plot.sums == (35, None)
    assert plot.months[0].numbers == (20, None) and plot.months[0].tops[1] == plot.ticks[0][0], "at the foot"
    hidden = plots.pairs(("begun", "closed"), [(MONDAY, None, None), (MONDAY + timedelta(days=31), None, None)])
    assert hidden is not None and hidden.sums == (None, None)


def test_nothing_is_drawn_of_one_week_or_none() -> None:
    assert plots.lines([]) is plots.lines([("it", [(MONDAY, 3)])]) is None
    assert plots.spark([3]) is None


def test_lines_are_drawn_where_their_numbers_say() -> None:
    weeks = [MONDAY + timedelta(weeks=n) for n in range(6)]
    one = [(weeks[0], 0), (weeks[2], 20), (weeks[5], 40)]
    told = [
        (weeks[0], "as it began", "/why"),
        (MONDAY - timedelta(days=1), "before", None),
        (weeks[5], "in the end", None),
    ]
    late = (weeks[5] + timedelta(days=1), "after", None)
    plot = plots.lines([("none", []), ("one", one), ("two", [(weeks[2], 10)])], [*told, late])
    assert plot is not None
    assert [(series.name, series.path, series.end, series.label) for series in plot.series] == [
        ("one", "M46.0 230.0 L335.6 132.0 L770.0 34.0", (770.0, 34.0), 34.0),
        ("two", "M335.6 181.0", (335.6, 181.0), 181.0),
    ]
    assert plot.series[0].numbers == one
    assert plot.ticks == [(230.0, 0), (132.0, 20), (34.0, 40)]
    assert plot.days == [(46.0, weeks[0]), (335.6, weeks[2]), (770.0, weeks[5])]
    assert plot.marks == [(46.0, "as it began", "/why"), (770.0, "in the end", None)]
    assert [(c.start, c.width, c.x, c.day, c.numbers, c.named) for c in plot.columns] == [
        (46.0, 144.8, 46.0, weeks[0], [0, None], True),
        (190.8, 362.0, 335.6, weeks[2], [20, 10], True),
        (552.8, 217.2, 770.0, weeks[5], [40, None], True),
    ]
    assert plot.table == [(weeks[5], [40, None]), (weeks[2], [20, 10]), (weeks[0], [0, None])]


@given(st.lists(st.floats(plots.TOP, plots.HEIGHT - plots.BOTTOM), max_size=4))
def test_names_beside_lines_are_never_written_over_each_other(ends: list[float]) -> None:
    labels = plots.apart(ends)
    in_order = sorted(labels)
    assert all(lower - upper >= plots.LINE_OF_TEXT - 0.11 for upper, lower in pairwise(in_order))
    assert all(label <= plots.HEIGHT - plots.BOTTOM + 4 for label in labels)
    assert plots.apart([100.0, 100.0, 300.0, 232.0]) == [100.0, 115.0, 234.0, 219.0]


def test_of_many_weeks_about_five_are_named_and_stop_the_keyboard() -> None:
    weeks = [(MONDAY + timedelta(weeks=n), n) for n in range(20)]
    plot = plots.lines([("it", weeks)])
    assert plot is not None
    assert [day for _, day in plot.days] == [weeks[n][0] for n in (0, 4, 8, 12, 16)]
    assert [column.day for column in plot.columns if column.named] == [weeks[n][0] for n in (0, 4, 8, 12, 16)]
    assert sum(column.width for column in plot.columns) == pytest.approx(plots.WIDTH - plots.LEFT - plots.RIGHT, abs=2)
    two = plots.lines([("it", weeks[:2])])
    assert two is not None
    assert [day for _, day in two.days] == [weeks[0][0], weeks[1][0]]


@pytest.mark.parametrize(
    ("most", "scale"),
    [(0, 10), (1, 10), (10, 10), (11, 20), (99, 100), (101, 120), (1000, 1000), (1001, 1200), (12345, 14000)],
)
def test_a_scale_ends_at_a_round_number(most: int, scale: int) -> None:
    assert plots.nice(most) == scale


def test_a_small_line_in_a_table() -> None:
    assert plots.spark([0, 10, 5]) == "M2.0 17.0 L40.0 3.0 L78.0 10.0"
    assert plots.spark([7, 7]) == "M2.0 17.0 L78.0 17.0"
    assert plots.spark([0, 10, 5], 20) == "M2.0 17.0 L40.0 10.0 L78.0 13.5", "on the scale of others"


def test_bars_are_as_wide_as_their_numbers() -> None:
    bars = plots.bars([("a", 30, "/a"), ("b", 10, None), ("c", 0, None)])
    assert [(bar.label, bar.number, bar.width, bar.href) for bar in bars] == [
        ("a", 30, 100.0, "/a"),
        ("b", 10, 33.3, None),
        ("c", 0, 0.0, None),
    ]
    assert [bar.width for bar in plots.bars([("a", 0, None), ("b", 0, None)])] == [0.0, 0.0]
    assert plots.bars([]) == []


def test_a_scale_may_reach_beyond_the_bars_and_a_hidden_group_has_none() -> None:
    bars = plots.bars([("a", 30, None), ("b", None, None)], most=120)
    assert [(bar.number, bar.width) for bar in bars] == [(30, 25.0), (None, 0.0)]


def test_two_numbers_of_a_month_stand_beside_each_other_on_one_scale() -> None:
    months = [(date(2026, 1, 1), 10, 20), (date(2026, 2, 1), 0, 5)]
    plot = plots.pairs(("came", "left"), months)
    assert plot is not None
    assert [(m.first, m.start, m.width, m.tops, m.numbers) for m in plot.months] == [
        (date(2026, 1, 1), 46.0, 362.0, (132.0, 34.0), (10, 20)),
        (date(2026, 2, 1), 408.0, 362.0, (230.0, 181.0), (0, 5)),
    ]
    assert plot.names == [("came", 230.0), ("left", 181.0)]
    assert plot.ticks == [(230.0, 0), (132.0, 10), (34.0, 20)]
    assert plot.sums == (10, 25)
    assert plots.pairs(("came", "left"), months[:1]) is plots.pairs(("came", "left"), []) is None


def test_coaches_are_dots_beside_the_limits() -> None:
    strip = plots.strip([0, 80, 80, 145], (80, 120))
    assert strip.limits == [(470.0, 80), (695.0, 120)]
    assert strip.dots == [(20.0, 88.0, 0), (470.0, 88.0, 80), (470.0, 75.0, 80), (835.6, 88.0, 145)]
    assert strip.ticks == [(20.0, 0), (245.0, 40), (470.0, 80), (695.0, 120), (920.0, 160)]
    assert [n for _, n in plots.strip([], (80, 120)).ticks] == list(range(0, 141, 20))


@given(st.lists(st.integers(0, 400), max_size=40))
def test_every_coach_has_a_dot_of_its_own(numbers: list[int]) -> None:
    strip = plots.strip(numbers, (80, 120))
    assert sorted(number for *_, number in strip.dots) == sorted(numbers)
    assert len({(x, y) for x, y, _ in strip.dots}) == len(numbers)


def test_a_city_mounts_its_own_theme(make_services: object, fresh_sqlite: str, tmp_path: Path) -> None:
    theme = tmp_path / "city.css"
    theme.write_text(":root { --basis-focus-outline-color: orange; }")
    services: Services = make_services(fresh_sqlite, WERKPAD_THEME=str(theme))  # type: ignore[operator]  # there is one
    town: Town = build_town(services)
    page = town.visit("coach").get("/caseload")
    ours, theirs = page.index('<link rel="stylesheet" href="/werkpad.css'), page.index('href="/theme.css">')
    assert ours < theirs, "of two sheets that say the same, the later counts"
    assert "orange" in town.visit().get("/theme.css")
    with pytest.raises(SettingsError, match="WERKPAD_THEME"):
        make_services(fresh_sqlite, WERKPAD_THEME=str(tmp_path / "none.css"))  # type: ignore[operator]  # there is one


def test_mail_needs_both_its_settings(make_services: object, fresh_sqlite: str) -> None:
    with pytest.raises(SettingsError, match="WERKPAD_MAIL_FROM"):
        make_services(fresh_sqlite, WERKPAD_SMTP_URL="smtp://mail.example")  # type: ignore[operator]  # there is one
    with pytest.raises(SettingsError, match="WERKPAD_SMTP_URL"):
        make_services(fresh_sqlite, WERKPAD_SMTP_URL="mail.example", WERKPAD_MAIL_FROM="a@b")  # type: ignore[operator]  # there is one
