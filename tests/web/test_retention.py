"""The page of files past their term: what it asks for before it erases, and what it tells."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest

from domain.client import CloseClient, ClosingReason
from eventlog.commands import CommandContext
from tests.conftest import Clock
from tests.web.conftest import Town

PAGE = "/privacy/retention"


@pytest.fixture
def past(town: Town, clock: Clock) -> UUID:
    client_id = town.new_client("coach", "Anna Bakker")
    closing = CloseClient(client_id=client_id, reason=ClosingReason.PENSION, closed_on=date(2026, 6, 10))
    town.services.clients.handle(closing, CommandContext(clock()), uuid4())
    town.services.engine.catch_up()
    clock.now = datetime(2036, 7, 1, 10, tzinfo=UTC)
    return client_id


def test_files_are_erased_when_they_were_chosen_and_it_was_said_that_it_is_for_good(town: Town, past: UUID) -> None:
    officer = town.visit("privacy")
    shown = officer.get(PAGE)
    assert past.hex[:8] in shown and "10 Jun 2026" in shown and "Anna" not in shown
    for sent in ({"files": past}, {"sure": "yes"}, {"files": "nonsense", "sure": "yes"}):
        answer = officer.post(f"{PAGE}/erase", form=PAGE, **sent)
        assert answer.status_code == 400 and 'class="error"' in answer.get_data(as_text=True)
        assert town.services.log.erasures() == []
    assert officer.post(f"{PAGE}/erase", form=PAGE, files=past, sure="yes").status_code == 303
    assert [e.stream_id for e in town.services.log.erasures()] == [past]
    assert "No files are past their retention period." in officer.get(PAGE)


@pytest.mark.parametrize("years", ["", "ten", "0", "51", "9" * 40])
def test_what_is_no_term_is_told_beside_its_field(town: Town, years: str) -> None:
    officer = town.visit("privacy")
    answer = officer.post(f"{PAGE}/term", form=PAGE, years=years)
    assert answer.status_code == 400 and 'class="error"' in answer.get_data(as_text=True)


def test_a_term_that_was_set_is_shown(town: Town) -> None:
    officer = town.visit("privacy")
    assert officer.post(f"{PAGE}/term", form=PAGE, years="7").status_code == 303
    assert 'value="7"' in officer.get(PAGE)


@pytest.mark.parametrize("who", ["coach", "quality", "manager"])
def test_an_archived_file_is_on_no_page_but_its_own(town: Town, past: UUID, who: str) -> None:
    visitor = town.visit(who)
    addresses = [rule.rule for rule in town.app.url_map.iter_rules() if rule.methods and "GET" in rule.methods]
    addresses = [each for each in addresses if "<" not in each and not each.startswith(("/metrics", "/health"))]
    then = f"coach={town.accounts['coach'].account_id}&day=2026-06-09"
    for address in (*addresses, f"/caseload/then?{then}", "/caseload?q=Anna"):
        answer = visitor.client.get(address)
        assert answer.status_code < 500 and "Anna Bakker" not in answer.get_data(as_text=True), address
    assert "Anna Bakker" in visitor.get(f"/clients/{past}")
