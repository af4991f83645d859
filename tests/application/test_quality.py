"""The files that a team looks at together: drawn once a week, whatever becomes of the team meanwhile."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from application import quality
from application.looks import Look
from application.services import Services
from domain.client import ClosingReason
from domain.client.lifecycle import CloseClient
from eventlog.commands import CommandContext
from tests.application.asking import viewer
from tests.conftest import Clock
from tests.web.conftest import Town, build_town


@pytest.fixture
def town(services: Services) -> Town:
    town = build_town(services)
    for n in range(12):
        town.new_client("coach", f"Client {n}")
    return town


def drawn(town: Town) -> list[UUID]:
    look = Look(town.services, viewer(town, "quality"), "quality.quality")
    return [client.client_id for client in quality.quality(town.services, look, None).by_chance]


def test_what_was_drawn_stays_drawn_for_the_week_and_no_longer(town: Town, clock: Clock) -> None:
    first = drawn(town)
    assert len(set(first)) == quality.FILES
    for n in range(6):
        town.new_client("colleague", f"Newcomer {n}")
    look = Look(town.services, viewer(town, "quality"), "quality.quality")
    quality.review_file(town.services, look, first[0], "random", "in_order", None, uuid4())
    close = CloseClient(client_id=first[1], reason=ClosingReason.JOB, closed_on=town.services.today)
    town.services.clients.handle(close, CommandContext(clock(), None), uuid4())
    town.services.engine.catch_up()
    assert drawn(town) == first[2:], "without the one that was looked at and the one that is closed, and no other"
    clock.now += timedelta(days=4)
    assert drawn(town) == first[2:], "until Sunday"
    clock.now += timedelta(days=1)
    again = drawn(town)
    assert len(again) == quality.FILES and again != first and first[0] not in again
