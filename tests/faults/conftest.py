"""Commands that keep coming while things break, and the comparison that every case ends with."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from eventsourcing.persistence import PersistenceError

from application.services import Services
from domain.client import AssignClient, Channel, ContactRecorded, RecordContact, TakeIntake
from eventlog.commands import CommandContext
from eventlog.handler import BusyError
from projections import contacts
from projections.engine import rebuild
from projections.engine.verify import verify
from tests.conftest import Clock
from tests.faults.mailing import prepare, settings
from tests.post import Post, post_office
from tests.stories import tables
from werkpad import servers


def is_what_the_log_says(services: Services) -> None:
    """Every read model equals a fresh fold of the log, row by row, and a rebuild gives the same."""
    services.engine.catch_up(wait=True)
    assert list(verify(services.engine)) == []
    before = tables(services)
    changes = rebuild.rebuild(services.engine)
    assert all(figures == {} for figures in changes.values())
    assert tables(services) == before


@dataclass
class Coaches:
    """Threads that record contacts, one client each, and send again with the same id what was not answered."""

    services: Services
    count: int
    sent: int = 0
    refused: int = 0
    strange: list[BaseException] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)
    _given_up: threading.Event = field(default_factory=threading.Event)

    def prepare(self) -> list[UUID]:
        context = CommandContext(self.services.clock())
        clients = [uuid4() for _ in range(self.count)]
        for client_id in clients:
            day = self.services.today
            intake = TakeIntake(client_id=client_id, held_on=day, team=UUID(int=1), name="Invented Person")
            self.services.clients.handle(intake, context, uuid4())
            assign = AssignClient(client_id=client_id, team=UUID(int=1), coach=UUID(int=2), assigned_on=day)
            self.services.clients.handle(assign, context, uuid4())
        return clients

    @contextmanager
    def at_work(self) -> Iterator[Coaches]:
        clients = self.prepare()
        threads = [threading.Thread(target=self._work, args=(client_id,)) for client_id in clients]
        for thread in threads:
            thread.start()
        try:
            yield self
        except BaseException:
            self._given_up.set()
            raise
        finally:
            self._stop.set()
            for thread in threads:
                thread.join()
        assert self.strange == []
        for client_id in clients:
            state = self.services.clients.state(client_id)
            assert state is not None
            # Each was recorded once, whatever happened on the way.
            self.sent -= len(state.contacts)
        assert self.sent == 0

    def _work(self, client_id: UUID) -> None:
        while not self._stop.is_set():
            command = RecordContact(
                client_id=client_id, contact_id=uuid4(), held_on=self.services.today, channel=Channel.PHONE
            )
            self._send(command, uuid4())

    def _send(self, command: RecordContact, command_id: UUID) -> None:
        while True:
            try:
                self.services.clients.handle(command, CommandContext(self.services.clock()), command_id)
            except (PersistenceError, BusyError):
                self.refused += 1
                if self._given_up.is_set():
                    return
                threading.Event().wait(0.05)
            except BaseException as error:
                self.strange.append(error)
                return
            else:
                self.sent += 1
                return


@dataclass
class Postgres:
    """A server of its own, that can be stopped, killed and started again where it was."""

    folder: Path
    port: int
    _running: ExitStack = field(default_factory=ExitStack)

    def start(self) -> str:
        data = self.folder / "data"
        return self._running.enter_context(servers.postgres(data, port=self.port, durable=True))

    def stop(self) -> None:
        self._running.close()

    def pause(self) -> None:
        """Let it hang: connections stay open and nothing answers."""
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        postmaster = int((self.folder / "data" / "postmaster.pid").read_text().split()[0])
        children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
        for pid in (postmaster, *map(int, children)):
            with suppress(ProcessLookupError):
                os.kill(pid, number)

    def kill(self) -> None:
        pid = int((self.folder / "data" / "postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGKILL)
        self.stop()


@pytest.fixture
def own_postgres() -> Iterator[Postgres]:
    folder = Path(tempfile.mkdtemp(prefix="wp-", dir="/tmp"))
    folder.chmod(0o755)
    server = Postgres(folder, servers.free_port())
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def on_own_postgres(own_postgres: Postgres, make_services: Callable[..., Services]) -> Services:
    return make_services(own_postgres.start())


@pytest.fixture
def port() -> int:
    return servers.free_port()


@pytest.fixture
def post(port: int) -> Iterator[Post]:
    with post_office(Post(), port, enable_SMTPUTF8=False) as made:
        yield made


@pytest.fixture
def office(make_services: Callable[..., Services], database_url: str, port: int, clock: Clock) -> Services:
    services = make_services(database_url, **settings(port))
    prepare(services)
    clock.now += timedelta(days=33)
    return services


@pytest.fixture
def stumbling(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """A mistake in a fold, met at one contact; or rows that the database does not take."""

    def stumble_at(contact_id: UUID, model: Any = contacts, how: str = "fold") -> None:
        folds: dict[Any, Any] = model.projection.folds
        fold = folds.get(ContactRecorded)

        def stumble(event: ContactRecorded, rows: Any) -> None:
            if fold is not None:
                fold(event, rows)
            if event.contact_id != contact_id:
                return
            if how == "fold":
                raise ZeroDivisionError(event.held_on)
            for table in model.projection.tables:
                for key, row in list(rows.of(table).items()):
                    rows.put(table, row | {name: None for name in row if name not in table.primary_key}, key)

        monkeypatch.setitem(folds, ContactRecorded, stumble)

    return stumble_at
