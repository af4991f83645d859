"""What a backup consists of, and which there are: a file of the log, one of the vault, and a manifest of both.

The key-encryption key is in neither. Backups of the vault expire: an old one would bring the keys back of people
who have been erased since.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from eventlog import private

STAMP = "%Y-%m-%dT%H%M%SZ"
MANIFEST = "manifest.json"


class BackupError(Exception):
    """A backup can't be made or used; says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup in `folder`, and its vault in `vault_folder`: `kind` is that of the database."""

    folder: Path
    vault_folder: Path
    kind: str
    made_at: datetime
    position: int
    log_file: str
    vault_file: str
    log_sha256: str = ""
    vault_sha256: str = ""

    @property
    def log(self) -> Path:
        return self.folder / self.log_file

    @property
    def vault(self) -> Path:
        return self.vault_folder / self.vault_file

    @staticmethod
    def new(to: Path, vaults: Path, kind: str, made_at: datetime, position: int) -> Backup:
        """Folders for a new backup. Raises BackupError when there is one of that moment already."""
        name = made_at.strftime(STAMP)
        folder = to / name
        end = "db" if kind == "sqlite" else "dump"
        try:
            private.make_folder(to)
            folder.mkdir(mode=private.FOLDER)
            private.make_folder(vaults)
        except FileExistsError:
            raise BackupError(f"There is a backup of this moment already: {folder}") from None
        except OSError as error:
            raise BackupError(f"{folder} can't be written: {error.strerror}.") from None
        return Backup(folder, vaults, kind, made_at, position, f"log.{end}", f"{name}.{end}")

    def seal(self) -> None:
        """Write the manifest, last of all: a backup without one was interrupted."""
        kept = {k: v for k, v in asdict(self).items() if k not in ("folder", "vault_folder")}
        kept |= {"made_at": self.made_at.isoformat(), "log_sha256": _sum(self.log), "vault_sha256": _sum(self.vault)}
        for path in (self.log, self.vault):
            path.chmod(0o600)
        private.keep_private(self.folder / MANIFEST)
        (self.folder / MANIFEST).write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")

    def check(self) -> None:
        """Raise BackupError unless both files are there and whole."""
        if not self.vault.exists():
            raise BackupError(
                f"The vault of this backup is not at {self.vault}: it has expired, or lies elsewhere (--vault-dir)."
                " Without it nobody in the log can be named."
            )
        for path, wanted in ((self.log, self.log_sha256), (self.vault, self.vault_sha256)):
            if not path.exists() or _sum(path) != wanted:
                raise BackupError(f"{path} is missing or damaged. Take another backup.")


def find(where: Path, vaults: Path | None = None) -> Backup:
    """The backup in this folder, or the latest of those in it. Raises BackupError."""
    manifests = [where / MANIFEST] if (where / MANIFEST).exists() else sorted(where.glob(f"*/{MANIFEST}"))
    if not manifests:
        raise BackupError(f"There is no complete backup in {where}.")
    folder = manifests[-1].parent
    try:
        kept = json.loads(manifests[-1].read_text(encoding="utf-8"))
        made_at = datetime.fromisoformat(kept.pop("made_at"))
        return Backup(folder, vaults or folder.parent / "vault", made_at=made_at, **kept)
    except (ValueError, TypeError, KeyError):
        raise BackupError(f"{manifests[-1]} is damaged. Take another backup.") from None


def expire(vaults: Path, now: datetime, days: int) -> list[Path]:
    """Delete the backups of the vault that are older than so many days; which they were."""
    gone = []
    for path in sorted(vaults.glob("*Z.d*")):
        made = datetime.strptime(path.stem, STAMP).replace(tzinfo=now.tzinfo)
        if made < now - timedelta(days=days):
            path.unlink()
            gone.append(path)
    return gone


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
