"""Paths: counted by a second way, exact for the own team, hidden and rounded for others, drawn with a table beside."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from playwright.sync_api import Browser, expect

from application import paths as view
from application.looks import Look
from application.path_counts import share_at_most
from domain.catalogue import Track
from domain.client import (
    AgreePlanOfAction,
    Channel,
    ChooseServiceTrack,
    CloseClient,
    ClosingReason,
    Outcome,
    RecordContact,
)
from domain.roles import Viewer
from eventlog.commands import CommandContext
from tests.web.conftest import NOW, Town
from tests.web.looking import problems
from tests.web.walking import visiting
from web.path_graph import MOST_LINES, graph

BEGUN = date(2026, 6, 1)
LOOKS = [("en-GB", "light", 1440), ("en-GB", "light", 360), ("nl-NL", "dark", 360)]


def took(town: Town, coach: str, *steps: tuple[str, int]) -> UUID:
    """A client of a coach who took these steps, each so many days after the intake."""
    client_id = town.new_client(coach, "Invented Person", BEGUN)
    context = CommandContext(town.services.clock(), town.accounts[coach].account_id)
    for step, days in steps:
        on = BEGUN + timedelta(days=days)
        command = {
            "plan": AgreePlanOfAction(client_id=client_id, plan="Look for work", agreed_on=on),
            "track": ChooseServiceTrack(client_id=client_id, track=Track.DEVELOPMENT, chosen_on=on),
            "closed": CloseClient(client_id=client_id, reason=ClosingReason.JOB, closed_on=on),
            "contact": RecordContact(
                client_id=client_id,
                contact_id=uuid4(),
                held_on=on,
                channel=Channel.PHONE,
                outcome=Outcome.SPOKEN,
            ),
        }[step]
        town.services.clients.handle(command, context, uuid4())
    return client_id


@pytest.fixture
def peopled_town(town: Town) -> Town:
    """North: twelve with a plan after two weeks, of whom three left; two who only spoke. South: three with a plan."""
    for nth in range(12):
        last = (("closed", 100),) if nth < 3 else ()
        took(town, "coach", ("contact", 4), ("plan", 14 + nth), *last)
    for _ in range(2):
        took(town, "coach", ("contact", 7))
    for _ in range(3):
        took(town, "stranger", ("plan", 3))
    town.services.engine.catch_up()
    return town


def seen(town: Town, who: str, team: str | None, track: str | None = None) -> view.Paths:
    me: Viewer = town.accounts[who].viewer
    team_id = town.teams[team].team_id if team else None
    return view.paths(town.services, Look(town.services, me, "test"), team_id, track)


def test_the_own_team_is_told_exactly(peopled_town: Town) -> None:
    found = seen(peopled_town, "manager", "north")
    assert found.own
    assert found.clients == 14
    begun = ("intake", "assigned", "first_contact")
    assert {(v.steps, v.clients, v.share) for v in found.variants} == {
        ((*begun, "plan"), 9, 64),
        ((*begun, "plan", "closed_work"), 3, 21),
        (begun, 2, 14),
    }
    assert found.reached["plan"] == 12
    to_plan = next(row for row in found.between if (row.before, row.at) == ("first_contact", "plan"))
    # After 10 to 21 days from the first conversation.
    assert (to_plan.clients, to_plan.half, to_plan.most) == (12, 15, 20)
    closed = next(row for row in found.between if row.at == "closed_work")
    assert (closed.clients, closed.half) == (3, None), "days are told from five on"


def test_where_people_are_now_and_who_waits_longest_is_for_those_who_lead(peopled_town: Town) -> None:
    found = seen(peopled_town, "manager", "north")
    assert {row.at: row.clients for row in found.staying} == {"plan": 9, "first_contact": 2}
    assert found.longest[0].step == "first_contact"
    assert len(found.longest) == 11
    assert set(found.names) == {each.client_id for each in found.longest}
    for who in ("improver", "process", "manager-south"):
        other = seen(peopled_town, who, "north")
        assert (other.longest, other.names) == ([], {}), who


@pytest.mark.parametrize("who", ["process", "manager-south"])
def test_of_another_team_nothing_is_told_about_fewer_than_five(peopled_town: Town, who: str) -> None:
    found = seen(peopled_town, who, "north")
    assert not found.own
    numbers = [v.clients for v in found.variants] + [row.clients for row in (*found.between, *found.staying)]
    assert all(number >= 5 and number % 5 == 0 for number in numbers), numbers
    assert all(row.at != "closed_work" for row in found.between)
    days = [row.half for row in (*found.between, *found.staying)] + [row.most for row in found.between]
    assert all(number is None or number % 5 == 0 for number in days), days
    assert all(row.most is None for row in found.between), "fewer than five waited longer than nine of ten"


def test_of_a_small_team_the_others_see_no_path(peopled_town: Town) -> None:
    found = seen(peopled_town, "process", "south")
    assert (found.clients, found.variants, found.between, found.reached) == (None, [], [], {})


def test_a_track_is_counted_by_itself(peopled_town: Town) -> None:
    took(peopled_town, "coach", ("track", 30))
    peopled_town.services.engine.catch_up()
    assert seen(peopled_town, "manager", "north", "development").clients == 1
    assert seen(peopled_town, "manager", "north", "none").clients == 14


def test_every_path_is_counted_once_whatever_is_asked(peopled_town: Town) -> None:
    found = seen(peopled_town, "manager", "north")
    assert sum(v.clients for v in found.variants) == found.clients
    # A second way: the steps of each client, from the histories of the events themselves.
    followed: Counter[tuple[str, str]] = Counter()
    for variant in found.variants:
        for pair in zip(variant.steps, variant.steps[1:], strict=False):
            followed[pair] += variant.clients
    assert followed == {(row.before, row.at): row.clients for row in found.between}
    few = view.paths(
        peopled_town.services,
        Look(peopled_town.services, peopled_town.accounts["manager"].viewer, "test"),
        peopled_town.teams["north"].team_id,
        most=1,
    )
    assert (len(few.variants), few.left_out) == (1, (2, 5))


@pytest.mark.parametrize(
    ("percent", "expected"), [(50, 5), (90, 9), (1, 1), (100, 10)], ids=["half", "nine of ten", "first", "all"]
)
def test_days_within_which_so_many_went_on(percent: int, expected: int) -> None:
    assert share_at_most([10, 9, 8, 7, 6, 5, 4, 3, 2, 1], percent) == expected


def test_the_page_asks_by_team_track_and_intake(peopled_town: Town) -> None:
    visitor = peopled_town.visit("manager")
    page = visitor.get("/paths")
    assert "Paths of clients: Team north" in page
    assert "14 clients" in page
    south = visitor.get(f"/paths?team={peopled_town.teams['south'].team_id}")
    assert "not shown" in south
    assert "Invented Person" not in south
    assert "all teams" in visitor.get("/paths?team=all")
    assert visitor.get("/paths?track=nonsense&begun=never&team=1").count("There is no such choice here.") == 3
    assert visitor.get(f"/paths?team={uuid4()}", 404)
    many = visitor.get("/paths?begun=every&track=none")
    assert "14 clients" in many


def test_names_on_the_page_are_in_the_read_log(peopled_town: Town) -> None:
    page = peopled_town.visit("quality").get("/paths")
    shown = set(re.findall(r"/clients/([0-9a-f-]{36})", page))
    assert len(shown) == 11
    with peopled_town.services.database.read() as connection:
        rows = connection.exec_driver_sql("SELECT page, count(*) FROM read_log GROUP BY page").all()
    assert [tuple(row) for row in rows] == [("paths", 11)]


def test_the_drawing_has_the_most_frequent_lines_and_says_how_many_it_left_out() -> None:
    steps = [f"step {nth}" for nth in range(8)]
    between = [
        view.Waiting(a, b, 5 + nth, 1, 2) for nth, (a, b) in enumerate((a, b) for a in steps for b in steps if a != b)
    ]
    drawn = graph(steps, dict.fromkeys(steps, 40), between)
    assert drawn is not None
    assert len(drawn.lines) == MOST_LINES
    assert drawn.left_out == len(between) - MOST_LINES
    assert {line.back for line in drawn.lines} == {True, False}
    places = [(line.x, line.y) for line in drawn.lines]
    assert len(places) == len(set(places)), "no number is written over another"
    assert graph(steps, {}, between) is None


@pytest.mark.parametrize(("locale", "scheme", "width"), LOOKS, ids=["desk", "phone", "phone, Dutch, dark"])
def test_axe_finds_nothing_on_paths(
    peopled_town: Town, address: str, browser: Browser, locale: str, scheme: str, width: int
) -> None:
    with visiting(peopled_town, browser, address, "manager", width=width, locale=locale, scheme=scheme) as page:
        page.goto(f"{address}/paths")
        expect(page.locator(".path-graph")).to_be_visible()
        assert problems(page) == []


def test_today_is_the_day_that_waits_are_counted_to(peopled_town: Town) -> None:
    found = seen(peopled_town, "manager", "north")
    waiting = next(row for row in found.staying if row.at == "plan")
    days = sorted((NOW.date() - BEGUN).days - 14 - nth for nth in range(3, 12))
    assert waiting.half == days[4]
