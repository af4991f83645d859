"""An event that can't be folded or read: it is told wherever somebody looks, and nothing is handed out past it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from click.testing import CliRunner
from sqlalchemy import text
from structlog.testing import capture_logs

from application.services import Services
from domain.calendar import Week, local_day
from domain.client import ContactRecorded, RegisterField
from domain.in_force import AS_DECLARED, rules_under
from eventlog.poison import FoldError, PoisonError
from projections import caseload, contacts, data_gaps, weekly_figures
from projections.as_of import rows_then
from projections.engine.engine import StoppedError
from projections.engine.rebuild import rebuild
from projections.engine.rebuilds import current
from records import people, weekly_lists
from tests.conftest import environment
from tests.faults.conftest import is_what_the_log_says
from tests.stories import CLIENT, COACH, INTAKE_ON, TEAM, begin, contact, do, tables
from werkpad.cli import main

SPOILINGS = {
    "a topic that this code does not know": ("topic", "client.NotYetKnown", "client.NotYetKnown"),
    "bytes that are no JSON": ("state", b"{half of", "client.ContactRecorded"),
    "a value of another kind": ("state", b'{"contact_id": 5}', "client.ContactRecorded"),
    "bytes that are no text": ("state", b"\xff\xfe", "client.ContactRecorded"),
}

RULES = rules_under(AS_DECLARED)


@contextmanager
def spoiled(services: Services, position: int, column: str, value: object) -> Iterator[None]:
    """The event at a position, stored as it should not be; put right at the end."""
    key = "rowid" if services.settings.is_sqlite else "notification_id"

    def store(value: object) -> None:
        with services.database.write() as connection:
            connection.execute(text(f"UPDATE events SET {column} = :value WHERE {key} = :at"), values(value))  # noqa: S608 - the names are ours

    def values(value: object) -> dict[str, object]:
        return {"value": value, "at": position}

    with services.database.read() as connection:
        before = connection.scalar(text(f"SELECT {column} FROM events WHERE {key} = :at"), {"at": position})  # noqa: S608 - the names are ours
    store(value)
    yield
    store(before)


def people_at_work(services: Services) -> None:
    with services.database.write() as connection:
        people.add_team(connection, people.Team(TEAM, "north", "Team North", specialised=False))
        coach = people.Account(COACH, "c", "C", people.Role.WORK_COACH, TEAM, False, True, None)
        people.add_account(connection, coach, "", password_hash="-")


def lists_there(services: Services) -> int:
    with services.database.read() as connection:
        return len(weekly_lists.weeks(connection, COACH))


def command(services: Services, *arguments: str) -> tuple[int, str]:
    done = CliRunner(env=environment(services.settings.database_url)).invoke(main, list(arguments))
    assert "Traceback" not in done.output
    assert done.exception is None or isinstance(done.exception, SystemExit)
    return done.exit_code, done.output


def test_it_is_said_once_in_the_log_and_again_when_it_goes_on(
    services: Services, stumbling: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(services)
    bad = contact(note="a secret note")
    stumbling(bad.contact_id)
    at = do(services, bad).position
    with capture_logs() as logs:
        for _ in range(5):
            services.engine.catch_up()
    (line,) = [line for line in logs if line["event"] == "read_model_stopped"]
    assert line == {
        "event": "read_model_stopped",
        "log_level": "error",
        "read_model": "contacts",
        "position": at,
        "version": 3,
        "topic": "client.ContactRecorded",
        "stream": str(CLIENT),
        "error": "ZeroDivisionError",
    }
    assert list(services.engine.stopped()) == ["contacts"]
    assert services.engine.stopped()["contacts"].stopped_at == at
    monkeypatch.undo()
    with capture_logs() as logs:
        services.engine.catch_up()
        services.engine.catch_up()
    assert [line["event"] for line in logs] == ["read_model_goes_on"]
    assert services.engine.stopped() == {}
    is_what_the_log_says(services)


@pytest.mark.parametrize("spoiling", SPOILINGS)
def test_whoever_reads_the_log_names_the_event_and_says_no_more(services: Services, spoiling: str) -> None:
    column, value, topic = SPOILINGS[spoiling]
    people_at_work(services)
    begin(services)
    at = do(services, contact(note="a secret note")).position
    named = f"position {at} can't be used: {topic}, event 3 of stream {CLIENT}"
    before = tables(services)
    with spoiled(services, at, column, value):
        with capture_logs() as logs:
            services.engine.catch_up()
            services.engine.catch_up()
        said = [line for line in logs if line["event"] == "read_model_stopped"]
        assert {line["read_model"] for line in said} == set(services.engine.projections)
        assert len(said) == len(services.engine.projections), "each once"
        assert {line["position"] for line in said} == {at}
        now = services.clock()
        asked = [
            lambda: rebuild(services.engine),
            lambda: rebuild(services.engine, ["timeline"]),
            lambda: rebuild(services.engine, shards=4),
            lambda: weekly_figures.build(services.engine, Week.latest(now + timedelta(weeks=1))),
            lambda: services.clients.state(CLIENT),
            lambda: rows_then(services.log, [CLIENT], local_day(now), RULES),
            lambda: services.log.stream(CLIENT),
        ]
        for ask in asked:
            with pytest.raises((PoisonError, StoppedError)) as told:
                ask()
            assert named in str(told.value) or isinstance(told.value, StoppedError)
            assert f"{topic}, event 3 of stream {CLIENT}" in str(told.value)
        for week in (Week.of(local_day(now)), Week.of(local_day(now)).previous):
            with pytest.raises((PoisonError, StoppedError)):
                weekly_lists.build(services.engine, week, now)
        assert lists_there(services) == 0
        assert current(services.database) is None
    assert [t for t in tables(services).values() if t] and tables(services) != before, "what came before it is there"
    services.engine.catch_up()
    is_what_the_log_says(services)


def test_the_command_line_says_it_in_one_sentence(services: Services) -> None:
    people_at_work(services)
    begin(services)
    at = do(services, contact(note="a secret note")).position
    named = f"client.NotYetKnown, event 3 of stream {CLIENT}"
    command(services, "status")
    with spoiled(services, at, "topic", "client.NotYetKnown"):
        services.engine.catch_up()
        code, output = command(services, "status")
        assert code == 1 and f"stopped at position {at}: {named}" in output
        for arguments in ("rebuild", "rebuild timeline", "rebuild --shards 4", "lists", "rebuild weekly_figures"):
            code, output = command(services, *arguments.split())
            assert code == 1, output
            assert named in output and f"position {at}" in output
        with services.database.write() as connection:
            connection.execute(text("UPDATE projection_positions SET position = :at"), {"at": at})
        code, output = command(services, "verify")
        assert code == 1 and named in output
        code, output = command(services, "erase", str(CLIENT), "--reason", "court_order", "--yes")
        assert code == 1 and named in output
    assert "secret" not in output


def test_an_event_that_is_spoiled_after_it_was_folded_keeps_nobody_from_looking(services: Services) -> None:
    begin(services)
    at = do(services, contact()).position
    services.engine.catch_up()
    with spoiled(services, at, "topic", "client.NotYetKnown"):
        assert services.engine.stopped() == {}
        assert not any(f.rebuild_due for f in services.engine.freshness().values())
        other = begin(services, UUID(int=5))
        services.engine.catch_up()
        assert all(f.behind == 0 for f in services.engine.freshness().values()), "they go on from there"
        with services.database.read() as connection:
            assert caseload.client(connection, other) is not None
    is_what_the_log_says(services)


def test_rows_that_the_database_does_not_take_stop_their_read_model_at_the_event(
    services: Services, stumbling: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(services)
    good, bad = contact(), contact()
    stumbling(bad.contact_id, how="rows")
    do(services, good)
    at = do(services, bad).position
    begin(services, UUID(int=5))
    with capture_logs() as logs:
        services.engine.catch_up()
        services.engine.catch_up()
    assert [(line["read_model"], line["position"]) for line in logs] == [("contacts", at)]
    fresh = services.engine.freshness()
    assert fresh["contacts"].position == at - 1
    assert all(f.behind == 0 for name, f in fresh.items() if name != "contacts"), "the others go on"
    for shards in (1, 4):
        with pytest.raises(FoldError, match=f"position {at} can't be used: client.ContactRecorded, event 4"):
            rebuild(services.engine, shards=shards)
    monkeypatch.undo()
    services.engine.catch_up()
    is_what_the_log_says(services)


def test_a_database_that_is_away_in_the_middle_of_a_fold_is_no_poison(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    from eventsourcing.persistence import OperationalError

    begin(services)
    folds: dict[Any, Any] = contacts.projection.folds
    do(services, contact())

    def away(event: ContactRecorded, rows: Any) -> None:
        raise OperationalError("the server closed the connection")

    monkeypatch.setitem(folds, ContactRecorded, away)
    with pytest.raises(OperationalError):
        services.engine.catch_up()
    assert services.engine.stopped() == {}
    monkeypatch.undo()
    services.engine.catch_up()
    is_what_the_log_says(services)


def test_a_failure_when_a_stream_is_settled_stops_at_its_last_event(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(services)
    services.engine.catch_up()
    known = RegisterField(client_id=CLIENT, field="driving_licence", value=["B"], known_on=INTAKE_ON)
    at = do(services, known).position
    settled = data_gaps.projection.finalize
    assert settled is not None

    def finalize(rows: Any) -> None:
        raise KeyError("a value")

    monkeypatch.setitem(data_gaps.projection.__dict__, "finalize", finalize)
    services.engine.catch_up()
    assert services.engine.stopped()["data_gaps"].stopped_at == at
    assert "KeyError" in str(services.engine.stopped()["data_gaps"].stopped_because)
    assert "a value" not in str(services.engine.stopped()["data_gaps"].stopped_because)
    monkeypatch.undo()
    services.engine.catch_up()
    is_what_the_log_says(services)
