"""A day is Amsterdam's, everywhere: just after midnight it is not the day before, as it still is in UTC."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Date, select

from application.services import Services
from domain.calendar import AMSTERDAM, Week, local_day
from domain.client import CloseClient, ClosingReason, DeclareNotRelevant, ErasureReason, PlanTask
from domain.offer import OfferKind, OpenOffer
from eventlog.commands import CommandContext
from projections import caseload
from projections.engine.readmodel import metadata
from projections.engine.verify import verify
from tests.conftest import Clock
from tests.feedback.test_signal_handler import log
from tests.stories import CLIENT, COACH, begin, contact, do

ROOT = Path(__file__).parents[1]
ROOMS = "database eventlog domain records feedback projections application workers web werkpad".split()  # noqa: SIM905 - reads best so
# The places where a time is made into a day, and what is right about each: in Amsterdam; a text without a zone.
RIGHT = {
    "domain/calendar.py": "moment.astimezone(AMSTERDAM).date()",
    "workers/imports/columns.py": "datetime.strptime(cell, self.date_format).date()",
}
# What makes a day of a time in SQL, by the zone of the session or in UTC.
IN_SQL = re.compile(
    r"::\s*date\b|\bAS\s+DATE\s*\)|date_trunc|func\.(date|current_date)\b|\bcast\([^)]*,\s*Date\b|CURRENT_DATE", re.I
)


def sources() -> Iterator[tuple[str, str]]:
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")


def days_made(source: str) -> Iterator[str]:
    """What makes a day of a time, or asks the machine for one in its own zone."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        called, on = node.func.attr, ast.unparse(node.func.value)
        bare = not node.args and not node.keywords
        if (
            (called == "date" and bare)
            or (called == "today" and on in ("date", "datetime", "datetime.date"))
            or called in ("utcnow", "utcfromtimestamp")
            or (called == "now" and on.endswith("datetime") and bare)
            or (called == "fromtimestamp" and len(node.args) + len(node.keywords) < 2)
        ):
            yield ast.unparse(node)


def test_no_source_makes_a_day_of_a_time_but_by_local_day() -> None:
    found = {
        name: made for name, source in sources() if (made := [d for d in days_made(source) if d != RIGHT.get(name)])
    }
    assert found == {}
    assert {name: line for name, source in sources() for line in source.splitlines() if IN_SQL.search(line)} == {}


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("row['recorded_at'].date()", 1),
        ("date.today()", 1),
        ("datetime.now()", 1),
        ("datetime.now(UTC)", 0),
        ("datetime.utcnow()", 1),
        ("local_day(row['recorded_at'])", 0),
        ("people.today()", 0),
    ],
)
def test_the_sweep_finds_what_it_looks_for(source: str, found: int) -> None:
    assert len(list(days_made(source))) == found


DAYS = (date(2026, 7, 15), date(2026, 12, 9))
MOMENTS = [datetime.combine(day, at, AMSTERDAM) for day in DAYS for at in (time(0, 30), time(23, 30))]


@pytest.mark.parametrize("now", MOMENTS, ids=lambda now: f"{now:%b %H:%M}")
def test_whatever_happens_is_of_the_day_in_amsterdam(services: Services, clock: Clock, now: datetime) -> None:
    clock.now = now.astimezone(UTC)
    today, wrong = now.date(), clock.now.date() if clock.now.date() != now.date() else now.date() + timedelta(days=1)
    assert services.today == today == local_day(clock.now)
    begin(services)
    other = begin(services, uuid4())
    context = CommandContext(clock.now, COACH)
    do(services, contact(today))
    review_on = today + timedelta(days=60)
    do(services, DeclareNotRelevant(client_id=CLIENT, field="cv", reason="No CV", review_on=review_on))
    do(services, PlanTask(client_id=CLIENT, task_id=uuid4(), what="Call", due_on=today))
    do(services, CloseClient(client_id=other, reason=next(iter(ClosingReason)), closed_on=today))
    services.offers.handle(
        OpenOffer(offer_id=uuid4(), kind=OfferKind.VACANCY, title="Driver", requirements=[]), context, uuid4()
    )
    log(services)
    services.engine.catch_up()
    assert wrong not in days_kept(services)
    assert today in days_kept(services)
    services.erase(CLIENT, ErasureReason.CLIENT_REQUEST, context, uuid4())
    with services.database.read() as connection:
        row = caseload.client(connection, CLIENT)
    assert row is not None and row.client.closed_on == today
    assert wrong not in days_kept(services)
    assert list(verify(services.engine)) == []


def days_kept(services: Services) -> set[date]:
    """Every day in every column of days of the read models."""
    found: set[date] = set()
    with services.database.read() as connection:
        for table in metadata.tables.values():
            for column in (c for c in table.columns if isinstance(c.type, Date)):
                found |= {day for day in connection.scalars(select(column)) if day is not None}
    return found


@pytest.mark.parametrize("day", [date(2026, 7, 13), date(2026, 12, 7)])
def test_a_week_begins_on_monday_in_amsterdam(day: date) -> None:
    assert day.weekday() == 0
    for at, begun in ((time(0, 30), False), (time(5, 59), False), (time(6, 0), True), (time(23, 30), True)):
        now = datetime.combine(day, at, AMSTERDAM).astimezone(UTC)
        assert Week.latest(now).monday == (day if begun else day - timedelta(weeks=1))
        assert Week.of(local_day(now)).monday == day
