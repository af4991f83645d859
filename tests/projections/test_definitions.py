"""Which revision of a definition held on a day, and which was known to hold by a moment."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from projections.definitions import Revision, in_force, number_on

MONDAY = date(2026, 6, 8)
SIX = datetime(2026, 6, 8, 4, tzinfo=UTC)  # 06:00 in Amsterdam
SECOND = timedelta(seconds=1)


def revision(
    number: int,
    valid_from: date,
    *,
    months: int = 2,
    revised_at: datetime = SIX - timedelta(days=30),
    withdrawn_at: datetime | None = None,
    subject: str = "not_seen",
) -> Revision:
    return Revision(
        subject,
        number,
        valid_from,
        {},
        {"months": months},
        "a reason",
        None,
        None,
        revised_at,
        None,
        withdrawn_at,
        "another reason" if withdrawn_at else None,
    )


def months(found: list[Revision], day: date = MONDAY, known_by: datetime | None = None) -> int:
    return in_force(found, day, known_by).rules.not_seen_months


def test_what_was_declared_holds_until_the_first_day_of_a_revision() -> None:
    found = [revision(2, MONDAY)]
    assert (months(found, MONDAY - timedelta(days=1)), months(found)) == (3, 2)
    assert (number_on(found, MONDAY - timedelta(days=1)), number_on(found, MONDAY)) == (1, 2)


def test_of_several_the_last_that_has_begun_holds() -> None:
    found = [revision(2, MONDAY - timedelta(days=9)), revision(3, MONDAY, months=5), revision(4, date.max, months=7)]
    assert (months(found), number_on(found, MONDAY)) == (5, 3)


def test_each_subject_has_its_own() -> None:
    cv = revision(2, MONDAY, subject="cv")
    assert months([cv]) == 3
    assert months([revision(2, MONDAY - timedelta(days=9)), cv]) == 2


@pytest.mark.parametrize(("withdrawn_at", "held"), [(SIX - SECOND, 3), (SIX, 2), (SIX + timedelta(days=9), 2)])
def test_one_that_was_withdrawn_later_still_holds_for_what_was_known_earlier(withdrawn_at: datetime, held: int) -> None:
    found = [revision(2, MONDAY, withdrawn_at=withdrawn_at)]
    assert months(found, known_by=SIX) == held
    assert number_on(found, MONDAY, SIX) == {2: 2, 3: 1}[held]
    assert (months(found), number_on(found, MONDAY)) == (3, 1), "today it is as if it had never been"


@pytest.mark.parametrize(("revised_at", "held"), [(SIX - SECOND, 2), (SIX, 3), (SIX + timedelta(days=1), 3)])
def test_one_that_was_recorded_later_was_not_known_yet(revised_at: datetime, held: int) -> None:
    found = [revision(2, MONDAY, revised_at=revised_at)]
    assert months(found, known_by=SIX) == held
    assert number_on(found, MONDAY, SIX) == {2: 2, 3: 1}[held]
    assert months(found) == 2
