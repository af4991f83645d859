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

from eventlog.handler import BusyError, Moment
from tests.faults.conftest import Coaches, Postgres, is_what_the_log_says
from tests.processes import lives, until
from tests.stories import CLIENT, begin, contact, do
from werkpad.wiring import Services


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
            until(lambda: coaches.sent > sent + 20, "nobody could record anything")  # noqa: B023
            getattr(own_postgres, how)()
            until(lambda: coaches.refused > refused, "nothing was refused")  # noqa: B023
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
        with services.log._recorder.as_library().datastore.transaction(commit=False) as c:  # type: ignore[attr-defined]
            c.execute("PRAGMA max_page_count = 1")
        return lambda: None
    url = make_url(services.settings.database_url)
    admin = stack.enter_context(psycopg.connect(services.settings.database_url, autocommit=True))

    def switch(on: str) -> None:
        admin.execute("SET default_transaction_read_only = off")
        admin.execute(f'ALTER DATABASE "{url.database}" SET default_transaction_read_only = {on}')  # type: ignore[arg-type]
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
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
            services.clients.handle(command, Moment(services.clock()), command_id)
        end()
    first = services.clients.handle(command, Moment(services.clock()), command_id)
    assert services.clients.handle(command, Moment(services.clock()), command_id) == first
    is_what_the_log_says(services)


def test_a_full_disk_refuses_and_loses_nothing(sqlite_services: Services) -> None:
    services = sqlite_services
    begin(services)
    services.engine.catch_up()
    kept = services.log.head()
    limit = "PRAGMA max_page_count = {}"
    library = services.log._recorder.as_library()

    def bound(pages: int) -> None:
        with library.datastore.transaction(commit=False) as c:  # type: ignore[attr-defined]
            c.execute(limit.format(pages))
        with services.database.read() as connection:
            connection.execute(text(limit.format(pages)))

    command_ids = [uuid4() for _ in range(400)]
    commands = [contact(note="a note of some length, so that it takes room " * 20) for _ in command_ids]
    bound(1)
    refused = []
    for command, command_id in zip(commands, command_ids, strict=True):
        try:
            services.clients.handle(command, Moment(services.clock()), command_id)
        except PersistenceError:
            refused.append((command, command_id))
    assert refused, "the disk was never full"
    with suppress(DBAPIError):
        services.engine.catch_up()
    bound(1_000_000)
    for command, command_id in refused:
        services.clients.handle(command, Moment(services.clock()), command_id)
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
                        command, Moment(services.clock()), command_id
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
def test_a_long_open_transaction_beside_a_tailing_reader(
    make_services: Callable[..., Services], fresh_postgres: str, clients: int
) -> None:
    services = make_services(fresh_postgres)
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

    reader = threading.Thread(target=tail)
    reader.start()
    with services.database.read() as looking, psycopg.connect(fresh_postgres) as writing:
        looking.execute(select(1))
        # One that has taken a number and does not commit for long: those after it must wait, not be skipped.
        writing.execute("SELECT nextval(pg_get_serial_sequence('events', 'notification_id'))")
        threads = [threading.Thread(target=lives, args=(services, 2, 5)) for _ in range(clients)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        writing.rollback()
    over.set()
    reader.join()
    assert len(seen) == services.log.count(2**62)
    assert seen == sorted(seen)
    is_what_the_log_says(services)


def test_a_clock_that_jumps_back(services: Services, clock: object) -> None:
    from datetime import timedelta

    begin(services)
    do(services, contact())
    services.engine.catch_up()
    clock.now -= timedelta(days=3)  # type: ignore[attr-defined]
    do(services, contact())
    services.engine.catch_up()
    assert {f.behind for f in services.engine.freshness().values()} == {0}
    is_what_the_log_says(services)
