"""What is new, and what a team meeting looks at, say each thing in both languages, each in its own."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from application import changelog, meeting_pack
from feedback.changelog import Delivered

CHANGE = Delivered(
    change_id=UUID(int=1),
    title_en="Mopeds count",
    title_nl="Brommers tellen mee",
    text_en="A moped licence is a licence.",
    text_nl="Een bromfietsrijbewijs is een rijbewijs.",
    delivered_on=date(2026, 2, 28),
    recorded_at=datetime(2026, 3, 1, 9, tzinfo=UTC),
    signals=["7"],
)
TITLES = {"en": "Mopeds count", "nl": "Brommers tellen mee"}
TEXTS = {"en": "A moped licence is a licence.", "nl": "Een bromfietsrijbewijs is een rijbewijs."}


def test_a_change_is_new_on_the_day_of_its_delivery_in_both_languages() -> None:
    entry = changelog._change(CHANGE)
    assert (entry.titles, entry.texts, list(entry.signals)) == (TITLES, TEXTS, ["7"])
    assert (entry.at, entry.on) == (CHANGE.recorded_at, CHANGE.delivered_on)


def test_a_team_meeting_looks_at_a_change_in_the_month_of_its_delivery_in_both_languages() -> None:
    days, item = meeting_pack._of_change(CHANGE)
    assert days == [date(2026, 2, 28)]
    assert (item.titles, item.texts) == (TITLES, TEXTS)


@pytest.mark.parametrize("day", [date(2026, 2, 1), date(2026, 2, 2), date(2026, 2, 28)], ids=str)
def test_a_month_is_its_first_day(day: date) -> None:
    assert meeting_pack._month(day) == date(2026, 2, 1)
