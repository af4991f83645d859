"""The state of a field, whatever is said of it in whatever order and however much time passes, is what its definition
says: held to a second and plain way of finding it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from application.services import Services
from domain.catalogue import State
from domain.client import (
    ClientCommand,
    CorrectField,
    DeclareNotRelevant,
    RecordDeclined,
    RegisterField,
    WithdrawField,
)
from domain.gaps import Gap, on_list, state_on
from domain.refusal import Refused
from eventlog.commands import CommandContext
from projections import data_gaps
from tests.conftest import NOW, Clock
from tests.stories import COACH, INTAKE_ON, begin

# Of each field: after how many months it is out of date, whether that counts from the day that it is, and whether it is
# asked of everybody.
FIELDS = {
    "cv": (12, True, False),
    "physical_limitations": (24, False, False),
    "education_level": (None, False, True),
    "own_goal": (None, False, False),
}
VALUES: dict[str, object] = {
    "physical_limitations": ["none"],
    "education_level": "primary",
    "own_goal": "a job outside",
}
ACTIONS = ("register", "correct", "withdraw", "not_relevant", "declined")

happenings = st.lists(
    st.tuples(
        st.sampled_from(ACTIONS),
        st.integers(0, 200),  # days after what happened before
        st.integers(0, 400),  # days that it was known before, or until it is looked at again
    ),
    max_size=8,
)


@dataclass
class Plainly:
    """How a field stands, by its definition."""

    state: str = "unknown"
    until: date | None = None

    def on(self, day: date) -> str:
        if self.until is None or day < self.until:
            return self.state
        return "stale" if self.state == "known" else "unknown"

    def is_listed(self, day: date, *, asked: bool) -> bool:
        if self.state == "unknown":
            return asked and day > INTAKE_ON + timedelta(days=28)
        return self.until is not None and day >= self.until


def months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = (date(year + month // 11, (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month + 1, min(day.day, last))


def said(action: str, field: str, client_id: UUID, day: date, days: int) -> tuple[ClientCommand, Plainly]:
    """A command, and how the field stands once it was carried out."""
    known_on, about = max(INTAKE_ON, day - timedelta(days=days)), {"client_id": client_id, "field": field}
    months, by_its_day, _ = FIELDS[field]
    value = known_on.isoformat() if field == "cv" else VALUES[field]
    known = Plainly("known", months_later(known_on if by_its_day or months else day, months) if months else None)
    review_on = day + timedelta(days=days)
    match action:
        case "register":
            return RegisterField(**about, value=value, known_on=known_on), known
        case "correct":
            return CorrectField(**about, value=value, known_on=known_on, reason="mistyped"), known
        case "withdraw":
            return WithdrawField(**about, reason="of somebody else"), Plainly()
        case "not_relevant":
            return DeclareNotRelevant(**about, reason="never", review_on=review_on), Plainly(action, review_on)
    return RecordDeclined(**about, reason="not now", review_on=review_on), Plainly("declined", review_on)


def stands(services: Services, client_id: UUID, field: str, day: date) -> tuple[str, bool]:
    """The state of a field on a day, and whether it is on the list."""
    with services.database.read() as connection:
        row = data_gaps.of_client(connection, client_id).get(field)
        listed = (client_id, field) in data_gaps.listed_of(connection, day, [client_id])
    if row is None:
        return "unknown", listed
    gap = Gap(field, State(row.state), row.due_on, row.stale_on, row.review_on, (), row.since)
    assert on_list(gap, day) == listed
    return state_on(gap, day).value, listed


@pytest.mark.parametrize("examples", [15, pytest.param(300, marks=pytest.mark.slow)])
@pytest.mark.parametrize("field", FIELDS)
def test_a_field_stands_as_its_definition_says_in_any_order_of_what_is_said(
    sqlite_services: Services, clock: Clock, field: str, examples: int
) -> None:
    services = sqlite_services

    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
    @given(happenings)
    def in_any_order(found: list[tuple[str, int, int]]) -> None:
        clock.now = NOW
        client_id, plainly = begin(services, uuid4()), Plainly()
        for action, later, days in found:
            clock.now = later_by(clock.now, later)
            command, then = said(action, field, client_id, services.today, days)
            try:
                answer = services.clients.handle(command, CommandContext(clock.now, COACH), uuid4())
            except Refused:
                continue
            assert answer.events == 1
            plainly = then
        services.engine.catch_up()
        for days in (0, 1, 30, 366, 800):
            day = services.today + timedelta(days=days)
            state, listed = stands(services, client_id, field, day)
            assert state == plainly.on(day)
            assert listed == plainly.is_listed(day, asked=FIELDS[field][2])
            assert not (listed and state in ("known", "not_relevant", "declined"))

    in_any_order()


def later_by(moment: datetime, days: int) -> datetime:
    return moment + timedelta(days=days)
