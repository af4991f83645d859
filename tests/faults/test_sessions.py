"""Sessions with PostgreSQL: none waits for ever, none stays read-only after a failover, each as the address says."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext, suppress
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from eventsourcing.persistence import PersistenceError
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from werkzeug.test import TestResponse

from application.services import Services
from database import sessions
from database.transactions import Database
from eventlog.backup import Backup, BackupError, postgres
from eventlog.commands import CommandContext
from tests.faults.conftest import is_what_the_log_says
from tests.processes import until
from tests.stories import begin, contact
from web.app import create_app
from werkpad.backups import back_up
from werkpad.wiring import build

LIMITS = {"lock_timeout": "5s", "statement_timeout": "15s", "idle_in_transaction_session_timeout": "1min"}


def of_both_pools(services: Services, name: str) -> set[str]:
    """What the sessions of the two pools have set."""
    with services.log._recorder.datastore.get_connection() as session:  # type: ignore[attr-defined]  # the test looks inside
        found = {session.execute(f"SHOW {name}").fetchone()[name]}
    with services.database.read() as reading:
        found.add(str(reading.exec_driver_sql(f"SHOW {name}").scalar()))
    with services.database.write() as writing:
        found.add(str(writing.exec_driver_sql(f"SHOW {name}").scalar()))
    return found


@pytest.mark.parametrize("name", LIMITS)
def test_every_pool_has_every_timeout(make_services: Callable[..., Services], fresh_postgres: str, name: str) -> None:
    assert of_both_pools(make_services(fresh_postgres), name) == {LIMITS[name]}


def test_long_work_is_not_ended_by_them(make_services: Callable[..., Services], fresh_postgres: str) -> None:
    services = make_services(fresh_postgres)
    with services.database.read(long=True) as connection:
        assert connection.exec_driver_sql("SHOW statement_timeout").scalar() == "0"
    with services.database.write(long=True) as connection:
        assert connection.exec_driver_sql("SHOW idle_in_transaction_session_timeout").scalar() == "0"
    # For that one transaction only.
    assert of_both_pools(services, "statement_timeout") == {"15s"}


def test_a_statement_that_takes_too_long_is_ended(make_services: Callable[..., Services], fresh_postgres: str) -> None:
    services = make_services(f"{fresh_postgres}?options=-c%20statement_timeout%3D200ms")
    with pytest.raises(DBAPIError), services.database.read() as connection:
        connection.execute(text("SELECT pg_sleep(20)"))
    with services.database.read() as connection:
        assert connection.scalar(text("SELECT 1")) == 1


def switch(url: str, on: str) -> None:
    """Let new sessions of a database take writes, or none: those that are there stay what they are."""
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute("SET default_transaction_read_only = off")
        name = make_url(url).database
        admin.execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = {on}')  # type: ignore[arg-type]  # the test gives what fits


def end_sessions(url: str) -> None:
    """End the sessions that there are, and return when they have ended."""
    with psycopg.connect(url, autocommit=True) as admin:
        ended = admin.execute(
            "SELECT pid, pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        ).fetchall()
        still = "SELECT count(*) FROM pg_stat_activity WHERE pid = ANY(%s)"
        pids = [pid for pid, _ in ended]
        until(lambda: admin.execute(still, [pids]).fetchone() == (0,), "the sessions did not end")


def test_sessions_that_the_server_ended_are_not_used(
    make_services: Callable[..., Services], fresh_postgres: str
) -> None:
    services = make_services(fresh_postgres, WERKPAD_POOL_SIZE="3")
    begin(services)
    for _ in range(3):
        before = of_both_pools(services, "application_name")
        end_sessions(fresh_postgres)
        # Nobody is told: what is asked next, and what is recorded next, gets a new one.
        assert of_both_pools(services, "application_name") == before
        services.clients.handle(contact(), CommandContext(services.clock()), uuid4())
        services.engine.catch_up()
    is_what_the_log_says(services)


@pytest.mark.parametrize("shared", [True, False])
def test_a_look_whose_session_is_lost_tells_that_and_nothing_else(
    make_services: Callable[..., Services], fresh_postgres: str, shared: bool
) -> None:
    database = make_services(fresh_postgres).database
    # What fails first is what is told, and ending the look adds nothing.
    with pytest.raises(OperationalError), database.shared_look() if shared else nullcontext():  # noqa: SIM117 - one within the other
        with database.read() as connection:
            connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
    # Nor does one that is lost when all has been read.
    with database.shared_look() if shared else nullcontext(), database.read() as connection:
        connection.execute(text("SELECT 1"))
        end_sessions(fresh_postgres)
    with database.read() as connection:
        assert connection.scalar(text("SELECT 1")) == 1


def asking_whether_ready(services: Services) -> Callable[[], TestResponse]:
    """What a load balancer asks."""
    client = create_app(services, lambda: None).test_client()
    return lambda: client.get("/health/ready")


def test_sessions_that_a_failover_left_read_only_are_not_kept(
    make_services: Callable[..., Services], fresh_postgres: str
) -> None:
    services = make_services(fresh_postgres, WERKPAD_POOL_SIZE="3")
    begin(services)
    switch(fresh_postgres, "on")
    end_sessions(fresh_postgres)
    # As long as the server takes nothing, people can read, and commands are refused.
    command, command_id = contact(), uuid4()
    context = CommandContext(services.clock())
    with pytest.raises(PersistenceError):
        services.clients.handle(command, context, command_id)
    assert services.engine.freshness()["caseload"].behind > 0
    ready = asking_whether_ready(services)
    assert (ready().status_code, ready().json["reason"]) == (503, "The database takes no writes.")
    with pytest.raises(DBAPIError):
        services.engine.catch_up()
    # The primary is back; the sessions made meanwhile are alive, and read-only for ever.
    switch(fresh_postgres, "off")
    services.clients.handle(command, context, command_id)

    def folds() -> bool:
        with suppress(DBAPIError):
            services.engine.catch_up()
        return services.database.takes_writes() and services.engine.freshness()["caseload"].behind == 0

    # A session is met once more at most when it is no new one any longer; until then it may be refused.
    assert sessions.NEW <= 5
    until(folds, "the read models never went on")
    assert ready().status_code == 200
    is_what_the_log_says(services)


def test_a_server_without_ssl_is_refused_everywhere_where_ssl_is_asked_for(
    make_services: Callable[..., Services], fresh_postgres: str, tmp_path: Path
) -> None:
    services = make_services(fresh_postgres)
    demanding = f"{fresh_postgres}?sslmode=require"
    with pytest.raises(psycopg.OperationalError, match="SSL"):
        build(replace(services.settings, database_url=demanding))
    read_models = Database(demanding)
    with pytest.raises(DBAPIError, match="SSL"), read_models.read():
        pass
    read_models.close()
    backup = Backup.new(tmp_path, tmp_path / "vault", "postgresql", services.clock())
    with pytest.raises(psycopg.OperationalError, match="SSL"):
        postgres.dump(demanding, backup, [])
    with pytest.raises(BackupError, match="SSL"):
        postgres._run(demanding, [postgres._program("pg_dump", 1, None), "--schema-only"])
    with pytest.raises(psycopg.OperationalError, match="SSL"):
        postgres.load(backup, demanding, None, "log")


def test_the_name_in_the_address_is_that_of_every_session(
    make_services: Callable[..., Services], fresh_postgres: str, tmp_path: Path
) -> None:
    services = make_services(f"{fresh_postgres}?application_name=north")
    assert of_both_pools(services, "application_name") == {"north"}
    assert back_up(services, tmp_path, None, 30)
