"""Exemptions, clients taken over for a time and standing in, in a real browser: every page of them checked with axe, on
a phone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from playwright.sync_api import Browser

from application import leave
from domain.calendar import Week
from domain.client.exemptions import ApproveExemption, ReturnExemption
from eventlog.commands import CommandContext
from records import weekly_lists
from tests.conftest import Clock
from tests.web.at_work import draft_of, taken_over
from tests.web.conftest import Town
from tests.web.looking import problems
from tests.web.walking import visiting

LOOKS = [("en-GB", "light", 360), ("nl-NL", "dark", 360)]


@pytest.fixture
def client_id(town: Town, clock: Clock) -> UUID:
    clock.now = datetime(2026, 11, 16, 8, tzinfo=UTC)  # a Monday, nine o'clock in Amsterdam
    return town.new_client("coach", "Anna de Vries")


@pytest.mark.parametrize(("locale", "scheme", "width"), LOOKS)
def test_axe_finds_nothing_and_no_page_is_wider_than_the_screen(
    town: Town, client_id: UUID, clock: Clock, address: str, browser: Browser, locale: str, scheme: str, width: int
) -> None:
    services, quality = town.services, CommandContext(clock.now, town.accounts["quality"].account_id)
    returned, approved = town.new_client("coach", "Bob Bakker"), town.new_client("coach", "Cor Claes")
    draft_of(town, client_id)
    back = ReturnExemption(client_id=returned, exemption_id=draft_of(town, returned), words="Add the letter")
    services.clients.handle(back, quality, uuid4())
    done = ApproveExemption(client_id=approved, exemption_id=draft_of(town, approved, days=30))
    services.clients.handle(done, quality, uuid4())
    taken = taken_over(town)
    clock.now += timedelta(days=31)
    services.engine.catch_up()
    coach, colleague = (town.accounts[who].account_id for who in ("coach", "colleague"))
    leave.arrange_leave(services, town.accounts["manager"].viewer, coach, colleague, (services.today, services.today))
    weekly_lists.build(services.engine, Week.of(services.today), clock.now)
    found: list[str] = []
    paths = {
        "coach": (
            "/today?all=yes",
            "/caseload?show=exemption_ends",
            f"/clients/{client_id}/exemption",
            f"/clients/{returned}/exemption",
            f"/clients/{approved}",
            f"/clients/{approved}/shown-to-client",
            "/notifications",
        ),
        "quality": ("/quality", "/exemptions", f"/clients/{client_id}/exemption/read", "/notifications"),
        "colleague": ("/today", f"/weekly-list?coach={coach}"),
        "manager": ("/team", "/team/take-overs", f"/team/take-overs/{taken}", "/exemptions"),
    }
    for who, asked in paths.items():
        with visiting(town, browser, address, who, width=width, locale=locale, scheme=scheme) as page:
            for path in asked:
                answer = page.goto(address + path)
                assert answer is not None and answer.status == 200, path
                page.evaluate("document.querySelectorAll('main details').forEach(each => { each.open = true; })")
                found += [f"{path}: {each}" for each in problems(page)]
    assert found == []
