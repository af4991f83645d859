"""Whatever the umask: what is in a database on one's own machine can be read by its owner alone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.conftest import environment, sqlite_in
from werkpad.settings import Settings
from werkpad.wiring import build

WORK = """
import os
os.umask(0)
from uuid import uuid4
from domain.client import ErasureReason
from eventlog.commands import CommandContext
from tests.stories import CLIENT, begin
from werkpad.backups import back_up
from werkpad.settings import Settings
from werkpad.wiring import build
from pathlib import Path
import sys

services = build(Settings.from_environment())
services.create()
begin(services)
services.engine.catch_up()
from projections.engine.rebuild import rebuild
rebuild(services.engine)
services.erase(CLIENT, ErasureReason.CLIENT_REQUEST, CommandContext(services.clock()), uuid4())
back_up(services, Path(sys.argv[1]), None, 30)
# Looked at while they are in use: the write-ahead logs go with the last connection.
for path in sorted(Path(sys.argv[2]).rglob("*")):
    print(oct(path.stat().st_mode & 0o777), path)
services.close()
"""


def open_to_others(folder: Path) -> list[str]:
    return [str(path) for path in [folder, *folder.rglob("*")] if path.stat().st_mode & 0o077]


def test_files_and_folders_of_a_new_database_and_its_backups(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    env = environment(sqlite_in(home / "var"))
    # Kept beside the database, as for a newcomer.
    del env["WERKPAD_KEY_ENCRYPTION_KEY"], env["WERKPAD_SECRET_KEY"]
    done = subprocess.run(
        [sys.executable, "-c", WORK, str(home / "backups"), str(home)],
        env=os.environ | env,
        check=True,
        capture_output=True,
        text=True,
    )
    modes = dict(reversed(line.split(" ", 1)) for line in done.stdout.splitlines())  # type: ignore[arg-type]  # the test gives what fits
    assert {Path(path).name for path in modes} >= {
        "werkpad.db",
        "werkpad.db-wal",
        "werkpad.db-shm",
        "werkpad-vault.db",
        "werkpad-vault.db-wal",
        "secrets.env",
        "werkpad-erasures.jsonl",
        "manifest.json",
        "log.db",
    }
    assert {mode for mode in modes.values() if int(mode, 8) & 0o077} == set(), modes
    assert open_to_others(home) == []


def test_what_an_earlier_version_left_open_is_closed_at_the_next_start(tmp_path: Path) -> None:
    settings = Settings.from_environment(environment(sqlite_in(tmp_path)))
    services = build(settings)
    services.create()
    services.close()
    for path in (settings.sqlite_path, settings.vault_path):
        path.chmod(0o644)
    services = build(settings)
    services.create()
    services.close()
    assert [oct(path.stat().st_mode & 0o777) for path in (settings.sqlite_path, settings.vault_path)] == ["0o600"] * 2
