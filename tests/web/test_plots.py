"""Plots are scaled so that every number has its place, and nothing is drawn of nothing."""

from __future__ import annotations

from datetime import date, timedelta
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


def test_nothing_is_drawn_of_one_week_or_none() -> None:
    assert plots.lines([]) is plots.lines([("it", [(MONDAY, 3)])]) is None
    assert plots.spark([3]) is None


@given(st.lists(st.integers(0, 400), max_size=40))
def test_every_coach_has_a_dot_of_its_own(numbers: list[int]) -> None:
    strip = plots.strip(numbers, (80, 120))
    assert sorted(number for *_, number in strip.dots) == sorted(numbers)
    assert len({(x, y) for x, y, _ in strip.dots}) == len(numbers)


def test_a_city_mounts_its_own_theme(make_services: object, fresh_sqlite: str, tmp_path: Path) -> None:
    theme = tmp_path / "city.css"
    theme.write_text(":root { --werkpad-focus-color: orange; }")
    services: Services = make_services(fresh_sqlite, WERKPAD_THEME=str(theme))  # type: ignore[operator]  # there is one
    town: Town = build_town(services)
    assert '<link rel="stylesheet" href="/theme.css">' in town.visit("coach").get("/caseload")
    assert "orange" in town.visit().get("/theme.css")
    with pytest.raises(SettingsError, match="WERKPAD_THEME"):
        make_services(fresh_sqlite, WERKPAD_THEME=str(tmp_path / "none.css"))  # type: ignore[operator]  # there is one


def test_mail_needs_both_its_settings(make_services: object, fresh_sqlite: str) -> None:
    with pytest.raises(SettingsError, match="WERKPAD_MAIL_FROM"):
        make_services(fresh_sqlite, WERKPAD_SMTP_URL="smtp://mail.example")  # type: ignore[operator]  # there is one
    with pytest.raises(SettingsError, match="WERKPAD_SMTP_URL"):
        make_services(fresh_sqlite, WERKPAD_SMTP_URL="mail.example", WERKPAD_MAIL_FROM="a@b")  # type: ignore[operator]  # there is one
