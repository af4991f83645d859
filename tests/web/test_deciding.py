"""What signals come to: review meetings, definitions that forms and lists follow, norms, and what is new."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from html import unescape
from uuid import UUID, uuid4

import pytest

from domain.client import Channel, RecordContact
from eventlog.commands import CommandContext
from projections import caseload, data_gaps
from tests.conftest import NOW
from tests.stories import stored_rows
from tests.web.conftest import Town
from tests.web.test_meetings import confirm, plan_meeting, two_triaged
from tests.web.test_signals import step
from workers import build_weekly_lists, follow_definitions, rebuild
from workers.app import make_app

TODAY = NOW.date().isoformat()


def run(town: Town, *names: str) -> None:
    tasks = make_app(town.services.settings, lambda: town.services).tasks
    for name in names:
        tasks[name].apply()


@pytest.mark.parametrize(
    ("address", "form", "name"),
    [
        (
            "/norms/new",
            {
                "en": "Call.",
                "nl": "Bel.",
                "reason": "x",
                "pages": "caseload.caseload",
                "review_on": "2027-01-01",
                "norm_id": str(UUID(int=7)),
            },
            "reason",
        ),
        (
            "/whats-new/new",
            {"title_en": "x", "title_nl": "x", "text_en": "x", "text_nl": "x", "change_id": str(UUID(int=8))},
            "text_nl",
        ),
        ("/signals/settings/replies", {"name": "x", "en": "x", "nl": "x"}, "en"),
        (
            "/definitions/seen",
            {
                "label.en": "Seen",
                "label.nl": "Gezien",
                "definition.en": "x",
                "definition.nl": "x",
                "channels": "office",
                "valid_from": TODAY,
                "reason": "x",
                "what": "revise",
            },
            "definition.en",
        ),
    ],
)
def test_what_is_published_points_at_nobody_unseen(town: Town, address: str, form: dict[str, str], name: str) -> None:
    process, head = town.visit("process"), town.services.log.head()
    text = "As DEMO-000123 asked"
    page = process.post(address, **form | {name: text})
    shown = page.get_data(as_text=True)
    assert page.status_code == 400 and "<code>DEMO-000123</code>" in shown
    assert town.services.log.head() == head
    alert = shown.partition('role="alert"')[0].rpartition("<form")[2]
    brought = {n: unescape(v) for n, v in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', alert)}
    assert brought.items() >= (form | {name: text}).items()
    sent = process.client.post(address, data=brought | {"send": "without"})
    assert sent.status_code == 303, sent.get_data(as_text=True)
    stored = b"".join(bytes(p) for row in stored_rows(town.services) for p in row if isinstance(p, bytes))
    assert b"DEMO-000123" not in stored


def fields(town: Town, subject: str, **changed: str) -> dict[str, object]:
    """The form of a definition as the page gives it, with something otherwise."""
    page = town.visit("process").get(f"/definitions/{subject}").partition('id="revise"')[2]
    given: dict[str, object] = {
        name: unescape(value)
        for name, value in re.findall(r'<input [^>]*name="([\w.:]+)" type="(?:text|date)" value="([^"]*)"', page)
    }
    given |= {
        name: unescape(text).lstrip("\r\n")
        for name, text in re.findall(r'<textarea [^>]*name="([\w.:]+)"[^>]*>([^<]*)', page)
    }
    if subject == "seen":
        given["channels"] = re.findall(r'name="channels" type="checkbox" value="(\w+)"', page)
    return given | {"what": "revise", "reason": "asked often", "valid_from": TODAY, "signal": ""} | changed


def test_the_legend_forms_and_lists_follow_a_definition_from_its_first_day(town: Town) -> None:
    client_id = town.new_client("coach", "Anna de Vries", date(2026, 10, 25))
    process = town.visit("process")
    address = "/definitions/driving_licence"
    changed = {"definition.en": "Mopeds count.", "definition.nl": "Brommers tellen mee.", "days_allowed": "21"}
    sent = process.post(address, **fields(town, "driving_licence", **changed, valid_from="2026-11-20"))  # type: ignore[arg-type]  # the test gives what fits
    assert sent.status_code == 303, sent.get_data(as_text=True)
    assert "not yet in force" in process.get(address)
    coach = town.visit("coach")
    form = f"/clients/{client_id}/fields/driving_licence"
    assert "Mopeds count." not in coach.get(form) and "Mopeds count." not in coach.get("/caseload")
    run(town, follow_definitions.NAME, rebuild.NAME)
    assert due(town, client_id) == date(2026, 11, 22), "28 days"
    town.services.clock.now = datetime(2026, 11, 20, 8, tzinfo=UTC)  # type: ignore[attr-defined]  # the test looks inside
    coach = town.visit("coach")
    for page in (form, "/definitions", "/caseload"):
        assert "Mopeds count." in coach.get(page), page
    coach.post("/language", form="/caseload", language="nl", here="/caseload")
    assert "Brommers tellen mee." in coach.get(form)
    assert "being recounted" in town.visit("process").get(address)
    run(town, follow_definitions.NAME, rebuild.NAME)
    assert due(town, client_id) == date(2026, 11, 15), "21 days"
    assert "being recounted" not in town.visit("process").get(address)
    assert not any(f.rebuild_due for f in town.services.engine.freshness().values())
    assert town.services.engine.under_other_rules() == []
    town.services.clock.now = datetime(2026, 11, 20, 9, tzinfo=UTC)  # type: ignore[attr-defined]  # the test looks inside
    run(town, build_weekly_lists.NAME)
    assert "Mopeds count." in town.visit("improver").get("/definitions")
    history = town.visit("manager").get(address)
    assert "Version 2" in history and "asked often" in history and "28" in history and "21" in history
    assert 'name="what"' not in history, "a manager proposes by a signal"
    assert "definition revised" in town.visit("manager").get("/whats-new")


def due(town: Town, client_id: UUID) -> date:
    with town.services.database.read() as connection:
        found = data_gaps.of_client(connection, client_id)["driving_licence"].due_on
    assert isinstance(found, date)
    return found


def test_what_counts_as_seen_can_change_and_a_caseload_of_before_keeps_what_held_then(town: Town) -> None:
    client_id = town.new_client("coach", "Anna de Vries", date(2026, 6, 1))
    coach_id = town.accounts["coach"].account_id
    command = RecordContact(client_id=client_id, contact_id=uuid4(), held_on=date(2026, 11, 10), channel=Channel.EMAIL)
    town.services.clients.handle(command, CommandContext(NOW, coach_id), uuid4())
    town.services.engine.catch_up()
    assert last_seen(town, client_id) == date(2026, 11, 10)
    town.services.clock.now = datetime(2026, 11, 19, 8, tzinfo=UTC)  # type: ignore[attr-defined]  # the test looks inside
    given = fields(town, "seen", valid_from="2026-11-19")
    given["channels"] = ["office", "phone", "video", "home_visit", "walking_along"]
    sent = town.visit("process").post("/definitions/seen", **given)  # type: ignore[arg-type]  # the test gives what fits
    assert sent.status_code == 303, sent.get_data(as_text=True)
    run(town, follow_definitions.NAME, rebuild.NAME)
    assert last_seen(town, client_id) is None, "an e-mail is not a meeting any more"
    coach = town.visit("coach")
    assert "10 Nov 2026" in coach.get("/caseload/then?day=2026-11-18")
    assert "e-mail" not in coach.get("/caseload").partition('id="legend"')[2].partition("</dd>")[0]
    town.services.clients.handle(
        RecordContact(client_id=client_id, contact_id=uuid4(), held_on=date(2026, 11, 12), channel=Channel.LETTER),
        CommandContext(town.services.clock(), coach_id),
        uuid4(),
    )
    town.services.engine.catch_up()
    assert last_seen(town, client_id) is None, "what comes later is folded under the same rules"


def test_after_how_many_months_one_is_not_seen_can_change_and_its_name_everywhere_with_it(town: Town) -> None:
    client_id = town.new_client("coach", "Anna de Vries", date(2026, 10, 1))
    quiet = "/caseload?show=not_seen"
    assert str(client_id) not in town.visit("coach").get(quiet)
    changed = {"months": "1", "label.en": "Not seen for a month", "definition.en": "Not seen in one calendar month."}
    process = town.visit("process")
    assert process.post("/definitions/not_seen", **fields(town, "not_seen", **changed)).status_code == 303  # type: ignore[arg-type]  # the test gives what fits
    run(town, follow_definitions.NAME, rebuild.NAME)
    coach = town.visit("coach")
    page = coach.get(quiet)
    assert str(client_id) in page and "Not seen for a month" in page
    north = f"/teams/{town.teams['north'].team_id}"
    for visitor, address in ((coach, "/today"), (town.visit("manager"), north), (process, "/city")):
        shown = visitor.get(address)
        assert "3 months" not in shown, address
    assert "Not seen in one calendar month." in coach.get("/today")


def last_seen(town: Town, client_id: UUID) -> date | None:
    with town.services.database.read() as connection:
        row = caseload.client(connection, client_id)
    assert row is not None
    found: date | None = row.client.last_seen_on
    return found


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"valid_from": "2026-11-17", "days_allowed": "9"}, "figures that were already counted"),
        ({"valid_from": "", "days_allowed": "9"}, "Enter a day"),
        ({"days_allowed": "0"}, "whole number"),
        ({"days_allowed": "many"}, "whole number"),
        ({"days_allowed": "99999999999999"}, "whole number"),
        ({"definition.nl": " "}, "fill this in"),
        ({"label.en": "x" * 81}, "too long"),
        ({"reason": "", "days_allowed": "9"}, "fill this in"),
        ({"signal": "nonsense", "days_allowed": "9"}, "no such signal"),
        ({}, "Nothing was changed"),
        ({"meeting": str(uuid4()), "days_allowed": "9"}, "last 60 days"),
    ],
)
def test_a_definition_that_makes_no_sense_is_refused(town: Town, changed: dict[str, str], sentence: str) -> None:
    head = town.services.log.head()
    sent = town.visit("process").post("/definitions/driving_licence", **fields(town, "driving_licence", **changed))  # type: ignore[arg-type]  # the test gives what fits
    assert sent.status_code == 400 and sentence in sent.get_data(as_text=True)
    assert town.services.log.head() == head


def test_who_may_revise_and_withdraw(town: Town) -> None:
    given = fields(town, "cv", stale_after_months="9", valid_from="2026-12-01")
    for who in ("coach", "manager", "quality", "improver"):
        sent = town.visit(who).post("/definitions/cv", form="/signals/new", **given)  # type: ignore[arg-type]  # the test gives what fits
        assert sent.status_code == 400, who
    process = town.visit("process")
    assert process.post("/definitions/cv", **given).status_code == 303  # type: ignore[arg-type]  # the test gives what fits
    earlier = given | {"valid_from": "2026-11-25", "stale_after_months": "6", "command_id": str(uuid4())}
    assert "later revision" in process.post("/definitions/cv", **earlier).get_data(as_text=True)  # type: ignore[arg-type]  # the test gives what fits
    withdraw = {"what": "withdraw", "number": "2", "withdrawn_because": "too soon"}
    assert process.post("/definitions/cv", **withdraw).status_code == 303  # type: ignore[arg-type]  # the test gives what fits
    assert "withdrawn" in process.get("/definitions/cv")
    refused = process.post("/definitions/cv", **withdraw)  # type: ignore[arg-type]  # the test gives what fits
    assert refused.status_code == 400
    assert 'name="label.en" type="text" value="CV' in refused.get_data(as_text=True), "the other form as it was"
    process.get("/definitions/shoe_size", 404)


def test_a_meeting_revises_what_it_accepted(town: Town) -> None:
    first, second = two_triaged(town)
    improver = town.visit("improver")
    meeting = plan_meeting(town, improver)
    both = [str(town.accounts[name].account_id) for name in ("improver", "coach")]
    improver.post(
        f"/meetings/{meeting}/decisions",
        form=f"/meetings/{meeting}",
        present=both,
        item=[str(first), str(second)],
        **{f"decision-{first}": "accept", f"decision-{second}": "none"},
    )
    assert f"/definitions/driving_licence?signal={first}" not in improver.get(f"/meetings/{meeting}")
    confirm(town, meeting)
    assert f"/definitions/driving_licence?signal={first}" in improver.get(f"/meetings/{meeting}")
    given = fields(town, "driving_licence", **{"definition.en": "Mopeds count."}) | {"meeting": meeting}
    refused = improver.post("/definitions/driving_licence", **(given | {"signal": str(second)}))  # type: ignore[arg-type]  # the test gives what fits
    assert "did not accept" in refused.get_data(as_text=True)
    sent = improver.post("/definitions/driving_licence", **(given | {"signal": str(first)}))  # type: ignore[arg-type]  # the test gives what fits
    assert sent.status_code == 303, sent.get_data(as_text=True)
    assert "version 1 of the definition when logged, version 2 now" in town.visit("coach").get(f"/signals/{second}")
    page = town.visit("coach").get("/definitions/driving_licence")
    assert "decided in a meeting" in page and f"/signals/{first}" in page


NORM = {"en": "Call before you write.", "nl": "Bel voor je schrijft.", "reason": "People prefer it."}


def test_a_norm_stands_on_its_pages_until_it_is_withdrawn(town: Town) -> None:
    town.new_client("coach", "Anna de Vries")
    process, coach = town.visit("process"), town.visit("coach")
    form = {**NORM, "pages": ["caseload.caseload", "nonsense"], "review_on": "2027-01-01", "norm_id": str(uuid4())}
    for wrong in ({"en": ""}, {"pages": []}, {"review_on": TODAY}, {"review_on": "x"}, {"reason": " "}):
        assert process.post("/norms/new", **(form | wrong)).status_code == 400, wrong  # type: ignore[arg-type]  # the test gives what fits
    assert process.post("/norms/new", **form).status_code == 303  # type: ignore[arg-type]  # the test gives what fits
    assert "Call before you write." in coach.get("/caseload") and "Call before" not in coach.get("/today")
    assert "review on 1 Jan 2027" in coach.get("/norms") and "People prefer it." in coach.get("/whats-new")
    for held_on, told in (("2026-12-31", False), ("2027-01-04", True)):
        meeting = plan_meeting(town, process, held_on, "city")
        assert ("Norms due for review" in process.get(f"/meetings/{meeting}")) is told, held_on
    address = f"/norms/{form['norm_id']}"
    again = form | {"en": "Call first.", "command_id": str(uuid4())}
    assert process.post(address, **again).status_code == 303  # type: ignore[arg-type]  # the test gives what fits
    assert "Call first." in coach.get("/caseload") and "Call before" not in coach.get("/caseload")
    assert "Call before you write." in coach.get("/norms"), "what no longer holds"
    coach.get(address, 403)
    assert process.post(address, what="withdraw", withdrawn_because="done").status_code == 303
    assert "Call first." not in coach.get("/caseload")
    process.get(f"/norms/{uuid4()}", 404)
    assert town.visit("improver").post("/norms/new", **form).status_code == 400, "without a meeting"  # type: ignore[arg-type]  # the test gives what fits


def test_a_change_delivers_its_signals_or_nothing(town: Town) -> None:
    first, second = two_triaged(town)
    process = town.visit("process")
    for name in ("discuss", "accept"):
        step(process, first, name)
    texts = {"title_en": "Mopeds", "title_nl": "Brommers", "text_en": "They count.", "text_nl": "Ze tellen mee."}
    form = {**texts, "change_id": str(uuid4())}
    head = town.services.log.head()
    assert process.post("/whats-new/new", signal=[str(first), str(second)], **form).status_code == 400, "not accepted"
    assert process.post("/whats-new/new", signal=str(first), **(form | {"text_nl": ""})).status_code == 400
    assert town.services.log.head() == head
    command_id = str(uuid4())
    for _ in range(2):
        sent = process.post("/whats-new/new", signal=str(first), **form, command_id=command_id)
        assert sent.status_code == 303, "sent twice, told once"
    page = town.visit("coach").get("/whats-new")
    assert "They count." in page and f"/signals/{first}" in page
    assert town.services.signals.state(first).state.value == "delivered"  # type: ignore[union-attr]  # there is one
    assert "Did this help?" in town.visit("coach").get("/news")
    town.visit("coach").get("/whats-new/new", 403)
