"""A backup that can't be restored, or not here: one sentence that names what is wrong, and nothing has changed."""

from __future__ import annotations

import base64
import json
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from application.services import Services
from database.door import OPEN
from eventlog.backup import Backup
from tests.conftest import Clock, environment
from tests.faults.office import Office
from tests.stories import CLIENT, begin, contact, do
from werkpad.backups import back_up
from werkpad.cli import main

OTHER_KEY = base64.b64encode(bytes(range(1, 33))).decode()


@dataclass
class Place:
    """A database with two backups, and a contact since."""

    make: Callable[..., Services]
    env: dict[str, str]
    first: Backup
    second: Backup

    def refused(self, **env: str) -> str:
        """What the restore of the second backup says; nothing has changed."""
        command = ["restore", str(self.second.folder), "--vault-dir", str(self.second.vault_folder), "--replace"]
        done = CliRunner().invoke(main, command, env=self.env | env)
        assert isinstance(done.exception, SystemExit) and done.exit_code == 1, done.output
        self.is_unchanged()
        said = done.output.rpartition("Error: ")[2].strip()
        assert "\n" not in said and "Traceback" not in said
        return said

    def is_unchanged(self) -> None:
        services = self.make(self.env["WERKPAD_DATABASE_URL"])
        try:
            assert services.door.look().kind == OPEN
            events = services.log.stream(CLIENT)
            assert len(events) == 3
            assert services.log.opener([CLIENT]).value(events[0], "name") == "Anna de Vries"
        finally:
            services.close()


@pytest.fixture
def place(
    services: Services, make_services: Callable[..., Services], database_url: str, clock: Clock, tmp_path: Path
) -> Place:
    begin(services, name="Anna de Vries")
    first, _ = back_up(services, tmp_path / "backups", tmp_path / "vault", 30)
    clock.now += timedelta(minutes=1)
    second, _ = back_up(services, tmp_path / "backups", tmp_path / "vault", 30)
    do(services, contact())
    services.close()
    return Place(make_services, environment(database_url), first, second)


def test_the_vault_is_missing(place: Place) -> None:
    place.second.vault.unlink()
    assert "expired, or lies elsewhere" in place.refused()


def test_the_vault_of_another_backup(place: Place) -> None:
    shutil.copy(place.first.vault, place.second.vault)
    said = place.refused()
    assert f"The vault at {place.second.vault} belongs to another backup" in said


def test_the_log_of_another_backup(place: Place) -> None:
    shutil.copy(place.first.log, place.second.log)
    assert f"The log at {place.second.log} belongs to another backup" in place.refused()


@pytest.mark.parametrize("half", ["log", "vault"])
def test_a_half_is_damaged(place: Place, half: str) -> None:
    path: Path = getattr(place.second, half)
    data = bytearray(path.read_bytes())
    data[-10] ^= 0xFF
    path.write_bytes(bytes(data))
    said = place.refused()
    assert str(path) in said and ("damaged" in said or "belongs to another" in said)
    path.write_bytes(b"no database at all")
    assert str(path) in place.refused()


@pytest.mark.parametrize("text", ["no JSON", "[1, 2]", "7", '{"made_at": "yesterday"}', "\udcff"])
def test_the_manifest_is_damaged(place: Place, text: str) -> None:
    (place.second.folder / "manifest.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    assert "manifest.json is damaged" in place.refused()


def test_a_backup_of_another_kind(place: Place) -> None:
    manifest = place.second.folder / "manifest.json"
    other = "postgresql" if place.second.kind == "sqlite" else "sqlite"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"kind": other}))
    assert f"a backup of {other}" in place.refused()


def test_another_key_encryption_key(place: Place) -> None:
    said = place.refused(WERKPAD_KEY_ENCRYPTION_KEY=OTHER_KEY)
    assert "The vault of this backup can't be opened" in said and "WERKPAD_KEY_ENCRYPTION_KEY" in said


def test_counts_that_are_not_those_of_the_manifest(place: Place) -> None:
    manifest = place.second.folder / "manifest.json"
    kept = json.loads(manifest.read_text())
    manifest.write_text(json.dumps(kept | {"counts": kept["counts"] | {"events": 3}}))
    assert "2 events" in place.refused()


def _with_small_files(command: list[str], env: dict[str, str], most: int) -> subprocess.CompletedProcess[str]:
    """Run a command on a disk that takes no file above so many bytes."""
    return subprocess.run(
        [sys.executable, "-m", "werkpad", *command],
        env=os.environ | env,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most)),
    )


@pytest.mark.parametrize("most", [60_000, 200_000])
def test_the_disk_is_full_in_a_restore(
    sqlite_services: Services, make_services: Callable[..., Services], fresh_sqlite: str, tmp_path: Path, most: int
) -> None:
    services = sqlite_services
    begin(services, name="Anna de Vries")
    office = Office(services)
    for _ in range(50):
        office.take_intake()
    backup, _ = back_up(services, tmp_path / "backups", None, 30)
    do(services, contact())
    services.close()
    env = environment(fresh_sqlite)
    done = _with_small_files(
        ["restore", str(backup.folder), "--vault-dir", str(backup.vault_folder), "--replace"], env, most
    )
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert "as it was before" in done.stderr
    Place(make_services, env, replace(backup), backup).is_unchanged()
    assert not list(tmp_path.glob("*.restoring*"))


def test_the_disk_is_full_in_a_backup(services: Services, database_url: str, tmp_path: Path) -> None:
    begin(services, name="Anna de Vries")
    services.close()
    done = _with_small_files(["backup", str(tmp_path / "backups")], environment(database_url), 4_000)
    assert done.returncode == 1 and "Traceback" not in done.stderr, done.stderr
    assert [path for path in (tmp_path / "backups").rglob("*") if path.is_file()] == []


def test_a_folder_that_cannot_be_written(services: Services, database_url: str) -> None:
    done = CliRunner().invoke(main, ["backup", "/proc/backups"], env=environment(database_url))
    assert done.exit_code == 1 and "can't be written" in done.output
