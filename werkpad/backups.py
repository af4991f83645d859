"""Back up everything that lasts; read models are left out and rebuilt."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from application.services import Services
from database.locks import BACKING_UP
from eventlog.backup import Backup, BackupError, Register, expire, postgres, sqlite
from eventlog.backup.check import Contents, LostStreamsError, check
from eventlog.backup.copies import Counts
from eventlog.backup.register import merged
from eventlog.recording import Erasure
from projections.engine import readmodel
from projections.engine.staging_tables import SUFFIX
from werkpad.settings import Settings

COPY_OF_REGISTER = "erasures.jsonl"


def back_up(services: Services, to: Path, vaults: Path | None, keep_days: int) -> tuple[Backup, list[Path]]:
    """Make a backup in a new folder of `to`, its vault apart; and delete the vaults that are too old.

    Read models are left out: they hold clients' values in the clear, which a later erasure could not reach there.
    The backup is checked by its own files before it counts as one: every stream opens.

    Raises:
        BackupError: it can't be made, or failed its check; nothing is left that could be taken for a backup.
    """
    with services.database.advisory_lock(BACKING_UP, wait=False) as alone:
        if not alone:
            raise BackupError("Another backup is being made. Wait until it is done.")
        vaults = vaults or to / "vault"
        made_at = services.clock()
        backup = Backup.new(to, vaults, kind_of(services.settings), made_at)
        try:
            position = _dump(services.settings, backup)
            counts, lost = _checked(services, backup)
            erased = merged(registered(services.settings), services.log.erasures())
            add_missing(Register(to / COPY_OF_REGISTER), erased)
            done = backup.seal(position, counts, lost)
        except BaseException as error:
            backup.discard()
            if isinstance(error, OSError):
                raise BackupError(f"The backup can't be written: {error.strerror}. None was made.") from None
            raise
    return done, expire(vaults, made_at, keep_days)


def _dump(settings: Settings, backup: Backup) -> int:
    tables = [table.name for table in readmodel.metadata.sorted_tables]
    # Those that a rebuild is filling hold the same.
    left_out = [*tables, *(name + SUFFIX for name in tables)]
    if settings.is_sqlite:
        return sqlite.dump(settings.sqlite_path, settings.vault_path, backup, left_out)
    return postgres.dump(settings.database_url, backup, left_out, settings.postgres_programs)


def _checked(services: Services, backup: Backup) -> tuple[Counts, set[UUID]]:
    """How much a backup holds, and whom the database itself can't open any more: no backup brings those back, and
    their damage must not keep the others from being backed up."""
    settings = services.settings
    contents, mapper, keys = contents_of(settings, backup), services.log.mapper, settings.key_encryption_keys
    known: set[UUID] = set()
    try:
        try:
            return check(contents, mapper, keys), known
        except LostStreamsError as error:
            known = services.log.shut(error.streams)
            if len(known) >= error.opened:
                raise  # not somebody's damage, but the vault's
            return check(contents, mapper, keys, known), known
    except BackupError as error:
        raise BackupError(f"The backup failed its check, and none was made: {error}") from None


def kind_of(settings: Settings) -> str:
    return "sqlite" if settings.is_sqlite else "postgresql"


def contents_of(settings: Settings, backup: Backup) -> Contents:
    """What is in the files of a backup."""
    if settings.is_sqlite:
        return sqlite.SQLiteContents(backup.log, backup.vault)
    return postgres.PostgresContents(backup.log, backup.vault, settings.postgres_programs)


def registered(settings: Settings) -> list[Erasure]:
    """Who was erased, as the register outside the database says."""
    return Register(settings.erasure_register).erasures() if settings.erasure_register else []


def add_missing(register: Register, erasures: list[Erasure]) -> None:
    """Write down those that a register doesn't have. Raises BackupError when it can't be written."""
    known = {erasure.stream_id for erasure in register.erasures()}
    for erasure in erasures:
        if erasure.stream_id not in known:
            register.add(erasure)
