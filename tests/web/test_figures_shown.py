"""What pages of figures keep to: bars and fields in the order of their labels in either language, unless the order is
that of a path; people by name; every plot told in words, and each of its numbers to the keyboard."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from itertools import pairwise

import pytest

from domain.calendar import Week
from domain.client import CloseClient, ClosingReason
from domain.names import by_surname, folded
from projections import weekly_figures
from tests.conftest import Clock
from tests.stories import do
from tests.web.at_work import target
from tests.web.conftest import Town, Visitor

# The order of the path that clients go.
OF_A_STATED_ORDER = {"Service tracks", "Trajecten"}
PAGES = [
    (who, page) for who in ("manager", "quality", "process", "manager-south") for page in ("/city", "/team", "/quality")
]


@pytest.fixture
def full(town: Town, clock: Clock) -> Town:
    """A town with some weeks of figures, and files that were begun and closed in them."""
    for nth in range(6):
        begun = town.services.today
        client_id = town.new_client("coach", f"Client {nth}", begun)
        clock.now += timedelta(days=20)
        if nth % 2:
            reason = ClosingReason.JOB if nth > 2 else ClosingReason.MOVED
            do(town.services, CloseClient(client_id=client_id, reason=reason, closed_on=town.services.today))
    town.services.engine.catch_up()
    weekly_figures.build(town.services.engine, Week.of(town.services.today))
    return town


def labels_of_bars(page: str) -> list[tuple[str, list[str]]]:
    """Each table of bars with its labels."""
    found = []
    for title, body in re.findall(r'<table class="bars"(?: aria-label="([^"]*)")?>(.*?)</table>', page, re.DOTALL):
        rows = re.findall(r'<th scope="row">(.*?)</th>', body, re.DOTALL)
        found.append((unescape(title), [unescape(re.sub(r"<[^>]*>", "", row)).strip() for row in rows]))
    return found


def looked_at(visitor: Visitor, page: str, language: str) -> str | None:
    visitor.client.set_cookie("werkpad_language", language)
    answer = visitor.client.get(page, follow_redirects=True)
    return answer.get_data(as_text=True) if answer.status_code == 200 else None


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize(("who", "page"), PAGES, ids=["-".join(each).replace("/", "") for each in PAGES])
def test_bars_stand_in_the_order_of_their_labels_and_plots_are_told(
    full: Town, who: str, page: str, language: str
) -> None:
    html = looked_at(full.visit(who), page, language)
    if html is None:
        return
    for title, labels in labels_of_bars(html):
        if title in OF_A_STATED_ORDER:
            continue
        order = by_surname if not title else folded
        assert labels == sorted(labels, key=order), (title, labels)  # type: ignore[arg-type]  # either gives an order
    for figure in re.findall(r'<figure class="plot">.*?</figure>', html, re.DOTALL):
        assert re.search(r"<figcaption><strong>[^<]+</strong>", figure), "a plot says above it what one sees"
        assert re.search(r"<title id=[^>]*>[^<]+</title><desc id=[^>]*>[^<]+</desc>", figure)
        stops = re.findall(r'<g class="at" tabindex="0" role="img" aria-label="([^"]*)"', figure)
        assert stops and all(re.search(r"\d", told) for told in stops), "the keyboard hears the numbers"


def test_the_own_team_sees_files_begun_and_closed_by_month(full: Town) -> None:
    html = full.visit("manager").get("/team")
    plot = next(figure for figure in re.findall(r"<figure.*?</figure>", html, re.DOTALL) if "flow-plot" in figure)
    told = re.findall(r'aria-label="([A-Z][a-z]+ \d{4}) · files begun (\d+) · files closed (\d+)"', plot)
    assert len(told) >= 2
    sums = [sum(int(numbers[nth]) for _month, *numbers in told) for nth in (0, 1)]
    assert f"{sums[0]} files begun and {sums[1]} closed in {len(told)} months" in plot
    assert re.search(r'<details class="behind">.*?<th scope="row">[A-Z]', plot, re.DOTALL), "the figures behind it"
    assert "flow-plot" not in full.visit("process").get(f"/teams/{full.teams['north'].team_id}"), "of one's own alone"


def test_the_city_tells_by_month_what_is_no_small_group(full: Town) -> None:
    """Six were begun and three left in all: of the few of a month nothing is told, to nobody."""
    for who in ("manager", "manager-south", "process"):
        html = full.visit(who).get("/city")
        plot = next(figure for figure in re.findall(r"<figure.*?</figure>", html, re.DOTALL) if "city-flow" in figure)
        told = re.findall(r'aria-label="[A-Z][a-z]+ \d{4} · files begun ([^·]*) · files closed ([^"]*)"', plot)
        assert len(told) >= 2
        numbers = {number.strip() for of_month in told for number in of_month}
        assert numbers <= {"not shown", "0"} and "not shown" in numbers, who
        assert "Files begun and files closed in" in plot, "no sum of what is hidden"


def test_the_target_is_grouped_as_numbers_are(full: Town) -> None:
    visitor = full.visit("process")
    sent = visitor.post("/year-plan", form="/year-plan", **target("1200", full.services.today.isoformat()))
    assert sent.status_code == 303
    assert "target 1,200" in visitor.get("/city")


def test_other_orders_would_be_noticed() -> None:
    """The sweep reads what is there, and pairs of labels are compared."""
    rows = '<tr><th scope="row"><a href="#b">B</a></th></tr><tr><th scope="row">A</th></tr>'
    page = f'<table class="bars" aria-label="Fields">{rows}</table>'
    ((title, labels),) = labels_of_bars(page)
    assert title == "Fields"
    assert any(folded(one) > folded(other) for one, other in pairwise(labels))
