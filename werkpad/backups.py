"""Back up and restore everything that lasts; read models are left out and rebuilt."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from domain.client import ErasureReason
from eventlog.backup import Backup, BackupError, Register, expire, find, postgres, sqlite
from eventlog.backup.register import merged
from eventlog.handler import Moment
from eventlog.recording import Erasure
from projections import readmodel
from projections.rebuild import Progress, rebuild
from werkpad.settings import Settings
from werkpad.wiring import Services, build

COPY_OF_REGISTER = "erasures.jsonl"


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore came to."""

    backup: Backup
    events: int
    erased_again: int


def back_up(services: Services, to: Path, vaults: Path | None, keep_days: int) -> tuple[Backup, list[Path]]:
    """Make a backup in a new folder of `to`, its vault apart; and delete the vaults that are too old.

    Read models are left out: they hold clients' values in the clear, which a later erasure could not reach there.

    Raises:
        BackupError: it can't be made; nothing incomplete is taken for a backup.
    """
    settings = services.settings
    vaults = vaults or to / "vault"
    kind = "sqlite" if settings.is_sqlite else "postgresql"
    made_at = services.clock()
    backup = Backup.new(to, vaults, kind, made_at, services.log.head())
    read_models = [table.name for table in readmodel.metadata.sorted_tables]
    if settings.is_sqlite:
        sqlite.dump(settings.sqlite_path, settings.vault_path, backup, read_models)
    else:
        postgres.dump(settings.database_url, backup, read_models, settings.postgres_programs)
    copy = Register(to / COPY_OF_REGISTER)
    known = {erasure.stream_id for erasure in copy.erasures()}
    for erasure in merged(_register(settings), services.log.erasures()):
        if erasure.stream_id not in known:
            copy.add(erasure)
    backup.seal()
    return backup, expire(vaults, made_at, keep_days)


def restore(settings: Settings, where: Path, vaults: Path | None, progress: Progress, *, replace: bool) -> Restored:
    """Put a backup in place of the database, erase again who was erased since, and rebuild the read models.

    `replace` allows it where the database has events. Web, workers and beat must not run.

    Raises:
        BackupError: it can't be restored; says whether the database was touched.
    """
    backup = find(where, vaults)
    backup.check()
    kind = "sqlite" if settings.is_sqlite else "postgresql"
    if backup.kind != kind:
        raise BackupError(f"This is a backup of {backup.kind}, and WERKPAD_DATABASE_URL names a database of {kind}.")
    events, erased = _there(settings)
    if events and not replace:
        raise BackupError(f"The database has {events} events. To put the backup in their place, say --replace.")
    erasures = merged(_register(settings), Register(backup.folder.parent / COPY_OF_REGISTER).erasures(), erased)
    if settings.is_sqlite:
        sqlite.load(backup, settings.sqlite_path, settings.vault_path)
    else:
        postgres.load(backup, settings.database_url, settings.postgres_programs)
    services = build(settings)
    try:
        services.create()
        again = _erase_again(services, erasures)
        rebuild(services.engine, progress=progress)
        services.log.scrub()
        return Restored(backup, services.log.count(services.log.head()), again)
    finally:
        services.close()


def _there(settings: Settings) -> tuple[int, list[Erasure]]:
    """How many events the database has now, and who is erased in it, if it can still be read."""
    if settings.is_sqlite and not settings.sqlite_path.exists():
        return 0, []
    services = build(settings)
    try:
        services.log.create()
        return services.log.count(services.log.head()), services.log.erasures()
    except Exception as error:
        raise BackupError(
            f"The database there can't be read ({type(error).__name__}). Move it away, so that who was erased in it"
            " is not forgotten by mistake, and restore again."
        ) from None
    finally:
        services.close()


def _register(settings: Settings) -> list[Erasure]:
    return Register(settings.erasure_register).erasures() if settings.erasure_register else []


def _erase_again(services: Services, erasures: list[Erasure]) -> int:
    again = 0
    for erasure in erasures:
        state = services.clients.state(erasure.stream_id)
        if state is not None and not state.erased:
            moment = Moment(services.clock(), erasure.actor)
            services.erase_in_log(erasure.stream_id, ErasureReason(erasure.reason), moment, uuid4())
            again += 1
    return again
