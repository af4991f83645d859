"""The heartbeat of a process: a thread that writes it down as long as the process does its work, and no longer."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from importlib.metadata import version
from uuid import uuid4

import structlog
from sqlalchemy.exc import ProgrammingError

from database.patience import DEADLINE, patience
from database.transactions import Database
from records import heartbeats, migrations
from records.heartbeats import BEAT as BEAT
from records.heartbeats import WORKER as WORKER
from werkpad.settings import Settings

log = structlog.get_logger()

PATIENCE = 3.0  # seconds for the database


class Heart:
    """Beats every ten seconds while `well` says that the process is at work; one that is stuck is soon missed."""

    def __init__(self, database: Database, kind: str, well: Callable[[], bool] = lambda: True) -> None:
        self._database = database
        self._kind = kind
        self._well = well
        self._process_id = uuid4()
        self._started_at: datetime | None = None
        self._told_skew = self._told_silence = False
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"heart of {kind}", daemon=True)

    def start(self) -> Heart:
        self._thread.start()
        return self

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        while True:
            if self._well():
                self._beat()
            if self._stopping.wait(heartbeats.EVERY):
                return

    def _beat(self) -> None:
        try:
            with patience(PATIENCE), self._database.write() as connection:
                told = heartbeats.beat(connection, self._process_id, self._kind, version("werkpad"), self._started_at)
        except Exception as error:
            # A heart goes on, whatever the database does; that it is away others tell as well.
            if not self._told_silence:
                log.warning("heartbeat_lost", process=self._kind, error=type(error).__name__)
            self._told_silence = True
            return
        self._started_at, self._told_silence = told.started_at, False
        if told.skewed and not self._told_skew:
            log.warning("clock_is_off", process=self._kind, seconds_ahead=round(told.skew, 1))
        self._told_skew = told.skewed


def is_at_work(settings: Settings, kind: str) -> bool:
    """Whether a process of this kind is at work on this machine.

    Asks the database and nothing else, since a health check comes often and must not take long.

    Raises:
        NotSetUpError: the database was not set up.
    """
    with patience(DEADLINE):
        database = Database(settings.database_url, pool_size=1)
        try:
            with database.read() as connection:
                return heartbeats.at_work_here(heartbeats.seen(connection), kind)
        except ProgrammingError:
            raise migrations.NotSetUpError from None
        finally:
            database.close()


def heart_of_its_own(settings: Settings, kind: str, well: Callable[[], bool]) -> Heart:
    """The heart of a process that reaches the database for nothing else, by a pool for it alone; not started yet."""
    database = Database(settings.database_url, pool_size=1, lock_timeout=settings.lock_timeout)
    return Heart(database, kind, well)
