"""The roadmap: signals by month and state with their support, for everybody, and what each of them changed."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

import pytest
from playwright.sync_api import Browser, expect

from application import roadmap as view
from eventlog.commands import CommandContext
from feedback.signal import Kind, LogSignal, MoveSignal, SupportSignal
from tests.web.at_work import voices
from tests.web.conftest import Town
from tests.web.looking import problems
from tests.web.test_navigation import PLACES
from tests.web.walking import visiting

LOOKS = [("en-GB", "light", 1440), ("nl-NL", "dark", 360)]


def signal(town: Town, seen: str, *steps: str, on: date | None = None, support: int = 0) -> UUID:
    """A signal that the process manager brought so far."""
    signal_id, process = uuid4(), town.accounts["process"].viewer
    reporter = town.accounts["coach"].viewer
    log = LogSignal(signal_id=signal_id, viewer=reporter, kind=Kind.IDEA, page="team.one", seen=seen)
    town.services.signals.handle(log, CommandContext(town.services.clock(), reporter.account_id), uuid4())
    backing = [
        SupportSignal(signal_id=signal_id, viewer=town.accounts[who].viewer)
        for who in ("colleague", "stranger", "quality")[:support]
    ]
    moves = [MoveSignal(signal_id=signal_id, viewer=process, transition=s, reason="So it is", on=on) for s in steps]
    for command in (*backing, *moves):
        context = CommandContext(town.services.clock(), command.viewer.account_id)
        town.services.signal_handler.handle(command, context, uuid4())
    town.services.engine.catch_up()
    return signal_id


ACCEPTED = ("triage", "discuss", "accept")


def test_what_is_planned_stands_by_month_those_with_most_support_first(town: Town) -> None:
    later = signal(town, "Later", *ACCEPTED, "plan", on=date(2027, 2, 3))
    few = signal(town, "Few", *ACCEPTED, "plan", on=date(2026, 12, 3), support=1)
    many = signal(town, "Many", *ACCEPTED, "plan", on=date(2026, 12, 20), support=3)
    signal(town, "Accepted so far", *ACCEPTED)
    signal(town, "Being discussed", "triage", "discuss")
    signal(town, "Only logged")
    found = view.roadmap(town.services, town.accounts["coach"].viewer)
    assert [(month, [s.signal_id for s in rows]) for month, rows in found.planned] == [
        (date(2026, 12, 1), [many, few]),
        (date(2027, 2, 1), [later]),
    ]
    assert [s.seen for s in found.accepted] == ["Accepted so far"]
    assert [s.seen for s in found.discussed] == ["Being discussed"]
    page = town.visit("coach").get("/roadmap")
    assert page.index("Dec 2026") < page.index("Many") < page.index("Few") < page.index("Feb 2027")
    assert "3 supporters" in page
    assert "Only logged" not in page


def test_what_was_delivered_leads_to_what_it_changed(town: Town) -> None:
    _first, delivered, *_meetings = voices(town)
    page = town.visit("manager").get("/roadmap").partition('id="delivered"')[2]
    assert f'id="signal-{delivered}"' in page
    assert "#driving_licence" in page
    assert "delivered on" in page


@pytest.mark.parametrize("who", PLACES)
def test_everybody_who_is_logged_in_reads_it_and_nobody_reads_who_logged(town: Town, who: str) -> None:
    signal(town, "Mopeds are not counted", *ACCEPTED, "plan", on=date(2026, 12, 3))
    page = town.visit(who).get("/roadmap").partition("<main")[2]
    assert "Mopeds are not counted" in page
    assert "Coach Invented" not in page.partition('<section aria-labelledby="planned">')[2]
    assert ("/signals/" in page.partition("<footer")[0]) == (who not in ("privacy", "admin"))


@pytest.mark.parametrize(("locale", "scheme", "width"), LOOKS, ids=["desk", "phone, Dutch, dark"])
def test_axe_finds_nothing_on_the_roadmap(
    town: Town, address: str, browser: Browser, locale: str, scheme: str, width: int
) -> None:
    voices(town)
    signal(town, "Mopeds are not counted", *ACCEPTED, "plan", on=date(2026, 12, 3))
    with visiting(town, browser, address, "coach", width=width, locale=locale, scheme=scheme) as page:
        page.goto(f"{address}/roadmap")
        expect(page.locator(".cards").first).to_be_visible()
        assert problems(page) == []
