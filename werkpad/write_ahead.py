"""How far back PostgreSQL's write-ahead log and its archive reach: no further than the vault's backups may."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy import text

from database.transactions import Database

# The days that backups of the vault are kept, if nothing else is said.
DAYS = 30
ARCHIVE_DAYS = "werkpad.wal_archive_days"
_ASKED = ("wal_recycle", "wal_keep_size", "archive_mode", "max_slot_wal_keep_size")


def look(database: Database) -> list[str]:
    """What of the server's settings would keep destroyed keys for longer, each as a sentence with what to do."""
    if database.is_sqlite:
        return []
    with database.read() as connection:
        found = connection.execute(
            text("SELECT name, setting FROM pg_settings WHERE name = ANY(:names)"), {"names": list(_ASKED)}
        )
        settings = dict(found.tuples().all())
        settings[ARCHIVE_DAYS] = connection.scalar(text(f"SELECT current_setting('{ARCHIVE_DAYS}', true)")) or ""
        slots = connection.scalar(text("SELECT count(*) FROM pg_replication_slots")) or 0
    return list(mistakes(settings, slots))


def mistakes(settings: Mapping[str, str], slots: int) -> Iterator[str]:
    """Of these settings, and so many replication slots."""
    if settings.get("wal_recycle") == "on":
        yield (
            "PostgreSQL uses files of its write-ahead log again, with destroyed keys in them: set wal_recycle = off"
            " and reload it."
        )
    if settings.get("wal_keep_size", "0") != "0":
        yield (
            "PostgreSQL keeps its write-ahead log for as many megabytes as there are (wal_keep_size), and nobody knows"
            " how many days that is: set it to 0, and use a replication slot for a standby."
        )
    if slots and settings.get("max_slot_wal_keep_size") == "-1":
        yield (
            "A replication slot may keep the write-ahead log for ever: set max_slot_wal_keep_size to what a day or two"
            " write."
        )
    if settings.get("archive_mode", "off") != "off":
        days = settings.get(ARCHIVE_DAYS, "")
        if not days.isdecimal() or not 0 < int(days) <= DAYS:
            yield (
                "The write-ahead log is archived, and destroyed keys with it: keep archive and base backups for at"
                f" most {DAYS} days, and say for how many by {ARCHIVE_DAYS} = '…' in postgresql.conf."
            )
