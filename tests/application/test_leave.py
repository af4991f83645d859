"""Leave is arranged and ended by the team's own manager alone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from application import leave
from application.services import Services
from tests.web.conftest import Town, build_town


@pytest.fixture
def town(sqlite_services: Services) -> Town:
    return build_town(sqlite_services)


def test_another_teams_leave_is_neither_seen_nor_ended(town: Town) -> None:
    services, own, other = town.services, town.accounts["manager"].viewer, town.accounts["manager-south"].viewer
    away, stand_in = (town.accounts[name].account_id for name in ("coach", "colleague"))
    days = (services.today, services.today + timedelta(days=6))
    leave.arrange_leave(services, own, away, stand_in, days)
    (arranged,) = leave.team_leave(services, own).leave
    assert not leave.team_leave(services, other).leave
    leave.end_leave(services, other, arranged.leave_id)
    assert len(leave.team_leave(services, own).leave) == 1
    leave.end_leave(services, own, arranged.leave_id)
    assert not leave.team_leave(services, own).leave
