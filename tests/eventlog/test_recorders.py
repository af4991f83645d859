"""The library's own tests of application recorders, against ours."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from eventsourcing.tests.persistence import (
    ApplicationRecorderTestCase,
    NonInterleavingNotificationIDsBaseCase,
)

from eventlog import postgres, sqlite
from eventlog.postgres import PostgresRecorder
from eventlog.sqlite import SQLiteRecorder


class OnSQLite:
    EXPECT_CONTIGUOUS_NOTIFICATION_IDS = True

    @pytest.fixture(autouse=True)
    def _place(self, tmp_path: Path) -> Iterator[None]:
        self.store = sqlite.datastore(tmp_path / "log.db", tmp_path / "vault.db", lock_timeout=20)
        before = set(threading.enumerate())
        yield
        # The library's readers look once more before they stop; their connections must not go under them.
        for thread in set(threading.enumerate()) - before:
            thread.join(timeout=10)
        self.store.close()

    def create_recorder(self) -> SQLiteRecorder:
        recorder = SQLiteRecorder(self.store)
        recorder.create_table()
        return recorder


class OnPostgres:
    # A sequence leaves a gap where an insert was rolled back; order is what counts.
    EXPECT_CONTIGUOUS_NOTIFICATION_IDS = False

    @pytest.fixture(autouse=True)
    def _place(self, fresh_postgres: str) -> Iterator[None]:
        self.store = postgres.datastore(fresh_postgres, pool_size=20)
        yield
        self.store.close()

    def create_recorder(self) -> PostgresRecorder:
        recorder = PostgresRecorder(self.store)
        recorder.create_table()
        return recorder


class TestSQLiteApplication(OnSQLite, ApplicationRecorderTestCase):
    pass


class TestSQLiteOrder(OnSQLite, NonInterleavingNotificationIDsBaseCase):
    pass


class TestPostgresApplication(OnPostgres, ApplicationRecorderTestCase):
    pass


class TestPostgresOrder(OnPostgres, NonInterleavingNotificationIDsBaseCase):
    pass


del ApplicationRecorderTestCase, NonInterleavingNotificationIDsBaseCase
