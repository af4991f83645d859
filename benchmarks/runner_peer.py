"""The peer of rebuilds and catching up: the library's ProjectionRunner filling the caseload, as its manual says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.persistence import Tracking
from eventsourcing.postgres import PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from sqlalchemy import MetaData, quoted_name
from sqlalchemy.engine import make_url

from application.services import Services
from domain.client import CLIENT_EVENTS
from domain.in_force import AS_DECLARED, rules_under
from eventlog.events import topics
from eventlog.log import EventLog
from eventlog.mapper import SealingMapper
from feedback.signal import SIGNAL_EVENTS
from projections import caseload
from projections.engine.readmodel import Rows, fold

TABLE = "peer_caseload"


class PeerMapper(SealingMapper):
    """Our mapper, made as the library makes one."""

    def __init__(self, transcoder: object = None, **_: object) -> None:
        super().__init__(topics([*CLIENT_EVENTS, *SIGNAL_EVENTS]))


class PeerLog(Application[UUID]):
    """An application of the library over our log."""

    name = "peerlog"


RULES = rules_under(AS_DECLARED)


class CaseloadView(PostgresTrackingRecorder):
    """The caseload's rows and the position, written in one transaction an event."""

    log: ClassVar[EventLog]

    def apply(self, event: Any, tracking: Tracking) -> None:
        projection = caseload.projection
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            if type(event) not in projection.folds:
                return
            stream_id = event.originator_id

            def load(_table: Any, _stream: Any) -> dict[Any, Any]:
                cursor.execute(f"SELECT * FROM {TABLE} WHERE client_id = %s", [stream_id])  # noqa: S608 - the names are ours
                row = cursor.fetchone()
                return {} if row is None else {None: dict(row)}

            opener = self.log.opener([stream_id] if type(event) in projection.decrypts else [])
            rows = Rows(
                stream_id, projection.tables, opener.stream(stream_id), self._earlier, load, rules_under(AS_DECLARED)
            )
            fold([event], [(projection, rows)])
            row = rows.changed(caseload.caseload).get(None)
            if row is not None:
                names = list(row)
                columns = ", ".join(f'"{n}"' for n in names)
                marks = ", ".join(["%s"] * len(names))
                changes = ", ".join(f'"{n}" = excluded."{n}"' for n in names[1:])
                cursor.execute(
                    f"INSERT INTO {TABLE} ({columns}) VALUES ({marks})"  # noqa: S608 - the names are ours
                    f" ON CONFLICT (client_id) DO UPDATE SET {changes}",
                    list(row.values()),
                )

    def _earlier(self, event: Any) -> list[Any]:
        return self.log.stream(event.originator_id, event.originator_version - 1)


class PeerCaseload(Projection[CaseloadView]):
    name = "peer"

    def process_event(self, event: Any, tracking: Tracking) -> None:
        self.view.apply(event, tracking)


@contextmanager
def runner(services: Services) -> Iterator[Any]:
    """The runner at work, from the start of the log; `wait(position)` for it."""
    table = caseload.caseload.to_metadata(MetaData(), name=TABLE)
    for index in table.indexes:
        index.name = quoted_name(f"peer_{index.name}", quote=None)
    with services.database.write() as connection:
        for name in (TABLE, "peer_tracking"):
            connection.exec_driver_sql(f"DROP TABLE IF EXISTS {name}")
        table.create(connection)
        # The library names its table after the application; a view costs nothing.
        connection.exec_driver_sql(
            "CREATE OR REPLACE VIEW peerlog_events AS"
            " SELECT originator_id, originator_version, topic, state, notification_id FROM events"
        )
    CaseloadView.log = services.log
    parts = make_url(services.settings.database_url)
    env = {
        "POSTGRES_DBNAME": parts.database or "",
        "POSTGRES_HOST": parts.host or "",
        "POSTGRES_PORT": str(parts.port),
        "POSTGRES_USER": parts.username or "",
        "POSTGRES_PASSWORD": str(parts.password),
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "MAPPER_TOPIC": "benchmarks.runner_peer:PeerMapper",
        "PEERLOG_CREATE_TABLE": "n",
    }
    with ProjectionRunner(
        application_class=PeerLog, projection_class=PeerCaseload, view_class=CaseloadView, env=env
    ) as running:
        yield running
