"""Backups made while people take intakes, erase and take passages out: each stream in the one half has its key in the
other, and a backup of which that is not so is none."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from click.testing import CliRunner
from eventsourcing.persistence import StoredEvent
from sqlalchemy import text

from application.services import Services
from database.locks import BACKING_UP
from database.private import make_folder
from eventlog.backup import BackupError, find
from eventlog.sqlite import SQLiteRecorder
from projections.engine.verify import verify
from tests.conftest import Clock, environment
from tests.faults.office import Office, everybody_opens
from tests.processes import until
from tests.stories import CLIENT, begin
from werkpad import servers
from werkpad.backups import back_up
from werkpad.cli import main
from werkpad.restoring import restore
from werkpad.settings import Settings
from werkpad.wiring import build


@pytest.fixture
def elsewhere(request: pytest.FixtureRequest, services: Services, tmp_path: Path) -> Settings:
    """Another database of the same kind, with the same key: a machine to restore on."""
    if services.settings.is_sqlite:
        log = tmp_path / "elsewhere" / "werkpad.db"
        return replace(
            services.settings,
            database_url=f"sqlite:///{log}",
            vault_path=log.with_name("vault.db"),
            erasure_register=services.settings.erasure_register,
        )
    url = request.getfixturevalue("postgres_url")
    database = servers.database(url)
    request.addfinalizer(lambda: database.__exit__(None, None, None))
    return replace(services.settings, database_url=database.__enter__())


@pytest.mark.parametrize("restores", [1, pytest.param(4, marks=pytest.mark.slow)])
def test_four_backups_under_load_bring_everybody_back_but_the_erased(
    services: Services, clock: Clock, tmp_path: Path, elsewhere: Settings, restores: int
) -> None:
    office = Office(services)
    with office.at_work():
        for nth in range(4):
            so_far = len(office.named), len(office.redacted)
            until(
                lambda: len(office.named) > so_far[0] + 7 and len(office.redacted) > so_far[1],  # noqa: B023 - called within the round
                "nobody works",
            )
            clock.now += timedelta(minutes=1)
            back_up(services, tmp_path / "backups", tmp_path / f"vault {nth}", 30)
    for nth, folder in list(enumerate(sorted((tmp_path / "backups").glob("*Z"))))[-restores:]:
        done = restore(elsewhere, folder, tmp_path / f"vault {nth}", lambda a, b: None, replace=True)
        restored = build(elsewhere)
        restored.create()
        assert done.backup.counts is not None
        assert everybody_opens(restored, office) == done.backup.counts.streams >= 8 * (nth + 1)
        assert list(verify(restored.engine)) == []
        restored.close()


def test_what_a_backup_writes_is_for_its_owner_alone(services: Services, tmp_path: Path) -> None:
    begin(services, name="Anna de Vries")
    back_up(services, tmp_path / "new" / "backups", tmp_path / "other" / "vault", 30)
    for path in (*(tmp_path / "new").rglob("*"), *(tmp_path / "other").rglob("*")):
        assert oct(path.stat().st_mode & 0o777) == ("0o700" if path.is_dir() else "0o600"), path


def test_a_backup_in_which_somebody_has_no_key_is_none(services: Services, tmp_path: Path) -> None:
    begin(services, name="Anna de Vries")
    if services.settings.is_sqlite:
        with closing(sqlite3.connect(services.settings.vault_path, isolation_level=None)) as vault:
            vault.execute("DELETE FROM keys")
    else:
        with services.database.write() as connection:
            connection.exec_driver_sql("DELETE FROM vault.keys")
    with pytest.raises(BackupError, match=f"failed its check.*1 streams can't be opened.*{CLIENT}"):
        back_up(services, tmp_path / "backups", None, 30)
    with pytest.raises(BackupError, match="no complete backup"):
        find(tmp_path / "backups")
    assert [path for path in (tmp_path / "backups").rglob("*") if path.is_file()] == []


def test_one_who_cannot_be_opened_in_the_database_keeps_nobody_else_from_being_backed_up(
    services: Services, tmp_path: Path, database_url: str
) -> None:
    for stream_id in (CLIENT, UUID(int=5), UUID(int=6)):
        begin(services, stream_id, name="Invented Person")
    attach = services.settings.vault_path if services.settings.is_sqlite else None
    with services.database.write(attach=attach) as connection:
        lost = CLIENT.hex if services.settings.is_sqlite else CLIENT
        connection.execute(text("DELETE FROM vault.keys WHERE stream_id = :lost"), {"lost": lost})
    done = CliRunner().invoke(main, ["backup", str(tmp_path / "b")], env=environment(database_url))
    assert done.exit_code == 1 and str(CLIENT) in done.output, done.output
    assert find(tmp_path / "b").lost == {CLIENT}
    services.close()
    done = CliRunner().invoke(main, ["restore", str(tmp_path / "b"), "--replace"], env=environment(database_url))
    assert done.exit_code == 0, done.output


def test_what_an_interrupted_backup_left_is_ignored_and_cleared_away(
    services: Services, clock: Clock, tmp_path: Path
) -> None:
    begin(services, name="Anna de Vries")
    first, _ = back_up(services, tmp_path / "backups", None, 30)
    # As a kill at the worst moment leaves it: all is there but the names.
    left = tmp_path / "backups" / "2026-12-01T000000Z.partial"
    make_folder(left)
    (left / "manifest.json").write_bytes((first.folder / "manifest.json").read_bytes())
    vault = tmp_path / "backups" / "vault" / "2026-12-01T000000Z.db.partial"
    vault.write_bytes(b"half")
    assert find(tmp_path / "backups").folder == first.folder
    clock.now += timedelta(minutes=1)
    second, _ = back_up(services, tmp_path / "backups", None, 30)
    assert not left.exists() and not vault.exists()
    assert find(tmp_path / "backups").folder == second.folder


def test_two_backups_at_once_are_one(services: Services, tmp_path: Path) -> None:
    begin(services, name="Anna de Vries")
    with services.database.advisory_lock(BACKING_UP), pytest.raises(BackupError, match="Another backup"):
        back_up(services, tmp_path / "backups", None, 30)


@pytest.mark.parametrize("step", ["finish_erasures", "insert_redaction", "_finish_resealing"])
def test_what_the_moment_found_half_done_on_sqlite_is_finished_in_the_copy(
    sqlite_services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """A tombstone whose event is missing, a new key whose event is missing, an event whose key is not yet in place."""
    office = Office(sqlite_services)
    real = SQLiteRecorder.insert_events

    def interrupted(*_: object) -> int:
        raise KeyboardInterrupt

    def inserted(recorder: SQLiteRecorder, events: Sequence[StoredEvent], **more: Any) -> Sequence[int] | None:
        return real(recorder, events, **more) if "Redacted" not in events[0].topic else [interrupted()]

    with monkeypatch.context() as patched:
        name, stop = ("insert_events", inserted) if step == "insert_redaction" else (step, interrupted)
        patched.setattr(SQLiteRecorder, name, stop)
        with pytest.raises(KeyboardInterrupt):
            (office.erase if step == "finish_erasures" else office.redact)()
    backup, _ = back_up(sqlite_services, tmp_path / "backups", None, 30)
    assert backup.counts is not None
    # The intake and the erasure, the signal alone, the signal and its redaction.
    assert backup.counts.events == (1 if step == "insert_redaction" else 2)
    with closing(sqlite3.connect(backup.vault)) as vault:
        assert vault.execute("SELECT count(*) FROM next_keys").fetchone() == (0,)
        assert vault.execute("SELECT count(*) FROM tombstones WHERE NOT finished").fetchone() == (0,)
