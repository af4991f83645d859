"""Builds the services from the settings: a list that one can read."""

from __future__ import annotations

import os
import random
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from application.practice import DATABASE, VAULT
from application.services import Clock, Services
from database import private
from database.door import NAME as NAME
from database.door import FileDoor
from database.postgres_door import PostgresDoor
from database.transactions import Database
from domain.client import CLIENT_EVENTS, evolve
from domain.closing_days import CLOSING_DAYS_EVENTS, evolve_closing_days
from domain.conversation import CONVERSATION_EVENTS, evolve_conversation
from domain.definition import DEFINITION_EVENTS, evolve_definition
from domain.introduction import CATALOGUE_EVENTS, evolve_introductions
from domain.offer import OFFER_EVENTS, evolve_offer
from domain.workshop_session import WORKSHOP_EVENTS, evolve_workshop
from eventlog import postgres, postgres_connections, sqlite
from eventlog.handler import Handler
from eventlog.keyring import Keyring
from eventlog.log import EventLog
from eventlog.observing import Observe, unobserved
from eventlog.recording import Recorder
from feedback import changelog, meetings, norms, signal_folds
from feedback.change import CHANGE_EVENTS, evolve_change
from feedback.meeting import MEETING_EVENTS, evolve_meeting
from feedback.norm import NORM_EVENTS, evolve_norm
from feedback.signal import SIGNAL_EVENTS, evolve_signal
from feedback.signal_handler import SignalHandler
from projections import (
    agenda,
    applications,
    appointments,
    assignments,
    caseload,
    closing_days,
    contacts,
    conversations,
    data_gaps,
    definitions,
    exemptions,
    helpers,
    invitations,
    known_people,
    merges,
    offers,
    own_notes,
    paths,
    proposals,
    questionnaires,
    steps,
    take_overs,
    timeline,
    workshops,
)
from projections.engine.engine import Engine
from projections.rules_in_force import RULEBOOK
from records.heard import ReadReceipts
from werkpad.settings import Settings

PROJECTIONS = (
    applications.projection,
    caseload.projection,
    assignments.projection,
    take_overs.projection,
    data_gaps.projection,
    contacts.projection,
    timeline.projection,
    agenda.projection,
    appointments.projection,
    steps.projection,
    helpers.projection,
    exemptions.projection,
    invitations.projection,
    own_notes.projection,
    known_people.projection,
    merges.projection,
    offers.projection,
    workshops.projection,
    proposals.projection,
    paths.projection,
    questionnaires.projection,
    conversations.projection,
    definitions.projection,
    closing_days.projection,
    signal_folds.projection,
    meetings.projection,
    norms.projection,
    changelog.projection,
)

EVENTS = (
    *CLIENT_EVENTS,
    *OFFER_EVENTS,
    *WORKSHOP_EVENTS,
    *CONVERSATION_EVENTS,
    *DEFINITION_EVENTS,
    *CATALOGUE_EVENTS,
    *CLOSING_DAYS_EVENTS,
    *SIGNAL_EVENTS,
    *MEETING_EVENTS,
    *NORM_EVENTS,
    *CHANGE_EVENTS,
)


def now() -> datetime:
    return datetime.now(UTC)


def pause(attempt: int) -> None:
    """Wait before trying again, longer each time and never as long as the others do."""
    time.sleep(random.uniform(0, min(0.5, 0.005 * 2**attempt)))  # noqa: S311 - jitter, not a secret


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
        settings.database_url,
        pool_size=settings.pool_size,
        lock_timeout=settings.lock_timeout,
        door=None if behind_the_door else recorder.door,
    )
    signal_handler = Handler(log, evolve_signal, pause, observe=observe)
    return Services(
        settings=settings,
        clock=clock,
        door=recorder.door,
        log=log,
        database=database,
        engine=Engine(log, database, PROJECTIONS, clock, RULEBOOK),
        clients=Handler(log, evolve, pause, observe=observe),
        offers=Handler(log, evolve_offer, pause, observe=observe),
        workshops=Handler(log, evolve_workshop, pause, observe=observe),
        conversations=Handler(log, evolve_conversation, pause, observe=observe),
        definitions=Handler(log, evolve_definition, pause, observe=observe),
        catalogue=Handler(log, evolve_introductions, pause, observe=observe),
        closing_days=Handler(log, evolve_closing_days, pause, observe=observe),
        signals=signal_handler,
        meetings=Handler(log, evolve_meeting, pause, observe=observe),
        norms=Handler(log, evolve_norm, pause, observe=observe),
        changes=Handler(log, evolve_change, pause, observe=observe),
        signal_handler=SignalHandler(log, signal_handler, pause, ReadReceipts(settings.secret_key)),
        pause=pause,
        sandbox=lambda folder: build(_apart(settings, folder), clock=clock),
    )


def _apart(settings: Settings, folder: Path) -> Settings:
    """The same, over databases in a folder: nothing goes out of it, to workers, by mail or into the register."""
    return replace(
        settings,
        database_url=f"sqlite:///{folder / DATABASE}",
        vault_path=folder / VAULT,
        broker_url="",
        smtp_url="",
        erasure_register=None,
        kept_secrets=None,
        pool_size=2,
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
