"""How is this counted: beside every figure of the dashboards, and on a page of its own, as far as each may see."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest

from domain.client import CloseClient, ClosingReason, RegisterField
from domain.definition import ReviseDefinition
from domain.in_force import declared, parameters_of, texts_of
from eventlog.commands import CommandContext
from tests.web.conftest import Town


@pytest.fixture
def counted(town: Town) -> Town:
    """Two clients of the coach, one of them closed since last week."""
    gone = town.new_client("coach", "Anna Bakker")
    here = town.new_client("coach", "Bram Boer")
    town.services.clock.now += timedelta(days=8)  # type: ignore[attr-defined]  # the test looks inside
    today, coach = town.services.today, town.accounts["coach"].account_id
    known = RegisterField(client_id=here, field="driving_licence", value=["B"], known_on=today)
    closing = CloseClient(client_id=gone, reason=ClosingReason.JOB, closed_on=today)
    for command in (closing, known):
        town.services.clients.handle(command, CommandContext(town.services.clock(), coach), uuid4())
    town.services.engine.catch_up()
    return town


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.partition("<main")[2]))


def test_a_coach_reads_who_counts_who_does_not_and_why_it_changed(counted: Town) -> None:
    since = counted.services.today - timedelta(days=7)
    page = counted.visit("coach").get(f"/explain/open?since={since}")
    text = text_of(page)
    assert "1 client" in text
    assert re.search(r"file closed 1\b", text)
    assert re.search(r"Files closed, merged or erased .1", text)
    assert re.search(r"Together .1", text)
    assert 'href="/caseload"' in page


def test_who_leads_the_team_sees_the_same_and_others_the_number_alone(counted: Town) -> None:
    team = counted.teams["north"].team_id
    led = text_of(counted.visit("manager").get("/explain/open"))
    assert "Who is left out, and why" in led
    since = counted.services.today - timedelta(days=7)
    for who in ("process", "manager-south", "colleague"):
        seen = text_of(counted.visit(who).get(f"/explain/open?team={team}&since={since}"))
        assert "Who is left out, and why" not in seen, who
        assert "Together" not in seen, who
    assert "not shown" in text_of(counted.visit("process").get(f"/explain/open?team={team}"))


@pytest.mark.parametrize("figure", ["happiness", "listed:shoe_size", "open:x"], ids=["name", "field", "detail"])
def test_what_is_no_figure_is_not_there(town: Town, figure: str) -> None:
    assert town.visit("coach").client.get(f"/explain/{figure}").status_code == 404


@pytest.mark.parametrize("since", ["2020-01-01", "2999-01-01", "soon"], ids=["long_ago", "ahead", "no_day"])
def test_a_day_that_cannot_be_is_said_and_left_out(town: Town, since: str) -> None:
    answer = town.visit("coach").client.get(f"/explain/open?since={since}")
    assert answer.status_code == 200
    assert since in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("who", "address"),
    [("coach", "/today"), ("manager", "/team"), ("quality", "/quality"), ("process", "/city"), ("coach", "/caseload")],
    ids=["today", "team", "quality", "city", "caseload"],
)
def test_each_dashboard_leads_to_how_its_figures_are_counted(counted: Town, who: str, address: str) -> None:
    """Every link leads to a page, and nobody reads a code there."""
    visitor = counted.visit(who)
    page = visitor.client.get(address, follow_redirects=True).get_data(as_text=True)
    links = set(re.findall(r'href="(/explain/[^"]+)"', page))
    assert links
    # One of each kind: a page has a link for each field and track.
    for link in {re.sub(r":.*|\?.*", "", link): link for link in sorted(links)}.values():
        answer = visitor.client.get(link.replace("&amp;", "&"))
        assert answer.status_code == 200, link
        assert not re.search(
            r"\b[a-z]+_[a-z_]+\b", text_of(answer.get_data(as_text=True)).partition("werkpad explain")[0]
        )


def test_a_figure_says_since_when_it_is_counted_otherwise_and_leads_to_the_signal(counted: Town) -> None:
    signal = uuid4()
    command = ReviseDefinition(
        subject="not_seen",
        viewer=counted.accounts["process"].viewer,
        valid_from=counted.services.today,
        texts=texts_of("not_seen", declared()),
        parameters=parameters_of("not_seen", declared()) | {"months": 2},
        reason="So that it is read alike",
        signal=signal,
    )
    context = CommandContext(counted.services.clock(), counted.accounts["process"].account_id)
    counted.services.definitions.handle(command, context, uuid4())
    counted.services.engine.catch_up()
    page = counted.visit("manager").client.get("/team", follow_redirects=True).get_data(as_text=True)
    assert re.search(rf'href="/signals/{signal}">Definition changed on', page)
    explained = counted.visit("coach").get("/explain/not_seen")
    assert f'href="/signals/{signal}"' in explained
    assert "version 2" in text_of(explained)
    assert "Definition changed" not in counted.visit("coach").get("/explain/open")
