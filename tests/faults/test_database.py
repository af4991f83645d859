"""The database stopped, killed, read-only or full: a command is stored, or refused and can be sent again."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import ExitStack, suppress
from uuid import UUID, uuid4

import psycopg
import pytest
from eventsourcing.persistence import PersistenceError
from sqlalchemy import select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from application.services import Services
from domain.client import ClientClosed, ClosingReason
from eventlog import postgres
from eventlog.commands import CommandContext
from eventlog.events import Event
from eventlog.handler import BusyError
from eventlog.log import stamped
from eventlog.postgres import PostgresRecorder
from tests.faults.conftest import Coaches, Postgres, is_what_the_log_says
from tests.processes import lives, until
from tests.stories import CLIENT, begin, contact, do


@pytest.mark.parametrize("times", [1, pytest.param(8, marks=pytest.mark.slow)])
@pytest.mark.parametrize("how", ["stop", "kill"])
def test_stopped_in_the_middle_of_commands_and_projections(
    on_own_postgres: Services, own_postgres: Postgres, how: str, times: int
) -> None:
    services = on_own_postgres
    over = threading.Event()

    def project() -> None:
        while not over.is_set():
            with suppress(PersistenceError, DBAPIError):
                services.engine.catch_up()
            over.wait(0.02)

    projecting = threading.Thread(target=project)
    with Coaches(services, 4).at_work() as coaches:
        projecting.start()
        for _ in range(times):
            sent, refused = coaches.sent, coaches.refused
            until(lambda: coaches.sent > sent + 20, "nobody could record anything")  # noqa: B023 - called within the round
            getattr(own_postgres, how)()
            until(lambda: coaches.refused > refused, "nothing was refused")  # noqa: B023 - called within the round
            own_postgres.start()
        sent = coaches.sent
        until(lambda: coaches.sent > sent + 20, "nobody could record anything afterwards")
    over.set()
    projecting.join()
    is_what_the_log_says(services)


def make_read_only(services: Services, stack: ExitStack) -> Callable[[], None]:
    """Let the database take nothing any more; gives what ends it."""
    if services.settings.is_sqlite:
        # As a full disk: no page can be added.
        with services.log._recorder.as_library().datastore.transaction(commit=False) as c:  # type: ignore[attr-defined]  # the test looks inside
            c.execute("PRAGMA max_page_count = 1")
        return lambda: None
    url = make_url(services.settings.database_url)
    admin = stack.enter_context(psycopg.connect(services.settings.database_url, autocommit=True))

    def switch(on: str) -> None:
        admin.execute("SET default_transaction_read_only = off")
        admin.execute(f'ALTER DATABASE "{url.database}" SET default_transaction_read_only = {on}')  # type: ignore[arg-type]  # the test gives what fits
        admin.execute(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
            " WHERE datname = %s AND pid <> pg_backend_pid()",
            [url.database],
        )

    switch("on")
    return lambda: switch("off")


def test_a_command_to_a_read_only_database_is_refused_and_can_be_sent_again(
    make_services: Callable[..., Services], fresh_postgres: str
) -> None:
    services = make_services(fresh_postgres)
    begin(services)
    services.engine.catch_up()
    command, command_id = contact(), uuid4()
    with ExitStack() as stack:
        end = make_read_only(services, stack)
        with pytest.raises(PersistenceError):
            services.clients.handle(command, CommandContext(services.clock()), command_id)
        end()
    first = services.clients.handle(command, CommandContext(services.clock()), command_id)
    assert services.clients.handle(command, CommandContext(services.clock()), command_id) == first
    is_what_the_log_says(services)


def test_a_full_disk_refuses_and_loses_nothing(sqlite_services: Services) -> None:
    services = sqlite_services
    begin(services)
    services.engine.catch_up()
    kept = services.log.head()
    limit = "PRAGMA max_page_count = {}"
    library = services.log._recorder.as_library()

    def bound(pages: int) -> None:
        with library.datastore.transaction(commit=False) as c:  # type: ignore[attr-defined]  # the test looks inside
            c.execute(limit.format(pages))
        with services.database.read() as connection:
            connection.execute(text(limit.format(pages)))

    command_ids = [uuid4() for _ in range(400)]
    commands = [contact(note="a note of some length, so that it takes room " * 20) for _ in command_ids]
    bound(1)
    refused = []
    for command, command_id in zip(commands, command_ids, strict=True):
        try:
            services.clients.handle(command, CommandContext(services.clock()), command_id)
        except PersistenceError:
            refused.append((command, command_id))
    assert refused, "the disk was never full"
    with suppress(DBAPIError):
        services.engine.catch_up()
    bound(1_000_000)
    for command, command_id in refused:
        services.clients.handle(command, CommandContext(services.clock()), command_id)
    assert services.log.head() == kept + len(commands)
    is_what_the_log_says(services)


def test_sixteen_threads_on_one_client(services: Services) -> None:
    begin(services)
    commands = [(contact(), uuid4()) for _ in range(64)]
    answers: dict[UUID, int] = {}

    def work(nth: int) -> None:
        for command, command_id in commands[nth::16]:
            while command_id not in answers:
                # One that is told that others are busy sends it again, as a coach would.
                with suppress(BusyError):
                    answers[command_id] = services.clients.handle(
                        command, CommandContext(services.clock()), command_id
                    ).position

    threads = [threading.Thread(target=work, args=(nth,)) for nth in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(answers.values())) == 64
    versions = [event.originator_version for event in services.log.stream(CLIENT)]
    assert versions == list(range(1, 64 + 3))
    is_what_the_log_says(services)


@pytest.mark.parametrize("clients", [8, pytest.param(80, marks=pytest.mark.slow)])
@pytest.mark.parametrize("ends", ["commit", "rollback"])
def test_an_append_that_does_not_commit_for_long_beside_a_tailing_reader(
    make_services: Callable[..., Services], fresh_postgres: str, clients: int, ends: str
) -> None:
    # Those who wait hold the connections of their pool: the reader has another.
    services, writers = make_services(fresh_postgres), make_services(fresh_postgres)
    begin(services)
    services.engine.catch_up()
    seen: list[int] = []
    over = threading.Event()

    def tail() -> None:
        while True:
            last_look = over.is_set()
            page = services.log.page(seen[-1] if seen else 0, 50)
            seen.extend(r.position for r in page)
            if last_look and not page:
                return

    before = services.log.head()
    reader = threading.Thread(target=tail)
    reader.start()
    recorder = PostgresRecorder(postgres.datastore(fresh_postgres))
    with (
        services.database.read() as looking,
        recorder.datastore.get_connection() as writing,
        writing.cursor() as cursor,
    ):
        looking.execute(select(1))
        writing.execute("BEGIN")
        # It has taken its position: whatever comes after it must wait, or the reader would pass it over.
        (held,) = recorder._append(cursor, [services.log.mapper.seal(a_closing(services), None)], [None], None)
        threads = [threading.Thread(target=insist, args=(writers,)) for _ in range(clients)]
        for thread in threads:
            thread.start()
        until(lambda: appends_waiting(fresh_postgres) > 0 or services.log.head() > before, "nobody appended anything")
        assert services.log.head() == before, "an append did not wait"
        writing.execute(ends)
    recorder.close()
    for thread in threads:
        thread.join()
    over.set()
    reader.join()
    assert (held in seen) == (ends == "commit")
    assert len(seen) == before + clients * 2 * 7 + (ends == "commit") == services.log.count(2**62)
    assert seen == sorted(seen)
    is_what_the_log_says(services)


def insist(services: Services) -> None:
    """Two clients of seven events each, in one transaction; who is refused for want of a connection comes again."""
    while True:
        with suppress(PersistenceError):
            return lives(services, clients=2, contacts=5)


def a_closing(services: Services) -> Event:
    return stamped(
        ClientClosed(reason=ClosingReason.JOB, closed_on=services.today),
        originator_id=CLIENT,
        originator_version=3,
        recorded_at=services.clock(),
    )


def appends_waiting(url: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_locks WHERE relation = 'events'::regclass AND NOT granted"
        ).fetchone()
    assert row is not None
    return int(row[0])


def test_a_clock_that_jumps_back(services: Services, clock: object) -> None:
    from datetime import timedelta

    begin(services)
    do(services, contact())
    services.engine.catch_up()
    clock.now -= timedelta(days=3)  # type: ignore[attr-defined]  # the test looks inside
    do(services, contact())
    services.engine.catch_up()
    assert {f.behind for f in services.engine.freshness().values()} == {0}
    is_what_the_log_says(services)
