"""Restore a backup: loaded beside, erased in, rebuilt, checked, and only then put in place.

It shuts the door at its start and puts down there how far it is. Killed anywhere, nobody takes the database for a
healthy one, and run again it finishes.
"""

from __future__ import annotations

import os
import shlex
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

import msgspec
import psycopg
from eventsourcing.persistence import PersistenceError

from application.services import Services
from database.door import MAINTENANCE, NAME, OPEN, RESTORING, State
from database.locks import RESTORING as RESTORING_LOCK
from database.locks import SETTING_UP
from database.transactions import Database
from domain.calendar import Week
from domain.client import ErasureReason
from eventlog.backup import Backup, BackupError, Register, find
from eventlog.backup.check import StoredRow, check, usable
from eventlog.backup.copies import Counts
from eventlog.backup.register import merged
from eventlog.commands import CommandContext
from eventlog.events import topics
from eventlog.keyring import WrappedKey
from eventlog.log import EventLog
from eventlog.mapper import SealingMapper
from eventlog.recording import BUCKETS, Erasure
from projections import weekly_figures
from projections.engine.filling import Progress
from projections.engine.rebuild import rebuild
from projections.engine.verify import verify
from records import drafts, outbox
from werkpad.backups import COPY_OF_REGISTER, contents_of, kind_of, registered
from werkpad.grounds import Ground, PostgresGround, SQLiteGround
from werkpad.settings import Settings
from werkpad.wiring import EVENTS, now

