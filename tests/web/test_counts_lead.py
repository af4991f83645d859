"""Each count on Team, Quality and Today leads to what lies behind it, and as many are found there; or it stands in a
table of those that can't, with the reason."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html.parser import HTMLParser
from typing import NamedTuple
from uuid import uuid4

import pytest

from domain.calendar import Week
from domain.client import CloseClient, ClosingReason, ErasureReason, TakeIntake
from eventlog.commands import CommandContext
from projections import weekly_figures
from tests.conftest import Clock
from tests.stories import do
from tests.web.at_work import busy
from tests.web.conftest import Town, Visitor

DAY = date(2026, 6, 1)
BELOW = "all of them stand below it, or the way to all"
# By page and section, the counts that lead nowhere by themselves.
NO_WAY = {
    ("/team", "trend"): "how it was in earlier weeks: sums, of which no list of clients is kept",
    ("/team", "flow"): "how it was in earlier months: sums, of which no list of clients is kept",
    ("/team", "spread"): "the name beside it leads to the caseload of the coach",
    ("/team", "tracks"): "the track beside it leads to its clients",
    ("/team", "waiting"): BELOW,
    ("/team", "away"): BELOW,
    ("/team", "rebuilt"): "versions of read models",
    ("/team", "figures"): "a median of weeks: a number of nobody in particular",
    ("/quality", "trend"): "sums of weekly lists by week: a list belongs to its coach",
    ("/quality", "fields"): "lines of last Monday's lists: a list belongs to its coach",
    ("/quality", "misread"): "corrections: a definition is to be changed, not people",
    ("/today", "asked"): BELOW,
    ("/today", "undelivered"): BELOW,
    ("/today", "became"): BELOW,
    ("/today", "untold"): BELOW,
    ("/today", "returned"): BELOW,
    ("/today", "calls"): BELOW,
    ("/today", "tasks"): BELOW,
    ("/today", "deadlines"): BELOW,
    ("/today", "load"): "minutes noted with contacts, by week",
}


class Count(NamedTuple):
    """A number that a page tells: in which section, how many, and where it leads."""

    section: str
    number: int
    href: str | None


class Counts(HTMLParser):
    """The numbers of figures, of tables and beside headings."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[Count] = []
        self._open: list[tuple[str, dict[str, str]]] = []
        self._text, self._href = "", None
        self.feed(page)

    _href: str | None

    def _counting(self) -> bool:
        tags = [tag for tag, _ in self._open]
        classes = [given.get("class", "").split() for _, given in self._open]
        if any(set(each) & {"hint", "since", "tag"} for each in classes):
            return False
        in_cell = any(tag == "td" and "number" in each for tag, each in zip(tags, classes, strict=True))
        return in_cell or "dd" in tags or ("b" in tags and "h2" in tags)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("input", "br", "meta", "link", "hr", "img"):
            return
        given = {name: value or "" for name, value in attrs}
        self._open.append((tag, given))
        if tag == "a":
            self._href = given.get("href")

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass
        if tag == "a":
            self._href = None

    def handle_data(self, data: str) -> None:
        number = data.strip().replace(",", "")
        if number.isdigit() and self._counting():
            sections = [given["aria-labelledby"] for tag, given in self._open if tag == "section"]
            self.found.append(Count(sections[-1] if sections else "figures", int(number), self._href))


@pytest.fixture
def full(town: Town, clock: Clock) -> Town:
    """A town with clients about whom much is missing, one of nobody, a day of work, closed files, and one who was
    erased since."""
    do(town.services, TakeIntake(client_id=uuid4(), held_on=DAY, team=town.teams["north"].team_id, name="Nobody's"))
    busy(town, town.new_client("coach", "Anna de Vries"))
    for nth in range(6):
        client_id = town.new_client("coach", f"Client {nth}", town.services.today)
        clock.now += timedelta(days=20)
        if nth % 2:
            reason = ClosingReason.JOB if nth > 2 else ClosingReason.MOVED
            do(town.services, CloseClient(client_id=client_id, reason=reason, closed_on=town.services.today))
        if nth == 5:
            by = CommandContext(town.services.clock(), town.accounts["privacy"].account_id)
            town.services.erase(client_id, ErasureReason.CLIENT_REQUEST, by, uuid4())
    town.services.engine.catch_up()
    weekly_figures.build(town.services.engine, Week.of(town.services.today))
    return town


def behind(visitor: Visitor, href: str) -> int | None:
    """How many a page says that there are, None where it is about something else than clients."""
    page = visitor.get(href.replace("&amp;", "&"))
    if found := re.search(r'role="status">(\d[\d,]*) clients? found', page):
        return int(found[1].replace(",", ""))
    found = re.search(r'<h1>Closed files <span class="of">(\d[\d,]*)</span>', page)
    return int(found[1].replace(",", "")) if found else None


@pytest.mark.parametrize(("who", "page"), [("manager", "/team"), ("quality", "/quality"), ("coach", "/today")])
def test_each_count_leads_to_what_lies_behind_it(full: Town, who: str, page: str) -> None:
    visitor = full.visit(who)
    html = visitor.client.get(page, follow_redirects=True).get_data(as_text=True)
    counts = [count for count in Counts(html).found if count.number]
    assert len(counts) > 5
    nowhere = {count for count in counts if count.href is None and (page, count.section) not in NO_WAY}
    assert not nowhere, nowhere
    for count in counts:
        if count.href and "/definitions" not in count.href and (number := behind(visitor, count.href)) is not None:
            assert number == count.number, count


def test_what_is_missing_and_who_left_lead_to_clients(full: Town) -> None:
    """What an ordinary reader of the team's page asks next: who are these?"""
    visitor = full.visit("manager")
    html = visitor.client.get("/team", follow_redirects=True).get_data(as_text=True)
    by_section = {count.section: count for count in Counts(html).found if count.href}
    assert "f=" in str(by_section["gaps"].href) and "outcome=" in str(by_section["outflow"].href)
    reasons = re.findall(r"/caseload/closed\?outcome=(\w+)", html)
    assert set(reasons) == {"job", "moved"}
    page = visitor.get("/caseload/closed?outcome=job")
    assert "Client 3" in page and "Client 1" not in page
    assert "1 of them was erased since" in page and "Client 5" not in page


def test_closed_files_are_those_of_ones_own(full: Town) -> None:
    assert "Client 1" in full.visit("coach").get("/caseload/closed")
    for who in ("colleague", "stranger", "manager-south"):
        page = full.visit(who).get("/caseload/closed")
        assert "Client 1" not in page
        assert "No file was closed in the last 12 months." in page, who


def test_of_another_team_no_number_leads_to_clients(full: Town) -> None:
    html = full.visit("process").get(f"/teams/{full.teams['north'].team_id}")
    assert not re.search(r"/caseload(/closed)?\?", html)


def test_other_pages_would_be_noticed() -> None:
    page = '<section aria-labelledby="x"><h2>Odd <b>3</b></h2><td class="number"><a href="/y">4</a></td></section>'
    assert Counts(page).found == [Count("x", 3, None), Count("x", 4, "/y")]
