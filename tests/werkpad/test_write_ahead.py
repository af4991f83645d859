"""PostgreSQL's own copies reach back no further than backups of the vault; `werkpad status` says what would."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from application.services import Services
from tests.werkpad.test_cli import Operator
from werkpad.write_ahead import ARCHIVE_DAYS, DAYS, look, mistakes

SOUND = {"wal_recycle": "off", "wal_keep_size": "0", "archive_mode": "off", "max_slot_wal_keep_size": "1024"}


@pytest.mark.parametrize(
    ("settings", "slots", "says"),
    [
        ({}, 0, ""),
        ({}, 2, ""),
        ({"wal_recycle": "on"}, 0, "set wal_recycle = off"),
        ({"wal_keep_size": "512"}, 0, "wal_keep_size"),
        ({"max_slot_wal_keep_size": "-1"}, 0, ""),
        ({"max_slot_wal_keep_size": "-1"}, 1, "max_slot_wal_keep_size"),
        ({"archive_mode": "on"}, 0, ARCHIVE_DAYS),
        ({"archive_mode": "always", ARCHIVE_DAYS: str(DAYS + 1)}, 0, f"at most {DAYS} days"),
        ({"archive_mode": "on", ARCHIVE_DAYS: "soon"}, 0, ARCHIVE_DAYS),
        ({"archive_mode": "on", ARCHIVE_DAYS: str(DAYS)}, 0, ""),
    ],
)
def test_each_setting_that_keeps_destroyed_keys_for_longer_is_told(
    settings: dict[str, str], slots: int, says: str
) -> None:
    found = list(mistakes(SOUND | settings, slots))
    assert len(found) == int(bool(says)) and says in "".join(found)


def test_our_own_servers_are_set_up_so(services: Services) -> None:
    assert look(services.database) == []


def test_status_tells_it(services: Services, fresh_postgres: str) -> None:
    if services.database.is_sqlite:
        pytest.skip("SQLite has no such settings")
    with services.database.write() as connection:
        name = connection.scalar(text("SELECT current_database()"))
        connection.execute(text(f'ALTER DATABASE "{name}" SET wal_recycle = on'))
    assert "set wal_recycle = off" in Operator(fresh_postgres).run("status", code=1)
