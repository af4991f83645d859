"""Builds the services from the settings: a list that one can read."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from database import private
from database.door import Door, FileDoor
from database.locks import SETTING_UP
from database.postgres_door import PostgresDoor
from database.transactions import Database
from domain.calendar import local_day
from domain.client import CLIENT_EVENTS, Client, EraseClient, ErasureReason, evolve
from domain.conversation import CONVERSATION_EVENTS, Conversation, evolve_conversation
from domain.definition import DEFINITION_EVENTS, Definition, evolve_definition
from domain.offer import OFFER_EVENTS, Offer, evolve_offer
from domain.refusal import Refused
from eventlog import postgres, postgres_connections, sqlite
from eventlog.backup import BackupError, Register
from eventlog.handler import Answer, Handler, Moment
from eventlog.keyring import Keyring
from eventlog.log import EventLog
from eventlog.observing import Observe, unobserved
from eventlog.recording import Erasure, Recorder
from feedback import changelog, meetings, norms, signal_folds
from feedback.change import CHANGE_EVENTS, Change, evolve_change
from feedback.desk import Desk
from feedback.meeting import MEETING_EVENTS, Meeting, evolve_meeting
from feedback.norm import NORM_EVENTS, Norm, evolve_norm
from feedback.signal import SIGNAL_EVENTS, Signal, evolve_signal
from projections import agenda, caseload, contacts, conversations, data_gaps, definitions, offers, proposals, timeline
from projections.engine import Engine
from projections.rebuild import discard_leftovers
from records import follow_ups, migrations
from werkpad.settings import Settings

PROJECTIONS = (
    caseload.projection,
    data_gaps.projection,
    contacts.projection,
    timeline.projection,
    agenda.projection,
    offers.projection,
    proposals.projection,
    conversations.projection,
    definitions.projection,
    signal_folds.projection,
    meetings.projection,
    norms.projection,
    changelog.projection,
)

EVENTS = (
    *CLIENT_EVENTS, *OFFER_EVENTS, *CONVERSATION_EVENTS, *DEFINITION_EVENTS, *SIGNAL_EVENTS, *MEETING_EVENTS,
    *NORM_EVENTS, *CHANGE_EVENTS,
)  # fmt: skip

# The follow-up of erasures, done for so many of them.
ERASED = "erased"

Clock = Callable[[], datetime]


def now() -> datetime:
    return datetime.now(UTC)


def pause(attempt: int) -> None:
    """Wait before trying again, longer each time and never as long as the others do."""
    time.sleep(random.uniform(0, min(0.5, 0.005 * 2**attempt)))  # noqa: S311 - jitter, not a secret


@dataclass(frozen=True)
class Services:
    """Everything that pages, tasks and commands work with."""

    settings: Settings
    clock: Clock
    door: Door
    log: EventLog
    database: Database
    engine: Engine
    clients: Handler[Client]
    offers: Handler[Offer]
    conversations: Handler[Conversation]
    definitions: Handler[Definition]
    signals: Handler[Signal]
    meetings: Handler[Meeting]
    norms: Handler[Norm]
    changes: Handler[Change]
    desk: Desk

    @property
    def today(self) -> date:
        """The calendar day in Amsterdam."""
        return local_day(self.clock())

    def check(self) -> None:
        """Whether this code may work with the database; nothing is made or changed.

        Raises:
            VaultError: log, vault and key-encryption key don't belong together.
            NewerDatabaseError: a later version of the code was here before.
            ClosedError: a restore is going on, or was interrupted.
        """
        self.door.judge_start()
        migrations.check(self.database)
        self.log.check()

    def create(self) -> None:
        """Bring the database to what this code needs, and finish erasures that a crash interrupted.

        Raises:
            what `check` raises; then nothing was made or changed.
        """
        with self.door.setting_up():
            self.check()
            with self.database.advisory_lock(SETTING_UP):
                # Again: a restore that shut the door meanwhile waits for this lock.
                self.door.judge_start()
                self.door.create()
                migrations.upgrade(self.database, self.settings.vault_path)
                self.log.create()
                self.engine.create()
            discard_leftovers(self.engine)
            self.log.finish_erasures()
            self.forget_erased()

    def erase(self, client_id: UUID, reason: ErasureReason, moment: Moment, command_id: UUID) -> Answer:
        """Erase a client and bring the read models up to it, so that nothing readable is left anywhere."""
        answer = self.erase_in_log(client_id, reason, moment, command_id)
        self.forget_erased()
        return answer

    def forget_erased(self) -> None:
        """Forget what lasts of clients who were erased, wherever that was not done yet; nothing comes of it twice.

        Derived from who was erased, and not from the moment of it: between the two a process can die, and somebody
        who had the client open can write something down a moment later.
        """
        erased = {erasure.stream_id for erasure in self.log.erasures()}
        with self.database.read() as connection:
            done = follow_ups.done(connection, ERASED)
            left = follow_ups.left_of(connection, erased)
        if left:
            with self.database.write() as connection:
                follow_ups.forget(connection, left)
        if done == len(erased):
            return
        self.engine.catch_up(wait=True)
        discard_leftovers(self.engine, shared=True)
        self.log.scrub()
        with self.database.write() as connection:
            follow_ups.note_done(connection, ERASED, len(erased))

    def erase_in_log(self, client_id: UUID, reason: ErasureReason, moment: Moment, command_id: UUID) -> Answer:
        """Erase a client, written down first in the register that outlives the database."""
        command = EraseClient(client_id=client_id, reason=reason)
        state = self.clients.state(client_id)
        if self.settings.erasure_register and state is not None and not state.erased:
            try:
                Register(self.settings.erasure_register).add(Erasure(client_id, moment.at, reason.value, moment.actor))
            except BackupError:
                raise Refused("The erasure register can't be written. Nothing was erased.") from None
        return self.clients.erase(command, moment, command_id, reason.value)

    def close(self) -> None:
        self.database.close()
        self.log.close()
        self.door.close()


def build(
    settings: Settings, *, clock: Clock = now, behind_the_door: bool = False, observe: Observe = unobserved
) -> Services:
    """Connect everything; nothing is created or started yet. `observe` is told what becomes of each command.

    `behind_the_door`: for a restore, which has shut the door to all others.

    Raises:
        psycopg.OperationalError, eventsourcing.persistence.PersistenceError: the database can't be reached.
    """
    recorder = _recorder(settings, behind_the_door=behind_the_door)
    keyring = Keyring(settings.key_encryption_keys, recorder, settings.reread_keys)
    log = EventLog(recorder, keyring, EVENTS)
    database = Database(
        settings.database_url, pool_size=settings.pool_size, lock_timeout=settings.lock_timeout,
        door=None if behind_the_door else recorder.door,
    )  # fmt: skip
    signal_handler = Handler(log, evolve_signal, pause, observe=observe)
    return Services(
        settings=settings,
        clock=clock,
        door=recorder.door,
        log=log,
        database=database,
        engine=Engine(log, database, PROJECTIONS, clock),
        clients=Handler(log, evolve, pause, observe=observe),
        offers=Handler(log, evolve_offer, pause, observe=observe),
        conversations=Handler(log, evolve_conversation, pause, observe=observe),
        definitions=Handler(log, evolve_definition, pause, observe=observe),
        signals=signal_handler,
        meetings=Handler(log, evolve_meeting, pause, observe=observe),
        norms=Handler(log, evolve_norm, pause, observe=observe),
        changes=Handler(log, evolve_change, pause, observe=observe),
        desk=Desk(log, signal_handler, pause),
    )


class OnePerProcess:
    """Services for processes that fork: each makes its own when it first needs them, since no connection survives a
    fork."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._of: int | None = None

    def __call__(self) -> Services:
        if self._of != os.getpid():
            self._services = build(self._settings)
            self._of = os.getpid()
        return self._services


def _recorder(settings: Settings, *, behind_the_door: bool) -> Recorder:
    if settings.is_sqlite:
        # One that is missing beside the other is a loss, and nothing to make anew.
        first_time = not settings.sqlite_path.exists() and not settings.vault_path.exists()
        for path in (settings.sqlite_path, settings.vault_path):
            private.make_folder(path.parent)
            private.keep_private(path, make=first_time)
        return sqlite.SQLiteRecorder(
            sqlite.datastore(
                settings.sqlite_path,
                settings.vault_path,
                pool_size=settings.pool_size,
                lock_timeout=settings.lock_timeout,
            ),
            door=None if behind_the_door else FileDoor(settings.sqlite_path),
        )
    postgres_connections.reach(settings.database_url)
    store = postgres.datastore(settings.database_url, pool_size=settings.pool_size, lock_timeout=settings.lock_timeout)
    return postgres.PostgresRecorder(store, door=None if behind_the_door else PostgresDoor(store))
