"""The figures for Prometheus: what they count, who reads them, and that alarms and runbooks go with them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from application.services import Services
from domain.client import AssignClient, Channel, CloseClient, RecordContact
from domain.refusal import Refused
from eventlog.commands import CommandContext, Step
from eventlog.handler import handle_together
from records import heartbeats, mail_server, outbox
from tests.conftest import NOW, Clock, environment
from tests.web.conftest import Town, build_town
from web.app import create_app
from werkpad import metrics
from werkpad.settings import Settings, SettingsError
from werkpad.wiring import build
from workers import build_weekly_lists, project
from workers.app import make_app

TOKEN = "a token of the tests, of no use to anybody"
DOCS = Path(__file__).parents[2] / "docs"
Scrape = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def parsed(text: str) -> Scrape:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def scrape(town: Town) -> Scrape:
    return parsed(town.visit().get("/metrics"))


def figure(found: Scrape, name: str, **labels: str) -> float:
    return found.get((name, tuple(sorted(labels.items()))), 0.0)


@pytest.fixture
def counted(fresh_sqlite: str, clock: Clock) -> Iterator[Town]:
    """A town whose commands are counted."""
    settings = Settings.from_environment(environment(fresh_sqlite, WERKPAD_METRICS_TOKEN=TOKEN))
    services = build(settings, clock=clock, observe=metrics.count_command)
    services.create()
    yield build_town(services)
    services.close()


def test_commands_are_counted_by_what_became_of_them(counted: Town) -> None:
    services, coach = counted.services, counted.accounts["coach"]
    client_id = counted.new_client("coach", "Anna de Vries")
    context, command_id, contact_id = CommandContext(NOW, coach.account_id), uuid4(), uuid4()
    before = scrape(counted)

    def record(command_id: Any, days: int = 0) -> None:
        day = services.today + timedelta(days=days)
        contact = RecordContact(client_id=client_id, contact_id=contact_id, held_on=day, channel=Channel.PHONE)
        services.clients.handle(contact, context, command_id)

    record(command_id)
    record(command_id)
    with pytest.raises(Refused):
        record(uuid4(), days=900)
    after = scrape(counted)

    def more(outcome: str, command: str = "RecordContact") -> float:
        name = "werkpad_commands_total"
        return figure(after, name, command=command, outcome=outcome) - figure(
            before, name, command=command, outcome=outcome
        )

    assert (more("accepted"), more("repeated"), more("refused"), more("failed")) == (1, 1, 1, 0)
    took = "werkpad_command_seconds_count"
    assert figure(after, took, command="RecordContact") - figure(before, took, command="RecordContact") == 3
    assert figure(after, "werkpad_log_position") == services.log.head()


def test_batches_and_what_goes_together_are_counted_command_by_command(counted: Town) -> None:
    told: list[tuple[str, str]] = []
    services = counted.services
    services.clients.observe = lambda name, outcome, _seconds: told.append((name, outcome))
    client_id = counted.new_client("coach", "Anna de Vries")
    assert told == [("TakeIntake", "accepted"), ("AssignClient", "accepted")]
    told.clear()
    close = CloseClient(client_id=client_id, closed_on=services.today, reason="job")
    step = Step(close, CommandContext(services.clock()), uuid4())
    for _ in range(2):
        handle_together(services.log, [(services.clients, [step])], lambda _attempt: None)
    assert told == [("CloseClient", "accepted"), ("CloseClient", "repeated")]
    told.clear()
    coach = counted.accounts["coach"]
    assign = AssignClient(client_id=client_id, team=coach.team_id or uuid4(), coach=uuid4(), assigned_on=services.today)
    with pytest.raises(Refused):
        services.clients.decide([Step(assign, CommandContext(services.clock()), uuid4())])
    assert told == [("AssignClient", "refused")]


def test_requests_are_counted_by_endpoint_and_never_by_path(counted: Town) -> None:
    client_id = counted.new_client("coach", "Anna de Vries")
    before = scrape(counted)
    visitor = counted.visit("coach")
    visitor.get(f"/clients/{client_id}")
    visitor.get("/there/is/no/such/page", 404)
    visitor.client.open("/caseload", method="BREW")
    text = counted.visit().get("/metrics")
    after = parsed(text)

    def more(**labels: str) -> float:
        name = "werkpad_http_requests_total"
        return figure(after, name, **labels) - figure(before, name, **labels)

    assert more(endpoint="client.client", method="GET", status="2xx") == 1
    assert more(endpoint="none", method="GET", status="4xx") == 1
    assert more(endpoint="none", method="other", status="4xx") == 1
    assert str(client_id) not in text and "no/such" not in text and "BREW" not in text and "Anna" not in text
    assert figure(after, "werkpad_http_requests_in_work") == 1, "the one that asks"


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}, 403),
        ("127.0.0.1", {"Forwarded": "for=10.0.0.1"}, 403),
        ("127.0.0.1", {"X-Forwarded-For": "10.0.0.1", "Authorization": f"Bearer {TOKEN}"}, 200),
        ("10.0.0.1", {}, 403),
        ("", {}, 403),
        ("10.0.0.1", {"Authorization": f"Bearer {TOKEN}"}, 200),
        ("10.0.0.1", {"Authorization": f"Bearer {TOKEN[:-1]}"}, 403),
        ("10.0.0.1", {"Authorization": "Bearer "}, 403),
        ("10.0.0.1", {"Authorization": TOKEN}, 403),
    ],
)
def test_figures_are_for_this_machine_and_for_who_has_the_token(
    counted: Town, address: str, headers: dict[str, str], status: int
) -> None:
    client = counted.app.test_client()
    answer = client.get("/metrics", environ_base={"REMOTE_ADDR": address}, headers=headers)
    assert answer.status_code == status
    assert ("werkpad_info" in answer.get_data(as_text=True)) == (status == 200)
    if status == 403:
        assert "WERKPAD_METRICS_TOKEN" in answer.get_data(as_text=True)


def test_without_a_token_nobody_elsewhere_reads_them(town: Town) -> None:
    for told in ("Bearer ", "Bearer", "Bearer None"):
        answer = town.app.test_client().get(
            "/metrics", environ_base={"REMOTE_ADDR": "10.0.0.1"}, headers={"Authorization": told}
        )
        assert answer.status_code == 403


def test_a_token_may_come_as_a_file_and_is_long_enough(fresh_sqlite: str, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(TOKEN + "\n")
    given = environment(fresh_sqlite, WERKPAD_METRICS_TOKEN_FILE=str(tmp_path / "token"))
    settings = Settings.from_environment(given)
    assert settings.metrics_token == TOKEN and TOKEN not in repr(settings)
    with pytest.raises(SettingsError, match="WERKPAD_METRICS_TOKEN needs at least 32 characters"):
        Settings.from_environment(environment(fresh_sqlite, WERKPAD_METRICS_TOKEN="short"))


def test_what_is_late_stopped_waiting_and_missing_is_told(services: Services) -> None:
    town = build_town(services, nudge=lambda: None)
    town.new_client("coach", "Anna de Vries")
    contact = RecordContact(
        client_id=town.new_client("coach", "Bram"), contact_id=uuid4(), held_on=NOW.date(), channel=Channel.PHONE
    )
    services.clients.handle(contact, CommandContext(services.clock() - timedelta(seconds=90)), uuid4())
    with services.database.write() as connection:
        heartbeats.beat(connection, uuid4(), heartbeats.WEB, "1", None)
        outbox.put(connection, uuid4(), "weekly_list", uuid4(), services.clock())
        mail_server.went_away(connection, services.clock(), mail_server.UNREACHABLE)
        connection.exec_driver_sql("UPDATE projection_positions SET stopped_at = 5 WHERE projection = 'caseload'")
        connection.exec_driver_sql("UPDATE projection_positions SET version = 0 WHERE projection = 'contacts'")
    found = scrape(town)
    assert figure(found, "werkpad_up_database") == figure(found, "werkpad_ready") == 1
    assert figure(found, "werkpad_read_model_lag_events", read_model="timeline") == 1
    assert figure(found, "werkpad_read_model_lag_seconds", read_model="timeline") == 90
    stopped = {dict(labels)["read_model"] for (name, labels), on in found.items() if on and name.endswith("_stopped")}
    due = {dict(labels)["read_model"] for (name, labels), on in found.items() if on and name.endswith("rebuild_due")}
    assert (stopped, due) == ({"caseload"}, {"contacts"})
    assert figure(found, "werkpad_mail", state="waiting") == figure(found, "werkpad_mail_server_away") == 1
    assert figure(found, "werkpad_mail", state="failed") == 0
    assert figure(found, "werkpad_processes_at_work", process="web") == 1
    assert figure(found, "werkpad_processes_at_work", process="worker") == 0
    assert figure(found, "werkpad_heartbeat_age_seconds", process="web") < 60
    assert not any(name in ("werkpad_queue_messages", "werkpad_up_broker") for name, _ in found), "there is no broker"
    services.engine.catch_up()
    assert figure(scrape(town), "werkpad_read_model_lag_seconds", read_model="timeline") == 0


def test_runs_of_tasks_are_counted_by_outcome(services: Services) -> None:
    town = build_town(services, nudge=lambda: None)
    town.new_client("coach", "Anna de Vries")
    tasks = make_app(services.settings, lambda: services).tasks
    tasks[build_weekly_lists.NAME].apply()
    # A second app is as good as a second process: each writes its first run at once.
    for _ in range(2):
        make_app(services.settings, lambda: services).tasks[project.NAME].apply()
    broken = make_app(services.settings, lambda: broken_services()).tasks
    with pytest.raises(ZeroDivisionError):
        broken[project.NAME].apply()
    found = scrape(town)
    assert figure(found, "werkpad_task_runs_total", task="build_weekly_lists", outcome="done") == 1
    assert figure(found, "werkpad_task_runs_total", task="project", outcome="nothing") == 2
    assert figure(found, "werkpad_task_seconds_total", task="build_weekly_lists", outcome="done") > 0
    assert figure(found, "werkpad_task_last_run_timestamp_seconds", task="project", outcome="nothing") > 1.7e9


def broken_services() -> Services:
    raise ZeroDivisionError


def test_each_alarm_is_about_a_figure_that_there_is_and_has_a_runbook(
    counted: Town, make_services: Callable[..., Services], tmp_path: Path
) -> None:
    counted.new_client("coach", "Anna de Vries")
    services = counted.services
    with services.database.write() as connection:
        for kind in heartbeats.KINDS:
            heartbeats.beat(connection, uuid4(), kind, "1", None)
    make_app(services.settings, lambda: services).tasks[project.NAME].apply()
    app = create_app(services, lambda: None, lambda: {"werkpad": 0, "mail": 0})
    there = {name for name, _ in parsed(app.test_client().get("/metrics").get_data(as_text=True))}
    rules = yaml.safe_load((DOCS / "alarms.yml").read_text())["groups"][0]["rules"]
    operating = (DOCS / "operating.md").read_text()
    runbooks = operating.partition("## Runbooks")[2].partition("\n## ")[0]
    anchors = {title.lower().replace(" ", "-") for title in re.findall(r"^### (.+)$", runbooks, re.MULTILINE)}
    led_to = set()
    for rule in rules:
        asked = set(re.findall(r"werkpad_\w+", rule["expr"]))
        assert asked <= there, rule["alert"]
        assert asked or "up{" in rule["expr"]
        assert rule["labels"]["severity"] in ("page", "ticket") and rule["annotations"]["summary"]
        file, _, anchor = rule["annotations"]["runbook"].partition("#")
        assert (DOCS.parent / file).is_file() and anchor in anchors, rule["alert"]
        led_to.add(anchor)
    assert led_to == anchors, "no runbook without an alarm"
    links = set(re.findall(r"\]\(#([^)]+)\)", runbooks))
    assert links <= anchors
