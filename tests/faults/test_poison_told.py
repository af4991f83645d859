"""Where an event can't be used: rebuilds, lists, what-ifs and pages say so, and go on as far as they can."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from application.services import Services
from domain.calendar import local_day
from domain.client import RegisterField
from eventlog.poison import FoldError, UnreadableError
from projections import caseload, data_gaps, what_if
from projections.engine.rebuild import begin as begin_rebuild
from projections.engine.rebuild import rebuild, take_part
from projections.engine.rebuilds import history
from projections.engine.verify import verify
from tests.conftest import NOW
from tests.faults.conftest import is_what_the_log_says
from tests.faults.test_poison import command, lists_there, people_at_work, spoiled
from tests.stories import CLIENT, COACH, INTAKE_ON, begin, contact, do
from tests.web.conftest import Town, build_town
from web.app import create_app
from workers.app import make_app


@pytest.mark.parametrize("state", ["stopped", "due", "exchanged"])
def test_no_list_is_built_from_a_read_model_that_is_not_up_to_date(
    services: Services, stumbling: Callable[..., None], monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    people_at_work(services)
    begin(services)
    services.engine.catch_up()
    if state == "stopped":
        bad = contact()
        stumbling(bad.contact_id, data_gaps)
        do(services, bad)
    else:
        column = "version = version + 1" if state == "due" else "folded = 'another'"
        with services.database.write() as connection:
            connection.execute(text(f"UPDATE projection_positions SET {column} WHERE projection = 'data_gaps'"))  # noqa: S608 - the names are ours
    do(services, RegisterField(client_id=CLIENT, field="driving_licence", value=["B"], known_on=INTAKE_ON))
    task = make_app(services.settings, lambda: services).tasks["build_weekly_lists"]
    with capture_logs() as logs:
        task.apply()
        task.apply()
    assert all(line["log_level"] == "debug" for line in logs if line["event"] == "task")
    (said,) = [line for line in logs if line["event"] not in ("read_model_stopped", "task")]
    assert said["event"] == "task_waits", "said once"
    assert "data_gaps" in said["reason"]
    code, output = command(services, "lists")
    assert code == 1 and "data_gaps" in output
    assert lists_there(services) == 0
    monkeypatch.undo()
    if state == "stopped":
        services.engine.catch_up()
    else:
        rebuild(services.engine, ["data_gaps"])
    with capture_logs() as logs:
        task.apply()
    assert "task_goes_on" in [line["event"] for line in logs]
    assert lists_there(services) == 1
    is_what_the_log_says(services)


def test_workers_give_a_shared_rebuild_up_and_say_why(services: Services, stumbling: Callable[..., None]) -> None:
    begin(services)
    bad = contact()
    stumbling(bad.contact_id)
    at = do(services, bad).position
    begin_rebuild(services.engine, shards=1)
    with pytest.raises(FoldError, match=f"position {at} "):
        take_part(services.engine)
    with services.database.read() as connection:
        (given_up,) = history(connection)
    assert f"position {at} can't be used: client.ContactRecorded, event 3" in str(given_up.given_up_because)


def test_a_what_if_and_a_comparison_name_the_event(services: Services, stumbling: Callable[..., None]) -> None:
    begin(services)
    services.engine.catch_up()
    bad = contact()
    at = do(services, bad).position
    services.engine.catch_up()
    stumbling(bad.contact_id, caseload)
    with services.database.read() as connection:
        from projections import definitions

        today = definitions.on(connection, local_day(NOW))
    with services.database.write() as connection:
        what_if.ask(
            connection, uuid4(), "not_seen", today, today, form={}, as_of=local_day(NOW), asked_at=NOW, asked_by=COACH
        )
    for ask in (lambda: what_if.count_next(services.engine), lambda: list(verify(services.engine))):
        with pytest.raises(FoldError, match=f"position {at} can't be used: client.ContactRecorded, event 3"):
            ask()


def test_a_state_that_is_lifted_wrongly_or_too_new_is_unreadable(services: Services) -> None:
    from eventlog.events import Event
    from eventlog.mapper import SealingMapper, UnknownTopicError

    def lose(state: dict[str, Any]) -> dict[str, Any]:
        raise KeyError(state["said"])

    class Said(Event, frozen=True, kw_only=True):
        category = "test"
        upcasts = (lose,)
        said: str = ""

    mapper = SealingMapper({"test.Said": Said})
    with pytest.raises(UnreadableError) as told:
        mapper.load(CLIENT, 7, "test.Said", b'{"said": "a secret"}')
    assert f"test.Said, event 7 of stream {CLIENT}: KeyError" in str(told.value)
    assert "secret" not in str(told.value)
    with pytest.raises(UnknownTopicError, match="version 9; this code knows it up to 2"):
        mapper.load_stream(CLIENT, ["test.Said"], [b'{"class_version": 9}'])


def test_pages_and_readiness_say_it_calmly(services: Services, make_services: Callable[..., Services]) -> None:
    town = build_town(services)
    client_id = town.new_client("coach", "Anna de Vries")
    # Another process, which has not folded this client before.
    elsewhere = make_services(services.settings.database_url)
    app = create_app(elsewhere, lambda: None)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    visitors = Town(elsewhere, app)
    coach, manager = visitors.visit("coach"), visitors.visit("manager")
    token = coach.token(f"/clients/{client_id}/contact")
    at = services.log.head()
    with spoiled(services, at, "topic", "client.NotYetKnown"), capture_logs() as logs:
        form = {
            "csrf_token": token,
            "command_id": str(uuid4()),
            "held_on": services.today.isoformat(),
            "channel": "phone",
            "started_by": "coach",
            "outcome": "spoken",
        }
        answer = coach.client.post(f"/clients/{client_id}/contact", data=form)
        assert answer.status_code == 503
        assert "be read by this version of Werkpad" in answer.get_data(as_text=True)
        then = f"/caseload/then?day={services.today.isoformat()}"
        assert "be read by this version of Werkpad" in coach.get(then, status=503)
        coach.get("/caseload")
        (line,) = {line["event"]: line for line in logs if line["event"] != "request"}.values()
        assert line["event"] == "event_not_usable" and line["position"] == at
        do(services, contact(client_id=begin(services, UUID(int=5))))
    later = services.log.head()
    with spoiled(services, later, "topic", "client.NotYetKnown"):
        services.engine.catch_up()
        ready = coach.client.get("/health/ready")
        assert ready.status_code == 503 and set(ready.get_json()["stopped"].values()) == {later}
        assert f"stopped at position {later}" in manager.get("/operations")
    services.engine.catch_up()
    ready = coach.client.get("/health/ready")
    assert ready.status_code == 200 and ready.get_json()["stopped"] == {}
