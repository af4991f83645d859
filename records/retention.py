"""How many years closed files are kept: each term that was set, and by whom."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Column, Connection, Integer, Table, Uuid, select

from database.rows import UtcDateTime
from domain.refusal import Refused
from domain.retention import LEAST_YEARS, MOST_YEARS
from records.schema import metadata

retention_terms = Table(
    "retention_terms",
    metadata,
    Column("term_id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("years", Integer, nullable=False),
    Column("set_at", UtcDateTime, nullable=False),
    Column("set_by", Uuid, nullable=False),
)


def put(connection: Connection, years: int | None, account_id: UUID, now: datetime) -> None:
    """Set the term; those before stay, to be accounted for. Raises Refused when it is none."""
    if years is None or not LEAST_YEARS <= years <= MOST_YEARS:
        raise Refused("Enter a number from %(least)d to %(most)d.", field="years", least=LEAST_YEARS, most=MOST_YEARS)
    connection.execute(retention_terms.insert().values(years=years, set_at=now, set_by=account_id))


def years(connection: Connection) -> int | None:
    """The term that holds, None where nobody set one."""
    columns = retention_terms.c
    return connection.scalar(select(columns.years).order_by(columns.term_id.desc()).limit(1))
