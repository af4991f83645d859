"""What a backup consists of, and which there are: a file of the log, one of the vault, and a manifest of both.

The key-encryption key is in neither. Backups of the vault expire: an old one would bring the keys back of people
who have been erased since.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

from database.private import make_folder, private_file, sync, write_private

STAMP = "%Y-%m-%dT%H%M%SZ"
MANIFEST = "manifest.json"
# What is being made: never taken for a backup, and cleared away by the next one.
PARTIAL = ".partial"


class BackupError(Exception):
    """A backup can't be made or used; says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How much a backup holds."""

    events: int
    streams: int
    keys: int
    tombstones: int

    def __str__(self) -> str:
        return (
            f"{self.events} events of {self.streams} streams, {self.keys} keys and {self.tombstones} tombstones of who"
            " was erased"
        )


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup in `folder`, and its vault in `vault_folder`: `kind` is that of the database.

    `pairing_id` stands in both halves too. Without `counts` it was made by an earlier version, which wrote neither.
    `unopened` are the streams that could not be opened in the database when it was made.
    """

    folder: Path
    vault_folder: Path
    kind: str
    made_at: datetime
    position: int
    log_file: str
    vault_file: str
    log_sha256: str = ""
    vault_sha256: str = ""
    pairing_id: str = ""
    counts: Counts | None = None
    unopened: Sequence[str] = ()

    @property
    def lost(self) -> set[UUID]:
        return set(map(UUID, self.unopened))

    @property
    def log(self) -> Path:
        return self.folder / self.log_file

    @property
    def vault(self) -> Path:
        return self.vault_folder / self.vault_file

    @staticmethod
    def new(to: Path, vaults: Path, kind: str, made_at: datetime) -> Backup:
        """Begin a new backup, with two empty files. Raises BackupError when there is one of that moment already."""
        name = made_at.strftime(STAMP)
        end = "db" if kind == "sqlite" else "dump"
        folder = to / f"{name}{PARTIAL}"
        if (to / name).exists():
            raise BackupError(f"There is a backup of this moment already: {to / name}")
        backup = Backup(
            folder, vaults, kind, made_at, 0, f"log.{end}", f"{name}.{end}{PARTIAL}", pairing_id=str(uuid4())
        )
        try:
            for left in (*to.glob(f"*Z{PARTIAL}"), *vaults.glob(f"*Z.d*{PARTIAL}*")):
                shutil.rmtree(left) if left.is_dir() else left.unlink()
            make_folder(folder)
            make_folder(vaults)
            for path in (backup.log, backup.vault):
                private_file(path)
        except OSError as error:
            raise BackupError(f"{error.filename or folder} can't be written: {error.strerror}.") from None
        return backup

    def seal(self, position: int, counts: Counts, unopened: Iterable[UUID] = ()) -> Backup:
        """Write the manifest and give everything its name, the folder last of all; the backup as it is then."""
        name = self.made_at.strftime(STAMP)
        done = replace(
            self,
            folder=self.folder.with_name(name),
            vault_file=self.vault_file.removesuffix(PARTIAL),
            position=position,
            counts=counts,
            unopened=[*map(str, unopened)],
            log_sha256=_sum(self.log),
            vault_sha256=_sum(self.vault),
        )
        kept = {k: v for k, v in asdict(done).items() if k not in ("folder", "vault_folder")}
        for path in (self.log, self.vault):
            sync(path)
        manifest = json.dumps(kept | {"made_at": self.made_at.isoformat()}, indent=1) + "\n"
        write_private(self.folder / MANIFEST, manifest.encode())
        self.vault.rename(done.vault)
        sync(self.vault_folder)
        self.folder.rename(done.folder)
        sync(done.folder.parent)
        return done

    def discard(self) -> None:
        """Leave nothing of a backup that could not be made."""
        for path in self.vault_folder.glob(f"{self.vault_file}*"):
            path.unlink(missing_ok=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    def whole(self) -> None:
        """Raise BackupError unless both files are there and as they were made."""
        if not self.vault.exists():
            raise BackupError(
                f"The vault of this backup is not at {self.vault}: it has expired, or lies elsewhere (--vault-dir)."
                " Without it nobody in the log can be named."
            )
        for path, wanted in ((self.log, self.log_sha256), (self.vault, self.vault_sha256)):
            try:
                good = path.exists() and _sum(path) == wanted
            except OSError as error:
                raise BackupError(f"{path} can't be read: {error.strerror}.") from None
            if not good:
                raise BackupError(f"{path} is missing or damaged. Take another backup.")


def find(where: Path, vaults: Path | None = None) -> Backup:
    """The backup in this folder, or the latest of those in it. Raises BackupError."""
    try:
        manifests = [where / MANIFEST] if (where / MANIFEST).exists() else sorted(where.glob(f"*/{MANIFEST}"))
        manifests = [path for path in manifests if not path.parent.name.endswith(PARTIAL)]
        if not manifests:
            raise BackupError(f"There is no complete backup in {where}.")
        found = manifests[-1]
        kept = json.loads(found.read_text(encoding="utf-8"))
    except OSError as error:
        raise BackupError(f"{error.filename or where} can't be read: {error.strerror}.") from None
    except ValueError:
        raise BackupError(f"{found} is damaged. Take another backup.") from None
    folder = found.parent
    try:
        made_at = datetime.fromisoformat(kept.pop("made_at"))
        counts = kept.pop("counts", None)
        counts = counts and Counts(**counts)
        return Backup(folder, vaults or folder.parent / "vault", made_at=made_at, counts=counts, **kept)
    except (ValueError, TypeError, KeyError, AttributeError):
        raise BackupError(f"{found} is damaged. Take another backup.") from None


def expire(vaults: Path, now: datetime, days: int) -> list[Path]:
    """Delete the backups of the vault that are older than so many days; which they were."""
    gone = []
    for path in sorted(vaults.glob("*Z.d*")):
        try:
            made = datetime.strptime(path.stem, STAMP).replace(tzinfo=now.tzinfo)
        except ValueError:
            continue  # none of ours
        if made < now - timedelta(days=days):
            path.unlink()
            gone.append(path)
    return gone


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