PAGE = 10_000


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore came to."""

    backup: Backup
    events: int
    erased_again: int
    still_in_maintenance: bool


def restore(
    settings: Settings,
    where: Path,
    vaults: Path | None,
    progress: Progress,
    *,
    replace: bool,
    maintenance: bool = False,
) -> Restored:
    """Put a backup in place of the database, erase again who was erased since, and rebuild the read models.

    `replace` allows it where the database has events, `maintenance` while others have it open: they wait. What an
    attempt that was interrupted left half done needs no leave, and is finished.

    Raises:
        BackupError: it can't be restored; says whether anything has changed.
    """
    backup = find(where, vaults)
    if backup.kind != kind_of(settings):
        raise BackupError(
            f"This is a backup of {backup.kind}, and WERKPAD_DATABASE_URL names a database of {kind_of(settings)}."
        )
    counts = usable(backup, contents_of(settings, backup), SealingMapper(topics(EVENTS)), settings.key_encryption_keys)
    with ExitStack() as stack:
        stack.enter_context(_called("werkpad restore"))
        ground: Ground = SQLiteGround(settings) if settings.is_sqlite else PostgresGround(settings)
        stack.callback(ground.close)
        locks = Database(settings.database_url)
        stack.callback(locks.close)
        if not stack.enter_context(locks.advisory_lock(RESTORING_LOCK, wait=False)):
            raise BackupError("Another restore is going on. Wait until it is done.")
        before = ground.door.read()
        erased = _allowed(ground, before, replace=replace, maintenance=maintenance)
        command = f"werkpad restore {_quoted(where)}" + (f" --vault-dir {_quoted(vaults)}" if vaults else "")
        _shut(ground, locks, before, command)
        return _Restore(settings, ground, backup, counts, before, progress).carry_out(erased)


@contextmanager
def _called(name: str) -> Iterator[None]:
    """Connections that are made meanwhile carry this name."""
    before = os.environ.get(NAME)
    os.environ[NAME] = name
    try:
        yield
    finally:
        if before is None:
            del os.environ[NAME]
        else:
            os.environ[NAME] = before


def _quoted(path: Path) -> str:
    return shlex.quote(str(path.resolve()))


def _allowed(ground: Ground, before: State, *, replace: bool, maintenance: bool) -> list[Erasure]:
    """Who is erased in what is to be replaced. Raises BackupError where that needs leave."""
    events, erased = ground.there(before)
    if before.kind == RESTORING:
        return erased
    if events and not replace:
        raise BackupError(f"The database has {events} events. To put the backup in their place, say --replace.")
    if before.kind == OPEN and not maintenance and (others := ground.door.alone()):
        named = ", ".join(f"{name} ({number})" for name, number in sorted(Counter(others).items()))
        raise BackupError(
            f"{len(others)} others have the database open: {named}. What they record meanwhile would be lost. Stop"
            " them, or say --maintenance, and they wait. Nothing has changed."
        )
    return erased


def _shut(ground: Ground, locks: Database, before: State, command: str) -> None:
    """Shut the door, and wait until nobody writes any more."""
    afterwards = before.afterwards if before.kind == RESTORING else before.kind
    shut = State(
        kind=RESTORING,
        incarnation=before.incarnation,
        since=now(),
        stage="preparing",
        touched=before.touched,
        command=command,
        afterwards=MAINTENANCE if afterwards == MAINTENANCE else OPEN,
    )
    ground.door.change(shut)
    try:
        if writers := ground.door.drain():
            raise BackupError(
                f"After a minute {len(writers)} are still writing: {', '.join(sorted(set(writers)))}. Wait until they"
                " are done, or stop them. Nothing has changed."
            )
        with locks.advisory_lock(SETTING_UP):
            pass  # who was setting up has ended, and who begins now sees the door
    except BaseException:
        ground.door.change(before)
        raise


@dataclass(frozen=True, slots=True)
class _Restore:
    settings: Settings
    ground: Ground
    backup: Backup
    counts: Counts
    before: State
    progress: Progress

    def carry_out(self, erased: list[Erasure]) -> Restored:
        ground = self.ground
        try:
            copy = Register(self.backup.folder.parent / COPY_OF_REGISTER)
            erasures = merged(
                registered(self.settings), copy.erasures(), erased, ground.there(self.before)[1], ground.to_erase()
            )
            ground.keep(erasures)
            services = ground.load(self.backup, self.step)
            try:
                events, again = self._finish(services, erasures)
            finally:
                services.close()
            after = State(kind=self._afterwards, incarnation=uuid4().hex, since=self._since)
            ground.switch(self.step, after)
        except (Exception, KeyboardInterrupt) as error:
            reason = str(error) if isinstance(error, BackupError) else _plainly(error)
            if self._undone():
                raise BackupError(f"{reason} The database is as it was before.") from None
            raise BackupError(
                f"{reason} The database is half restored, and nobody can use it: mend this, and run it again."
            ) from None
        return Restored(self.backup, events, again, self._afterwards == MAINTENANCE)

    def _undone(self) -> bool:
        before = State(kind=self._afterwards, incarnation=self.before.incarnation, since=self._since)
        try:
            return self.ground.undo(before)
        except (OSError, PersistenceError, psycopg.Error):
            return False  # the mark stays: run again, it finishes

    @property
    def _afterwards(self) -> str:
        return self.before.afterwards if self.before.kind == RESTORING else self.before.kind

    @property
    def _since(self) -> datetime | None:
        return self.before.since if self._afterwards == MAINTENANCE else None

    def step(self, stage: str, touched: bool | None) -> State:
        """Put down how far it is."""
        state = self.ground.door.read()
        state = msgspec.structs.replace(state, stage=stage, touched=state.touched if touched is None else touched)
        self.ground.door.change(state)
        return state

    def _finish(self, services: Services, erasures: list[Erasure]) -> tuple[int, int]:
        """Make a working database of what was loaded, and prove it; its events, and how many were erased again."""
        loaded = check(_Loaded(services.log), services.log.mapper, self.settings.key_encryption_keys, self.backup.lost)
        if loaded != self.counts:
            raise BackupError(f"Loaded were {loaded}; the backup has {self.counts}.")
        self.step("erasing", None)
        services.create()
        again = _erase_again(services, erasures)
        self.step("rebuilding", None)
        rebuild(services.engine, progress=self.progress)
        if again:
            weekly_figures.build(services.engine, Week.latest(services.clock()))
        services.log.scrub()
        self.step("checking", None)
        head = services.log.head()
        events = services.log.count(head)
        kept = services.log.keys_kept([erasure.stream_id for erasure in erasures])
        kept = [key for key in kept if services.log.stream(key.stream_id)]
        different = next(iter(verify(services.engine, buckets=BUCKETS // 8)), None)
        if kept or different or events < self.counts.events + again:
            raise BackupError(f"The check of what was restored failed ({different or f'{len(kept)} keys are back'}).")
        return events, again


class _Loaded:
    """What was loaded, as it stands in the database."""

    def __init__(self, log: EventLog) -> None:
        self._log = log

    def pairings(self) -> tuple[str, str]:
        return "", ""

    def events(self) -> Iterator[StoredRow]:
        position = 0
        while page := self._log.stored(position, PAGE):
            position = page[-1][0]
            yield from (row[1:] for row in page)

    def keys(self) -> list[WrappedKey]:
        return self._log.keys_kept(None)

    def tombstones(self) -> set[UUID]:
        return {erasure.stream_id for erasure in self._log.erasures()}


def _erase_again(services: Services, erasures: list[Erasure]) -> int:
    again = 0
    for erasure in erasures:
        state = services.clients.state(erasure.stream_id)
        if state is not None and not state.erased:
            context = CommandContext(services.clock(), erasure.actor)
            services.erase_in_log(erasure.stream_id, ErasureReason(erasure.reason), context, uuid4())
            again += 1
        with services.database.write() as connection:
            drafts.forget_client(connection, erasure.stream_id)
            outbox.forget_client(connection, erasure.stream_id)
    return again


def _plainly(error: BaseException) -> str:
    if isinstance(error, KeyboardInterrupt):
        return "It was interrupted."
    reason = next(iter(str(error.__cause__ or error).strip().splitlines()), "") or type(error).__name__
    told = f"It could not be restored: {reason.rstrip('.')}."
    if isinstance(error, psycopg.errors.InsufficientPrivilege):
        told += " The user in WERKPAD_DATABASE_URL must own the database: ALTER DATABASE ... OWNER TO ..."
    if isinstance(error, psycopg.errors.LockNotAvailable):
        told += " Somebody keeps reading there: end that session, and run it again."
    return told
