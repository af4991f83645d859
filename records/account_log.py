"""The log of accounts: who logged in and out, from where, whom it was refused, and who changed which account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, Column, Connection, Integer, String, Table, Uuid, delete, select

from database.rows import UtcDateTime
from records.schema import metadata

KEPT = timedelta(days=366)


class Entry(StrEnum):
    LOGGED_IN = "logged_in"
    FAILED = "log_in_failed"
    HELD_BACK = "log_in_held_back"
    LOGGED_OUT = "logged_out"
    ADDED = "account_added"
    CLOSED = "account_closed"
    OPENED = "account_opened"
    LOGGED_OUT_EVERYWHERE = "logged_out_everywhere"
    MAIL_CHANGED = "mail_changed"
    HISTORIES_EXPORTED = "histories_exported"
    # of passwords
    CHANGED_OWN = "password_changed"
    CHANGE_REFUSED = "password_change_refused"
    GIVEN_ANEW = "one_time_password_given"


# So many entries are a part.
AT_ONCE = 300

account_log = Table(
    "account_log",
    metadata,
    Column("entry_id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("at", UtcDateTime, nullable=False, index=True),
    Column("entry", String(30), nullable=False),
    # none where the name that was given is nobody's: what was typed may be a password
    Column("account_id", Uuid),
    Column("actor", Uuid),
    Column("address", String(45)),
)


@dataclass(frozen=True, slots=True)
class Logged:
    """What happened to an account; `actor` is who did it, nobody while somebody is still logging in."""

    at: datetime
    entry: Entry
    account_id: UUID | None
    actor: UUID | None
    address: str | None


def note(
    connection: Connection,
    entry: Entry,
    account_id: UUID | None,
    now: datetime,
    *,
    actor: UUID | None = None,
    address: str | None = None,
) -> None:
    """Write it down, in the transaction of what happened."""
    row = {"at": now, "entry": entry.value, "account_id": account_id, "actor": actor, "address": address}
    connection.execute(account_log.insert().values(row))


def forget_old(connection: Connection, now: datetime) -> None:
    connection.execute(delete(account_log).where(account_log.c.at < now - KEPT))


def part(connection: Connection, before: int | None = None) -> tuple[list[Logged], int | None]:
    """Entries, the latest first, and what to ask `before` to go on; None where these are all."""
    columns = [account_log.c[name] for name in ("entry_id", *Logged.__dataclass_fields__)]
    statement = select(*columns).order_by(account_log.c.entry_id.desc()).limit(AT_ONCE + 1)
    if before is not None:
        statement = statement.where(account_log.c.entry_id < before)
    rows = connection.execute(statement).all()
    found = [Logged(at, Entry(entry), *others) for _, at, entry, *others in rows[:AT_ONCE]]
    return found, rows[AT_ONCE - 1].entry_id if len(rows) > AT_ONCE else None
