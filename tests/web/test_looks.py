"""Whoever sees a client is in the read log: a sweep over every page, and each way of seeing somebody."""

from __future__ import annotations

import re
from datetime import date
from uuid import UUID, uuid4

import pytest
from werkzeug.routing import Rule

from application.looks import Seen
from domain.calendar import Week
from domain.client import DeclareNotRelevant, RecordDeclined
from eventlog.commands import CommandContext
from records import leave, read_log, weekly_lists
from records.read_log import LoggedLook
from tests.conftest import NOW
from tests.web.at_work import busy
from tests.web.conftest import Town
from web.words import WORDS

NAME = "Zebedeus Oudekerk"


def looks(town: Town, client_id: UUID) -> list[LoggedLook]:
    with town.services.database.read() as connection:
        return read_log.latest(connection, client_id=client_id)


def forget_looks(town: Town) -> None:
    with town.services.database.write() as connection:
        connection.execute(read_log.read_log.delete())


@pytest.fixture
def client_id(town: Town) -> UUID:
    """A client who is on as many pages as can be."""
    return town.new_client("coach", NAME, date(2026, 6, 1))


@pytest.fixture
def values(town: Town, client_id: UUID) -> dict[str, object]:
    """What stands in addresses."""
    offer_id, proposal_id, conversation_id = busy(town, client_id)
    services = town.services
    weekly_lists.build(services.engine, Week.of(services.today), services.clock())
    return {
        "client_id": client_id,
        "offer_id": offer_id,
        "proposal_id": proposal_id,
        "conversation_id": conversation_id,
        "field_key": "driving_licence",
        "team_id": town.teams["north"].team_id,
        "subject": "driving_licence",
    }


def path_of(rule: Rule, values: dict[str, object]) -> str | None:
    """A page's address, None where it needs an id that nothing here has."""
    if not rule.arguments <= values.keys():
        return None
    path = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(values[found[1]]), rule.rule)
    return f"{path}?day={NOW.date()}" if rule.endpoint == "caseload_then.then" else path


@pytest.mark.parametrize(
    ("who", "shown_on"),
    [
        (
            "coach",
            {
                "caseload",
                "caseload_people",
                "today",
                "client",
                "contact",
                "registration",
                "plan",
                "transfer",
                "match",
                "offers",
                "group_contact",
                "assign",
                "weekly_list",
                "caseload_then",
            },
        ),
        ("manager", {"caseload", "client", "assign", "transfer", "team", "offers"}),
        ("quality", {"caseload", "client", "registration", "quality", "offers"}),
        ("colleague", {"today", "transfer"}),
        ("stranger", set()),
        ("manager-south", set()),
        ("improver", set()),
        ("process", set()),
        ("privacy", {"privacy"}),
        ("admin", set()),
    ],
)
def test_no_page_shows_a_client_without_noting_it(
    town: Town, client_id: UUID, values: dict[str, object], who: str, shown_on: set[str]
) -> None:
    visitor, found = town.visit(who), set()
    for rule in town.app.url_map.iter_rules():
        path = path_of(rule, values)
        if path is None or "GET" not in (rule.methods or ()) or rule.endpoint in ("static", "log_in.log_out"):
            continue
        forget_looks(town)
        answer = visitor.client.get(path)
        if NAME in answer.get_data(as_text=True):
            page = rule.endpoint.partition(".")[0]
            noted = [(look.account_id, look.page) for look in looks(town, client_id)]
            assert noted == [(town.accounts[who].account_id, page)], path
            found.add(page)
    assert found >= shown_on
    assert bool(found) == bool(shown_on)


def test_each_page_view_is_one_look_that_says_how(town: Town, client_id: UUID) -> None:
    other, visitor = town.new_client("coach", "Yvonne Bakker"), town.visit("coach")
    forget_looks(town)
    for way in (
        lambda: visitor.get("/caseload"),
        lambda: visitor.post("/caseload/search", form="/caseload", name="zebedeus"),
        lambda: visitor.post("/caseload/export", form="/caseload", format="csv"),
        lambda: visitor.get(f"/clients/{client_id}"),
        lambda: town.visit("colleague").get(f"/clients/{client_id}", 404),
    ):
        way()
    found = [(look.page, set(look.clients), look.ways) for look in reversed(looks_at_all(town))]
    both = {client_id, other}
    # The forms were taken from the page with the list.
    assert [f for f in found if f != ("caseload", both, ["listed"])] == [
        ("caseload", {client_id}, ["found"]),
        ("caseload", both, ["exported"]),
        ("client", {client_id}, ["opened"]),
        ("client", {client_id}, ["refused"]),
    ]
    assert found[0] == ("caseload", both, ["listed"])


def looks_at_all(town: Town) -> list[LoggedLook]:
    with town.services.database.read() as connection:
        return read_log.latest(connection)


def test_the_privacy_officer_reads_how_somebody_was_seen_and_no_name(town: Town, client_id: UUID) -> None:
    town.new_client("coach", "Yvonne Bakker")
    town.visit("manager").get("/caseload")
    town.visit("stranger").get(f"/clients/{client_id}", 404)
    page = town.visit("privacy").get("/privacy")
    assert "2 clients" in page and "in a list" in page and "asked for, and refused" in page
    assert NAME not in page and "Yvonne" not in page


def test_every_way_and_every_page_has_words(town: Town) -> None:
    assert set(WORDS["seen"]) == set(Seen)
    with_clients = {
        rule.endpoint.partition(".")[0] for rule in town.app.url_map.iter_rules() if "client_id" in rule.arguments
    }
    assert with_clients - {"today"} <= set(WORDS["page_of_look"])


@pytest.mark.parametrize("command", [DeclareNotRelevant, RecordDeclined])
def test_the_reason_for_a_sensitive_field_is_for_the_own_coach_alone(
    town: Town, client_id: UUID, command: type[DeclareNotRelevant | RecordDeclined]
) -> None:
    reason, services = "has been through enough with doctors", town.services
    said = command(client_id=client_id, field="physical_limitations", reason=reason, review_on=date(2027, 1, 4))
    services.clients.handle(said, CommandContext(services.clock(), town.accounts["coach"].account_id), uuid4())
    services.engine.catch_up()
    coach, colleague = town.accounts["coach"], town.accounts["colleague"]
    assert coach.team_id is not None
    with services.database.write() as connection:
        leave.arrange(connection, coach.account_id, colleague.account_id, coach.team_id, *[services.today] * 3)
    assert reason in town.visit("coach").get(f"/clients/{client_id}")
    for who in ("quality", "manager", "colleague"):
        visitor = town.visit(who)
        page = visitor.get(f"/clients/{client_id}")
        assert "Physical limitations" in page and reason not in page
        assert reason not in visitor.get(f"/clients/{client_id}?only=registrations")
        answer = visitor.client.get(f"/clients/{client_id}/fields/physical_limitations")
        assert answer.status_code == 403 and reason not in answer.get_data(as_text=True)
