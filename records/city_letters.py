"""The monthly letter about the dashboard: one a month, written by the improvement team, and sent once."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Column, Connection, Date, Integer, Table, Text, Uuid, func, select, update

from database.rows import UtcDateTime, row_as, rows_as
from records.schema import metadata

city_letters = Table(
    "city_letters",
    metadata,
    # the first day of its month
    Column("month", Date, primary_key=True),
    Column("en", Text, nullable=False),
    Column("nl", Text, nullable=False),
    # how often it was saved: who saves says which version they changed
    Column("version", Integer, nullable=False),
    Column("written_by", Uuid, nullable=False),
    Column("written_at", UtcDateTime, nullable=False),
    Column("sent_by", Uuid),
    Column("sent_at", UtcDateTime),
)


class CityLetter(Struct, frozen=True):
    """The letter of a month, as it was saved the last time; sent where `sent_at` says when."""

    month: date
    en: str
    nl: str
    version: int
    written_by: UUID
    written_at: datetime
    sent_by: UUID | None
    sent_at: datetime | None


def of_month(connection: Connection, month: date) -> CityLetter | None:
    return row_as(CityLetter, connection.execute(select(city_letters).where(city_letters.c.month == month)))


def every(connection: Connection) -> list[CityLetter]:
    """All that were saved or sent, the latest month first."""
    return rows_as(CityLetter, connection.execute(select(city_letters).order_by(city_letters.c.month.desc())))


def save(connection: Connection, letter: CityLetter) -> bool:
    """Keep a version of a letter; False where somebody saved that version before, or it was sent."""
    values = {name: getattr(letter, name) for name in letter.__struct_fields__}
    if letter.version == 1:
        if of_month(connection, letter.month) is not None:
            return False
        connection.execute(city_letters.insert().values(values))
        return True
    same = (city_letters.c.month == letter.month, city_letters.c.version == letter.version - 1)
    saved = connection.execute(update(city_letters).where(*same, city_letters.c.sent_at.is_(None)).values(values))
    return saved.rowcount == 1


def count_sent(connection: Connection) -> int:
    """How many letters were sent."""
    return (
        connection.scalar(select(func.count()).select_from(city_letters).where(city_letters.c.sent_at.is_not(None)))
        or 0
    )
